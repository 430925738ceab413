"""Windows cover the whole text, split no block that must stay whole, and count each block once."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.levels.l5_complete.window import SEAM_TOKENS, join, windows
from darwin_spark.text.markdown import Kind, kinds

LINES = st.sampled_from([
    "", "", "a b c.", "Word " * 30, "$$", "x = 1", "We set $a + b$ here. Then $$c = d$$ holds.", "```", "| a | b |", "# Head",
    "One. Two! Three?", "y" * 90,
])  # fmt: skip
TEXTS = st.lists(LINES, max_size=40).map("\n".join)


def words(text: str) -> int:
    return len(text.split())


def is_formula(window: str) -> bool:
    lines = window.strip().split("\n")
    return all(kind in (Kind.FORMULA, Kind.BLANK) for kind in kinds(lines))


@given(TEXTS, st.integers(2, 40), st.integers(1, 4))
def test_windows_are_lossless_and_bounded(text: str, size: int, factor: int) -> None:
    cut = windows(text, len, size, size * factor)
    assert "".join(cut) == text
    assert all(len(window) <= size * factor or is_formula(window) for window in cut)
    assert join(cut, [None] * len(cut)) == text
    assert join(cut, [window.strip() for window in cut]) == text


@given(TEXTS)
def test_every_block_is_counted_once_and_the_parts_of_a_large_one_a_few_times(text: str) -> None:
    counted: Counter[str] = Counter()

    def count(block: str) -> int:
        counted[block] += 1
        return words(block)

    windows(text, count, 20, 1_000)
    assert sum(len(block) * times for block, times in counted.items()) == len(text)
    counted.clear()
    windows(text, count, 20, 60)
    assert sum(len(block) * times for block, times in counted.items()) <= 8 * len(text)


def test_a_window_is_filled_with_paragraphs_up_to_its_size() -> None:
    text = "\n\n".join(["one two three four five"] * 10)
    cut = windows(text, words, 2 * 5 + SEAM_TOKENS, 100)
    assert [words(window) for window in cut] == [10] * 5
    assert all(window.endswith("\n\n") for window in cut[:-1])


def test_fences_formulas_and_tables_stay_whole_up_to_the_largest_block() -> None:
    fence = "```python\nfirst = 1\n\nsecond = 2\n\n" + "third = 3\n" * 8 + "```\n\n"
    formula = "$$\na = b\n\n+ c\n$$\n\n"
    table = "| a | b |\n| --- | --- |\n" + "| 1 | 2 |\n" * 10 + "\n"
    cut = windows("Before it.\n\n" + fence + "Then.\n\n" + formula + table + "End.", words, 8, 80)
    assert all(any(block in window for window in cut) for block in (fence, formula, table))


def test_a_block_over_the_limit_is_split_between_rows_or_sentences_and_an_endless_line_anywhere() -> None:
    rows = "".join(f"| row {i} | cell |\n" for i in range(40))
    assert all(window.endswith("|\n") for window in windows(rows, words, 20, 40))
    prose = " ".join(f"Sentence number {i} ends here." for i in range(40))
    assert all(window.rstrip().endswith("here.") for window in windows(prose, words, 20, 40))
    endless = windows("x" * 10_000, len, 64, 256)
    assert max(map(len, endless)) <= 64


def test_formulas_are_never_split() -> None:
    display = "$$\n" + "a + b +\n" * 60 + "c\n$$"
    cut = windows(f"Before it. Here it is:\n{display}\nAfter it.", words, 8, 16)
    assert any(display in window for window in cut)
    inline = "$x = " + " + ".join("abc") + "$"
    prose = f"We set {inline} and {inline} and so on " * 30
    assert all(window.count("$") % 2 == 0 for window in windows(prose, words, 12, 24))
