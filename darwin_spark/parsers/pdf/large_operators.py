"""Resolve large operators and brackets of TeX, whose glyph names pdfium does not know: a "X" in such a font is a sum.

Source: Donald Knuth, "Computer Modern Typefaces", font CMEX10.
"""

import ctypes
from itertools import repeat

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium_c

from darwin_spark.parsers.pdf.accents import VOID
from darwin_spark.parsers.pdf.calls import without_argument_conversion
from darwin_spark.parsers.pdf.private_use import whole_bracket

Codes = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]

FONT_NAMES = ("cmex", "lmex", "lmmathext", "txex", "pxex", "yhcmex", "euex")
"""How the names of fonts with this encoding begin, in lower case."""
_SIGNS = "".join((
    "()[]⌊⌋⌈⌉{}⟨⟩|‖/\\" "()()[]⌊⌋⌈⌉{}⟨⟩/\\" "()[]⌊⌋⌈⌉{}⟨⟩/\\/\\" "⎛⎞⎡⎤⎣⎦⎢⎥⎧⎫⎩⎭⎨⎬⎪|",
    "⎝⎠⎜⎟⟨⟩⊔⊔∮∮⊙⊙⊕⊕⊗⊗" "∑∏∫⋃⋂⊎⋀⋁∑∏∫⋃⋂⊎⋀⋁" "∐∐ˆˆˆ˜˜˜[]⌊⌋⌈⌉{}" "√√√√√\0\0‖↑↓\0\0\0\0⇑⇓",
))  # fmt: skip
"""Characters from code 0 on; NUL: an extension of a radical or of a horizontal brace."""

_has_error = without_argument_conversion(pdfium_c.FPDFText_HasUnicodeMapError, ctypes.c_int)
_get_unicode = without_argument_conversion(pdfium_c.FPDFText_GetUnicode, ctypes.c_uint)


def resolve_operators(page: ctypes.c_void_p, codes: Codes, indices: Ints) -> None:
    """Replace, in place, those of the characters at `indices`, all in an extension font, that are mere codes."""
    wrong = np.fromiter(map(_has_error, repeat(page), indices.tolist()), np.int64, len(indices)) == 1
    for index in indices[wrong].tolist():
        code = int(_get_unicode(page, index))
        sign = whole_bracket(_SIGNS[code]) if code < len(_SIGNS) else chr(code)
        codes[index] = VOID if sign == "\0" else ord(sign)
