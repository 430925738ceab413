"""`check_level` passes the example plugin's level, and names the promise that a broken variant of it breaks."""

import broken
import pytest
from darwin_glossary.level import LEVEL, GlossarySettings
from pyspark.sql import SparkSession

from darwin_spark.testing import BrokenPromiseError, Promise, check_level

SETTINGS = GlossarySettings(engine="darwin_glossary.engine:FrequentWords")
DOCUMENTS = [
    {"text": "Photosynthesis turns carbon dioxide into carbohydrates; chlorophyll absorbs the sunlight."},
    {"text": "A pendulum measures gravitation: its oscillation depends on length and acceleration."},
    {"text": "Mitochondria supply chemical energy by phosphorylation of adenosine diphosphate."},
]
SILENT = {"doc_id": "f" * 32, "text": "No word of it is long."}
"""A document for which the engine names no terms, so that it fails and is tried again."""


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
def test_the_level_of_the_plugin_keeps_every_promise() -> None:
    check_level(LEVEL, [*DOCUMENTS, SILENT], SETTINGS)


@pytest.mark.slow
def test_an_indexed_level_of_a_plugin_keeps_every_promise(spark: SparkSession) -> None:
    documents = spark.createDataFrame(
        [(f"{number}{text}", text) for number, text in enumerate("abcab")], "doc_id string, text string"
    )
    check_level(broken.FirstOfEachText(), documents)


BROKEN = [
    (
        broken.LosesDocuments(),
        Promise.CONSERVATION,
        f"1 documents have no row, one of them {SILENT['doc_id']}",
    ),
    (broken.DoublesDocuments(), Promise.CONSERVATION, "documents have more than one row, one of them"),
    (broken.InventsDocuments(), Promise.CONSERVATION, "every row has a document that climbs from below: broken for 00000"),
    (broken.GivesNoReason(), Promise.CONSERVATION, "no reason where the verdict needs one"),
    (broken.HasAnotherColumn(), Promise.CONSERVATION, "the columns of its level: broken for count: int, wanted nothing"),
    (broken.CountsRows(), Promise.DETERMINISM, "[123] of 3 ids in the table glossary differ in the columns terms"),
    (broken.TakesTooFewArguments(), Promise.CONTRACT, r"`assemble` must take 3 arguments, it is assemble\(self, tables"),
    (broken.NeverAssembles(), Promise.CONTRACT, "a level that calls a model needs .* `assemble` is missing"),
    (broken.SendsAgain(), Promise.EXACTLY_ONCE, "3 requests were sent without a crash, 6 with crashes; sent again: "),
    (broken.ChangesItsName(), Promise.NO_OP, "the second run processed 3 documents again"),
    (broken.ForgetsWhatLeft(), Promise.INCREMENTS, "ids in the table first differ in the columns"),
]


SLOW = (
    *(broken.DoublesDocuments, broken.InventsDocuments, broken.GivesNoReason, broken.HasAnotherColumn),
    *(broken.CountsRows, broken.SendsAgain, broken.ForgetsWhatLeft),
)
"""Checked by `make test-slow`: a check takes half a minute; the others break one promise each."""


@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize(
    ("level", "promise", "message"),
    [
        pytest.param(*case, id=type(case[0]).__name__, marks=[pytest.mark.slow] if isinstance(case[0], SLOW) else [])
        for case in BROKEN
    ],
)
def test_a_broken_promise_is_named(level: object, promise: Promise, message: str) -> None:
    is_indexed = isinstance(level, broken.FirstOfEachText)
    is_silent = isinstance(level, broken.LosesDocuments | broken.GivesNoReason)
    documents = [{"text": text} for text in "abcb"] if is_indexed else [*DOCUMENTS, *([SILENT] if is_silent else [])]
    with pytest.raises(BrokenPromiseError, match=message) as error:
        check_level(level, documents, None if is_indexed else SETTINGS)
    assert error.value.promise == promise
    assert promise.value in str(error.value)


@pytest.mark.usefixtures("spark")
def test_documents_that_do_not_fit_the_level_are_refused() -> None:
    with pytest.raises(ValueError, match="have the column 'texts', which glossary does not read"):
        check_level(LEVEL, [{"texts": ""}] * 3, SETTINGS)
    with pytest.raises(ValueError, match="at least 3 documents"):
        check_level(LEVEL, [{"text": ""}] * 2, SETTINGS)
    with pytest.raises(TypeError, match="the level glossary takes GlossarySettings"):
        check_level(LEVEL, DOCUMENTS, broken.FirstOfEachText.settings_type())
