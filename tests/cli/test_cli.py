"""The command `darwin`: mistakes are one sentence and exit code 2; help has panels; other programs' noise stays away."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from darwin_spark.cli import app
from darwin_spark.cli.options import LOOK, MODELS, START, WORKSPACES
from darwin_spark.inference.circuit_breaker import StoppedError
from darwin_spark.pipeline import registry
from darwin_spark.storage import workspace_metadata
from darwin_spark.storage.workspace import Workspace


def darwin(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, as a user does."""
    command = [sys.executable, "-m", "darwin_spark.cli.app", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **env}, check=False)


def fails(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The message of a command that must end with exit code 2."""
    with pytest.raises(SystemExit) as end:
        app.main([*arguments])
    assert end.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--input", "/nowhere"], "no such file or folder: /nowhere"),
        (["run", "--set", "l2.min_byte=3"], "unknown setting l2.min_byte; did you mean l2.min_bytes?"),
        (["run", "--config", "/nowhere.yaml"], "cannot read the configuration file /nowhere.yaml"),
        (["run", "--sample", "2"], "setting l0.sample"),
        (["run", "--max-requests", "-1"], "setting inference.circuit_breaker.max_requests"),
        (["sql", "SELECT 1", "--format", "xml"], "--format 'xml': choose one of table, json, csv"),
        (["serve", "--level", "l2"], "l2 holds no model to serve: choose one of l1.ocr.olmocr, "),
        (["serve", "--level", "l4"], "--discovery FOLDER, or endpoint.discovery"),
        (["judge", "l3"], "no judge for 'l3': choose one of l4, l5"),
        (
            ["run", "--to", "l2", "--reprocess", "L4"],
            "a climb to l2 does not reach l4, which is to be processed again: climb to",
        ),
        (["classify"], "nothing to classify: give --text TEXT or --file PATH"),
    ],
)
def test_mistakes_are_named(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert message in fails(capsys, *arguments)


@pytest.mark.parametrize("arguments", [["--to", "l9"], ["--to", "l1", "--reprocess", "l9"]])
def test_an_unknown_level_is_refused_before_spark_starts(arguments: list[str], tmp_path: Path) -> None:
    done = darwin("run", *arguments, "--workspace", str(tmp_path / "workspace"), JAVA_HOME="/nowhere")
    assert done.returncode == 2, done.stderr
    assert done.stderr.strip() == "darwin: no level 'l9': choose one of l0, l1, l2, l3, l4, l5"
    assert not (tmp_path / "workspace").exists()


def test_a_limit_ends_the_command_with_a_code_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_arguments: object) -> None:
        raise StoppedError("stopped after 7 of 20 requests")

    monkeypatch.setattr(registry, "load_settings", stop)
    with pytest.raises(SystemExit) as end:
        app.main(["run", "--max-gpu-hours", "0.5"])
    assert end.value.code == 3
    assert "stopped after 7 of 20 requests" in capsys.readouterr().err


def test_the_ten_levels_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    app.main(["levels"])
    told = capsys.readouterr().out
    assert [f"L{number}" in told for number in range(10)] == [True] * 10
    assert "darwin_spark.levels.l2_filter" in told


def panels(text: str) -> dict[str, list[str]]:
    """The commands of each panel of a help page, in the order in which they are shown."""
    found: dict[str, list[str]] = {}
    title = ""
    for line in text.splitlines():
        if head := re.match(r"╭─ (.+?) ─+╮", line):
            title = head[1]
        elif name := re.match(r"│ (\w+) {2,}\S", line):
            found.setdefault(title, []).append(name[1])
    return found


def test_help_shows_the_commands_by_theme_and_first_what_a_newcomer_needs(capsys: pytest.CaptureFixture[str]) -> None:
    app.main(["--help"])
    found = panels(capsys.readouterr().out)
    assert list(found) == [START, LOOK, MODELS, WORKSPACES]
    assert set(found[START]) == {"run", "status", "list", "explain"}
    assert {"runs", "sql", "audit", "levels"} <= set(found[LOOK])
    assert {"judge", "estimate", "serve", "classify"} <= set(found[MODELS])
    assert "upgrade" in found[WORKSPACES]


def old_workspace(spark: SparkSession, folder: Path, format_version: str | None) -> Workspace:
    """A workspace with one object whose metadata is of another format."""
    workspace = Workspace.at(spark, str(folder))
    spark.sql("SELECT 'a' AS doc_id, 'kept' AS verdict").write.format("delta").save(workspace.path("l0"))
    version = {} if format_version is None else {"format_version": format_version}
    workspace_metadata.update(workspace, {}, {"buckets": "1", **version})
    return workspace


@pytest.mark.parametrize("command", [["status"], ["run", "--to", "l1"], ["explain", "a"], ["audit"], ["sql", "SELECT 1"]])
def test_a_workspace_of_the_old_format_is_refused_with_the_command_that_upgrades_it(
    command: list[str], spark: SparkSession, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = old_workspace(spark, tmp_path / "workspace", None)
    before = sorted(tmp_path.rglob("*.json"))
    told = fails(capsys, *command, "--workspace", workspace.folder).strip()
    assert len(told.splitlines()) == 1
    assert "has format version 1, this code reads version 2" in told
    assert f"run `darwin upgrade --workspace {workspace.folder}`" in told
    assert sorted(tmp_path.rglob("*.json")) == before


def test_a_workspace_of_a_newer_format_is_refused(
    spark: SparkSession, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = old_workspace(spark, tmp_path / "workspace", "99")
    told = fails(capsys, "status", "--workspace", workspace.folder)
    assert "has format version 99, written by a newer darwin-spark" in told
    assert "darwin upgrade" not in told


NOISE = ("WARNING: Using incubator modules", "Setting default log level to", "INFO mlflow")
"""What a JVM prints when it starts, Spark after it, and what MLflow logs."""


@pytest.fixture
def short_climb(tmp_path: Path) -> list[str]:
    """The arguments of a climb of one text to L0."""
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "lens.txt").write_text("A lens bends light towards its axis.")
    return ["run", "--input", str(tmp_path / "papers"), "--to", "l0", "--workspace", str(tmp_path / "workspace")]


def test_a_climb_prints_its_own_lines_alone(short_climb: list[str]) -> None:
    done = darwin(*short_climb)
    assert done.returncode == 0, done.stderr
    lines = [line.split(" (")[0] for line in done.stderr.splitlines() if line.strip()]
    assert lines == ["l0: found 1 files", "l0: 1 kept"]


@pytest.mark.slow
def test_v_shows_what_spark_the_jvm_and_mlflow_print(short_climb: list[str]) -> None:
    done = darwin("-v", *short_climb)
    assert done.returncode == 0, done.stderr
    assert [noise for noise in NOISE if noise not in done.stderr] == []
    own = [line for line in done.stderr.splitlines() if line.startswith("l0: ")]
    assert [line.split(" (")[0] for line in own] == ["l0: found 1 files", "l0: 1 kept"]
