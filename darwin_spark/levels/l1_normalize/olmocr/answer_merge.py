"""Merge the pages that a model has read into the text of the other pages."""

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate

from darwin_spark.parsers.parsed import Page
from darwin_spark.parsers.pdf.dehyphenation import joined, vocabulary

_UNFINISHED = re.compile(r"[^\W\d_][,-]?\Z")  # the end of a page whose last paragraph may continue on the next page
_BLOCK = re.compile(r"#|[|>$`]|[-*+] |\d+[.)] |\[\^")
"""The start of a line that does not belong to a sentence across pages: headings, tables, quotes, lists, footnotes ..."""


def fill(text: str, pages: Sequence[Page], read: Mapping[int, str]) -> tuple[str, list[Page]]:
    """Return the text with the texts in `read` (by page index) inserted as pages, and all pages with their new positions.

    A sentence cut by a page break is joined, as in a PDF with a text layer. The separator of two pages belongs to the first of
    them. Other pages stay the same, but line breaks or a hyphen at their end may change next to an inserted page.
    """
    words = vocabulary([text, *read.values()])
    parts: list[str] = []
    first_parts: list[int] = []
    after_read = False
    for index, page in enumerate(pages):
        body = read[index].strip("\n") if index in read else text[page.start : page.end]
        if body.strip():
            if parts and (after_read or index in read):
                parts[-1:] = _page_break(parts[-1].rstrip("\n"), body, words)
            after_read = index in read
        first_parts.append(len(parts))
        parts += [body] if body.strip() else []
    merged = "".join(parts).rstrip("\n")
    ends = [0, *accumulate(map(len, parts))]
    merged, starts = (f"{merged}\n" if merged else ""), [ends[part] for part in first_parts]
    stops = [*starts[1:], len(merged)]
    return merged, [page._replace(start=a, end=b) for page, a, b in zip(pages, starts, stops, strict=True)]


def _page_break(above: str, below: str, words: Mapping[str, int]) -> list[str]:
    line, rest = above.rsplit("\n", 1)[-1], below.split("\n", 1)[0]
    continues = rest[:1].islower() or (line.endswith("-") and rest[:1].isalpha())
    if not continues or not _UNFINISHED.search(line) or _BLOCK.match(line) or _BLOCK.match(rest):
        return [above, "\n\n"]
    joined_line = joined(line, rest, words)
    head = joined_line[: len(joined_line) - len(rest)]
    return [above[: len(above) - len(line)] + head.rstrip(), " " if head.endswith(" ") else ""]
