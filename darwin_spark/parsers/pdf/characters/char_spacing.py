"""Find blanks that a program wrote as character spacing, between the letters of a short text object.

Where kerning changes, Ghostscript cuts a line of text that was moved word by word into objects such as "ho", "wg", "lobal": the
blank of "how global" is the character spacing of "wg". pdfium takes this for letterspacing, and returns one word.
"""

import numpy as np
import numpy.typing as npt

from darwin_spark.parsers.pdf.pdfium import calls

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_MAX_LETTERS = 4  # maximum number of letters of such an object
_MIN_GAP = 0.18  # minimum width of the blank, in heights of the letter's box (about one font size)
_MAX_SHARE = 0.34  # maximum share of such gaps among all gaps of what pdfium takes for a word; else it is letterspaced


def gaps_inside(page: calls.Pointer, begins: Ints, ends: Ints, words: Ints) -> Ints:
    """Return the characters that a blank precedes inside a piece [begin, end); `words`: the pdfium word of each piece."""
    lengths = ends - begins
    short = ((lengths > 1) & (lengths <= _MAX_LETTERS)).nonzero()[0]
    short = short[_have_wide_gaps(page, begins[short], lengths[short])]
    if not len(short):
        return short
    has_wide_gap = np.zeros(int(words[-1]) + 1, dtype=np.bool_)
    has_wide_gap[words[short]] = True
    concerned = has_wide_gap[words]
    begins, lengths, words = begins[concerned], lengths[concerned], words[concerned]
    characters, offsets = _characters(begins, lengths)
    boxes = calls.boxes(page, characters.tolist())
    of_word = words.repeat(lengths)
    same_word = of_word[1:] == of_word[:-1]
    gaps, heights = boxes[1:, 0] - boxes[:-1, 2], boxes[1:, 1] - boxes[1:, 3]
    wide = same_word & (gaps > _MIN_GAP * heights)
    number = int(words.max()) + 1
    wides, all_gaps = (np.bincount(of_word[1:][mask], minlength=number) for mask in (wide, same_word))
    share = wides / np.maximum(all_gaps, 1)
    inside = wide & (offsets[1:] > 0) & np.repeat(lengths <= _MAX_LETTERS, lengths)[1:] & (share <= _MAX_SHARE)[of_word[1:]]
    found: Ints = characters[1:][inside]
    return found


def _have_wide_gaps(page: calls.Pointer, begins: Ints, lengths: Ints) -> Flags:
    """Return a mask of the pieces that have a gap as wide as a blank between two of their letters."""
    characters, offsets = _characters(begins, lengths)
    boxes = calls.boxes(page, characters.tolist())
    gaps, heights = boxes[1:, 0] - boxes[:-1, 2], boxes[1:, 1] - boxes[1:, 3]
    wide = (offsets[1:] > 0) & (gaps > _MIN_GAP * heights)
    found = np.zeros(len(begins), dtype=np.bool_)
    found[begins.searchsorted(characters[1:][wide], side="right") - 1] = True
    return found


def _characters(begins: Ints, lengths: Ints) -> tuple[Ints, Ints]:
    """Return the characters of pieces, and the offset of each in its piece."""
    offsets = np.arange(lengths.sum()) - np.repeat(lengths.cumsum() - lengths, lengths)
    return begins.repeat(lengths) + offsets, offsets
