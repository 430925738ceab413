"""EPUB 2 and 3 to Markdown: the documents of the spine in order, each read as a web page (https://www.w3.org/TR/epub-33/).

Left out: navigation, and pages that say of themselves (`epub:type`, the EPUB 2 guide) that they are cover, title page,
imprint, colophon or copyright. All else is kept, notes included. Broken books are read as far as they go: what is missing
is named in the warnings.
"""

from collections.abc import Sequence
from itertools import islice

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.epub.package import Package, package_of
from darwin_spark.parsers.gutenberg import unframed
from darwin_spark.parsers.html import article_blocks, markdown
from darwin_spark.parsers.html.blocks import Block
from darwin_spark.parsers.html.tree import kinds, tree_of
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.xml_tree import Element
from darwin_spark.parsers.zipped import ZippedDocument
from darwin_spark.text.normalize_markdown import normalize_markdown

LEFT_OUT = frozenset((
    "cover", "titlepage", "halftitlepage", "imprint", "colophon", "copyright-page", "toc", "landmarks", "page-list", "lot",
    "loi", "title-page",
))  # fmt: skip
"""Of the EPUB structural semantics vocabulary, and the same pages in an EPUB 2 guide."""
_MAX_WARNINGS = 10


def parse(content: bytes, _settings: L1Settings) -> Parsed:
    """Raises ParseFailure empty, encrypted, corrupt_zip, archive_bomb, corrupt_epub."""
    with ZippedDocument(content) as book:
        package = package_of(book)
        blocks, warnings = _spine_blocks(book, package)
    text = markdown(blocks, package.title)
    framed = unframed(text)
    text = normalize_markdown(framed[0] if framed else text)
    if not text:
        raise ParseFailure("empty", f"none of the {len(package.spine)} documents of this EPUB holds text")
    title = package.title
    return Parsed(
        normalize_markdown(f"# {title}\n\n{text}") if title else text,
        title,
        warnings=_shortened(warnings),
        declared=package.declared,
    )


def _spine_blocks(book: ZippedDocument, package: Package) -> tuple[list[Block], list[str]]:
    blocks: list[Block] = []
    warnings = list(package.warnings)
    for name in package.spine:
        if not package.guide.get(name, frozenset()).isdisjoint(LEFT_OUT):
            continue
        try:
            root, remarks = tree_of(book.read(name))
        except ParseFailure as failure:
            if failure.reason not in ("corrupt_zip", "empty"):
                raise
            warnings.append(f"{name}: {failure}")
            continue
        warnings += [f"{name}: {remark}" for remark in remarks]
        if not _is_left_out(root):
            blocks += article_blocks(root)
    return blocks, warnings


def _is_left_out(root: Element) -> bool:
    """Whether the page's body, or the one section in it, is marked as a kind that is left out."""
    body = next(root.iter("body"), root)
    sections = [part for part in body if part.tag in ("section", "div", "nav", "article")]
    marks = kinds(body) + (kinds(sections[0]) if len(sections) == 1 and len(body) == 1 else [])
    return not LEFT_OUT.isdisjoint(marks)


def _shortened(warnings: Sequence[str]) -> tuple[str, ...]:
    more = len(warnings) - _MAX_WARNINGS
    return (*islice(warnings, _MAX_WARNINGS), *([f"{more} more warnings"] if more > 0 else []))
