"""Delete lines that only refer to something outside the text, such as files to download (§3 L4: advertising, placeholders)."""

import re
from collections.abc import Sequence

from darwin_spark.levels.l4_refine.rules.headings import with_emptied
from darwin_spark.levels.l4_refine.rules.text import without
from darwin_spark.text.markdown import Kind

_MATERIAL = r"(?:(?:electronic\ )?supplementa(?:ry|l)\ (?:material|information|data|files?)|supporting\ information)"
_PLACEHOLDER = re.compile(
    rf"""[*_\s-]{{0,4}}(?:
      click\ here\ (?:for|to)\ .{{1,60}}
    | \((?:pdf|docx?|xlsx?|tiff?|png|jpe?g|eps|zip|txt|csv|mov|mp4|avi|ppt|pptx|rtf)\)
    | (?:{_MATERIAL}\ |transparency\ document\ )?(?:the\ )?{_MATERIAL}\ (?:
        (?:associated\ with\ this\ article|for\ this\ article|accompanies\ this\ (?:paper|article)|is\ available)\ )
        (?:can\ be\ found\ |is\ available\ )?(?:online\b)?.{{0,200}}
    | (?:{_MATERIAL}\ )?the\ online\ version\ of\ this\ article\ .{{0,120}}contains\ {_MATERIAL}.{{0,80}}
    | for\ {_MATERIAL}\ accompanying\ this\ (?:paper|article).{{0,200}}
    )[*_\s.]*$""",
    re.I | re.X,
)
PLACEHOLDER_CHARS = 400
"""Maximum length of such a line in characters."""


def placeholders(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Return the lines without 'Click here for additional data file' and such, and without headings of sections so emptied."""
    removed = {
        index
        for index, line in enumerate(lines)
        if kinds[index] in (Kind.PROSE, Kind.LIST) and len(line) <= PLACEHOLDER_CHARS and _PLACEHOLDER.match(line)
    }
    return without(lines, with_emptied(removed, lines, kinds))
