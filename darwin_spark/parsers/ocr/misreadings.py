"""Mend what engines misread in English text by a list of words: "wliat" is "what", "Armcnian" is "Armenian".

Only a word that the list lacks is changed, only where the engine is not sure of its letters, and only if one confusion of
letters that look alike leads to a common word. A word that stands on the page more often is a name or a term, and stays.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from darwin_spark.parsers.ocr.engine import OcrLine
from darwin_spark.parsers.ocr.legibility import is_english, is_known
from darwin_spark.text.common_words import frequency

_PAIRS = (
    ("li", "h"), ("ii", "h"), ("lı", "h"), ("b", "h"), ("h", "b"), ("c", "e"), ("e", "c"), ("o", "c"), ("u", "n"), ("n", "u"),
    ("n", "m"), ("ni", "m"), ("rn", "m"), ("nn", "m"), ("in", "m"), ("m", "rn"), ("m", "ni"), ("m", "in"), ("ı", "i"),
    ("y", "v"), ("v", "y"), ("l", "i"), ("i", "l"), ("1", "l"), ("l", "t"), ("f", "s"), ("f", "t"), ("cl", "d"), ("0", "o"),
    ("tl", "d"), ("s", "a"), ("a", "s"), ("r", "t"), ("c", "o"), ("e", "o"), ("ll", "h"), ("o", "e"), ("vv", "w"), ("ri", "n"),
    ("r", "n"), ("hh", "h"), ("l", "h"), ("i", "h"), ("v", "w"), ("g", "q"), ("q", "g"), ("6", "o"), ("ln", "h"), ("ai", "m"),
)  # fmt: skip
"""What is read, and what may stand there."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_MIN_LENGTH = 4
_SURE = 0.93  # a word of which every letter is at least as certain stays
_MIN_FREQUENCY, _MIN_FREQUENCY_NAME = 1_000, 5_000  # minimum frequency of the word that is put in; of one with a capital
_MOST_ALIKE = 0.2  # maximum frequency of the next word that it could be, relative to that of the first
_MAX_COUNT = 1  # maximum number of times that a misread word stands on a page
_SPACE_BEFORE_MARK = re.compile(r"(?<=[\w)\]\"'”’]) +(?=[;:!?](?:[\s\"'”’)—–-]|$))")


def mended(lines: Sequence[OcrLine]) -> list[OcrLine]:
    """Return the lines of a page; those of an English text without misread words, and without blanks before ; : ! and ?."""
    counts = Counter(word.lower() for line in lines for word in _WORD.findall(line.text))
    if not is_english(counts):
        return list(lines)
    return [line._replace(text=_SPACE_BEFORE_MARK.sub("", _mended(line, counts)), sure=()) for line in lines]


def _mended(line: OcrLine, counts: Counter[str]) -> str:
    """Return the text of the line with its misread words mended, from the last to the first."""
    text = line.text
    for match in reversed(list(_WORD.finditer(text))):
        word = match.group()
        if counts[word.lower()] > _MAX_COUNT or _is_broken(text, match) or _is_sure(line, match):
            continue
        text = text[: match.start()] + meant(word) + text[match.end() :]
    return text


def _is_broken(text: str, match: re.Match[str]) -> bool:
    """Whether the word may be a part of one that a hyphen divides: at the end or the beginning of a line."""
    return match.start() == 0 or text[match.end() :].strip() in ("-", "¬", "\xad")


def _is_sure(line: OcrLine, match: re.Match[str]) -> bool:
    sure = line.sure[match.start() : match.end()]
    return min(sure) >= _SURE if sure else line.confidence >= _SURE


def meant(word: str) -> str:
    """Return the common word that a misread word stands for; the word itself if the list has it or leaves a doubt."""
    small = word.lower().replace("’", "'")
    if len(small) < _MIN_LENGTH or word[1:] != word[1:].lower() or small.isdigit() or is_known([small]):
        return word
    found = Counter({variant: frequency(variant) for variant in _variants(small)})
    (best, count), (_, second) = [*found.most_common(2), ("", 0), ("", 0)][:2]
    if count < (_MIN_FREQUENCY_NAME if word[0].isupper() else _MIN_FREQUENCY) or second > _MOST_ALIKE * count:
        return word
    return best.capitalize() if word[0].isupper() else best


def _variants(word: str) -> Iterator[str]:
    """Yield the words that one confusion makes of this one, and the word without diacritics."""
    yield "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))
    for read, meant_letters in _PAIRS:
        start = word.find(read)
        while start >= 0:
            yield word[:start] + meant_letters + word[start + len(read) :]
            start = word.find(read, start + 1)
