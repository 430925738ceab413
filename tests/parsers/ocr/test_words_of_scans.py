"""Words that OCR has read: small capitals, misread words, and how legible a text is."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from darwin_spark.parsers.ocr.engine import OcrLine, Picture
from darwin_spark.parsers.ocr.legibility import MAX_MISREAD, misread_share
from darwin_spark.parsers.ocr.misreadings import mended
from darwin_spark.parsers.ocr.small_caps import lower_small_capitals

pytest.importorskip("cv2", reason="the extra ocr is not installed")
PROSE = "The lion is the strongest of the cats, and it was said that in the night he may be heard at a great distance"


def _line(text: str) -> tuple[str, Picture, list[float]]:
    """An image of the line, its small letters set as small capitals, the text as an engine reads it, and its centres."""
    strip = Image.new("L", (1200, 60), 255)
    draw = ImageDraw.Draw(strip)
    x, centres = 10.0, []
    for char in text:
        font = ImageFont.load_default(40 if not char.islower() else 29)
        if not char.isspace():
            centres.append(x + font.getlength(char.upper()) / 2)
        draw.text((x, 48), char.upper(), fill=0, font=font, anchor="ls")
        x += font.getlength(char.upper()) + 3
    return text.upper(), np.asarray(strip), centres


@pytest.mark.parametrize(
    ("set_as", "expected"),
    [
        ("Two Couchant Lions, after Rubens", "Two Couchant Lions, after Rubens"),
        ("THE HISTORY OF ROME", "THE HISTORY OF ROME"),
        ("The DNA of Smith", "The DNA of Smith"),
        ("The rna of Smith", "The RNA of Smith"),
    ],
    ids=["mixed", "all capitals", "tall abbreviation", "small abbreviation"],
)
def test_small_capitals_become_small_letters(set_as: str, expected: str) -> None:
    assert lower_small_capitals(*_line(set_as)) == expected


def _read(*texts: str, sure: float = 0.8) -> list[str]:
    return [line.text for line in mended([OcrLine(text, 0, 0, 9, 9, sure) for text in texts])]


def test_misread_words_are_mended() -> None:
    assert _read(PROSE, "and wliat is said of tbe aninial ; he liad blaekened it") == [
        PROSE, "and what is said of tbe animal; he had blackened it",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "sure"),
    [
        ("and wliat he said", 0.99),
        ("the codon and the exons of Wliat", 0.8),
        ("in wliat and wliat", 0.8),
        ("wliat he said", 0.8),
    ],
    ids=["the engine is sure", "terms", "twice on the page", "rest of a divided word"],
)
def test_what_may_be_right_is_not_mended(line: str, sure: float) -> None:
    expected = line.replace("Wliat", "What")
    assert _read(PROSE, line, sure=sure) == [PROSE, expected]


def test_other_languages_are_not_mended() -> None:
    french = "Le chat est sur la table ; il mange wliat dans la nuit, et le chien dort : il est tard"
    assert _read(french) == [french]


def test_bad_ocr_has_more_misread_words_than_prose_of_any_kind() -> None:
    bad = "Thc ce11 is tbe sm@llest un1t of lifc that cau divide on its owu, as it was seeu in the yeer by a man of the city"
    science = (
        "The kinase of the cell is in the nucleus; a kinase (see https://doi.org/10.1) was at 19th place with x2 = f(y) of it"
    )
    german = "Die Zelle ist die kleinste Einheit des Lebens, und sie wurde von Robert Hooke in einem Stück Kork gesehen"
    assert misread_share(bad) > 3 * MAX_MISREAD
    assert all(misread_share(text) <= MAX_MISREAD for text in (PROSE, science, german, ""))
