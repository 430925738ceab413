"""How sure a rule is: how often it was right about documents whose kind is known, `rule_precision.csv`.

`python -m benchmarks.l3.kinds --write` counts anew. A rule that was right k times of n counts as (k + 1) / (n + 2), Laplace's
rule of succession: one that no labelled document ever met is as likely right as wrong.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

FILE: Final = "rule_precision.csv"
DECLARED, NONE = "declared", "rule:none"


class Tally(NamedTuple):
    """Answers of a rule about labelled documents."""

    right: int
    answered: int


def probability(label: str, source: str) -> float | None:
    """How sure `source` is of a label: 1 where the document declares it, None where no rule speaks (no answer, a judge's)."""
    if source == DECLARED:
        return 1.0
    if source == NONE or not source.startswith("rule:"):
        return None
    return _sure(tallies().get((label, source), Tally(0, 0)))


def _sure(tally: Tally) -> float:
    return (tally.right + 1) / (tally.answered + 2)


UNCOUNTED: Final = _sure(Tally(0, 0))
"""How sure an answer is if no answer of its kind was ever counted."""


def of_type(source: str) -> dict[str, float]:
    """How sure both codes of a document type are; the labelled documents tell of the first, the second comes with it."""
    found = probability("doc_type_v1", source)
    return {} if found is None else {"doc_type_v1": found, "doc_type_v2": found}


def of_discipline(source: str) -> dict[str, float]:
    """How sure the discipline of a code is that a document declares or its terms speak for."""
    found = probability("discipline", source)
    return {} if found is None else {"discipline": found}


@cache
def tallies() -> Mapping[tuple[str, str], Tally]:
    """By label and rule."""
    with (files(__package__) / FILE).open(encoding="utf-8") as lines:
        return {(row["label"], row["rule"]): Tally(int(row["right"]), int(row["answered"])) for row in csv.DictReader(lines)}
