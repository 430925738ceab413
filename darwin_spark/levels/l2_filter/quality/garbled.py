"""How much of a text is garbled (§3 L2.3; the paper gives the limit, 50 %, not the measure).

A character that is not white space is garbled if

1. it never stands in a text that was read correctly: control, private use, unassigned, surrogate, U+FFFD;
2. it belongs to a glyph without a meaning, `(cid:12)`, as PDF extraction writes it;
3. it belongs to mojibake: a multi-byte UTF-8 sequence that was read as Latin-1 or Windows-1252 (`Ã©`, `â€™`, `Ð¿`);
4. it lies in a window of WINDOW characters that is not writing: less than a quarter of it are words (at least three
   letters in a usual case: word, Word, WORD, wordWord) and numbers, or its Latin letters hold less than 18 % vowels;
5. or it is a mark astray: a quotation mark, comma, full stop, semicolon, underscore or backslash alone between blanks, in a
   window of prose (at least 0.6 of it in words and numbers). `. . .` is none.

Rule 4 finds the noise of OCR of pictures, binary data, base64 and fonts whose letters were shifted; prose keeps at least 0.6 in
words and numbers, references, formulas, LaTeX and tables 0.3. Rows of one sign (leaders, rulers) are left out of it.
Any script passes: letters without case are words. Rule 5 finds the specks that OCR reads on a page that it can read: a
character in a thousand on the pages of ocr/oldbooks_pairs.jsonl, none in their ground truths (docs/l2-signals.md).
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
"""A window with fewer characters than this is judged by its characters alone."""

Mask = npt.NDArray[np.bool_]

_TRAILS = "\x80-\xbf" + bytes(b for b in range(0x80, 0xA0) if b not in b"\x81\x8d\x8f\x90\x9d").decode("cp1252")
_SEQUENCE = re.compile(rf"[\xc2-\xf4][{_TRAILS}]{{1,3}}")
_GLYPH = re.compile(r"\(cid:[0-9]{1,6}\)")
_PRIVATE_USE = "\ue000"
_STOP = ord(".")
_ASTRAY = np.zeros(0x2020, dtype=bool)
_ASTRAY[[ord(c) for c in "\"'`´‘’“”„,.;_\\"]] = True
_VOWELS = np.zeros(128, dtype=bool)
_VOWELS[[ord(c) for c in "aeiouyAEIOUY"]] = True


def garbled_ratio(text: str) -> float:
    """The share of garbled characters among those that are not white space; 0.0 for a text of white space alone."""
    garbled = visible = 0
    for block in blocks(text):
        mask, seen = _garbled(block)
        garbled += int(np.count_nonzero(mask))
        visible += int(np.count_nonzero(seen))
    return garbled / visible if visible else 0.0


def _garbled(block: str) -> tuple[Mask, Mask]:
    codes = codes_of(_mark_sequences(block))
    kinds = classes()[codes]
    visible = kinds != SPACE
    writing, seen = _windows(_in_words_or_numbers(kinds)), _windows(visible & ~_repeated_sign(codes, kinds))
    senseless = _senseless(writing, seen) | _shifted(codes)
    garbled = visible & ((kinds == BROKEN) | np.repeat(senseless, WINDOW)[: codes.size])
    astray = _astray(codes, visible)
    garbled[astray[(writing >= MIN_PROSE * seen)[astray // WINDOW]]] = True
    return garbled, visible


def _mark_sequences(block: str) -> str:
    """The block with every `(cid:12)` and every piece of mojibake replaced by as many private characters."""
    if "(cid:" in block:
        block = _GLYPH.sub(lambda match: _PRIVATE_USE * len(match.group()), block)
    return _SEQUENCE.sub(_private_if_mojibake, block)


def _private_if_mojibake(match: re.Match[str]) -> str:
    found = match.group()
    needed = 2 if found[0] < "\xe0" else 3 if found[0] < "\xf0" else 4  # the length that the first byte of UTF-8 announces
    return _PRIVATE_USE * len(found) if len(found) >= needed else found


def _in_words_or_numbers(kinds: npt.NDArray[np.uint8]) -> Mask:
    """Which characters stand in a run of three letters or more in a usual case, or in a number no letter touches."""
    letter = (kinds >= LOWER) & (kinds <= LETTER)
    sort = np.where(letter, np.uint8(1), np.where(kinds == DIGIT, np.uint8(2), np.uint8(0)))
    starts = np.concatenate([[0], np.flatnonzero(sort[1:] != sort[:-1]) + 1])
    lengths = np.diff(starts, append=sort.size)
    kind = sort[starts]
    upper = kinds == UPPER
    uppers = np.add.reduceat(upper, starts, dtype=np.int32)
    usual = (uppers == lengths) | (3 * uppers <= lengths)
    word = (kind == 1) & (lengths >= 3) & usual
    touched = np.concatenate([[False], kind[:-1] == 1]) | np.concatenate([kind[1:] == 1, [False]])
    return np.repeat(word | ((kind == 2) & ~touched), lengths)


def _repeated_sign(codes: npt.NDArray[np.uint32], kinds: npt.NDArray[np.uint8]) -> Mask:
    repeated = np.zeros(codes.size, dtype=bool)
    repeated[1:] = (codes[1:] == codes[:-1]) & (kinds[1:] == SIGN)
    return repeated


def _astray(codes: npt.NDArray[np.uint32], visible: Mask) -> npt.NDArray[np.int64]:
    """Where a mark that leans on a word stands alone between blanks; a full stop may have another two places away."""
    edged = np.concatenate([[False], visible, [False]])
    at = np.flatnonzero(visible & ~edged[:-2] & ~edged[2:])
    at = at[_ASTRAY[np.minimum(codes[at], _ASTRAY.size - 1)]]
    row = (codes[np.maximum(at - 2, 0)] == _STOP) & (at >= 2) | (codes[np.minimum(at + 2, codes.size - 1)] == _STOP)
    found: npt.NDArray[np.int64] = at[(codes[at] != _STOP) | ~row]
    return found


def _senseless(writing: npt.NDArray[np.int64], seen: npt.NDArray[np.int64]) -> Mask:
    return (seen >= MIN_SIGHT) & (writing < MIN_WRITING * seen)


def _shifted(codes: npt.NDArray[np.uint32]) -> Mask:
    """Windows of Latin letters that no language writes: letters of a font whose encoding was lost."""
    ascii_codes = np.minimum(codes, 127)
    lowered = ascii_codes | 0x20
    letters = _windows((lowered >= ord("a")) & (lowered <= ord("z")))
    vowels = _windows(_VOWELS[ascii_codes])
    return (letters >= WINDOW // 4) & (vowels < MIN_VOWELS * letters)


def _windows(mask: Mask) -> npt.NDArray[np.int64]:
    """How many of each window's characters the mask holds; the last window may be short."""
    return np.add.reduceat(mask, np.arange(0, mask.size, WINDOW), dtype=np.int64)
