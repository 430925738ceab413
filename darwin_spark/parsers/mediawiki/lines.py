"""Turn the lines of wikitext that begin a list, a definition or an indented text into Markdown, and put paragraphs together."""

import re
from collections.abc import Iterator

from darwin_spark.text.normalize_markdown import one_line

VERBATIM = "\x02"
"""Stands before and after a block that is kept as it is: code, a table, a display formula, a heading."""
_MARKED = re.compile(r"([*#:;]+)[ \t]*(.*)")
_BLOCK = re.compile(f"{VERBATIM}([^{VERBATIM}]*){VERBATIM}")
_MAX_DEPTH = 8


def blocks_of(text: str) -> list[str]:
    """Return the Markdown blocks of a page's text."""
    blocks: list[str] = []
    position = 0
    for found in _BLOCK.finditer(text):
        blocks += _plain_blocks(text[position : found.start()])
        blocks.append(found[1].strip("\n"))
        position = found.end()
    return [block for block in [*blocks, *_plain_blocks(text[position:])] if block.strip()]


def _plain_blocks(text: str) -> Iterator[str]:
    """Yield paragraphs and lists. A list is one block; a paragraph ends at an empty line or a list."""
    paragraph: list[str] = []
    items: list[str] = []
    numbers: dict[int, int] = {}
    for line in text.split("\n"):
        found = _MARKED.match(line)
        if found:
            yield one_line(" ".join(paragraph))
            paragraph = []
            item = _item(found[1], one_line(found[2]), numbers)
            items += [item] if item else []
            continue
        if items:
            yield "\n".join(items)
            items, numbers = [], {}
        if not line.strip():
            yield one_line(" ".join(paragraph))
            paragraph = []
        else:
            paragraph.append(line)
    yield "\n".join(items)
    yield one_line(" ".join(paragraph))


def _item(marks: str, text: str, numbers: dict[int, int]) -> str:
    """Return a list item; `numbers` counts the numbered ones by depth. A term of a definition list stands without a mark."""
    depth = min(len(marks), _MAX_DEPTH)
    for deeper in [other for other in numbers if other > depth or (other == depth and marks[-1] != "#")]:
        del numbers[deeper]
    if not text:
        return ""
    if set(marks) <= {":", ";"}:
        return text if marks[-1] == ";" or len(marks) == 1 else "   " * (depth - 2) + text
    if marks[-1] == "#":
        numbers[depth] = numbers.get(depth, 0) + 1
    mark = f"{numbers[depth]}. " if marks[-1] == "#" else "" if marks[-1] == ":" else "- "
    return "   " * (depth - 1) + mark + text
