"""The result of a parser (`Parsed`) and its failure (`ParseFailure`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Page(NamedTuple):
    """A page as half-open character offsets [start, end) in the text, and the engine that read it with its confidence."""

    start: int
    end: int
    engine: str
    confidence: float | None = None


class UnreadPage(NamedTuple):
    """A page (index from 0) that a model must read, and the Markdown of its text layer, even if broken; None if it has none."""

    page: int
    layer: str | None


@dataclass(frozen=True)
class Parsed:
    """A document in the form in which L1 writes it: Markdown, normalized by `normalize_markdown`."""

    text: str
    title: str | None = None
    pages: tuple[Page, ...] = ()
    warnings: tuple[str, ...] = ()
    declared: Mapping[str, str] = field(default_factory=dict)
    """Metadata that the document declares: article_type, journal, subjects, keywords, doi, isbn, year, license, language,
    creator, publisher."""
    unread: tuple[UnreadPage, ...] = ()
    """Pages that a model must read; `text` has nothing of them. Only `l1.ocr.engine=olmocr` leaves such pages."""


class ParseFailure(Exception):  # noqa: N818  (a verdict on the document, not a program error)
    """The document cannot be converted to text. `reason` is the verdict's stable identifier; the message is for people."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
