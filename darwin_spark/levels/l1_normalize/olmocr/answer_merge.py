"""The pages that a model has read, set into the text of the pages that need none."""

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate

from darwin_spark.parsers.parsed import Page
from darwin_spark.parsers.pdf.dehyphenation import joined, vocabulary

_UNFINISHED = re.compile(r"[^\W\d_][,-]?\Z")
"""A page's last words, where its last paragraph may go on overleaf."""
_BLOCK = re.compile(r"#|[|>$`]|[-*+] |\d+[.)] |\[\^")
"""How a line begins that no sentence of another page goes on with."""


def fill(text: str, pages: Sequence[Page], read: Mapping[int, str]) -> tuple[str, list[Page]]:
    """The text with the pages `read` (by index) in their places, and where each page lies now.

    A sentence that a page break cuts is put together again, as inside a PDF with a text layer. What stands between two pages
    belongs to the first of them. Pages that are not read stay as they are, to the byte.
    """
    words = vocabulary([text, *read.values()])
    parts: list[str] = []
    first: list[int] = []
    after_read = False
    for index, page in enumerate(pages):
        body = read[index].strip("\n") if index in read else text[page.start : page.end]
        if body.strip():
            if parts and (after_read or index in read):
                parts[-1:] = _seam(parts[-1].rstrip("\n"), body, words)
            after_read = index in read
        first.append(len(parts))
        parts += [body] if body.strip() else []
    whole = "".join(parts).rstrip("\n")
    ends = [0, *accumulate(map(len, parts))]
    whole, starts = (f"{whole}\n" if whole else ""), [ends[part] for part in first]
    stops = [*starts[1:], len(whole)]
    return whole, [page._replace(start=a, end=b) for page, a, b in zip(pages, starts, stops, strict=True)]


def _seam(above: str, below: str, words: Mapping[str, int]) -> list[str]:
    """The end of a page, and what stands between it and the page `below`."""
    line, rest = above.rsplit("\n", 1)[-1], below.split("\n", 1)[0]
    goes_on = rest[:1].islower() or (line.endswith("-") and rest[:1].isalpha())
    if not goes_on or not _UNFINISHED.search(line) or _BLOCK.match(line) or _BLOCK.match(rest):
        return [above, "\n\n"]
    one = joined(line, rest, words)
    head = one[: len(one) - len(rest)]
    return [above[: len(above) - len(line)] + head.rstrip(), " " if head.endswith(" ") else ""]
