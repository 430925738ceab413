"""Compose accents that a PDF sets as characters of their own: by position, since TeX prints the accent before its letter."""

import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

VOID = 0x2060
"""Character in the place of an accent or blank that is gone; `without_void` removes it."""

_COMBINING = {
    **dict(
        zip(
            "`´ˆ˜¨¯˘˙˚¸˝ˇ˛^~",
            "\u0300\u0301\u0302\u0303\u0308\u0304\u0306\u0307\u030a\u0327\u030b\u030c\u0328\u0302\u0303",
            strict=True,
        )
    ),
    **{chr(code): chr(code) for code in range(0x300, 0x370)},
}
"""Accents as characters with a width of their own, and combining marks, each with its combining mark."""
ACCENTS = frozenset(_COMBINING)
"""The characters that `compose_accents` looks at."""
_DOTTED = {"ı": "i", "ȷ": "j"}
_MAX_BLANKS = 3  # blanks and line ends that pdfium puts between an accent and its letter
_MIN_BLANK = 0.13  # minimum width of a blank between two words, as a share of the height of a letter's box
_MAX_SEARCHED = 500  # accents of a page that are searched for on the whole page
_CENTRED = 0.3  # how far from the middle of its letter such an accent may stand, as a share of the width of the letter
_RAISED = 0.45  # how far above or below the letter's box its own box may begin, as a share of the height of the higher one
_LOWER = 0.02  # how far below the letter's box that of a mark below the letter begins at least, as a share of the height
_BESIDE = 0.3  # how far its box reaches up beside that of the letter, as a share of the height: of turned text it does not
_BELOW = {".": "\u0323", ",": "\u0326"}
_CEDILLA = "\u0327"
_WITH_CEDILLA = frozenset("kKlLnNrRgG")
"""Signs that TeX lowers below a letter (\\d, \\textcommabelow), and letters whose comma Unicode calls a cedilla."""
_LOWERED_BY = 0.25
_LOWERED = {
    "\u0304": "\u0331",
    "\u0306": "\u032e",
    "\u0303": "\u0330",
    "\u030a": "\u0325",
    "\u0308": "\u0324",
    "\u0307": "\u0323",
}
"""Marks that TeX lowers below a letter (\\b), by that share of the letter's box at least, and how they look there."""
_SLACK = 0.3  # how far above or below the box of its letter the middle of an accent may lie, as a share of the box's height

Codes = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]
Boxes = Callable[[Sequence[int]], npt.NDArray[np.float64]]
"""Function from indices to the loose boxes of these characters, shape (characters, 4): left, top, right, bottom."""


class Box(NamedTuple):
    """The box of a character in points, y upwards."""

    left: float
    bottom: float
    right: float
    top: float


def compose_accents(accents: Sequence[int], codes: Codes, blank: Flags, box_of: Callable[[int], Box], boxes_of: Boxes) -> bool:
    """Compose the accents of a page with their letters, in place; return whether the place of an accent is VOID now.

    `accents`: the indices of the accents; `codes`: the page's characters; `blank`: which of them are white space; `box_of`: the
    loose box of a character; `boxes_of`: those of many.
    """
    found, left_over = False, []
    for at in accents:
        letter = _letter_of(at, codes, blank, box_of)
        if letter is not None:
            found |= _compose(at, letter, codes, box_of)
            _close_gaps(at, letter, codes, blank, box_of)
            outer = at - 1 if at < letter else at + 1
            if codes[at] == VOID and 0 <= outer < len(blank) and blank[outer]:
                blank[at] = True  # so that the letter is still the first or the last of its word
        elif codes[at] > 0x7F or _is_alone(at, blank):
            left_over.append(at)
    if left_over and len(left_over) <= _MAX_SEARCHED:
        _compose_apart(left_over, codes, blank, boxes_of)
    return found or bool(left_over)


def compose_marks_below(
    at: npt.NDArray[np.int64], codes: Codes, blank: Flags, box_of: Callable[[int], Box], boxes_of: Boxes
) -> bool:
    """Compose letters with the full stops and commas that stand below them, in place; return whether there are any.

    `at`: the indices of the characters that, within a word, begin another text object, as a lowered sign does.
    """
    at = at[(codes[at] == ord(".")) | (codes[at] == ord(","))]
    at = at[codes[at - 1] >= ord("A")]
    if not len(at):
        return False
    signs, letters = boxes_of(at.tolist()), boxes_of((at - 1).tolist())
    off = np.abs(signs[:, 0] + signs[:, 2] - letters[:, 0] - letters[:, 2]) / 2
    below = (off < _CENTRED * (letters[:, 2] - letters[:, 0])) & (
        signs[:, 3] < letters[:, 3] - _LOWER * (signs[:, 1] - signs[:, 3])
    )
    below &= signs[:, 1] > letters[:, 3] + _BESIDE * (letters[:, 1] - letters[:, 3])
    found = False
    for index in at[below].tolist():
        letter, sign = chr(codes[index - 1]), chr(codes[index])
        composed = unicodedata.normalize(
            "NFC", letter + (_CEDILLA if sign == "," and letter in _WITH_CEDILLA else _BELOW[sign])
        )
        if letter.isalpha() and len(composed) <= len(unicodedata.normalize("NFD", letter)):
            _write(composed, index - 1, index, codes)
            _close_gaps(index, index - 1, codes, blank, box_of)
            found = True
    return found


def without_void(text: str) -> str:
    """Return a text without VOID characters."""
    return text.replace(chr(VOID), "")


def _letter_of(at: int, codes: Codes, blank: Flags, box_of: Callable[[int], Box]) -> int | None:
    """Return the index of the character, before or after the accent, over which the accent stands; None if there is none."""
    accent = box_of(at)
    middle = (accent.left + accent.right) / 2, (accent.bottom + accent.top) / 2
    best, distance = None, 1e9
    for index in (_neighbour(at, 1, codes, blank), _neighbour(at, -1, codes, blank)):
        if index is None or not _takes_accent(chr(codes[index]), chr(codes[at])):
            continue
        box = box_of(index)
        slack = _SLACK * (box.top - box.bottom)
        inside = box.left <= middle[0] <= box.right and box.bottom - slack <= middle[1] <= box.top + slack
        off = abs(middle[0] - (box.left + box.right) / 2)
        if inside and off < distance:
            best, distance = index, off
    return best


def _is_alone(at: int, blank: Flags) -> bool:
    return (at == 0 or bool(blank[at - 1])) and (at + 1 == len(blank) or bool(blank[at + 1]))


def _compose_apart(accents: Sequence[int], codes: Codes, blank: Flags, boxes_of: Boxes) -> None:
    """Compose accents with letters in the middle of which they stand, though other characters lie between both, in place.

    pdfium returns an accent over a capital, which TeX raises, only after the words up to the next accent; other programs print
    all accents of a line before its letters.
    """
    at = (~blank & (codes >= ord("A"))).nonzero()[0]
    boxes, over = boxes_of(at.tolist()), boxes_of(list(accents))
    width, height, middle = boxes[:, 2] - boxes[:, 0], boxes[:, 1] - boxes[:, 3], (boxes[:, 0] + boxes[:, 2]) / 2
    for accent, (left, top, right, bottom) in zip(accents, over.tolist(), strict=True):
        off = np.abs(middle - (left + right) / 2)
        near = (off < _CENTRED * width) & (np.abs(boxes[:, 3] - bottom) < _RAISED * np.maximum(height, top - bottom))
        for place in sorted(near.nonzero()[0].tolist(), key=lambda place: float(off[place])):
            letter, composed = int(at[place]), _composed(chr(codes[at[place]]), chr(codes[accent]))
            if letter != accent and chr(codes[letter]).isalpha() and len(composed) == 1:
                codes[letter], blank[accent] = ord(composed), True
                _close_gap(accent, accent, codes, blank, boxes_of)
                break


def _neighbour(at: int, step: int, codes: Codes, blank: Flags) -> int | None:
    for index in range(at + step, at + step * (_MAX_BLANKS + 2), step):
        if not 0 <= index < len(blank):
            return None
        if not blank[index] and codes[index] != VOID:
            return index
    return None


def _takes_accent(letter: str, accent: str) -> bool:
    return letter.isalpha() or len(unicodedata.normalize("NFC", letter + _COMBINING[accent])) == 1


def _compose(at: int, letter: int, codes: Codes, box_of: Callable[[int], Box]) -> bool:
    """Write the composed character in the letter's place; return whether the place of the accent is VOID."""
    plain, mark = chr(codes[letter]), _COMBINING[chr(codes[at])]
    if mark in _LOWERED and _is_lowered(box_of(at), box_of(letter)):
        mark = _LOWERED[mark]
    composed = unicodedata.normalize("NFC", _DOTTED.get(plain, plain) + mark)
    if len(composed) == 1:
        codes[letter], codes[at] = ord(composed), VOID
        return True
    codes[min(at, letter)], codes[max(at, letter)] = ord(plain), ord(mark)  # the mark follows its letter
    return False


def _is_lowered(accent: Box, letter: Box) -> bool:
    return accent.bottom < letter.bottom - _LOWERED_BY * (letter.top - letter.bottom)


def _write(composed: str, first: int, last: int, codes: Codes) -> None:
    codes[first] = ord(composed[0])
    codes[last] = ord(composed[1]) if len(composed) > 1 else VOID


def _composed(letter: str, accent: str) -> str:
    """Return a letter with an accent: one character, or two if Unicode has none for both."""
    return unicodedata.normalize("NFC", _DOTTED.get(letter, letter) + _COMBINING[accent])


def _close_gaps(at: int, letter: int, codes: Codes, blank: Flags, box_of: Callable[[int], Box]) -> None:
    """Remove the blanks between an accent and its letter, and those around both that are no wider than between letters."""
    first, last = min(at, letter), max(at, letter)
    for index in range(first + 1, last):
        codes[index], blank[index] = VOID, False
    box = box_of(letter)
    for inner, step in ((first, -1), (last, 1)):
        outer = _neighbour(inner, step, codes, blank)
        if outer is None or abs(outer - inner) == 1:
            continue
        other = box_of(outer)
        gap = box.left - other.right if step < 0 else other.left - box.right
        height = other.top - other.bottom
        if abs(other.bottom - box.bottom) < height and -height < gap < _MIN_BLANK * height:
            for index in range(min(outer, inner) + 1, max(outer, inner)):
                codes[index], blank[index] = VOID, False


def _close_gap(first: int, last: int, codes: Codes, blank: Flags, boxes_of: Boxes) -> None:
    """Remove the blanks around the characters [first, last] where the characters before and after them belong to one word."""
    before, after = _neighbour(first, -1, codes, blank), _neighbour(last, 1, codes, blank)
    if before is None or after is None:
        return
    (_, top, right, bottom), (left, _, _, low) = boxes_of([before, after]).tolist()
    height = top - bottom
    if abs(low - bottom) < height and -height < left - right < _MIN_BLANK * height:
        for index in range(before + 1, after):
            if blank[index]:
                codes[index], blank[index] = VOID, False
