"""PDF pages whose visible box does not start at 0, or that are turned: all that is seen is read, and nothing else."""

import pytest
from pdf_inputs import raw_pdf, text_of

_LINES = "BT /T 10 Tf 12 TL 72 700 Td (First line of the sheet.) Tj T* (Second line of the sheet.) Tj ET"


def _moved(x: float, y: float) -> str:
    return f"BT /T 10 Tf 12 TL {72 + x} {700 + y} Td (First line of the sheet.) Tj T* (Second line of the sheet.) Tj ET"


@pytest.mark.parametrize(("x", "y"), [(0, 0), (-300, -400), (-20, -20), (1000, 2000), (-100000, 50000), (0.5, -0.25)])
def test_where_a_media_box_begins_changes_nothing(x: float, y: float) -> None:
    box = f"/MediaBox [{x} {y} {x + 600} {y + 800}]"
    assert text_of(raw_pdf(_moved(x, y), box)) == "First line of the sheet. Second line of the sheet.\n"


@pytest.mark.parametrize("turn", [0, 90, 180, 270, -90, 450])
def test_a_turned_page_with_an_offset_is_read(turn: int) -> None:
    page = f"/MediaBox [-300 -400 300 400] /Rotate {turn}"
    assert text_of(raw_pdf(_moved(-300, -400), page)) == "First line of the sheet. Second line of the sheet.\n"


def test_what_lies_outside_the_crop_box_on_each_side_is_not_read() -> None:
    marks = [(50, 400, "left"), (520, 400, "right"), (300, 760, "above"), (300, 40, "below"), (300, 400, "Seen")]
    content = "BT /T 10 Tf " + " ".join(f"1 0 0 1 {x} {y} Tm ({text} of the box) Tj" for x, y, text in marks) + " ET"
    page = "/MediaBox [0 0 600 800] /CropBox [120 80 510 740]"
    assert text_of(raw_pdf(content, page)) == "Seen of the box\n"


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_half_of_a_spread_is_read(turn: int) -> None:
    content = "BT /T 10 Tf 1 0 0 1 100 500 Tm (Page on the left.) Tj 1 0 0 1 700 500 Tm (Page on the right.) Tj ET"
    page = f"/MediaBox [0 0 1200 800] /CropBox [600 0 1200 800] /Rotate {turn}"
    assert text_of(raw_pdf(content, page)) == "Page on the right.\n"


def test_a_crop_box_larger_than_the_media_box_is_cut_to_it() -> None:
    content = f"{_LINES} BT /T 10 Tf 700 700 Td (Off the medium) Tj ET"
    page = "/MediaBox [0 0 600 800] /CropBox [-100 -100 900 900]"
    assert text_of(raw_pdf(content, page)) == "First line of the sheet. Second line of the sheet.\n"


@pytest.mark.parametrize("page", ["/MediaBox [600 800 0 0]", "/MediaBox [0 0 600 800] /CropBox [600 800 0 0]"])
def test_corners_of_a_box_may_come_in_any_order(page: str) -> None:
    assert text_of(raw_pdf(_LINES, page)) == "First line of the sheet. Second line of the sheet.\n"


@pytest.mark.parametrize("crop", ["[0 0 0 0]", "[1 2]", "[300 300 300 500]"])
def test_a_crop_box_that_shows_nothing_is_not_used(crop: str) -> None:
    page = f"/MediaBox [0 0 600 800] /CropBox {crop}"
    assert text_of(raw_pdf(_LINES, page)) == "First line of the sheet. Second line of the sheet.\n"


def test_a_user_unit_changes_nothing() -> None:
    assert text_of(raw_pdf(_LINES, "/MediaBox [0 0 600 800] /UserUnit 4")) == text_of(raw_pdf(_LINES))


def test_a_line_that_runs_off_the_page_is_whole() -> None:
    line = "This line was set too long by its author and so its end has run off the right edge of the sheet it stands on."
    content = f"BT /T 10 Tf 72 500 Td ({line}) Tj ET"
    assert text_of(raw_pdf(content, "/MediaBox [0 0 400 800]")) == f"{line}\n"


def test_the_margin_of_a_running_head_is_that_of_the_visible_box() -> None:
    """Text near the top of the medium, in the middle of the visible box, is no running head or page number."""
    content = "BT /T 10 Tf 1 0 0 1 72 780 Tm (It was the year) Tj 1 0 0 1 72 768 Tm (1994) Tj 1 0 0 1 72 756 Tm (then.) Tj ET"
    page = "/MediaBox [0 0 600 1600] /CropBox [0 0 600 1600]"
    assert "1994" in text_of(raw_pdf(content, page))


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("matrix", ["0 1 -1 0 600 0", "-1 0 0 -1 600 800", "0 -1 1 0 0 800"])
def test_text_on_its_side_is_read_as_upright_text(turn: int, matrix: str) -> None:
    words = "(these are hundreds of [) Tj [(w) 80 (a) 70 (ys)] TJ (] of pro-) Tj T* (teins that are known, and used.) Tj"
    lines = f"BT /T 10 Tf 12 TL 72 500 Td {words} ET"
    content = f"q {matrix} cm {lines} Q"
    text = text_of(raw_pdf(content, f"/MediaBox [0 0 600 800] /Rotate {turn}"))
    assert text == "these are hundreds of [ways] of proteins that are known, and used.\n"
