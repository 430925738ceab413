"""The bundled examples: complete, reproducible, and as odd as they say. What the ladder makes of them: tests/e2e."""

import csv
import importlib.util
import json
import re
import zipfile
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from darwin_spark.config.loading import load
from darwin_spark.config.settings import Settings
from darwin_spark.levels.l0_acquire.rows import doc_id
from darwin_spark.verdicts import CLIMBING, DROPPED, FAILED, KEPT

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
CORPUS = EXAMPLES / "corpus"


def table(name: str) -> list[dict[str, str]]:
    with (EXAMPLES / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def objects() -> list[str]:
    """The source_id of every file, TeX project, archive member and record, found without the code under test."""
    found = []
    for path in sorted(path for path in CORPUS.rglob("*") if path.is_file()):
        name = path.relative_to(CORPUS).as_posix()
        if path.suffix == ".zip":
            found += [f"{name}!{member}" for member in zipfile.ZipFile(path).namelist()]
        elif path.suffix == ".jsonl":
            found += [f"{name}#{json.loads(line)['id']}" for line in path.read_text(encoding="utf-8").splitlines()]
        elif path.suffix != ".tex" or "\\documentclass" in path.read_text(encoding="utf-8"):  # its parts are not documents
            found.append(name)
    return found


def text(name: str) -> str:
    return (CORPUS / name).read_text(encoding="utf-8")


def shingles(name: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text(name).lower())
    return {tuple(words[start : start + 5]) for start in range(len(words) - 4)}


@pytest.fixture(scope="module")
def make() -> ModuleType:
    spec = importlib.util.spec_from_file_location("examples_make", EXAMPLES / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_object_is_expected_exactly_once() -> None:
    assert Counter(row["source_id"] for row in table("expected.csv")) == Counter(objects())


def test_expected_ends_are_well_formed() -> None:
    for row in table("expected.csv"):
        if row["level"] == "l4":
            assert (row["verdict"], row["reason"]) == (KEPT, ""), row
        else:
            assert row["verdict"] in (DROPPED, FAILED), row
            assert re.fullmatch(r"[a-z]+(_[a-z]+)*", row["reason"]), row


def test_most_objects_survive_and_every_level_of_filtering_shows_something() -> None:
    rows = table("expected.csv")
    assert sum(row["verdict"] in CLIMBING for row in rows) >= 20
    assert {row["level"] for row in rows} == {"l1", "l2", "l3", "l4"}


def test_manifest_describes_objects_that_exist_once_each() -> None:
    rows = table("manifest.csv")
    names = [row["source_id"] for row in rows]
    assert set(names) <= set(objects())
    assert len(names) == len(set(names))
    assert {row["source"] for row in rows} == {"corpus"}
    assert sum(row["declared_type"] == "book" for row in rows) == 2


@pytest.mark.parametrize("name", ["l1", "l2", "l3"])
def test_the_readme_explains_every_object_that_does_not_survive(name: str) -> None:
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    for row in table("expected.csv"):
        if row["level"] == name:
            assert f"`{row['source_id']}`" in readme
            assert f"`{row['reason']}`" in readme


def test_generated_files_are_reproduced_byte_for_byte(make: ModuleType) -> None:
    generated = make.generate()
    differing = [name for name, content in generated.items() if (CORPUS / name).read_bytes() != content]
    assert not differing, f"{differing} are not what examples/make.py makes: run it and look at what changed"
    assert set(generated) >= {path.relative_to(CORPUS).as_posix() for path in (CORPUS / "pdf").iterdir()}


def test_near_duplicate_is_near_enough_to_share_a_band_and_not_equal() -> None:
    first, second = shingles("markdown/enzyme-kinetics.md"), shingles("markdown/enzyme-kinetics-revised.md")
    similarity = len(first & second) / len(first | second)
    assert 0.85 <= similarity < 1
    l2 = Settings().l2
    assert 1 - (1 - similarity**l2.rows) ** l2.bands > 0.98
    sizes = [len(text(f"markdown/{name}.md").encode()) for name in ("enzyme-kinetics", "enzyme-kinetics-revised")]
    assert sizes[0] < sizes[1], "the longest text survives; expected.csv has the revision survive"


def test_exact_duplicate_loses_against_the_original() -> None:
    original, copy = "text/mendels-peas.txt", "oddities/mendels-peas-copy.txt"
    assert text(original) == text(copy)
    assert doc_id("corpus", original) < doc_id("corpus", copy), "equal texts: the smaller doc_id survives"


def test_oddities_are_odd() -> None:
    lost = [c for c in text("oddities/lost-font-map.txt") if not c.isspace()]
    assert sum("\ue000" <= c <= "\uf8ff" for c in lost) > 0.5 * len(lost)
    assert (CORPUS / "oddities/empty.txt").stat().st_size == 0
    assert not (CORPUS / "oddities/truncated.pdf").read_bytes().rstrip().endswith(b"%%EOF")


def test_quickstart_keeps_the_stub_out_and_the_short_examples_in() -> None:
    limit = load([ROOT / "conf" / "quickstart.yaml"]).l2.min_bytes
    assert len(text("oddities/solar-note.txt").encode()) < limit
    kept = [row["source_id"] for row in table("expected.csv") if row["level"] == "l4" and "!" not in row["source_id"]]
    plain = [name for name in kept if name.endswith((".md", ".txt"))]
    assert min(len(text(name).encode()) for name in plain) > limit
    assert limit < Settings().l2.min_bytes
