"""Lists of keys beside their descriptions are read row by row, two columns of text are not."""

from pdf_inputs import at, in_order, pdf, prose, text_of
from reportlab.pdfgen.canvas import Canvas

_CARD = [
    ("fclose(file)", "close a file that is open"),
    ("imshow(image, zoom)", "show an image"),
    ("printf(format, ...)", "write formatted output to the screen"),
    ("rewind(file)", "go to the beginning of a file"),
    ("fread(file, size)", "read binary data"),
    ("hanning(number)", "coefficients of a Hanning window"),
]


def _keys(x: float, begin: float, top: float = 700) -> list[tuple[float, float, str]]:
    return [part for i, (key, text) in enumerate(_CARD) for part in ((x, top - 12 * i, key), (begin, top - 12 * i, text))]


def test_keys_beside_descriptions_are_rows() -> None:
    text = text_of(pdf(at(*_keys(50, 200))))
    assert all(f"| {key} | {description} |" in text for key, description in _CARD)


def test_keys_with_tags_at_the_right_edge_are_rows() -> None:
    methods = [(f"int {name} (void) const", "[Method on Array<T>]") for name in ("capacity", "length", "first", "last", "rows")]
    rows = [
        part
        for i, (left, right) in enumerate(methods)
        for part in ((50.0, 700.0 - 12 * i, left), (400.0, 700.0 - 12 * i, right))
    ]
    text = text_of(pdf(at(*rows)))
    assert in_order(text, *(part for method in methods for part in method))


def test_lists_of_keys_in_two_columns_are_read_one_after_the_other() -> None:
    text = text_of(pdf(at(*_keys(40, 140), *_keys(320, 430, 698))))
    cells = [cell for row in _CARD for cell in row]
    assert in_order(text, *cells, *cells)


def test_keys_whose_descriptions_go_on_stand_before_them() -> None:
    texts = [f"describes {key} in a line that goes on" for key, _ in _CARD]
    rows = [
        part
        for i, (key, _) in enumerate(_CARD)
        for part in (
            (50.0, 700.0 - 26 * i, key),
            (200.0, 700.0 - 26 * i, texts[i]),
            (200.0, 688.0 - 26 * i, "below, with some more words"),
        )
    ]
    text = text_of(pdf(at(*rows)))
    assert in_order(
        text, *(part for i, (key, _) in enumerate(_CARD) for part in (key, texts[i], "below, with some more words"))
    )


def test_descriptions_before_names_in_fixed_width_type_are_rows() -> None:
    lines = [line[: 24 + i % 5] for i, line in enumerate(prose(12))]

    def draw(canvas: Canvas) -> None:
        for i, line in enumerate(lines):
            canvas.setFont("Times-Roman", 10)
            canvas.drawString(50, 700 - 12 * i, line)
            canvas.setFont("Courier", 10)
            canvas.drawString(190, 700 - 12 * i, f"function{i}(a, b)")

    text = text_of(pdf(draw))
    assert in_order(text, *(part for i, line in enumerate(lines) for part in (line, f"function{i}(a, b)")))
