"""Drop running heads that name the authors ("Smith et al.") and stand on one page only, as in a paper of three pages."""

import re
from collections.abc import Sequence

from darwin_spark.parsers.pdf.fragments import Fragment, PageText

_AUTHORS = re.compile(r"(?!\W)[^\d,;:()\[\]]{2,60},?\s?et al\.?", re.IGNORECASE)
_ENDS = ("al", "al.", "Al", "Al.", "AL", "AL.", "aL", "aL.")
_MAX_OFFSET = 1.0  # points by which the baselines of running heads may differ between pages
_ROW = 0.5  # fragments whose baselines differ by less than this share of a font size are on one line


def without_author_heads(pages: Sequence[PageText], kept: Sequence[list[Fragment]]) -> list[list[Fragment]]:
    """Return each page's fragments without authors at the height, and in the size, of a running head of another page.

    `kept`: the fragments of each page that are left without running heads. Authors that share their line with text stay.
    """
    found = [_authors(page) for page in kept]
    if not any(found):
        return list(kept)
    heads = [head for page, left in zip(pages, kept, strict=True) for head in _dropped(page, left)]
    out = []
    for page, authors in zip(kept, found, strict=True):
        dropped = {id(f) for f in authors if _is_head(f, page, heads)}
        out.append([f for f in page if id(f) not in dropped])
    return out


def _authors(page: Sequence[Fragment]) -> list[Fragment]:
    """Return the fragments that are names of authors and nothing else."""
    return [f for f in page if f.text.endswith(_ENDS) and _AUTHORS.fullmatch(f.text)]


def _dropped(page: PageText, left: Sequence[Fragment]) -> list[Fragment]:
    if len(left) == len(page.fragments):
        return []
    ids = {id(f) for f in left}
    return [f for f in page.fragments if id(f) not in ids]


def _is_head(fragment: Fragment, page: Sequence[Fragment], heads: Sequence[Fragment]) -> bool:
    is_alone = not any(f is not fragment and abs(f.baseline - fragment.baseline) < _ROW * f.size for f in page)
    return is_alone and any(abs(f.baseline - fragment.baseline) <= _MAX_OFFSET and f.size == fragment.size for f in heads)
