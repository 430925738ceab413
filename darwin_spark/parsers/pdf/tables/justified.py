"""Join the words of stretched lines: in a narrow column, justified lines have blanks as wide as the gaps between columns.

Such a line shows by its gaps, which are all equally wide, and by its edges: those of a line above or below it without wide
gaps, or, as the lines of a heading do, those of many lines of the page. Words below each other in two such lines are cells.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from darwin_spark.parsers.pdf.fragments import Fragment

_ALIGNED = 1.0  # points by which the edges of the line and of its neighbour may differ
_MAX_GAP = 8.0  # maximum width of a blank in font sizes
_WIDE_GAP = 1.6  # width in font sizes of blanks that are wider than any in the parts of the line
_EQUAL = 0.35  # font sizes by which the widths of the blanks may differ
_MAX_STEP = 1.7  # maximum distance of the neighbour in font sizes
_ROW = 0.1  # fragments whose baselines differ by less than this share of a font size are on one line
_MAX_INDENTATION = 3.0  # maximum indentation of the first line of a paragraph in font sizes
_MAX_PASSES = 4  # a joined line is the neighbour of the next one
_MIN_LINES = 8  # minimum number of lines that tell the edges of a column
_MIN_WORDS = 3  # minimum number of words of a stretched line without such a neighbour
_CELL = 3.0  # points by which the left edges of cells below each other may differ
_MIN_CHARS = 14  # minimum characters of the neighbour


def join_stretched(fragments: Sequence[Fragment]) -> list[Fragment]:
    """Return the fragments of a page, in content order, with those of each stretched line joined into one."""
    found = list(fragments)
    for _ in range(_MAX_PASSES):
        before = len(found)
        found = _pass(found)
        if len(found) == before:
            break
    return found


def _pass(fragments: Sequence[Fragment]) -> list[Fragment]:
    if not any(b.left >= a.right and abs(b.baseline - a.baseline) <= _ROW * b.size for a, b in pairwise(fragments)):
        return list(fragments)
    rows = list(_rows(fragments))
    stretched = {index for index, row in enumerate(rows) if len(row) > 1 and _is_stretched(row)}
    if not stretched:
        return list(fragments)
    edges = _usual_edges(fragments)
    found: list[Fragment] = []
    for index, row in enumerate(rows):
        if index in stretched and _is_line(rows, index, found[-1] if found else None, edges):
            found.append(_joined(row))
        else:
            found += row
    return found


def _is_line(rows: Sequence[list[Fragment]], index: int, above: Fragment | None, edges: set[tuple[int, int]]) -> bool:
    """Whether a row has the edges of the line `above` or below it, or fills a column."""
    below = rows[index + 1][0] if index + 1 < len(rows) and len(rows[index + 1]) == 1 else None
    if any(_is_neighbour(f, rows[index]) for f in (above, below)):
        return True
    return _fills_column(rows[index], [*rows[max(index - 1, 0) : index], *rows[index + 1 : index + 2]], edges)


def _usual_edges(fragments: Sequence[Fragment]) -> set[tuple[int, int]]:
    """Return the left and right edges, rounded, of a column: many long lines have them, to a point."""
    edges = Counter((round(f.left), round(f.right)) for f in fragments if len(f.text) >= _MIN_CHARS)
    usual = (edge for edge, count in edges.items() if count >= _MIN_LINES)
    return {(left + a, right + b) for left, right in usual for a in (-1, 0, 1) for b in (-1, 0, 1)}


def _fills_column(row: Sequence[Fragment], near: Sequence[Sequence[Fragment]], edges: set[tuple[int, int]]) -> bool:
    """Whether three or more words fill a column, and none of them but the first stands above or below another one."""
    if len(row) < _MIN_WORDS or (round(row[0].left), round(row[-1].right)) not in edges:
        return False
    lefts = [f.left for other in near for f in other[1:]]
    is_cell = any(abs(f.left - left) < _CELL for f in row[1:] for left in lefts)
    return not is_cell and all(any(map(str.isalpha, f.text)) for f in row)


def _rows(fragments: Sequence[Fragment]) -> Iterator[list[Fragment]]:
    """Yield runs of fragments on one baseline, each on the right of the one before."""
    row: list[Fragment] = []
    for f in fragments:
        if row and (abs(f.baseline - row[-1].baseline) > _ROW * f.size or f.left < row[-1].right):
            yield row
            row = []
        row.append(f)
    if row:
        yield row


def _is_stretched(row: Sequence[Fragment]) -> bool:
    size = row[0].size
    gaps = [b.left - a.right for a, b in pairwise(row)]
    if max(gaps) > _MAX_GAP * size or max(gaps) - min(gaps) > _EQUAL * size or any(f.table or f.mono for f in row):
        return False
    if min(gaps) > _WIDE_GAP * size and any(" " in f.text for f in row):  # all blanks of a line are stretched alike
        return False
    return all(abs(f.size - size) < 0.1 * size for f in row)


def _is_neighbour(line: Fragment | None, row: Sequence[Fragment]) -> bool:
    if line is None or len(line.text) < _MIN_CHARS or line.table or abs(line.size - row[0].size) > 0.1 * line.size:
        return False
    is_next = 0 < abs(line.baseline - row[0].baseline) < _MAX_STEP * line.size
    indentation = row[0].left - line.left if line.baseline > row[0].baseline else abs(row[0].left - line.left)
    begins_there = indentation <= _ALIGNED or (line.baseline > row[0].baseline and indentation <= _MAX_INDENTATION * line.size)
    return is_next and indentation >= -_ALIGNED and begins_there and abs(line.right - row[-1].right) <= _ALIGNED


def _joined(row: Sequence[Fragment]) -> Fragment:
    text = " ".join(f.text for f in row)
    bold = 2 * sum(len(f.text) for f in row if f.bold) > len(text)
    joined = row[0]._replace(text=text, right=row[-1].right, bold=bold, italic=all(f.italic for f in row))
    return joined._replace(lead=_lead(row), bold_lead=row[0].bold or row[0].bold_lead)


def _lead(row: Sequence[Fragment]) -> str:
    """Return the bold or italic text before the first regular word; empty if there is no regular word."""
    words: list[str] = []
    for f in row:
        if f.lead or not (f.bold or f.italic):
            return " ".join([*words, f.lead]).strip()
        words.append(f.text)
    return ""
