"""What TEI and S2ORC JSON have in common where GROBID made them: sections are flat, their rank is in their number."""

import re

from darwin_spark.parsers.markdown_headings import MAX_HEADING

_NUMBER = re.compile(r"(?:\d{1,3}|[A-Z]|[IVX]{1,5})(?:\.\d{1,3})*\.?")


def section_rank(number: str, base: int, previous: int) -> int:
    """Heading rank of a section numbered `number` ('2.1' is one below '2'); one without number stays at `previous`."""
    number = number.strip()
    if not _NUMBER.fullmatch(number):
        return previous
    return min(base + number.rstrip(".").count("."), MAX_HEADING)
