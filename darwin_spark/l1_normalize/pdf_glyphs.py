"""Characters of a PDF page, read from pdfium, as fragments: pieces of one line without a wide gap.

All lengths are points (1/72 inch); y grows downwards, as one reads. Fragments come in the order of the content stream,
which most programs write in reading order inside a column.
"""

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium_c

from darwin_spark.l1_normalize.tidy import one_line

_LINE_END_HYPHEN = "\ufffe"
"""What pdfium gives for the hyphen of a word that it believes broken at the line's end."""
_BOLD_NAMES = ("bold", "black", "heavy", "-medi", "cmbx", "sfbx", "demi")
_MONO_NAMES = ("mono", "courier", "cmtt", "sftt", "typewriter", "nimbusmon", "consol", "menlo", "inconsolata", "txtt")
_DRAWING_NAMES = ("lcircle", "line10", "lasy10", "linew10")
"""Fonts whose characters are parts of frames and arrows (LaTeX's picture mode)."""
_FIXED_PITCH = 1
"""Bit of the font flags (ISO 32000, table 121)."""
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", _LINE_END_HYPHEN: "-"}
)
_BREAKING_GAP = 1.1
_SPACE_GAP = 0.25
"""Horizontal distances in units of the font size: where a fragment ends, where a missing space is put."""


class Style(NamedTuple):
    """How a word is set: size in points, weight, pitch, direction in quarter turns (0: upright)."""

    size: float = 0.0
    bold: bool = False
    mono: bool = False
    drawing: bool = False
    turns: int = 0


class Glyph(NamedTuple):
    """One visible character: its baseline and horizontal extent."""

    char: str
    left: float
    right: float
    baseline: float
    style: Style
    spaced: bool
    """White space stands before it."""


@dataclass(frozen=True)
class Fragment:
    """A piece of a line: text with `^{}` and `_{}` for raised and lowered small type."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    mono: bool

    @property
    def top(self) -> float:
        """Height of the capitals, about 0.7 of the size."""
        return self.baseline - 0.7 * self.size


@dataclass(frozen=True)
class PageText:
    """What one page holds; `turned` is text set at an angle to the rest."""

    width: float
    height: float
    fragments: list[Fragment] = field(default_factory=list)
    turned: list[Fragment] = field(default_factory=list)
    has_image: bool = False


def read_page(document: Any, index: int) -> PageText:
    """The fragments of a page; every pdfium object is closed before it returns."""
    with closing(document[index]) as page:
        width, height = page.get_size()
        with closing(page.get_textpage()) as textpage:
            glyphs = list(_glyphs(textpage))
        if not glyphs:
            return PageText(width, height, has_image=_has_image(page))
    main = Counter(g.style.turns for g in glyphs).most_common(1)[0][0]
    upright = [_turn(g, main, width, height) for g in glyphs if g.style.turns == main]
    turned = [_turn(g, g.style.turns, width, height) for g in glyphs if g.style.turns != main]
    if main % 2:
        width, height = height, width
    return PageText(width, height, list(_fragments(upright)), list(_fragments(turned)))


def _has_image(page: Any) -> bool:
    return next(iter(page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_IMAGE,), max_depth=4)), None) is not None


class _Raw(NamedTuple):
    """A character in page coordinates (y upwards), with the two corners of its loose box."""

    char: str
    x: float
    y: float
    box: tuple[float, float, float, float]
    style: Style
    spaced: bool


def _glyphs(textpage: Any) -> Iterator[_Raw]:
    """Visible characters in content order. The style is asked once a word or change of baseline: calls are what costs."""
    x, y, box = ctypes.c_double(), ctypes.c_double(), pdfium_c.FS_RECTF()
    unicode_of, origin_of, box_of = (
        pdfium_c.FPDFText_GetUnicode,
        pdfium_c.FPDFText_GetCharOrigin,
        pdfium_c.FPDFText_GetLooseCharBox,
    )
    size_of = pdfium_c.FPDFText_GetFontSize
    style, known = Style(), (math.nan, math.nan)
    spaced = True
    for i in range(textpage.count_chars()):
        code = unicode_of(textpage, i)
        char = _LINE_END_HYPHEN if code == 2 else chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "
        if char.isspace() or not origin_of(textpage, i, x, y) or not box_of(textpage, i, box):
            spaced = True
            continue
        here = (y.value, size_of(textpage, i))
        if spaced or here != known:
            style, known = _style(textpage, i, here[1]), here
        if style.drawing:
            continue
        yield _Raw(char, x.value, y.value, (box.left, box.bottom, box.right, box.top), style, spaced)
        spaced = False


def _style(textpage: Any, index: int, size: float) -> Style:
    matrix, name, flags = pdfium_c.FS_MATRIX(), ctypes.create_string_buffer(128), ctypes.c_int()
    if pdfium_c.FPDFText_GetMatrix(textpage, index, matrix):
        size *= math.hypot(matrix.c, matrix.d)
        turns = round(math.atan2(matrix.b, matrix.a) / (math.pi / 2)) % 4
    else:
        turns = 0
    pdfium_c.FPDFText_GetFontInfo(textpage, index, name, 128, flags)
    font = name.value.decode("ascii", "ignore").lower()
    bold = pdfium_c.FPDFText_GetFontWeight(textpage, index) >= 600 or any(mark in font for mark in _BOLD_NAMES)
    mono = bool(flags.value & _FIXED_PITCH) or any(mark in font for mark in _MONO_NAMES)
    return Style(round(abs(size), 1), bold, mono, font.rsplit("+", 1)[-1].startswith(_DRAWING_NAMES), turns)


def _turn(raw: _Raw, turns: int, width: float, height: float) -> Glyph:
    """Page coordinates to reading coordinates: along the text and down from line to line."""
    left, bottom, right, top = raw.box
    if turns == 0:
        extent = (left, right, height - raw.y)
    elif turns == 1:
        extent = (bottom, top, raw.x)
    elif turns == 2:
        extent = (width - right, width - left, raw.y)
    else:
        extent = (height - top, height - bottom, width - raw.x)
    return Glyph(raw.char, *extent, raw.style, raw.spaced)


def _fragments(glyphs: list[Glyph]) -> Iterator[Fragment]:
    run: list[Glyph] = []
    main: Glyph | None = None
    for glyph in glyphs:
        if main is not None and not _continues(run[-1], main, glyph):
            yield _fragment(run)
            run, main = [], None
        run.append(glyph)
        main = glyph if main is None or glyph.style.size > main.style.size * 1.05 else main
    if run:
        yield _fragment(run)


def _continues(last: Glyph, main: Glyph, glyph: Glyph) -> bool:
    """Beside the last character, and on the line of the largest one so far (or raised, or lowered, by part of a line)."""
    size = max(main.style.size, glyph.style.size, 1.0)
    onward = glyph.left - last.left > -0.5 * size  # the letters of a ligature share one box
    return onward and glyph.left - last.right < _BREAKING_GAP * size and abs(glyph.baseline - main.baseline) < 0.6 * size


def _fragment(run: list[Glyph]) -> Fragment:
    words = [g for g in run if not g.style.mono]  # code within a sentence does not say how the sentence is set
    mono = 10 * len(words) <= 2 * len(run)
    telling = run if mono else words
    sizes: Counter[float] = Counter(g.style.size for g in telling)
    size = max(s for s, n in sizes.items() if 5 * n >= len(telling))
    baselines = Counter(round(g.baseline, 1) for g in telling if g.style.size >= 0.9 * size)
    baseline = baselines.most_common(1)[0][0]
    bold = 2 * sum(g.style.bold for g in telling) > len(telling)
    left, right = min(g.left for g in run), max(g.right for g in run)
    text = (_fixed_pitch_text(run) if mono else None) or _text(run, baseline, size)
    return Fragment(text, left, right, baseline, max(size, 1.0), bold, mono)


def _text(run: list[Glyph], baseline: float, size: float) -> str:
    pieces: list[str] = []
    script, last = "", run[0]
    for glyph in run:
        now = _script(glyph, baseline, size)
        gap = glyph.left - last.right
        # Where the baseline changes pdfium puts a blank whatever the distance.
        space = glyph is not run[0] and (gap > 0.12 * size if now != script else glyph.spaced or gap > _SPACE_GAP * size)
        if now != script:
            pieces += ["}" if script else "", " " if space else "", now + "{" if now else ""]
        elif space:
            pieces.append(" ")
        pieces.append(glyph.char)
        script, last = now, glyph
    return one_line("".join(pieces) + ("}" if script else "")).translate(_LIGATURES)


def _fixed_pitch_text(run: list[Glyph]) -> str | None:
    """Code with as many blanks as there are empty places; None if the characters do not stand on a grid.

    Listings are often set with wide spacing, which pdfium takes for a blank after every letter.
    """
    steps = [b.left - a.left for a, b in pairwise(run)]
    pitches = Counter(round(step, 1) for step in steps if step > 0.1)
    if not pitches:
        return None
    pitch = pitches.most_common(1)[0][0]
    places = [step / pitch for step in steps]
    if 5 * sum(abs(place - round(place)) < 0.2 for place in places) < 4 * len(places):
        return None
    blanks = [min(max(round(place) - 1, 0), 40) for place in places]
    return "".join([run[0].char, *(" " * n + g.char for n, g in zip(blanks, run[1:], strict=True))]).translate(_LIGATURES)


def _script(glyph: Glyph, baseline: float, size: float) -> str:
    """'^' or '_' where small type stands off the baseline."""
    if glyph.style.size > 0.85 * size or glyph.char == "*":
        return ""
    shift = baseline - glyph.baseline
    return "^" if shift > 0.15 * size else "_" if shift < -0.08 * size else ""
