import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from darwin_spark.cli.app import app
from darwin_spark.levels.l3_classify import classify_texts

ABSTRACT = "We study the synthesis of polymers by catalysis: the reaction of the ligand with the metal complex in solution."


def test_a_text_becomes_a_dict() -> None:
    (answer,) = classify_texts([ABSTRACT])
    assert (answer["discipline"], answer["subdiscipline"], answer["fdc"][:2]) == ("chemistry", "chemistry", "54")
    assert answer["probabilities"]["chemistry"] == max(answer["probabilities"].values())
    assert answer["annotator"].startswith("local-")


def test_what_says_nothing_is_abstained_and_a_long_text_is_no_trouble() -> None:
    empty, garbage, long = classify_texts(["", "\x00\xff\x80" * 1_000, (ABSTRACT + "\n") * 180_000])
    assert (empty["discipline"], empty["fdc"], empty["doc_type"], empty["probabilities"]) == (None, None, None, {})
    assert garbage["discipline"] is None
    assert long["discipline"] == "chemistry"


def test_a_paper_is_recognised_by_its_sections() -> None:
    (answer,) = classify_texts([f"# Ligands\n\n## Abstract\n\n{ABSTRACT}\n\n## References\n\n1. One."])
    assert answer["doc_type"] == "Academic/Research"


def test_the_call_needs_no_spark_scipy_or_training_code() -> None:
    program = "import sys, darwin_spark.levels.l3_classify as l3; l3.classify_texts(['x']); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"pyspark", "scipy", "sklearn", "torch", "darwin_spark.levels.l3_classify.training"} & set(loaded)


def test_the_command_line_answers_a_line_of_json_a_text(tmp_path: Path) -> None:
    file = tmp_path / "abstract.txt"
    file.write_bytes(ABSTRACT.encode() + b"\xff")
    result = CliRunner().invoke(app, ["classify", "--text", ABSTRACT, "--file", str(file)])
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["discipline"] for answer in answers] == ["chemistry", "chemistry"]


@pytest.mark.parametrize(("arguments", "says"), [([], "give --text"), (["--file", "no/such.txt"], "no/such.txt")])
def test_the_command_line_says_what_is_missing(arguments: list[str], says: str) -> None:
    result = CliRunner().invoke(app, ["classify", *arguments])
    assert result.exception is not None
    assert says in str(result.exception)
