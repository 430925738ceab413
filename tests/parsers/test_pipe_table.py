"""Cells that span rows and columns, in rows that may be too short."""

from darwin_spark.parsers.pipe_table import Cell, pipe_table


def test_a_span_ends_with_its_last_row_also_beyond_the_end_of_a_short_row() -> None:
    rows = [
        [Cell("a"), Cell("b"), Cell("c", rows=2)],
        [Cell("short")],
        [Cell("d"), Cell("e"), Cell("f")],
    ]
    assert pipe_table([], rows).splitlines()[2:] == ["| short |", "| d | e | f |"]


def test_spans_move_the_cells_below() -> None:
    head = [[Cell("n", rows=2), Cell("mass", columns=2)], [Cell("mean"), Cell("max")]]
    body = [[Cell("x", rows=2), Cell("1"), Cell("2")], [Cell("3"), Cell("4")], [Cell("y"), Cell("5"), Cell("6")]]
    assert pipe_table(head, body).splitlines() == [
        "| n | mass / mean | mass / max |",
        "| --- | --- | --- |",
        "| x | 1 | 2 |",
        "|  | 3 | 4 |",
        "| y | 5 | 6 |",
    ]
