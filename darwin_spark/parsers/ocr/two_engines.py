"""Read a page with rapidocr and tesseract, and take each word from the one that reads it as a word.

The two err in different places. rapidocr gives the lines; where tesseract reads another word at the same place of a line, that
word is taken if the list of English words has it and lacks rapidocr's. Lines that tesseract alone sees are added if they are
made of known words.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from darwin_spark.parsers.ocr.engine import Engine, OcrError, OcrLine, Picture, Reading
from darwin_spark.parsers.ocr.legibility import is_known
from darwin_spark.parsers.ocr.text_layer_quality import WORD_EDGES

_MIN_OVERLAP = 0.5  # share of the height of the lower line that two readings of one line have in common
_MIN_LINE_CONFIDENCE = 0.8  # a line that tesseract alone sees is added from this confidence on
_MIN_KNOWN = 0.75  # share of known words of such a line
_MIN_LENGTH = 2  # minimum number of letters of a word
_MIN_ALIKE = 0.6  # share of letters that two readings of the same words have in common
_MAX_HEIGHT_RATIO = 1.8  # a higher line is none of the same letters: a drop capital, a drawing


class TwoEngines:
    """The engines rapidocr and tesseract together."""

    name = "rapidocr+tesseract"

    def __init__(self, first: Engine, second: Engine) -> None:
        self._first, self._second = first, second

    def read(self, picture: Picture) -> Reading:
        reading = self._first.read(picture)
        try:
            other = self._second.read(reading.picture)
        except OcrError as error:
            return reading._replace(problem=f"read by {self._first.name} alone: {error}")
        if other.picture.shape != reading.picture.shape or not reading.lines:
            return reading
        return reading._replace(lines=list(merged(reading.lines, other.lines)))


def merged(lines: Sequence[OcrLine], others: Sequence[OcrLine]) -> Iterator[OcrLine]:
    """Yield `lines`, unknown words replaced by known ones of `others`, then confident lines that only `others` has."""
    matched: set[int] = set()
    for line in lines:
        same = [i for i, other in enumerate(others) if _is_same(line, other)]
        matched.update(i for i, other in enumerate(others) if _touch(line, other))
        words = [word for i in sorted(same, key=lambda i: others[i].left) for word in others[i].text.split()]
        text = with_better_words(line.text.split(), words)
        yield line if text == line.text else line._replace(text=text, sure=())
    for i, other in enumerate(others):
        if i not in matched and other.confidence >= _MIN_LINE_CONFIDENCE and _are_words(other.text.split()):
            yield other


def with_better_words(words: Sequence[str], others: Sequence[str]) -> str:
    """Return a line's words, with each unknown word replaced by the known one that the other reading has in its place."""
    chosen: list[str] = []
    steps = SequenceMatcher(None, [_core(w) for w in words], [_core(w) for w in others], autojunk=False).get_opcodes()
    for kind, start, end, other_start, other_end in steps:
        here, there = words[start:end], others[other_start:other_end]
        if kind == "replace" and not _are_alike(" ".join(here), " ".join(there)):
            chosen += here
        elif kind == "replace" and len(here) == len(there):
            chosen += [_better(word, other) for word, other in zip(here, there, strict=True)]
        elif kind == "replace" and _are_words(there) and not _are_words(here):
            chosen += there
        else:
            chosen += here
    return " ".join(chosen)


def _are_alike(text: str, other: str) -> bool:
    return SequenceMatcher(None, text, other, autojunk=False).ratio() >= _MIN_ALIKE


def _better(word: str, other: str) -> str:
    """Return the word with the letters of the other reading, if these are a word and its own are not."""
    core, other_core = _core(word), _core(other)
    if not core or _is_word(core) or not _is_word(other_core):
        return word
    return word.replace(core, other_core)


def _core(word: str) -> str:
    return word.strip(WORD_EDGES)


def _is_word(core: str) -> bool:
    return len(core) >= _MIN_LENGTH and is_known([part for part in core.replace("’", "'").lower().split("-") if part])


def _are_words(words: Sequence[str]) -> bool:
    """Whether most of the words are known and not only one letter long."""
    return sum(_is_word(_core(word)) for word in words) >= max(_MIN_KNOWN * len(words), 1)


def _touch(line: OcrLine, other: OcrLine) -> bool:
    across = min(line.right, other.right) - max(line.left, other.left)
    return across > 0 and min(line.bottom, other.bottom) - max(line.top, other.top) > 0


def _is_same(line: OcrLine, other: OcrLine) -> bool:
    shared = min(line.bottom, other.bottom) - max(line.top, other.top)
    heights = sorted((line.bottom - line.top, other.bottom - other.top))
    is_same_row = shared > _MIN_OVERLAP * heights[0] and heights[1] < _MAX_HEIGHT_RATIO * heights[0]
    return is_same_row and min(line.right, other.right) > max(line.left, other.left)
