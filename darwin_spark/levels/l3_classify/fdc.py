"""Parse codes of the Free Decimal Correspondence (FDC) and map them to the paper's disciplines (§A.1).

The table `fdc_disciplines.csv` holds ranges of three-digit codes. In the paper 600-610 (engineering) and 610-619 (medicine)
overlap; we count 610 as medicine. Where the paper names no second level, the table repeats the discipline as subdiscipline.
"""

import csv
import re
from bisect import bisect_right
from functools import cache
from importlib.resources import files
from typing import NamedTuple

# Three digits, then decimals, Dewey's segmentation marks (338.4/7355) or a trailing note (332 22, "620: Engineering");
# or only one or two digits, which name a whole class or division (5, 51).
_CODE = re.compile(r"\s*(?:(?P<section>[0-9]{3})(?P<rest>(?![0-9]).*)|(?P<prefix>[0-9]{1,2}))\s*", re.DOTALL)
_DECIMALS = re.compile(r"/?\.(?P<decimals>[0-9]+)")


class Discipline(NamedTuple):
    """Discipline and subdiscipline, the two levels of §A.1."""

    discipline: str
    subdiscipline: str


def parse(code: str | None) -> str | None:
    """Return an FDC or Dewey code as `616` or `338.4`, `51` (a division) as `510`; None for no code, such as -1."""
    match = _CODE.fullmatch(code or "")
    if match is None:
        return None
    if match["prefix"]:
        return str(match["prefix"]).ljust(3, "0")
    decimals = _DECIMALS.match(match["rest"])
    significant = decimals["decimals"].rstrip("0") if decimals else ""
    return f"{match['section']}.{significant}" if significant else str(match["section"])


def discipline(code: str | None) -> Discipline | None:
    """Return the discipline and subdiscipline of a code; None if it is not a code or the table has no range for it."""
    parsed = parse(code)
    if parsed is None:
        return None
    section = int(parsed[:3])
    starts, ranges = _ranges()
    position = bisect_right(starts, section) - 1
    if position < 0:
        return None
    last, answer = ranges[position]
    return answer if section <= last else None


def disciplines() -> list[str]:
    """Return the names of the nine disciplines, in alphabetical order."""
    return sorted({answer.discipline for _, answer in _ranges()[1]})


@cache
def _ranges() -> tuple[list[int], list[tuple[int, Discipline]]]:
    with (files(__package__) / "fdc_disciplines.csv").open(encoding="utf-8") as lines:
        rows = sorted(csv.DictReader(lines), key=lambda row: int(row["first"]))
    starts = [int(row["first"]) for row in rows]
    return starts, [(int(row["last"]), Discipline(row["discipline"], row["subdiscipline"])) for row in rows]
