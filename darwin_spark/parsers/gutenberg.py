"""Remove Project Gutenberg's header and license from a book: the text up to the START line, and from the END line on.

A producers' note ("Produced by ...") at the beginning of the book is removed too, if it is about the file or only names people.
"""

import re

from darwin_spark.text.normalize_markdown import one_line

_START = re.compile(
    r"^\*\*\* ?START OF (?:THE|THIS) PROJECT GUTENBERG[^\n]{0,300}(?:\n[^\n]{1,120}){0,2}?\*\*\* *$",
    re.MULTILINE | re.IGNORECASE,
)
_END = re.compile(r"^\*\*\* ?END OF (?:THE|THIS) PROJECT GUTENBERG", re.MULTILINE | re.IGNORECASE)
_LAST_LINE = re.compile(r"\n\s*End of (?:the )?Project Gutenberg[^\n]{0,200}(?:\n[^\n]{1,100})?\s*$", re.IGNORECASE)
_CREDIT = re.compile(
    r"\s*(?:E-?text )?(?:produced|prepared|transcribed) by ([^\n]{1,200}(?:\n[^\n]{1,120}){0,8})\n\s*\n", re.IGNORECASE
)
_FILE_NOTE = re.compile(r"\be-?text\b|distributed proofread|\bpgdp\b|this file was produced|project gutenberg", re.IGNORECASE)
_NAME = re.compile(r"[\"“'‘]?(?:[A-Z][\w.'’-]*|and)[\"”'’]?[,.]?")
_FIELD = re.compile(r"^(Title|Author|Language|Release Date): *([^\n]{1,300}(?:\n[ \t]{2,}[^\n]{1,300}){0,3})", re.MULTILINE)
_HEAD_CHARS, _TAIL_CHARS = 20_000, 60_000
"""Characters at the ends of a file in which START and END are searched: the header is short, the license has about 19,000."""


def strip_gutenberg_frame(text: str) -> tuple[str, dict[str, str]] | None:
    """Return the book's text and fields of the header (title, author ...); None without a START line near the beginning."""
    start = _START.search(text[:_HEAD_CHARS])
    if start is None:
        return None
    tail = max(len(text) - _TAIL_CHARS, start.end())
    end = _END.search(text, tail)
    book = text[start.end() : end.start() if end else len(text)]
    last = _LAST_LINE.search(book, max(len(book) - 500, 0))
    book = book[: last.start()] if last else book
    credit = _CREDIT.match(book)
    fields = {name.lower(): one_line(value) for name, value in _FIELD.findall(text[: start.start()])}
    return (book[credit.end() :] if credit and _is_producers_note(credit) else book), fields


def _is_producers_note(credit: re.Match[str]) -> bool:
    return _FILE_NOTE.search(credit[0]) is not None or all(_NAME.fullmatch(word) for word in credit[1].split())
