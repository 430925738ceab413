"""Detect tables of a PDF column by white space: lines whose pieces stand in common columns become pipe tables.

Ruling lines are ignored. Lines that do not clearly form columns stay running text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from darwin_spark.parsers.pdf.lines import Line
from darwin_spark.parsers.pdf.tables.key_columns import with_parted_keys
from darwin_spark.parsers.pdf.tables.table_rows import rows_of
from darwin_spark.parsers.pipe_table import table_without_spans

_MIN_LINES = 3  # minimum number of lines with several pieces in a table
_MAX_SINGLE = 0.6  # a line in one piece that is wider than this share of the column is running text, not a cell
_HEADING_GAP = 1.2  # minimum distance of a bold line from the table above it, in line distances of the table
_MIN_FILLED = 0.35  # minimum share of the lines of a table in which each of its columns has text
_MAX_COLUMNS = 30
_MAX_STEP, _MAX_GAP = 3.5, 8.0  # maximum distance of rows, and of the first one or two from the others, in font sizes

_LABEL = re.compile(r"[•●◦▪■‣∙·*–—-]|[(\[]?(?:\d{1,4}|[a-z]|[ivxlc]{1,6})[.)\]]", re.IGNORECASE)
_EQUATION_NUMBER = re.compile(r"\((?:[A-Z]\.?)?\d{1,3}(?:[.-]\d{1,3})*[a-z]?′?\)")
_MOST = 0.7  # minimum share of the labels, or equation numbers, in their column
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_FORMULA = re.compile(r"[^\W\d][_^]\{|[=∑∏∫√≤≥≈≡∈⊂→∀∂]|(?<!\w)[α-ω](?!\w)")
_RELATION = re.compile(r"[=≤≥≈≡∈→]|[<>]\s")
_MAX_FORMULA_LINES = 14
_MIN_FORMULAS, _MAX_WORDS = 0.4, 0.3  # share of the cells that hold a part of a formula; words of four letters for each cell

Span = tuple[float, float]


def split_tables(lines: Sequence[Line], words: Mapping[str, int]) -> Iterator[tuple[str | None, Sequence[Line]]]:
    """Yield the runs of a column's lines in order: (pipe table, or formula line by line; its lines) or (None, running text).

    `words`: the vocabulary of the document.
    """
    if lines and sum([len(line.pieces) > 1 for line in lines]) < _MIN_LINES:
        yield None, lines
        return
    lines = with_parted_keys(lines)
    width = max((line.right for line in lines), default=0.0) - min((line.left for line in lines), default=0.0)
    begin = index = 0
    while index < len(lines):
        end = _run_end(lines, index, width)
        table = _pipe_table(lines[index:end], words) if end - index >= _MIN_LINES else None
        if table is None:
            index = max(end, index + 1)
            continue
        first = begin + _first_row(lines[begin:index], lines[index:end]) if table[0] == "|" else index
        if first < index:
            table = _pipe_table(lines[index:end], words, lines[first:index])
        if begin < first:
            yield None, lines[begin:first]
        yield table, lines[first:end]
        begin = index = end
    if begin < len(lines):
        yield None, lines[begin:]


def _first_row(above: Sequence[Line], table: Sequence[Line]) -> int:
    """Return the index of the first of one or two lines `above` a table that are rows of it before a wide gap, else their end.

    Each has a piece in each column of the table, and the last is no farther from the table than 8 font sizes.
    """
    first = len(above)
    pieces = [piece for line in table for piece in line.pieces]
    count = max(len(line.pieces) for line in table)
    while first and first > len(above) - _MIN_LINES and len(above[first - 1].pieces) == count:
        line, below = above[first - 1], above[first] if first < len(above) else table[0]
        pieces += line.pieces
        is_far = below.baseline - line.baseline > (_MAX_GAP if below is table[0] else _MAX_STEP) * line.size
        if is_far or len(column_spans([(p.left, p.right) for p in pieces], table[0].size)) != count:
            break
        first -= 1
    return first if len(above) - first < _MIN_LINES else len(above)


def _run_end(lines: Sequence[Line], begin: int, width: float) -> int:
    """Return the index after the lines from `begin` on that may form a table, or `begin`. `width`: of the column, in points."""
    if len(lines[begin].pieces) < 2:
        return begin
    first_column = 0.0
    end = begin
    for i in range(begin, len(lines)):
        line = lines[i]
        distance = line.baseline - lines[i - 1].baseline if i > begin else 0.0
        if len(line.pieces) > 1 and distance < _MAX_STEP * line.size:
            end, first_column = i + 1, max(first_column, line.pieces[0].right)
        elif line.left > first_column and end == i and distance < 1.6 * line.size:
            end = i + 1
        elif (
            line.right - line.left > _MAX_SINGLE * width
            or i - end > 3
            or distance >= _MAX_STEP * line.size
            or _is_heading(lines, begin, i)
        ):
            break
    return end


def _is_heading(lines: Sequence[Line], begin: int, index: int) -> bool:
    """Whether a line in one piece is bold, unlike the line above it, and farther below it than usual in the table."""
    above, line = lines[index - 1], lines[index]
    if not line.bold or above.bold:
        return False
    usual = above.baseline - lines[index - 2].baseline if index - 2 >= begin else line.size
    return line.baseline - above.baseline > _HEADING_GAP * usual


def _pipe_table(lines: Sequence[Line], words: Mapping[str, int], above: Sequence[Line] = ()) -> str | None:
    """Return the lines as a pipe table, or a formula line by line; None if neither. `above`: rows before a wide gap."""
    multi_piece = [line for line in lines if len(line.pieces) > 1]
    spans = column_spans([(p.left, p.right) for line in multi_piece for p in line.pieces], lines[0].size)
    if len(multi_piece) < _MIN_LINES or not 2 <= len(spans) <= _MAX_COLUMNS:
        return None
    cells = [_cells(line, spans) for line in lines]
    filled = [sum(bool(row[i]) for row in cells) for i in range(len(spans))]
    if min(filled) < _MIN_FILLED * len(cells) or _is_list(cells) or _are_equations(cells):
        return None
    if _is_formula(cells):
        return "\n".join(line.text for line in lines)
    return table_without_spans([*(_cells(line, spans) for line in above), *rows_of(lines, cells, spans, words)])


def _is_list(cells: list[list[str]]) -> bool:
    """Whether the rows are the items of a list: labels and texts, as in a list of references."""
    labels = [row[0] for row in cells if row[0]]
    return len(cells[0]) == 2 and sum(_LABEL.fullmatch(label) is not None for label in labels) > _MOST * len(labels)


def _are_equations(cells: list[list[str]]) -> bool:
    """Whether the last column holds mostly the numbers of equations."""
    numbers = [row[-1] for row in cells if row[-1]]
    return sum(_EQUATION_NUMBER.fullmatch(number) is not None for number in numbers) > _MOST * len(numbers)


def _is_formula(cells: list[list[str]]) -> bool:
    """Whether the lines are those of a displayed formula: hardly any words, but scripts, relations, sums and roots."""
    texts = [cell for row in cells for cell in row if cell]
    if len(cells) > _MAX_FORMULA_LINES or all(_LONG_WORD.search(cell) for cell in cells[0]):
        return False
    formulas = sum(_FORMULA.search(text) is not None for text in texts)
    words = sum(len(_LONG_WORD.findall(text)) for text in texts)
    relations = any(_RELATION.search(text) for text in texts)
    return relations and formulas > _MIN_FORMULAS * len(texts) and words < _MAX_WORDS * len(texts)


def column_spans(pieces: list[Span], size: float) -> list[Span]:
    """Return the columns as (left, right): pieces that overlap or are under 0.4 font sizes (`size`, points) apart merge."""
    spans: list[Span] = []
    for left, right in sorted(pieces):
        if spans and left < spans[-1][1] + 0.4 * size:
            spans[-1] = (spans[-1][0], max(spans[-1][1], right))
        else:
            spans.append((left, right))
    return spans


def _cells(line: Line, spans: list[Span]) -> list[str]:
    cells = [""] * len(spans)
    for piece in line.pieces:
        middle = (piece.left + piece.right) / 2
        i = min(range(len(spans)), key=lambda i: max(spans[i][0] - middle, middle - spans[i][1], 0.0))
        cells[i] = f"{cells[i]} {piece.text}".strip()
    return cells
