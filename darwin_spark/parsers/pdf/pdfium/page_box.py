"""The visible part of a PDF page. All coordinates of text are relative to it, so that a crop box changes nothing."""

import ctypes
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium_c


class PageBox(NamedTuple):
    """The crop box within the media box, before the page is turned (/Rotate): lower left corner and size in points."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def top(self) -> float:
        """Return the y of the upper edge."""
        return self.bottom + self.height


def page_box(page: Any) -> PageBox:
    """Return the visible box of an open page; without a usable box, the size that pdfium displays, at the origin."""
    box = pdfium_c.FS_RECTF()
    if pdfium_c.FPDF_GetPageBoundingBox(page, ctypes.byref(box)) and box.right > box.left and box.top > box.bottom:
        return PageBox(box.left, box.bottom, box.right - box.left, box.top - box.bottom)
    return PageBox(0.0, 0.0, *page.get_size())
