"""Pages that a model has read are merged into the text of the other pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.levels.l1_normalize.olmocr.answer_merge import fill
from darwin_spark.parsers.parsed import Page


def laid(*texts: str) -> tuple[str, list[Page]]:
    """The text and pages of a PDF as its parser returns them; an empty page is left to the model."""
    whole = "\n\n".join(text for text in texts if text) + "\n"
    pages, at = [], 0
    for text in texts:
        end = min(at + len(text) + 2, len(whole)) if text else at
        pages.append(Page(at, end, "pypdfium2"))
        at = end
    return whole, pages


def filled(texts: list[str], read: dict[int, str]) -> list[str]:
    text, pages = fill(*laid(*texts), read)
    assert [page.start for page in pages[1:]] == [page.end for page in pages[:-1]]
    assert pages[-1].end == len(text)
    return [text[page.start : page.end] for page in pages]


def test_pages_come_in_their_order() -> None:
    assert filled(["One.", "", "Three.", ""], {1: "Two.\n", 3: "Four.\n"}) == ["One.\n\n", "Two.\n\n", "Three.\n\n", "Four.\n"]
    assert filled(["", "Two."], {0: "# One"}) == ["# One\n\n", "Two.\n"]
    assert filled(["", ""], {0: "", 1: "Two."}) == ["", "Two.\n"]
    assert filled(["", ""], {}) == ["", ""]


@pytest.mark.parametrize(
    ("above", "below", "whole"),
    [
        ("the unit that can", "divide.", "the unit that can divide.\n"),
        ("the micro-", "scope.", "the microscope.\n"),
        ("It ends.", "then", "It ends.\n\nthen\n"),
        ("that can", "Divide", "that can\n\nDivide\n"),
        ("| a | b", "c | d |", "| a | b\n\nc | d |\n"),
        ("# On cells", "which", "# On cells\n\nwhich\n"),
        ("as follows", "- one", "as follows\n\n- one\n"),
    ],
)
def test_a_sentence_continues_over_a_page_break(above: str, below: str, whole: str) -> None:
    assert "".join(filled([above, ""], {1: below})) == whole
    assert "".join(filled(["", below], {0: above})) == whole
    assert "".join(filled(["", ""], {0: above, 1: below})) == whole


@given(st.lists(st.text("ab.-\n|", max_size=8).map(str.strip), min_size=1, max_size=5), st.sets(st.integers(0, 4)))
def test_no_letter_is_lost_or_moved(texts: list[str], read: set[int]) -> None:
    given_pages = ["" if index in read else text for index, text in enumerate(texts)]
    out = filled(given_pages, {index: texts[index] for index in read if index < len(texts)})
    for text, page in zip(texts, out, strict=True):
        assert "".join(c for c in page if c in "ab.|") == "".join(c for c in text if c in "ab.|")
