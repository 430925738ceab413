"""L0 skips its comparison with the table only while every listed file, the manifest and the table are as they were."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from contexts import context_of
from pyspark.sql import SparkSession

from darwin_spark.pipeline import listing_check
from darwin_spark.pipeline.inputs import Input, InputError, parse
from darwin_spark.storage import delta
from darwin_spark.storage.workspace import Workspace


class Case:
    """A workspace whose L0 had nothing left to acquire from a folder of two files and a manifest."""

    def __init__(self, spark: SparkSession, folder: Path) -> None:
        self.folder = folder
        self.papers = folder / "papers"
        self.papers.mkdir()
        (self.papers / "a.txt").write_text("one")
        (self.papers / "b.tex").write_text("two")
        self.manifest = folder / "titles.csv"
        self.manifest.write_text("source,source_id,title\npapers,a.txt,One\n")
        self.workspace = Workspace.at(spark, str(folder / "workspace"))
        self.rows = spark.createDataFrame([("d", "all", "kept")], "doc_id string, bucket string, verdict string")
        delta.write(self.rows, self.workspace, "l0")
        listing_check.leave_note(context_of(self.workspace), self.digest())

    def digest(self, *assignments: str, manifest: bool = True, inputs: list[Input] | None = None) -> str | None:
        listed = inputs or [parse(str(self.papers))]
        return listing_check.digest(context_of(self.workspace, *assignments), listed, str(self.manifest) if manifest else None)

    def is_unchanged(self) -> bool:
        return listing_check.is_unchanged(context_of(self.workspace), self.digest())


@pytest.fixture
def case(spark: SparkSession, tmp_path: Path) -> Case:
    return Case(spark, tmp_path)


def test_the_same_files_leave_nothing_to_acquire(case: Case) -> None:
    assert case.is_unchanged()
    assert case.digest() == case.digest(inputs=[parse(f"{case.papers}/")])


CHANGES: dict[str, Callable[[Case], object]] = {
    "a new file": lambda case: (case.papers / "c.txt").write_text("three"),
    "another size": lambda case: (case.papers / "a.txt").write_text("more than one"),
    "another time": lambda case: os.utime(case.papers / "a.txt", (1, 1)),
    "a deleted file": lambda case: (case.papers / "b.tex").unlink(),
    "a renamed file": lambda case: (case.papers / "a.txt").rename(case.papers / "z.txt"),
    "another manifest": lambda case: case.manifest.write_text("source,source_id,title\npapers,a.txt,Two\n"),
    "a commit by hand": lambda case: delta.write(case.rows, case.workspace, "l0"),
    "a lost note": lambda case: (Path(case.workspace.folder) / "listing.json").unlink(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_looked_at(change: str, case: Case) -> None:
    CHANGES[change](case)
    assert not case.is_unchanged()


def test_other_settings_and_inputs_are_looked_at(case: Case) -> None:
    digests = [case.digest(), case.digest("l0.sample=0.5"), case.digest("pipeline.max_attempts=9"), case.digest(manifest=False)]
    digests.append(case.digest(inputs=[parse(f"other={case.papers}")]))
    assert len(set(digests)) == len(digests)


def test_what_cannot_be_listed_quickly_is_left_to_spark(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    remote = Input("papers", "s3://bucket/papers", ("s3://bucket/papers",))
    assert case.digest(inputs=[remote]) is None
    monkeypatch.setattr(listing_check, "_MAX_FILES", 1)
    assert case.digest() is None
    assert not listing_check.is_unchanged(context_of(case.workspace), None)


def test_a_missing_manifest_is_named(case: Case) -> None:
    case.manifest.rename(case.folder / "title.csv")
    with pytest.raises(InputError, match=r"did you mean title.csv\?"):
        case.digest()
