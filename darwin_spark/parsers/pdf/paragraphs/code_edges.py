"""Tell code from text where the font of a line misleads: a name that ends a paragraph, a comment in a listing."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from darwin_spark.parsers.pdf.lines import Line

_COMMENT = re.compile(r"/\*|\*/|//|#|;|%|--|\A[!c]\s")
_SENTENCE_ENDS = (".", "!", "?", ":", ";")
_MAX_COMMENTS = 12  # lines of a listing in a row that are comments in another font
_MAX_LEADING = 1.35  # maximum distance of two lines of a paragraph, in font sizes, where no line above tells it
_SAME_STEP = 0.06  # how far two equal distances of lines differ, as a share
_MIN_SKIP = 1.15  # minimum distance of a listing from the line above, in distances of that line from the one above it


def with_settled_fonts(lines: Sequence[Line], right: float) -> Sequence[Line]:
    """Return the lines; the last of a paragraph is text though it is only a fixed-width name, a comment in a listing is code.

    `right`: the right edge of the running text, in points.
    """
    fixed_width = sum([line.mono for line in lines])
    if not 0 < fixed_width < len(lines):
        return lines
    found = list(lines)
    for i in range(1, len(found)):
        above, line = found[i - 1], found[i]
        if line.mono and not above.mono and _ends_paragraph(found, i, right):
            found[i] = replace(line, mono=False, size=above.size)
        elif above.mono and not line.mono:
            for j in range(i, _end_of_comments(found, i)):
                found[j] = replace(found[j], mono=True)
    return found


def _ends_paragraph(lines: Sequence[Line], i: int, right: float) -> bool:
    """Whether line `i` continues the text above: that reaches the right edge without an end, and no listing goes on below."""
    above, line = lines[i - 1], lines[i]
    if above.bold or above.text.endswith(_SENTENCE_ENDS) or above.right < right - 2 * above.size:
        return False
    if not -1 < above.left - line.left < 3 * above.size:
        return False
    step = line.baseline - above.baseline
    usual = above.baseline - lines[i - 2].baseline if i > 1 and not lines[i - 2].mono else 0.0
    if not 0 < step < max(_MAX_LEADING * above.size, (1 + _SAME_STEP) * min(usual, 2.5 * above.size)):
        return False
    return i + 1 == len(lines) or not lines[i + 1].mono or lines[i + 1].baseline - line.baseline > _MIN_SKIP * step


def _end_of_comments(lines: Sequence[Line], begin: int) -> int:
    """Return the index after the comments that begin at `begin`, between two lines of code at equal distances; else `begin`."""
    end = begin
    while end < len(lines) and not lines[end].mono:
        if end - begin == _MAX_COMMENTS or not _COMMENT.search(lines[end].text) or lines[end].bold:
            return begin
        end += 1
    if end == len(lines):
        return begin
    around = lines[begin - 1 : end + 1]
    steps = [b.baseline - a.baseline for a, b in pairwise(around)]
    left, size = min(around[0].left, around[-1].left), around[0].size
    is_even = min(steps) > 0 and max(steps) < min((1 + _SAME_STEP) * min(steps), 2 * size)
    return end if is_even and all(line.left > left - 1 and abs(line.size - size) < 0.15 * size for line in around) else begin
