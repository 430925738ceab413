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
    right, answered = tallies().get((label, source), Tally(0, 0))
    return (right + 1) / (answered + 2)


@cache
def tallies() -> Mapping[tuple[str, str], Tally]:
    """By label and rule."""
    with (files(__package__) / FILE).open(encoding="utf-8") as lines:
        return {(row["label"], row["rule"]): Tally(int(row["right"]), int(row["answered"])) for row in csv.DictReader(lines)}
