"""Write words of a fixed-width font as a line of code, with a blank for each empty column."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from darwin_spark.parsers.pdf.words.word import Word
from darwin_spark.parsers.pdf.words.word_text import expand_ligatures

_MAX_BLANKS = 40
_SAME_WIDTH, _OFF_GRID = 0.05, 0.12  # how far letters of a fixed width differ, and how far off a grid they stand, in widths
_MIN_BLANK = 0.6  # minimum width of a blank in columns
_ROUNDED = 0.1  # points by which two widths differ that are one


def fixed_pitch_text(run: Sequence[Word], pitch: float) -> str | None:
    """Return a line of code with a blank for each empty column; None if characters differ in size or do not lie on a grid.

    Listings are often set with wide spacing, which pdfium takes for a space after every letter.
    """
    if len({word.style.size for word in run}) > 1:
        return None
    letters = sum(len(word.text) for word in run)
    empty_columns = [(b.left - a.left) / pitch - len(a.text) for a, b in pairwise(run)]
    misplaced = sum(
        len(w.text) for w in run if len(w.text) > 1 and abs((w.right - w.left) / len(w.text) - pitch) > 0.15 * pitch
    )
    if 5 * (misplaced + sum(abs(columns - round(columns)) > 0.2 for columns in empty_columns)) > letters:
        return None
    kept = (b.spaced and _is_blank(a, b, pitch) for a, b in pairwise(run))
    blanks = [min(max(round(n), blank), _MAX_BLANKS) for n, blank in zip(empty_columns, kept, strict=True)]
    return expand_ligatures("".join([run[0].text, *(" " * n + w.text for n, w in zip(blanks, run[1:], strict=True))]))


def _is_blank(last: Word, word: Word, pitch: float) -> bool:
    """Whether the space before a word is a blank though there is no empty column: beside other fonts, or as wide as a blank
    after a word that is narrower than its columns, as underscores that TeX draws are.
    """
    if not (last.style.mono and word.style.mono):
        return True
    return len(last.text) > 1 and word.left - last.right > _MIN_BLANK * pitch


def pitch_of(run: Sequence[Word]) -> float:
    """Return the most frequent character width in points. A single letter is as wide as its distance to the next word, unless
    all letters are equally wide and stand on a grid of that width: "1 - +".
    """
    steps = [b.left - a.left for a, b in pairwise(run)]
    widths = [(word.right - word.left) / len(word.text) for word in run if word.style.mono]
    width = max(*widths, 0.1)
    same = width - min(widths) < _SAME_WIDTH * width
    if same and all(abs(step / width - round(step / width)) < _OFF_GRID for step in steps):
        return width
    pitches: Counter[float] = Counter()
    for word, step in zip(run, [*steps, 0.0], strict=True):
        pitch = step if len(word.text) == 1 else (word.right - word.left) / len(word.text)
        pitches[round(pitch, 1)] += len(word.text) if pitch > 0.1 else 0
    pitch = max(max(pitches, key=lambda pitch: pitches[pitch]), 0.1)
    return width if same and abs(pitch - width) < _ROUNDED else pitch
