"""Parse HTML articles to Markdown: title, headings, paragraphs, lists, tables, formulas as TeX, captions, notes, references.

These modules document what is left out: hidden.py (what a browser does not show), content.py (page furniture), main_content.py
(what is not the main content of an ordinary web page), inline.py (images), gutenberg.py (header and license).
"""

import re
from collections.abc import Sequence

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.gutenberg import strip_gutenberg_frame
from darwin_spark.parsers.html import distill, formulas, notes, pictures
from darwin_spark.parsers.html.blocks import Block, blocks_of
from darwin_spark.parsers.html.content import article_of, body_of, container_of, is_huge, prune
from darwin_spark.parsers.html.front import declared_metadata, title_of
from darwin_spark.parsers.html.hidden import drop_hidden, hidden_elements
from darwin_spark.parsers.html.main_content import select
from darwin_spark.parsers.html.measures import measures_of
from darwin_spark.parsers.html.page_kind import is_of_site, is_science
from darwin_spark.parsers.html.tree import parse_html
from darwin_spark.parsers.markdown_headings import heading
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.xml_tree import Element
from darwin_spark.text.normalize_markdown import normalize_markdown

_NON_WORD = re.compile(r"[\W_]+")
_TITLE_WITHIN = 12  # number of blocks at the top in which a heading that repeats the title is searched


def parse(content: bytes, _settings: L1Settings) -> Parsed:
    """Parse an HTML page. Raises ParseFailure: empty."""
    root, warnings = parse_html(content)
    warnings += prepare(root)
    title, declared = title_of(root), declared_metadata(root)
    blocks = _page_blocks(root)
    written = markdown(blocks, title)
    book = strip_gutenberg_frame(written)
    if book is not None:
        title = book[1].get("title") or title
        book = strip_gutenberg_frame(markdown(blocks, title))
    text = normalize_markdown(book[0] if book else written)
    if not text:
        raise ParseFailure("empty", "the HTML holds no text; a page that its scripts write must be saved as a browser shows it")
    if book is not None and "language" in book[1]:
        declared |= {"language": book[1]["language"]}
    return Parsed(
        normalize_markdown(f"# {title}\n\n{text}") if title else text, title, warnings=tuple(warnings), declared=declared
    )


def prepare(root: Element) -> list[str]:
    """Mark the formulas of a page and remove what a browser does not show. Returns warnings. Modifies `root`."""
    hidden = hidden_elements(root)
    warnings = formulas.mark(root, hidden)
    drop_hidden(root, hidden)
    return warnings


def article_blocks(root: Element) -> list[Block]:
    """Return the blocks of a chapter or article in order, without page furniture, after `prepare`. Modifies `root`."""
    _resolve(root)
    return _rendered(article_of(root))


def _page_blocks(root: Element) -> list[Block]:
    """Return the blocks of a web page's main content in order, after `prepare`. Modifies `root`."""
    _resolve(root)
    if is_huge(root) or is_science(root):
        return _rendered(article_of(root))
    body = body_of(root)
    measures = measures_of(body)
    of_site = is_of_site(body, measures)
    prune(body, measures)
    article = container_of(body)
    if of_site and next(article.iter("h1"), None) is None and next(body.iter("h1"), None) is not None:
        article = body  # the title stands outside, perhaps with a summary
    select(article, measures, of_site)
    return _rendered(article)


def _resolve(root: Element) -> None:
    distill.resolve(root)
    notes.resolve(root)


def _rendered(article: Element) -> list[Block]:
    pictures.resolve(article)
    return blocks_of(article)


def markdown(blocks: Sequence[Block], title: str | None) -> str:
    """Return blocks as Markdown. Heading ranks count from 2 without gaps; an early heading that repeats `title` is left out."""
    repeated = next((b for b in blocks[:_TITLE_WITHIN] if b.level and title and _is_same_title(b.text, title)), None)
    kept = [block for block in blocks if block is not repeated]
    ranks = {level: rank for rank, level in enumerate(sorted({block.level for block in kept} - {0}), start=2)}
    return "\n\n".join(heading(b.text, ranks[b.level]) if b.level else b.text for b in kept)


def _is_same_title(heading_text: str, title: str) -> bool:
    """Return whether titles agree, up to case and punctuation; one may be a part of the other, and at least a third as long."""
    one, other = _NON_WORD.sub("", heading_text).casefold(), _NON_WORD.sub("", title).casefold()
    shorter, longer = sorted((one, other), key=len)
    return bool(shorter) and shorter in longer and 3 * len(shorter) >= len(longer)
