import re
from typing import Any

import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from darwin_spark.config.l3 import L3Settings
from darwin_spark.levels.l3_classify import local_labels
from darwin_spark.levels.l3_classify.annotator import HEAD_CHARS, TAIL_CHARS, Annotation, Labels
from darwin_spark.levels.l3_classify.fdc import Discipline
from darwin_spark.levels.l3_classify.level import LEVEL

INPUT = """doc_id string, bucket string, media_type string, declared_type string, metadata map<string,string>,
title string, declared map<string,string>, text string,
pages array<struct<start:int,end:int,engine:string,confidence:float>>"""

ARTICLE = "# Neurons\n\n## Abstract\n\nSynapses of cortical neurons in the hippocampus.\n\n## References\n\n- One."
SALES = (
    "Limited time offer! Free shipping, best price, risk free. Buy now, order today, call now, click here. Hurry, don't wait. "
    "Our customers save up to half price. Sign up today for a coupon. "
)


@pytest.fixture(scope="module")
def labelled(spark: SparkSession) -> dict[str, Row]:
    page = [(0, 10, "pdf", 1.0)]
    rows: list[tuple[Any, ...]] = [
        ("article", "0", "application/jats+xml", None, None, "Neurons", {"article_type": "research-article"}, ARTICLE, None),
        ("sales", "0", "text/html", None, {}, None, None, SALES * 20, None),
        ("book", "0", "application/pdf", None, None, None, {}, "ISBN 978-0-262-03384-8\n" + "word " * 1_000, page * 200),
        ("null", "0", None, None, None, None, None, None, None),
        (
            "long",
            "0",
            "text/plain",
            "book",
            None,
            None,
            None,
            "CHAPTER I\nText.\n\n" + "x" * 3_000_000 + "\n## Chapter 2\n\x00",
            None,
        ),
    ]
    documents = spark.createDataFrame(rows, INPUT)
    answer = LEVEL.process({"documents": documents}, L3Settings(), lambda frame, _name: frame)["l3"]
    assert answer.schema == LEVEL.schema
    return {row.doc_id: row for row in answer.collect()}


def test_every_document_has_one_row(labelled: dict[str, Row]) -> None:
    assert sorted(labelled) == ["article", "book", "long", "null", "sales"]


def test_an_article_is_kept_with_its_labels(labelled: dict[str, Row]) -> None:
    row = labelled["article"]
    assert (row.verdict, row.reason, row.doc_type, row.doc_type_source) == ("kept", None, "paper", "rule:jats_article")
    assert (row.discipline, row.subdiscipline, row.labels.fdc_level_3) == ("medicine", "medicine", "612.8")
    assert (row.labels.doc_type_v1, row.labels.doc_type_v2, row.labels.reasoning_depth) == (2, 3, -1)
    assert row.annotator == "local-1"
    assert row.probabilities["medicine"] > 0.5


def test_a_dropped_advertisement_has_the_label_and_the_annotator_that_dropped_it(labelled: dict[str, Row]) -> None:
    row = labelled["sales"]
    assert (row.verdict, row.reason, row.labels.doc_type_v1, row.annotator) == ("dropped", "non_educational", 6, "local-1")
    assert row.rule.asDict() == {
        "label": "doc_type_v1",
        "value": "6",
        "probability": 0.5,  # no labelled document is an advertisement
        "when": "among",
        "threshold": "6, 8, 15",
    }


@pytest.mark.parametrize("annotator", ["local", "rules"])
def test_a_dropped_row_has_a_complete_rule_whichever_annotator_labelled_it(spark: SparkSession, annotator: str) -> None:
    rows = [
        ("sales", "0", "text/html", None, {}, None, None, SALES * 20, None),
        ("declared", "0", "application/jats+xml", None, None, None, {"article_type": "news", "ddc": "340"}, ARTICLE, None),
        ("terms", "0", "text/plain", None, None, "Neurons", None, ARTICLE, None),
    ]
    own = {"reason": "no_book", "label": "doc_type", "none_of": ["book", "unknown"]}
    settings = L3Settings.model_validate(
        {"annotator": annotator, "rules": ["non_educational", "discipline", own], "keep_disciplines": ["physics", "medicine"]}
    )
    answer = LEVEL.process({"documents": spark.createDataFrame(rows, INPUT)}, settings, lambda frame, _name: frame)["l3"]
    found = {row.doc_id: row.rule.asDict() for row in answer.where("verdict = 'dropped'").collect()}
    assert {name: rule["label"] for name, rule in found.items()} == {
        "sales": "doc_type_v1",
        "declared": "discipline",
        "terms": "doc_type",
    }
    assert all(value not in (None, "") for rule in found.values() for value in rule.values())
    assert found["declared"]["probability"] == 1


def test_the_page_count_of_a_pdf_identifies_a_book(labelled: dict[str, Row]) -> None:
    assert (labelled["book"].doc_type, labelled["book"].doc_type_source) == ("book", "rule:isbn")


def test_an_empty_document_is_kept_without_labels(labelled: dict[str, Row]) -> None:
    row = labelled["null"]
    assert (row.verdict, row.doc_type, row.discipline, row.labels.doc_type_v1) == ("kept", "unknown", None, -1)


def test_only_excerpts_and_counts_leave_the_jvm(spark: SparkSession) -> None:
    text = "CHAPTER I\n" + "é" * HEAD_CHARS + "\n  chapter two\nLecture 3\n" + "z" * 15_000
    documents: DataFrame = spark.createDataFrame([("d", "0", None, None, None, None, None, text, None)], INPUT)
    row = local_labels.excerpts(documents).first()
    assert row is not None
    assert (row.head, row.tail, row.chars) == (text[:HEAD_CHARS], text[-TAIL_CHARS:], len(text))
    assert row.chapters == len(re.findall(local_labels.CHAPTER, text)) == 3


def test_head_and_tail_do_not_overlap(spark: SparkSession) -> None:
    lengths = (0, 1, HEAD_CHARS - 1, HEAD_CHARS, HEAD_CHARS + 7, HEAD_CHARS + TAIL_CHARS, 50_000)
    texts = {str(length): "".join(chr(97 + n % 26) for n in range(length)) for length in lengths}
    rows = [(doc_id, "0", None, None, None, None, None, text, None) for doc_id, text in texts.items()]
    cut = {row.doc_id: (row.head, row.tail) for row in local_labels.excerpts(spark.createDataFrame(rows, INPUT)).collect()}
    assert cut == {doc_id: (text[:HEAD_CHARS], text[HEAD_CHARS:][-TAIL_CHARS:]) for doc_id, text in texts.items()}


def test_the_answer_of_another_annotator_fills_the_same_columns() -> None:
    annotation = Annotation(Labels.of("512", doc_type_v1=8, education_level=4), {"doc_type_v1": 0.9})
    row = local_labels.annotation_row(annotation)
    assert (row["discipline"], row["probabilities"], row["abstained"]) == ("mathematics", {"doc_type_v1": 0.9}, None)
    assert row["labels"]["education_level"] == 4
    engineering = Discipline("engineering", "general")
    assert local_labels.annotation_row(Annotation(Labels.of("512"), subject=engineering))["discipline"] == "engineering"
