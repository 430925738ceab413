"""Measure how much of a text is garbled (§3 L2.3; the paper gives the threshold, 50 %, but no measure).

A character that is not white space is garbled if

1. it never occurs in correctly decoded text: control, private use, unassigned, surrogate, U+FFFD;
2. it belongs to a glyph without a known character, `(cid:12)`, as PDF extraction writes it;
3. it belongs to mojibake: a multi-byte UTF-8 sequence that was decoded as Latin-1 or Windows-1252 (`Ã©`, `â€™`, `Ð¿`);
4. it is in a window of WINDOW characters that is not writing: less than a quarter of its characters are in words (at least
   three letters in a usual case: word, Word, WORD, wordWord) and numbers, or it has at least 128 letters a to z
   and less than 18 % of them are vowels;
5. or it is a stray mark: a quotation mark, comma, full stop, semicolon, underscore or backslash alone between white space, in
   a window of prose (at least 0.6 of it in words and numbers). The dots of `. . .` are not stray.

Rule 4 finds OCR noise from images, binary data, base64, and fonts with shifted letters. A sign that repeats the one before it
(leaders, rulers) is not counted. Any script passes: letters without case form words too. Rule 5 finds the specks that OCR reads
on a legible page (docs/l2-signals.md).
"""

import re

import numpy as np
import numpy.typing as npt

from darwin_spark.text.characters import BROKEN, DIGIT, LETTER, LOWER, SIGN, SPACE, UPPER, blocks, classes, codes_of

WINDOW = 512
MIN_WRITING = 0.25
MIN_VOWELS = 0.18
MIN_PROSE = 0.6
MIN_SIGHT = 32
"""Rule 4 does not apply to a window with fewer characters to count."""
Mask = npt.NDArray[np.bool_]

_CONTINUATION_BYTES = "\x80-\xbf" + bytes(b for b in range(0x80, 0xA0) if b not in b"\x81\x8d\x8f\x90\x9d").decode("cp1252")
_MOJIBAKE = re.compile(rf"[\xc2-\xf4][{_CONTINUATION_BYTES}]{{1,3}}")
_CID_GLYPH = re.compile(r"\(cid:[0-9]{1,6}\)")
_PRIVATE_USE = "\ue000"
_STOP = ord(".")
_IS_MARK = np.zeros(0x2020, dtype=bool)
_IS_MARK[[ord(c) for c in "\"'`´‘’“”„,.;_\\"]] = True
_IS_VOWEL = np.zeros(128, dtype=bool)
_IS_VOWEL[[ord(c) for c in "aeiouyAEIOUY"]] = True


def garbled_ratio(text: str) -> float:
    """Return the share of garbled characters among those that are not white space; 0.0 if all are white space."""
    garbled = visible = 0
    for block in blocks(text):
        mask, seen = _garbled_mask(block)
        garbled += int(np.count_nonzero(mask))
        visible += int(np.count_nonzero(seen))
    return garbled / visible if visible else 0.0


def _garbled_mask(block: str) -> tuple[Mask, Mask]:
    """Return two masks over the characters of a block: which are garbled, and which are not white space."""
    codes = codes_of(_replace_sequences(block))
    kinds = classes()[codes]
    visible = kinds != SPACE
    writing, seen = _count_in_windows(_in_words_or_numbers(kinds)), _count_in_windows(visible & ~_repeated_sign(codes, kinds))
    is_noise = _lacks_words(writing, seen) | _lacks_vowels(codes)
    garbled = visible & ((kinds == BROKEN) | np.repeat(is_noise, WINDOW)[: codes.size])
    stray = _stray_marks(codes, visible)
    garbled[stray[(writing >= MIN_PROSE * seen)[stray // WINDOW]]] = True
    return garbled, visible


def _replace_sequences(block: str) -> str:
    """Return the block with every `(cid:12)` and mojibake sequence replaced by as many private-use characters."""
    if "(cid:" in block:
        block = _CID_GLYPH.sub(lambda match: _PRIVATE_USE * len(match.group()), block)
    return _MOJIBAKE.sub(_private_if_mojibake, block)


def _private_if_mojibake(match: re.Match[str]) -> str:
    found = match.group()
    needed = 2 if found[0] < "\xe0" else 3 if found[0] < "\xf0" else 4  # the length that the first byte of UTF-8 states
    return _PRIVATE_USE * len(found) if len(found) >= needed else found


def _in_words_or_numbers(kinds: npt.NDArray[np.uint8]) -> Mask:
    """Return the mask of characters in numbers (touching no letter) or words (3 letters or more; all or <= 1/3 upper case)."""
    letter = (kinds >= LOWER) & (kinds <= LETTER)
    run_class = np.where(letter, np.uint8(1), np.where(kinds == DIGIT, np.uint8(2), np.uint8(0)))
    starts = np.concatenate([[0], np.flatnonzero(run_class[1:] != run_class[:-1]) + 1])
    lengths = np.diff(starts, append=run_class.size)
    kind = run_class[starts]
    upper = kinds == UPPER
    uppers = np.add.reduceat(upper, starts, dtype=np.int32)
    usual = (uppers == lengths) | (3 * uppers <= lengths)
    word = (kind == 1) & (lengths >= 3) & usual
    touches_letter = np.concatenate([[False], kind[:-1] == 1]) | np.concatenate([kind[1:] == 1, [False]])
    return np.repeat(word | ((kind == 2) & ~touches_letter), lengths)


def _repeated_sign(codes: npt.NDArray[np.uint32], kinds: npt.NDArray[np.uint8]) -> Mask:
    repeated = np.zeros(codes.size, dtype=bool)
    repeated[1:] = (codes[1:] == codes[:-1]) & (kinds[1:] == SIGN)
    return repeated


def _stray_marks(codes: npt.NDArray[np.uint32], visible: Mask) -> npt.NDArray[np.int64]:
    """Return the positions of quotation marks and `,` `.` `;` `_` backslash alone between white space, except in `. . .`."""
    edged = np.concatenate([[False], visible, [False]])
    at = np.flatnonzero(visible & ~edged[:-2] & ~edged[2:])
    at = at[_IS_MARK[np.minimum(codes[at], _IS_MARK.size - 1)]]
    in_dot_row = (codes[np.maximum(at - 2, 0)] == _STOP) & (at >= 2) | (codes[np.minimum(at + 2, codes.size - 1)] == _STOP)
    found: npt.NDArray[np.int64] = at[(codes[at] != _STOP) | ~in_dot_row]
    return found


def _lacks_words(writing: npt.NDArray[np.int64], seen: npt.NDArray[np.int64]) -> Mask:
    return (seen >= MIN_SIGHT) & (writing < MIN_WRITING * seen)


def _lacks_vowels(codes: npt.NDArray[np.uint32]) -> Mask:
    """Return the mask of windows with too few vowels among their Latin letters, a sign that the font's encoding was lost."""
    ascii_codes = np.minimum(codes, 127)
    lowered = ascii_codes | 0x20
    letters = _count_in_windows((lowered >= ord("a")) & (lowered <= ord("z")))
    vowels = _count_in_windows(_IS_VOWEL[ascii_codes])
    return (letters >= WINDOW // 4) & (vowels < MIN_VOWELS * letters)


def _count_in_windows(mask: Mask) -> npt.NDArray[np.int64]:
    return np.add.reduceat(mask, np.arange(0, mask.size, WINDOW), dtype=np.int64)
