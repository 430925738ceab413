"""Headings, also those that PDF and plain text do not mark, and the sections that they open."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from darwin_spark.levels.l4_refine.rules.text import name, names
from darwin_spark.text.markdown import Kind

UNMARKED_CHARS = 60
"""An unmarked heading is a line of its own, at most so long."""

BODY_NAMES = names("""
    abstract; summary; introduction; background; methods; method; results; discussion; conclusion; conclusions;
    appendix; appendices; supplementary; supplement; tables; figures; glossary; index; references; bibliography;
    acknowledgements; acknowledgments
""")


class Section(NamedTuple):
    """A heading on line `heading`, its body on lines [start, end)."""

    heading: int
    start: int
    end: int
    name: str
    marked: bool


def sections(lines: Sequence[str], kinds: Sequence[Kind], wanted: frozenset[str]) -> Iterator[Section]:
    """The sections whose heading is one of `wanted`, marked as a heading or not; a body ends at the next heading of any level.

    A line without a mark opens a section if it is a name and nothing else. Where such a section ends, nobody has marked:
    at the next marked heading, or at the next line that is a usual name of a section.
    """
    found = _all(lines, kinds, wanted)
    for place, following in pairwise([*sorted(found), len(lines)]):
        if found[place] in wanted:
            yield Section(place, place + 1, following, found[place], kinds[place] is Kind.HEADING)


def _all(lines: Sequence[str], kinds: Sequence[Kind], wanted: frozenset[str]) -> Mapping[int, str]:
    found: dict[int, str] = {}
    for index, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        if kind is Kind.HEADING:
            found[index] = name(line)
        elif len(line) <= UNMARKED_CHARS and kind in (Kind.PROSE, Kind.LIST, Kind.INDENTED) and _may_open(line):
            words = name(line)
            if (
                words in wanted
                or words in BODY_NAMES
                or words.startswith(("appendix ", "supplementary ", "supporting information"))
            ):
                found[index] = words
    return found


def _may_open(line: str) -> bool:
    """Whether a line without a mark looks like a heading: a capital first, no stop at the end, no bullet."""
    text = line.strip(" _#*") if line.lstrip().startswith(("**", "#")) else line.strip(" _")
    text = text.rstrip(".") if text.isupper() else text
    return (
        text[:1].isalnum() and text[-1:] not in (".", ",", ";", "-") and next((c for c in text if c.isalpha()), "a").isupper()
    )


def with_emptied(gone: set[int], lines: Sequence[str], kinds: Sequence[Kind]) -> set[int]:
    """`gone`, with the marked headings whose section loses all it has to it; a heading over nothing from the start stays."""
    headings = [index for index, kind in enumerate(kinds) if kind is Kind.HEADING] if gone else []
    emptied: set[int] = set()
    for place, following in reversed(list(pairwise([*headings, len(lines)]))):
        body = [index for index in range(place + 1, following) if kinds[index] is not Kind.BLANK]
        under = following < len(lines) and _depth(lines[following]) > _depth(lines[place])
        if body and not under and gone.issuperset(body):
            emptied.add(place)
    return gone | emptied


def _depth(heading: str) -> int:
    return len(heading.strip()) - len(heading.strip().lstrip("#"))
