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
    """Number of labelled documents for which a rule was right, and of all for which the rule gave an answer."""

    right: int
    answered: int


def probability(label: str, source: str) -> float | None:
    """Return the probability that `source` gives `label` correctly: 1 if declared, None without a rule (`rule:none`, judge)."""
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
    """Return {document type label: probability} for v1 and v2, both from the v1 precision of the rule; empty without a rule."""
    found = probability("doc_type_v1", source)
    return {} if found is None else {"doc_type_v1": found, "doc_type_v2": found}


def of_discipline(source: str) -> dict[str, float]:
    """Return {`discipline`: probability} for an FDC code from `declared` or `rule:terms`; empty for `rule:none`."""
    found = probability("discipline", source)
    return {} if found is None else {"discipline": found}


@cache
def tallies() -> Mapping[tuple[str, str], Tally]:
    """Return the tallies of `rule_precision.csv` by (label, rule)."""
    with (files(__package__) / FILE).open(encoding="utf-8") as lines:
        return {(row["label"], row["rule"]): Tally(int(row["right"]), int(row["answered"])) for row in csv.DictReader(lines)}
