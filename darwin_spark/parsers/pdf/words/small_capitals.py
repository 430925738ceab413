"""Find lines in small capitals that a program made of one font in two sizes: their size is that of the capitals."""

from collections.abc import Sequence

from darwin_spark.parsers.pdf.words.word import Word

_MIN_RATIO, _MAX_RATIO = 0.62, 0.88  # size of the small capitals as a share of that of the capitals
_SAME = 0.95  # a size of at least this share of another counts as the same
_MAX_SHIFT = 0.05  # font sizes by which the baselines of the words may differ
_MAX_LETTERS = 8  # maximum letters of a run of capitals: a number and an initial
_MAX_SHARE = 0.5  # maximum share of the letters that are capitals


def size_with_capitals(run: Sequence[Word], size: float) -> float:
    """Return the font size of a run of words, mostly of `size`: that of its initials if they alone are larger."""
    large = run[0].style.size
    if not _MIN_RATIO * large <= size <= _MAX_RATIO * large:
        return size
    letters = capitals = 0
    for word in run:
        if word.style.mono or abs(word.baseline - run[0].baseline) > _MAX_SHIFT * large or word.style.size * _SAME > large:
            return size
        letters += len(word.text)
        if word.style.size >= _SAME * large:
            if len(word.text) > _MAX_LETTERS:
                return size
            capitals += len(word.text)
        elif abs(word.style.size - size) > (1 - _SAME) * size:
            return size
    return large if capitals <= _MAX_SHARE * letters else size
