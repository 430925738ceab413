"""Treat the two pages on the image of an open book as pages of their own, until their paragraphs are found."""

from collections.abc import Iterator, Sequence

from darwin_spark.parsers.pdf.fragments import PageText
from darwin_spark.parsers.pdf.paragraphs.paragraphs import Paragraph


def single_pages(pages: Sequence[PageText]) -> list[PageText]:
    """Return the pages, each followed by the right page of its image if that shows an open book."""
    return [single for page in pages for single in (page, page.right_page) if single]


def by_image(paragraphs: Sequence[list[Paragraph]], pages: Sequence[PageText]) -> list[list[Paragraph]]:
    """Return the paragraphs of the single pages of `pages` as one list for each of `pages`."""
    rest: Iterator[list[Paragraph]] = iter(paragraphs)
    return [next(rest) + next(rest) if page.right_page else next(rest) for page in pages]
