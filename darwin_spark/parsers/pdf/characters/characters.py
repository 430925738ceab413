"""The characters of a PDF page: pdfium's text with accents composed and characters repaired."""

import ctypes
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import compress, repeat

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium_c

from darwin_spark.parsers.pdf.characters.accents import ACCENTS, VOID, Box, compose_accents, compose_marks_below, without_void
from darwin_spark.parsers.pdf.characters.bitmap_fonts import CODES, decode_bitmap_fonts
from darwin_spark.parsers.pdf.characters.large_operators import resolve_blanks, resolve_operators
from darwin_spark.parsers.pdf.characters.overlaid import RELATIONS, compose_overlaid
from darwin_spark.parsers.pdf.characters.private_use import PRIVATE, resolve_private_use
from darwin_spark.parsers.pdf.characters.styles import FormulaFonts
from darwin_spark.parsers.pdf.pdfium import calls

Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.uint32]

_HYPHEN = 2  # what pdfium returns, in calls for one character, for the hyphen of a word broken at the line end
_LINE_END_HYPHEN = 0xFFFE  # what it returns for this hyphen in the text of a page, and for a glyph without a character
_TYPOGRAPHIC_HYPHEN = 0x2010
_FEW = 64  # so many characters are read one by one where pdfium omits some of them from a text
_UNKNOWN = 0xFFFD  # what stands here for a glyph without a character
_LIGATURES = {
    **dict(zip(range(0x0B, 0x10), "ﬀﬁﬂﬃﬄ", strict=True)),
    **dict(zip(range(0x1B, 0x20), "ﬀﬁﬂﬃﬄ", strict=True)),
}
"""Ligatures by their codes in the encodings of TeX (OT1 and T1), which a font without a character map leaves as they are."""
_BLANK, _ACCENT, _DOUBTFUL, _CODE, _PRIVATE, _FOREIGN, _WIDE, _RELATION = (1 << bit for bit in range(8))
"""What has to be done about a character: blanks part words, accents are composed, hyphens and ligatures are told from control
characters, codes of bitmap fonts and private-use characters are resolved, scripts are looked at, surrogates are joined,
relations are composed with the signs over them."""
_SURROGATES_ON = ((0xD800, 0xFFFF),)
_FOREIGN_RANGES = (0x590, 0x8FF), (0x2E80, 0xD7FF), (0xD840, 0xD8BF), (0xF900, 0xFAFF), (0xFB1D, 0xFEFC)
"""Right-to-left scripts and ideographs, some by their first surrogate: the scripts that `directions.py` looks for."""
_UNDERSCORES = 0xFDD0
_MAX_UNDERSCORES = 31
"""So many characters from U+FDD1 on, which are none in Unicode, stand for as many underscores."""
_SEVERAL_UNDERSCORES = re.compile("[\ufdd1-\ufdef]")
_FORMULA_SIGNS = "√∑∫∏"
_LINE_END = frozenset(map(ord, " \r\n"))


def _table_of_kinds() -> npt.NDArray[np.uint8]:
    """Return, for each character of 16 bits, the bits of what has to be done about it."""
    doubtful = {_LINE_END_HYPHEN, *_LIGATURES}
    blanks = {code for code in range(0x10000) if chr(code).isspace()} | {0}
    codes = {_DOUBTFUL: doubtful, _BLANK: blanks - doubtful, _ACCENT: set(map(ord, ACCENTS))}
    ranges = {
        _CODE: CODES,
        _PRIVATE: PRIVATE,
        _FOREIGN: _FOREIGN_RANGES,
        _WIDE: _SURROGATES_ON,
        _RELATION: RELATIONS,
    }
    kinds = np.zeros(0x10000, dtype=np.uint8)
    for bit, chosen in codes.items():
        kinds[sorted(chosen)] |= bit
    for bit, parts in ranges.items():
        for first, last in parts:
            kinds[first : last + 1] |= bit
    return kinds


_KINDS = _table_of_kinds()


def _kinds(codes: Codes) -> npt.NDArray[np.uint8]:
    return np.asarray(_KINDS.take(codes, mode="clip"))


_BEYOND_16_BITS = re.compile("[\ud800-\udfff\U00010000-\U0010ffff]")
_FORMULA_LETTERS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x1D400, 0x1D800)}
"""Mathematical alphanumeric symbols and their plain letters: fonts of TeX return plain letters for the same formula."""

_get_text = calls.without_argument_conversion(pdfium_c.FPDFText_GetText, ctypes.c_int)
_get_loose_box = calls.without_argument_conversion(pdfium_c.FPDFText_GetLooseCharBox, ctypes.c_int)


def _unify_hyphens(codes: Codes) -> None:
    """Replace typographic hyphens by common ones, in place, unless all stand at ends of lines, put there by hyphenation."""
    at = (codes[:-1] == _TYPOGRAPHIC_HYPHEN).nonzero()[0]
    if len(at) and not _LINE_END.issuperset(codes[at + 1].tolist()):
        codes[codes == _TYPOGRAPHIC_HYPHEN] = ord("-")


class Characters:
    """The text of a page, one code point (maybe a surrogate) per pdfium character, and a mask of its blanks (spaces)."""

    _has_void = False

    def __init__(self, page: calls.Pointer) -> None:
        self._page = page
        self.bracket_pieces: list[int] = []  # characters that were pieces of a tall bracket for which another piece stands
        codes = self._codes(0, calls.character_count(page))
        kinds = self._resolved_kinds(codes)
        seen = int(np.bitwise_or.reduce(kinds)) if len(kinds) else 0
        if seen & _DOUBTFUL:
            self._mend(codes, kinds, (kinds & _DOUBTFUL).nonzero()[0])
        self.blank: Flags = (kinds & _BLANK).astype(np.bool_)
        self.blank[resolve_blanks(self._page, codes, self.blank.nonzero()[0])] = False
        if seen & _ACCENT:
            accents = (kinds & _ACCENT).nonzero()[0].tolist()
            self._has_void |= compose_accents(accents, codes, self.blank, self._box, partial(calls.boxes, self._page))
        codes[self.blank] = ord(" ")
        self.codes = codes
        self._has_underscores = False  # whether a character stands for several underscores
        self.text = self._text()
        self.is_foreign = bool(seen & _FOREIGN)
        """Whether the page may have letters of right-to-left or East Asian scripts."""
        self._is_wide = bool(seen & _WIDE) and _BEYOND_16_BITS.search(self.text) is not None

    def _resolved_kinds(self, codes: Codes) -> npt.NDArray[np.uint8]:
        """Resolve characters by their fonts, in place; return what else has to be done about each."""
        kinds = _kinds(codes)
        seen = int(np.bitwise_or.reduce(kinds)) if len(kinds) else 0
        changed = bool(seen & _CODE) and decode_bitmap_fonts(self._page, codes, (kinds & _CODE).nonzero()[0])
        if changed or seen & _PRIVATE:
            changed = True
            self.bracket_pieces = resolve_private_use(self._page, codes)
            self._has_void = bool(self.bracket_pieces) or bool(seen & _WIDE)
        is_composed = self._cross(codes)
        if changed or seen & _RELATION:
            relations = ((_kinds(codes) if changed else kinds) & _RELATION).nonzero()[0].tolist()
            is_composed |= compose_overlaid(relations, codes, self._box)
        self._has_void |= is_composed
        _unify_hyphens(codes)
        return _kinds(codes) if changed or is_composed else kinds

    def _text(self) -> str:
        return self.codes.tobytes().decode("utf-32-le", "surrogatepass")

    def compose_marks_below(self, begins: npt.NDArray[np.int64]) -> bool:
        """Compose letters with the signs below them; return whether there are any, so that words may begin elsewhere now.

        `begins`: the characters that, within a word, begin another text object.
        """
        if not compose_marks_below(begins, self.codes, self.blank, self._box, partial(calls.boxes, self._page)):
            return False
        self._has_void = True
        self.codes[self.blank] = ord(" ")
        self.text = self._text()
        return True

    def resolve_operators(self, begins: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> None:
        """Replace what pdfium returns for the pieces [begin, end), which are in a font of large operators."""
        indices = np.concatenate([np.arange(begin, end) for begin, end in zip(begins, ends, strict=True)])
        self.bracket_pieces += resolve_operators(self._page, self.codes, indices)
        self.text = self._text()
        self._has_void = True

    def write(self, indices: Sequence[int], character: str) -> None:
        """Put a character in the place of those at `indices`, which stay white space for `blank`."""
        if indices:
            self.codes[list(indices)] = ord(character)
            self.text = self._text()
            self._has_void |= ord(character) == VOID

    def is_blank(self, index: int) -> bool:
        """Return whether the page has a character of this index, and it is white space."""
        return 0 <= index < len(self.blank) and bool(self.blank[index])

    def write_underscores(self, counts: Mapping[int, int]) -> None:
        """Put underscores, {index: how many}, in the place of characters, which stay white space for `blank`."""
        for index, count in counts.items():
            self.codes[index] = ord("_") if count == 1 else _UNDERSCORES + min(count, _MAX_UNDERSCORES)
            self._has_underscores |= count > 1
        self.text = self._text()

    def between(self, begins: Sequence[int], ends: Sequence[int]) -> list[str]:
        """Return the texts of the characters [begin, end): surrogates joined, lone ones dropped, mathematical letters plain."""
        texts = list(map(self.text.__getitem__, map(slice, begins, ends)))
        if not (self._has_void or self._has_underscores or self._is_wide):
            return texts
        return [text if text.isascii() else self._resolved(text) for text in texts]

    def _resolved(self, piece: str) -> str:
        """Return a text without the signs that stand for others here."""
        if self._has_underscores:
            piece = _SEVERAL_UNDERSCORES.sub(lambda found: "_" * (ord(found[0]) - _UNDERSCORES), piece)
        if self._has_void:
            piece = without_void(piece)
        if not self._is_wide or _BEYOND_16_BITS.search(piece) is None:
            return piece
        return piece.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore").translate(_FORMULA_LETTERS)

    def not_void(self, begins: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> "Flags | slice":
        """Return a mask of the pieces [begin, end) that hold more than the places of composed accents."""
        if not self._has_void:
            return slice(None)
        count = np.concatenate(([0], np.cumsum(self.codes != VOID)))
        return np.asarray(count[begins] != count[ends])

    def parted(self, begins: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> Flags:
        """Return a mask of the pieces [begin, end), less the first, between which and the piece before other characters stand.

        Such characters (not blanks) were left out as hidden, or belong to a piece elsewhere.
        """
        count = np.concatenate(([0], np.cumsum(~self.blank & (self.codes != VOID))))
        return np.asarray(count[begins[1:]] != count[ends[:-1]])

    def formula_signs(self) -> FormulaFonts:
        """Return whether the page has signs of formulas with tall parts, as a kind of font for formulas."""
        has_signs = not self.text.isascii() and any(sign in self.text for sign in _FORMULA_SIGNS)
        return FormulaFonts.OTHER if has_signs else FormulaFonts(0)

    def is_written(self, index: int) -> bool:
        """Return whether the document has this character; else pdfium made it where it saw a gap."""
        return bool(calls.is_generated(self._page, index) == 0)

    def _codes(self, begin: int, end: int) -> Codes:
        """Return the characters [begin, end), read in one call; the parts from which pdfium omits some, by a call for each."""
        count = end - begin
        buffer = np.empty(count + 1, np.uint16)
        if _get_text(self._page, begin, count, calls.pointer(buffer.ctypes.data)) == count + 1:
            return buffer[:count].astype(np.uint32)
        if count > _FEW:
            middle = (begin + end) // 2
            return np.concatenate((self._codes(begin, middle), self._codes(middle, end)))
        codes = np.fromiter(map(calls.character, repeat(self._page), range(begin, end)), np.uint32, count)
        codes[codes == _HYPHEN] = _LINE_END_HYPHEN
        codes[codes > 0x10FFFF] = 0
        return codes

    def _cross(self, codes: Codes) -> bool:
        """Compose "l" with the stroke that OT1 prints over it, in place; return whether there was one.

        The stroke has the code of a blank, but no character: pdfium makes it one.
        """
        found = False
        before_l = ((codes[:-1] == ord(" ")) & ((codes[1:] | 0x20) == ord("l"))).nonzero()[0].tolist()
        for index in compress(before_l, map((1).__eq__, map(calls.has_no_character, repeat(self._page), before_l))):
            stroke, letter = self._box(index), self._box(index + 1)
            if letter.left <= (stroke.left + stroke.right) / 2 <= letter.right:
                codes[index], codes[index + 1] = VOID, ord("ł") if codes[index + 1] == ord("l") else ord("Ł")
                found = True
        return found

    def _mend(self, codes: Codes, kinds: npt.NDArray[np.uint8], doubtful: npt.NDArray[np.int64]) -> None:
        """Tell hyphens at line ends from glyphs without a character, and ligatures from control characters; in place."""
        may_be_hyphen = codes[doubtful] == _LINE_END_HYPHEN
        at = doubtful[may_be_hyphen].tolist()
        codes[list(compress(at, map((1).__ne__, map(calls.is_hyphen, repeat(self._page), at))))] = _UNKNOWN
        for index in doubtful[~may_be_hyphen].tolist():
            if calls.is_generated(self._page, index) == 0:
                codes[index] = ord(_LIGATURES[int(codes[index])])
            else:
                kinds[index] = _BLANK

    def _box(self, index: int) -> Box:
        rect = pdfium_c.FS_RECTF()
        _get_loose_box(self._page, index, ctypes.byref(rect))
        return Box(rect.left, rect.bottom, rect.right, rect.top)
