"""Find headings, including those that PDF and plain text do not mark, and the sections below them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from darwin_spark.levels.l4_refine.rules.text import name, names
from darwin_spark.text.markdown import Kind

UNMARKED_CHARS = 60
"""Maximum length in characters of an unmarked heading, which is a whole line."""
BODY_NAMES = names("""
    abstract; summary; introduction; background; methods; method; results; discussion; conclusion; conclusions;
    appendix; appendices; supplementary; supplement; tables; figures; glossary; index; references; bibliography;
    acknowledgements; acknowledgments
""")


class Section(NamedTuple):
    """A heading on line `heading`, normalised to `name`, `marked` in Markdown or not; its body is on lines [start, end)."""

    heading: int
    start: int
    end: int
    name: str
    marked: bool


def sections(lines: Sequence[str], kinds: Sequence[Kind], wanted: frozenset[str]) -> Iterator[Section]:
    """Yield the sections whose heading, marked or not, is in `wanted` (normalised, see `text.name`).

    A section ends at the next heading, marked or of a wanted or usual section name (BODY_NAMES, or "Appendix ..." and such).
    """
    found = _all_headings(lines, kinds, wanted)
    for place, following in pairwise([*sorted(found), len(lines)]):
        if found[place] in wanted:
            yield Section(place, place + 1, following, found[place], kinds[place] is Kind.HEADING)


def _all_headings(lines: Sequence[str], kinds: Sequence[Kind], wanted: frozenset[str]) -> Mapping[int, str]:
    found: dict[int, str] = {}
    for index, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        if kind is Kind.HEADING:
            found[index] = name(line)
        elif len(line) <= UNMARKED_CHARS and kind in (Kind.PROSE, Kind.LIST, Kind.INDENTED) and _looks_like_heading(line):
            words = name(line)
            if (
                words in wanted
                or words in BODY_NAMES
                or words.startswith(("appendix ", "supplementary ", "supporting information"))
            ):
                found[index] = words
    return found


def _looks_like_heading(line: str) -> bool:
    """Whether a line has a capital as first letter, no bullet, and no final `,` `;` `-` or (unless all capitals) full stop."""
    text = line.strip(" _#*") if line.lstrip().startswith(("**", "#")) else line.strip(" _")
    text = text.rstrip(".") if text.isupper() else text
    return (
        text[:1].isalnum() and text[-1:] not in (".", ",", ";", "-") and next((c for c in text if c.isalpha()), "a").isupper()
    )


def with_emptied(gone: set[int], lines: Sequence[str], kinds: Sequence[Kind]) -> set[int]:
    """Return `gone` (line indices) and the marked headings whose body is all in `gone` and which no deeper heading follows."""
    headings = [index for index, kind in enumerate(kinds) if kind is Kind.HEADING] if gone else []
    emptied: set[int] = set()
    for place, following in reversed(list(pairwise([*headings, len(lines)]))):
        body = [index for index in range(place + 1, following) if kinds[index] is not Kind.BLANK]
        has_subheading = following < len(lines) and _depth(lines[following]) > _depth(lines[place])
        if body and not has_subheading and gone.issuperset(body):
            emptied.add(place)
    return gone | emptied


def _depth(heading: str) -> int:
    return len(heading.strip()) - len(heading.strip().lstrip("#"))
