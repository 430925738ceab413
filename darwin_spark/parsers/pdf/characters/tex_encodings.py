"""Tell which encoding of TeX a font without names has, by the codes that it shows, and map these codes to characters.

Text fonts are in OT1, as Computer Modern has been since 1982, or in T1 ("Cork"); formulas use the encodings of CMMI (letters)
and CMSY (symbols); textcomp adds TS1. Source: Frank Mittelbach and others, "LaTeX font encodings" (encguide).
"""

from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

_GREEK_CAPITALS = dict(enumerate("ΓΔΘΛΞΠΣΥΦΨΩ"))
OT1 = {
    **_GREEK_CAPITALS,
    **dict(enumerate("ﬀﬁﬂﬃﬄıȷ`´ˇ˘¯˚¸ßæœøÆŒØ", 0x0B)),
    **{0x22: "”", 0x27: "’", 0x3C: "¡", 0x3E: "¿", 0x5C: "“", 0x5E: "ˆ", 0x5F: "˙", 0x60: "‘"},
    **dict(enumerate("–—˝˜¨", 0x7B)),
}
OT1_MONO = {**_GREEK_CAPITALS, **dict(enumerate("↑↓'¡¿ıȷ`´ˇ˘¯˚¸ßæœøÆŒØ", 0x0B)), 0x27: "’", 0x60: "‘", 0x7F: "¨"}
T1 = {
    **dict(enumerate("`´ˆ˜¨˝˚ˇ˘¯˙¸˛‚‹›“”„«»–—")),
    **dict(enumerate("ıȷﬀﬁﬂﬃﬄ", 0x19)),
    **{0x27: "’", 0x60: "‘", 0x7F: "-"},
    **dict(enumerate("ĂĄĆČĎĚĘĞĹĽŁŃŇŊŐŔŘŚŠŞŤŢŰŮŸŹŽŻĲİđ§ăąćčďěęğĺľłńňŋőŕřśšşťţűůÿźžżĳ¡¿£", 0x80)),
    **dict(enumerate("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖŒØÙÚÛÜÝÞẞàáâãäåæçèéêëìíîïðñòóôõöœøùúûüýþß", 0xC0)),
}
CMMI = {
    **_GREEK_CAPITALS,
    **dict(enumerate("αβγδϵζηθικλμνξπρστυϕχψωεϑϖϱςφ", 0x0B)),
    **{0x3A: ".", 0x3B: ",", 0x3C: "<", 0x3D: "/", 0x3E: ">", 0x40: "∂", 0x60: "ℓ", 0x7B: "ı", 0x7C: "ȷ"},
}
CMSY = {
    **dict(enumerate("−⋅×∗÷⋄±∓⊕⊖⊗⊘⊙◯∘∙≍≡⊆⊇≤≥≼≽∼≈⊂⊃≪≫≺≻←→↑↓↔↗↘≃⇐⇒⇑⇓⇔↖↙∝′∞∈∋△▽")),
    **{
        0x36: "\u0338",
        0x38: "∀",
        0x39: "∃",
        0x3A: "¬",
        0x3B: "∅",
        0x3C: "ℜ",
        0x3D: "ℑ",
        0x5B: "∪",
        0x5C: "∩",
        0x5E: "∧",
        0x5F: "∨",
    },
    **dict(enumerate("⌊⌋⌈⌉{}⟨⟩|‖", 0x62)),
    **{0x70: "√", 0x72: "∇", 0x78: "§", 0x79: "†", 0x7A: "‡", 0x7B: "¶"},
}
TS1 = {0x2A: "∗", 0x2F: "⁄", 0x84: "†", 0x85: "‡", 0x86: "‖", 0x87: "‰", 0x88: "•", 0x89: "℃", 0x97: "™", 0xBF: "€"}

_OF_T1 = {0x10, 0x11, 0x15, 0x16, *range(0x1B, 0x20), *range(0x80, 0x100)}
_OF_OT1 = {*range(0x0B, 0x10), 0x7F}
_ACCENTS_OF_T1 = {2, 7, 8, 9, 10}
"""Codes that are frequent in text of one encoding, and rare in the other: ligatures, quotes, dashes, accents. The last
decide where there are no others: in OT1 these codes are Greek capitals."""
_NOT_OF_FORMULA_LETTERS = {*b"0123456789()[]+"}
_NOT_OF_SYMBOLS = {*b"345789()+:<=xyz", 0x0B, 0x0C, 0x0D}
"""Codes that are frequent as digits and signs of a text font, or as letters of formulas, and rare in CMSY."""

_ICELANDIC = {0xDE, 0xF0, 0xFE}
"""Codes of Þ, ð and þ: in T1 the capitals of ð and đ have one code."""


class Shown(NamedTuple):
    """What a font shows on a page: codes, how many of them stand in words (of four or more), whether all are equally wide."""

    codes: Sequence[int]
    in_words: int
    mono: bool

    @property
    def is_text(self) -> bool:
        """Whether the font sets text, not formulas."""
        return self.mono or 3 * self.in_words >= len(self.codes)


def mappings(fonts: Mapping[int, Shown]) -> dict[int, Mapping[int, str]]:
    """Return {font: {code: character}} for the fonts of a page. The text fonts of a page help to tell each other's encoding."""
    text = [font for font in fonts.values() if font.is_text]
    votes = sum(_votes(font.codes) for font in text)
    return {key: _mapping(font, votes) for key, font in fonts.items()}


def _votes(codes: Sequence[int]) -> int:
    """Return how many codes speak for T1, less those that speak for OT1; a dash of OT1 looks like a brace that never closes."""
    dashes = codes.count(0x7B) if 0x7D not in codes else 0
    votes = sum(code in _OF_T1 for code in codes) - sum(code in _OF_OT1 for code in codes) - dashes
    return votes or sum(code in _ACCENTS_OF_T1 for code in codes)


def _mapping(font: Shown, votes: int) -> Mapping[int, str]:
    found = set(font.codes)
    if font.is_text:
        votes = _votes(font.codes) or votes
        croatian = {} if found & _ICELANDIC else {0xD0: "Đ"}
        return {**T1, **croatian} if votes > 0 else {} if not votes else OT1_MONO if font.mono else OT1
    return _of_symbols(found)


def _of_symbols(found: Set[int]) -> Mapping[int, str]:
    """Return the mapping of a font that shows no words."""
    if max(found) >= 0x80 and all(code >= 0x80 or code in TS1 for code in found):
        return TS1
    if min(found) < 0x20 and found <= CMSY.keys() and not found & _NOT_OF_SYMBOLS:
        return CMSY
    if found & _NOT_OF_FORMULA_LETTERS:
        return OT1
    is_formula = min(found) < 0x28 or any(chr(code).islower() for code in found)
    return CMMI if is_formula else {}
