"""Merge the pieces of a PDF page into words: adjacent pieces of one style, without a wide gap between them."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from darwin_spark.parsers.pdf.characters.characters import Characters
from darwin_spark.parsers.pdf.characters.pieces import Flags, Floats, Ints
from darwin_spark.parsers.pdf.characters.styles import FormulaFonts, Style
from darwin_spark.parsers.pdf.pdfium import calls
from darwin_spark.parsers.pdf.words.gutters import after_gutters
from darwin_spark.parsers.pdf.words.word import Word, words_of

_SPACE_GAP = 0.2  # font sizes; two pieces with a wider gap are two words, even if pdfium puts no space between them
_VOID_GAP = 0.03  # font sizes; a blank of less than this, within one text object, is none
_BREAK_GAP = 0.12  # font sizes; a line break before a piece that stands on the same line, at less than this, is no blank
_LONE_GAP, _TOUCHING = 0.12, 0.03  # font sizes; a gap that is a kerned blank if the letters around it are closer than that
_SAME_LINE = 0.05  # points by which the baselines of pieces of one word may differ
_FIRST_WIDE = 0x2E80  # first character of the East Asian scripts that have no blanks
_HYPHENS: Flags = np.isin(np.arange(0x10000), (0x2D, 0x2010, 0xFFFE))


class Objects(NamedTuple):
    """The text objects of a page: pdfium's objects, baselines and font sizes in points, and their visible regions.

    `style` is the index of an object's style in `styles`; `regions` is None if no object is clipped.
    """

    handles: Sequence[calls.Pointer]
    styles: Sequence[Style]
    style: Ints
    baselines: Floats
    sizes: Floats
    regions: Floats | None
    formula_fonts: FormulaFonts

    def each(self, value: Callable[[Style], float]) -> npt.NDArray[Any]:
        """Return a value of each object's style."""
        return np.array([value(style) for style in self.styles])[self.style]

    def with_style(self, objects: Collection[int], change: Callable[[Style], Style]) -> "Objects":
        """Return the objects, some of them in another style."""
        style = self.style.copy()
        style[list(objects)] += len(self.styles)
        return self._replace(styles=[*self.styles, *map(change, self.styles)], style=style)


class Placed(NamedTuple):
    """Arrays over pieces of one direction: characters, whether spaced, text object, begin and end in points, whether inside."""

    begin: Ints
    end: Ints
    spaced: Flags
    obj: Ints
    left: Floats
    right: Floats
    inside: Flags

    def where(self, mask: Flags) -> "Placed":
        return self if mask.all() else Placed(*(column[mask] for column in self))  # type: ignore[arg-type]


def merged(characters: Characters, placed: Placed, objects: Objects) -> list[Word]:
    """Return the words, without those in drawing fonts: most lines have one style, and are one word here.

    Fixed-width words are not merged across white space, which counts in code.
    """
    if not len(placed.obj):
        return []
    of, sizes, baselines = placed.obj, objects.sizes[placed.obj], objects.baselines[placed.obj]
    style_of, is_mono = objects.style[of], objects.each(lambda style: style.mono)[of]
    begins_column = after_gutters(placed.left, placed.right, baselines, sizes, is_mono)
    gaps, rises = placed.left[1:] - placed.right[:-1], np.abs(baselines[1:] - baselines[:-1])
    is_exact = objects.styles[style_of[0]].angle % 90 == 0  # at other angles, gaps are not
    void = _void_blanks(characters, placed, gaps, sizes[1:], rises > _SAME_LINE) if is_exact else None
    spaced, follows_blank = placed.spaced, placed.spaced[1:]
    begins = np.ones(len(of), dtype=np.bool_)
    begins[1:] = (
        (style_of[1:] != style_of[:-1])
        | (rises > _SAME_LINE)
        | (np.abs(gaps) > sizes[1:])
        | (~follows_blank & (gaps > _SPACE_GAP * sizes[1:]))
        | (follows_blank & (is_mono[1:] | (placed.begin[1:] == placed.end[:-1])))  # the latter: a blank that is no character
        | begins_column[1:]
        | characters.parted(placed.begin, placed.end)
    )
    if not placed.inside.all():
        begins[1:] |= placed.inside[1:] != placed.inside[:-1]
    lone = _lone_gaps(placed, gaps, sizes[1:], begins[1:]) if is_exact and not characters.is_foreign else None
    if lone is not None:
        begins[1:] |= lone
        spaced = spaced.copy()
        spaced[1:] |= lone
    if void is not None:
        begins[1:] |= void
        spaced = spaced.copy()
        spaced[1:] &= ~void
    at = begins.nonzero()[0]
    last = np.concatenate((begins[1:], (True,))).nonzero()[0]
    texts = characters.between(placed.begin[at].tolist(), placed.end[last].tolist())
    styles = list(map(objects.styles.__getitem__, style_of[at].tolist()))
    columns = (
        placed.left[at],
        placed.right[last],
        baselines[at],
        spaced[at],
        placed.inside[at],
        begins_column[at],
        placed.begin[at],
    )
    left, right, baseline, *flags = (column.tolist() for column in columns)
    found = words_of(texts, left, right, baseline, styles, *flags)
    if all(texts) and not any(style.drawing for style in objects.styles):
        return found
    return [word for word in found if word.text and not word.style.drawing]


def _lone_gaps(placed: Placed, gaps: Floats, sizes: Floats, begins: Flags) -> Flags | None:
    """Return a mask of the pieces but the first before which a kerned blank stands: "P A", which pdfium takes for no blank.

    It is the only gap among letters that are one object each and touch each other. None if there are no such pieces. Arrays
    over these pieces: the gap before each and its font size in points, whether it begins a word.
    """
    narrow = ((gaps > _LONE_GAP * sizes) & ~placed.spaced[1:] & ~begins).nonzero()[0]
    narrow = narrow[(narrow > 0) & (narrow < len(gaps) - 1)]
    beside = np.maximum(gaps[narrow - 1], gaps[np.minimum(narrow + 1, len(gaps) - 1)])
    single = (placed.end[1:] - placed.begin[1:] == 1)[narrow] & (placed.end - placed.begin == 1)[narrow]
    inside = ~begins[narrow - 1] & ~begins[np.minimum(narrow + 1, len(gaps) - 1)]
    narrow = narrow[(beside < _TOUCHING * sizes[narrow]) & single & inside]
    if not len(narrow):
        return None
    lone = np.zeros(len(gaps), dtype=np.bool_)
    lone[narrow] = True
    return lone


def _void_blanks(characters: Characters, placed: Placed, gaps: Floats, sizes: Floats, other_line: Flags) -> Flags | None:
    """Return a mask of the pieces but the first that follow a blank which is none; None if there are no such pieces.

    The next letter covers it, as Ghostscript writes, or pdfium made it before the hyphen at the end of a line, which
    LibreOffice sets a little apart, or between letters of Chinese or Japanese; or it is a line break that pdfium made within a
    line, as it does on a page with one or two lines, which it takes for vertical text. Arrays over these pieces: the gap before
    it and its font size in points, whether it begins a line.
    """
    narrow = (placed.spaced[1:] & (np.abs(gaps) < _SPACE_GAP * sizes) & ~other_line).nonzero()[0]
    if not len(narrow):
        return None
    begins, ends = placed.begin[narrow + 1], placed.end[narrow + 1]
    covered = (gaps[narrow] < _VOID_GAP * sizes[narrow]) & (placed.obj[narrow + 1] == placed.obj[narrow])
    at_end = (narrow == len(gaps) - 1) | other_line[np.minimum(narrow + 1, len(gaps) - 1)]
    made = at_end & (ends - begins == 1) & _HYPHENS.take(characters.codes[begins], mode="clip")
    if characters.is_foreign:
        made |= (characters.codes[begins] >= _FIRST_WIDE) & (characters.codes[placed.end[narrow] - 1] >= _FIRST_WIDE)
    made |= (gaps[narrow] < _BREAK_GAP * sizes[narrow]) & (begins == placed.end[narrow] + len("\r\n"))
    found = []
    for i in (covered | made).nonzero()[0].tolist():
        is_written = characters.is_written(int(begins[i]) - 1)
        if (covered[i] and is_written) or (made[i] and not is_written):
            found.append(narrow[i])
    void = np.zeros(len(gaps), dtype=np.bool_)
    void[found] = True
    return void if found else None
