"""JATS / PMC XML to Markdown: title, abstracts, body, back matter, then letters and replies bound with the article."""

from lxml import etree

from darwin_spark.config import L1Settings
from darwin_spark.l1_normalize.jats_blocks import Blocks, floats_by_id
from darwin_spark.l1_normalize.jats_front import declared_by, title_of
from darwin_spark.l1_normalize.parsed import Parsed, ParseFailure
from darwin_spark.l1_normalize.tidy import tidy
from darwin_spark.l1_normalize.xml_tree import Element, child, children, local_name


def parse(content: bytes, _settings: L1Settings) -> Parsed:
    """Raises ParseFailure malformed_xml, empty."""
    article = _article(_root(content))
    meta = _meta(article)
    title = title_of(meta) if meta is not None else ""
    blocks = [f"# {title}"] if title else []
    blocks += _article_blocks(article, depth=2)
    text = tidy("\n\n".join(blocks))
    if len(blocks) <= bool(title):
        raise ParseFailure("empty", "the XML holds no abstract, body or back matter with text in it")
    return Parsed(text, title or None, declared=declared_by(article))


def _root(content: bytes) -> Element:
    """Entities are not resolved, no DTD is loaded, nothing is fetched; libxml2's limits on size and depth stay on."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, dtd_validation=False, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise ParseFailure("malformed_xml", f"not well-formed XML: {error}") from error


def _article(root: Element) -> Element:
    """The article, also inside an envelope (OAI-PMH, pmc-articleset)."""
    return root if local_name(root) == "article" else next(root.iter("{*}article"), root)


def _meta(article: Element) -> Element | None:
    front = child(article, "front", "front-stub")
    return front if front is None or local_name(front) == "front-stub" else child(front, "article-meta")


def _article_blocks(article: Element, depth: int) -> list[str]:
    blocks = Blocks(dict(floats_by_id(article)))
    meta, body, back = _meta(article), child(article, "body"), child(article, "back")
    abstracts = children(meta, "abstract", "trans-abstract") if meta is not None else []
    out = blocks.of(abstracts, depth)
    out += blocks.of(body, depth) if body is not None else []
    out += blocks.left_over(depth)
    out += blocks.of(back, depth) if back is not None else []
    for part in children(article, "sub-article", "response"):
        out += _sub_article(part, depth)
    return out


def _sub_article(part: Element, depth: int) -> list[str]:
    """A decision letter or a reply, as a section of its own."""
    meta = _meta(part)
    title = title_of(meta) if meta is not None else ""
    blocks = _article_blocks(part, depth + 1)
    return [f"{'#' * min(depth, 6)} {title}", *blocks] if title and blocks else blocks
