"""Styles of the text of PDFs, by the names of its fonts."""

import pytest

from darwin_spark.parsers.pdf.characters.styles import _font


@pytest.mark.parametrize(
    ("font", "bold"),
    [("abcdef+cmcsc10", True), ("abcdef+lmromancaps10-regular", True), ("abcdef+sfcc1000", True), ("abcdef+cmr10", False)],
)
def test_small_capitals_count_as_bold(font: str, bold: bool) -> None:
    assert _font(font, 0, 400).bold is bold


def test_the_tag_of_an_embedded_font_says_nothing_about_it() -> None:
    assert not _font("abcscd+times-roman", 0, 400).bold
