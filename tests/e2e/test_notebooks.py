"""The notebooks run over the examples' workspace, cell after cell."""

import json
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from support import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_cell_of_a_notebook_runs(
    spark: SparkSession,
    examples: tuple[Path, list[str]],
    notebook: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MPLBACKEND", "agg")
    (tmp_path / "workspace").symlink_to(examples[0])
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    names: dict[str, Any] = {}
    cells = [cell for cell in json.loads(notebook.read_text())["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(cells):
        exec(compile("".join(cell["source"]), f"{notebook.name}, cell {number}", "exec"), names)
    assert names["spark"] is spark
    assert not names["verdicts"].empty


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS
