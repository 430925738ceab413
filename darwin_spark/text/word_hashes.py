"""The words of a text as hashes: no case, accents, punctuation, nor layout (§3 L2.1, after datatrove).

A word is a run of letters and digits, in lower case, compatibility forms resolved (NFKC: ligatures, full width) and
accents off; everything else is a gap. Two texts that differ only in the rest have equal words. Words never become
Python objects: a block of code points becomes an array of word hashes in a handful of numpy passes.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from darwin_spark.text.characters import BLOCK, CODE_POINTS, Codes, blocks, codes_of, of_category

Hashes = npt.NDArray[np.uint64]

_BASE = 0x9E3779B97F4A7C15
"""Base of the polynomial over the characters of a word; odd, so that it has an inverse modulo 2**64."""
GAP = ord(" ")
_EXPANDS = CODE_POINTS
"""Added in the table to a code point that becomes several (U+FB01, the ligature fi)."""
_MANY = 64
"""More different expanding characters in a block than this are replaced in one slow pass instead of one fast pass each."""


def word_hashes(text: str, block: int = BLOCK) -> Iterator[Hashes]:
    """The 64-bit hash of every normalised word, an array a block; equal words have equal hashes on every machine, for ever."""
    for piece in blocks(text, block):
        yield hash_words(normalize(piece))


def normalize(block: str) -> Codes:
    """The block's letters and digits as lower-case code points without accents, gaps as blanks (any number of them)."""
    single, several = _tables()
    codes = single.take(codes_of(block))
    if not codes.all():
        codes = codes[codes != 0]
    wide = codes >= _EXPANDS
    if not wide.any():
        return codes
    codes[wide] -= np.uint32(_EXPANDS)
    text = codes.tobytes().decode("utf-32-le")
    present = np.unique(codes[wide]).tolist()
    if len(present) > _MANY:
        return codes_of(text.translate(several))
    for code in present:
        text = text.replace(chr(code), several[code])
    return codes_of(text)


def normalize_parts(parts: Sequence[str]) -> tuple[Codes, list[int]]:
    """The parts as `normalize` has them, one behind the other, and where each ends: in one pass if each character is one."""
    single, _ = _tables()
    codes = single.take(codes_of("".join(parts)))
    if codes.all() and codes.max(initial=0) < _EXPANDS:
        return codes, list(accumulate(map(len, parts)))
    found = [normalize(part) for part in parts]
    return np.concatenate(found), list(accumulate(part.size for part in found))


def hash_words(codes: Codes) -> Hashes:
    """Hash each run of characters between blanks: a polynomial with a random coefficient for each character, then mixed."""
    inside = codes != GAP
    starts = np.flatnonzero(inside[1:] & ~inside[:-1]) + 1
    if inside.size and inside[0]:
        starts = np.concatenate([np.zeros(1, dtype=starts.dtype), starts])
    if not starts.size:
        return np.empty(0, dtype=np.uint64)
    forward, inverses = powers(1 << int(codes.size).bit_length())
    terms = coefficients().take(codes)
    terms *= forward[: codes.size]
    return mix(np.add.reduceat(terms, starts) * inverses[starts])


def mix(numbers: Hashes) -> Hashes:
    """The finaliser of splitmix64 (Steele, Lea, Flood 2014): a permutation of the 64-bit numbers that looks random."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


def sequence(count: int, seed: int) -> Hashes:
    """The first numbers of the splitmix64 stream of a seed: constants that never change, and grow by appending."""
    steps = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return mix(steps + np.uint64(seed))


@cache
def coefficients() -> Hashes:
    """A number for each code point (9 MB); nothing for the blank, so that gaps add nothing to the word before them."""
    numbers = sequence(CODE_POINTS, seed=1)
    numbers[GAP] = 0
    return numbers


@lru_cache(maxsize=4)
def powers(count: int) -> tuple[Hashes, Hashes]:
    """The powers of the base and of its inverse: a word hashes alike wherever in the block it stands."""
    return _geometric(_BASE, count), _geometric(pow(_BASE, -1, 1 << 64), count)


def _geometric(ratio: int, count: int) -> Hashes:
    factors = np.full(count, ratio, dtype=np.uint64)
    factors[0] = 1
    return np.cumprod(factors, dtype=np.uint64)


@cache
def _tables() -> tuple[Codes, dict[int, str]]:
    """What each code point becomes: one code point (0: nothing), and the few that become several (0.3 s, once a process).

    Accents that stand alone, soft hyphens and joiners are a part of the word, unseen.
    """
    single = np.full(CODE_POINTS, GAP, dtype="<u4")
    single[of_category("M", "Cf")] = 0
    several: dict[int, str] = {}
    for code in np.flatnonzero(of_category("L", "N", "S")).tolist():
        simple = _simple(chr(code))
        if len(simple) == 1:
            single[code] = ord(simple)
        else:
            single[code] = _EXPANDS + code
            several[code] = simple
    return single, several


def _simple(character: str) -> str:
    """A letter, digit or symbol in lower case, without accents, compatibility forms resolved; blanks for what is neither."""
    decomposed = unicodedata.normalize("NFKD", character.lower()).lower()
    bare = "".join(c for c in decomposed if unicodedata.category(c)[0] != "M")
    plain = "".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFKC", bare))
    return plain if plain.strip() else " "
