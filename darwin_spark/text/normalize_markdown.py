"""Normalise the Markdown of every parser: the last step of parsing, on which all levels above L1 rely.
The result is NFC, with line feeds as only line breaks, no other control characters but tabs, no lone surrogates or trailing
spaces, at most one blank line in a row, and a line feed at the end. Every step is linear in the text, even in one long line."""

import re
import unicodedata

_LINE_BREAKS = ("\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029")
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]+")
"""Control characters, soft hyphens, zero-width spaces, word joiners, byte order marks, non-characters, lone surrogates."""
_BLANK_LINES = re.compile(r"\n{3,}")


def normalize_markdown(text: str) -> str:
    """Return the normalised text; empty if the text has no visible characters."""
    if text.isprintable():  # one line without invisible characters, as most blocks are
        text = unicodedata.normalize("NFC", text.rstrip())
        return f"{text}\n" if text else ""
    for mark in _LINE_BREAKS:  # several times faster than str.translate
        text = text.replace(mark, "\n")
    # Most lines contain only printable characters, and isprintable is ten times faster than the regular expression.
    lines = (line if line.isprintable() else _INVISIBLE.sub("", line) for line in text.split("\n"))
    text = unicodedata.normalize("NFC", "\n".join([line.rstrip() for line in lines]))
    text = _BLANK_LINES.sub("\n\n", text).strip("\n")
    return f"{text}\n" if text else ""


def one_line(text: str) -> str:
    """Return the text with all white space collapsed to single spaces and none at the ends, for a title or caption."""
    return " ".join(text.split())
