"""What of a text must come back in its rewritten form: numbers, formulas, citations, code, labels.

All are found by their form and compared without what only lays them out, so that a repaired blank or a restyled formula is no
loss. A level decides which losses it forgives.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from darwin_spark.inference.checks.answer_checks import WORD
from darwin_spark.text.markdown import Kind, kinds

NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?![\w])")
CITATION = re.compile(
    r"\[\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\]|\[-?@[^\[\]\n]{1,200}\]"
    r"|\((?:[^()\n]{0,40}\s)?[A-Z][^()\n]{1,120}?,?\s(?:19|20)\d\d[a-z]?(?:[,;][^()\n]{0,200})?\)"
)
"""In-text citations: [12], [3-5, 7], [@key], (Smith et al., 2010; Jones, 2011)."""
_LABEL = re.compile(
    r"\b(Fig|Table|Eq|Section|Theorem|Lemma|Definition|Proposition|Corollary|Algorithm|Box|Scheme)[a-z]*\.?\s"
    r"(\d{1,3}(?:\.\d{1,3})*|S\d{1,3}|[IVX]{1,5})\b"
)
CODE_SPAN = re.compile(r"`([^`\n]{1,300})`")
INLINE = re.compile(r"(?<![\\$])\$(?![\s$])([^$\n]{1,500}?)(?<![\s\\])\$(?![\d$])|\\\(([^\n]{1,500}?)\\\)")

_DISPLAY_MARKS = re.compile(r"\$\$|\\\[|\\\]")
_LAYOUT = re.compile(
    r"\s+|[{}]|\\[,;:! ]|\\(?:left|right|quad|qquad|displaystyle|textstyle|limits|nonumber|notag|big|Big|bigg|Bigg)(?![a-zA-Z])"
)
_TELLING = 8
"""Characters of a formula that is no part of others by chance."""
_FENCE = re.compile(r"\s*(?:```|~~~)")
_SENTENCE = re.compile(r"""(?<=[.!?])["'”’)\]]{0,3}\s+(?=["'“‘(\[]{0,2}[A-Z0-9])""")
_SPACE = re.compile(r"[\s*_]+")


def bare(formula: str) -> str:
    """A formula without what only lays it out: white space, braces, spacing and sizing commands."""
    return _LAYOUT.sub("", _DISPLAY_MARKS.sub("", formula)).replace("$", "")


def displays(text: str) -> Iterator[str]:
    """The display formulas, bare."""
    for run in _runs(text, Kind.FORMULA):
        yield from (part for piece in _DISPLAY_MARKS.split(run) if (part := bare(piece)))


def inlines(text: str) -> list[str]:
    """The inline formulas, bare."""
    return [bare(match[1] or match[2]) for match in INLINE.finditer(text)]


def lost_formulas(wanted: Iterable[str], text: str) -> list[str]:
    """The bare formulas that the text has less often than they are wanted, alone or, if they can be told, inside others."""
    said, whole = Counter([*inlines(text), *displays(text)]), bare(text)
    return [
        formula
        for formula, times in Counter(wanted).items()
        if said[formula] < times and (len(formula) < _TELLING or whole.count(formula) < times)
    ]


def made_up_citations(text: str, given: str) -> list[str]:
    """Citations that speak of numbers, names or years that `given` nowhere names."""
    known = set(WORD.findall(given.lower()))
    return [match[0] for match in CITATION.finditer(text) if not known.issuperset(WORD.findall(match[0].lower()))]


def code_lines(text: str) -> Iterator[str]:
    """The lines of code blocks, without their fences."""
    for run in _runs(text, Kind.CODE):
        yield from (line.rstrip() for line in run.split("\n") if line.strip() and not _FENCE.match(line))


def headers(text: str) -> Iterator[str]:
    """The headings, without their marks."""
    lines = text.split("\n")
    for line, kind in zip(lines, kinds(lines), strict=True):
        if kind is Kind.HEADING:
            yield " ".join(line.replace("*", "").strip("# ").split())


def in_order(wanted: Iterable[str], found: Iterable[str]) -> bool:
    """Whether all that is wanted is found, in this order; more may stand between."""
    left = iter(found)
    return all(item in left for item in wanted)


def flat(text: str) -> str:
    """A citation without white space and emphasis, with one sort of dash."""
    return _SPACE.sub("", text).replace("–", "-").replace("—", "-").casefold()


def labels(text: str) -> set[str]:
    """The mentions of figures, tables, equations ..., however they are shortened: 'Figure 3', 'Fig. 3' are both 'fig3'."""
    return {f"{match[1][:3].casefold()}{match[2].casefold()}" for match in _LABEL.finditer(text)}


def lost(wanted: Iterable[str], said: str) -> list[str]:
    """What is wanted and not said; both flat or bare."""
    return [item for item in wanted if item not in said]


def units(given: str, text: str) -> Iterator[tuple[str, float]]:
    """The sentences, items and rows of `given`, each with the share of its words that stand in `text`: whether it was kept.

    A unit that comes twice is given once: one of the two may have gone as a copy.
    """
    said, seen = set(WORD.findall(text.lower())), set[str]()
    for line in given.split("\n"):
        for unit in _SENTENCE.split(line):
            words = WORD.findall(unit.lower())
            if unit not in seen and len(words) > 2:
                seen.add(unit)
                yield unit, sum(word in said for word in words) / len(words)


def _runs(text: str, kind: Kind) -> Iterator[str]:
    """Adjacent lines of a kind, as one."""
    lines = text.split("\n")
    held: list[str] = []
    for line, found in [*zip(lines, kinds(lines), strict=True), ("", Kind.BLANK)]:
        if found is kind:
            held.append(line)
        elif held:
            yield "\n".join(held)
            held = []
