"""Write fractions and roots of formulas in their line: what stands above a bar, a slash, and what stands below."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise

import numpy as np

from darwin_spark.parsers.pdf.pdfium.rules import Rule
from darwin_spark.parsers.pdf.words.formulas.matrices import with_rows
from darwin_spark.parsers.pdf.words.formulas.operator_limits import line_on_axis, with_operators
from darwin_spark.parsers.pdf.words.formulas.parts import AXIS, ROOT, Part, joined, main_line, written
from darwin_spark.parsers.pdf.words.word_text import SCRIPT

_MAX_UNDER_ROOT = 40  # parts after the sign of a root among which those under it are looked for
_MAX_ROOTS = 500  # of a page
_NEAR = 4  # parts before and after a fraction, in the order of the content, among which its line is looked for
_MAX_REACH = 12.0  # font sizes from the bar to the farthest part of a numerator or denominator
_SCRIPTS = r"(?:[_^]\{[^{}]*\})*"
_SIMPLE = re.compile(
    rf"[−∂∇-]?(?:\d+(?:[.,]\d+)*|[A-Za-z]+|[^\W\d_]){_SCRIPTS}[!′]*(?:\([^()]*\))?|[∂∇]?\([^()]*\){_SCRIPTS}|\|[^|]*\|{_SCRIPTS}|√(?:\([^()]*\)|\w)"
)
"""A numerator or denominator that needs no brackets."""
_TERMS = re.compile(r"[\s/+−±]|(?<=\S)-")


Cut = Callable[[Part, float], list[Part]]


def with_fractions(parts: Sequence[Part], rules: Sequence[Rule], cut: Cut) -> list[Part]:
    """Return the parts with each fraction, and each root with what is under it, as one part.

    `rules`: the shortest first. `cut`: function that cuts a part in two at an x.
    """
    builder = _Builder(_cut_at_roots(parts, rules, cut))
    for rule in rules:
        builder.apply(rule)
    return [part for part in builder.parts if part is not None]


class _Builder:
    """The parts of a page, in the order of the content; those that became part of another are None."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts: list[Part | None] = list(parts)
        self._places = np.array([(p.word.left, p.word.right, p.top, p.bottom) for p in parts]).reshape(-1, 4)

    def apply(self, rule: Rule) -> None:
        """Make the parts around a rule one part, if it is the bar of a fraction or belongs to a root."""
        left, right, top, bottom = self._places.T
        for index in np.flatnonzero((np.abs(right - rule.left) < 6) & (np.abs(top - rule.y) < 6)).tolist():
            part = self.parts[index]
            if part is not None and part.sign == ROOT and _begins_at(rule, part):
                self._set_root(index, rule)
                return
        middle = (left + right) / 2
        near = np.abs((top + bottom) / 2 - rule.y) < 100
        inside = np.flatnonzero((middle > rule.left - 1) & (middle < rule.right + 1) & near)
        if len(inside):
            self._set_fraction(inside.tolist(), rule)

    def _set_root(self, index: int, rule: Rule) -> None:
        """Join a root with the parts under its rule: the next ones, but pdfium puts signs of one height before other parts."""
        sign = self.parts[index]
        assert sign is not None
        degree: list[int] = []
        chosen: list[int] = []
        for after, part in islice(self._after(index), _MAX_UNDER_ROOT):
            if _is_under(part, rule, sign):
                chosen.append(after)
            elif chosen:
                break
            elif part.size < sign.size and part.word.right < rule.left + 1 and sign.top < part.middle < sign.bottom:
                degree.append(after)
        if not chosen:
            return
        inner = _laid_out(self._those(chosen))
        text, (size, baseline) = written(inner), main_line(inner)
        text = f"√{text if _SIMPLE.fullmatch(text) else f'({text})'}"
        text = f"^{{{written(self._those(degree))}}}{text}" if degree else text
        self._merge([chosen[0], index, *degree, *chosen[1:]], text, size, baseline)

    def _those(self, indices: Sequence[int]) -> list[Part]:
        return [part for i in indices if (part := self.parts[i]) is not None]

    def _set_fraction(self, inside: Sequence[int], rule: Rule) -> None:
        split = self._split(inside, rule)
        if split is None:
            return
        above, below = self._run(split[0], rule, -1), self._run(split[1], rule, 1)
        upper, lower = self._those(above), self._those(below)
        if not upper or not lower or not _is_fraction(upper, lower, rule):
            return
        upper, lower = _laid_out(upper), _laid_out(lower)
        if not (_is_one_line(upper) and _is_one_line(lower)):
            return
        size, baseline = self._line(above[0], below[-1], rule) or (0.0, 0.0)
        if not size:
            if not _is_alone(upper, lower, rule):
                return
            size = max(part.size for part in (*upper, *lower))
            baseline = rule.y + AXIS * size
        text = f"{_numerator(written(upper))}/{_denominator(written(lower))}"
        self._merge([*above, *below], text, size, baseline)

    def _split(self, inside: Sequence[int], rule: Rule) -> tuple[int, int] | None:
        """Return the last part above and the first below the bar, which follow each other; the nearest such pair."""
        alive = [(i, part) for i in inside if (part := self.parts[i]) is not None]
        pairs = [
            (abs(rule.y - a.bottom) + abs(b.top - rule.y), i, j)
            for (i, a), (j, b) in pairwise(alive)
            if a.middle < rule.y < b.middle and all(part is None for part in self.parts[i + 1 : j])
        ]
        return min(pairs)[1:] if pairs else None

    def _run(self, index: int, rule: Rule, step: int) -> list[int]:
        """Return the indices, ascending, of the parts from `index` on, forwards or backwards, over or under the rule."""
        found = []
        while 0 <= index < len(self.parts):
            part = self.parts[index]
            if part is not None:
                on_side = part.middle < rule.y if step < 0 else part.middle > rule.y
                if not (on_side and _is_over(part, rule) and abs(part.middle - rule.y) < _MAX_REACH * part.size):
                    break
                found.append(index)
            index += step
        return sorted(found)

    def _line(self, first: int, last: int, rule: Rule) -> tuple[float, float] | None:
        """Return size and baseline of the line in which a fraction stands."""
        near = [part for _, part in (*self._before(first), *islice(self._after(last), _NEAR))]
        near = [part for part in near if part.word.right > rule.left - 2.5 * part.size]
        near = [part for part in near if part.word.left < rule.right + 2.5 * part.size]
        if line := line_on_axis(rule.y, near):
            return line
        signs = [part for part in near if part.word.style.operators and abs(part.middle - rule.y) < 0.2 * part.size]
        return (signs[0].size, rule.y + AXIS * signs[0].size) if signs else None

    def _before(self, index: int) -> Iterator[tuple[int, Part]]:
        found = ((i, part) for i in range(index - 1, max(index - 40, -1), -1) if (part := self.parts[i]) is not None)
        yield from (pair for pair, _ in zip(found, range(_NEAR), strict=False))

    def _after(self, index: int) -> Iterator[tuple[int, Part]]:
        return ((i, part) for i in range(index + 1, len(self.parts)) if (part := self.parts[i]) is not None)

    def _merge(self, indices: Sequence[int], text: str, size: float, baseline: float) -> None:
        merged = joined(self._those(indices), text, size, baseline)
        for i in indices:
            self.parts[i] = None
        self.parts[indices[0]] = merged
        self._places[indices[0]] = merged.word.left, merged.word.right, merged.top, merged.bottom


def _laid_out(parts: Sequence[Part]) -> list[Part]:
    return with_rows(with_operators(parts))


def _cut_at_roots(parts: Sequence[Part], rules: Sequence[Rule], cut: Cut) -> list[Part]:
    """Return the parts, those that go on behind the rule of a root cut there."""
    found = list(parts)
    signs = [i for i, part in enumerate(parts) if part.sign == ROOT]
    for begin in reversed(signs[:_MAX_ROOTS]):  # so that the indices of those before stay
        sign = found[begin]
        rule = next((rule for rule in rules if _begins_at(rule, sign)), None)
        for i in range(begin + 1, min(begin + 1 + _MAX_UNDER_ROOT, len(found))) if rule else ():
            part = found[i]
            if rule and _is_under(part, rule, sign) and part.word.right > rule.right + 0.2 * part.size:
                found[i : i + 1] = cut(part, rule.right)
                break
    return found


def _is_under(part: Part, rule: Rule, root: Part) -> bool:
    """Whether a part begins under the rule of a root."""
    is_below = part.top > rule.y - 0.4 * part.size and part.middle < root.bottom + 0.3 * root.size
    return is_below and rule.left - 1 < part.word.left < rule.right - 0.1 * part.size


def _begins_at(rule: Rule, root: Part) -> bool:
    """Whether a rule begins at the upper end of a root sign."""
    return max(abs(root.word.right - rule.left), abs(root.top - rule.y)) < 0.3 * root.size


def _is_over(part: Part, rule: Rule) -> bool:
    """Whether a part stands within the ends of a rule, above or below it."""
    slack = 0.4 * part.size
    is_within = rule.left - slack < part.word.left and part.word.right < rule.right + slack
    return is_within and rule.left - 0.5 < part.centre < rule.right + 0.5


def _is_fraction(upper: Sequence[Part], lower: Sequence[Part], rule: Rule) -> bool:
    """Whether parts above and below a rule fit to it as numerator and denominator: in distance, width and place."""
    size = max(part.size for part in (*upper, *lower))
    gaps = rule.y - max(part.bottom for part in upper), min(part.top for part in lower) - rule.y
    if not all(-0.35 * size < gap < 0.9 * size for gap in gaps):
        return False
    widths = []
    for side in (upper, lower):
        left, right = min(part.word.left for part in side), max(part.word.right for part in side)
        if abs((left + right) - (rule.left + rule.right)) / 2 > 0.3 * size + 0.03 * (right - left):
            return False
        widths.append(right - left)
    return abs(rule.right - rule.left - max(widths)) < 0.6 * size


def _is_one_line(parts: Sequence[Part]) -> bool:
    """Whether the parts of full size stand on one line without wide gaps, as no rows of a table do."""
    size, baseline = main_line(parts)
    main = [part for part in parts if part.size > SCRIPT * size]
    gaps = (b.word.left - max(p.word.right for p in parts[: i + 1]) for i, b in enumerate(parts[1:]))
    return all(abs(part.word.baseline - baseline) < 0.7 * size for part in main) and all(gap < 1.6 * size for gap in gaps)


def _is_alone(upper: Sequence[Part], lower: Sequence[Part], rule: Rule) -> bool:
    """Whether a fraction has no line beside it: its rule is as wide as its wider half, as TeX draws it, and it holds signs."""
    size = max(part.size for part in (*upper, *lower))
    widths = [max(p.word.right for p in side) - min(p.word.left for p in side) for side in (upper, lower)]
    is_exact = abs(rule.right - rule.left - max(widths)) < 0.15 * size
    return is_exact and any(part.word.style.italic or not part.word.text.isascii() for part in (*upper, *lower))


def _numerator(text: str) -> str:
    return text if _SIMPLE.fullmatch(text) or not _TERMS.search(text) else f"({text})"


def _denominator(text: str) -> str:
    return text if _SIMPLE.fullmatch(text) else f"({text})"
