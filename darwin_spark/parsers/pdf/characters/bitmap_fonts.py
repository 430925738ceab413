"""Read text in the bitmap (Type 3) fonts of TeX, whose characters have codes, but neither names nor a character map.

pdfium returns the code in place of the character, and says that it does.
"""

import ctypes
from itertools import groupby, repeat

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium_c

from darwin_spark.parsers.pdf.characters.tex_encodings import Shown, mappings
from darwin_spark.parsers.pdf.pdfium import calls

Codes = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]

_SAMPLE_SIZE = 24  # characters that are looked at first: most pages have none without a character map
_MIN_WORD = 4  # characters of one font without a blank, from which on they are a word
CODES = (0x00, 0x09), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0xFF)
"""First and last of the characters that may be the code of a glyph: control characters but line ends, those beyond ASCII."""
_LOOKED_AT, _MIN_DIFFERENT = 80, 5  # characters that are looked at for a fixed width, and how many must differ
_NARROW = frozenset("fijlrtI.,;:!|()[]'")  # signs that are narrow in fonts without a fixed width
_SAME_WIDTH, _OVERHANG = 0.02, 0.08  # how far widths in a fixed-width font differ, and those of a few letters, as shares
_MIN_SAME = 0.75  # minimum share of the letters that do not hang over


def decode_bitmap_fonts(page: calls.Pointer, codes: Codes, doubtful: Ints) -> bool:
    """Replace, in place, codes in bitmap fonts of TeX by the characters that they stand for; return whether there are any.

    `codes`: the characters of a page as pdfium returns them; `doubtful`: the indices of those that look like codes.
    """
    sample = doubtful[:: max(len(doubtful) // _SAMPLE_SIZE, 1)].tolist()
    if not any(calls.has_no_character(page, index) == 1 and _is_nameless(page, index) for index in sample):
        return False
    wrong = _without_character(page, codes)
    of, first = _fonts(page, wrong)
    nameless = {font for font, index in first.items() if _is_nameless(page, index)}
    kept = np.array([font in nameless for font in of.tolist()], dtype=np.bool_)
    wrong, of = wrong[kept], of[kept]
    raw = np.fromiter(map(calls.character, repeat(page), wrong.tolist()), np.int64, len(wrong))
    shown = {font: _shown(page, wrong[of == font], raw[of == font]) for font in nameless}
    found = mappings(shown)
    for index, font, code in zip(wrong.tolist(), of.tolist(), raw.tolist(), strict=True):
        codes[index] = ord(found[font].get(code, chr(code)))
    return True


def _without_character(page: calls.Pointer, codes: Codes) -> Ints:
    """Return the indices of the characters that are mere codes; pdfium does not say so of code 0."""
    wrong = np.fromiter(map(calls.has_no_character, repeat(page), range(len(codes))), np.int64, len(codes)) == 1
    for index in np.flatnonzero(codes == 0).tolist():
        wrong[index] = calls.is_generated(page, index) == 0
    found = np.flatnonzero(wrong & (codes != ord(" ")))
    return found[[calls.is_hyphen(page, index) != 1 for index in found.tolist()]]


def _is_nameless(page: calls.Pointer, index: int) -> bool:
    """Whether the font of a character has no name, as Type 3 fonts have none."""
    return int(pdfium_c.FPDFText_GetFontInfo(ctypes.cast(page, pdfium_c.FPDF_TEXTPAGE), index, None, 0, None)) <= 1


def _fonts(page: calls.Pointer, indices: Ints) -> tuple[Ints, dict[int, int]]:
    """Return (the address of the font of each character, {font: its first character})."""
    objects, first, inverse = np.unique(calls.objects_of(page, indices.tolist()), return_index=True, return_inverse=True)
    of = np.array(calls.fonts(calls.pointers(objects.tolist())), dtype=np.uint64).astype(np.int64)
    found: dict[int, int] = {}
    for at, font in sorted(zip(first.tolist(), of.tolist(), strict=True)):
        found.setdefault(font, int(indices[at]))
    return of[inverse], found


def _shown(page: calls.Pointer, indices: Ints, codes: Ints) -> Shown:
    """Return the codes of a font in the order of the page, how many of them are in words, and whether its width is fixed."""
    runs = [len(list(run)) for _, run in groupby(enumerate(indices.tolist()), key=lambda pair: pair[1] - pair[0])]
    first = np.unique(codes, return_index=True)[1]
    sides = calls.boxes(page, indices[first].tolist())
    widths = sides[:, 2] - sides[:, 0]
    mono = len(widths) > 3 and _are_same(widths)
    return Shown(codes.tolist(), sum(n for n in runs if n >= _MIN_WORD), mono)


def has_fixed_width(page: calls.Pointer, index: int, count: int) -> bool:
    """Whether the font of this character, which has no name, has a fixed width: by the characters that follow on the page.

    `count`: the number of characters of the page. Digits say nothing: they are equally wide in all fonts.
    """
    indices = [at for at in range(index, min(index + _LOOKED_AT, count)) if calls.is_generated(page, at) == 0]
    of = calls.fonts(calls.pointers(calls.objects_of(page, indices).tolist()))
    first: dict[str, int] = {}
    for at, font in zip(indices, of, strict=True):
        sign = chr(calls.character(page, at))
        if font == of[0] and sign.isprintable() and not sign.isspace() and not sign.isdigit():
            first.setdefault(sign, at)
    if len(first) < _MIN_DIFFERENT or _NARROW.isdisjoint(first) or _NARROW.issuperset(first):
        return False
    sides = calls.boxes(page, list(first.values()))
    return _are_same(sides[:, 2] - sides[:, 0])


def _are_same(widths: npt.NDArray[np.float64]) -> bool:
    """Whether the boxes are those of a fixed-width font: equally wide, apart from a few that a letter hangs over."""
    usual = float(np.median(widths))
    off = np.abs(widths - usual)
    return float(off.max()) < _OVERHANG * usual and float((off < _SAME_WIDTH * usual).mean()) >= _MIN_SAME
