"""A text over the limit is truncated at the end of a page or paragraph, with a warning."""

from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.parsers.parsed import Page, Parsed
from darwin_spark.parsers.truncate import truncate


def paged(*texts: str) -> Parsed:
    pages, text = [], ""
    for page in texts:
        pages.append(Page(len(text), len(text) + len(page), "pypdfium2"))
        text += page
    return Parsed(text, pages=tuple(pages))


def test_a_text_within_the_limit_stays_as_it_is() -> None:
    parsed = paged("one\n\n", "two\n")
    assert truncate(parsed, len(parsed.text)) is parsed


def test_a_long_text_ends_with_a_whole_page() -> None:
    cut = truncate(paged("first page\n\n", "second page\n\n", "third page\n"), 30)
    assert cut.text == "first page\n\nsecond page\n\n"
    assert len(cut.pages) == 2
    assert cut.warnings == ("the text was cut after page 2 of 3: 36 characters, more than l1.max_text_chars=30",)


def test_a_text_without_pages_ends_with_a_whole_paragraph() -> None:
    cut = truncate(Parsed("One.\n\nTwo.\n\nThree is longer.\n"), 20)
    assert cut.text == "One.\n\nTwo."
    assert "was cut: 29 characters" in cut.warnings[0]


@given(st.lists(st.text("ab \n", min_size=1, max_size=20), min_size=1, max_size=10), st.integers(1, 100))
def test_a_truncated_text_is_a_prefix_with_its_pages(texts: list[str], limit: int) -> None:
    parsed = paged(*texts)
    cut = truncate(parsed, limit)
    assert len(cut.text) <= limit or cut is parsed
    assert parsed.text.startswith(cut.text)
    assert all(0 <= page.start <= page.end <= len(cut.text) for page in cut.pages)
    assert bool(cut.warnings) == (len(parsed.text) > limit)
