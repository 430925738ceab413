"""Drop running heads with the volume of a journal that stand on one page only: "Proceedings of JuliaCon    1(1), 2021"."""

import re
from collections.abc import Sequence

from darwin_spark.parsers.pdf.fragments import Fragment, PageText

_VOLUME = re.compile(r"(?:vol(?:ume|\.)?\s?)?\d{1,4}\s?\(\d{1,3}\)[,:]?\s?\(?(?:19|20)\d\d\)?", re.IGNORECASE)
_MAX_PIECES = 3  # maximum number of pieces of such a line
_MARGIN = 0.12  # share of the page height, at the top, that holds it
_ROW = 0.5  # fragments whose baselines differ by less than this share of a font size are on one line
_INDENT = 1.5  # font sizes by which its ends may be inside the edges of the text


def without_volume_heads(pages: Sequence[PageText], kept: Sequence[list[Fragment]]) -> list[list[Fragment]]:
    """Return each page's fragments without a first line that ends, or begins, with volume, issue and year; not of page 1.

    `kept`: the fragments of each page that are left without running heads. The line reaches from edge to edge of the text.
    """
    return [_without_head(page, left) if index else left for index, (page, left) in enumerate(zip(pages, kept, strict=True))]


def _without_head(page: PageText, left: list[Fragment]) -> list[Fragment]:
    top = min([f.baseline for f in left], default=page.height)
    if top > _MARGIN * page.height:
        return left
    row = sorted((f for f in left if f.baseline - top < _ROW * f.size), key=lambda f: f.left)
    if not 1 < len(row) <= _MAX_PIECES or not any(_VOLUME.fullmatch(f.text) for f in (row[0], row[-1])):
        return left
    rest = [f for f in left if f not in row]
    indent = _INDENT * row[0].size
    is_wide = all(row[0].left <= f.left + indent and row[-1].right >= f.right - indent for f in rest)
    return rest if is_wide else left
