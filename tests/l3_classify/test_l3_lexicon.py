import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.l3_classify.lexicon import Lexicon
from darwin_spark.l3_classify.words import words


def find(lexicon: Lexicon, text: str) -> list[str]:
    return list(lexicon.find(words(text).hashes()))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A sensor network of sensors.", ["sensor network", "sensor"]),
        ("X-ray and x ray", ["x-ray", "x-ray"]),
        ("Theories; theory", ["theory", "theory"]),
        ("sensory sensorium", []),
        ("boxes\nof a sensor\nnetwork", ["box", "sensor network"]),
    ],
)
def test_phrases_match_whole_words_and_the_longest_wins(text: str, found: list[str]) -> None:
    assert find(Lexicon(["sensor", "sensor network", "x-ray", "theory", "box"]), text) == found


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=12))
def test_no_word_counts_for_two_phrases(tokens: list[str]) -> None:
    found = find(Lexicon(["a", "a b", "a b c", "b c"]), " ".join(tokens))
    assert sum(len(phrase.split()) for phrase in found) <= len(tokens)


def test_time_is_linear_in_the_text() -> None:
    lexicon = Lexicon(["a a a a b"])
    started = time.process_time()
    assert find(lexicon, "a " * 300_000) == []
    assert time.process_time() - started < 20  # seconds; quadratic time takes minutes
