"""Signatures follow the theory of MinHash, and equal a reference implementation."""

import random
import unicodedata
from collections.abc import Iterator

import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from darwin_spark.levels.l2_filter.dedup.minhash import sign

BINS = 20
PAIRS = 150
SHINGLE = 5
MASK = (1 << 64) - 1


def shingles(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[start : start + SHINGLE]) for start in range(len(words) - SHINGLE + 1)}


def pairs(texts: list[str]) -> Iterator[tuple[float, str, str]]:
    """(exact Jaccard similarity, text, copy) of passages of real articles and copies in which some words are replaced."""
    chosen = random.Random(4)
    words = ["".join(c if c.isascii() and c.isalnum() else " " for c in text.lower()).split() for text in texts]
    while True:
        article, other = chosen.sample(words, 2)
        start = chosen.randrange(len(article) - 400)
        passage = article[start : start + 400]
        share = chosen.random() ** 3 * 0.4
        copy = [chosen.choice(other) if chosen.random() < share else word for word in passage]
        left, right = shingles(passage), shingles(copy)
        yield len(left & right) / len(left | right), " ".join(passage), " ".join(copy)


def test_pairs_share_a_band_with_the_probability_of_minhash_theory(articles: dict[str, str]) -> None:
    binned: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for similarity, left, right in pairs(list(articles.values())):
        found = binned[min(int(similarity * BINS), BINS - 1)]
        if len(found) < PAIRS:
            found.append((similarity, bool(set(sign(left).bands) & set(sign(right).bands))))
        if sum(map(len, binned)) >= PAIRS * BINS:
            break
    for number, found in enumerate(binned):
        expected = sum(1 - (1 - similarity**8) ** 14 for similarity, _ in found) / len(found)
        low, high = binom.interval(0.99, len(found), expected)
        hits = sum(hit for _, hit in found)
        assert low <= hits <= high, f"similarity {number / BINS:.2f}: {hits} of {len(found)} found, {expected:.2%} expected"


def mix(number: int) -> int:
    number = (number ^ number >> 30) * 0xBF58476D1CE4E5B9 & MASK
    number = (number ^ number >> 27) * 0x94D049BB133111EB & MASK
    return number ^ number >> 31


def stream(position: int, seed: int) -> int:
    """The number at a position of the splitmix64 stream of a seed."""
    return mix((0x9E3779B97F4A7C15 * (position + 1) + seed) & MASK)


def plain_words(text: str) -> list[str]:
    """Lower-case letters and digits without accents; marks and format characters belong to no word and separate none."""
    out = []
    for character in text:
        category = unicodedata.category(character)
        if category[0] == "M" or category == "Cf":
            continue
        if category[0] in "ZCP":
            out.append(" ")
            continue
        decomposed = unicodedata.normalize("NFKD", character.lower()).lower()
        bare = "".join(c for c in decomposed if unicodedata.category(c)[0] != "M")
        out.append("".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFKC", bare)) or " ")
    return "".join(out).split()


def plain_signature(text: str, bands: int, rows: int) -> tuple[list[int], list[int]]:
    """Minima and band hashes, by the definitions and without numpy."""
    words = []
    for word in plain_words(text):
        powers = [pow(0x9E3779B97F4A7C15, place, 1 << 64) for place in range(len(word))]
        words.append(mix(sum(stream(ord(c), 1) * power for c, power in zip(word, powers, strict=True)) & MASK))
    size = min(SHINGLE, len(words))
    ratio = 0xD6E8FEB86659FD93
    hashes = [
        mix(sum(word * pow(ratio, size - 1 - place, 1 << 64) for place, word in enumerate(words[start : start + size])) & MASK)
        for start in range(len(words) - size + 1)
    ]
    minima = [min((stream(number, 2) | 1) * found & MASK for found in hashes) for number in range(bands * rows)]
    groups = [b"".join(value.to_bytes(8, "little") for value in minima[band * rows :][:rows]) for band in range(bands)]
    return minima, [xxhash.xxh3_64_intdigest(group, seed=band) for band, group in enumerate(groups)]


@pytest.mark.parametrize("alphabet", ["ab .", "aé ﬁＡ́\u00ad-", None])
@settings(max_examples=25)
@given(data=st.data())
def test_signatures_equal_a_reference_implementation(alphabet: str | None, data: st.DataObject) -> None:
    characters = st.sampled_from(alphabet) if alphabet else st.characters(exclude_categories=["Cs"])
    text = data.draw(st.text(characters, min_size=1, max_size=80)) + " the end"
    minima, bands = plain_signature(text, 3, 2)
    signature = sign(text, 3, 2, SHINGLE)
    assert signature.minhash == b"".join(value.to_bytes(8, "little") for value in minima)
    assert [band & MASK for band in signature.bands] == bands
