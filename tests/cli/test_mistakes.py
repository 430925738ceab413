"""Typing mistakes: one line with the nearest right name, exit code 2, and no JVM."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from darwin_spark.cli import app
from darwin_spark.storage import session


@pytest.fixture(autouse=True)
def no_spark(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Refuse to start Spark, and work in a folder with a few right names."""

    def refuse(*_arguments: object) -> None:
        raise AssertionError("Spark was started")

    monkeypatch.setattr(session, "_start", refuse)
    monkeypatch.setattr(session.SparkSession, "getActiveSession", lambda: None)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "lens.txt").write_text("A lens bends light towards its axis.")
    (tmp_path / "mine.yaml").write_text("l2:\n  min_bytes: 3\n")
    (tmp_path / "wrong.yaml").write_text("l2:\n  min_byte: 3\n")
    (tmp_path / "titles.csv").write_text("source,source_id\n")
    (tmp_path / "corpus" / "tables" / "l0" / "_delta_log").mkdir(parents=True)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line that a command with a mistake prints."""
    with pytest.raises(SystemExit) as end:
        app.main([*arguments])
    assert end.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.strip().splitlines()) == 1, printed.err
    return printed.err


COMMANDS = typer.main.get_command(app.app).commands  # type: ignore[attr-defined]


def misspelt() -> Iterator[tuple[str, str, str]]:
    """Each option of each command with two letters swapped, with one left out, and with one doubled."""
    for command, found in COMMANDS.items():
        for name in (
            name
            for parameter in found.params
            for name in parameter.opts
            if name[:2] == "--" and len(name) > 6 and name != "--help"
        ):
            yield command, name[:4] + name[5] + name[4] + name[6:], name
            yield command, name[:-2] + name[-1], name
            yield command, name + name[-1], name


@pytest.mark.parametrize(("command", "wrong", "right"), [case for case in misspelt() if case[1] != case[2]])
def test_the_nearest_option_is_named(command: str, wrong: str, right: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, command, wrong, "x") == f"darwin: no such option {wrong}; did you mean {right}?\n"


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"runs"}))  # `rusn` may be `run`
def test_the_nearest_command_is_named(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = f"{command[:-2]}{command[-1]}{command[-2]}" if command != "funnel" else "funel"
    assert f"did you mean {command}?" in told(capsys, wrong)


@pytest.mark.parametrize(
    "command", [["status"], ["list"], ["runs"], ["explain", "a"], ["sql", "SELECT 1"], ["audit"], ["judge", "l4"], ["upgrade"]]
)
@pytest.mark.parametrize("wrong", ["corpsu", "corpu", "copus", "./corpuss"])
def test_the_nearest_workspace_is_named(command: list[str], wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    line = told(capsys, *command, "--workspace", wrong)
    assert f"no tables in the workspace {wrong}" in line
    assert "did you mean corpus?" in line


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        ("run --to l22", "did you mean l2?"),
        ("run --to level2", "no level 'level2': choose one of l0, l1, l2, l3, l4, l5"),
        ("run --reprocess l33", "did you mean l3?"),
        ("run --set l2.min_byte=3", "did you mean l2.min_bytes?"),
        ("run --set min_bytes=3", "did you mean l2.min_bytes?"),
        ("run --set l2.min_bytes", "not of the form key=value"),
        ("run --set l2.min_bytes=many", "setting l2.min_bytes: "),
        ("run --config mien.yaml", "did you mean mine.yaml?"),
        ("run --config wrong.yaml", "did you mean l2.min_bytes?"),
        ("run --input paper", "did you mean papers?"),
        ("run paper", "did you mean papers?"),
        ("run papers/lens.txt papers/lense.txt", "did you mean lens.txt?"),
        ("run urls:title.csv", "did you mean titles.csv?"),
        ("run https://example.org/a.pdf", "write URLs into a file"),
        ("run papers --manifest title.csv", "did you mean titles.csv?"),
        ("run papers --sample lots", "invalid value for '--sample'"),
        ("run papers --sample 2", "setting l0.sample"),
        ("list --level l22", "did you mean l2?"),
        ("list --verdict keept", "did you mean kept?"),
        ("list --format tabel", "did you mean table?"),
        ("list --limit all", "invalid value for '--limit'"),
        ("runs --level l11", "did you mean l1?"),
        ("runs --format jsn", "did you mean json?"),
        ("sql SELECT 1", "put quotes around"),
        ("sql SELECT --format jso", "did you mean json?"),
        ("explain", "missing argument 'document'; see darwin explain --help"),
        ("estimate", "missing option '--documents'"),
        ("estimate --documents many", "invalid value for '--documents'"),
        ("estimate --documents 5 --level l22", "did you mean l2?"),
        ("judge", "missing argument 'level'"),
        ("judge l44", "did you mean l4?"),
        ("judge l4 --set judge.document=5", "did you mean judge.documents?"),
        ("serve --level l55", "l55 holds no model to serve"),
        ("serve --port first", "invalid value for '--port'"),
        ("classify --file lens.txt", "lens.txt"),
    ],
)
def test_wrong_values_are_named(arguments: str, near: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert near in told(capsys, *arguments.split(" "))


@pytest.mark.parametrize("mistake", ["stauts", "run --to l22", "run --set l2.min_byte=3", "status", "run x"])
def test_a_mistake_costs_less_than_two_seconds(mistake: str) -> None:
    """CPU time: other processes of a shared machine make the clock slower."""
    before = os.times()
    command = [sys.executable, "-m", "darwin_spark.cli.app", *mistake.split(" "), "--workspace", "nowhere"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "JAVA_HOME": "/nowhere"})
    after = os.times()
    assert done.returncode == 2, done.stderr
    assert after.children_user + after.children_system - before.children_user - before.children_system < 2


def test_help_imports_neither_spark_nor_levels() -> None:
    code = "import sys, darwin_spark.cli.app; print([name for name in ('pyspark', 'deltalake') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    app.main(["--version"])
    assert capsys.readouterr().out.startswith("darwin-spark ")
