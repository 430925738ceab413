"""L2 through `judge`: one batch, increments, what standing documents become."""

import random
from collections.abc import Sequence
from typing import Any

import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from darwin_spark.config import L2Settings
from darwin_spark.l2_filter import level
from darwin_spark.verdicts import Stage

DOCUMENTS = "doc_id string, bucket string, source string, metadata map<string,string>, text string"
SETTINGS = L2Settings(min_bytes=200, source_priority=("pmc", "web"))
WORDS = (
    "the of and to in we that is was for with as by this on are from cell protein field energy theory model data method "
    "result sample figure analysis growth surface pressure light reaction carbon water heat structure function motion"
).split()

Tables = dict[str, dict[str, Row]]


def english(seed: int, words: int = 300) -> str:
    chosen = random.Random(seed)
    return " ".join(chosen.choice(WORDS) for _ in range(words))


def document(doc_id: str, text: str, source: str = "web", url: str | None = None) -> tuple[Any, ...]:
    return doc_id, doc_id[0], source, {"url": url} if url else {}, text


class Workspace:
    """The two tables, and climbs over them as the runner makes them."""

    def __init__(self, spark: SparkSession, stage: Stage, settings: L2Settings = SETTINGS) -> None:
        self.spark, self.stage, self.settings = spark, stage, settings
        self.tables: Tables = {"l2": {}, "signatures": {}}
        self.last: Tables = {}

    def climb(self, *documents: tuple[Any, ...]) -> "Workspace":
        inputs = {
            "documents": self.spark.createDataFrame(list(documents), DOCUMENTS),
            "l2": self._frame("l2", level.SCHEMA),
            "signatures": self._frame("signatures", level.SIGNATURES),
        }
        answers = level.judge(inputs, self.settings, self.stage)
        self.last = {name: self._checked(frame) for name, frame in answers.items()}
        for name, rows in self.last.items():
            self.tables[name].update(rows)
        return self

    def remove(self, *doc_ids: str) -> "Workspace":
        for doc_id in doc_ids:
            del self.tables["l2"][doc_id], self.tables["signatures"][doc_id]
        return self

    def outcome(self) -> dict[str, tuple[str, str | None, str | None]]:
        return {i: (row["verdict"], row["reason"], row["duplicate_of"]) for i, row in sorted(self.tables["l2"].items())}

    def clusters(self) -> set[frozenset[str]]:
        found: dict[str, set[str]] = {}
        for doc_id, row in self.tables["signatures"].items():
            found.setdefault(row["cluster_id"], set()).add(doc_id)
        return {frozenset(members) for members in found.values()}

    def _frame(self, name: str, schema: Any) -> DataFrame:
        return self.spark.createDataFrame(list(self.tables[name].values()), schema)

    @staticmethod
    def _checked(frame: DataFrame) -> dict[str, Row]:
        rows = frame.collect()
        assert len({row["doc_id"] for row in rows}) == len(rows)
        return {row["doc_id"]: row for row in rows}


@pytest.fixture
def workspace(spark: SparkSession, stage: Stage) -> Workspace:
    return Workspace(spark, stage)


A, B, C = english(1), english(2), english(3)


def test_the_answer_has_exactly_the_schemas(spark: SparkSession, stage: Stage) -> None:
    empty = {
        "documents": spark.createDataFrame([], DOCUMENTS),
        "l2": spark.createDataFrame([], level.SCHEMA),
        "signatures": spark.createDataFrame([], level.SIGNATURES),
    }
    answers = level.judge(empty, SETTINGS, stage)
    assert answers["l2"].schema.simpleString() == level.SCHEMA.simpleString()
    assert answers["signatures"].schema.simpleString() == level.SIGNATURES.simpleString()


def test_each_rule_gives_its_reason_in_the_order_of_the_paper(workspace: Workspace) -> None:
    german = "Die Entstehung der Gebirge beschäftigt die Geologie seit ihren Anfängen, und lange glaubte man an Schrumpfung. "
    workspace.settings = SETTINGS.model_copy(update={"max_bytes": 5_000})
    workspace.climb(
        document("01", A),
        document("02", A.upper() + "!"),  # longer, so it survives
        document("03", B, url="http://x.org/b?p=1&q=2"),
        document("04", C + " end", url="http://x.org/b?q=2&p=1#top"),
        document("05", "too short"),
        document("06", english(6, 2_000)),
        document("07", "\ufffd\x01" * 300),
        document("08", german * 10),
        document("09", ""),
    )
    assert workspace.outcome() == {
        "01": ("dropped", "exact_duplicate", "02"),
        "02": ("kept", None, None),
        "03": (
            "kept" if len(B) > len(C) + 4 else "dropped",
            None if len(B) > len(C) + 4 else "url_duplicate",
            None if len(B) > len(C) + 4 else "04",
        ),
        "04": (
            "kept" if len(B) <= len(C) + 4 else "dropped",
            None if len(B) <= len(C) + 4 else "url_duplicate",
            None if len(B) <= len(C) + 4 else "03",
        ),
        "05": ("dropped", "too_small", None),
        "06": ("dropped", "too_large", None),
        "07": ("dropped", "garbled", None),
        "08": ("dropped", "language", None),
        "09": ("dropped", "too_small", None),
    }


def test_survivor_is_the_longest_then_the_preferred_source_then_the_smallest_id(workspace: Workspace) -> None:
    workspace.climb(
        document("01", A, "web"),
        document("02", A, "pmc"),
        document("03", A, "elsewhere"),
        document("04", B, "web"),
        document("05", B, "web"),
        document("06", C, "pmc"),
        document("07", C + " more", "elsewhere"),
    )
    assert workspace.clusters() == {frozenset({"01", "02", "03"}), frozenset({"04", "05"}), frozenset({"06", "07"})}
    assert [i for i, (verdict, *_) in workspace.outcome().items() if verdict == "kept"] == ["02", "04", "07"]
    assert workspace.outcome()["06"] == ("dropped", "near_duplicate", "07")


def test_what_was_kept_stays_and_nothing_changes_without_need(workspace: Workspace) -> None:
    workspace.climb(document("05", A), document("06", A)).climb(document("01", A + " longer"), document("02", B))
    assert workspace.outcome()["05"] == ("kept", None, None)
    assert workspace.outcome()["01"] == ("dropped", "near_duplicate", "05")
    assert set(workspace.last["l2"]) == set(workspace.last["signatures"]) == {"01", "02"}
    workspace.climb()
    assert workspace.last == {"l2": {}, "signatures": {}}


def test_a_newcomer_that_joins_two_incumbents_supersedes_the_shorter(workspace: Workspace) -> None:
    workspace.climb(document("01", A, url="http://x.org/1"), document("02", B + " longer and longer", url="http://x.org/2"))
    workspace.climb(document("03", A, url="http://x.org/2"))
    assert workspace.outcome() == {
        "01": ("dropped", "superseded", "02"),
        "02": ("kept", None, None),
        "03": ("dropped", "url_duplicate", "02"),
    }
    assert set(workspace.last["l2"]) == {"01", "03"}
    workspace.climb()
    assert workspace.last == {"l2": {}, "signatures": {}}


def test_duplicates_are_elected_anew_when_their_survivor_has_gone(workspace: Workspace) -> None:
    workspace.climb(document("01", A + " end"), document("02", A), document("03", A), document("04", "small")).remove(
        "01"
    ).climb()
    assert workspace.outcome() == {
        "02": ("kept", None, None),
        "03": ("dropped", "exact_duplicate", "02"),
        "04": ("dropped", "too_small", None),
    }
    assert set(workspace.last["l2"]) == {"02", "03"}


def test_a_cluster_falls_apart_when_its_bridge_has_gone(workspace: Workspace) -> None:
    workspace.climb(
        document("01", A), document("02", A + " bridge", url="http://x.org/b"), document("03", B, url="http://x.org/b")
    )
    assert workspace.clusters() == {frozenset({"01", "02", "03"})}
    workspace.remove("02").climb()
    assert workspace.outcome() == {"01": ("kept", None, None), "03": ("kept", None, None)}


def corpus() -> list[tuple[Any, ...]]:
    """Families of near, exact and same-address copies, with chains, among documents of their own."""
    chosen = random.Random(5)
    found = []
    for number in range(24):
        family = english(100 + number // 3)
        text = family if chosen.random() < 0.5 else f"{family} {english(900 + number, 6)}"
        url = f"http://x.org/{chosen.randint(0, 12)}" if chosen.random() < 0.4 else None
        found.append(document(f"{chosen.getrandbits(32):08x}", text, chosen.choice(["web", "pmc", "arxiv"]), url))
    return found


def split(documents: Sequence[tuple[Any, ...]], parts: int) -> list[list[tuple[Any, ...]]]:
    return [list(documents[start::parts]) for start in range(parts)]


def test_any_split_into_increments_gives_the_same_clusters(spark: SparkSession, stage: Stage) -> None:
    documents = corpus()
    whole = Workspace(spark, stage).climb(*documents)
    parts = Workspace(spark, stage)
    for part in split(documents, 4):
        parts.climb(*part)
    assert parts.clusters() == whole.clusters()
    assert len(whole.clusters()) < 10
    for found in (whole, parts):
        kept = {i for i, (verdict, *_) in found.outcome().items() if verdict == "kept"}
        assert kept == {row["cluster_id"] for row in found.tables["signatures"].values()}


def test_order_and_partitioning_and_the_way_to_components_make_no_difference(spark: SparkSession, stage: Stage) -> None:
    documents = corpus()
    whole = Workspace(spark, stage).climb(*documents)
    rounds = Workspace(spark, stage, SETTINGS.model_copy(update={"driver_edges": 0}))
    spark.conf.set("spark.sql.shuffle.partitions", "3")
    try:
        rounds.climb(*reversed(documents))
    finally:
        spark.conf.set("spark.sql.shuffle.partitions", "2")
    assert rounds.tables == whole.tables


def test_no_english_article_is_dropped(workspace: Workspace, articles: dict[str, str]) -> None:
    workspace.climb(*(document(f"{n:02x}", text) for n, text in enumerate(articles.values())))
    assert {verdict for verdict, *_ in workspace.outcome().values()} == {"kept"}


def test_older_versions_of_articles_are_near_duplicates(workspace: Workspace, versions: list[tuple[str, str]]) -> None:
    texts = sorted({text for pair in versions for text in pair})
    workspace.climb(*(document(f"{n:02x}", text) for n, text in enumerate(texts)))
    cluster = {texts[int(i, 16)]: row["cluster_id"] for i, row in workspace.tables["signatures"].items()}
    assert all(cluster[new] == cluster[old] for new, old in versions)
    assert len(workspace.clusters()) == len({new for new, _ in versions})
