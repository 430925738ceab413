"""The example plugin, installed: its level, its engine and its parser work without a change in the package."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from installed import HERE, PLUGIN, ROOT, run

CORPUS = ROOT / "examples" / "corpus"
COMMANDS = HERE / "darwin_commands.py"
KEPT = 5
"""Documents that the level keeps: six articles, two of which are versions of one; the CSV file is too small for L2."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the plugin is installed. uv builds it with its own build backend, so that no network is needed."""
    target = tmp_path_factory.mktemp("installed")
    uv = [str(Path(sys.executable).parent / "uv"), "pip", "install", "--quiet", "--offline", "--no-deps"]
    subprocess.run([*uv, "--python", sys.executable, "--target", str(target), str(PLUGIN)], check=True)
    return target


@pytest.fixture(scope="module")
def printed(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each command prints, after a climb to the plugin's level over a few examples."""
    folder = tmp_path_factory.mktemp("plugin")
    documents, workspace = folder / "documents", str(folder / "workspace")
    shutil.copytree(CORPUS / "markdown", documents)
    (documents / "pendulum.csv").write_text("length (m),period (s)\n0.25,1.00\n1.00,2.01\n")
    place = ["--workspace", workspace]
    table = f"delta.`{workspace}/tables/glossary`"
    level = "SELECT level, v.verdict, size(terms) AS terms FROM verdicts v JOIN glossary_kept g USING (doc_id)"
    level += " WHERE level = 'glossary'"
    csv = "SELECT l1.text FROM l1 JOIN l0 USING (doc_id) WHERE parser = 'csv'"
    climb = ["run", "--input", str(documents), "--to", "glossary", "--config", str(ROOT / "conf" / "quickstart.yaml")]
    commands = {
        "levels": ["levels"],
        "run": [*climb, "--set", "glossary.engine=frequent-words", *place],
        "audit": ["audit", *place],
        "explain": ["explain", "--full", "minhash.md", *place],
        "view": ["sql", level, "--format", "json", *place],
        "csv": ["sql", csv, "--format", "json", *place],
        "delete": ["sql", f"DELETE FROM {table} WHERE terms IS NOT NULL", *place],
        "audit of a deleted row": ["audit", *place],
    }
    done = run(COMMANDS, json.dumps([*commands.values()]), path=installed)
    outputs = re.split(r"^\$ .*\n", done.stdout, flags=re.MULTILINE)[1:]
    assert len(outputs) == len(commands), done.stdout + done.stderr
    return {"workspace": workspace, "stderr": done.stderr, **dict(zip(commands, outputs, strict=True))}


def test_levels_lists_it(printed: dict[str, str]) -> None:
    (line,) = [line for line in printed["levels"].splitlines() if "glossary" in line]
    assert "Key Terms" in line
    assert "above l4" in line
    assert "darwin_glossary.level" in line


def test_a_climb_runs_it(printed: dict[str, str]) -> None:
    assert printed["run"].endswith("exit 0\n"), printed["run"] + printed["stderr"]
    (line,) = [line for line in printed["run"].splitlines() if "glossary" in line.lower()]
    assert str(KEPT) in line


def test_the_audit_checks_its_table(printed: dict[str, str]) -> None:
    assert printed["audit"] == "The audit is clean: nothing lost, nothing doubled, nothing orphaned.\nexit 0\n"
    found = printed["audit of a deleted row"]
    assert found.startswith(f"glossary: broken for {KEPT}: every document that climbs from below has a row")
    assert found.endswith("exit 1\n")


def test_explain_shows_its_row_and_its_requests(printed: dict[str, str]) -> None:
    assert "GLOSSARY Key Terms: kept" in printed["explain"]
    assert "glossary, chunk 1, attempt 1" in printed["explain"]
    assert "accepted" in printed["explain"]


def test_sql_views_include_it(printed: dict[str, str]) -> None:
    rows = [json.loads(line) for line in printed["view"].splitlines() if line.startswith("{")]
    assert rows == [{"level": "glossary", "verdict": "kept", "terms": 5}] * KEPT


def test_mlflow_tracked_it(printed: dict[str, str]) -> None:
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{printed['workspace']}/mlflow.db")
    runs = client.search_runs([client.get_experiment_by_name("darwin-spark").experiment_id], "tags.level = 'glossary'")
    assert [run.data.metrics["kept"] for run in runs] == [KEPT]
    assert runs[0].data.params["glossary.engine"] == '"frequent-words"'
    assert "darwin-glossary" in runs[0].data.tags["prompt"]


def test_its_parser_reads_csv_files(printed: dict[str, str]) -> None:
    (row,) = [json.loads(line) for line in printed["csv"].splitlines() if line.startswith("{")]
    assert row["text"] == "| length (m) | period (s) |\n| --- | --- |\n| 0.25 | 1.00 |\n| 1.00 | 2.01 |"


def test_the_level_has_at_most_60_lines() -> None:
    assert len((PLUGIN / "src" / "darwin_glossary" / "level.py").read_text().splitlines()) <= 60
