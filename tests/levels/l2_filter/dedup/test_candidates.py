import random

import pytest
from pyspark.sql import DataFrame, SparkSession

from darwin_spark.levels.l2_filter.dedup.candidates import candidate_edges, star_edges
from darwin_spark.levels.l2_filter.dedup.minhash import jaccard, sign

INDEX = "doc_id string, cluster_id string, bands array<long>, minhash binary, text_hash string, url_key string"
Document = tuple[str, str, list[int], bytes, str | None, str | None]


def document(
    doc_id: str, bands: list[int], text: str | None = None, url: str | None = None, cluster: str = ""
) -> tuple[object, ...]:
    return doc_id, cluster or doc_id, bands, b"", text, url


def found(spark: SparkSession, new: list[Document], indexed: list[Document]) -> set[tuple[str, str]]:
    return pairs(candidate_edges(spark.createDataFrame(new, INDEX), spark.createDataFrame(indexed, INDEX)))


def pairs(edges: DataFrame) -> set[tuple[str, str]]:
    rows = [(row.u, row.v) for row in edges.collect()]
    assert len(set(rows)) == len(rows)
    return set(rows)


def test_a_shared_key_adds_one_edge_per_document(spark: SparkSession) -> None:
    keys = [(1, name) for name in "dbca"] + [(2, "a"), (3, "b"), (3, "d"), (4, "b"), (4, "d")]
    edges = star_edges(spark.createDataFrame(keys, "key long, end string")).distinct()
    assert pairs(edges) == {("b", "a"), ("c", "a"), ("d", "a"), ("d", "b")}


def test_bands_text_hashes_and_urls_are_separate_keys(spark: SparkSession) -> None:
    new = [
        document("a", [1, 2]),
        document("b", [2, 3]),
        document("c", [], text="t"),
        document("d", [], text="t", url="u"),
        document("e", [], url="u"),
        document("f", [], url="t"),
        document("g", [], text=None),
    ]
    assert found(spark, new, []) == {("b", "a"), ("d", "c"), ("e", "d")}


def test_an_indexed_document_is_represented_by_its_cluster_and_indexed_pairs_are_not_returned(spark: SparkSession) -> None:
    indexed = [document("k", [1], cluster="m"), document("m", [1, 7], cluster="m"), document("x", [8, 7]), document("y", [9])]
    assert found(spark, [document("z", [1])], indexed) == {("z", "m")}
    assert found(spark, [document("a", [8])], indexed) == {("x", "a")}
    assert found(spark, [document("a", [8, 9])], indexed) == {("x", "a"), ("y", "a")}
    assert found(spark, [document("a", [4])], indexed) == set()


@pytest.mark.parametrize("min_jaccard", [0.0, 0.9, 1.0])
def test_candidates_are_verified_by_their_signatures_if_min_jaccard_is_set(
    spark: SparkSession, articles: dict[str, str], min_jaccard: float
) -> None:
    words = next(iter(articles.values())).split()[:3_000]
    chosen = random.Random(3)
    texts = [words] + [[word if chosen.random() > share else "other" for word in words] for share in (0.001, 0.02, 0.05)]
    signatures = [sign(" ".join(text)) for text in texts]
    index = [(f"d{i}", f"d{i}", s.bands, s.minhash, s.text_hash, "same" if i > 1 else None) for i, s in enumerate(signatures)]
    frame = spark.createDataFrame(index, INDEX)
    edges = pairs(candidate_edges(frame.where("doc_id <> 'd0'"), frame.where("doc_id = 'd0'"), min_jaccard))
    alike = {i for i in (1, 2, 3) if jaccard(signatures[0].minhash, signatures[i].minhash) >= min_jaccard}
    shared = {i for i in (1, 2, 3) if set(signatures[0].bands) & set(signatures[i].bands)}
    assert {u for u, v in edges if v == "d0"} == {f"d{i}" for i in alike & shared}
    assert ("d3", "d2") in edges


def test_a_key_of_a_hundred_thousand_documents_adds_as_many_edges(spark: SparkSession) -> None:
    keys = spark.range(100_000).selectExpr("7L AS key", "printf('%08x', id) AS end")
    edges = star_edges(keys)
    (row,) = edges.selectExpr("count(*) AS edges", "count(DISTINCT v) AS hubs", "min(v) AS hub").collect()
    assert (row.edges, row.hubs, row.hub) == (99_999, 1, "00000000")
