"""Free Decimal Correspondence (FDC): codes read, and mapped to the paper's disciplines (§A.1).

The table is data, `fdc_disciplines.csv`: ranges of three-digit codes. The paper lets 600-610 (engineering) and 610-619
(medicine) overlap; 610 is read as medicine. Where the paper names no second level the discipline is repeated, so that a
classified document always has a subdiscipline.
"""

import csv
import re
from bisect import bisect_right
from functools import cache
from importlib.resources import files
from typing import NamedTuple

# Three digits, then decimals, Dewey's segmentation marks (338.4/7355) or a trailing note (332 22, "620: Engineering");
# or one or two digits alone, which name a whole class or division (5, 51).
_CODE = re.compile(r"\s*(?:(?P<section>[0-9]{3})(?P<rest>(?![0-9]).*)|(?P<prefix>[0-9]{1,2}))\s*", re.DOTALL)
_DECIMALS = re.compile(r"/?\.(?P<decimals>[0-9]+)")


class Discipline(NamedTuple):
    """The two levels of the paper's §A.1."""

    discipline: str
    subdiscipline: str


def parse(code: str | None) -> str | None:
    """The code in its plain form, `616`, `338.4` or `005.13`; None for what is no code, -1 (abstained) among it.

    One or two digits are a class or division read from the left, as EAI's levels are: `51` is 510.
    """
    match = _CODE.fullmatch(code or "")
    if match is None:
        return None
    if match["prefix"]:
        return str(match["prefix"]).ljust(3, "0")
    decimals = _DECIMALS.match(match["rest"])
    significant = decimals["decimals"].rstrip("0") if decimals else ""
    return f"{match['section']}.{significant}" if significant else str(match["section"])


def discipline(code: str | None) -> Discipline | None:
    """Discipline and subdiscipline of a code; None where the code says nothing."""
    parsed = parse(code)
    if parsed is None:
        return None
    section = int(parsed[:3])
    starts, ranges = _table()
    index = bisect_right(starts, section) - 1
    if index < 0:
        return None
    last, answer = ranges[index]
    return answer if section <= last else None


def disciplines() -> list[str]:
    """The nine disciplines, in alphabetical order."""
    return sorted({answer.discipline for _, answer in _table()[1]})


@cache
def _table() -> tuple[list[int], list[tuple[int, Discipline]]]:
    with (files(__package__) / "fdc_disciplines.csv").open(encoding="utf-8") as lines:
        rows = sorted(csv.DictReader(lines), key=lambda row: int(row["first"]))
    starts = [int(row["first"]) for row in rows]
    return starts, [(int(row["last"]), Discipline(row["discipline"], row["subdiscipline"])) for row in rows]
