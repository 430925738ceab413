"""What a parser answers, and how it says no."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Page(NamedTuple):
    """A page as half-open character offsets [start, end) of the text, and the engine that read it."""

    start: int
    end: int
    engine: str
    confidence: float | None = None


class UnreadPage(NamedTuple):
    """A page, counted from 0, that a model is to read, and the Markdown of its text layer, as poor as that may be."""

    page: int
    layer: str | None


@dataclass(frozen=True)
class Parsed:
    """A document in the one form that leaves L1: Markdown, tidied (`tidy.tidy`)."""

    text: str
    title: str | None = None
    pages: tuple[Page, ...] = ()
    warnings: tuple[str, ...] = ()
    declared: Mapping[str, str] = field(default_factory=dict)
    """What the document says of itself: article_type, journal, subjects, keywords, doi, isbn, year, license, language,
    creator, publisher."""
    unread: tuple[UnreadPage, ...] = ()
    """Pages left empty for a model (`l1.ocr.engine=olmocr`); no other engine leaves any."""


class ParseFailure(Exception):  # noqa: N818  (a verdict on the document, not a fault of the program)
    """The document cannot become text. `reason` is the stable word of the verdict, the message is for people."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
