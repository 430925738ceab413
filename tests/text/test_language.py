"""Detection of the language of a text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darwin_spark.text.language import UNDETERMINED, detect_language

GERMAN = "Die Entstehung der Gebirge beschäftigt die Geologie seit ihren Anfängen, und lange glaubte man an Schrumpfung. " * 9


def test_capitals_are_read_as_the_same_language() -> None:
    assert detect_language((GERMAN * 3).upper())[0] == "de"


@pytest.mark.parametrize("text", ["", "12.5 33 | 17 " * 100, "\x00\x00"])
def test_a_text_without_words_has_no_language(text: str) -> None:
    assert detect_language(text) == (UNDETERMINED, 0.0)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=3_000))
def test_any_text_has_an_answer(text: str) -> None:
    language, score = detect_language(text)
    assert language
    assert 0 <= score <= 1
