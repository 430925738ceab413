"""Set the formulas of a PDF page in lines: operators with their limits, tall brackets, fractions, roots, matrices.

In the content of a page the parts of a formula come in reading order, but on many baselines, by which lines are found.
"""

from collections.abc import Sequence
from functools import partial

from darwin_spark.parsers.pdf.characters.styles import FormulaFonts
from darwin_spark.parsers.pdf.pdfium import calls
from darwin_spark.parsers.pdf.pdfium.page_box import PageBox
from darwin_spark.parsers.pdf.pdfium.rules import DrawnPaths, horizontal_rules
from darwin_spark.parsers.pdf.words.formulas.fractions import with_fractions
from darwin_spark.parsers.pdf.words.formulas.matrices import with_rows
from darwin_spark.parsers.pdf.words.formulas.operator_limits import with_operators
from darwin_spark.parsers.pdf.words.formulas.parts import (
    CLOSING,
    OPENING,
    OPERATORS,
    ROOT,
    TALL,
    Part,
    cut_at,
    may_be_tall,
    parts_of,
)
from darwin_spark.parsers.pdf.words.word import Word

_MAX_WORDS = 20_000  # a page with more is a drawing made of letters
_SPACE, _BRACKET_SPACE = 0.13, 0.3  # font sizes; where the baseline changes, pdfium inserts a space at any distance


def set_formulas(
    page: calls.Pointer,
    paths: DrawnPaths,
    box: PageBox,
    words: list[Word],
    fonts: FormulaFonts,
    pieces: Sequence[int],
) -> list[Word]:
    """Return the words of a page, those of each formula with tall parts in the order and on the baseline of its line.

    `pieces`: characters that were pieces of a tall bracket and are now void.
    """
    rules = horizontal_rules(paths.boxes(), box)
    signs = TALL if FormulaFonts.OTHER in fonts else frozenset(ROOT)
    if len(words) > _MAX_WORDS or (not rules and not may_be_tall(words, signs)):
        return words
    parts = parts_of(page, box, words, signs, pieces)
    if rules:
        parts = with_fractions(parts, rules, partial(cut_at, page, box))
    parts = _with_roots(with_rows(with_operators(parts)))
    return _spaced([part.word for part in parts], words)


def _with_roots(parts: Sequence[Part]) -> list[Part]:
    """Return the parts with each root sign that no rule follows on the line of the next part."""
    found = list(parts)
    for i in range(len(found) - 2, -1, -1):
        sign, after = found[i], found[i + 1]
        if sign.sign == ROOT and sign.top - after.size < after.word.baseline < sign.bottom + after.size:
            style = sign.word.style._replace(size=after.size, operators=False)
            found[i] = sign._replace(word=sign.word._replace(baseline=after.word.baseline, style=style))
    return found


def _spaced(words: list[Word], before: Sequence[Word]) -> list[Word]:
    """Return the words; a space before or after one that is new counts only if there is a gap, or beside a fraction."""
    old = set(map(id, before))
    new = [i for i, word in enumerate(words) if id(word) not in old]
    for i in sorted({*new, *(i + 1 for i in new)} - {0, len(words)}):
        last, word = words[i - 1], words[i]
        fraction = (id(last) not in old and "/" in last.text, id(word) not in old and "/" in word.text)
        if (fraction[0] and _is_factor(word.text[0])) or (fraction[1] and _is_factor(last.text[-1])):
            words[i] = word._replace(spaced=True)
        elif word.spaced:
            is_bracket = word.text[0] in CLOSING or last.text[-1] in OPENING
            smallest = _BRACKET_SPACE if is_bracket else _SPACE
            words[i] = word._replace(spaced=word.left - last.right > smallest * word.style.size)
    return words


def _is_factor(sign: str) -> bool:
    """Whether a character beside a fraction would be read as a part of it, were there no space."""
    return sign.isalnum() or sign in OPERATORS or sign in "∂∇√"
