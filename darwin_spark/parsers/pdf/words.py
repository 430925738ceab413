"""Read the words of a PDF page, without those that a reader does not see or that only number the lines."""

import ctypes
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from darwin_spark.parsers.pdf import calls
from darwin_spark.parsers.pdf.characters import Characters
from darwin_spark.parsers.pdf.clipping import Region, clipped
from darwin_spark.parsers.pdf.directions import VERTICAL_ANGLE, runs_right_to_left, vertical_columns
from darwin_spark.parsers.pdf.drawn_underscores import Horizontal, drawn_underscores
from darwin_spark.parsers.pdf.gutters import after_gutters
from darwin_spark.parsers.pdf.hidden import TextObjects, hidden_objects
from darwin_spark.parsers.pdf.latin_runs import turned_runs
from darwin_spark.parsers.pdf.letter_grid import may_be_grids, objects_on_grid
from darwin_spark.parsers.pdf.line_numbers import Numbered, numbers
from darwin_spark.parsers.pdf.page_box import PageBox
from darwin_spark.parsers.pdf.pieces import Flags, Floats, Ints, Pieces, boxes_of, extents, inside, letters, pieces_of
from darwin_spark.parsers.pdf.reading import Reading
from darwin_spark.parsers.pdf.styles import Style, Styles
from darwin_spark.parsers.pdf.visual_order import in_reading_order
from darwin_spark.parsers.pdf.word import Word

_SPACE_GAP = 0.2  # font sizes; two pieces with a wider gap are two words, even if pdfium puts no space between them
_VOID_GAP = 0.03  # font sizes; a blank of less than this, within one text object, is none
_BREAK_GAP = 0.12  # font sizes; a line break before a piece that stands on the same line, at less than this, is no blank
_HYPHENS = (0x2D, 0x2010, 0xFFFE)


class _Objects(NamedTuple):
    """The text objects of a page: pdfium's objects, baselines and font sizes in points, visible regions of those clipped.

    `style` is the index of an object's style in `styles`.
    """

    handles: Sequence[ctypes.c_void_p]
    styles: Sequence[Style]
    style: Ints
    baselines: Floats
    sizes: Floats
    regions: dict[int, Region]

    def each(self, value: Callable[[Style], float]) -> npt.NDArray[Any]:
        """Return a value of each object's style."""
        return np.array([value(style) for style in self.styles])[self.style]

    def with_style(self, objects: Collection[int], change: Callable[[Style], Style]) -> "_Objects":
        """Return the objects, some of them in another style."""
        style = self.style.copy()
        style[list(objects)] += len(self.styles)
        return self._replace(styles=[*self.styles, *map(change, self.styles)], style=style)


class _Placed(NamedTuple):
    """Arrays over pieces of one direction: characters, whether spaced, text object, begin and end in points, whether inside."""

    begin: Ints
    end: Ints
    spaced: Flags
    obj: Ints
    left: Floats
    right: Floats
    inside: Flags

    def where(self, mask: Flags) -> "_Placed":
        return self if mask.all() else _Placed(*(column[mask] for column in self))  # type: ignore[arg-type]


def read_words(textpage: Any, box: PageBox, reading: Reading) -> tuple[dict[int, list[Word]], int]:
    """Return {angle: its words, in content order}, horizontal first, and how many characters hidden text has.

    `box`: the visible part of the page. Left out: hidden and clipped text, numbers of lines. A page of a right-to-left script
    is mirrored.
    """
    page = ctypes.cast(textpage.raw, ctypes.c_void_p)
    characters = Characters(textpage)
    pieces = pieces_of(page, characters.blank)
    if characters.compose_marks_below(pieces.begin[1:][pieces.begin[1:] == pieces.end[:-1]]):
        pieces = pieces_of(page, characters.blank)
    pieces = pieces.where(characters.not_void(pieces.begin, pieces.end))
    if not len(pieces.begin):
        return {}, 0
    addresses, first, obj = _in_order(pieces.obj)
    objects = _objects(textpage, box, calls.handles(addresses.tolist()), pieces.begin[first].tolist())
    if any(style.operators for style in objects.styles):
        operators = objects.each(lambda style: style.operators)[obj]
        characters.resolve_operators(pieces.begin[operators], pieces.end[operators])
    objects = _with_vertical(objects, vertical_columns(page, characters.codes, pieces, obj, objects.sizes, box))
    is_mirrored = runs_right_to_left(characters.codes)
    hidden = _hidden(textpage, objects, pieces, obj, reading)
    hidden_chars = int((pieces.end - pieces.begin)[hidden].sum()) if hidden.any() else 0
    if hidden_chars:
        pieces, obj = pieces.where(~hidden), obj[~hidden]
    words: dict[int, list[Word]] = {}
    for angle, same in _by_angle(objects, obj):
        chosen = pieces.where(same), obj[same]
        if is_mirrored and not angle:
            chosen = in_reading_order(page, characters.codes, *chosen)
        placed = _place(page, *chosen, angle, box)
        if objects.regions and not angle:
            placed = placed.where(_unclipped(placed, objects, box))
        if is_mirrored and not angle:
            placed = _mirrored(characters, placed, objects.baselines, box)
        values = numbers(characters.text, characters.codes, placed.begin, placed.end)
        baselines, sizes = objects.baselines[placed.obj], objects.sizes[placed.obj]
        numbered = Numbered(placed.left, placed.right, baselines, sizes, values)
        is_line_number = reading.line_numbers.found(numbered)
        placed = placed.where(~is_line_number) if is_line_number.any() else placed
        if not angle and not is_mirrored:
            characters.write(drawn_underscores(textpage, _on_page(placed, objects, box)), "_")
        found = _words(characters, placed, _with_grids(characters, objects, placed) if not angle else objects)
        words[angle] = [word._replace(mirrored=True) for word in found] if is_mirrored else list(found)
    return {angle: found for angle, found in words.items() if found}, hidden_chars


def _by_angle(objects: _Objects, obj: Ints) -> Iterator[tuple[int, Flags | slice]]:
    """Yield the angles of text, horizontal first, each with a mask of its pieces; `obj`: the object of each piece."""
    if len(angles := {style.angle for style in objects.styles}) == 1:
        yield angles.pop(), slice(None)
        return
    of_piece = objects.each(lambda style: style.angle)[obj]
    for angle in np.unique(of_piece).tolist() if len(obj) else ():
        yield angle, of_piece == angle


def _in_order(addresses: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the different addresses in the order of the page, the first place of each, and the index of each element's.

    Their order in memory, by which NumPy sorts them, differs from run to run.
    """
    different, first, index = np.unique(addresses, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return different[order], first[order], rank[index]


def _objects(textpage: Any, box: PageBox, handles: list[ctypes.c_void_p], first: list[int]) -> _Objects:
    """Return the text objects with these pointers; `first`: a character of each."""
    styles, style, baselines = Styles(textpage, box).of(handles, first)
    sizes = np.array([each.size for each in styles], dtype=np.float64)[style]
    return _Objects(handles, styles, style, baselines, sizes, clipped(textpage.page, handles))


def _with_vertical(objects: _Objects, baselines: Mapping[int, float]) -> _Objects:
    """Return the objects, those written downwards (by index, with their baselines) as text turned by 270 degrees."""
    if not baselines:
        return objects
    objects.baselines[list(baselines)] = list(baselines.values())
    return objects.with_style(baselines, lambda style: style._replace(angle=VERTICAL_ANGLE))


def _with_grids(characters: Characters, objects: _Objects, placed: _Placed) -> _Objects:
    """Return the objects, those whose letters stand on a grid as text of a fixed width."""
    is_single = placed.end - placed.begin == 1
    if not may_be_grids(is_single):
        return objects
    codes = np.where(is_single, characters.codes[placed.begin], 0).astype(np.int64)
    middles = (placed.left + placed.right) / 2
    grids = objects_on_grid(codes, middles, objects.baselines[placed.obj], placed.obj)
    return objects.with_style(grids, lambda style: style._replace(mono=True)) if grids else objects


def _hidden(textpage: Any, objects: _Objects, pieces: Pieces, obj: Ints, reading: Reading) -> Flags:
    """Return a mask of the pieces that a reader of the page does not see."""
    is_text = ~objects.each(lambda style: style.drawing)
    found = TextObjects(objects.handles, is_text, objects.sizes, pieces.begin, pieces.end, obj)
    hidden = hidden_objects(textpage, found, layers=reading.layers)
    return hidden[obj]


def _place(page: ctypes.c_void_p, pieces: Pieces, obj: Ints, angle: int, box: PageBox) -> _Placed:
    if angle:
        pieces, obj = letters(pieces, obj)
    first, last = boxes_of(page, pieces, box)
    left, right = extents(first, last, angle, box)
    return _Placed(pieces.begin, pieces.end, pieces.spaced, obj, left, right, inside(first, last, box))


def _on_page(placed: _Placed, objects: _Objects, box: PageBox) -> Horizontal:
    """Return horizontal pieces with the coordinates of the page, not of its visible box."""
    edges = placed.left + box.left, placed.right + box.left
    return Horizontal(placed.begin, placed.end, *edges, box.top - objects.baselines[placed.obj], objects.sizes[placed.obj])


def _mirrored(characters: Characters, placed: _Placed, baselines: Floats, box: PageBox) -> _Placed:
    """Return the pieces of a page of a right-to-left script in reading order, with x from the right edge of the page."""
    texts = [characters.text[begin:end] for begin, end in zip(placed.begin.tolist(), placed.end.tolist(), strict=True)]
    mirrored = box.width - placed.right, box.width - placed.left
    order, left, right = turned_runs(texts, *mirrored, baselines[placed.obj])
    reordered = _Placed(*(column[order] for column in placed))  # type: ignore[arg-type]
    return reordered._replace(left=left, right=right, spaced=placed.spaced)


def _unclipped(placed: _Placed, objects: _Objects, box: PageBox) -> Flags:
    """Return a mask of the pieces that clipping does not hide."""
    shown = np.ones(len(placed.obj), dtype=np.bool_)
    for index, region in objects.regions.items():
        pieces = np.flatnonzero(placed.obj == index)
        lefts, rights = placed.left[pieces] + box.left, placed.right[pieces] + box.left
        shown[pieces] = region.shows(lefts, rights, box.top - objects.baselines[index], objects.sizes[index])
    return shown


def _void_blanks(characters: Characters, placed: _Placed, objects: _Objects) -> Flags:
    """Return a mask of the pieces but the first that follow a blank which is none: the next letter covers it, as Ghostscript
    writes, or pdfium made it before the hyphen at the end of a line, which LibreOffice sets a little apart; or it is a line
    break that pdfium made within a line, as it does on a page with one or two lines, which it takes for vertical text.
    """
    void = placed.spaced[1:].copy()
    if not len(placed.obj) or objects.styles[objects.style[placed.obj[0]]].angle % 90:  # gaps are not exact at other angles
        return void & False
    sizes, baselines = objects.sizes[placed.obj], objects.baselines[placed.obj]
    gaps = placed.left[1:] - placed.right[:-1]
    void &= (gaps < _SPACE_GAP * sizes[1:]) & (gaps > -_SPACE_GAP * sizes[1:]) & (np.abs(np.diff(baselines)) < 0.05)
    if not void.any():
        return void
    covered = void & (placed.obj[1:] == placed.obj[:-1]) & (gaps < _VOID_GAP * sizes[1:])
    single = placed.end[1:] - placed.begin[1:] == 1
    at_end = np.append(np.abs(np.diff(baselines[1:])) > 0.05, True)
    made = void & single & at_end & np.isin(characters.codes[placed.begin[1:]], _HYPHENS)
    made |= void & (gaps < _BREAK_GAP * sizes[1:]) & (placed.begin[1:] == placed.end[:-1] + len("\r\n"))
    for i in np.flatnonzero(covered | made).tolist():
        is_written = characters.is_written(int(placed.begin[i + 1]) - 1)
        covered[i] &= is_written
        made[i] &= not is_written
    return np.asarray(covered | made)


def _words(characters: Characters, placed: _Placed, objects: _Objects) -> Iterator[Word]:
    """Yield words, without those in drawing fonts; adjacent words of one style are merged, since most lines have one style.

    Fixed-width words are not merged across white space, which counts in code.
    """
    lefts, rights, of = placed.left, placed.right, placed.obj
    style_of, is_mono = objects.style[of], objects.each(lambda style: style.mono)[of]
    sizes, baselines = objects.sizes[of], objects.baselines[of]
    begins_column = after_gutters(lefts, rights, baselines, sizes, is_mono)
    gaps = lefts[1:] - rights[:-1]
    void = _void_blanks(characters, placed, objects)
    spaced = placed.spaced.copy()
    spaced[1:] &= ~void
    begins = np.ones(len(of), dtype=np.bool_)
    begins[1:] = (
        (style_of[1:] != style_of[:-1])
        | (placed.inside[1:] != placed.inside[:-1])
        | (is_mono[1:] & placed.spaced[1:])
        | (np.abs(np.diff(baselines)) > 0.05)
        | (np.abs(gaps) > sizes[1:])
        | (~placed.spaced[1:] & (gaps > _SPACE_GAP * sizes[1:]))
        | (placed.spaced[1:] & (placed.begin[1:] == placed.end[:-1]))  # a blank that is no character
        | begins_column[1:]
        | void
        | characters.parted(placed.begin, placed.end)
    )
    at = np.flatnonzero(begins)
    last = np.append(at[1:], len(of)) - 1
    flags = spaced[at], placed.inside[at], begins_column[at], placed.begin[at]
    columns = placed.begin[at], placed.end[last], lefts[at], rights[last], baselines[at], style_of[at], *flags
    for begin, end, left, right, baseline, number, *marks in zip(*(column.tolist() for column in columns), strict=True):
        style = objects.styles[number]
        text = "" if style.drawing else characters.between(begin, end)
        if text:
            yield Word(text, left, right, baseline, style, *marks)
