"""Detect scripts that do not run from left to right: Hebrew, Arabic and the like, and East Asian text in vertical columns.

This module only detects them; `words.py` turns the places of their words. A page of a right-to-left script is mirrored, and
vertical text is treated as text turned by 270 degrees, which also runs downwards, line by line to the left. pdfium returns both
in reading order, except Latin words within a right-to-left line (`latin_runs.py`).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from darwin_spark.parsers.pdf.characters.pieces import Flags, Floats, Ints, Pieces, boxes_of
from darwin_spark.parsers.pdf.pdfium import calls
from darwin_spark.parsers.pdf.pdfium.page_box import PageBox

VERTICAL_ANGLE = 270
_RIGHT_TO_LEFT = ((0x590, 0x8FF), (0xFB1D, 0xFDFF), (0xFE70, 0xFEFC))
"""Ranges of Hebrew, Arabic, Syriac, Thaana, N'Ko and of Arabic presentation forms."""
_FIRST_EAST_ASIAN = 0x1100
_IDEOGRAPHS = 0x2E80, 0xFB00
"""Range of the letters of which a page in an East Asian script has at least one."""
_SAME_COLUMN = 0.3  # maximum difference, in font sizes, of the left edges of the letters of a vertical word
_ASCENT = 0.88  # height of the em of East Asian fonts above the origin
_MIN_STEPS = 5  # minimum number of letters that are written alone, each below the one before it
_ASIDE = 0.6  # maximum distance of their middles, in font sizes: punctuation stands aside
_MAX_STEP = 2.0  # maximum step from letter to letter, in font sizes
_STEP = 0.4  # minimum step downwards from letter to letter, in font sizes


def is_right_to_left(text: str) -> bool:
    """Return whether the first letter of a text belongs to a right-to-left script."""
    first = next((c for c in text if c.isalpha()), "")
    return bool(first) and any(low <= ord(first) <= high for low, high in _RIGHT_TO_LEFT)


def right_to_left(codes: npt.NDArray[np.uint32]) -> Flags:
    """Return a mask of the code points that belong to right-to-left scripts."""
    found = np.zeros(len(codes), dtype=np.bool_)
    for low, high in _RIGHT_TO_LEFT:
        found |= (codes >= low) & (codes <= high)
    return found


def runs_right_to_left(codes: npt.NDArray[np.uint32]) -> bool:
    """Return whether a page, given as code points, has more right-to-left letters than Latin ones."""
    foreign = codes[codes >= _RIGHT_TO_LEFT[0][0]]
    count = int(right_to_left(foreign).sum())
    if not count:
        return False
    latin = int((((codes | 0x20) >= ord("a")) & ((codes | 0x20) <= ord("z"))).sum())
    return count > latin


def vertical_columns(
    page: calls.Pointer, codes: npt.NDArray[np.uint32], pieces: Pieces, obj: Ints, sizes: Floats, box: PageBox
) -> dict[int, float]:
    """Return {text object: baseline} of East Asian text written downwards; baselines grow from column to column to the left.

    `obj`: the index of each piece's object, into `sizes` (font sizes in points).
    """
    foreign = codes[codes >= _IDEOGRAPHS[0]]
    if not len(foreign) or not (foreign < _IDEOGRAPHS[1]).any():
        return {}
    is_east_asian = codes[pieces.begin] >= _FIRST_EAST_ASIAN
    several: Flags = is_east_asian & (pieces.end - pieces.begin > 1)
    single: Flags = is_east_asian & ~several
    words, of = pieces.where(several), obj[several]
    found = _columns_of_letters(page, pieces.where(single), obj[single], sizes, box)
    if not len(of):
        return found
    first, last = boxes_of(page, words, box)
    second = boxes_of(page, words._replace(end=words.begin + 2), box)[1]
    is_vertical = np.zeros(len(of), dtype=np.bool_)
    for other, steps in ((second, 1), (last, words.end - words.begin - 1)):  # small kana and punctuation stand aside
        below = first[:, 1] - other[:, 1] > _STEP * sizes[of] * steps
        is_vertical |= below & (np.abs(first[:, 0] - other[:, 0]) < _SAME_COLUMN * sizes[of])
    middles = (first[:, 0] + first[:, 2]) / 2
    return found | {int(i): box.width - float(x) for i, x in zip(of[is_vertical], middles[is_vertical], strict=True)}


def _columns_of_letters(page: calls.Pointer, letters: Pieces, obj: Ints, sizes: Floats, box: PageBox) -> dict[int, float]:
    """Return the same for letters that are each written alone, if more of them follow each other downwards than across."""
    if len(obj) <= _MIN_STEPS:
        return {}
    first, _ = boxes_of(page, letters, box)
    middles, size = (first[:, 0] + first[:, 2]) / 2, sizes[obj[1:]]
    aside, below = np.abs(np.diff(middles)), -np.diff(first[:, 1])
    down = (aside < _ASIDE * size) & (below > _STEP * size) & (below < _MAX_STEP * size)
    across = (np.abs(below) < _STEP * size) & (aside < _MAX_STEP * size)
    if down.sum() < max(int(across.sum()), _MIN_STEPS):
        return {}
    column = np.concatenate(([0], np.cumsum(~down)))
    edges = np.flatnonzero(np.diff(column)) + 1
    baselines = [box.width - float(np.median(part)) for part in np.split(middles, edges)]
    return {int(i): baselines[k] for i, k in zip(obj, column, strict=True)}


def without_blanks(pieces: Pieces, obj: Ints, vertical: Sequence[int]) -> tuple[Pieces, list[int]]:
    """Return the pieces without the blanks that pdfium puts between letters below each other, and the places of these blanks.

    Gaps tell the real ones.
    """
    concerned = np.isin(obj, vertical)
    within = np.flatnonzero(concerned[1:] & concerned[:-1] & pieces.spaced[1:])
    gaps = zip(pieces.end[within].tolist(), pieces.begin[within + 1].tolist(), strict=True)
    return pieces._replace(spaced=pieces.spaced & ~concerned), [index for gap in gaps for index in range(*gap)]


def column_extents(
    page: calls.Pointer, letters: Ints, of: Ints, sizes: Floats, extents: tuple[Floats, Floats], box: PageBox
) -> tuple[Floats, Floats]:
    """Return `extents`, begin and end of vertical letters along their column, as those of their ems: boxes of letters differ.

    Only letters that are objects of their own are changed; `of`: the object of each letter, into `sizes`.
    """
    alone = np.bincount(of, minlength=len(sizes))[of] == 1
    begin, end = extents[0].copy(), extents[1].copy()
    origins, size = calls.matrices(page, letters[alone].tolist())[:, 5], sizes[of[alone]]
    begin[alone] = box.height - (origins - box.bottom) - _ASCENT * size
    end[alone] = begin[alone] + size
    return begin, end
