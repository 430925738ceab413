import itertools
import random
from collections.abc import Iterable

import pytest
from pyspark.sql import DataFrame, SparkSession

from darwin_spark.levels.l2_filter.dedup import components as subject
from darwin_spark.levels.l2_filter.dedup.components import connected_components
from darwin_spark.verdicts import Stage

Edge = tuple[str, str]


def graphs() -> list[Edge]:
    """Chains, stars, cliques, bipartite and sparse random graphs side by side, names shuffled so that no order helps."""
    chosen = random.Random(11)
    edges: list[tuple[int, int]] = []
    offset = 0

    def add(size: int, links: Iterable[tuple[int, int]]) -> None:
        nonlocal offset
        edges.extend((offset + a, offset + b) for a, b in links)
        offset += size

    for length in (2, 3, 17, 60):
        add(length, ((i, i + 1) for i in range(length - 1)))
    add(30, ((0, i) for i in range(1, 30)))
    add(6, ((i, j) for i in range(6) for j in range(i)))
    for _ in range(60):
        size = chosen.randint(2, 12)
        add(size, (tuple(chosen.sample(range(size), 2)) for _ in range(chosen.randint(1, size))))  # type: ignore[misc]
    names = [f"{number:04x}" for number in range(offset)]
    chosen.shuffle(names)
    return sorted({(max(names[a], names[b]), min(names[a], names[b])) for a, b in edges})


def expected(edges: Iterable[Edge]) -> dict[str, str]:
    """Union-find: a reference implementation."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for a, b in edges:
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    return {name: root(name) for name in parent}


def frame(spark: SparkSession, edges: list[Edge]) -> DataFrame:
    return spark.createDataFrame(edges, "u string, v string")


def answer(components: DataFrame) -> dict[str, str]:
    rows = components.collect()
    assert len({row["vertex"] for row in rows}) == len(rows)
    return {row["vertex"]: row["component"] for row in rows}


@pytest.mark.parametrize("max_single_task_edges", [1_000_000, 0], ids=["one task", "rounds"])
def test_both_algorithms_find_the_components_of_all_graphs(
    spark: SparkSession, stage: Stage, max_single_task_edges: int
) -> None:
    edges = graphs()
    assert answer(connected_components(frame(spark, edges), max_single_task_edges, stage)) == expected(edges)


@pytest.mark.parametrize("max_single_task_edges", [1_000_000, 0], ids=["one task", "rounds"])
def test_no_edges_have_no_components(spark: SparkSession, stage: Stage, max_single_task_edges: int) -> None:
    assert answer(connected_components(frame(spark, []), max_single_task_edges, stage)) == {}


def test_too_many_rounds_without_convergence_are_an_error(
    spark: SparkSession, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "MAX_ROUNDS", 1)
    with pytest.raises(subject.NotConvergedError, match="1 rounds"):
        connected_components(frame(spark, [("b", "a"), ("c", "b"), ("d", "c")]), 0, stage)


def test_a_chain_of_a_thousand_edges_converges_in_few_rounds(spark: SparkSession) -> None:
    length, rounds = 1_000, []
    names = [f"{number:04x}" for number in random.Random(2).sample(range(1 << 16), length)]
    links = [(max(pair), min(pair)) for pair in itertools.pairwise(names)]

    def stage(frame: DataFrame, name: str) -> DataFrame:
        rounds.append(name)
        return spark.createDataFrame(frame.toArrow(), frame.schema)

    found = connected_components(frame(spark, links), 0, stage)
    assert [tuple(row) for row in found.groupBy("component").count().collect()] == [(min(names), length)]
    assert len(rounds) <= 15


def test_a_giant_cluster_is_found_in_one_task(spark: SparkSession, stage: Stage) -> None:
    members = spark.range(1, 300_000).selectExpr("printf('%08x', id) AS u", "printf('%08x', 0) AS v")
    found = connected_components(members, 1_000_000, stage)
    assert [tuple(row) for row in found.groupBy("component").count().collect()] == [("00000000", 300_000)]
