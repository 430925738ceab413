"""The code tables of the EAI taxonomy (Essential-Web v1.0 dataset card), read from `eai_codes.csv`."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

ABSTAIN: Final = -1
"""What every dimension says when its annotator does not know."""


@cache
def table(dimension: str) -> Mapping[int, str]:
    """Code -> name of one dimension. Raises KeyError for a dimension that has no table."""
    return _tables()[dimension]


def code(dimension: str, name: str) -> int:
    """The code that a name stands for, so that rules read as words. Raises KeyError."""
    codes = {known: number for number, known in table(dimension).items()}
    if name not in codes:
        raise KeyError(f"{dimension} has no {name!r}; it has {', '.join(codes)}")
    return codes[name]


@cache
def _tables() -> Mapping[str, Mapping[int, str]]:
    tables: dict[str, dict[int, str]] = {}
    with (files(__package__) / "eai_codes.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            tables.setdefault(row["dimension"], {})[int(row["code"])] = row["name"]
    return MappingProxyType({dimension: MappingProxyType(names) for dimension, names in tables.items()})
