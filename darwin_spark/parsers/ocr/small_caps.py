"""Convert words printed in small capitals to lower case, as their author wrote them: "RUBENS" becomes "Rubens".

Engines return small capitals as capitals. What tells them apart is their height: that of the letter x, two thirds to three
quarters of a capital's. A word needs a tall capital as its first letter; without one it is changed only if it is a common
word of English ("AFTER"), so that abbreviations ("DNA") stay.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from darwin_spark.parsers.ocr.engine import Picture
from darwin_spark.text.common_words import frequency

_CAPITALS = re.compile(r"(?<![^\W\d_])[A-Za-z][a-z]*[A-Z][A-Za-z]*(?![^\W\d_])")
"""Words with a capital after their first letter; engines mix cases in small capitals ("LioNs"), whose forms are alike."""
_TALL_LETTERS = frozenset("ABDEFGHIKLMNPRTUVWXYZbdhkl")  # as high as a capital, nothing under the baseline
_MAX_HEIGHT = 0.86  # a small capital is at most this high, relative to a capital of its line
_MIN_HEIGHT = 0.5  # lower marks are no letters: dots, accents, noise
_MIN_SEEN = 3  # number of heights above which the highest is left out
_COMMON, _COMMON_SHORT = 500, 500_000  # minimum frequency of a word that is known by its letters; of one of at most 3


def lower_small_capitals(text: str, strip: Picture, centres: Sequence[float]) -> str:
    """Return the text of one line with its small capitals as small letters.

    `strip` is the image of the line; `centres` has the x of each character of the text that is no blank, in its pixels.
    """
    words = list(_CAPITALS.finditer(text))
    if not words or len(centres) != sum(not char.isspace() for char in text):
        return text
    heights = _heights(text, strip, centres)
    tall = _capital_height(text, heights, words)
    for word in words:
        lowered = _lowered(word.group(), heights[word.start() : word.end()], tall)
        text = text[: word.start()] + lowered + text[word.end() :]
    return text


def _lowered(word: str, heights: Sequence[float], tall: float) -> str:
    rest = [height for char, height in zip(word[1:], heights[1:], strict=True) if height and char.isupper()]
    if not rest or float(np.median(rest)) > _MAX_HEIGHT * tall:
        return word
    if word[0].islower() or heights[0] <= float(np.median(rest)) / _MAX_HEIGHT:
        return word.lower() if _is_common(word.lower()) else word
    return word[0] + word[1:].lower()


def _is_common(word: str) -> bool:
    return frequency(word) >= (_COMMON if len(word) > 3 else _COMMON_SHORT)


def _capital_height(text: str, heights: Sequence[float], words: Sequence[re.Match[str]]) -> float:
    """Return the height of capitals of the line: of first letters of words and of tall small letters; 0 if there are none."""
    inside = {i for word in words for i in range(word.start() + 1, word.end())}
    seen = sorted(
        h for i, (char, h) in enumerate(zip(text, heights, strict=True)) if h and i not in inside and char in _TALL_LETTERS
    )
    if not seen:
        return 0.0
    highest = seen[-2] if len(seen) > _MIN_SEEN else seen[-1]  # one mark may touch the line above
    return float(np.median([h for h in seen if h > _MAX_HEIGHT * highest]))


def _heights(text: str, strip: Picture, centres: Sequence[float]) -> list[float]:
    """Return the height in pixels of the mark at each character; 0 for blanks and where no mark is found."""
    boxes = _marks(strip)
    found: list[float] = []
    places = iter(centres)
    for char in text:
        place = None if char.isspace() else next(places)
        found.append(0.0 if place is None or not len(boxes) else _height_at(boxes, place))
    return found


def _height_at(boxes: Any, place: float) -> float:
    distance = np.maximum(boxes[:, 0] - place, place - (boxes[:, 0] + boxes[:, 1]))
    nearest = int(np.argmin(distance))
    return float(boxes[nearest, 2]) if distance[nearest] < 0.25 * boxes[nearest, 2] else 0.0


def _marks(strip: Picture) -> Any:
    """Return left edge, width and height of the connected marks of ink that are high enough for letters; shape (n, 3)."""
    import cv2

    _, ink = cv2.threshold(strip, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    if 2 * np.count_nonzero(ink) > ink.size:
        ink = 255 - ink
    stats = cv2.connectedComponentsWithStats(ink)[2][1:]
    boxes = stats[:, [cv2.CC_STAT_LEFT, cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    if not len(boxes):
        return boxes
    usual = float(np.median(boxes[boxes[:, 2] > 0.2 * strip.shape[0]][:, 2])) if len(boxes) else 0.0
    return boxes[(boxes[:, 2] >= _MIN_HEIGHT * usual) & (boxes[:, 1] < strip.shape[1] / 2)]
