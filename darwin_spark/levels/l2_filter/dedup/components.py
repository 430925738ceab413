"""Clusters of near duplicates: the connected components of the graph of candidate edges.

Few edges are settled in one task; more of them in rounds of joins that contract the graph (large-star and small-star,
Kiveris et al. 2014, O(log n) rounds in practice, chains included). Both give every vertex the smallest vertex of its
component, and neither brings an edge to the driver.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components as scipy_components

from darwin_spark.verdicts import Stage

MAX_ROUNDS = 50
"""More than any graph needs: a chain of 2**20 documents settles in about twenty."""
MEMBERS = "vertex string, component string"


class NotSettledError(Exception):
    """The rounds ran out before the components stood still: a defect here, never a property of the data."""


def connected_components(edges: DataFrame, one_task_edges: int, stage: Stage) -> DataFrame:
    """(vertex, component) of every vertex of `edges` (u, v), where component is the smallest vertex connected to it.

    Up to `one_task_edges` edges one task holds the graph (about 0.3 KB an edge); `edges` should be staged, it is counted.
    """
    if edges.count() <= one_task_edges:
        return edges.repartition(1).mapInArrow(_settle, MEMBERS)
    return _contract(edges, stage)


def _settle(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """All edges of the graph in, all its vertices out."""
    received = list(batches)
    if not received:
        return
    table = pa.Table.from_batches(received)
    codes, names = pd.factorize(pd.concat([table["u"].to_pandas(), table["v"].to_pandas()], ignore_index=True), sort=True)
    ends = (codes[: table.num_rows], codes[table.num_rows :])
    graph = coo_array((np.ones(table.num_rows, dtype=np.int8), ends), shape=(len(names), len(names)))
    _, labels = scipy_components(graph, directed=False)
    _, first = np.unique(labels, return_index=True)  # names are sorted: the first vertex of a label is its smallest
    vertices = np.asarray(names, dtype=object)
    yield pa.RecordBatch.from_arrays(
        [pa.array(vertices, pa.string()), pa.array(vertices[first[labels]], pa.string())], names=["vertex", "component"]
    )


def _contract(edges: DataFrame, stage: Stage) -> DataFrame:
    """Alternate the two operations until the edges stand still: then each leads from a vertex to its component."""
    before = _fingerprint(edges)
    for number in range(MAX_ROUNDS):
        edges = stage(_small_star(_large_star(edges)), f"components_{number}")
        after = _fingerprint(edges)
        if after == before:
            roots = edges.select(F.col("v").alias("vertex")).distinct().withColumn("component", F.col("vertex"))
            return edges.select(F.col("u").alias("vertex"), F.col("v").alias("component")).unionByName(roots)
        before = after
    raise NotSettledError(
        f"connected components did not settle in {MAX_ROUNDS} rounds; please report this with the number of edges"
    )


def _fingerprint(edges: DataFrame) -> tuple[int, int]:
    """How many edges, and a sum over them that changes when they do."""
    code = F.xxhash64("u", "v").cast("decimal(38,0)")
    row = edges.agg(F.count("*").alias("edges"), F.coalesce(F.sum(code), F.lit(0)).alias("code")).first()
    return (int(row["edges"]), int(row["code"])) if row else (0, 0)


def _large_star(edges: DataFrame) -> DataFrame:
    """Connect the larger neighbours of each vertex with the smallest vertex around it (itself included)."""
    both = edges.select("u", "v").unionByName(edges.select(F.col("v").alias("u"), F.col("u").alias("v")))
    around = both.groupBy("u").agg(F.least(F.min("v"), F.col("u")).alias("smallest"))
    larger = both.where("v > u").join(around, "u", "inner")
    return larger.select(F.col("v").alias("u"), F.col("smallest").alias("v")).distinct()


def _small_star(edges: DataFrame) -> DataFrame:
    """Connect each vertex and its smaller neighbours with the smallest of them. Edges lead from larger to smaller."""
    around = edges.groupBy("u").agg(F.min("v").alias("smallest"))
    neighbours = (
        edges.join(around, "u", "inner").where("v > smallest").select(F.col("v").alias("u"), F.col("smallest").alias("v"))
    )
    return neighbours.unionByName(around.select("u", F.col("smallest").alias("v"))).distinct()
