"""Documents climb to L3 by a model's labels; another model labels them anew only when asked, and the old rows can be read."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from support import QUICKSTART, log

from darwin_spark.config.loading import load
from darwin_spark.events import Counts
from darwin_spark.observe.explain import explain
from darwin_spark.pipeline.pipeline import Pipeline
from darwin_spark.storage.workspace import Workspace

LABELLER = [
    "tracking.enabled=false",
    "l2.rules=[]",
    "l3.annotator=eai",
    "l3.eai.engine=labeller:Labeller",
    "l3.paper_judge.engine=labeller:Labeller",
    "l3.paper_judge.model.model=fake/judge",
    "l3.eai.max_attempts=2",
    "l3.paper_judge.max_attempts=1",
]
TEXTS = {
    "note.txt": "A note that says little.",
    "draft.txt": "This article has a method.",
    "offer.txt": "An advertisement that mumbles of a centrifuge.",
    "rave.txt": "It raves, whoever asks it.",
}


class Ladder:
    """A folder of texts, and a workspace that climbs to L3 with one model or another."""

    def __init__(self, spark: SparkSession, folder: Path) -> None:
        self.spark, self.corpus = spark, folder / "corpus"
        self.place = Workspace.at(spark, str(folder / "workspace"))
        self.corpus.mkdir()
        for name, text in TEXTS.items():
            (self.corpus / name).write_text(text)

    def climb(self, model: str, reprocess: tuple[str, ...] = ()) -> tuple[Counts, list[str]]:
        """What L3 judged, and what was asked. The texts are acquired by the first climb."""
        before = len(log("DARWIN_ENGINE_LOG"))
        settings = load([QUICKSTART], [*LABELLER, f"l3.eai.model.model={model}"])
        sources = [] if Path(self.place.folder).exists() else [str(self.corpus)]
        judged = Pipeline(self.place, settings).climb(sources, to="l3", reprocess=reprocess)
        return judged["l3"], log("DARWIN_ENGINE_LOG")[before:]

    def rows(self, version: int | None = None) -> dict[str, dict[str, object]]:
        names = {row.doc_id: row.source_id for row in self.place.read("l0").collect()}
        reader = self.spark.read.format("delta")
        frame = (reader if version is None else reader.option("versionAsOf", version)).load(self.place.path("l3"))
        return {names[row.doc_id]: row.asDict(recursive=True) for row in frame.collect()}

    def told(self, name: str) -> list[str]:
        return list(explain(self.place, name))


@pytest.fixture(scope="module")
def ladder(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Ladder:
    return Ladder(spark, tmp_path_factory.mktemp("labels"))


def test_a_model_labels_every_document_and_no_answer_of_it_fails_one(ladder: Ladder) -> None:
    counts, asked = ladder.climb("fake/first")
    assert counts == {"kept": 3, "dropped.non_educational": 1}
    by_eai = [line for line in asked if line.startswith("fake/first")]
    assert (len(by_eai), len(asked) - len(by_eai)) == (4 + 2, 3)  # all, offer and rave again; the judge not of the offer
    assert len(set(asked)) == len(asked)
    rows = ladder.rows()
    assert {
        name: (row["discipline"], row["abstained"], row["doc_type"], row["doc_type_source"]) for name, row in rows.items()
    } == {
        "note.txt": ("physics", None, "unknown", "judge:no_article"),
        "draft.txt": ("physics", None, "paper", "judge:article"),
        "offer.txt": ("physics", None, "unknown", "rule:none"),
        "rave.txt": (None, "too_few_lines", "unknown", "judge:not_json"),
    }


def test_explain_shows_the_rule_and_every_attempt(ladder: Ladder) -> None:
    told = "\n".join(ladder.told("offer.txt"))
    assert "L3 Lightweight Model Filtering: dropped (non_educational)" in told
    assert "rule: doc_type_v1 is 6 (Promotional/Advertisement; 0.50 sure), among 6, 8, 15" in told
    assert "l3_eai, chunk 1, attempt 1 (10 + 20 tokens): rejected: too_few_lines" in told
    assert "l3_eai, chunk 1, attempt 2 (10 + 20 tokens): accepted" in told


@pytest.mark.slow
def test_another_model_judges_anew_only_when_asked_and_the_old_rows_can_be_read(ladder: Ladder) -> None:
    before = ladder.rows()
    assert ladder.climb("fake/second") == ({}, [])
    assert ladder.rows() == before
    version = ladder.spark.sql(f"DESCRIBE HISTORY delta.`{ladder.place.path('l3')}`").first().version  # type: ignore[union-attr]
    counts, asked = ladder.climb("fake/second", reprocess=("l3",))
    assert sum(counts.values()) == 4
    assert {line.split()[0] for line in asked} == {"fake/second"}
    assert {row["discipline"] for row in ladder.rows().values()} == {"medicine", None}
    assert {row["annotator"] for row in ladder.rows().values()} == {"second-p1"}
    assert ladder.rows(version) == before
