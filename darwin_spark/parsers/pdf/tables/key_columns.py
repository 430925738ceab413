"""Lists of terms in two columns ("HPLC:  High-performance liquid chromatography"): each key, with its colon, begins a row."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from darwin_spark.parsers.pdf.lines import Line

_MIN_KEYS = 3  # minimum number of lines with a key and a text
_MOST = 0.7  # minimum share of the cells of the first column that end with a colon
_ALIGNED = 1.5  # points by which the left edges of the keys, and of the texts, may differ
_TOLERANCE = 2.0  # font sizes by which the place of a blank, told from the letters before it, may be wrong
_NEAR = 1.2  # the same, for a blank that no colon tells
_MAX_STEP, _MAX_INDENT = 1.8, 3.0  # distance of the rows, and indentation of a text that goes on, in font sizes
_SAME_SIZE = 0.1  # share by which the font sizes of the lines may differ
_MAX_WORDS = 12  # a line with more words is text
_MAX_BETWEEN = 3  # maximum number of lines between two rows whose keys are told by the place of a blank
_WIDE, _NARROW = 1.35, 0.55  # width of a capital and of a blank or a thin letter, in widths of other letters


def with_parted_keys(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines; a key that fills its column, so that no gap parts it from its text, becomes a piece of its own."""
    if sum(len(line.pieces) == 2 for line in lines) < _MIN_KEYS:
        return lines
    lines = _with_keys_between(lines)
    if sum(_has_key(line) for line in lines) < _MIN_KEYS:
        return lines
    edges = Counter((round(line.left), round(line.pieces[1].left)) for line in lines if _has_key(line))
    columns = [edge for edge, count in edges.items() if count >= _MIN_KEYS]
    return [_parted(line, columns) if len(line.pieces) == 1 else line for line in lines]


def _with_keys_between(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines; up to three lines in one piece between rows of two columns are parted if each has a blank there."""
    edges = Counter((round(line.left), round(line.pieces[1].left)) for line in lines if len(line.pieces) == 2)
    columns = {edge for edge, count in edges.items() if count >= _MIN_KEYS}
    found = list(lines)
    edge: tuple[int, int] | None = None
    last = 0
    for index, line in enumerate(lines if columns else ()):
        if index and line.baseline - lines[index - 1].baseline > _MAX_STEP * line.size:
            edge = None
        if len(line.pieces) == 2:
            here = (round(line.left), round(line.pieces[1].left))
            if here == edge and 1 < index - last <= _MAX_BETWEEN + 1:
                parted = [_parted_at(each, here, line) for each in lines[last + 1 : index]]
                if all(parted):
                    found[last + 1 : index] = [part for part in parted if part]
            edge, last = here if here in columns else None, index
        elif edge and abs(line.left - edge[1]) <= _MAX_INDENT * line.size:
            last = index
    return found


def _parted_at(line: Line, edge: tuple[int, int], below: Line) -> Line | None:
    """Return a line in one piece as a key and a text that begins at an edge; None if no blank is there, or two may be.

    `below`: the row below it, whose type it has.
    """
    left, begin = edge
    words = line.text.split(" ")
    is_like = line.bold == below.bold and abs(line.size - below.size) < _SAME_SIZE * line.size
    if not is_like or abs(line.left - left) > _ALIGNED or not 2 <= len(words) <= _MAX_WORDS:
        return None
    if len(line.pieces) > 1 or line.pieces[0].table:
        return None
    share = (line.right - line.left) / max(_width(line.text), 1.0)
    places = [abs(line.left + share * _width(" ".join(words[:i]) + " ") - begin) for i in range(1, len(words))]
    best = min(range(len(places)), key=lambda i: places[i])
    others = min((place for i, place in enumerate(places) if i != best), default=float("inf"))
    if places[best] > _NEAR * line.size or others < 2 * places[best]:
        return None
    (piece,) = line.pieces
    first = piece._replace(text=" ".join(words[: best + 1]), right=begin - 0.5 * line.size)
    return replace(line, pieces=[first, piece._replace(text=" ".join(words[best + 1 :]), left=float(begin), lead="")])


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
