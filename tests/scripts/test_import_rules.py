"""Each import rule in pyproject.toml refuses an import that breaks it, also inside a function or under TYPE_CHECKING."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from grimp import ImportGraph

from scripts.acyclic_modules import circles

ROOT = Path(__file__).resolve().parents[2]
PLANTED = {
    "darwin_spark/text/language.py": "import jobs.audit",
    "darwin_spark/storage/frames.py": "def f():\n    from darwin_spark.pipeline import run_log",
    "darwin_spark/observe/funnel.py": "from darwin_spark.levels.l0_acquire import level",
    "darwin_spark/levels/l1_normalize/level.py": "import darwin_spark.levels.l2_filter.level",
    "darwin_spark/parsers/truncate.py": "from darwin_spark.arrow_udf import Row",
    "darwin_spark/parsers/pdf/pdfium/calls.py": "from darwin_spark.parsers.pdf.lines import lines",
    "darwin_spark/cli/output.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from darwin_spark import Workspace",
    "darwin_spark/zoo.py": "",
}


def lint(folder: Path) -> tuple[int, str, dict[str, str]]:
    """Exit status and output of import-linter in a folder, and whether each rule was kept, by its name."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--no-cache"]
    # Without the hook of tests/e2e/hooks, which imports the package from elsewhere before import-linter looks for it.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)
    return done.returncode, done.stdout, dict(re.findall(r"^(.+) (KEPT|BROKEN)", done.stdout, re.MULTILINE))


def test_every_rule_holds_and_every_rule_can_be_broken(tmp_path: Path) -> None:
    status, output, rules = lint(ROOT)
    assert (status, set(rules.values())) == (0, {"KEPT"}), output
    for name in ("darwin_spark", "jobs", "scripts"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=lambda _, names: [n for n in names if n.endswith((".pyc", ".npz"))]
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for path, text in PLANTED.items():
        with (tmp_path / path).open("a") as file:
            file.write(f"\n{text}\n")
    status, output, broken = lint(tmp_path)
    assert (status, broken) == (1, dict.fromkeys(rules, "BROKEN")), output
    assert "- darwin_spark.zoo" in output  # a module without a place among the layers


def test_the_shortest_circles_are_reported_once_each() -> None:
    graph = ImportGraph()
    imports = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "c"), ("d", "e"), ("x", "a")]
    for importer, imported in imports:
        for module in (importer, imported):
            graph.add_module(module)
        graph.add_import(importer=importer, imported=imported)
    assert list(circles(graph)) == [["a", "b", "c", "a"], ["c", "d", "c"]]
