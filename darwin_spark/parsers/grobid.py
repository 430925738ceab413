"""Heading ranks of sections in GROBID output (TEI, S2ORC JSON). Sections are not nested; their numbers give the rank."""

import re

from darwin_spark.parsers.markdown_headings import MAX_HEADING

_NUMBER = re.compile(r"(?:\d{1,3}|[A-Z]|[IVX]{1,5})(?:\.\d{1,3})*\.?")


def section_rank(number: str, base: int, previous: int) -> int:
    """Return a section's heading rank, at most 6: `base` for '2', `base` + 1 for '2.1' ...; `previous` without valid number."""
    number = number.strip()
    if not _NUMBER.fullmatch(number):
        return previous
    return min(base + number.rstrip(".").count("."), MAX_HEADING)
