"""Write words as text: the spaces between them, the marks of superscripts and subscripts, ligatures as letters."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from darwin_spark.parsers.pdf.words.word import Word
from darwin_spark.text.normalize_markdown import one_line

_LINE_END_HYPHEN = "\ufffe"  # what pdfium returns for the hyphen of a word that it considers broken at the line end
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
    | dict.fromkeys((_LINE_END_HYPHEN, "\u2011"), "-")
)
_LIGATURE = re.compile(f"[{''.join(map(chr, _LIGATURES))}]")
_SPACE_GAP = 0.23
_NARROW_SPACE = 0.13
"""Gaps in font sizes above which a missing space is inserted: usually, and between two styles."""
_FIRST_WIDE, _WIDE_SPACE = "\u2e80", 0.6
"""First character of the East Asian scripts without blanks, and such a gap between two of them."""
_PRIMES = frozenset("′″")
_NEVER_SCRIPTS = frozenset("*_") | _PRIMES  # small and raised by their nature
SCRIPT = 0.85  # maximum size of a superscript or subscript, relative to its line


def size_and_baseline(sizes: Mapping[tuple[float, float], int]) -> tuple[float, float]:
    """Return the largest font size with a fifth of the letters, or else the most frequent, and its usual baseline.

    `sizes`: letters by (size, baseline).
    """
    if len(sizes) == 1:
        return next(iter(sizes))
    total = sum(sizes.values())
    of_size: defaultdict[float, int] = defaultdict(int)
    for (size, _), n in sizes.items():
        of_size[size] += n
    size = max((s for s, n in of_size.items() if 5 * n >= total), default=max(of_size, key=lambda s: of_size[s]))
    baselines: defaultdict[float, int] = defaultdict(int)
    for (s, baseline), n in sizes.items():
        if s >= 0.9 * size:
            baselines[round(baseline, 1)] += n
    return size, max(baselines, key=lambda b: baselines[b])


def text_of(run: Sequence[Word], baseline: float, size: float) -> str:
    """Join the words of a fragment: insert spaces, mark superscripts and subscripts, and expand ligatures."""
    pieces: list[str] = []
    script, last = "", run[0]
    smaller = SCRIPT * size
    for word in run:
        now = "" if word.style.size > smaller else _script(word, baseline, size)
        gap = word.left - last.right
        # Where the baseline changes, pdfium inserts a space at any distance, so that only the gap counts.
        is_raised = now != script or word.text in _PRIMES or last.text in _PRIMES
        space = pieces and (gap > 0.12 * size if is_raised else word.spaced or gap > _min_space(last, word) * size)
        if now != script:
            pieces += ["}" if script else "", " " if space else "", now + "{" if now else ""]
        elif space:
            pieces.append(" ")
        pieces.append(word.text)
        script, last = now, word
    return expand_ligatures(one_line("".join(pieces) + ("}" if script else "")))


def expand_ligatures(text: str) -> str:
    """Return the text with ligatures as letters, and hyphens at line ends as hyphens."""
    return text if text.isascii() or _LIGATURE.search(text) is None else text.translate(_LIGATURES)


def _min_space(last: Word, word: Word) -> float:
    """Return the gap, in font sizes, above which a space is inserted: less between two styles, where pdfium omits spaces.

    More between letters of Chinese or Japanese, whose boxes may be narrow.
    """
    if word.text[0] >= _FIRST_WIDE and last.text[-1] >= _FIRST_WIDE:
        return _WIDE_SPACE
    return _NARROW_SPACE if last.style != word.style and last.text[-1:].isalnum() and word.text[:1].isalpha() else _SPACE_GAP


def _script(word: Word, baseline: float, size: float) -> str:
    """Return '^' for small type above the baseline, '_' for small type below the baseline, else an empty string."""
    if word.style.size > SCRIPT * size or word.text in _NEVER_SCRIPTS:
        return ""
    shift = baseline - word.baseline
    return "^" if shift > 0.15 * size else "_" if shift < -0.08 * size else ""
