"""Hash the words of a document once for all users of the words: the lexicons and the model.

The hash of a word is computed from two entries of a cumulative sum over the characters (text/word_hashes.py), so prefixes,
suffixes and truncated words need no further pass over the text. For a text of 8,000 characters the call overhead of numpy
dominates, so array methods are called, not the functions that wrap them.
"""

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from darwin_spark.levels.l3_classify.annotator import HEAD_CHARS, Document
from darwin_spark.text.characters import Codes
from darwin_spark.text.word_hashes import GAP, Hashes, coefficients, mix, normalize, normalize_parts, powers

Places = npt.NDArray[np.intp]

TERM_CHARS: Final = 10_000
"""Number of leading characters of the text in which terms are counted: as long as EAI's part `[beginning]`."""
TEXT_CHARS: Final = 6_000
"""Number of leading characters that the model sees: abstract and introduction of a paper, front matter of a book."""


class Words(NamedTuple):
    """Start and end offsets of the words of a normalised text, and the cumulative sum from which hashes are computed."""

    starts: Places
    ends: Places
    sums: Hashes

    def within(self, begin: int, end: int) -> "Words":
        """Return the words that start in [begin, end); a word that crosses `end` is truncated there."""
        first, last = self.starts.searchsorted((begin, end)).tolist()
        return Words(self.starts[first:last], np.minimum(self.ends[first:last], end), self.sums)

    def numbers(self, begins: Places, stops: Places) -> Hashes:
        """Return one number per span [begin, stop) of characters, equal for equal spans anywhere; `mix` makes it a hash."""
        _, inverses = _powers(self.sums.size)
        found: Hashes = (self.sums.take(stops) - self.sums.take(begins)) * inverses.take(begins)
        return found

    def hashes(self) -> Hashes:
        """Return the hash of each word, as computed by text/word_hashes.py."""
        return mix(self.numbers(self.starts, self.ends))


class DocumentWords(NamedTuple):
    """Words of a document: hashes for the lexicons, offsets for the model, which also needs prefixes and suffixes."""

    title: Hashes
    head: Hashes
    terms: Hashes
    """Hashes of the words in the first TERM_CHARS characters of the head."""
    opening: Words
    """Words of the title and of the first TEXT_CHARS characters of the head, which usually state the topic."""


def document_words(document: Document) -> DocumentWords:
    """Return the words of a document's title and head. The last result is cached: another call for that document is free."""
    return _document_words(document.title, document.head)


def text_of(document: Document) -> str:
    """Return title and first TEXT_CHARS characters of the head as one string; its words are `DocumentWords.opening`."""
    return f"{document.title}\n{document.head[:TEXT_CHARS]}"


def words(text: str) -> Words:
    """Return the Words of a text without case and accents; hyphens, apostrophes and underscores separate words."""
    return _words(normalize(text))


@lru_cache(maxsize=1)
def _document_words(title: str, head: str) -> DocumentWords:
    zones = (f"{title}\n", head[:TEXT_CHARS], head[TEXT_CHARS:TERM_CHARS], head[TERM_CHARS:])
    codes, (title_end, text_end, terms_end, end) = normalize_parts(zones)
    found = _words(codes)
    hashes = found.hashes()
    title_words = int(found.starts.searchsorted(title_end))
    terms = hashes[title_words:] if terms_end == end else found.within(title_end, terms_end).hashes()
    return DocumentWords(hashes[:title_words], hashes[title_words:], terms, found.within(0, text_end))


def _words(codes: Codes) -> Words:
    inside = np.zeros(codes.size + 2, dtype=np.bool_)
    np.not_equal(codes, GAP, out=inside[1:-1])
    (edges,) = (inside[1:] != inside[:-1]).nonzero()
    sums = np.zeros(codes.size + 1, dtype=np.uint64)
    forward, _ = _powers(codes.size)
    terms = coefficients().take(codes)
    terms *= forward[: codes.size]
    terms.cumsum(out=sums[1:])
    return Words(edges[::2], edges[1::2], sums)


def _powers(size: int) -> tuple[Hashes, Hashes]:
    """Return the powers of base and inverse for `size` or more characters; all but very long titles share a table of 32,768."""
    return powers(1 << max(size, HEAD_CHARS).bit_length())
