"""How a rule that dropped a document is told."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from darwin_spark.observe.explain import NotFoundError, find_document
from darwin_spark.pipeline import registry
from darwin_spark.pipeline.level import ExplainedLevel
from darwin_spark.storage.workspace import Workspace


@pytest.mark.parametrize(
    ("level", "rule", "said"),
    [
        (
            "l2",
            {"signal": "text_bytes", "value": "812", "when": "below", "threshold": "8192"},
            "text_bytes is 812, below 8192",
        ),
        (
            "l3",
            {"label": "reasoning_depth", "value": "1", "probability": 0.934, "when": "below", "threshold": "3"},
            "reasoning_depth is 1 (No Reasoning; 0.93 sure), below 3",
        ),
        (
            "l3",
            {"label": "doc_type_v1", "value": "6", "probability": 0.5, "when": "among", "threshold": "6, 8, 15"},
            "doc_type_v1 is 6 (Promotional/Advertisement; 0.50 sure), among 6, 8, 15",
        ),
        (
            "l3",
            {"label": "doc_type_v1", "value": "6", "probability": None, "when": "among", "threshold": "6, 8, 15"},
            "doc_type_v1 is 6 (Promotional/Advertisement), among 6, 8, 15",
        ),
        (
            "l3",
            {"label": "discipline", "value": "law", "probability": 0.5, "when": "none of", "threshold": "physics"},
            "discipline is law (0.50 sure), none of physics",
        ),
        (
            "l3",
            {"label": "custom.rigour", "value": "2.0", "probability": None, "when": "below", "threshold": "3"},
            "custom.rigour is 2.0, below 3",
        ),
        (
            "l3",
            {"label": "education_level", "value": None, "probability": None, "when": "missing", "threshold": ""},
            "education_level is missing",
        ),
    ],
)
def test_the_rule_says_label_value_probability_and_threshold(level: str, rule: dict[str, object], said: str) -> None:
    found = registry.find(level)
    assert isinstance(found, ExplainedLevel)
    assert found.describe("rule", rule) == said
    assert found.describe("labels", rule) is None


def test_the_exact_name_of_a_document_is_found_among_many_with_that_end(spark: SparkSession, tmp_path: Path) -> None:
    names = [*(f"{folder}/a.pdf" for folder in "bcdefghi"), "zz", "a.pdf"]
    documents = spark.createDataFrame([(f"id-{name}", name) for name in names], "doc_id string, source_id string")
    workspace = Workspace.at(spark, str(tmp_path))
    documents.write.format("delta").save(workspace.path("l0"))
    for tables in (workspace, workspace.reader):
        assert find_document(tables, "a.pdf") == "id-a.pdf"
        with pytest.raises(NotFoundError, match="may be several"):
            find_document(tables, "id-")
