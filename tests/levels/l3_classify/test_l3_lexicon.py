import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.levels.l3_classify.hashed_tokens import words
from darwin_spark.levels.l3_classify.lexicon import Lexicon


def count(lexicon: Lexicon, text: str) -> dict[str, int]:
    return lexicon.count(words(text).hashes())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A sensor network of sensors.", {"sensor network": 1, "sensor": 1}),
        ("X-ray and x ray", {"x-ray": 2}),
        ("Theories; theory", {"theory": 2}),
        ("sensory sensorium", {}),
        ("boxes\nof a sensor\nnetwork", {"box": 1, "sensor network": 1}),
        ("sensor", {"sensor": 1}),
        ("", {}),
    ],
)
def test_phrases_match_whole_words_and_the_longest_wins(text: str, found: dict[str, int]) -> None:
    assert count(Lexicon(["sensor", "sensor network", "x-ray", "theory", "box"]), text) == found


WORDS = st.lists(st.sampled_from(["ash", "bee", "cow"]), min_size=1, max_size=12)


@given(st.sets(WORDS.map(lambda words: " ".join(words[:4])), max_size=6), WORDS)
def test_phrases_are_taken_from_left_to_right_the_longest_first_and_no_word_twice(phrases: set[str], tokens: list[str]) -> None:
    expected: Counter[str] = Counter()
    start = 0
    while start < len(tokens):
        begin = (" ".join(tokens[start : start + length]) for length in range(4, 0, -1))
        phrase = next((phrase for phrase in begin if phrase in phrases), None)
        expected.update([phrase] if phrase else [])
        start += len(phrase.split()) if phrase else 1
    assert count(Lexicon(phrases), " ".join(tokens)) == expected


def test_time_is_linear_in_the_text() -> None:
    lexicon = Lexicon(["a a a a b"])
    started = time.process_time()
    assert not count(lexicon, "a " * 300_000)
    assert time.process_time() - started < 20  # seconds; quadratic time takes minutes
