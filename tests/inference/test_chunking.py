"""Chunks cover the text byte for byte, and are joined without visible cuts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.inference.chunking import chunks, join

TEXTS = st.text(st.sampled_from("ab. \n\tÄ!$|"), max_size=400)


@given(TEXTS, st.integers(4, 90))
def test_chunks_are_lossless_bounded_and_never_fragments(text: str, size: int) -> None:
    cut = chunks(text, size)
    assert "".join(cut) == text
    assert all(0 < len(chunk) <= size for chunk in cut)
    assert len(cut) < 2 or min(map(len, cut)) >= size // 4


@given(TEXTS, st.integers(4, 90))
def test_chunks_that_were_not_refined_give_the_text_back(text: str, size: int) -> None:
    cut = chunks(text, size)
    assert join(cut, [None] * len(cut)) == text
    assert join(cut, [chunk.strip() for chunk in cut]) == text


@given(st.lists(st.text("ab", min_size=1, max_size=6), min_size=1, max_size=60), st.integers(32, 80), st.data())
def test_emptied_chunks_join_no_words_and_leave_no_double_blanks(words: list[str], size: int, data: st.DataObject) -> None:
    cut = chunks(" ".join(words), size)
    empty = data.draw(st.lists(st.booleans(), min_size=len(cut), max_size=len(cut)))
    refined = join(cut, ["" if gone else chunk.strip() for chunk, gone in zip(cut, empty, strict=True)])
    kept = [word for chunk, gone in zip(cut, empty, strict=True) if not gone for word in chunk.split()]
    assert refined.split() == kept
    assert "  " not in refined
    assert refined == refined.lstrip()


def test_a_paragraph_is_cut_before_a_line_a_sentence_or_a_word() -> None:
    text = "One two three.\n\nFour five six. Seven\neight nine ten eleven twelve"
    assert chunks(text, 30)[0] == "One two three.\n\n"
    assert chunks("Four five six. Seven eight nine ten eleven", 24)[0] == "Four five six. "
    assert chunks("x" * 50, 20)[0] == "x" * 20


def test_a_wrapped_line_is_no_better_than_a_word_and_a_row_is_as_good_as_a_sentence() -> None:
    wrapped = "One two three. Four five\nsix seven eight nine ten eleven twelve"
    assert chunks(wrapped, 28)[0] == "One two three. "
    rows = "| a | b. c | d |\n| e | f | g |\n| h | i | j |\n| k | l | m |\n"
    assert chunks(rows, 40)[0] == "| a | b. c | d |\n| e | f | g |\n"


@pytest.mark.parametrize("formula", ["$a + b = c$", "$$\na + b\n\n= c\n$$", "`a + b - c`", "\\[ a + b = c \\]"])
def test_a_formula_that_fits_a_chunk_is_not_cut(formula: str) -> None:
    for before in range(20, 60):
        text = "word " * (before // 5) + "x" * (before % 5) + f" {formula} " + "more " * 20
        assert any(formula in chunk for chunk in chunks(text, 48)), chunks(text, 48)


def test_an_emptied_chunk_leaves_the_stronger_of_the_two_separators() -> None:
    assert join(["a\n\n", "b ", "c"], [None, "", None]) == "a\n\nc"
    assert join(["a ", "b ", "c"], [None, "", None]) == "a c"
    assert join(["a\n", "b\n", "c"], [None, "", None]) == "a\nc"
    assert join(["a\n\n", "b\n"], ["", "B"]) == "B\n"
    assert join(["a ", "b"], ["", ""]) == ""


def test_responses_to_another_cut_are_an_error() -> None:
    with pytest.raises(ValueError, match="2 pieces but 1 answers"):
        join(["a", "b"], ["a"])
