"""Two readings of one page, of which each word is taken from the one that reads it as a word."""

import numpy as np
import pytest

from darwin_spark.config.l1 import OcrSettings
from darwin_spark.parsers.ocr.engine import OcrError, OcrLine, Picture, Reading
from darwin_spark.parsers.ocr.engines import engine
from darwin_spark.parsers.ocr.two_engines import TwoEngines, merged, with_better_words


@pytest.mark.parametrize(
    ("words", "others", "expected"),
    [
        ("the aninial, haye it", "the animal. have it", "the animal, have it"),
        ("the soldiers'swords in", "the soldiers' swords in", "the soldiers' swords in"),
        ("the Kranzl effect", "the Kraut effect", "the Kranzl effect"),
        ("the animal of it", "the aninial of it", "the animal of it"),
        ("a kinase of it", "a kmase of it", "a kinase of it"),
        ("it was", "something else that was read here", "it was"),
        ("", "words", ""),
        ("words", "", "words"),
    ],
    ids=[
        "one known",
        "run together",
        "unlike name",
        "known already",
        "both unknown",
        "another line",
        "nothing",
        "nothing else",
    ],
)
def test_a_known_word_replaces_an_unknown_one(words: str, others: str, expected: str) -> None:
    assert with_better_words(words.split(), others.split()) == expected


def _line(text: str, top: float, left: float = 100, confidence: float = 0.9, height: float = 40) -> OcrLine:
    return OcrLine(text, left, top, left + 20 * len(text), top + height, confidence)


def test_lines_are_matched_by_their_place() -> None:
    lines = [_line("the aninial of", 100), _line("a cold nigbt", 150)]
    others = [_line("the animal of", 104), _line("a cold night", 152), _line("and a third line", 300)]
    others += [_line("||| _ ~~", 400), _line("a doubtful line", 500, confidence=0.4)]
    assert [line.text for line in merged(lines, others)] == ["the animal of", "a cold night", "and a third line"]


def test_a_drop_capital_takes_no_words_of_the_lines_beside_it() -> None:
    lines = [_line("T", 100, height=120), _line("HE lion", 100, left=180)]
    assert [line.text for line in merged(lines, [_line("THE lion", 100)])] == ["T", "HE lion"]


class _Reads:
    name = "one"

    def read(self, picture: Picture) -> Reading:
        return Reading([_line("the animal of", 100)], picture)


class _Fails:
    name = "other"

    def read(self, picture: Picture) -> Reading:
        raise OcrError(f"tesseract takes more than 100 seconds for {picture.shape[0]} rows")


def test_a_page_that_one_engine_cannot_read_says_so() -> None:
    reading = TwoEngines(_Reads(), _Fails()).read(np.zeros((40, 30), np.uint8))
    assert [line.text for line in reading.lines] == ["the animal of"]
    assert reading.problem == "read by one alone: tesseract takes more than 100 seconds for 40 rows"


def test_both_engines_read_a_page_together(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rapidocr", reason="the extra ocr is not installed")
    monkeypatch.setattr("darwin_spark.parsers.ocr.engines.TesseractEngine", lambda *_: None)
    assert engine(OcrSettings(engine="rapidocr+tesseract", min_confidence=0.57)).name == "rapidocr+tesseract"
