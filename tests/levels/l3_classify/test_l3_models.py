"""L3 with models: the requests about each document, and the rows made of the answers. No engine runs here."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from darwin_spark.config.l3 import L3Settings
from darwin_spark.inference import response_store
from darwin_spark.levels.l3_classify.excerpt import sample
from darwin_spark.levels.l3_classify.level import LEVEL

INPUT = """doc_id string, bucket string, media_type string, declared_type string, metadata map<string,string>,
title string, declared map<string,string>, text string,
pages array<struct<start:int,end:int,engine:string,confidence:float>>"""
LONG = "".join(f"Sentence {number} of a long text. " for number in range(3_000))
TEXTS = {"paper": "A paper.", "page": "A web page.", "advert": "An advertisement.", "odd": "Something odd.", "long": LONG}
DECLARED = {"paper": "article"}
SETTINGS = L3Settings.model_validate(
    {"annotator": "eai", "eai": {"sample_chars": 9_000}, "paper_judge": {"engine": "vllm", "sample_chars": 300}}
)
LINES = "530.12,{second}\n4,skip\n2,skip\n{v1},skip\n0,skip\n0,skip\n3,skip\n4,skip\n4,skip\n4,skip"
ARTICLE = json.dumps({"analysis": "It has a method.", "is_article": True})
NONE = json.dumps({"analysis": "It sells something.", "is_article": False})
ANSWERS = {
    "paper": [LINES.format(second="510", v1=2)],
    "page": ["I cannot do that.", LINES.format(second="skip", v1=3)],
    "advert": [LINES.format(second="skip", v1=6)],
    "odd": ["a", "b\nc", ""],
    "long": [LINES.format(second="skip", v1=2)],
}
JUDGED = {"page": [NONE], "odd": ["Yes!", "Yes!", "Yes!"], "long": ["Perhaps.", ARTICLE]}


def documents(spark: SparkSession) -> DataFrame:
    rows = [(name, "all", None, DECLARED.get(name), None, None, None, text, None) for name, text in TEXTS.items()]
    return spark.createDataFrame(rows, INPUT)


def answered(chunks: DataFrame, answers: Mapping[str, list[str]]) -> DataFrame:
    """The chunks, with the attempts in `answers` (by document)."""
    spark = chunks.sparkSession
    constant = {"finish_reason": "stop", "task": "l3", "latency_ms": 1, "engine": "none"}
    rows = [
        {"request_id": row.request_id, "attempt": number, "output": output, **constant}
        for row in chunks.select("doc_id", "request_id").collect()
        for number, output in enumerate(answers[row.doc_id], 1)
    ]
    return local(response_store.with_attempts(chunks, spark.createDataFrame(rows, response_store.SCHEMA)))


def local(frame: DataFrame, _name: str = "") -> DataFrame:
    """The frame computed once."""
    return frame.sparkSession.createDataFrame(frame.collect(), frame.schema)


class Climbed:
    """The results of one pass of the level: the chunks of both tasks, and the rows."""

    def __init__(self, frame: DataFrame) -> None:
        eai, judge = LEVEL.tasks(SETTINGS)
        tables = {"documents": frame, **LEVEL.prepare({"documents": frame}, SETTINGS, local)}
        label_chunks = local(LEVEL.requests(tables, SETTINGS, eai))
        tables[eai.name] = answered(label_chunks, ANSWERS)
        judge_chunks = local(LEVEL.requests(tables, SETTINGS, judge))
        tables[judge.name] = answered(judge_chunks, JUDGED)
        rows = LEVEL.assemble(tables, SETTINGS, [eai, judge])
        assert rows.schema.simpleString() == LEVEL.schema.simpleString()
        self.label_chunks = {row.doc_id: row for row in label_chunks.collect()}
        self.judge_chunks = {row.doc_id: row for row in judge_chunks.collect()}
        self.rows = {row.doc_id: row for row in rows.collect()}


@pytest.fixture(scope="module")
def climbed(spark: SparkSession) -> Climbed:
    return Climbed(documents(spark))


def test_every_document_is_sent_and_long_ones_as_a_sample(climbed: Climbed) -> None:
    assert set(climbed.label_chunks) == set(TEXTS)
    assert climbed.label_chunks["page"].input == TEXTS["page"]
    shown = climbed.label_chunks["long"].input
    assert shown.startswith(f"[beginning]\n{LONG[:3_000]}\n[middle]\n")
    assert shown.endswith(f"\n[end]\n{LONG[-3_000:]}")


def test_the_judge_is_asked_about_unknown_kept_documents_only(climbed: Climbed) -> None:
    assert set(climbed.judge_chunks) == {"page", "odd", "long"}
    assert len(climbed.judge_chunks["long"].input) < 400


def test_primary_and_secondary_labels_are_in_the_row(climbed: Climbed) -> None:
    row = climbed.rows["paper"]
    assert (row.verdict, row.discipline, row.labels.fdc_level_3, row.labels.doc_type_v1) == ("kept", "physics", "530.12", 2)
    assert (row.secondary.fdc_level_3, row.secondary.doc_type_v1) == ("510", -1)
    assert (row.annotator, row.abstained, row.doc_type_source) == ("eai-distill-0.5b-p1", None, "declared")


def test_the_next_attempt_replaces_a_malformed_answer(climbed: Climbed) -> None:
    assert (climbed.rows["page"].labels.doc_type_v1, climbed.rows["page"].abstained) == (3, None)


def test_a_document_without_an_acceptable_answer_is_kept_with_the_reason(climbed: Climbed) -> None:
    row = climbed.rows["odd"]
    assert (row.verdict, row.abstained, row.discipline) == ("kept", "empty_answer", None)
    assert set(row.labels) == {None, -1}


def test_a_document_dropped_by_a_label_has_the_rule(climbed: Climbed) -> None:
    row = climbed.rows["advert"]
    assert (row.verdict, row.reason, row.rule.label, row.rule.value) == ("dropped", "non_educational", "doc_type_v1", "6")
    assert (row.doc_type, row.doc_type_source) == ("unknown", "rule:none")


def test_the_source_says_what_the_judge_decided_or_why_not(climbed: Climbed) -> None:
    kinds = {name: (row.doc_type, row.doc_type_source) for name, row in climbed.rows.items()}
    assert kinds["long"] == ("paper", "judge:article")
    assert kinds["page"] == ("unknown", "judge:no_article")
    assert kinds["odd"] == ("unknown", "judge:not_json")


def test_requests_and_rows_do_not_depend_on_partitioning(spark: SparkSession, climbed: Climbed) -> None:
    other = Climbed(documents(spark).orderBy(F.desc("doc_id")).repartition(4))
    assert (other.label_chunks, other.judge_chunks, other.rows) == (climbed.label_chunks, climbed.judge_chunks, climbed.rows)


def test_a_sample_is_placed_by_the_doc_id_and_never_overlaps(spark: SparkSession) -> None:
    letters = "".join(chr(0x4E00 + number) for number in range(2_000))
    cases = [(f"d{number}", letters[:length]) for length in (0, 1, 299, 300, 301, 302, 600, 601, 2_000) for number in range(20)]
    frame = spark.createDataFrame(cases, "doc_id string, text string")
    shown = frame.select("doc_id", "text", sample(F.col("text"), F.col("doc_id"), 300).alias("shown")).collect()
    places: dict[int, set[int]] = {}
    for row in shown:
        if len(row.text) <= 300:
            assert row.shown == row.text
            continue
        names, parts = row.shown.split("\n")[::2], row.shown.split("\n")[1::2]
        assert names == ["[beginning]", "[middle]", "[end]"]
        assert [len(part) for part in parts] == [100, 100, 100]
        assert (parts[0], parts[2]) == (row.text[:100], row.text[-100:])
        place = row.text.index(parts[1])
        assert 100 <= place <= len(row.text) - 200
        places.setdefault(len(row.text), set()).add(place)
    assert len(places[2_000]) > 15
    assert places[301] == {100, 101}


def test_custom_labels_are_stored_beside_those_of_the_rules(spark: SparkSession) -> None:
    taxonomy: dict[str, Any] = {"name": "t", "labels": {"rigour": {"description": "Rigour.", "scale": [1, 5]}}}
    rules = ["non_educational", {"reason": "sloppy", "label": "custom.rigour", "below": 3}]
    settings = L3Settings.model_validate({"annotator": "endpoint", "endpoint": {"taxonomy": taxonomy}, "rules": rules})
    (task,) = LEVEL.tasks(settings)
    frame = documents(spark).where("doc_id IN ('paper', 'page', 'odd')")
    tables = {"documents": frame, **LEVEL.prepare({"documents": frame}, settings, local)}
    answers = {"paper": ['{"rigour": 4}'], "page": ['{"rigour": 9}', '{"rigour": 2}'], "odd": ['{"rigour": null}']}
    tables[task.name] = answered(local(LEVEL.requests(tables, settings, task)), answers)
    rows: dict[str, Row] = {row.doc_id: row for row in LEVEL.assemble(tables, settings, [task]).collect()}
    assert {name: (row.verdict, row.reason, row.custom) for name, row in rows.items()} == {
        "paper": ("kept", None, {"rigour": "4"}),
        "page": ("dropped", "sloppy", {"rigour": "2"}),
        "odd": ("kept", None, None),
    }
    assert rows["page"].rule == ("custom.rigour", "2.0", 0.5, "below", "3")
    assert rows["paper"].annotator == "local-1 + qwen2.5-7b-instruct-p1-t-1"
