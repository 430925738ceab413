"""Compose signs that TeX prints over each other: a stroke over a relation (\\not=, \\notin), a tilde over "=" (\\cong).

The stroke of TeX's symbol fonts has the code of "6", which pdfium returns where the font does not name it.
"""

import unicodedata
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from darwin_spark.parsers.pdf.characters.accents import VOID, Box

Codes = npt.NDArray[np.uint32]

_STROKES = frozenset(map(ord, "6/\u0338"))
_STROKE_OVER = "\u0338"
_STACKED = {"∼=": "≅", "=∼": "≅", "~=": "≅", "=~": "≅", ".=": "≐", "˙=": "≐"}
RELATIONS = (0x3C, 0x3E), (0x7E, 0x7E), (0x2200, 0x22FF)
"""First and last of the characters over which signs may be printed: "<" to ">", "~", Unicode's mathematical operators."""
_OVERLAID = 0.25  # maximum distance of the left edges of both, as a share of the relation's width


def compose_overlaid(relations: Sequence[int], codes: Codes, box_of: Callable[[int], Box]) -> bool:
    """Compose the relations at these indices with the sign before each that stands over it, in place; return whether one does.

    The place of the sign is VOID then.
    """
    found = False
    for index in relations:
        sign, relation = int(codes[index - 1]) if index else 0, chr(codes[index])
        composed = _STACKED.get(chr(sign) + relation)
        if composed is None and sign in _STROKES:
            composed = unicodedata.normalize("NFC", relation + _STROKE_OVER)
        if composed is None or len(composed) > 1:
            continue
        over, under = box_of(index - 1), box_of(index)
        if abs(over.left - under.left) < _OVERLAID * (under.right - under.left):
            codes[index - 1], codes[index] = VOID, ord(composed)
            found = True
    return found
