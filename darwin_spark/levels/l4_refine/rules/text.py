"""Helpers of the rules: line kinds, normalised headings, and the parts of a line that no rule may change."""

import re
from collections.abc import Callable, Iterable, Sequence

from darwin_spark.text.markdown import EXACT, Kind

Rule = Callable[[Sequence[str], Sequence[Kind]], list[str]]
"""A rule: takes the lines of a document and their kinds, returns the lines that stay, repaired where the rule repairs."""
KEPT_KINDS = EXACT | {Kind.TABLE}
"""Kinds of lines (code, display formulas, tables) that rules neither delete nor reword unless they say so (§3 L4, protect)."""
CAPTION = re.compile(
    r"[*_]{0,2}(?:Figure|Fig\.?|Table|Box|Scheme|Plate|Chart|Listing|Algorithm|Video)\s*(?:S?\d|[IVX]+\b)", re.I
)

_EXACT_SPANS = re.compile(
    r"(\[-?@[^\[\]\n]{1,2000}\]|`[^`\n]{1,500}`|\$\$[^$\n]{1,2000}\$\$|\$(?!\s)[^$\n]{1,500}(?<!\s)\$(?!\d))"
)
_NUMBERING = re.compile(
    r"(?:(?:chapter|section|part|appendix)\s+)?(?:\d{1,3}(?:\.\d{1,3}){0,5}|[ivxlc]{1,7}|[a-z])[.):\s]\s*(?=\S)", re.I
)
_PAGE = re.compile(r"(?:\d{1,4}|[ivxlcIVXLC]{1,7})$")
_LEADERS = (" ", "\t", ".", "·", "…", "_", "|")
_MARKDOWN_MARKS = re.compile(r"[#*_`>]+|^\s*[-+•]\s+")
_NOT_WORDS = re.compile(r"[\W_]+")
_SPACED_LETTERS = re.compile(r"^(?:\w\s){4,}\w$")


def names(text: str) -> frozenset[str]:
    """Return the set of names in a semicolon-separated list; heading names must be written there as `name` normalises them."""
    return frozenset(" ".join(part.split()) for part in text.split(";"))


def outside_exact(line: str, repair: Callable[[str], str]) -> str:
    """Return a line with `repair` applied outside inline code, formulas between dollar signs and citations ([@key])."""
    if "`" not in line and "$" not in line and "@" not in line:
        return repair(line)
    parts = _EXACT_SPANS.split(line)
    return "".join(part if index % 2 else repair(part) for index, part in enumerate(parts))


def name(line: str) -> str:
    """Return a heading's first 200 characters normalised: '## 7. REFERENCES:' and 'R E F E R E N C E S' give 'references'."""
    text = _MARKDOWN_MARKS.sub("", line[:200].replace("&", " and ")).strip(" \t:.")
    if _SPACED_LETTERS.match(text):
        text = text.replace(" ", "")
    text = _NUMBERING.sub("", text, count=1) if _NUMBERING.match(text) else text
    return _NOT_WORDS.sub(" ", text.replace("’", "").replace("'", "")).strip().casefold()


def page_at_end(line: str) -> tuple[str, str]:
    """Return the words and the page number of an entry of a table of contents; ("", "") if the line is no such entry."""
    text = line.rstrip(" \t|")
    page = _PAGE.search(text[-8:])
    words = text[: len(text) - len(page[0])] if page else ""
    if page is None or words[-1:] not in _LEADERS or not any(map(str.isalpha, words)):
        return "", ""
    return words.rstrip("".join(_LEADERS)), page[0]


def entry_name(line: str) -> str:
    """Return the normalised heading that a line of a table of contents refers to."""
    return name(page_at_end(line[:200])[0] or line)


def size(lines: Iterable[str]) -> int:
    """Return the number of characters of the lines, counting one line break per line."""
    return sum(len(line) + 1 for line in lines)


def without(lines: Sequence[str], gone: Iterable[int]) -> list[str]:
    """Return a new list of the lines without those at the indices `gone`."""
    excluded = set(gone)
    return [line for index, line in enumerate(lines) if index not in excluded] if excluded else list(lines)
