"""Find the two pages on one image of an open book, so that the left one is read first.

Such an image is wider than high. Near its middle, from the first line to the last, runs a gutter without ink (or the dark fold
of the book), on both sides of which stand lines that are about as long as those of the other side and fill most of it.
"""

import numpy as np
import numpy.typing as npt

from darwin_spark.parsers.ocr.engine import Picture
from darwin_spark.parsers.ocr.ink import Ink, reduced_ink

Flags = npt.NDArray[np.bool_]

_MIN_ASPECT = 1.1  # width of an open book relative to its height
_MIDDLE = (0.38, 0.62)  # where the gutter is searched, as shares of the width
_LONG_SIDE = 1_000  # pixels of the reduced image
_MIN_GUTTER = 0.025  # width of the gutter relative to the width of the image
_MAX_INK = 0.006  # share of ink in a column of pixels of the gutter: noise
_MIN_SHADOW = 0.4  # share of ink in a column of pixels above which it is the shadow of a fold, not text
_MIN_FOLD = 0.3  # the same for a thin line in the gutter
_MAX_FOLD = 0.015  # width of such a line relative to the width of the image
_MIN_LINE = 0.55  # a long line fills this share of the width of the text on its page
_MIN_LONG = 0.3  # minimum share of long lines among the rows with ink, on one page at least
_MIN_ROWS = 0.12  # minimum share of the rows of each page that have ink
_MAX_RATIO = 1.6  # maximum ratio of the widths of the texts of the two pages


def split(picture: Picture) -> list[Picture]:
    """Return the left and the right page of an open book; else the image alone."""
    height, width = picture.shape
    if width < _MIN_ASPECT * height:
        return [picture]
    marks, scale = reduced_ink(picture, _LONG_SIDE)
    gutter = _gutter(marks)
    if gutter is None:
        return [picture]
    left, right = marks[:, : gutter[0]], marks[:, gutter[1] :]
    widths = [_text_width(page) for page in (left, right)]
    if min(widths) * _MAX_RATIO < max(widths) or not (_is_text(left) and _is_text(right)):
        return [picture]
    middle = round(scale * _fold(marks, *gutter))
    return [np.ascontiguousarray(picture[:, :middle]), np.ascontiguousarray(picture[:, middle:])]


def _gutter(marks: Ink) -> tuple[int, int] | None:
    """Return the widest run of columns [first, end) without ink near the middle; None if it is too narrow.

    A narrow mark from top to bottom, which the fold of a book or a ruled line is, may stand in it.
    """
    begin, end = (round(share * marks.shape[1]) for share in _MIDDLE)
    ink = marks[:, begin:end].mean(axis=0)
    inked = (ink > _MAX_INK) & (ink < _MIN_SHADOW)
    reach = round(_MAX_FOLD * marks.shape[1])
    for first, last in _runs(inked):
        if last - first <= reach and ink[max(first - reach, 0) : last + reach].max() > _MIN_FOLD:
            inked[first:last] = False
    first, last = max(_runs(~inked), key=lambda run: run[1] - run[0], default=(0, 0))
    return (begin + first, begin + last) if last - first >= _MIN_GUTTER * marks.shape[1] else None


def _runs(flags: Flags) -> list[tuple[int, int]]:
    """Return the runs [first, end) of true flags."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(first), int(end)) for first, end in edges.reshape(-1, 2)]


def _fold(marks: Ink, first: int, end: int) -> float:
    """Return the x of the fold in the gutter: the middle of its shadow, or of the gutter if there is none."""
    ink = marks[:, first:end].mean(axis=0)
    return first + float(np.average(np.arange(len(ink)), weights=ink)) if ink.max() > _MIN_FOLD else (first + end) / 2


def _text_width(page: Ink) -> int:
    """Return the number of pixels between the first and the last column of the page with more ink than noise."""
    columns = np.flatnonzero(page.mean(axis=0) > _MAX_INK)
    return int(columns[-1] - columns[0] + 1) if len(columns) else 0


def _is_text(page: Ink) -> bool:
    """Whether the page has enough rows of ink, of which enough are as long as the text is wide."""
    rows = page[page.sum(axis=1) > 2]
    if len(rows) < _MIN_ROWS * len(page):
        return False
    lengths = page.shape[1] - rows.argmax(axis=1) - rows[:, ::-1].argmax(axis=1)
    return bool(np.mean(lengths > _MIN_LINE * _text_width(page)) > _MIN_LONG)
