"""What is done to the image of a page before it is read: borders, skew, open books."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from darwin_spark.parsers.ocr.borders import without_borders
from darwin_spark.parsers.ocr.double_pages import split
from darwin_spark.parsers.ocr.engine import Picture
from darwin_spark.parsers.ocr.reading import prepared
from darwin_spark.parsers.ocr.skew import page_slant

LINES = (
    "The cell is the smallest unit of life that can",
    "divide on its own. Robert Hooke saw it in 1665",
    "in a thin slice of cork, and gave it the name.",
    "Others had seen small animals in water before,",
    "and drew them as they moved under their lenses.",
)


def _page(rows: int = 20, width: int = 620) -> Picture:
    """A page of 620 x 900 pixels, about 75 dpi, with justified lines."""
    page = Image.new("L", (width, 900), 245)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(22)
    for row in range(rows):
        draw.text((60, 80 + 38 * row), LINES[row % len(LINES)], fill=10, font=font)
    return np.asarray(page)


def _turned(picture: Picture, degrees: float, fill: int = 245) -> Picture:
    return np.asarray(Image.fromarray(picture).rotate(degrees, Image.Resampling.BILINEAR, expand=True, fillcolor=fill))


def _book(left: Picture, right: Picture, fold: int) -> Picture:
    """Two pages beside each other, with a shadow of `fold` pixels between them."""
    spread = np.concatenate([left, right], axis=1).astype(float)
    distance = np.abs(np.arange(spread.shape[1]) - left.shape[1])
    return np.asarray(spread * (1 - 0.9 * np.exp(-((distance / fold) ** 2))) if fold else spread).astype(np.uint8)


@pytest.mark.parametrize("degrees", [0.5, -0.8, 1.7, -3, 5, -5])
def test_the_slant_of_the_lines_is_measured(degrees: float) -> None:
    assert page_slant(_turned(_page(), -degrees)).angle == pytest.approx(degrees, abs=0.2)


@pytest.mark.parametrize(
    "picture", [_page(), np.full((900, 620), 255, np.uint8), _page(1)], ids=["straight", "blank", "one line"]
)
def test_a_straight_page_is_left_as_it_is(picture: Picture) -> None:
    (same,) = prepared(picture)
    assert same is picture


def test_a_page_on_its_side_is_made_straight_and_not_divided() -> None:
    sideways = np.rot90(_turned(_page(), -2))
    slant = page_slant(np.ascontiguousarray(sideways))
    assert slant.on_side
    assert slant.angle == pytest.approx(2, abs=0.2)
    assert len(prepared(np.ascontiguousarray(sideways))) == 1


@pytest.mark.parametrize("degrees", [0, 2])
def test_dark_borders_become_white(degrees: float) -> None:
    framed = np.pad(_turned(_page(), degrees, fill=15), 40, constant_values=15)
    cleared = without_borders(framed)
    ink = int((_page() < 60).sum())
    assert (framed < 60).sum() > 5 * ink
    assert 0.8 * ink < (cleared < 60).sum() < 1.5 * ink
    assert cleared.shape == framed.shape


def test_a_dark_band_with_light_letters_is_no_border() -> None:
    slide = _page(8).copy()
    slide[:70] = 30
    banner = Image.fromarray(slide)
    for x in range(0, 560, 260):
        ImageDraw.Draw(banner).text((20 + x, 8), "METHODS OF", fill=250, font=ImageFont.load_default(44))
    picture = np.asarray(banner)
    assert without_borders(picture) is picture


@pytest.mark.parametrize("darkest", [0.2, 0.45])
def test_shade_is_no_border(darkest: float) -> None:
    shaded = (_page() * np.linspace(darkest, 1, 620)).astype(np.uint8)
    assert without_borders(shaded) is shaded


@pytest.mark.parametrize("fold", [0, 12])
@pytest.mark.parametrize("degrees", [0, 1.5])
def test_an_open_book_is_two_pages(fold: int, degrees: float) -> None:
    spread = _turned(_book(_page(), _page(14), fold), degrees)
    left, right = prepared(spread)
    assert left.shape[1] == pytest.approx(right.shape[1], rel=0.06)
    assert (left < 60).sum() > (right < 60).sum() - 60 * fold * 20


def test_a_wide_page_with_lines_across_the_middle_stays_whole() -> None:
    wide = np.asarray(Image.fromarray(_page(10)).resize((1240, 900)))
    assert len(split(wide)) == 1
    two_columns_and_title = _book(_page(), _page(), 0).copy()
    two_columns_and_title[20:60] = np.asarray(Image.fromarray(_page(1)[70:110]).resize((1240, 40)))
    two_columns_and_title[60:100] = np.asarray(Image.fromarray(_page(1)[70:110]).resize((1240, 40)))
    assert len(split(two_columns_and_title)) == 1
