"""Whether a piece of a document may go as a whole: the signs of what §3 L4 deletes, at the scale of a chunk."""

import re

from darwin_spark.levels.l4_refine.rules.front_back_matter import CUE
from darwin_spark.levels.l4_refine.rules.references import sign_density

REFERENCE_DENSITY = 0.7
"""Signs of a reference in 100 characters; prose with citations lies below."""
SHORT_LINE = 60
SHORT_SHARE = 0.6
"""Contents, indexes, glossaries, shattered tables: mostly short lines."""
LETTERS = 0.6
"""A smaller share of letters is debris, or a table of figures."""
CUES = 2
"""So many words of front and back matter (thanks, funding, licences) are no accident."""

_CONTACT = re.compile(r"https?://|www\.|@\w+\.\w|\b(?:ISBN|ISSN|doi)\b|\.{4,}|(?:\. ){4,}|click here|subscribe|cookie", re.I)


def reads_like_noise(text: str) -> bool:
    """Any sign is enough: the question is whether an empty answer can be right, not whether it is."""
    lines = [line for line in text.split("\n") if line.strip()]
    short = sum(len(line) for line in lines if len(line) <= SHORT_LINE)
    return (
        sign_density(text) >= REFERENCE_DENSITY
        or short >= SHORT_SHARE * len(text)
        or sum(map(str.isalpha, text)) < LETTERS * len(text)
        or len(CUE.findall(text)) >= CUES
        or _CONTACT.search(text) is not None
    )
