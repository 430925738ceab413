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
_MAX_DISTANCE = 120  # characters before and after an accent that are searched for its letter
_CENTRED = 0.3  # how far from the middle of its letter such an accent may stand, as a share of the width of the letter
_SLACK = 0.3  # how far above or below the box of its letter the middle of an accent may lie, as a share of the box's height

Codes = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]


class Box(NamedTuple):
    """The box of a character in points, y upwards."""

    left: float
    bottom: float
    right: float
    top: float


def compose_accents(accents: Sequence[int], codes: Codes, blank: Flags, box_of: Callable[[int], Box]) -> bool:
    """Compose the accents of a page with their letters, in place; return whether the place of an accent is VOID now.

    `accents`: the indices of the accents; `codes`: the page's characters; `blank`: which of them are white space; `box_of`: the
    loose box of a character.
    """
    found = False
    for at in accents:
        letter = _letter_of(at, codes, blank, box_of)
        if letter is not None:
            found |= _compose(at, letter, codes)
            _close_gaps(at, letter, codes, blank, box_of)
            outer = at - 1 if at < letter else at + 1
            if codes[at] == VOID and 0 <= outer < len(blank) and blank[outer]:
                blank[at] = True  # so that the letter is still the first or the last of its word
        elif codes[at] > 0x7F and (letter := _letter_below(at, codes, blank, box_of)) is not None:
            codes[letter] = ord(_composed(chr(codes[letter]), chr(codes[at])))
            blank[at] = True
    return found


def without_void(text: str) -> str:
    """Return a text without VOID characters."""
    return text.replace(chr(VOID), "")


def _letter_of(at: int, codes: Codes, blank: Flags, box_of: Callable[[int], Box]) -> int | None:
    """Return the index of the character, before or after the accent, over which the accent stands; None if there is none."""
    accent = box_of(at)
    middle = (accent.left + accent.right) / 2, (accent.bottom + accent.top) / 2
    best, distance = None, 1e9
    for index in (_neighbour(at, 1, blank), _neighbour(at, -1, blank)):
        if index is None or not _takes_accent(chr(codes[index]), chr(codes[at])):
            continue
        box = box_of(index)
        slack = _SLACK * (box.top - box.bottom)
        inside = box.left <= middle[0] <= box.right and box.bottom - slack <= middle[1] <= box.top + slack
        off = abs(middle[0] - (box.left + box.right) / 2)
        if inside and off < distance:
            best, distance = index, off
    return best


def _letter_below(at: int, codes: Codes, blank: Flags, box_of: Callable[[int], Box]) -> int | None:
    """Return the index of the letter in the middle of which an accent stands, though other characters lie between both.

    pdfium returns an accent over a capital, which TeX raises, only after the words up to the next accent.
    """
    accent = box_of(at)
    middle, height = (accent.left + accent.right) / 2, accent.top - accent.bottom
    for index in range(max(at - _MAX_DISTANCE, 0), min(at + _MAX_DISTANCE, len(blank))):
        letter = chr(codes[index])
        if blank[index] or not letter.isalpha() or len(_composed(letter, chr(codes[at]))) > 1:
            continue
        box = box_of(index)
        is_near = abs(accent.bottom - box.bottom) < _SLACK * height
        if is_near and abs(middle - (box.left + box.right) / 2) < _CENTRED * (box.right - box.left):
            return index
    return None


def _neighbour(at: int, step: int, blank: Flags) -> int | None:
    for index in range(at + step, at + step * (_MAX_BLANKS + 2), step):
        if not 0 <= index < len(blank):
            return None
        if not blank[index]:
            return index
    return None


def _takes_accent(letter: str, accent: str) -> bool:
    return letter.isalpha() or len(unicodedata.normalize("NFC", letter + _COMBINING[accent])) == 1


def _compose(at: int, letter: int, codes: Codes) -> bool:
    """Write the composed character in the letter's place; return whether the place of the accent is VOID."""
    plain = chr(codes[letter])
    mark = _COMBINING[chr(codes[at])]
    composed = _composed(plain, chr(codes[at]))
    if len(composed) == 1:
        codes[letter], codes[at] = ord(composed), VOID
        return True
    codes[min(at, letter)], codes[max(at, letter)] = ord(plain), ord(mark)  # the mark follows its letter
    return False


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
        outer = _neighbour(inner, step, blank)
        if outer is None or abs(outer - inner) == 1:
            continue
        other = box_of(outer)
        gap = box.left - other.right if step < 0 else other.left - box.right
        height = other.top - other.bottom
        if abs(other.bottom - box.bottom) < height and -height < gap < _MIN_BLANK * height:
            for index in range(min(outer, inner) + 1, max(outer, inner)):
                codes[index], blank[index] = VOID, False
