"""Resolve large operators and brackets of TeX, whose glyph names pdfium does not know: a "X" in such a font is a sum.

Source: Donald Knuth, "Computer Modern Typefaces", font CMEX10.
"""

from itertools import repeat

import numpy as np
import numpy.typing as npt

from darwin_spark.parsers.pdf.characters.accents import VOID
from darwin_spark.parsers.pdf.characters.private_use import font_name, whole_bracket
from darwin_spark.parsers.pdf.pdfium import calls

Codes = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]

FONT_NAMES = ("cmex", "lmex", "lmmathext", "txex", "pxex", "yhcmex", "euex")
"""How the names of fonts with this encoding begin, in lower case."""
_SIGNS = "".join((
    "()[]⌊⌋⌈⌉{}⟨⟩|‖/\\" "()()[]⌊⌋⌈⌉{}⟨⟩/\\" "()[]⌊⌋⌈⌉{}⟨⟩/\\/\\" "⎛⎞⎡⎤⎣⎦⎢⎥⎧⎫⎩⎭⎨⎬⎪|",
    "⎝⎠⎜⎟⟨⟩⊔⊔∮∮⊙⊙⊕⊕⊗⊗" "∑∏∫⋃⋂⊎⋀⋁∑∏∫⋃⋂⊎⋀⋁" "∐∐ˆˆˆ˜˜˜[]⌊⌋⌈⌉{}" "√√√√√\0\0‖↑↓\0\0\0\0⇑⇓",
))  # fmt: skip
"""Characters from code 0 on; NUL: an extension of a radical or of a horizontal brace."""


def resolve_operators(page: calls.Pointer, codes: Codes, indices: Ints) -> list[int]:
    """Replace, in place, those of the characters at `indices`, all in an extension font, that are mere codes.

    Returns the indices of those that are VOID now: pieces of a bracket for which another piece stands.
    """
    wrong = np.fromiter(map(calls.has_no_character, repeat(page), indices.tolist()), np.int64, len(indices)) == 1
    void = []
    for index in indices[wrong].tolist():
        code = int(calls.character(page, index))
        sign = whole_bracket(_SIGNS[code]) if code < len(_SIGNS) else chr(code)
        codes[index] = VOID if sign in ("\0", chr(VOID)) else ord(sign)
        if codes[index] == VOID:
            void.append(index)
    return void


def resolve_blanks(page: calls.Pointer, codes: Codes, blanks: Ints) -> list[int]:
    """Replace, in place, those blanks that are brackets of an extension font, whose codes are those of blanks.

    Returns their indices. pdfium makes line breaks ("\r\n") and blanks of its own, but no line that begins with a blank.
    """
    if not len(blanks):
        return []
    found, before, after = codes[blanks], codes[blanks - 1], codes[np.minimum(blanks + 1, len(codes) - 1)]
    doubtful = (found < ord("\n")) | (found == ord("\f")) | ((found == ord("\n")) & (before != ord("\r")))
    doubtful |= ((found == ord("\r")) & (after != ord("\n"))) | ((found == ord(" ")) & (before == ord("\n")))
    resolved = []
    for index in blanks[doubtful & (found <= ord(" "))].tolist():
        if calls.is_generated(page, index) == 0 and font_name(page, index).startswith(FONT_NAMES):
            codes[index] = ord(whole_bracket(_SIGNS[codes[index]]))
            resolved.append(index)
    return resolved
