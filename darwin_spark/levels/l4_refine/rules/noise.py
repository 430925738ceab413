"""Decide whether a text may be deleted as a whole: look for signs of what §3 L4 deletes, at the scale of a chunk."""

import re

from darwin_spark.levels.l4_refine.rules.front_back_matter import CUE
from darwin_spark.levels.l4_refine.rules.references import sign_density

REFERENCE_DENSITY = 0.7
"""Minimum number of reference features per 100 characters of a reference list; prose with citations has fewer."""
SHORT_LINE = 60
SHORT_SHARE = 0.6
"""Minimum share of characters on lines up to SHORT_LINE, as in contents, indexes, glossaries and shattered tables."""
LETTERS = 0.6
"""A text with a smaller share of letters is OCR debris or a table of numbers."""
CUES = 2
"""Minimum number of front- and back-matter words (thanks, funding, licences); fewer may be accidental."""
_CONTACT = re.compile(r"https?://|www\.|@\w+\.\w|\b(?:ISBN|ISSN|doi)\b|\.{4,}|(?:\. ){4,}|click here|subscribe|cookie", re.I)


def reads_like_noise(text: str) -> bool:
    """Return whether a text shows at least one sign of noise, so that a model may be right to delete all of it."""
    lines = [line for line in text.split("\n") if line.strip()]
    short_chars = sum(len(line) for line in lines if len(line) <= SHORT_LINE)
    return (
        sign_density(text) >= REFERENCE_DENSITY
        or short_chars >= SHORT_SHARE * len(text)
        or sum(map(str.isalpha, text)) < LETTERS * len(text)
        or len(CUE.findall(text)) >= CUES
        or _CONTACT.search(text) is not None
    )
