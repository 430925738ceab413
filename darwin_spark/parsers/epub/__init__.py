"""Parse EPUB 2 and 3 to Markdown: the documents of the spine in order, each parsed as HTML (https://www.w3.org/TR/epub-33/).

Left out: navigation, lists of figures, and pages that `epub:type` or the EPUB 2 guide marks as cover, title page, imprint ...;
in other pages what the HTML parser drops, and Project Gutenberg's header and license.
Of a damaged book the readable documents are kept; warnings name the others.
"""

from collections.abc import Sequence
from itertools import islice

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.epub.package import Package, package_of
from darwin_spark.parsers.gutenberg import strip_gutenberg_frame
from darwin_spark.parsers.html import article_blocks, markdown, prepare
from darwin_spark.parsers.html.blocks import Block
from darwin_spark.parsers.html.tree import kinds, parse_html
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.xml_tree import Element
from darwin_spark.parsers.zipped import ZippedDocument
from darwin_spark.text.normalize_markdown import normalize_markdown

EXCLUDED_KINDS = frozenset((
    "cover", "titlepage", "halftitlepage", "imprint", "colophon", "copyright-page", "toc", "landmarks", "page-list", "lot",
    "loi", "title-page",
))  # fmt: skip
"""Page kinds that are left out: terms of the EPUB structural semantics vocabulary and of the EPUB 2 guide."""
_MAX_WARNINGS = 10


def parse(content: bytes, _settings: L1Settings) -> Parsed:
    """Parse an EPUB file. Raises ParseFailure: empty, encrypted, corrupt_zip, archive_bomb, corrupt_epub."""
    with ZippedDocument(content) as book:
        package = package_of(book)
        blocks, warnings = _spine_blocks(book, package)
    text = markdown(blocks, package.title)
    unframed_book = strip_gutenberg_frame(text)
    text = normalize_markdown(unframed_book[0] if unframed_book else text)
    if not text:
        raise ParseFailure("empty", f"none of the {len(package.spine)} documents of this EPUB holds text")
    title = package.title
    return Parsed(
        normalize_markdown(f"# {title}\n\n{text}") if title else text,
        title,
        warnings=_limit_warnings(warnings),
        declared=package.declared,
    )


def _spine_blocks(book: ZippedDocument, package: Package) -> tuple[list[Block], list[str]]:
    blocks: list[Block] = []
    warnings = list(package.warnings)
    for name in package.spine:
        if not package.guide.get(name, frozenset()).isdisjoint(EXCLUDED_KINDS):
            continue
        try:
            root, page_warnings = parse_html(book.read(name))
        except ParseFailure as failure:
            if failure.reason not in ("corrupt_zip", "empty"):
                raise
            warnings.append(f"{name}: {failure}")
            continue
        warnings += [f"{name}: {warning}" for warning in (*page_warnings, *prepare(root))]
        if not _is_left_out(root):
            blocks += article_blocks(root)
    return blocks, warnings


def _is_left_out(root: Element) -> bool:
    """Return whether the page's body, or its only child section, is marked as a kind in `EXCLUDED_KINDS`."""
    body = next(root.iter("body"), root)
    sections = [part for part in body if part.tag in ("section", "div", "nav", "article")]
    page_kinds = kinds(body) + (kinds(sections[0]) if len(sections) == 1 and len(body) == 1 else [])
    return not EXCLUDED_KINDS.isdisjoint(page_kinds)


def _limit_warnings(warnings: Sequence[str]) -> tuple[str, ...]:
    more = len(warnings) - _MAX_WARNINGS
    return (*islice(warnings, _MAX_WARNINGS), *([f"{more} more warnings"] if more > 0 else []))
