"""Read the code tables of the EAI taxonomy (Essential-Web v1.0 dataset card) from `eai_codes.csv`."""

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

ABSTAIN: Final = -1
"""Code of every dimension in which the annotator abstains."""


@cache
def table(dimension: str) -> Mapping[int, str]:
    """Return {code: name} of one dimension. Raises KeyError if the dimension has no table."""
    return MappingProxyType({int(row["code"]): row["name"] for row in _rows()[dimension]})


@cache
def ranked(dimension: str) -> frozenset[int]:
    """Return the codes of a dimension that are ordered; none if it has no scale (document types). KeyError without a table.

    `Indeterminate` and `Not Applicable` are excluded: they have the highest codes of their tables but are abstentions.
    """
    return frozenset(int(row["code"]) for row in _rows()[dimension] if row["ranked"] == "yes")


def code(dimension: str, name: str) -> int:
    """Return the code of a name in one dimension. Raises KeyError if there is no such dimension or name."""
    codes_by_name = {known_name: number for number, known_name in table(dimension).items()}
    if name not in codes_by_name:
        raise KeyError(f"{dimension} has no {name!r}; it has {', '.join(codes_by_name)}")
    return codes_by_name[name]


@cache
def _rows() -> Mapping[str, Sequence[Mapping[str, str]]]:
    tables: dict[str, list[Mapping[str, str]]] = {}
    with (files(__package__) / "eai_codes.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            tables.setdefault(row["dimension"], []).append(row)
    return tables
