"""OCR by the tesseract program, called through pipes: a PGM image in, a TSV table of words out.

TSV columns:
https://tesseract-ocr.github.io/tessdoc/Command-Line-Usage.html#tsv-output-currently-available-in-305-dev-in-master-branch-on-github
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from darwin_spark.parsers.ocr.engine import EngineMissing, OcrError, OcrLine, Picture, Reading
from darwin_spark.parsers.ocr.rotation import MAX_SKEW, deskew, skew_degrees, turned

_TIMEOUT_SECONDS = 100  # time limit of one call of tesseract
_WORD_LEVEL = "5"  # value of the TSV column `level` in the row of a word
_WIDE_GAP = 1.2  # a line is split between two words that are farther apart than this many median word heights
_LOW_CONFIDENCE = 0.6  # mean confidence below which the orientation of the page is checked
_ROTATE_FIELD = re.compile(r"^Rotate: (\d+)$", re.MULTILINE)


class _Word(NamedTuple):
    line: tuple[str, ...]
    text: str
    left: float
    top: float
    right: float
    bottom: float
    confidence: float


class TesseractEngine:
    """The tesseract engine. Raises EngineMissing without the program or a traineddata file of `languages` (eng, deu ...)."""

    name = "tesseract"

    def __init__(self, languages: Sequence[str]) -> None:
        program = shutil.which("tesseract")
        if program is None:
            raise EngineMissing("tesseract is not installed: apt-get install tesseract-ocr, or set l1.ocr.engine=rapidocr")
        listed = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False).stdout.split()
        missing = [language for language in languages if language not in listed]
        if missing:
            raise EngineMissing(f"tesseract lacks {', '.join(missing)}: apt-get install tesseract-ocr-{missing[0]}")
        self._program, self._languages = program, "+".join(languages)

    def read(self, picture: Picture) -> Reading:
        lines = self._lines(picture)
        if _may_be_rotated(lines) and (quarters := self._quarters(picture)):
            picture = turned(picture, quarters)
            lines = self._lines(picture)
        skew = skew_degrees([_slope(line) for line in lines])
        if abs(skew) > MAX_SKEW:
            picture = deskew(picture, skew)
            lines = self._lines(picture)
        return Reading([piece for line in lines for piece in _split_at_gaps(line)], picture)

    def _lines(self, picture: Picture) -> list[list[_Word]]:
        table = self._run(picture, "-l", self._languages, "--psm", "3", "tsv")
        return [list(words) for _, words in groupby(_words(table), key=lambda word: word.line)]

    def _quarters(self, picture: Picture) -> int:
        """Return the counter-clockwise quarter turns that set the page upright; 0 if tesseract cannot tell."""
        try:
            found = _ROTATE_FIELD.search(self._run(picture, "--psm", "0"))
        except OcrError:  # too few characters
            return 0
        return -int(found.group(1)) // 90 % 4 if found else 0

    def _run(self, picture: Picture, *options: str) -> str:
        height, width = picture.shape
        command = [self._program, "stdin", "stdout", "--dpi", "300", *options]
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        try:
            done = subprocess.run(
                command, input=b"P5 %d %d 255\n" % (width, height) + picture.tobytes(), capture_output=True,
                timeout=_TIMEOUT_SECONDS, env=environment, check=True,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise OcrError(f"tesseract needs more than {_TIMEOUT_SECONDS} s") from error
        except subprocess.CalledProcessError as error:
            raise OcrError(f"tesseract fails: {error.stderr.decode('utf-8', 'replace').strip()[:200]}") from error
        return done.stdout.decode("utf-8", "replace")


def _words(table: str) -> Iterator[_Word]:
    for row in table.split("\n")[1:]:
        cells = row.split("\t")
        if len(cells) == 12 and cells[0] == _WORD_LEVEL and cells[11].strip():
            left, top, width, height = map(float, cells[6:10])
            confidence = max(float(cells[10]), 0.0) / 100
            yield _Word(tuple(cells[1:5]), cells[11].strip(), left, top, left + width, top + height, confidence)


def _split_at_gaps(words: list[_Word]) -> Iterator[OcrLine]:
    """Yield the words of a line as OcrLines, split at wide gaps such as those between the cells of a table."""
    height = float(np.median([word.bottom - word.top for word in words]))
    piece = [words[0]]
    for word in words[1:]:
        if word.left - piece[-1].right > _WIDE_GAP * height:
            yield _merge_words(piece)
            piece = []
        piece.append(word)
    yield _merge_words(piece)


def _merge_words(words: list[_Word]) -> OcrLine:
    """Merge words into one OcrLine: the common bounding box, and the mean confidence weighted by characters."""
    return OcrLine(
        " ".join(word.text for word in words),
        min(word.left for word in words),
        min(word.top for word in words),
        max(word.right for word in words),
        max(word.bottom for word in words),
        sum(word.confidence * len(word.text) for word in words) / sum(len(word.text) for word in words),
    )


def _may_be_rotated(lines: list[list[_Word]]) -> bool:
    """Whether, of the words of over 3 characters, at least half are taller than wide, or the mean confidence is low."""
    words = [word for line in lines for word in line if len(word.text) > 3]
    tall = sum(word.bottom - word.top > word.right - word.left for word in words)
    return 2 * tall >= len(words) or sum(word.confidence for word in words) < _LOW_CONFIDENCE * len(words)


def _slope(line: list[_Word]) -> tuple[float, float]:
    """Return (dx, dy) in pixels from the centre of the first word to the centre of the last."""
    first, last = line[0], line[-1]
    across = (last.left + last.right - first.left - first.right) / 2
    return across, (last.top + last.bottom - first.top - first.bottom) / 2
