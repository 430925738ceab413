"""L2 through `process`: one history of climbs for all that happens to documents, then whole corpora."""

import random
from collections.abc import Sequence

import pytest
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql.types import StructType

from darwin_spark.config.l2 import L2Settings
from darwin_spark.levels.l2_filter.features import FEATURES
from darwin_spark.levels.l2_filter.level import LEVEL, SIGNATURES
from darwin_spark.verdicts import Stage, removed_rows, with_retry_columns

DOCUMENTS = "doc_id string, bucket string, source string, metadata map<string,string>, text string"
SETTINGS = L2Settings(min_bytes=200, max_bytes=5_000, source_priority=("pmc", "web"))
WORDS = ["the", "of", "and", "to", "in", "we", "that", "is", "was", "for", "with", "cell", "field", "energy", "model", "data"]
GERMAN = "Die Entstehung der Gebirge beschäftigt die Geologie seit ihren Anfängen, und lange glaubte man an Schrumpfung. "

Document = tuple[str, str, str, dict[str, str], str]
Rows = dict[str, Row]


def english(seed: int, words: int = 300) -> str:
    chosen = random.Random(seed)
    return " ".join(chosen.choice(WORDS) for _ in range(words))


def document(doc_id: str, text: str, source: str = "web", url: str | None = None) -> Document:
    return doc_id, doc_id[0], source, {"url": url} if url else {}, text


class L2Tables:
    """The tables `l2` and `signatures` in memory, and climbs over them as the pipeline makes them."""

    def __init__(self, spark: SparkSession, stage: Stage, settings: L2Settings = SETTINGS) -> None:
        self.spark, self.stage, self.settings = spark, stage, settings
        self.l2: Rows = {}
        self.signatures: Rows = {}
        self.removed: Rows = {}

    def climb(self, *documents: Document) -> tuple[Rows, Rows]:
        texts = self.spark.createDataFrame(list(documents), DOCUMENTS)
        inputs = {
            "features": self.stage(LEVEL.features(texts, self.settings), "features"),
            "l2": self._frame(self.l2, with_retry_columns(LEVEL.schema)),
            "signatures": self._frame(self.signatures, SIGNATURES),
        }
        if self.l2:
            inputs[removed_rows("signatures")] = self._frame(self.removed, SIGNATURES)
        answers = LEVEL.process(inputs, self.settings, self.stage)
        self.removed = {}
        changed = _by_id(answers["l2"]), _by_id(answers["signatures"])
        self.l2 |= changed[0]
        self.signatures |= changed[1]
        return changed

    def remove(self, *doc_ids: str) -> None:
        for doc_id in doc_ids:
            self.removed[doc_id] = self.signatures.pop(doc_id)
            del self.l2[doc_id]

    def _frame(self, rows: Rows, schema: StructType) -> DataFrame:
        return self.spark.createDataFrame(list(rows.values()), schema)


def _by_id(frame: DataFrame) -> Rows:
    rows = frame.collect()
    assert len({row["doc_id"] for row in rows}) == len(rows)
    return {row["doc_id"]: row for row in rows}


def verdicts(rows: Rows, family: str = "") -> dict[str, tuple[str, str | None, str | None]]:
    return {i: (row["verdict"], row["reason"], row["duplicate_of"]) for i, row in rows.items() if i.startswith(family)}


def clusters(signatures: Rows) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for doc_id, row in signatures.items():
        found.setdefault(row["cluster_id"], set()).add(doc_id)
    return {frozenset(members) for members in found.values()}


KEPT = ("kept", None, None)
FIRST = [
    document("a1", english(1)),
    document("a2", english(1).upper() + "!"),
    document("a3", english(2), url="http://x.org/a?p=1&q=2"),
    document("a4", english(3, 400), url="http://x.org/a?q=2&p=1#top"),
    document("a5", "too short"),
    document("a6", english(4, 3_000)),
    document("a7", "\ufffd\x01" * 300),
    document("a8", GERMAN * 10),
    document("a9", ""),
    document("b1", english(11), "web"),
    document("b2", english(11), "pmc"),
    document("b3", english(11), "elsewhere"),
    document("b4", english(12), "web"),
    document("b5", english(12), "web"),
    document("b6", english(13), "pmc"),
    document("b7", english(13) + " more", "elsewhere"),
    document("c5", english(21)),
    document("c6", english(21)),
    document("d1", english(31), url="http://x.org/1"),
    document("d2", english(32, 400), url="http://x.org/2"),
    document("e1", english(41) + " the end"),
    document("e2", english(41)),
    document("e3", english(41)),
    document("f1", english(51)),
    document("f2", english(51) + " bridge", url="http://x.org/b"),
    document("f3", english(52), url="http://x.org/b"),
]
SECOND = [document("c1", english(21) + " longer"), document("d3", english(31), url="http://x.org/2")]


@pytest.fixture(scope="module")
def history(spark: SparkSession, stage: Stage) -> list[Rows]:
    """The changed rows of `l2` in three climbs: all documents are new, two are new, two are removed and none is new."""
    tables = L2Tables(spark, stage)
    climbs = [tables.climb(*FIRST), tables.climb(*SECOND)]
    tables.remove("e1", "f2")
    climbs.append(tables.climb())
    for l2, signatures in climbs:
        assert set(signatures) <= set(l2)
    return [l2 for l2, _ in climbs]


def test_each_rule_gives_its_reason_in_the_order_of_the_paper(history: list[Rows]) -> None:
    assert verdicts(history[0], "a") == {
        "a1": ("dropped", "exact_duplicate", "a2"),
        "a2": KEPT,
        "a3": ("dropped", "url_duplicate", "a4"),
        "a4": KEPT,
        "a5": ("dropped", "too_small", None),
        "a6": ("dropped", "too_large", None),
        "a7": ("dropped", "garbled", None),
        "a8": ("dropped", "wrong_language", None),
        "a9": ("dropped", "too_small", None),
    }


def test_a_dropped_row_has_the_rule_and_the_value_that_broke_it(history: list[Rows]) -> None:
    rules = {doc_id: tuple(row["rule"]) if row["rule"] else None for doc_id, row in history[0].items()}
    assert rules["a1"] is rules["a2"] is None
    assert rules["a5"] == ("text_bytes", "9", "below", "200")
    assert rules["a7"] == ("garbled_ratio", "1.0", "above", "0.5")
    assert rules["a8"] == ("language", "de", "none of", "en")


def test_survivor_is_the_longest_then_the_preferred_source_then_the_smallest_id(history: list[Rows]) -> None:
    assert verdicts(history[0], "b") == {
        "b1": ("dropped", "exact_duplicate", "b2"),
        "b2": KEPT,
        "b3": ("dropped", "exact_duplicate", "b2"),
        "b4": KEPT,
        "b5": ("dropped", "exact_duplicate", "b4"),
        "b6": ("dropped", "near_duplicate", "b7"),
        "b7": KEPT,
    }


def test_a_kept_document_stays_kept_when_a_longer_duplicate_is_added(history: list[Rows]) -> None:
    assert verdicts(history[0], "c") == {"c5": KEPT, "c6": ("dropped", "exact_duplicate", "c5")}
    assert verdicts(history[1], "c") == {"c1": ("dropped", "near_duplicate", "c5")}


def test_a_new_document_that_joins_two_clusters_supersedes_the_shorter_survivor(history: list[Rows]) -> None:
    assert verdicts(history[0], "d") == {"d1": KEPT, "d2": KEPT}
    assert verdicts(history[1], "d") == {"d1": ("dropped", "superseded", "d2"), "d3": ("dropped", "url_duplicate", "d2")}


def test_a_removed_survivor_is_replaced_by_a_new_election(history: list[Rows]) -> None:
    assert verdicts(history[2], "e") == {"e2": KEPT, "e3": ("dropped", "exact_duplicate", "e2")}


def test_a_cluster_splits_when_its_connecting_document_is_removed(history: list[Rows]) -> None:
    assert verdicts(history[0], "f") == {
        "f1": ("dropped", "near_duplicate", "f2"),
        "f2": KEPT,
        "f3": ("dropped", "url_duplicate", "f2"),
    }
    assert verdicts(history[2], "f") == {"f1": KEPT, "f3": KEPT}


def test_unaffected_documents_get_no_new_row(history: list[Rows]) -> None:
    assert [sorted(rows) for rows in history[1:]] == [["c1", "d1", "d3"], ["e2", "e3", "f1", "f3"]]


def test_the_returned_tables_have_exactly_the_declared_schemas(spark: SparkSession) -> None:
    empty = {
        "features": spark.createDataFrame([], FEATURES),
        "l2": spark.createDataFrame([], with_retry_columns(LEVEL.schema)),
        "signatures": spark.createDataFrame([], SIGNATURES),
        removed_rows("signatures"): spark.createDataFrame([], SIGNATURES),
    }
    answers = LEVEL.process(empty, SETTINGS, lambda frame, _: frame)
    assert answers["l2"].schema.simpleString() == with_retry_columns(LEVEL.schema).simpleString()
    assert answers["signatures"].schema.simpleString() == SIGNATURES.simpleString()


def corpus() -> list[Document]:
    """Families of near duplicates, exact duplicates and copies of one URL, chains included, among unique documents."""
    chosen = random.Random(5)
    found = []
    for number in range(30):
        family = english(100 + number // 3)
        text = family if chosen.random() < 0.5 else f"{family} {english(900 + number, 6)}"
        url = f"http://x.org/{chosen.randint(0, 30)}" if chosen.random() < 0.4 else None
        found.append(document(f"{chosen.getrandbits(32):08x}", text, chosen.choice(["web", "pmc", "arxiv"]), url))
    return found


def split(documents: Sequence[Document], parts: int) -> list[list[Document]]:
    return [list(documents[start::parts]) for start in range(parts)]


@pytest.fixture(scope="module")
def whole(spark: SparkSession, stage: Stage) -> L2Tables:
    """The corpus in one climb."""
    tables = L2Tables(spark, stage)
    tables.climb(*corpus())
    return tables


@pytest.mark.parametrize(("partitions", "max_single_task_edges"), [(7, 1_000), pytest.param(64, 0, marks=pytest.mark.slow)])
def test_rows_do_not_depend_on_order_partitioning_or_the_components_algorithm(
    spark: SparkSession, stage: Stage, whole: L2Tables, partitions: int, max_single_task_edges: int
) -> None:
    documents = corpus()
    other_way = L2Tables(spark, stage, SETTINGS.model_copy(update={"max_single_task_edges": max_single_task_edges}))
    usual = spark.conf.get("spark.sql.shuffle.partitions")
    spark.conf.set("spark.sql.shuffle.partitions", str(partitions))
    try:
        other_way.climb(*random.Random(partitions).sample(documents, len(documents)))
    finally:
        spark.conf.set("spark.sql.shuffle.partitions", usual or "1")
    assert (other_way.l2, other_way.signatures) == (whole.l2, whole.signatures)


@pytest.mark.parametrize("parts", [3, pytest.param(5, marks=pytest.mark.slow)])
def test_clusters_do_not_depend_on_increments(spark: SparkSession, stage: Stage, whole: L2Tables, parts: int) -> None:
    increments = L2Tables(spark, stage)
    for part in split(corpus(), parts):
        increments.climb(*part)
    assert clusters(increments.signatures) == clusters(whole.signatures)
    assert 3 < len(clusters(whole.signatures)) < 12
    for tables in (whole, increments):
        kept = {i for i, row in tables.l2.items() if row["verdict"] == "kept"}
        assert kept == {row["cluster_id"] for row in tables.signatures.values()}


def test_of_real_articles_only_older_versions_are_dropped(
    spark: SparkSession, stage: Stage, articles: dict[str, str], versions: list[tuple[str, str]]
) -> None:
    texts = sorted({*articles.values(), *(text for pair in versions for text in pair)})
    tables = L2Tables(spark, stage, L2Settings(min_bytes=0))
    tables.climb(*(document(f"{number:02x}", text) for number, text in enumerate(texts)))
    cluster = {texts[int(i, 16)]: row["cluster_id"] for i, row in tables.signatures.items()}
    assert all(cluster[new] == cluster[old] for new, old in versions)
    assert len(set(cluster.values())) == len({new for new, _ in versions}) + len(articles)
    assert {row["reason"] for row in tables.l2.values()} == {None, "near_duplicate"}
