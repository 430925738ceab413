"""Tables whose keys stand at the middle of descriptions of several lines are read row by row."""

from pdf_inputs import at, in_order, pdf, prose, text_of

_TEXTS = {
    "width": ["The width of the axis in points."],
    "tickLeft": ["How far to the left of the axis", "the marks of its ticks go."],
    "valueMin": ["The value at its lower end, which is", "the lowest value of the data", "where none is given."],
    "labels": ["A list of strings, or none", "if there are no labels."],
    "title": ["The name of the axis."],
}


def _table(top: float) -> list[tuple[float, float, str]]:
    parts: list[tuple[float, float, str]] = []
    for key, lines in _TEXTS.items():
        parts.append((72, top - 6 * (len(lines) - 1), key))
        parts += [(200, top - 12 * i, line) for i, line in enumerate(lines)]
        top -= 12 * len(lines) + 6
    return parts


def test_keys_at_the_middle_of_their_texts_are_rows() -> None:
    text = text_of(pdf(at((72, 720, "The properties are these."), *_table(690))))
    assert all(f"| {key} | {' '.join(lines)} |" in text for key, lines in _TEXTS.items())


def test_columns_whose_right_one_begins_above_the_end_of_the_left_one_are_no_rows() -> None:
    left, right = prose(12), prose(12, 1)
    lines = [
        *((50, 700 - 12 * i, line) for i, line in enumerate(left)),
        *((310, 706 - 12 * i, line) for i, line in enumerate(right)),
    ]
    text = text_of(pdf(at(*lines)))
    assert "|" not in text
    assert in_order(text, " ".join(left), " ".join(right))
