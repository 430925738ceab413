"""The last step of every parser: text that any tool above L1 may trust.

NFC, line feeds only, no control characters, no lone surrogates, no trailing blanks, at most one blank line in a row,
and a line feed at the end. Every step is linear in the text, also for one endless line.
"""

import re
import unicodedata

_LINE_BREAKS = ("\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029")
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]+")
"""Controls, soft hyphens, zero-width spaces, word joiners, byte order marks, non-characters, lone surrogates."""
_BLANK_LINES = re.compile(r"\n{3,}")


def normalize_markdown(text: str) -> str:
    """The text in its final form; empty if nothing can be seen."""
    for mark in _LINE_BREAKS:  # several times faster than str.translate
        text = text.replace(mark, "\n")
    # Most lines hold nothing but what can be seen, and saying so is ten times faster than looking for the rest.
    lines = (line if line.isprintable() else _INVISIBLE.sub("", line) for line in text.split("\n"))
    text = unicodedata.normalize("NFC", "\n".join([line.rstrip() for line in lines]))
    text = _BLANK_LINES.sub("\n\n", text).strip("\n")
    return f"{text}\n" if text else ""


def one_line(text: str) -> str:
    """A title or caption: all runs of white space become one blank."""
    return " ".join(text.split())
