"""Tell whether a PDF page shows pictures."""

from typing import Any

import pypdfium2.raw as pdfium_c

_MAX_DEPTH = 4  # pictures in forms (drawings used as a whole) are looked for this deep


def has_image(page: Any) -> bool:
    """Return whether a picture is on the page."""
    return next(iter(page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_IMAGE,), max_depth=_MAX_DEPTH)), None) is not None
