"""Which pages of a PDF are read by OCR, and what is reported of it.

A page is read again if it has no text layer; if its layer is the work of a broken character map; or if its layer lies
over a scan of the whole page and is a mere stamp, or reads badly. The better text stays: a page of formulas or gene
sequences that only looks broken looks the same to OCR and keeps its layer.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from darwin_spark.config.l1 import OcrSettings
from darwin_spark.parsers.isolation.heartbeat import beat
from darwin_spark.parsers.ocr import text_layer_quality
from darwin_spark.parsers.ocr.engine import EngineMissing, OcrError, OcrLine
from darwin_spark.parsers.ocr.engines import engine
from darwin_spark.parsers.ocr.fragments import page_text, with_even_sizes
from darwin_spark.parsers.ocr.page_view import OLMOCR
from darwin_spark.parsers.ocr.rendering import image_share, render
from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.parsers.pdf.glyphs import PageText

_STAMP_CHARS = 200
"""A layer this short over a scan of the whole page is a stamp ("Downloaded from ..."), not the page's text."""
_SAMPLE_CHARS = 1_000
"""Enough of a page to see that it reads badly, and cheap to look at on every page."""
_MAX_EMPTY = 2 / 3
"""Share of pages without text above which a PDF counts as a scan."""
_WHOLE_PAGE = 0.85
"""Share of the page from which an image counts as a scan of it."""


_GLANCE_DPI = 72
"""Enough to see whether anything is on a page that a model is to read."""


class Source(NamedTuple):
    """Who read a page, and the mean confidence of its characters."""

    engine: str
    confidence: float | None


@dataclass
class OcrPages:
    """The pages of one document that were read by OCR, by index, and what went wrong with others."""

    settings: OcrSettings
    read: dict[int, PageText] = field(default_factory=dict)
    left: dict[int, PageText] = field(default_factory=dict)
    """The text layers of the pages that are left to a model."""
    sources: dict[int, Source] = field(default_factory=dict)
    problems: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    missing: str | None = None
    """Why no engine is there."""

    def look(self, document: Any, index: int, layer: PageText) -> None:
        """Read page `index` if its text layer cannot be used."""
        text = " ".join(fragment.text for fragment in [*layer.fragments, *layer.turned])
        if not needs_ocr(document, index, text):
            return
        try:
            if self.settings.engine == OLMOCR:
                self._leave(document, index, layer)
            else:
                self._read(document, index, text)
        except EngineMissing as error:
            self.missing = str(error)
            if text:
                self.problems[f"the text layer looks broken and cannot be read again: {error}"].append(index)
        except OcrError as error:
            self.problems[f"OCR fails: {error}"].append(index)

    def _read(self, document: Any, index: int, text: str) -> None:
        reader = engine(self.settings)
        rendered = render(document, index, self.settings)
        if rendered is None:
            return
        lines, picture = reader.read(rendered.picture)
        beat()
        lines = [line for line in lines if line.confidence >= self.settings.min_confidence]
        if not lines:
            return
        if text and not is_better(" ".join(line.text for line in lines), text):
            return
        self.read[index] = page_text(lines, picture, rendered.points)
        self.sources[index] = Source(reader.name, confidence(lines))

    def _leave(self, document: Any, index: int, layer: PageText) -> None:
        """Leave the page to a model, unless it is blank or a bitmap on it too large to be drawn."""
        if render(document, index, self.settings.model_copy(update={"dpi": _GLANCE_DPI})) is not None:
            self.left[index] = layer
        beat()

    def merged(self, layers: list[PageText]) -> list[PageText]:
        """All pages of the document, those read by OCR in the place of their text layer, those left to a model empty."""
        even = dict(zip(self.read, with_even_sizes(list(self.read.values())), strict=True))
        even |= {index: PageText(layer.width, layer.height, has_image=True) for index, layer in self.left.items()}
        return [even.get(index, layer) for index, layer in enumerate(layers)]

    def warnings(self) -> list[str]:
        by_engine = defaultdict(list)
        for index, source in sorted(self.sources.items()):
            by_engine[source.engine].append(index)
        return [f"read by {name}: {page_numbers(indexes)}" for name, indexes in by_engine.items()] + [
            f"{page_numbers(indexes)}: {problem}" for problem, indexes in self.problems.items()
        ]


def needs_ocr(document: Any, index: int, text: str) -> bool:
    """Whether the text layer is none, garbage, or a poor one over a scan of the whole page."""
    if not text or text_layer_quality.is_garbage(
        text[:: len(text) // _SAMPLE_CHARS + 1]
    ):  # it counts letters, wherever they stand
        return True
    poor = len(text) < _STAMP_CHARS or text_layer_quality.wordlike(text[:_SAMPLE_CHARS]) < text_layer_quality.MIN_WORDLIKE
    return poor and image_share(document, index) >= _WHOLE_PAGE


def confidence(lines: list[OcrLine]) -> float | None:
    """Mean over the characters."""
    chars = sum(len(line.text) for line in lines)
    return round(sum(line.confidence * len(line.text) for line in lines) / chars, 4) if chars else None


def is_better(read: str, layer: str) -> bool:
    """By the measure that the layer failed; a stamp is bettered by more text."""
    if text_layer_quality.is_garbage(layer):
        return not text_layer_quality.is_garbage(read)
    if text_layer_quality.wordlike(layer) < text_layer_quality.MIN_WORDLIKE:
        return text_layer_quality.wordlike(read) > text_layer_quality.wordlike(layer) and 2 * len(read) > len(layer)
    return len(read) > len(layer)


def require_text(blank: int, pages: int, unread: str | None, *, scanned: bool) -> None:
    """Raises ParseFailure empty, or no_text_layer for a scan (`scanned`) whose pages nobody could read (`unread`: why).

    A scan of which a third was read goes on; without a page that could not be read, one page of text is enough.
    """
    if blank < pages and (unread is None or blank <= _MAX_EMPTY * pages):
        return
    is_scan = unread is not None and scanned
    why = f" but images: {unread}" if is_scan else ""
    raise ParseFailure("no_text_layer" if is_scan else "empty", f"{blank} of {pages} pages have no text{why}")


def page_numbers(indexes: list[int]) -> str:
    """Page numbers from 1, runs of them shortened: pages 1-3, 7."""
    starts = [indexes[0], *(b for a, b in pairwise(indexes) if b != a + 1)]
    ends = [*(a for a, b in pairwise(indexes) if b != a + 1), indexes[-1]]
    runs = [str(a + 1) if a == b else f"{a + 1}-{b + 1}" for a, b in zip(starts, ends, strict=True)]
    return f"page{'s' if len(indexes) > 1 else ''} {', '.join(runs)}"
