"""Between rows of keys and texts, a line is parted only if it is in one piece."""

from darwin_spark.parsers.pdf.fragments import Fragment
from darwin_spark.parsers.pdf.lines import Line, lines
from darwin_spark.parsers.pdf.tables.key_columns import with_parted_keys


def _row(y: float, *cells: tuple[float, str]) -> list[Fragment]:
    return [Fragment(text, x, x + 5 * len(text), y, 10, False, False) for x, text in cells]


def _with_row_between(*cells: tuple[float, str]) -> list[Line]:
    rows = [_row(100 + 12 * i, (50, "resistance"), (150, "ohm")) for i in (0, 1, 2, 4)]
    return lines([piece for row in [*rows[:3], _row(136, *cells), rows[3]] for piece in row])


def test_a_key_that_touches_its_text_is_parted() -> None:
    found = with_parted_keys(_with_row_between((50, "electric-potential volt")))
    assert [piece.text for piece in found[3].pieces] == ["electric-potential", "volt"]


def test_a_line_of_three_pieces_stays() -> None:
    cells = (50, "electric-potential"), (150, "electromotive-force"), (260, "volt")
    found = with_parted_keys(_with_row_between(*cells))
    assert [piece.text for piece in found[3].pieces] == [text for _, text in cells]
