import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.text.segmentation import is_unspaced, unspaced
from darwin_spark.text.word_hashes import Hashes, hash_words, normalize, word_hashes

FROZEN = ["dc9ff75c677d8990", "2bf2a92272628750", "4bd6baaa36ed1dec", "719ef020b60384d2"]
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)


def words(text: str) -> list[str]:
    return normalize(text).tobytes().decode("utf-32-le").split()


def _marked(word: str) -> str:
    return "".join("." if unspaced()[ord(c)] else "x" for c in word)


def hashes(text: str, block: int = 1 << 18) -> Hashes:
    return np.concatenate([*word_hashes(text, block), np.empty(0, dtype=np.uint64)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The QUICK, brown-fox's  (jump)!", ["the", "quick", "brown", "fox", "s", "jump"]),
        ("Poincaré Poincare\u0301 POINCARÉ", ["poincare"] * 3),
        ("e\ufb03cient ﬂow", ["efficient", "flow"]),
        ("co\u00adoperate zero\u200bwidth", ["cooperate", "zerowidth"]),
        ("İstanbul ½ ™ …", ["istanbul", "1", "2", "tm"]),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", ["full", "width"]),
        ("Привет, мир! 深度学习。", ["привет", "мир", "深度学习"]),
        ("H₂O\x00CO₂\ufffd x_1", ["h2o", "co2", "x", "1"]),
        ("...", []),
        ("", []),
    ],
)
def test_words_that_a_reader_calls_equal_are_equal(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.lists(st.text("abcdef0", min_size=1, max_size=6), max_size=40))
def test_equal_words_have_equal_hashes_wherever_they_stand(chosen: list[str]) -> None:
    found = hashes(" ".join(chosen)).tolist()
    assert len(found) == len(chosen)
    assert len(set(found)) == len(set(chosen))
    assert all(hashes(word).tolist() == [found[index]] for index, word in enumerate(chosen))


@given(ANY_TEXT)
def test_any_text_gives_one_hash_a_word(text: str) -> None:
    # In a text without blanks, each character of its scripts is a word.
    own = [sum(map(unspaced().item, map(ord, word))) for word in words(text)] if is_unspaced(text) else []
    runs = [len(re.findall("x+", _marked(word))) for word in words(text)] if is_unspaced(text) else [1] * len(words(text))
    assert hashes(text).size == sum(own) + sum(runs)


@given(st.lists(st.text("abé½ ", max_size=20), max_size=30), st.integers(21, 200))
def test_the_block_size_does_not_matter_while_lines_are_shorter(lines: list[str], block: int) -> None:
    text = "\n".join(lines)
    assert hashes(text, block).tolist() == hashes(text).tolist()


def test_hashes_never_change() -> None:
    # Signatures stay in the index for years. If this fails, raise VERSION in level.py and say so in the change log.
    assert [f"{value:016x}" for value in hashes("The quick brown fox").tolist()] == FROZEN


def test_many_expanding_characters_are_replaced_like_few() -> None:
    text = "".join(chr(code) for code in range(0x2100, 0x2200)) + " " + "".join(chr(code) for code in range(0x3300, 0x3400))
    one_by_one = "".join(normalize(character).tobytes().decode("utf-32-le") for character in text)
    assert words(text) == one_by_one.split()


def test_a_block_of_separators_has_no_words() -> None:
    assert hash_words(normalize(" \n\t...")).size == 0
