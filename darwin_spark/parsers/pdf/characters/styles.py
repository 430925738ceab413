"""Styles of the text objects of a PDF page: size, weight, pitch, slant, direction; and their baselines."""

import math
import re
from collections.abc import Sequence
from enum import Flag, auto
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from darwin_spark.parsers.pdf.characters.bitmap_fonts import has_fixed_width
from darwin_spark.parsers.pdf.characters.large_operators import FONT_NAMES
from darwin_spark.parsers.pdf.characters.tex_fonts import tex_font
from darwin_spark.parsers.pdf.pdfium import calls
from darwin_spark.parsers.pdf.pdfium.page_box import PageBox

_BOLD_NAMES = ("bold", "black", "heavy", "-medi", "demi", "romancaps", "smallcap")
"""Parts of the names of bold fonts, and of small capitals, which set headings apart as bold type does."""
_MONO_NAMES = (
    "mono",
    "courier",
    "cursor",
    "typewriter",
    "consol",
    "menlo",
    "monaco",
    "sourcecode",
    "firacode",
    "anonymous",
    "cascadia",
    "cousine",
    "hack-",
    "lettergothic",
    "nimbusmon",
)
_ITALIC_NAMES = ("ital", "obli", "-it", "slant")
_DRAWING_NAMES = ("lcircle", "line10", "lasy10", "linew10")
"""Fonts whose characters are parts of frames and arrows (picture mode of LaTeX)."""
_BOLD_WEIGHT = 600  # what pdfium guesses from the width of the stems
_REGULAR_ENDS = ("-roman", "-regular", "-book", "-light", "-italic")
"""Ends of the names of fonts that are not bold, whatever their stems: Ghostscript makes them up for the standard fonts."""
_TEX_FORMULAS = re.compile(r"cm(?:mi|sy|ex|bsy)|lm(?:math|mi|sy|ex)|ms[ab]m|eu[fsr][mb]|euex|yhcmex|[rtp]x[a-z]*(?:mi|sy|ex)")
_FORMULA_NAMES = ("math", "symbol", "katex", "ntx", "mtmi", "mtsy", "mtex")
"""Fonts for formulas: those of TeX, and parts of the names of those of browsers, Word, LibreOffice and publishers."""
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_TINY = 1.6  # points; a smaller size is looked at: Type 3 fonts have a matrix of their own, which pdfium leaves out
_TYPE3_HEIGHT = 0.9  # font size as a share of the height of a character's box in a Type 3 font
_FIXED_PITCH, _ITALIC = 1, 64  # bits of the font flags (ISO 32000, table 121)


class FormulaFonts(Flag):
    """Kinds of fonts for formulas: in those of TeX, tall signs have a font of their own; in others they stand among letters."""

    TEX = auto()
    OTHER = auto()


class Style(NamedTuple):
    """Font size in points, weight, pitch, drawing font, slant, font of large operators, direction in degrees (90: upwards)."""

    size: float = 1.0
    bold: bool = False
    mono: bool = False
    drawing: bool = False
    italic: bool = False
    operators: bool = False
    angle: int = 0


class _Font(NamedTuple):
    bold: bool
    mono: bool
    drawing: bool
    italic: bool
    operators: bool


class Styles:
    """Reads the styles of the text of a page, each font once. Use one a page: addresses of a closed page may be reused."""

    def __init__(self, page: calls.Pointer, box: PageBox) -> None:
        self._page, self._box = page, box
        self._fonts: dict[int, _Font] = {}
        self.formula_fonts = FormulaFonts(0)

    def of(self, objects: Sequence[calls.Pointer], first: Sequence[int]) -> tuple[list[Style], Ints, Floats]:
        """Return (styles, index of each text object's style, its baseline in points, growing from line to line).

        `first`: a character of each object.
        """
        sizes, matrices = calls.font_sizes(self._page, first), calls.matrices(self._page, first)
        if math.isnan(matrices[:, 0].sum()):
            matrices[np.isnan(matrices[:, 0])] = 1, 0, 0, 1, 0, self._box.top
        a, b, c, d, x, y = matrices.T
        sizes = np.abs(sizes * np.hypot(c, d))
        baselines, angles = self._box.top - y, np.zeros(len(first), dtype=np.int64)
        turned = ((b != 0) | (a < 0)).nonzero()[0]
        if len(turned):
            angles[turned] = list(map(_direction, a[turned].tolist(), b[turned].tolist()))
            for angle in set(angles[turned].tolist()) - {0}:
                baselines[angles == angle] = self._baselines(x[angles == angle], y[angles == angle], angle)
        for i in (sizes < _TINY).nonzero()[0].tolist():
            sizes[i] = self._size_by_box(first[i], sizes[i])
        keys = list(zip(calls.fonts(objects), sizes.round(1).tolist(), angles.tolist(), strict=True))
        example = dict(zip(reversed(keys), range(len(keys) - 1, -1, -1), strict=True))  # the first object of each kind
        styles: dict[Style, int] = {}
        numbers: dict[tuple[int, float, int], int] = {}
        for key in dict.fromkeys(keys):
            font, size, angle = key
            style = Style(size, *self._cached_font(font, first[example[key]]), angle)
            numbers[key] = styles.setdefault(style, len(styles))
        return list(styles), np.fromiter(map(numbers.__getitem__, keys), np.int64, len(keys)), baselines

    def _size_by_box(self, index: int, size: float) -> float:
        """Return the font size by the height of the character's box, if it is far larger than the declared size."""
        _, top, _, bottom = calls.boxes(self._page, [index])[0].tolist()
        height = top - bottom
        return float(round(height * _TYPE3_HEIGHT)) if height > 3 * max(size, _TINY / 2) else size

    def _cached_font(self, address: int, index: int) -> _Font:
        font = self._fonts.get(address)
        if font is None:
            font = self._fonts[address] = self._read_font(index)
        return font

    def _read_font(self, index: int) -> _Font:
        name, flags, weight = calls.font_of(self._page, index)
        self.formula_fonts |= _formula_fonts(name)
        font = _font(name, flags, weight)
        return font if name else font._replace(mono=has_fixed_width(self._page, index, calls.character_count(self._page)))

    def _baselines(self, x: Floats, y: Floats, angle: int) -> Floats:
        """Return the baselines of rotated text: points across its direction, from the right edge of the box for 270°, else from
        its lower left corner."""
        x, y = x - self._box.left, y - self._box.bottom
        if angle == 270:
            return self._box.width - x
        return x * math.sin(math.radians(angle)) - y * math.cos(math.radians(angle))


@lru_cache(maxsize=4_096)
def _formula_fonts(name: str) -> FormulaFonts:
    """Return which kind of font for formulas it is, by its name in lower case."""
    name = name.rsplit("+", 1)[-1]
    if _TEX_FORMULAS.match(name):
        return FormulaFonts.TEX
    return FormulaFonts.OTHER if any(mark in name for mark in _FORMULA_NAMES) else FormulaFonts(0)


@lru_cache(maxsize=4_096)
def _font(name: str, flags: int, weight: int) -> _Font:
    name = name.rsplit("+", 1)[-1]  # without the tag of a font of which some characters are embedded
    tex = tex_font(name)
    is_heavy = weight >= _BOLD_WEIGHT and tex is None and not name.endswith(_REGULAR_ENDS)
    bold = tex.bold if tex else is_heavy or any(mark in name for mark in _BOLD_NAMES)
    mono = bool(flags & _FIXED_PITCH) or (tex.mono if tex else any(mark in name for mark in _MONO_NAMES))
    italic = bool(flags & _ITALIC) or any(mark in name for mark in _ITALIC_NAMES) or (tex is not None and tex.italic)
    return _Font(bold, mono, name.startswith(_DRAWING_NAMES), italic, name.startswith(FONT_NAMES))


@lru_cache(maxsize=4_096)
def _direction(a: float, b: float) -> int:
    """Return the angle in whole degrees; an angle less than 10 degrees from a multiple of 90 is rounded to it."""
    angle = round(math.degrees(math.atan2(b, a))) % 360
    nearest = 90 * round(angle / 90)
    return nearest % 360 if abs(angle - nearest) < 10 else angle
