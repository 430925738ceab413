"""Put Latin words within a line of a right-to-left script into their order: pdfium returns "North Star" there as "Star North".

A page of such a script is mirrored: x grows from the right edge to the left. A run of Latin words and numbers is mirrored once
more, within its own bounds.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from darwin_spark.parsers.pdf.characters.directions import is_right_to_left
from darwin_spark.parsers.pdf.characters.pieces import Floats, Ints


def turned_runs(texts: Sequence[str], lefts: Floats, rights: Floats, baselines: Floats) -> tuple[Ints, Floats, Floats]:
    """Return (order in which to read the pieces of a mirrored page, their left edges, their right edges in that order).

    `texts`: the pieces in pdfium's order; `lefts`, `rights`, `baselines`: their places on the mirrored page in points.
    """
    order, left, right = np.arange(len(texts)), lefts.copy(), rights.copy()
    for begin, end in _runs(texts, baselines.tolist()):
        places = slice(begin, end)
        if not (np.diff(lefts[places]) > 0).all():
            continue  # in reading order: each word is in a text object of its own
        edges = lefts[begin] + rights[end - 1]
        order[places] = order[places][::-1]
        left[places], right[places] = edges - rights[places][::-1], edges - lefts[places][::-1]
    return order, left, right


def _runs(texts: Sequence[str], baselines: Sequence[float]) -> Iterator[tuple[int, int]]:
    """Yield the ranges of two or more pieces on one line without right-to-left letters; the first and the last have letters."""
    groups = groupby(range(len(texts)), key=lambda i: (any(map(is_right_to_left, texts[i])), round(baselines[i])))
    for (is_right, _), same in groups:
        latin = [i for i in same if any(map(str.isalpha, texts[i]))]
        if not is_right and len(latin) > 1:
            yield latin[0], latin[-1] + 1
