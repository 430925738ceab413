"""Parse the XML of the Royal Society of Chemistry (RSCART). Left out on purpose: authors, history, images, identifiers."""

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.parsed import Parsed
from darwin_spark.parsers.publisher_xml.translation import Document, Vocabulary, names, parsed, text_element, translate, wrap
from darwin_spark.parsers.xml_tree import (
    Element,
    child,
    children,
    first_within,
    local_name,
    plain_text,
    read_document,
    unwrap,
    within,
)
from darwin_spark.text.normalize_markdown import one_line


def parse(content: bytes, _settings: L1Settings) -> Parsed:
    """Parse an RSC article. Raises ParseFailure: malformed_xml, too_deep, empty."""
    root, warnings = read_document(content)
    facts = _facts(root)
    translate(root, _VOCABULARY)
    front, body, back = child(root, "art-front"), child(root, "body"), child(root, "back")
    title = None if front is None else next(within(front, "titlegrp"), None)
    document = Document(
        title=None if title is None else child(title, "title"),
        abstracts=[] if front is None else list(within(front, "abstract")),
        body=[] if body is None else list(body),
        back=[] if back is None else list(back),
        declared=facts,
    )
    return parsed([document], warnings)


def _facts(root: Element) -> dict[str, str]:
    """Return the metadata that the file declares. Call before the translation."""
    published = first_within(root, "published")
    place = root if published is None else published
    return {
        "doi": _first(root, "doi"),
        "journal": _first(place, "title"),
        "year": _first(place, "year")[:4],
    }


def _first(node: Element, tag: str) -> str:
    return next((text for found in within(node, tag) if (text := one_line(plain_text(found)))), "")


def _captioned(node: Element) -> None:
    title = child(node, "title")
    if title is not None:
        wrap([title], "caption")
    notes = children(node, "footnote")
    if notes:
        wrap(notes, "table-wrap-foot")


def _table(node: Element) -> None:
    """Remove the element around the `tgroup` of a table."""
    if child(node, "tgroup") is not None:
        unwrap(node)


def _citation(node: Element) -> None:
    """Name the authors, pages and titles of a reference as JATS does."""
    for people in list(within(node, "citauth")):
        people.tag = "name"
    for pages in list(within(node, "pages")):
        unwrap(pages)
    title = child(node, "title")
    if title is not None and local_name(node) == "journalcit":
        title.tag = "source"


def _cited(node: Element) -> None:
    """Mark the number of a citation as the superscript that it is."""
    if plain_text(node).strip() and not len(node):
        node.append(text_element("sup", node.text or ""))
        node.text = None


def _group(node: Element) -> None:
    node.tag = "ref"


_VOCABULARY = Vocabulary(
    names=names({
        "body": "art-body", "back": "art-back", "sec": "section subsect1 subsect2 subsect3 subsect4 subsect5 section-group",
        "label": "no", "p": "p", "title": "title", "sub": "inf", "sup": "sup", "italic": "it", "bold": "bo",
        "monospace": "tt", "xref": "citref figref tableref schemref chartref eqnref secref fnoteref compoundref",
        "fig": "figure scheme chart plate", "table-wrap": "table-entry", "fn": "footnote", "disp-formula": "eqn",
        "inline-formula": "inline-eqn", "list": "ulist olist list", "list-item": "item", "ack": "ack", "ref-list": "biblist",
        "ref": "citgroup", "element-citation": "journalcit", "mixed-citation": "citext othercit bookcit",
        "given-names": "fname", "surname": "surname", "volume": "volumeno", "issue": "issueno", "graphic": "ugraphic",
        "app": "appmat appendix", "break": "br",
    }),
    removed=frozenset({
        "art-admin", "art-links", "art-toc-entry", "authgrp", "biography", "icgraphic", "keyword", "published",
    }),
    steps={
        **dict.fromkeys(("figure", "scheme", "chart", "plate", "table-entry"), _captioned), "citgroup": _group, "table": _table,
        **dict.fromkeys(("journalcit", "bookcit"), _citation), "citref": _cited, "eqntext": unwrap, "roman": unwrap,
    },
    references=("idrefs", "idref"),
)  # fmt: skip
