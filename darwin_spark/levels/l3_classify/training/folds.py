"""Folds that keep the records of one work together, and depend on nothing but the records themselves."""

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from darwin_spark.levels.l3_classify.training.records import Record

FOLDS = 5


def folds(records: Sequence[Record], salt: str = "") -> npt.NDArray[np.intp]:
    """The fold of each record, 0 to 4: by the hash of the smallest id among the records that share its title or text."""
    parents = list(range(len(records)))

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    first: dict[str, int] = {}
    for index, record in enumerate(records):
        for key in record.work_keys():
            a, b = root(index), root(first.setdefault(key, index))
            if a != b:
                older, newer = sorted((a, b), key=lambda place: records[place].id)
                parents[newer] = older
    names = (records[root(index)].id for index in range(len(records)))
    return np.array([int(hashlib.sha256(f"{salt}{name}".encode()).hexdigest(), 16) % FOLDS for name in names], dtype=np.intp)
