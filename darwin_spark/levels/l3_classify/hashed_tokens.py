"""The words of a document as hashes, found once for all that read them: the lexicons and the model.

A word's hash is a difference of two places of one running sum over the characters (text/normalize.py), so a prefix, a suffix,
and the word that a cut leaves at the end of an excerpt cost no pass of their own. An array of a text of 8,000 characters is
worked on as fast as Python calls numpy: methods are called rather than functions that wrap them.
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
"""Characters of the text whose terms count: EAI's `[beginning]`."""
TEXT_CHARS: Final = 6_000
"""Characters of the text that the model sees: the abstract and introduction of a paper, the front matter of a book."""


class Words(NamedTuple):
    """Words of a normalised text by where they begin and end, and the running sum that their hashes are taken from."""

    starts: Places
    ends: Places
    sums: Hashes

    def within(self, begin: int, end: int) -> "Words":
        """The words between two places; the last may be cut there."""
        first, last = self.starts.searchsorted((begin, end)).tolist()
        return Words(self.starts[first:last], np.minimum(self.ends[first:last], end), self.sums)

    def numbers(self, begins: Places, stops: Places) -> Hashes:
        """A number for each stretch of letters, the same wherever the letters stand; `mix` makes hashes of them."""
        _, inverses = _powers(self.sums.size)
        found: Hashes = (self.sums.take(stops) - self.sums.take(begins)) * inverses.take(begins)
        return found

    def hashes(self) -> Hashes:
        """The hash of each word, as text/normalize.py has it."""
        return mix(self.numbers(self.starts, self.ends))


class DocumentWords(NamedTuple):
    """What is read of a document: hashes for the lexicons, words and their parts for the model."""

    title: Hashes
    head: Hashes
    terms: Hashes
    """Of the first TERM_CHARS of the head."""
    opening: Words
    """Of the title and the first TEXT_CHARS of the head, where a document says what it is about."""


def document_words(document: Document) -> DocumentWords:
    """The words of a document, found once however often they are asked for while it is annotated."""
    return _read(document.title, document.head)


def text_of(document: Document) -> str:
    """The title and text whose words are the `opening`."""
    return f"{document.title}\n{document.head[:TEXT_CHARS]}"


def words(text: str) -> Words:
    """The words of any text, without case or accents; hyphens, apostrophes and underscores separate."""
    return _words(normalize(text))


@lru_cache(maxsize=1)
def _read(title: str, head: str) -> DocumentWords:
    zones = (f"{title}\n", head[:TEXT_CHARS], head[TEXT_CHARS:TERM_CHARS], head[TERM_CHARS:])
    codes, (title_end, text_end, terms_end, end) = normalize_parts(zones)
    found = _words(codes)
    hashes = found.hashes()
    of_title = int(found.starts.searchsorted(title_end))
    terms = hashes[of_title:] if terms_end == end else found.within(title_end, terms_end).hashes()
    return DocumentWords(hashes[:of_title], hashes[of_title:], terms, found.within(0, text_end))


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
    """Of one size for all but the longest titles, so that they are not made anew for each document."""
    return powers(1 << max(size, HEAD_CHARS).bit_length())
