"""Solve a graph of few edges in one task, by scipy."""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def solve(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Read all edges (u, v) of the graph, and yield one batch of all its vertices with their components."""
    received = list(batches)
    if not received:
        return
    table = pa.Table.from_batches(received)
    codes, names = pd.factorize(pd.concat([table["u"].to_pandas(), table["v"].to_pandas()], ignore_index=True), sort=True)
    ends = (codes[: table.num_rows], codes[table.num_rows :])
    graph = coo_array((np.ones(table.num_rows, dtype=np.int8), ends), shape=(len(names), len(names)))
    _, labels = connected_components(graph, directed=False)
    _, first = np.unique(labels, return_index=True)  # names are sorted: the first vertex of a label is its smallest
    vertices = np.asarray(names, dtype=object)
    yield pa.RecordBatch.from_arrays(
        [pa.array(vertices, pa.string()), pa.array(vertices[first[labels]], pa.string())], names=["vertex", "component"]
    )
