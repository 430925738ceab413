"""Find listings whose lines are numbered in the margin, and leave the numbers out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from darwin_spark.parsers.pdf.lines import Line

_NUMBER = re.compile(r"(\d{1,4})(?: (\S.*))?")
_MIN_NUMBERS = 3  # minimum number of lines that are numbered one after the other
_MIN_SHOWN = 5  # the same if the numbers are as large as the code
_SMALLER = 0.85  # maximum size of a number, as a share of the code, by which it shows as one
_MAX_WRAPPED = 3  # maximum lines without a number, on which a long line goes on
_MAX_STEP = 3.5  # maximum distance of two lines in font sizes
_LONG = 8  # characters of a piece whose mean width is that of its letters
_ALIGNED = 3.0  # points by which the right edges of the numbers may differ
_SMALL = 0.65  # usual size of a number that is in one piece with the code, as a share of the code
_PITCH = 0.6  # width of a letter of fixed width in font sizes


def without_numbers(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines of a column; those of each numbered listing without their numbers, as text of a fixed width."""
    begin_with_digits = [line for line in lines if line.text[:1].isdecimal()]
    if sum(_number(line) is not None for line in begin_with_digits) < _MIN_NUMBERS:
        return lines
    found: list[Line] = []
    index = 0
    while index < len(lines):
        run = _run(lines, index)
        if _is_listing(run):
            found += _code(run)
            index += len(run)
        else:
            found.append(lines[index])
            index += 1
    return found


def _number(line: Line) -> int | None:
    text = line.pieces[0].text
    match = _NUMBER.fullmatch(text) if text[:1].isdecimal() else None
    return int(match.group(1)) if match else None


def _run(lines: Sequence[Line], begin: int) -> Sequence[Line]:
    """Return the lines from `begin` on whose numbers grow by one, and those on which they go on."""
    number = _number(lines[begin])
    if number is None:
        return ()
    end, edge = begin + 1, _edge(lines[begin])
    for i in range(begin + 1, len(lines)):
        line = lines[i]
        if line.baseline - lines[i - 1].baseline > _MAX_STEP * max(line.size, lines[i - 1].size) or i - end > _MAX_WRAPPED:
            break
        if _number(line) == number + 1 and abs(_edge(line) - edge) <= _ALIGNED:
            number, end = number + 1, i + 1
        elif line.left < edge + _ALIGNED:
            break
    return lines[begin:end]


def _edge(line: Line) -> float:
    """Return the right edge of the number of a line; if the code follows it in one piece, as wide as its digits are."""
    first = line.pieces[0]
    digits, _, rest = first.text.partition(" ")
    return first.left + 0.5 * _SMALL * first.size * len(digits) if rest else first.right


def _is_listing(run: Sequence[Line]) -> bool:
    """Whether most lines are in a fixed width, and the numbers are smaller than these, or some stand beside blank lines."""
    numbered = [line for line in run if _number(line) is not None]
    if len(numbered) < _MIN_NUMBERS:
        return False
    code = [
        piece
        for line in run
        for piece in (line.pieces[1:] if len(line.pieces) > 1 else line.pieces)
        if not piece.text.isdigit()
    ]
    if 2 * sum(piece.mono for piece in code) <= len(code) or not code:
        return False
    size = max(piece.size for piece in code)
    alone = [line.pieces[0] for line in numbered if line.pieces[0].text.isdigit()]
    are_small = 2 * sum(piece.size < _SMALLER * size for piece in alone) > len(alone) > 0
    return are_small or (
        len(numbered) >= _MIN_SHOWN and any(len(line.pieces) == 1 and line.text.isdigit() for line in numbered)
    )


def _code(run: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines without their numbers, and none for a number alone."""
    widths = [(p.right - p.left) / len(p.text) for line in run for p in line.pieces if p.mono and len(p.text) >= _LONG]
    for line in run:
        first, *rest = line.pieces
        match = _NUMBER.fullmatch(first.text)
        if match is None:
            yield replace(line, mono=True)
            continue
        if text := match.group(2):
            left = first.right - len(text) * (median(widths) if widths else _PITCH * first.size)
            rest = [first._replace(text=text, left=left), *rest]
        if rest:
            code = line.text.partition(" ")[2].lstrip()
            size = max(piece.size for piece in rest)
            yield replace(line, pieces=rest, text=code, left=rest[0].left, size=size, mono=True)
