"""Which documents are dropped, by which rule, and the rule column of their rows."""

from typing import Any

import pytest
from pyspark.sql import Row, SparkSession
from pyspark.sql.types import StringType, StructField, StructType

from darwin_spark.config.l3 import L3Settings
from darwin_spark.levels.l3_classify.annotator import Labels
from darwin_spark.levels.l3_classify.drop_rules import cuts, first_broken
from darwin_spark.levels.l3_classify.level import SCHEMA

TAXONOMY = {
    "name": "t",
    "labels": {
        "rigour": {"description": "Rigour.", "scale": [1, 10]},
        "field": {"description": "Field.", "values": {"a": "A", "b": "B"}},
    },
}
CUSTOM: dict[str, Any] = {"annotator": "endpoint", "endpoint": {"taxonomy": TAXONOMY}}


COLUMNS = ("labels", "custom", "probabilities", "discipline", "doc_type")


def own(**rule: object) -> dict[str, Any]:
    return {"rules": [{"reason": "own", **rule}]}


def document(
    *, custom: dict[str, str] | None = None, probabilities: dict[str, float] | None = None, **known: Any
) -> dict[str, Any]:
    columns = {name: known.pop(name) for name in ("discipline", "doc_type") if name in known}
    return {"labels": Labels(**known).row(), "custom": custom, "probabilities": probabilities, **columns}


DEPTH = own(label="reasoning_depth", below=3)
EDUCATION = own(label="education_level", below=2)
PHYSICS = {"keep_disciplines": ["physics"]}
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], str | None]] = {
    "an advertisement": ({}, document(doc_type_v1=6), "non_educational: doc_type_v1 6 among 6, 8, 15 at 0.5"),
    "spam by its second type": (
        {},
        document(doc_type_v1=1, doc_type_v2=19),
        "non_educational: doc_type_v2 19 among 17, 19 at 0.5",
    ),
    "a paper": ({}, document(doc_type_v1=2, doc_type_v2=3), None),
    "abstained": ({}, document(), None),
    "lists of one's own": ({"drop_doc_type_v1": [1]}, document(doc_type_v1=1), "non_educational: doc_type_v1 1 among 1 at 0.5"),
    "empty lists": ({"drop_doc_type_v1": [], "drop_doc_type_v2": []}, document(doc_type_v1=6, doc_type_v2=19), None),
    "no rules": ({"rules": []}, document(doc_type_v1=6), None),
    "sure of it": (
        {"drop_min_probability": 0.5},
        document(doc_type_v1=6, probabilities={"doc_type_v1": 0.5}),
        "non_educational: doc_type_v1 6 among 6, 8, 15 at 0.5",
    ),
    "not sure of it": ({"drop_min_probability": 0.5}, document(doc_type_v1=6, probabilities={"doc_type_v1": 0.49}), None),
    "sure of something else": (
        {"drop_min_probability": 0.5},
        document(doc_type_v1=6, probabilities={"discipline": 0.1}),
        "non_educational: doc_type_v1 6 among 6, 8, 15 at 0.5",
    ),
    "a model that does not say how sure it is": ({"drop_min_probability": 0.6}, document(doc_type_v1=6), None),
    "another discipline": (PHYSICS, document(discipline="law"), "discipline: discipline law none of physics at 0.5"),
    "another discipline, of which the annotator is sure": (
        PHYSICS | {"drop_min_probability": 0.5},
        document(discipline="law", probabilities={"law": 0.75, "physics": 0.25}),
        "discipline: discipline law none of physics at 0.75",
    ),
    "another discipline, of which it is not": (
        PHYSICS | {"drop_min_probability": 0.8},
        document(discipline="law", probabilities={"law": 0.75, "physics": 0.25}),
        None,
    ),
    "the discipline wanted": (PHYSICS, document(discipline="physics"), None),
    "no discipline": (PHYSICS, document(), None),
    "shallow": (DEPTH, document(reasoning_depth=2), "own: reasoning_depth 2 below 3 at 0.5"),
    "deep enough": (DEPTH, document(reasoning_depth=3), None),
    "of indeterminate depth": (DEPTH, document(reasoning_depth=6), None),
    "indeterminate is not the highest": (own(label="education_level", above=4), document(education_level=5), None),
    "no depth given": (DEPTH, document(), None),
    "no depth given, where one is wanted": (
        own(label="reasoning_depth", below=3, missing="drop"),
        document(),
        "own: reasoning_depth None missing at 1.0",
    ),
    "for a general audience": (EDUCATION, document(education_level=1), "own: education_level 1 below 2 at 0.5"),
    "for a high school": (EDUCATION, document(education_level=2), None),
    "a number by list": (
        own(label="missing_content", among=[0, 3]),
        document(missing_content=0),
        "own: missing_content 0 among 0, 3 at 0.5",
    ),
    "a class of the FDC": (
        own(label="fdc_level_1", among=["8"]),
        document(fdc_level_1="8"),
        "own: fdc_level_1 8 among 8 at 0.5",
    ),
    "papers only": (
        own(label="doc_type", none_of=["paper"]),
        document(doc_type="book"),
        "own: doc_type book none of paper at 0.5",
    ),
    "a rule's own probability": (
        own(label="reasoning_depth", below=3, min_probability=0.9),
        document(reasoning_depth=1, probabilities={"reasoning_depth": 0.8}),
        None,
    ),
    "custom number below": (
        CUSTOM | own(label="custom.rigour", below=4),
        document(custom={"rigour": "3"}),
        "own: custom.rigour 3.0 below 4 at 0.5",
    ),
    "custom number as a number": (CUSTOM | own(label="custom.rigour", below=4), document(custom={"rigour": "10"}), None),
    "custom word": (
        CUSTOM | own(label="custom.field", none_of=["b"]),
        document(custom={"field": "a"}),
        "own: custom.field a none of b at 0.5",
    ),
    "custom word compared as a number": (CUSTOM | own(label="custom.field", below=4), document(custom={"field": "a"}), None),
    "custom label left open": (CUSTOM | own(label="custom.field", none_of=["b"]), document(custom={"rigour": "3"}), None),
    "no custom labels at all": (CUSTOM | own(label="custom.field", none_of=["b"]), document(), None),
    "the first rule that is broken": (
        {"rules": [{"reason": "shallow", "label": "reasoning_depth", "below": 3}, "non_educational"]},
        document(reasoning_depth=1, doc_type_v1=6),
        "shallow: reasoning_depth 1 below 3 at 0.5",
    ),
}


@pytest.fixture(scope="module")
def broken(spark: SparkSession) -> dict[str, Row | None]:
    """The broken rule of each case's document under its settings; all cases in one job."""
    schema = StructType([StructField("case", StringType()), *(SCHEMA[name] for name in COLUMNS)])
    frame = spark.createDataFrame([{"case": name, **given} for name, (_, given, _) in CASES.items()], schema)
    broken = [first_broken(cuts(L3Settings.model_validate(settings))).alias(name) for name, (settings, _, _) in CASES.items()]
    return {row.case: row[row.case] for row in frame.select("case", *broken).collect()}


@pytest.mark.parametrize("case", CASES)
def test_a_rule_drops_a_document_with_a_reason(broken: dict[str, Row | None], case: str) -> None:
    found, expected = broken[case], CASES[case][2]
    assert (found and described(found)) == expected


def described(broken: Row) -> str:
    """`reason: label value when threshold at probability`."""
    rule = broken.rule
    return f"{broken.reason}: {rule.label} {rule.value} {rule.when} {rule.threshold}".rstrip() + f" at {rule.probability}"
