"""Give each rule a probability: its precision on labelled documents (`rule_precision.csv`).

`python -m benchmarks.l3.kinds --write` recounts the file. A rule that was right for k of n documents has the probability
(k + 1) / (n + 2) (Laplace's rule of succession); a rule that no labelled document has triggered has 0.5.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

FILE: Final = "rule_precision.csv"
DECLARED, NONE = "declared", "rule:none"


class Tally(NamedTuple):
    """Number of labelled documents that a rule answered, and of those that it answered correctly."""

    right: int
    answered: int


def probability(label: str, source: str) -> float | None:
    """Return the probability of a label from `source`: 1 if declared, None if no rule gave it (`rule:none`, a judge)."""
    if source == DECLARED:
        return 1.0
    if source == NONE or not source.startswith("rule:"):
        return None
    return _laplace(tallies().get((label, source), Tally(0, 0)))


def _laplace(tally: Tally) -> float:
    return (tally.right + 1) / (tally.answered + 2)


UNCOUNTED: Final = _laplace(Tally(0, 0))
"""Probability of a label whose source was never counted: 0.5."""


def of_type(source: str) -> dict[str, float]:
    """Return the probabilities of both document types; the v1 precision serves for both, as one rule sets both."""
    found = probability("doc_type_v1", source)
    return {} if found is None else {"doc_type_v1": found, "doc_type_v2": found}


def of_discipline(source: str) -> dict[str, float]:
    """Return the probability of the discipline of an FDC code that was declared or found by terms; empty if none."""
    found = probability("discipline", source)
    return {} if found is None else {"discipline": found}


@cache
def tallies() -> Mapping[tuple[str, str], Tally]:
    """Return the tallies by (label, rule)."""
    with (files(__package__) / FILE).open(encoding="utf-8") as lines:
        return {(row["label"], row["rule"]): Tally(int(row["right"]), int(row["answered"])) for row in csv.DictReader(lines)}
