"""Assign records to cross-validation folds; records of one work share a fold, and the order of records does not matter."""

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from darwin_spark.levels.l3_classify.training.records import Record

FOLDS = 5


def folds(records: Sequence[Record], salt: str = "") -> npt.NDArray[np.intp]:
    """Return the fold (0 to 4) of each record: the hash of `salt` and the smallest id of the record's group, modulo FOLDS.

    Records that share a title or text, also through other records, form one group (union-find).
    """
    parents = list(range(len(records)))

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    first_with_key: dict[str, int] = {}
    for index, record in enumerate(records):
        for key in record.work_keys():
            a, b = root(index), root(first_with_key.setdefault(key, index))
            if a != b:
                smaller, larger = sorted((a, b), key=lambda place: records[place].id)
                parents[larger] = smaller
    names = (records[root(index)].id for index in range(len(records)))
    return np.array([int(hashlib.sha256(f"{salt}{name}".encode()).hexdigest(), 16) % FOLDS for name in names], dtype=np.intp)
