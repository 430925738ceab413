"""Find the parts of a text that its rewritten form must keep: numbers, formulas, citations, code, labels. Parts are found by
form and compared without layout: a repaired blank or restyled formula is no loss. Each level decides which it accepts."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from darwin_spark.inference.checks.answer_checks import WORD
from darwin_spark.text.markdown import Kind, kinds

NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?![\w])")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
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
INLINE = re.compile(r"(?<![\\$])\$(?![\s$])([^$\n]{1,500}?)(?<![\s\\])\$(?![\d$])|\\\(((?:[^\\\n]|\\[^()\n]){1,500}+)\\\)")

_DISPLAY_MARKS = re.compile(r"\$\$|\\\[|\\\]")
_LAYOUT = re.compile(
    r"\s+|[{}]|\\[,;:! ]|\\(?:left|right|quad|qquad|displaystyle|textstyle|limits|nonumber|notag|big|Big|bigg|Bigg)(?![a-zA-Z])"
)
_MIN_DISTINCTIVE_CHARS = 8  # minimum length in characters of a formula that does not occur inside other formulas by chance
_FENCE = re.compile(r"\s*(?:```|~~~)")
_SENTENCE = re.compile(r"""(?<=[.!?])["'”’)\]]{0,3}\s+(?=["'“‘(\[]{0,2}[A-Z0-9])""")
_SPACE = re.compile(r"[\s*_]+")


def numbers(text: str) -> Iterator[str]:
    """Yield the numbers of two or more characters in the text; commas between thousands are left out: 1,000 equals 1000."""
    return (_THOUSANDS.sub("", number) for number in NUMBER.findall(text) if len(number) > 1)


def bare(formula: str) -> str:
    """Return a formula without its layout: white space, braces, delimiters, commands of spacing, size, style, numbering."""
    return _LAYOUT.sub("", _DISPLAY_MARKS.sub("", formula)).replace("$", "")


def displays(text: str) -> Iterator[str]:
    """Yield the display formulas of the text, each without layout (`bare`)."""
    for run in _line_blocks(text, Kind.FORMULA):
        yield from (part for piece in _DISPLAY_MARKS.split(run) if (part := bare(piece)))


def inlines(text: str) -> list[str]:
    """Return the inline formulas of the text, each without layout (`bare`)."""
    return [bare(match[1] or match[2]) for match in INLINE.finditer(text)]


def lost_formulas(wanted: Iterable[str], text: str) -> list[str]:
    """Return each formula of `wanted`, once, that is less often in `text` than in `wanted` (both without layout, `bare`).
    A formula of at least 8 characters also counts where it stands inside another formula or in plain text."""
    said, bare_text = Counter([*inlines(text), *displays(text)]), bare(text)
    return [
        formula
        for formula, times in Counter(wanted).items()
        if said[formula] < times and (len(formula) < _MIN_DISTINCTIVE_CHARS or bare_text.count(formula) < times)
    ]


def made_up_citations(text: str, given: str) -> list[str]:
    """Return the citations in `text` that contain a number or word (name, year) which does not occur in `given`."""
    known = set(WORD.findall(given.lower()))
    return [match[0] for match in CITATION.finditer(text) if not known.issuperset(WORD.findall(match[0].lower()))]


def code_lines(text: str) -> Iterator[str]:
    """Yield the non-blank lines of the code blocks in `text`, without the fences."""
    for run in _line_blocks(text, Kind.CODE):
        yield from (line.rstrip() for line in run.split("\n") if line.strip() and not _FENCE.match(line))


def headers(text: str) -> Iterator[str]:
    """Yield the text of each heading, without the marks # and *."""
    lines = text.split("\n")
    for line, kind in zip(lines, kinds(lines), strict=True):
        if kind is Kind.HEADING:
            yield " ".join(line.replace("*", "").strip("# ").split())


def in_order(wanted: Iterable[str], found: Iterable[str]) -> bool:
    """Whether `found` contains all items of `wanted` in this order, possibly with others between them."""
    left = iter(found)
    return all(item in left for item in wanted)


def flat(text: str) -> str:
    """Return a citation in normalised form: without white space and emphasis marks, with one kind of dash, in lower case."""
    return _SPACE.sub("", text).replace("–", "-").replace("—", "-").casefold()


def labels(text: str) -> set[str]:
    """Return the labels of figures, tables, equations ... in one form: 'Figure 3' and 'Fig. 3' both become 'fig3'."""
    return {f"{match[1][:3].casefold()}{match[2].casefold()}" for match in _LABEL.finditer(text)}


def lost(wanted: Iterable[str], said: str) -> list[str]:
    """Return the items of `wanted` that are no substring of `said`. Normalise both alike first (by `flat` or `bare`)."""
    return [item for item in wanted if item not in said]


def units(given: str, text: str) -> Iterator[tuple[str, float]]:
    """Yield pairs: a sentence, item or row of `given`, and the share (0 to 1) of its words that occur anywhere in `text`. Units
    of one or two words are left out. A repeated unit is yielded once, because the other may have been deleted as a copy."""
    said, seen = set(WORD.findall(text.lower())), set[str]()
    for line in given.split("\n"):
        for unit in _SENTENCE.split(line):
            words = WORD.findall(unit.lower())
            if unit not in seen and len(words) > 2:
                seen.add(unit)
                yield unit, sum(word in said for word in words) / len(words)


def _line_blocks(text: str, kind: Kind) -> Iterator[str]:
    """Yield each run of adjacent lines whose Markdown kind is `kind`, joined by line breaks."""
    lines = text.split("\n")
    block: list[str] = []
    for line, found in [*zip(lines, kinds(lines), strict=True), ("", Kind.BLANK)]:
        if found is kind:
            block.append(line)
        elif block:
            yield "\n".join(block)
            block = []
