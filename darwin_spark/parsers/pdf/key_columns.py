"""Lists of terms in two columns ("HPLC:  High-performance liquid chromatography"): each key, with its colon, begins a row."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from darwin_spark.parsers.pdf.lines import Line

_MIN_KEYS = 3  # minimum number of lines with a key and a text
_MOST = 0.7  # minimum share of the cells of the first column that end with a colon
_ALIGNED = 1.5  # points by which the left edges of the keys, and of the texts, may differ
_TOLERANCE = 2.0  # font sizes by which the place of a blank, told from the letters before it, may be wrong
_WIDE, _NARROW = 1.35, 0.55  # width of a capital and of a blank or a thin letter, in widths of other letters


def with_parted_keys(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines; a key that fills its column, so that no gap parts it from its text, becomes a piece of its own."""
    if sum(_has_key(line) for line in lines) < _MIN_KEYS:
        return lines
    edges = Counter((round(line.left), round(line.pieces[1].left)) for line in lines if _has_key(line))
    columns = [edge for edge, count in edges.items() if count >= _MIN_KEYS]
    return [_parted(line, columns) if len(line.pieces) == 1 else line for line in lines]


def are_keys(cells: Sequence[str]) -> bool:
    """Whether most cells of a first column are keys that end with a colon. `cells`: those with text."""
    return sum(cell.endswith(":") for cell in cells) > _MOST * len(cells)


def _has_key(line: Line) -> bool:
    return len(line.pieces) == 2 and line.pieces[0].text.endswith(":")


def _parted(line: Line, columns: Sequence[tuple[int, int]]) -> Line:
    key, colon, text = line.text.partition(": ")
    if not colon or not text:
        return line
    share = _width(f"{key}: ") / _width(line.text)
    place = line.left + share * (line.right - line.left)
    for left, begin in columns:
        if abs(line.left - left) <= _ALIGNED and abs(place - begin) <= _TOLERANCE * line.size:
            (piece,) = line.pieces
            first = piece._replace(text=f"{key}:", right=begin - 0.5 * line.size)
            return replace(line, pieces=[first, piece._replace(text=text, left=float(begin), lead="")])
    return line


def _width(text: str) -> float:
    return sum(_WIDE if c.isupper() else _NARROW if c in " .,:;il-'|_^{}" else 1.0 for c in text)
