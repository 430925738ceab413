"""A package whose level or parser cannot be used is refused in one sentence, which names the package."""

import subprocess
import textwrap
from collections.abc import Mapping
from pathlib import Path

import pytest
from installed import SOURCE, run

LEVEL = """
from darwin_glossary.level import GlossaryLevel
from pydantic import BaseModel

class Level(GlossaryLevel):
    name = "terms"
"""
PARSER = "from darwin_spark.parsers.registry import Parser\nPARSER = Parser('csv', '1', 'csv:reader')\n"


def install(folder: Path, package: str, code: str, entry_points: Mapping[str, str]) -> None:
    """Install a package of one module as an installer leaves it: the module, and its metadata."""
    module = package.replace("-", "_")
    (folder / f"{module}.py").write_text(code)
    metadata = folder / f"{module}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    lines = [f"[{group}]\n{entry.replace('MODULE', module)}\n" for group, entry in entry_points.items()]
    (metadata / "entry_points.txt").write_text("".join(lines))


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """What a command that was refused says: one line, exit code 2, no traceback."""
    assert done.returncode == 2, done.stdout + done.stderr
    own = ("l0: ", "l1: found")  # what a climb prints before L1 refuses the parsers
    (line,) = [line for line in done.stderr.splitlines() if line.strip() and not line.startswith(own)]
    return line


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        (
            "def assemble(self, tables, settings): ...",
            "`assemble` must take 3 arguments, it is assemble(self, tables, settings)",
        ),
        ("requests = None", "a level that calls a model needs `tasks`, `requests` and `assemble`; `requests` is missing"),
        ("settings_type = BaseModel", "`settings_type` is <class 'pydantic.main.BaseModel'>, which is no darwin_spark Section"),
        ("name = 'l4'", "another level is called 'l4'; choose another name"),
    ],
)
def test_a_level_that_breaks_the_contract_is_refused(tmp_path: Path, members: str, sentence: str) -> None:
    code = LEVEL + textwrap.indent(members, "    ") + "\nLEVEL = Level()\n"
    install(tmp_path, "term-miner", code, {"darwin_spark.levels": "terms = MODULE:LEVEL"})
    said = refusal(run("darwin_spark.cli.app", "levels", path=f"{tmp_path}:{SOURCE}"))
    assert sentence in said
    assert "It comes from the package term-miner: mend or uninstall it" in said


def test_two_levels_of_one_name_are_refused(tmp_path: Path) -> None:
    for package in ("term-miner", "word-list"):
        install(tmp_path, package, LEVEL + "\nLEVEL = Level()\n", {"darwin_spark.levels": "terms = MODULE:LEVEL"})
    said = refusal(run("darwin_spark.cli.app", "levels", path=f"{tmp_path}:{SOURCE}"))
    assert "another level is called 'terms'; choose another name. It comes from the package word-list" in said


def test_a_level_that_cannot_be_imported_is_refused(tmp_path: Path) -> None:
    install(tmp_path, "term-miner", "import a_package_that_is_missing\n", {"darwin_spark.levels": "terms = MODULE:LEVEL"})
    said = refusal(run("darwin_spark.cli.app", "levels", path=tmp_path))
    assert "of the package term-miner cannot be imported: No module named 'a_package_that_is_missing'" in said


@pytest.mark.parametrize(
    ("packages", "sentence"),
    [
        ({"one": PARSER, "two": PARSER}, "the packages one and two both have a parser for text/csv: uninstall one of them"),
        ({"one": "PARSER = 1\n"}, "the parser for text/csv (one:PARSER) of the package one is a int, not a darwin_spark"),
        ({"one": ""}, "the parser for text/csv (one:PARSER) of the package one cannot be imported: "),
    ],
)
def test_a_parser_that_cannot_be_used_is_refused(tmp_path: Path, packages: Mapping[str, str], sentence: str) -> None:
    for package, code in packages.items():
        install(tmp_path, package, code, {"darwin_spark.parsers": "text/csv = MODULE:PARSER"})
    script = tmp_path / "parsers.py"
    script.write_text("from darwin_spark.parsers.registry import parsers\nparsers()\n")
    done = run(script, path=tmp_path)
    assert done.returncode == 1
    assert f"ParserError: {sentence}" in done.stderr


@pytest.mark.slow
def test_a_parser_for_a_format_of_ours_is_refused(tmp_path: Path) -> None:
    install(tmp_path, "better-pdf", PARSER, {"darwin_spark.parsers": "application/pdf = MODULE:PARSER"})
    (tmp_path / "a.txt").write_text("A text.")
    climb = ["run", "--input", str(tmp_path / "a.txt"), "--to", "l1", "--workspace", str(tmp_path / "workspace")]
    said = refusal(run("darwin_spark.cli.app", *climb, path=tmp_path))
    assert "the packages darwin-spark and better-pdf both have a parser for application/pdf: uninstall one of them" in said
