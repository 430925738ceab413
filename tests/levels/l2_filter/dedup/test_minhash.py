import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darwin_spark.levels.l2_filter.dedup.minhash import jaccard, sign

FROZEN = ("769e3a17752a499f10b315f06c526bab", [6403495797643847902, 2235260237166357150], "12b89de55e3dda10")


def exact_jaccard(left: list[str], right: list[str], size: int = 5) -> float:
    a, b = ({tuple(words[i : i + size]) for i in range(len(words) - size + 1)} for words in (left, right))
    return len(a & b) / len(a | b)


def with_words_replaced(text: str, share: float, seed: int) -> str:
    chosen = random.Random(seed)
    return " ".join(f"new{chosen.random():.9f}"[:8] if chosen.random() < share else word for word in text.split())


def plain(text: str) -> list[str]:
    return [word for word in "".join(c if c.isascii() and c.isalnum() else " " for c in text.lower()).split() if word]


@pytest.mark.parametrize("share", [0.01, 0.03, 0.1, 0.3])
def test_the_estimate_is_near_the_exact_jaccard_similarity(articles: dict[str, str], share: float) -> None:
    errors = []
    for seed, text in enumerate(articles.values()):
        left = " ".join(plain(text))
        right = " ".join(plain(with_words_replaced(left, share, seed)))
        exact = exact_jaccard(left.split(), right.split())
        errors.append(jaccard(sign(left).minhash, sign(right).minhash) - exact)
    assert max(map(abs, errors)) < 0.15  # three standard errors of 112 hashes
    assert abs(sum(errors) / len(errors)) < 0.04


def test_older_versions_of_articles_share_a_band(versions: list[tuple[str, str]]) -> None:
    assert all(set(sign(new).bands) & set(sign(old).bands) for new, old in versions)


def test_different_articles_share_no_band(articles: dict[str, str]) -> None:
    bands = [band for text in articles.values() for band in sign(text).bands]
    assert len(set(bands)) == len(bands) == 14 * len(articles)


def test_case_punctuation_and_layout_make_no_difference(articles: dict[str, str]) -> None:
    text = next(iter(articles.values()))
    assert sign(text.upper().replace(", ", " ; ").replace("\n\n", "\n")) == sign(text)


@settings(max_examples=30)
@given(st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=4))
def test_fewer_words_than_a_shingle_are_one_shingle(words: list[str]) -> None:
    signature = sign(" ".join(words))
    assert signature.words == len(words)
    assert len(signature.bands) == 14
    assert sign(" ".join([*words, "more"])).bands != signature.bands


@pytest.mark.parametrize("text", ["", "  \n", "... !!! \x00"])
def test_a_text_without_words_has_no_duplicates(text: str) -> None:
    signature = sign(text)
    assert (signature.text_hash, signature.minhash, signature.bands) == (None, b"", [])


def test_order_of_words_matters_to_the_text_hash() -> None:
    assert sign("a b c").text_hash != sign("c b a").text_hash
    assert sign("ab c").text_hash != sign("a bc").text_hash


def test_signatures_never_change() -> None:
    # They stay in the index for years: if this fails, raise VERSION in level.py.
    signature = sign("It was the best of times, it was the worst of times, it was the age of wisdom.")
    assert (signature.text_hash, signature.bands[:2], signature.minhash[:8].hex()) == FROZEN


def test_signatures_of_other_sizes_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match=r"l2\.bands"):
        jaccard(sign("a b", bands=2).minhash, sign("a b").minhash)
