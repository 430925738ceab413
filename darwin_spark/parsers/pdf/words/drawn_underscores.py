"""Find underscores that TeX draws as rules beside words, because its oldest fonts (OT1) have no underscore.

pdfium takes the place for a blank. Source: LaTeX, ltoutenc.dtx, \\textunderscore: a kern of 0.06 em and a rule of 0.3 em.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from darwin_spark.parsers.pdf.characters.private_use import font_name
from darwin_spark.parsers.pdf.pdfium import calls
from darwin_spark.parsers.pdf.pdfium.rules import DrawnPaths

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_MIN_RULE, _MAX_RULE = 0.27, 0.42  # width of a rule in font sizes: 0.3 em, which is more in bold and small fonts
_KERN = 0.09  # maximum distance of a rule from the letter before it, and of the next word or rule from a rule, in font sizes
_SLACK = 0.8  # points by which pdfium's box of a rule may be too wide, or that of a letter which hangs over
_OVERHANG = 0.3  # how far a letter may hang over the rules that join it to another piece, in font sizes
_MAX_HEIGHT, _MAX_RISE = 0.08, 0.15  # of a rule, in font sizes: how thick it is, and how far from the baseline
_SAMPLE_SIZE = 4  # pieces whose fonts are looked at
_FONTS = ("cm", "sf", "xcm", "nimbus", "urwpalla")  # how the names of fonts begin that TeX uses with its oldest encoding
_SYMBOLS = ("cmex", "cmsy")  # the same of fonts with radical signs and braces, which rules prolong
_CLOSE = 1.5  # points from a baseline at which rules are looked for
_LEFT = attrgetter("left")


class Horizontal(NamedTuple):
    """Pieces of horizontal text: characters [begin, end); in points their left and right edges, baselines (y), font sizes."""

    begin: Ints
    end: Ints
    left: Floats
    right: Floats
    baseline: Floats
    size: Floats


class Underscores(NamedTuple):
    """Underscores beside a piece: its index, how many, where they end (x), whether they follow it, and join two pieces."""

    piece: int
    number: int
    edge: float
    is_after: bool
    joins: bool


class _Rule(NamedTuple):
    left: float
    right: float
    bottom: float


def drawn_underscores(page: calls.Pointer, paths: DrawnPaths, placed: Horizontal) -> list[Underscores]:
    """Return the underscores that are drawn beside the pieces of a page. Coordinates are those of the page."""
    count = len(placed.begin)
    sample = placed.begin[:: max(count // _SAMPLE_SIZE, 1)].tolist()
    if not any(font_name(page, index).startswith(_FONTS) for index in sample):
        return []
    rules = _rules(paths.boxes(), placed.size)
    found = _beside(rules, placed) if rules else []
    return [one for one in found if not font_name(page, int(placed.begin[one.piece])).startswith(_SYMBOLS)]


def _rules(paths: Floats, sizes: Floats) -> list[_Rule]:
    """Return the short thin rules among the paths of a page, from left to right; `sizes`: those of its fonts."""
    left, bottom, right, top = paths.T
    least, most = sizes.min(), sizes.max()
    is_thin, width = top - bottom < _MAX_HEIGHT * most + 1, right - left
    found = (is_thin & (width > _MIN_RULE * least) & (width < _MAX_RULE * most + _SLACK)).nonzero()[0]
    return sorted(set(map(_Rule, left[found].tolist(), right[found].tolist(), bottom[found].tolist())))


def _beside(rules: Sequence[_Rule], placed: Horizontal) -> list[Underscores]:
    """Return the underscores that the rules draw: each rule belongs to one piece."""
    lines: defaultdict[int, list[_Rule]] = defaultdict(list)
    for rule in rules:
        for key in range(int((rule.bottom - _CLOSE) // 1), int((rule.bottom + _CLOSE) // 1) + 1):
            lines[key].append(rule)
    keys = np.floor(placed.baseline).astype(np.int64).tolist()
    near = [(i, lines[key]) for i, key in enumerate(keys) if key in lines]
    found: list[Underscores] = []
    used: set[_Rule] = set()
    for is_after in (True, False):
        for i, line in near:
            size = float(placed.size[i])
            own = (
                rule
                for rule in (_from(line, float(placed.right[i])) if is_after else _up_to(line, float(placed.left[i])))
                if rule not in used
                and rule.right - rule.left > _MIN_RULE * size
                and abs(rule.bottom - placed.baseline[i]) < _MAX_RISE * size
            )
            chain = list(_chain(own, placed, i, is_after))
            if chain:
                used.update(chain)
                found.append(_underscores(chain, placed, i, is_after))
    return found


def _from(line: Sequence[_Rule], x: float) -> Iterator[_Rule]:
    """Yield the rules of a line that begin at `x` or behind it, from left to right."""
    return (line[i] for i in range(bisect_left(line, x - _SLACK, key=_LEFT), len(line)))


def _up_to(line: Sequence[_Rule], x: float) -> Iterator[_Rule]:
    """Yield the rules of a line that begin before `x`, from right to left."""
    return (line[i] for i in range(bisect_left(line, x, key=_LEFT) - 1, -1, -1))


def _chain(rules: Iterable[_Rule], placed: Horizontal, i: int, is_after: bool) -> Iterator[_Rule]:
    """Yield the rules of the underscores that follow piece `i`, or stand before it, from its edge on."""
    size = float(placed.size[i])
    edge = float(placed.right[i] if is_after else placed.left[i])
    for rule in rules:
        gap = rule.left - edge if is_after else edge - rule.right
        if gap > _KERN * size + _SLACK / 2:
            return
        if gap > -_SLACK:
            yield rule
            edge = rule.right if is_after else rule.left


def _underscores(chain: Sequence[_Rule], placed: Horizontal, i: int, is_after: bool) -> Underscores:
    edge = chain[-1].right if is_after else chain[-1].left
    other, size = i + 1 if is_after else i - 1, float(placed.size[i])
    if not 0 <= other < len(placed.begin) or abs(placed.baseline[other] - placed.baseline[i]) > 0.1 * size:
        return Underscores(i, len(chain), edge, is_after, joins=False)
    gap = placed.left[other] - edge if is_after else edge - placed.right[other]
    return Underscores(i, len(chain), edge, is_after, joins=bool(-_OVERHANG * size < gap < _KERN * size + _SLACK / 2))
