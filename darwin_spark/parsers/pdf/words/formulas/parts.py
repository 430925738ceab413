"""Parts of formulas: words with the height of their ink, which tells what stands above, below or beside what.

All lengths are in points; y grows downwards.
"""

import ctypes
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pypdfium2.raw as pdfium_c

from darwin_spark.parsers.pdf.pdfium import calls
from darwin_spark.parsers.pdf.pdfium.page_box import PageBox
from darwin_spark.parsers.pdf.words.word import Word
from darwin_spark.parsers.pdf.words.word_text import size_and_baseline, text_of

AXIS = 0.25  # font sizes from the baseline up to the axis: fraction bars, operators and tall brackets have their middle there
OPERATORS = frozenset("∑∏∐∫∬∭∮∯⋃⋂⊎⨄⊔⨆⋀⋁⊙⨀⊕⨁⊗⨂")
OPENING, CLOSING = "([{⌊⌈⟨⟮⦃", ")]}⌋⌉⟩⟯⦄"
BARS = "|‖∣∥"
ROOT = "√"
TALL = OPERATORS | frozenset(OPENING + CLOSING + BARS + ROOT + "/\\↑↓")
_ASCENT, _DESCENT = 0.72, 0.22  # of most letters, in font sizes
_MAX_PIECES = 60  # of a tall bracket
_MIN_TALL, _MIN_OPERATOR = 1.25, 0.95  # font sizes; brackets and operators of usual height need no place of their own

_SIDES = (ctypes.c_double * 4)()
_SIDE_POINTERS = [ctypes.byref(_SIDES, 8 * side) for side in range(4)]
_get_box = calls.without_argument_conversion(pdfium_c.FPDFText_GetCharBox, ctypes.c_int)


class Part(NamedTuple):
    """A word, or a part of a formula written as one; top and bottom of its ink; `sign`: the tall sign that it is, or "" ."""

    word: Word
    top: float
    bottom: float
    sign: str = ""

    @property
    def size(self) -> float:
        """Return the font size in points."""
        return self.word.style.size

    @property
    def middle(self) -> float:
        """Return the y of the middle of the ink."""
        return (self.top + self.bottom) / 2

    @property
    def centre(self) -> float:
        """Return the x of the middle."""
        return (self.word.left + self.word.right) / 2


def may_be_tall(words: Sequence[Word], signs: frozenset[str]) -> bool:
    """Whether a word is in a font of tall signs, or holds one of these signs."""
    return any(word.style.operators or not signs.isdisjoint(word.text) for word in words)


def parts_of(
    page: calls.Pointer, box: PageBox, words: Sequence[Word], signs: frozenset[str], pieces: Sequence[int]
) -> list[Part]:
    """Return the words of a page as parts.

    `signs`: the signs that may be tall in other fonts than those of tall signs. `pieces`: characters that were pieces of tall
    brackets, for which others stand.
    """
    found: list[Part] = []
    for word in words:
        size, baseline = word.style.size, word.baseline
        if not word.style.operators and signs.isdisjoint(word.text):
            found.append(Part(word, baseline - _ASCENT * size, baseline + _DESCENT * size))  # quicker than _flat
            continue
        for part in _parts(page, box, word, signs):
            if part.sign and part.sign in BARS and found and _continues_bar(found[-1], part):
                found[-1] = found[-1]._replace(top=min(found[-1].top, part.top), bottom=max(found[-1].bottom, part.bottom))
            else:
                found.append(part)
    return _with_pieces(found, [_char_box(page, box, index) for index in pieces]) if pieces else found


def cut_at(page: calls.Pointer, box: PageBox, part: Part, x: float) -> list[Part]:
    """Return a part cut in two at an x, by its characters."""
    word, text = part.word, part.word.text
    if word.begin < 0:
        return [part]
    indices: list[int] = []
    index = word.begin
    while len(indices) < len(text):
        if not 0xDC00 <= calls.character(page, index) < 0xE000:  # the second half of a character beyond 16 bits
            indices.append(index)
        index += 1
    edges = calls.boxes(page, indices) - box.left
    count = int((edges[:, [0, 2]].mean(axis=1) < x).sum())
    while count < len(text) and text[count].isspace():
        count += 1
    if count in (0, len(text)):
        return [part]
    first, rest = text[:count].rstrip(), text[count:]
    cut = word._replace(text=first, right=float(edges[len(first) - 1, 2]))
    spaced = text[count - 1].isspace()
    return [_flat(cut), _flat(word._replace(text=rest, left=float(edges[count, 0]), spaced=spaced, begin=indices[count]))]


def joined(parts: Sequence[Part], text: str, size: float, baseline: float, sign: str = "") -> Part:
    """Return parts as one with this text, in the style of a word of this size."""
    words = [part.word for part in parts]
    model = min(words, key=lambda word: (abs(word.style.size - size), word.style.operators))
    style = model.style._replace(size=size, operators=False)
    top, bottom = min(p.top for p in parts), max(p.bottom for p in parts)
    left, right = min(w.left for w in words), max(w.right for w in words)
    word = words[0]._replace(text=text, left=left, right=right, baseline=baseline, style=style, tall=(top, bottom))
    return Part(word, top, bottom, sign)


def main_line(parts: Sequence[Part]) -> tuple[float, float]:
    """Return the font size and the baseline of the main line of a part of a formula."""
    sizes: defaultdict[tuple[float, float], int] = defaultdict(int)
    for part in parts:
        sizes[part.size, part.word.baseline] += len(part.word.text)
    size = max(size for size, _ in sizes)
    sizes = defaultdict(int, {key: n for key, n in sizes.items() if key[0] > 0.85 * size})
    return size_and_baseline(sizes)


def written(parts: Sequence[Part]) -> str:
    """Return the text of parts on one main line: also those of its size that are a little higher or lower are scripts."""
    size, baseline = main_line(parts)
    words = [part.word for part in parts]
    for i, word in enumerate(words):
        if word.style.size == size and 0.2 * size < abs(word.baseline - baseline) < size and not word.style.operators:
            words[i] = word._replace(style=word.style._replace(size=0.7 * size))
    return text_of(words, baseline, size)


def _parts(page: calls.Pointer, box: PageBox, word: Word, signs: frozenset[str]) -> Iterator[Part]:
    """Yield a word as a part; with tall signs in it, each of these and what stands before and after it."""
    size, text = word.style.size, word.text
    if word.style.operators:
        _, top, _, bottom = _char_box(page, box, word.begin)
        yield Part(word, top, bottom, text[-1] if text[-1] in TALL else "")
        return
    rest, at, index = word, 0, word.begin
    for i, sign in enumerate(text):
        if sign not in signs:
            continue
        place: int | None = max(word.begin + i, index)
        if calls.character(page, place) != ord(sign):
            place = _place(page, index, sign, len(text))
        if place is None:
            break
        index = place + 1
        _, top, _, bottom = _char_box(page, box, place)
        if bottom - top < (_MIN_OPERATOR if sign in OPERATORS else _MIN_TALL) * size and sign != ROOT:
            continue
        blanks = [i > 0 and text[i - 1].isspace(), i + 1 < len(text) and text[i + 1].isspace()]
        edges = calls.boxes(page, [max(place - 1 - blanks[0], 0), place, place + 1 + blanks[1]]) - box.left
        (_, _, last, _), (begin, _, end, _), (after, _, _, _) = edges.tolist()
        if before := text[at:i].strip():
            yield _flat(rest._replace(text=before, right=min(last, begin)))
        spaced = blanks[0] if i else word.spaced
        yield Part(word._replace(text=sign, left=begin, right=end, spaced=spaced, begin=place), top, bottom, sign)
        at = i + 1
        rest = rest._replace(left=max(end, after), spaced=blanks[1], begin=place + 1 + blanks[1])
    if text[at:].strip():
        yield _flat(rest._replace(text=text[at:].strip()) if at else word)


def _flat(word: Word) -> Part:
    size, baseline = word.style.size, word.baseline
    return Part(word, baseline - _ASCENT * size, baseline + _DESCENT * size)


def _place(page: calls.Pointer, index: int, sign: str, length: int) -> int | None:
    """Return the index of the next character that is this sign; None if it is not near."""
    return next((i for i in range(index, index + 3 * length + 3) if calls.character(page, i) == ord(sign)), None)


def _continues_bar(above: Part, part: Part) -> bool:
    """Whether a piece of a vertical bar stands below another."""
    is_below = abs(part.word.left - above.word.left) < 0.5 and abs(part.top - above.bottom) < 0.3 * part.size
    return above.sign == part.sign and is_below


def _char_box(page: calls.Pointer, box: PageBox, index: int) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom of the ink of a character, relative to the visible box of the page."""
    _get_box(page, index, *_SIDE_POINTERS)
    left, right, bottom, top = _SIDES
    return left - box.left, box.top - top, right - box.left, box.top - bottom


def _with_pieces(parts: list[Part], pieces: Sequence[tuple[float, float, float, float]]) -> list[Part]:
    """Return the parts, those of a bracket in pieces as tall as all of them."""
    places = np.array(pieces)
    for i, part in enumerate(parts):
        if not part.sign or part.sign not in OPENING + CLOSING + BARS + ROOT + "∫":
            continue
        top, bottom = part.top, part.bottom
        offsets = places[:, 2] - part.word.right if part.sign == ROOT else (places[:, 0] + places[:, 2]) / 2 - part.centre
        near = places[np.abs(offsets) < 0.4 * part.size]
        for _, above, _, below in sorted(near[:_MAX_PIECES].tolist(), key=lambda piece: abs(piece[1] - part.top)):
            if above < bottom + 0.5 * part.size and below > top - 0.5 * part.size:
                top, bottom = min(top, above), max(bottom, below)
        if (top, bottom) != (part.top, part.bottom):
            style = part.word.style._replace(operators=True)  # the baseline of a piece is not that of the line
            parts[i] = part._replace(word=part.word._replace(style=style), top=top, bottom=bottom)
    return parts
