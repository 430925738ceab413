"""Parse JATS / PMC XML to Markdown: title, abstracts, body, back matter, then the article's letters and replies.

Left out on purpose: the front matter except title and abstracts (authors, funding statements, author notes, license),
identifiers, copyright lines, images. A formula that is only an image becomes `[formula]`; a warning counts them.
"""

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.jats.blocks import Blocks, floats_by_id
from darwin_spark.parsers.jats.front import declared_metadata, title_of
from darwin_spark.parsers.jats.inline import PICTURE
from darwin_spark.parsers.jats.notes import number_notes
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.xml_tree import Element, child, children, local_name, read_document, within
from darwin_spark.text.normalize_markdown import normalize_markdown


def parse(content: bytes, _settings: L1Settings) -> Parsed:
    """Parse a JATS file. Raises ParseFailure: malformed_xml, too_deep, empty."""
    return render(*read_document(content))


def render(root: Element, warnings: list[str]) -> Parsed:
    """Render the tree of a JATS file, with the warnings of reading it. Modifies the tree. Raises ParseFailure: empty."""
    number_notes(root)
    documents = _documents(root)
    title, blocks = "", list[str]()
    for document in documents:
        meta = _meta(document)
        own_title = title_of(meta) if meta is not None else ""
        below_title = _article_blocks(document, depth=2)
        blocks += [f"# {own_title}", *below_title] if own_title and below_title else below_title
        title = title or own_title
    if not blocks:
        raise ParseFailure("empty", "the XML holds no abstract, body or back matter with text in it")
    text = normalize_markdown("\n\n".join(blocks))
    pictures = text.count(PICTURE)
    pictured = [f"{pictures} formulas are pictures: {PICTURE} stands for each"] if pictures else []
    return Parsed(text, title or None, warnings=(*warnings, *pictured), declared=declared_metadata(documents[0]))


def _documents(root: Element) -> list[Element]:
    """Return the root if an article, book or chapter; else the articles in it (OAI-PMH), else its chapters, else the root."""
    if local_name(root) in ("article", "book", "book-part"):
        return [root]
    return list(within(root, "article")) or children(root, "book-part") or [root]


def _meta(article: Element) -> Element | None:
    front = child(article, "front", "front-stub", "book-part-meta", "book-meta")
    return child(front, "article-meta") if front is not None and local_name(front) == "front" else front


def _article_blocks(article: Element, depth: int) -> list[str]:
    """Return the blocks of abstracts, body, uncited floats, back matter and sub-articles; `depth` is their heading level."""
    blocks = Blocks(dict(floats_by_id(article)))
    meta, body, back = _meta(article), child(article, "body", "book-body"), child(article, "back", "book-back")
    abstracts = children(meta, "abstract", "trans-abstract") if meta is not None else []
    out = blocks.of(abstracts, depth)
    out += blocks.inside(body, depth) if body is not None else []
    out += blocks.left_over(depth)
    out += blocks.inside(back, depth) if back is not None else []
    for part in children(article, "sub-article", "response"):
        out += _sub_article(part, depth)
    return out


def _sub_article(part: Element, depth: int) -> list[str]:
    """Return the blocks of a decision letter or a reply as a separate section."""
    meta = _meta(part)
    title = title_of(meta) if meta is not None else ""
    blocks = _article_blocks(part, depth + 1)
    return [f"{'#' * min(depth, 6)} {title}", *blocks] if title and blocks else blocks
