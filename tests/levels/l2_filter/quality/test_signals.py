"""The signals against a reference implementation, on generated texts and on real articles."""

import time
import tracemalloc

import pytest
import reference_signals
from hypothesis import assume, given
from hypothesis import strategies as st

from darwin_spark.config.l2_rules import SIGNALS
from darwin_spark.levels.l2_filter.quality.signals import measure
from darwin_spark.levels.l2_filter.quality.signals.c4 import _sentences
from darwin_spark.levels.l2_filter.quality.signals.measure import COMPARED_CHARS, signals
from darwin_spark.levels.l2_filter.quality.signals.text_block import read
from darwin_spark.text.characters import BLOCK
from darwin_spark.text.segmentation import is_unspaced

SNIPPETS = (
    *("the", "be", "of", "a", "b c", "that the ", "word", "Word's", "x-ray", "a.b", "U.S.", "e.g.", "3.5", "1–2", "°C"),
    *(" ", " ", "  ", "\t", "\n", "\n", "\n\n", "\n \n", "\r\n", "\x0c", "\u2028", "\u0085", "-", "•", "...", "…", ".", "!"),
    *('"', "#", "{", "[12]", "[edit]", "javascript", "JavaScript", "lorem ipsum", "Cookie Policy", "use of cookies", "。", "½"),
)
TEXTS = st.lists(st.sampled_from(SNIPPETS) | st.text(max_size=3), max_size=60).map("".join)
BLANKS_THAT_ARE_CONTROLS = str.maketrans("", "", "\x1c\x1d\x1e\x1f")


def words_of(text: str) -> list[str]:
    spans = read(text).words
    return [text[start:end] for start, end in zip(spans.starts.tolist(), spans.ends.tolist(), strict=True)]


def reference(text: str) -> dict[str, float]:
    words = words_of(text)
    return {
        **reference_signals.gopher_quality(text, words),
        **reference_signals.gopher_repetition(text, words),
        **reference_signals.c4(text),
        **reference_signals.fineweb(text, words),
    }


def check(text: str) -> None:
    wanted, found = reference(text), signals(text)
    assert {name: found[name] for name in wanted} == pytest.approx(wanted)


@given(TEXTS)
def test_signals_equal_the_reference_implementation(text: str) -> None:
    text = text.translate(BLANKS_THAT_ARE_CONTROLS).strip(" \t\v\f\r\u0085\u2028\u3000")
    assume(not is_unspaced(text))  # the reference knows no scripts without blanks
    check(text)


@given(st.lists(st.sampled_from("abc"), max_size=200), st.integers(1, 4))
def test_duplicate_n_grams_are_counted_as_published(letters: list[str], period: int) -> None:
    text = " ".join(letters + letters[:period] * 12 + letters)
    assert {name: value for name, value in signals(text).items() if "gram" in name} == pytest.approx(
        {name: value for name, value in reference_signals.gopher_repetition(text, text.split()).items() if "gram" in name}
    )


def test_signals_of_real_articles_equal_the_reference_implementation(articles: dict[str, str]) -> None:
    for text in list(articles.values())[:4]:
        check(text)


def test_a_text_of_many_blocks_is_measured_as_one(monkeypatch: pytest.MonkeyPatch, articles: dict[str, str]) -> None:
    text = "\n\n".join(articles.values())
    assert len(text) > 2 * BLOCK
    whole = signals(text)
    monkeypatch.setattr(measure, "blocks", lambda text: iter([text]))
    assert signals(text) == pytest.approx(whole)


@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_any_text_has_every_signal(text: str) -> None:
    found = signals(text)
    assert set(found) == set(SIGNALS)
    assert all(value >= 0 for value in found.values())
    assert all(value <= 1 for name, value in found.items() if name.endswith("line_ratio") or name.endswith("alpha_ratio"))


@pytest.mark.parametrize("text", ["", " ", "\n", "\n\n \t\n", "\u2028"])
def test_a_text_of_white_space_has_zero_signals(text: str) -> None:
    found = signals(text)
    assert {value for name, value in found.items() if name != "gopher_duplicate_line_ratio"} == {0}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Smith's (e.g. U.S.) data.", "Smith|'s|(|e.g.|U.S.|)|data|."),
        ("A. Smith et al., 2010", "A.|Smith|et|al|.|,|2010"),
        ("well-known and/or 3.5–4.5 and 1,000", "well|-|known|and|/|or|3.5–4.5|and|1,000"),
        ("wait... f(x)=1, -5 (10%) 25°C", "wait|...|f(x)=1|,|-5|(|10|%|)|25|°|C"),
        ("end.Start “quoted” [1,2]; --", "end|.|Start|“|quoted|”|[|1,2|]|;|--"),
        ("深度学习。Größe", "深度学习。Größe"),
        ("'", "'"),
        ("...", "..."),
    ],
)
def test_words_are_split_as_spacy_splits_english(text: str, words: str) -> None:
    assert words_of(text) == words.split("|")


@given(TEXTS)
def test_splitting_into_words_loses_no_character_but_white_space(text: str) -> None:
    visible = [c for c in text if not c.isspace() or c in "\x1c\x1d\x1e\x1f"]
    assert list("".join(words_of(text))) == visible


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", 3),
        ("He said (see Fig. 2). It was", 3),
        ("No end", 1),
        ("Really?! Yes... no.", 2),
        ("J. Smith of the U.S. came", 1),
        (". a", 2),
    ],
)
def test_sentences_begin_after_a_terminal_mark(text: str, sentences: int) -> None:
    assert _sentences(read(text)).tolist() == [sentences]


def test_sentences_are_counted_line_by_line() -> None:
    assert _sentences(read("One. Two.\n\nThree\n. Four. (Five)\n")).tolist() == [2, 1, 1, 3]


def test_basic_signals_count_what_their_names_say() -> None:
    found = signals("One two  3.\n\n  One two  3. \nend\t42\n")
    assert (found["words"], found["lines"]) == (8, 3)
    assert found["alpha_ratio"] == pytest.approx(15 / 21)
    assert (found["digit_ratio"], found["symbol_ratio"]) == pytest.approx((4 / 21, 2 / 21))


def test_text_behind_the_compared_prefix_adds_no_repetition() -> None:
    line = "some words that stand in many lines of a long text and repeat\n"
    start = "".join(f"{number} differs\n" for number in range(COMPARED_CHARS // 12))
    assert len(start) > COMPARED_CHARS + BLOCK
    found = signals(start + line * 1_000)
    assert found["gopher_duplicate_line_ratio"] == 0
    assert found["lines"] == start.count("\n") + 1_000


@pytest.mark.parametrize(
    "text",
    ["a\n" * 3_000_000, "a b " * 1_500_000, ".,;:" * 1_500_000, "the same words again and again " * 200_000],
    ids=["short lines", "short words", "signs alone", "one sentence"],
)
def test_a_strange_long_text_costs_bounded_memory_and_time(text: str) -> None:
    signals("warm up ½")
    begin = time.process_time()
    tracemalloc.start()
    signals(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 160 * 1024 * 1024
    assert time.process_time() - begin < 30
