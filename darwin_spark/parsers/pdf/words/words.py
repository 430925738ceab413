"""Read the words of a PDF page, without those that a reader does not see or that only number the lines."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from darwin_spark.parsers.pdf.characters.accents import VOID
from darwin_spark.parsers.pdf.characters.characters import Characters
from darwin_spark.parsers.pdf.characters.directions import (
    VERTICAL_ANGLE,
    column_extents,
    runs_right_to_left,
    vertical_columns,
    without_blanks,
)
from darwin_spark.parsers.pdf.characters.letter_grid import may_be_grids, objects_on_grid
from darwin_spark.parsers.pdf.characters.pieces import (
    Flags,
    Floats,
    Ints,
    Pieces,
    boxes_of,
    changes,
    extents,
    inside,
    letters,
    pieces_of,
)
from darwin_spark.parsers.pdf.characters.styles import FormulaFonts, Styles
from darwin_spark.parsers.pdf.pdfium import calls
from darwin_spark.parsers.pdf.pdfium.page_box import PageBox
from darwin_spark.parsers.pdf.pdfium.rules import DrawnPaths
from darwin_spark.parsers.pdf.words.clipping import clipped, shown
from darwin_spark.parsers.pdf.words.drawn_underscores import Horizontal, Underscores, drawn_underscores
from darwin_spark.parsers.pdf.words.formulas.formulas import set_formulas
from darwin_spark.parsers.pdf.words.hidden import TextObjects, hidden_objects
from darwin_spark.parsers.pdf.words.latin_runs import turned_runs
from darwin_spark.parsers.pdf.words.line_numbers import Numbered, numbers
from darwin_spark.parsers.pdf.words.merging import Objects, Placed, merged
from darwin_spark.parsers.pdf.words.reading import Reading
from darwin_spark.parsers.pdf.words.visual_order import in_reading_order
from darwin_spark.parsers.pdf.words.word import Word


def read_words(textpage: Any, box: PageBox, reading: Reading) -> tuple[dict[int, list[Word]], int]:
    """Return {angle: its words, in content order}, horizontal first, and how many characters hidden text has.

    `box`: the visible part of the page. Left out: hidden and clipped text, numbers of lines. A page of a right-to-left script
    is mirrored.
    """
    page = calls.pointer_of(textpage)
    paths = DrawnPaths(textpage.page)
    characters = Characters(page)
    pieces = _pieces(page, characters)
    if not len(pieces.begin):
        return {}, 0
    objects, obj = _objects(textpage.page, page, box, pieces)
    if any(style.operators for style in objects.styles):
        operators = objects.each(lambda style: style.operators)[obj]
        characters.resolve_operators(pieces.begin[operators], pieces.end[operators])
    is_mirrored, downwards = False, dict[int, float]()
    if characters.is_foreign:
        downwards = vertical_columns(page, characters.codes, pieces, obj, objects.sizes, box)
        objects, pieces = _with_vertical(characters, objects, pieces, obj, downwards)
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
        placed = _in_columns(page, placed, bool(downwards) and angle == VERTICAL_ANGLE, objects, box)
        if objects.regions is not None and not angle:
            placed = placed.where(_unclipped(placed, objects, objects.regions, box))
        if is_mirrored and not angle:
            placed = _mirrored(characters, placed, objects.baselines, box)
        values = numbers(characters.text, characters.codes, placed.begin, placed.end)
        baselines, sizes = objects.baselines[placed.obj], objects.sizes[placed.obj]
        numbered = Numbered(placed.left, placed.right, baselines, sizes, values)
        is_line_number = reading.line_numbers.found(numbered)
        placed = placed.where(~is_line_number) if is_line_number.any() else placed
        if not angle and not is_mirrored:
            drawn = drawn_underscores(page, paths, _on_page(placed, objects, box))
            placed = _with_underscores(characters, placed, drawn, box)
        found = merged(characters, placed, _with_grids(characters, objects, placed) if not angle else objects)
        fonts = FormulaFonts(0) if angle or is_mirrored else objects.formula_fonts | characters.formula_signs()
        found = set_formulas(page, paths, box, found, fonts, characters.bracket_pieces) if fonts else found
        words[angle] = [word._replace(mirrored=True) for word in found] if is_mirrored else found
    return {angle: found for angle, found in words.items() if found}, hidden_chars


def _pieces(page: calls.Pointer, characters: Characters) -> Pieces:
    """Return the pieces of a page, after signs below letters are composed."""
    pieces = pieces_of(page, characters.blank)
    if characters.compose_marks_below(pieces.begin[1:][pieces.begin[1:] == pieces.end[:-1]]):
        pieces = pieces_of(page, characters.blank)
    return pieces.where(characters.not_void(pieces.begin, pieces.end))


def _by_angle(objects: Objects, obj: Ints) -> Iterator[tuple[int, Flags | slice]]:
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
    is_begin = changes(addresses)
    begins = is_begin.nonzero()[0]
    if len(set(runs := addresses[begins].tolist())) == len(runs):  # the pieces of an object are adjacent
        return addresses[begins], begins, is_begin.cumsum() - 1
    different, first, index = np.unique(addresses, return_index=True, return_inverse=True)
    order = first.argsort()
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return different[order], first[order], rank[index]


def _objects(shown_page: Any, page: calls.Pointer, box: PageBox, pieces: Pieces) -> tuple[Objects, Ints]:
    """Return the text objects of a page, and the index of each piece's object."""
    in_order, first, obj = _in_order(pieces.obj)
    addresses = in_order.tolist()
    handles = calls.pointers(addresses)
    reader = Styles(page, box)
    styles, style, baselines = reader.of(handles, pieces.begin[first].tolist())
    sizes = np.array([each.size for each in styles], dtype=np.float64)[style]
    regions = clipped(shown_page, addresses)
    return Objects(handles, styles, style, baselines, sizes, regions, reader.formula_fonts), obj


def _with_vertical(
    characters: Characters, objects: Objects, pieces: Pieces, obj: Ints, baselines: Mapping[int, float]
) -> tuple[Objects, Pieces]:
    """Return both, the objects written downwards (by index, with their baselines) as text turned by 270 degrees."""
    if not baselines:
        return objects, pieces
    pieces, blanks = without_blanks(pieces, obj, list(baselines))
    characters.write(blanks, chr(VOID))
    objects.baselines[list(baselines)] = list(baselines.values())
    return objects.with_style(baselines, lambda style: style._replace(angle=VERTICAL_ANGLE)), pieces


def _in_columns(page: calls.Pointer, placed: Placed, is_vertical: bool, objects: Objects, box: PageBox) -> Placed:
    """Return pieces of one direction, those of vertical text with the extents of their ems."""
    if not is_vertical:
        return placed
    left, right = column_extents(page, placed.begin, placed.obj, objects.sizes, (placed.left, placed.right), box)
    return placed._replace(left=left, right=right)


def _with_grids(characters: Characters, objects: Objects, placed: Placed) -> Objects:
    """Return the objects, those whose letters stand on a grid as text of a fixed width."""
    is_single = placed.end - placed.begin == 1
    if not may_be_grids(is_single):
        return objects
    codes = np.where(is_single, characters.codes[placed.begin], 0).astype(np.int64)
    middles = (placed.left + placed.right) / 2
    grids = objects_on_grid(codes, middles, objects.baselines[placed.obj], placed.obj)
    return objects.with_style(grids, lambda style: style._replace(mono=True)) if grids else objects


def _hidden(textpage: Any, objects: Objects, pieces: Pieces, obj: Ints, reading: Reading) -> Flags:
    """Return a mask of the pieces that a reader of the page does not see."""
    is_text = ~objects.each(lambda style: style.drawing)
    found = TextObjects(objects.handles, is_text, objects.sizes, pieces.begin, pieces.end, obj)
    hidden = hidden_objects(textpage, found, layers=reading.layers)
    return hidden[obj]


def _place(page: calls.Pointer, pieces: Pieces, obj: Ints, angle: int, box: PageBox) -> Placed:
    if angle:
        pieces, obj = letters(pieces, obj)
    first, last = boxes_of(page, pieces, box)
    left, right = extents(first, last, angle, box)
    return Placed(pieces.begin, pieces.end, pieces.spaced, obj, left, right, inside(first, last, box))


def _on_page(placed: Placed, objects: Objects, box: PageBox) -> Horizontal:
    """Return horizontal pieces with the coordinates of the page, not of its visible box."""
    edges = placed.left + box.left, placed.right + box.left
    return Horizontal(placed.begin, placed.end, *edges, box.top - objects.baselines[placed.obj], objects.sizes[placed.obj])


def _with_underscores(characters: Characters, placed: Placed, drawn: Sequence[Underscores], box: PageBox) -> Placed:
    """Return the pieces with the underscores drawn beside them: they are written in the place of the blank that is there."""
    if not drawn:
        return placed
    begin, end, spaced, _, left, right, _ = placed = Placed(*map(np.copy, placed))  # type: ignore[arg-type]
    written: dict[int, int] = {}
    for piece, number, edge, is_after, joins in drawn:
        at = int(end[piece] if is_after else begin[piece] - 1)
        if at in written or not characters.is_blank(at):
            continue
        written[at] = number
        if is_after:
            end[piece], right[piece] = at + 1, left[piece + 1] if joins else edge - box.left
            spaced[piece + 1 : piece + 2] &= not joins
        else:
            begin[piece], left[piece] = at, right[piece - 1] if joins else edge - box.left
            spaced[piece] &= not joins
    characters.write_underscores(written)
    return placed


def _mirrored(characters: Characters, placed: Placed, baselines: Floats, box: PageBox) -> Placed:
    """Return the pieces of a page of a right-to-left script in reading order, with x from the right edge of the page."""
    texts = [characters.text[begin:end] for begin, end in zip(placed.begin.tolist(), placed.end.tolist(), strict=True)]
    mirrored = box.width - placed.right, box.width - placed.left
    order, left, right = turned_runs(texts, *mirrored, baselines[placed.obj])
    reordered = Placed(*(column[order] for column in placed))  # type: ignore[arg-type]
    return reordered._replace(left=left, right=right, spaced=placed.spaced)


def _unclipped(placed: Placed, objects: Objects, regions: Floats, box: PageBox) -> Flags:
    """Return a mask of the pieces that clipping does not hide; `regions`: the visible region of each object."""
    of = placed.obj
    return shown(
        regions[of], placed.left + box.left, placed.right + box.left, box.top - objects.baselines[of], objects.sizes[of]
    )
