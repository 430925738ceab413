"""The code tables of the EAI taxonomy (Essential-Web v1.0 dataset card), read from `eai_codes.csv`."""

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

ABSTAIN: Final = -1
"""What every dimension says when its annotator does not know."""


@cache
def table(dimension: str) -> Mapping[int, str]:
    """Code -> name of one dimension. Raises KeyError for a dimension that has no table."""
    return MappingProxyType({int(row["code"]): row["name"] for row in _rows()[dimension]})


@cache
def ranked(dimension: str) -> frozenset[int]:
    """The codes that are a place on a scale; empty where a dimension has none (document types).

    `Indeterminate` and `Not Applicable` have the highest numbers of their tables and are no more than abstentions.
    """
    return frozenset(int(row["code"]) for row in _rows()[dimension] if row["ranked"] == "yes")


def code(dimension: str, name: str) -> int:
    """The code that a name stands for, so that rules read as words. Raises KeyError."""
    codes = {known: number for number, known in table(dimension).items()}
    if name not in codes:
        raise KeyError(f"{dimension} has no {name!r}; it has {', '.join(codes)}")
    return codes[name]


@cache
def _rows() -> Mapping[str, Sequence[Mapping[str, str]]]:
    tables: dict[str, list[Mapping[str, str]]] = {}
    with (files(__package__) / "eai_codes.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            tables.setdefault(row["dimension"], []).append(row)
    return tables
