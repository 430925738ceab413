"""Headings in the left margin, beside the text they belong to: each is read before the text that begins at its height."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from darwin_spark.parsers.pdf.fragments import Fragment

_MAX_SHARE = 0.34  # maximum number of lines in the margin, as a share of the lines of the text beside it
_MAX_CHARS = 60  # maximum characters of such a line
_MIN_TEXT_LINES = 8  # minimum number of lines of the text
_MIN_TEXT_CHARS = 30.0  # minimum mean characters of these lines
_BLOCK_STEP = 1.6  # font sizes; lines in the margin that are farther apart belong to two headings
_SIZE_TOLERANCE = 0.08  # type that is larger by more than this share counts as larger
_ALIGNED = 0.35  # maximum difference in height between a heading and a line of the text, in font sizes of the heading


def are_side_heads(margin: Sequence[Fragment], text: Sequence[Fragment]) -> bool:
    """Whether few, short lines in a type of their own lie left of long lines: headings in the margin, not a column."""
    if not margin or len(text) < _MIN_TEXT_LINES or len(margin) > _MAX_SHARE * len(text):
        return False
    if sum(len(f.text) for f in text) < _MIN_TEXT_CHARS * len(text):
        return False
    (size, bold, italic), _ = Counter((f.size, f.bold, f.italic) for f in text).most_common(1)[0]
    looks_like_headings = all(
        len(f.text) <= _MAX_CHARS
        and any(c.isalpha() for c in f.text)
        and (f.bold > bold or f.italic > italic or f.size > (1 + _SIZE_TOLERANCE) * size)
        for f in margin
    )
    return looks_like_headings and _are_aligned(margin, text)


def _are_aligned(margin: Sequence[Fragment], text: Sequence[Fragment]) -> bool:
    """Whether each heading begins at the height of a line of the text."""
    heights = sorted(f.baseline for f in text)
    for block in _blocks(margin):
        place = bisect_left(heights, block[0].baseline - _ALIGNED * block[0].size)
        if place == len(heights) or heights[place] > block[0].baseline + _ALIGNED * block[0].size:
            return False
    return True


def before_their_text(margin: Sequence[Fragment], text: Sequence[Sequence[Fragment]]) -> list[list[Fragment]]:
    """Return columns of text cut at the height of each heading, the heading as a column of its own before its text."""
    parts: list[list[Fragment]] = []
    heads = _blocks(margin)
    for column in text:
        bottom = max(f.baseline for f in column)
        while heads and heads[0][0].top <= bottom:
            head = heads.pop(0)
            top = head[0].top
            parts += [part for part in ([f for f in column if f.baseline <= top], head) if part]
            column = [f for f in column if f.baseline > top]
        parts += [list(column)] if column else []
    return parts + heads


def _blocks(margin: Sequence[Fragment]) -> list[list[Fragment]]:
    """Return the lines of each heading, from top to bottom."""
    blocks: list[list[Fragment]] = []
    for f in sorted(margin, key=lambda f: (f.baseline, f.left)):
        if blocks and f.baseline - blocks[-1][-1].baseline < _BLOCK_STEP * f.size:
            blocks[-1].append(f)
        else:
            blocks.append([f])
    return blocks
