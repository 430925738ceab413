"""Set large operators and tall brackets of formulas on their line, with the limits and exponents that belong to them.

The glyphs of TeX's extension fonts hang from their origin: their line is found by their middle, which is on its axis.
"""

from collections.abc import Iterable, Sequence

from darwin_spark.parsers.pdf.words.formulas.parts import AXIS, OPENING, OPERATORS, ROOT, Part, joined, written
from darwin_spark.parsers.pdf.words.word_text import SCRIPT

_NEAR = 6  # parts before and after, in the order of the content, among which the line of an operator is looked for
_MAX_SCRIPTS = 30  # parts of the limits of an operator
_SLACK = 0.2  # font sizes by which the middle of a sign may miss the axis of its line
_WORDS = ("lim", "max", "min", "sup", "inf")
"""How the names of operators that have limits below end."""


def with_operators(parts: Sequence[Part]) -> list[Part]:
    """Return the parts with each operator and its limits, and each bracket and its exponent, as one part."""
    if not any(part.sign or part.word.text.endswith(_WORDS) for part in parts):
        return list(parts)
    found: list[Part] = []
    rest = list(parts)
    at = 0
    while at < len(rest):
        part = rest[at]
        at += 1
        if part.sign and part.sign != ROOT:
            part = on_its_line(part, found[-_NEAR:], rest[at : at + _NEAR])
            before = _limit_before(part, found) if part.sign in OPERATORS else 0
            upper = found[len(found) - before :]
            after = [] if part.sign in OPENING else _scripts_after(part, rest, at)
            if before or after:
                del found[len(found) - before :]
                at += len(after)
                part = _with_scripts(part, [*upper, *after])
        elif part.word.text.endswith(_WORDS) and (below := _limit_below_word(part, rest, at)):
            at += len(below)
            text = f"{part.word.text}_{{{written(below)}}}"
            part = joined([part, *below], text, part.size, part.word.baseline)
        found.append(part)
    return found


def on_its_line(part: Part, before: Sequence[Part], after: Sequence[Part]) -> Part:
    """Return a tall sign with the baseline and the size of the line on whose axis its middle is."""
    if not part.word.style.operators:
        return part._replace(word=part.word._replace(tall=(part.top, part.bottom)))
    size, baseline = line_on_axis(part.middle, [*reversed(before), *after]) or (part.size, part.middle + AXIS * part.size)
    word = part.word._replace(baseline=baseline, style=part.word.style._replace(size=size, operators=False))
    return part._replace(word=word._replace(tall=(part.top, part.bottom)))


def line_on_axis(y: float, near: Iterable[Part]) -> tuple[float, float] | None:
    """Return the size and the baseline of the largest of some parts whose axis is at y; None if there is none."""
    lines = [
        (part.size, part.word.baseline)
        for part in near
        if not part.word.style.operators and abs(part.word.baseline - AXIS * part.size - y) < _SLACK * part.size
    ]
    return max(lines, key=lambda line: line[0], default=None)


def _limit_before(sign: Part, parts: Sequence[Part]) -> int:
    """Return how many of the last parts are the limit above an operator (or, seldom, below)."""
    count = 0
    for part in reversed(parts[-_MAX_SCRIPTS:]):
        is_off = part.bottom < sign.top + 0.4 * sign.size or part.top > sign.bottom - 0.4 * sign.size
        if not _is_small(part, sign) or not is_off or part.word.right < sign.word.left - 4 * sign.size:
            break
        count += 1
    while count and not _is_centred(parts[len(parts) - count :], sign):
        count -= 1
    return count


def _scripts_after(sign: Part, parts: Sequence[Part], at: int) -> list[Part]:
    """Return the parts from index `at` on that are limits or exponents of a sign: small, and above, below or beside it."""
    found: list[Part] = []
    while at + len(found) < len(parts) and len(found) < _MAX_SCRIPTS:
        part = parts[at + len(found)]
        last = next((other for other in reversed(found) if _is_upper(other, sign) == _is_upper(part, sign)), sign)
        gap = part.word.left - last.word.right
        reach = (sign.top - 1.2 * sign.size, sign.bottom + 1.4 * sign.size)
        is_near = gap < 0.35 * sign.size and part.word.right > sign.word.left - 4 * sign.size
        if not _is_small(part, sign) or not is_near or not reach[0] < part.word.baseline < reach[1]:
            break
        found.append(part)
    while found and not all(_belongs(side, sign) for side in _sides(found, sign) if side):
        found.pop()
    return found


def _belongs(side: Sequence[Part], sign: Part) -> bool:
    """Whether small parts stand above or below a sign, or begin right of it."""
    begin = min(part.word.left for part in side)
    tucked = 0.75 * (sign.word.right - sign.word.left) if sign.sign in OPERATORS else 0.3 * sign.size
    return begin > sign.word.right - tucked or (sign.sign in OPERATORS and _is_centred(side, sign))


def _limit_below_word(word: Part, parts: Sequence[Part], at: int) -> list[Part]:
    """Return the parts from index `at` on that stand below the end of a word like "lim"."""
    found: list[Part] = []
    for part in parts[at : at + 2 * _NEAR]:
        drop = part.word.baseline - word.word.baseline
        if not _is_small(part, word) or not 0.45 * word.size < drop < 1.4 * word.size:
            break
        found.append(part)
    if not found:
        return []
    name = next(name for name in _WORDS if word.word.text.endswith(name))
    middle = word.word.right - 0.25 * len(name) * word.size
    left, right = min(p.word.left for p in found), max(p.word.right for p in found)
    return found if abs((left + right) / 2 - middle) < 0.6 * word.size else []


def _with_scripts(sign: Part, scripts: Sequence[Part]) -> Part:
    above, below = _sides(scripts, sign)
    text = sign.word.text
    text += f"_{{{written(below)}}}" if below else ""
    text += f"^{{{written(above)}}}" if above else ""
    return joined([sign, *scripts], text, sign.size, sign.word.baseline, sign.sign)


def _sides(parts: Sequence[Part], sign: Part) -> tuple[list[Part], list[Part]]:
    return [p for p in parts if _is_upper(p, sign)], [p for p in parts if not _is_upper(p, sign)]


def _is_upper(part: Part, sign: Part) -> bool:
    return part.middle < sign.middle


def _is_small(part: Part, sign: Part) -> bool:
    return part.size <= SCRIPT * sign.size and not (part.sign and part.word.style.operators)


def _is_centred(parts: Sequence[Part], sign: Part) -> bool:
    left, right = min(p.word.left for p in parts), max(p.word.right for p in parts)
    return abs((left + right) / 2 - sign.centre) < 0.3 * sign.size + 0.1 * (right - left)
