"""Hash the words of a text, without case, accents, punctuation and layout (§3 L2.1, after datatrove).
A word is a run of letters and digits, in lower case, compatibility forms resolved (NFKC: ligatures, full width); accents
and soft hyphens are removed, all else is a gap. In texts of scripts without blanks, each character of these is a word
(text/segmentation.py). Words never become Python objects: numpy turns code points into word hashes."""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from darwin_spark.text.characters import BLOCK, CODE_POINTS, Codes, blocks, codes_of, of_category
from darwin_spark.text.segmentation import is_unspaced, word_starts

Hashes = npt.NDArray[np.uint64]

_BASE = 0x9E3779B97F4A7C15  # base of the polynomial over the characters of a word; odd, so that it has an inverse modulo 2**64
GAP = ord(" ")  # code point between words in normalised text
_EXPANSION_OFFSET = CODE_POINTS  # added, in the table, to a code point that becomes several characters (U+FB01, ligature fi)
_MAX_FAST_PASSES = 64
"""If a block has more different expanding characters, one slow pass replaces them all; otherwise each has one fast pass."""


def word_hashes(text: str, block: int = BLOCK) -> Iterator[Hashes]:
    """Yield the 64-bit hashes of the normalised words, one array per block. Equal words have equal hashes on every machine.

    In a text without blanks (`is_unspaced`), each character of its script is a word.
    """
    by_characters = is_unspaced(text)
    for piece in blocks(text, block):
        yield hash_words(normalize(piece), by_characters)


def normalize(block: str) -> Codes:
    """Return letters and digits as lower-case code points without accents, and gaps as one or more spaces."""
    single, expansions = _tables()
    codes = single.take(codes_of(block))
    if not codes.all():
        codes = codes[codes != 0]
    expanding = codes >= _EXPANSION_OFFSET
    if not expanding.any():
        return codes
    codes[expanding] -= np.uint32(_EXPANSION_OFFSET)
    text = codes.tobytes().decode("utf-32-le")
    present = np.unique(codes[expanding]).tolist()
    if len(present) > _MAX_FAST_PASSES:
        return codes_of(text.translate(expansions))
    for code in present:
        text = text.replace(chr(code), expansions[code])
    return codes_of(text)


def normalize_parts(parts: Sequence[str]) -> tuple[Codes, list[int]]:
    """Return the normalised parts, concatenated, and the end offset of each; in one pass if each character becomes one."""
    single, _ = _tables()
    codes = single.take(codes_of("".join(parts)))
    if codes.all() and codes.max(initial=0) < _EXPANSION_OFFSET:
        return codes, list(accumulate(map(len, parts)))
    found = [normalize(part) for part in parts]
    return np.concatenate(found), list(accumulate(part.size for part in found))


def hash_words(codes: Codes, by_characters: bool = False) -> Hashes:
    """Return the hash of each run of characters between spaces: a polynomial with pseudo-random coefficients, then `mix`.

    `by_characters`: each character of a script without blanks is a run (text/segmentation.py).
    """
    inside = codes != GAP
    begins = inside[1:] & ~inside[:-1]
    if by_characters and codes.size:
        begins |= inside[1:] & word_starts(codes)[1:]
    starts = np.flatnonzero(begins) + 1
    if inside.size and inside[0]:
        starts = np.concatenate([np.zeros(1, dtype=starts.dtype), starts])
    if not starts.size:
        return np.empty(0, dtype=np.uint64)
    forward, inverses = powers(1 << int(codes.size).bit_length())
    terms = coefficients().take(codes)
    terms *= forward[: codes.size]
    return mix(np.add.reduceat(terms, starts) * inverses[starts])


def mix(numbers: Hashes) -> Hashes:
    """Apply the finaliser of splitmix64 (Steele, Lea, Flood 2014): a permutation of the 64-bit numbers that looks random."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


def sequence(count: int, seed: int) -> Hashes:
    """Return the first `count` numbers of a seed's splitmix64 stream: they never change, and a larger `count` only appends."""
    steps = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return mix(steps + np.uint64(seed))


@cache
def coefficients() -> Hashes:
    """Return a number for each code point (9 MB); 0 for the space, so that gaps do not change the hash of the word before."""
    numbers = sequence(CODE_POINTS, seed=1)
    numbers[GAP] = 0
    return numbers


@lru_cache(maxsize=4)
def powers(count: int) -> tuple[Hashes, Hashes]:
    """Return `count` powers of the base and of its inverse; the inverse cancels the position of a word in the block."""
    return _geometric(_BASE, count), _geometric(pow(_BASE, -1, 1 << 64), count)


def _geometric(ratio: int, count: int) -> Hashes:
    factors = np.full(count, ratio, dtype=np.uint64)
    factors[0] = 1
    return np.cumprod(factors, dtype=np.uint64)


@cache
def _tables() -> tuple[Codes, dict[int, str]]:
    """Return what each code point becomes: a table of single code points (0: removed), and those that become several.
    Combining marks, soft hyphens and joiners are removed without splitting the word."""
    single = np.full(CODE_POINTS, GAP, dtype="<u4")
    single[of_category("M", "Cf")] = 0
    expansions: dict[int, str] = {}
    for code in np.flatnonzero(of_category("L", "N", "S")).tolist():
        folded = _fold(chr(code))
        if len(folded) == 1:
            single[code] = ord(folded)
        else:
            single[code] = _EXPANSION_OFFSET + code
            expansions[code] = folded
    return single, expansions


def _fold(character: str) -> str:
    """Fold a character to lower case without accents (NFKC); what is not alphanumeric becomes spaces (at least one)."""
    decomposed = unicodedata.normalize("NFKD", character.lower()).lower()
    bare = "".join(c for c in decomposed if unicodedata.category(c)[0] != "M")
    plain = "".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFKC", bare))
    return plain if plain.strip() else " "
