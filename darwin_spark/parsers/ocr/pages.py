"""Decide which pages of a PDF are read by OCR or left to a model, and collect their text and the warnings.

A page is read by OCR if it has no text layer, if the layer comes from a broken character map, or if the layer lies over a
scan of the whole page and is very short (a stamp) or, being the hidden text of an earlier OCR, of low quality. The better text
is kept: a page of formulas or gene sequences only looks broken; the OCR text looks the same, so that the page keeps its layer.
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
from darwin_spark.parsers.ocr.fragments import image_text, with_even_sizes
from darwin_spark.parsers.ocr.hidden_layers import is_hidden_layer
from darwin_spark.parsers.ocr.legibility import MAX_MISREAD, is_more_legible, misread_share
from darwin_spark.parsers.ocr.page_view import OLMOCR
from darwin_spark.parsers.ocr.reading import read_page
from darwin_spark.parsers.ocr.rendering import render
from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.parsers.pdf.fragments import PageText

_STAMP_CHARS = 200  # a shorter layer over a scan of the whole page is a stamp ("Downloaded from ..."), not the text of the page
_MIN_KEPT = 0.8  # length of a new reading relative to a layer of words below which it lacks something
_VISIBLE = 2  # visible text stays unless OCR finds more than this many times its length
_SAMPLE_CHARS = 1_000  # characters that are checked per page: enough to see a bad layer, and cheap on every page
_LEGIBILITY_CHARS = 3_000  # the same for misread words, which are few; only a page with a picture is looked at
_MAX_EMPTY = 2 / 3  # maximum share of pages without text in a PDF with unreadable pages; above this the PDF is refused
_MIN_SCAN_COVERAGE = 0.85  # an image that covers at least this share of the page counts as a scan of the page


_BLANK_CHECK_DPI = 72  # resolution at which a page for a model is rendered, only to check that the page is not blank


class Source(NamedTuple):
    """The OCR engine that read a page, and its mean confidence per character (0 to 1); None without characters."""

    engine: str
    confidence: float | None


@dataclass
class OcrPages:
    """The pages of one document by index (from 0): those read by OCR, those left to a model, and those with a problem."""

    settings: OcrSettings
    read: dict[int, PageText] = field(default_factory=dict)
    left: dict[int, PageText] = field(default_factory=dict)
    """Text layers of the pages that are left to a model."""
    sources: dict[int, Source] = field(default_factory=dict)
    problems: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Message -> indexes of the pages that could not be read for this reason."""
    missing: str | None = None  # why the OCR engine is missing; None if it is installed or was never needed

    def look(self, document: Any, index: int, layer: PageText) -> None:
        """If its layer looks unusable, read page `index` by OCR and keep the better text; with olmocr, leave it to the model.

        Errors are recorded.
        """
        text = " ".join([fragment.text for fragment in [*layer.fragments, *layer.turned]])
        if not needs_ocr(document, index, text, layer.image_share):
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
        """Read the page by OCR and keep the result if it is better than the text layer. Nothing is kept of a blank page."""
        reader = engine(self.settings)
        rendered = render(document, index, self.settings)
        if rendered is None:
            return
        readings = read_page(rendered.picture, self.settings)
        beat()
        for problem in {reading.problem for reading in readings} - {""}:
            self.problems[problem].append(index)
        lines = [line for reading in readings for line in reading.lines]
        if not lines:
            return
        hidden = is_hidden_layer(document, index) if text else True
        if text and not is_better(" ".join(line.text for line in lines), text, hidden=hidden):
            return
        self.read[index] = image_text(readings, rendered.points)
        self.sources[index] = Source(reader.name, confidence(lines))

    def _leave(self, document: Any, index: int, layer: PageText) -> None:
        """Leave the page to a model unless the page is blank. Raises OcrError if a bitmap on the page is too large."""
        if render(document, index, self.settings.model_copy(update={"dpi": _BLANK_CHECK_DPI})) is not None:
            self.left[index] = layer
        beat()

    def merged(self, layers: list[PageText]) -> list[PageText]:
        """Return all pages: pages read by OCR replace their text layer, and pages left to a model are empty."""
        replaced = dict(zip(self.read, with_even_sizes(list(self.read.values())), strict=True))
        replaced |= {index: PageText(layer.width, layer.height, has_image=True) for index, layer in self.left.items()}
        return [replaced.get(index, layer) for index, layer in enumerate(layers)]

    def warnings(self) -> list[str]:
        """Return a line for each engine that read pages and for each problem, with the page numbers."""
        by_engine = defaultdict(list)
        for index, source in sorted(self.sources.items()):
            by_engine[source.engine].append(index)
        return [f"read by {name}: {page_numbers(indexes)}" for name, indexes in by_engine.items()] + [
            f"{page_numbers(indexes)}: {problem}" for problem, indexes in self.problems.items()
        ]


def needs_ocr(document: Any, index: int, text: str, image_share: float) -> bool:
    """Whether the text layer is missing or garbage, or lies over a scan of the whole page and is short, or hidden and poor.

    `image_share`: the share of the page area that pictures cover.
    """
    # is_garbage only counts characters, so a sample from the whole page is enough.
    if not text or text_layer_quality.is_garbage(text[:: len(text) // _SAMPLE_CHARS + 1]):
        return True
    if image_share < _MIN_SCAN_COVERAGE:
        return False
    return len(text) < _STAMP_CHARS or (is_poor(text) and is_hidden_layer(document, index))


def is_poor(text: str) -> bool:
    """Whether a layer, if it is that of an earlier OCR, is worth a new reading."""
    sample = text[:_SAMPLE_CHARS]
    if text_layer_quality.wordlike(sample) < text_layer_quality.MIN_WORDLIKE:
        return True
    return misread_share(text[:_LEGIBILITY_CHARS]) > MAX_MISREAD


def confidence(lines: list[OcrLine]) -> float | None:
    """Return the mean confidence of the lines, weighted by characters; None without characters."""
    chars = sum(len(line.text) for line in lines)
    return round(sum(line.confidence * len(line.text) for line in lines) / chars, 4) if chars else None


def is_better(read: str, layer: str, *, hidden: bool = True) -> bool:
    """Whether `read` (by OCR) is better than `layer`, which is `hidden` or drawn visibly.

    If `layer` is garbage: whether `read` is not. If it is visible: whether `read` is more than twice as long, so that the layer
    is a stamp. If it has few well-formed words: whether `read` has more, and is over half as long. If it has too many misread
    words: whether `read` has fewer, and is about as long. Else: whether `read` is longer.
    """
    if text_layer_quality.is_garbage(layer):
        return not text_layer_quality.is_garbage(read)
    if not hidden:
        return len(read) > _VISIBLE * len(layer)
    if text_layer_quality.wordlike(layer) < text_layer_quality.MIN_WORDLIKE:
        return text_layer_quality.wordlike(read) > text_layer_quality.wordlike(layer) and 2 * len(read) > len(layer)
    if is_poor(layer):
        return len(read) > _MIN_KEPT * len(layer) and is_more_legible(read, layer)
    return len(read) > len(layer)


def require_text(blank: int, pages: int, unread: str | None, *, scanned: bool) -> None:
    """Raise ParseFailure if too few pages have text: no page, or under a third of the pages if some could not be read.

    `blank` of `pages` pages have no text; `unread` is why pages could not be read, None if none failed. The reason is
    no_text_layer if `unread` is set and the document is a scan (`scanned`), else empty.
    """
    if blank < pages and (unread is None or blank <= _MAX_EMPTY * pages):
        return
    is_scan = unread is not None and scanned
    why = f" but images: {unread}" if is_scan else ""
    raise ParseFailure("no_text_layer" if is_scan else "empty", f"{blank} of {pages} pages have no text{why}")


def page_numbers(indexes: list[int]) -> str:
    """Format sorted page indexes as page numbers from 1 with ranges, for example "pages 1-3, 7"."""
    starts = [indexes[0], *(b for a, b in pairwise(indexes) if b != a + 1)]
    ends = [*(a for a, b in pairwise(indexes) if b != a + 1), indexes[-1]]
    runs = [str(a + 1) if a == b else f"{a + 1}-{b + 1}" for a, b in zip(starts, ends, strict=True)]
    return f"page{'s' if len(indexes) > 1 else ''} {', '.join(runs)}"
