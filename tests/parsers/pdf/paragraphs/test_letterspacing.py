"""Letter-spaced headings."""

import pytest
from pdf_inputs import at, column, pdf, prose, text_of

from darwin_spark.parsers.pdf.paragraphs.letterspacing import closed_up


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("A R T I C L E I N F O", "ARTICLE INFO"),
        ("A B S T R A C T", "ABSTRACT"),
        ("R e s u l t s", "Results"),
        ("R E S U L T S A N D D I S C U S S I O N", "RESULTS AND DISCUSSION"),
        ("X Q Z W K V", "XQZWKV"),
        ("A B C D", "A B C D"),
        ("A good text", "A good text"),
    ],
)
def test_letters_are_closed_up_to_words(text: str, closed: str) -> None:
    assert closed_up(text, {}) == closed


def test_both_heads_of_a_first_page_are_headings() -> None:
    lines = (72, 700, "A R T I C L E   I N F O"), *column(72, 684, prose(6)), (72, 590, "A B S T R A C T")
    text = text_of(pdf(at(*lines, *column(72, 574, prose(8, 1)))))
    assert [line for line in text.split("\n") if line.startswith("#")] == ["## ARTICLE INFO", "## ABSTRACT"]
