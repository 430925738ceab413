"""Project Gutenberg's framing of a book: what stands before START and after END is about the file, not of the book.

So is the note of its producers that the book begins with, where it speaks of a file or names people and says nothing else.
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
_OF_A_FILE = re.compile(r"\be-?text\b|distributed proofread|\bpgdp\b|this file was produced|project gutenberg", re.IGNORECASE)
_NAME = re.compile(r"[\"“'‘]?(?:[A-Z][\w.'’-]*|and)[\"”'’]?[,.]?")
_FIELD = re.compile(r"^(Title|Author|Language|Release Date): *([^\n]{1,300}(?:\n[ \t]{2,}[^\n]{1,300}){0,3})", re.MULTILINE)
_HEAD_CHARS, _TAIL_CHARS = 20_000, 60_000
"""Where the framing is looked for: its header is short, its licence has about 19,000 characters."""


def unframed(text: str) -> tuple[str, dict[str, str]] | None:
    """The book alone and the header's fields (title, author, language); None if this is no Project Gutenberg file."""
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
    return (book[credit.end() :] if credit and _is_of_a_file(credit) else book), fields


def _is_of_a_file(credit: re.Match[str]) -> bool:
    return _OF_A_FILE.search(credit[0]) is not None or all(_NAME.fullmatch(word) for word in credit[1].split())
