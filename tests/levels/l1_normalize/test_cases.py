"""Small documents of the kinds that hurt tools of this field become the text that their readers see (../shared/cases)."""

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from darwin_spark.config.l0 import L0Settings
from darwin_spark.config.l1 import L1Settings
from darwin_spark.levels.l0_acquire.acquire import acquire
from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.parsers.registry import parser_for
from darwin_spark.storage import uri_reader

CASES = Path(__file__).parents[4] / "shared" / "cases"
PLACES = sorted(CASES.rglob("check.json"))
GROUPED = {"source-latex-project"}
"""Files that L0 joins to one document when it lists a folder (`tests/levels/l0_acquire/test_tex_projects.py`)."""


@pytest.fixture(scope="module")
def check() -> ModuleType:
    """The checker that lies beside the cases."""
    spec = importlib.util.spec_from_file_location("check", CASES / "check.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows(folder: Path) -> Iterator[dict[str, Any]]:
    """The L1 rows of a folder's files, parsed in this process: it is the text that is tested, not the isolation."""
    for file in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "check.json"):
        name = file.relative_to(CASES).as_posix()
        listed = {"source": "cases", "source_file": name, "uri": file.as_uri(), "version": "1", "bytes": file.stat().st_size}
        for found in acquire(listed, L0Settings()):
            if found["verdict"] == "kept":  # a failed row of L0 is no row of L1
                yield {"source_id": found["source_id"], **text_of(found)}


def text_of(found: dict[str, Any]) -> dict[str, Any]:
    """Verdict, reason and text of an object."""
    content = found.get("content")
    if content is None:
        reference = found["content_ref"]
        content = uri_reader.read(reference["uri"], reference["offset"], reference["length"])
    try:
        parsed = parser_for(found["media_type"]).load()(content, L1Settings())
    except ParseFailure as failure:
        return {"verdict": "failed", "reason": failure.reason, "text": None}
    return {"verdict": "kept", "reason": None, "text": parsed.text}


def test_there_are_cases_or_the_folder_is_missing() -> None:
    if not CASES.is_dir():
        pytest.skip(f"no cases at {CASES}")
    assert len(PLACES) >= 200


@pytest.mark.parametrize("place", PLACES, ids=[place.parent.relative_to(CASES).as_posix() for place in PLACES])
def test_a_case_holds(place: Path, check: ModuleType) -> None:
    if place.parent.name in GROUPED:
        pytest.skip("its files become one document when L0 lists the folder")
    found = list(rows(place.parent))
    for name, wanted in json.loads(place.read_text()).get("files", {}).items():
        path = (place.parent / name).relative_to(CASES).as_posix()
        of_file = check.rows_of(path, found)
        assert of_file, f"no row for {path}"
        assert check.problems({key: value for key, value in wanted.items() if key != "members"}, check.joined(of_file)) == []
        for member, checks in wanted.get("members", {}).items():
            of_member = [row for row in of_file if member in row["source_id"] or member in check.unquote(row["source_id"])]
            assert of_member, f"no row for {member} in {path}"
            assert check.problems(checks, check.joined(of_member)) == []
