"""Parse Elsevier's XML: articles and chapters, also within responses of the full-text interface of ScienceDirect.

Left out on purpose: authors, history, copyright, images and their descriptions, biographies.
"""

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.parsed import Parsed, ParseFailure
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
)  # fmt: skip
from darwin_spark.text.normalize_markdown import one_line

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_ROOTS = ("article", "simple-article", "converted-article", "book-review", "exam", "chapter", "simple-chapter")
_HEADS = ("head", "simple-head")
_TAILS = ("tail", "simple-tail")


def parse(content: bytes, _settings: L1Settings) -> Parsed:
    """Parse an Elsevier XML file. Raises ParseFailure: malformed_xml, too_deep, empty."""
    root, warnings = read_document(content)
    facts = _facts(root)
    item = next((node for node in within(root, *_ROOTS) if child(node, "body", *_HEADS, *_TAILS) is not None), None)
    if item is None:
        return parsed([_abstract_only(root, facts)], warnings)
    translate(item, _VOCABULARY)
    document = Document(declared=facts)
    for part in list(item):
        name = local_name(part)
        if name in _HEADS:
            document.title, document.subtitle = child(part, "title"), child(part, "subtitle")
            document.abstracts = children(part, "abstract")
        elif name == "floats-group":
            document.floats += list(part)
        elif name in _TAILS:
            document.back += list(part)
        elif name not in ("item-info", "info"):
            document.body += list(part) if name == "body" else [part]
    if document.title is None:
        document.title = child(item, "title")
        document.body = [part for part in document.body if part is not document.title]
    return parsed([document], warnings)


def _abstract_only(root: Element, facts: dict[str, str]) -> Document:
    """Return what the interface tells of an article without its full text. Raises ParseFailure: empty."""
    core = first_within(root, "coredata")
    title, words = (None, None) if core is None else (child(core, "title"), child(core, "description"))
    if title is None or words is None or not plain_text(words).strip():
        raise ParseFailure("empty", "the file holds no article and no abstract")
    abstract = text_element("abstract", "")
    abstract.append(text_element("p", one_line(plain_text(words))))
    return Document(text_element("title", one_line(plain_text(title))), abstracts=[abstract], declared=facts)


def _facts(root: Element) -> dict[str, str]:
    """Return the metadata that the file declares. Call before the translation."""
    article = next(within(root, *_ROOTS), root)
    copyright_ = first_within(root, "copyright")
    date = first_within(root, "coverDate")
    year = (copyright_.get("year", "") if copyright_ is not None else "") or (plain_text(date)[:4] if date is not None else "")
    keywords = [one_line(plain_text(node)) for node in within(root, "keyword")]
    return {
        "doi": _first(root, "doi"),
        "journal": _first(root, "publicationName", "srctitle"),
        "year": year,
        "language": article.get(_LANGUAGE, "").lower(),
        "keywords": "; ".join(dict.fromkeys(filter(None, keywords))),
    }


def _first(root: Element, *tags: str) -> str:
    return next((text for node in within(root, *tags) if (text := one_line(plain_text(node)))), "")


def _display(node: Element) -> None:
    """Replace `display` by what it displays: formulas, figures, tables."""
    for formula in children(node, "formula"):
        formula.tag = "disp-formula"
    unwrap(node)


def _formula(node: Element) -> None:
    """Name a formula that is not below `display`: with a label or within a displayed one it is displayed too."""
    parent = node.getparent()
    is_displayed = parent is not None and local_name(parent) == "disp-formula"
    node.tag = "disp-formula" if is_displayed or child(node, "label") is not None else "inline-formula"


def _table(node: Element) -> None:
    """Put the legend and the notes of a table into its foot."""
    for legend in children(node, "legend"):
        unwrap(legend)
    notes = children(node, "simple-para", "table-footnote")
    if notes:
        wrap(notes, "table-wrap-foot")


def _list_item(node: Element) -> None:
    """Make a list ordered if the label of this item is 1; remove the label if it is empty, or a number in an ordered list."""
    label, parent = child(node, "label"), node.getparent()
    mark = one_line(plain_text(label)).strip("().[]") if label is not None else ""
    if label is None or parent is None:
        return
    if mark == "1":
        parent.set("list-type", "order")
    if not mark or (mark.isdigit() and parent.get("list-type") == "order"):
        node.remove(label)


def _definitions(node: Element) -> None:
    """Pair the terms of a definition list with their definitions, which follow them."""
    for term in children(node, "def-term", "glossary-heading"):
        following = term.getnext()
        pair = (
            [term]
            if following is None or local_name(following) not in ("def-description", "glossary-def")
            else [term, following]
        )
        wrap(pair, "def-item")


def _reference(node: Element) -> None:
    """Replace the fields of a structured reference by those of JATS."""
    host = child(node, "host", "e-host")
    contribution = child(node, "contribution")
    fields: list[Element] = []
    for person in within(node, "author", "editor") if contribution is None else within(contribution, "author"):
        name = text_element("name", "")
        name.append(text_element("surname", _first(person, "surname")))
        name.append(text_element("given-names", _first(person, "given-name")))
        fields.append(name)
    fields += [text_element("collab", one_line(plain_text(group))) for group in within(node, "collaboration")]
    fields += [text_element("etal", "")] if first_within(node, "et-al") is not None else []
    title = "" if contribution is None else _first(contribution, "maintitle", "title")
    wanted = [("article-title", title)]
    if host is not None:
        wanted += [("source", _first(host, "maintitle", "title"))]
        wanted += [(field, _first(host, tag)) for field, tag in _HOST_FIELDS]
    wanted += [("comment", text) for text in (_first(node, "comment"), _first(node, "textref")) if text]
    fields += [text_element(field, text) for field, text in wanted if (text and text != title) or field == "article-title"]
    doi = _first(node, "doi")
    if doi:
        fields.append(text_element("pub-id", doi))
        fields[-1].set("pub-id-type", "doi")
    for part in list(node):
        node.remove(part)
    node.text = None
    node.extend(field for field in fields if plain_text(field) or local_name(field) == "etal")


_HOST_FIELDS = (
    ("volume", "volume-nr"), ("issue", "issue-nr"), ("year", "date"), ("fpage", "first-page"), ("lpage", "last-page"),
    ("elocation-id", "article-number"), ("publisher-name", "name"), ("publisher-loc", "location"), ("edition", "edition"),
)  # fmt: skip


def _year(node: Element) -> None:
    node.text = one_line(plain_text(node))[:4]


_VOCABULARY = Vocabulary(
    names=names({
        "sec": "section abstract-sec sections appendices nomenclature textbox-body intro-text data-availability "
        "conflict-of-interest exam-questions exam-answers", "title": "section-title title textbox-head",
        "p": "para simple-para note-para", "app": "appendix", "ack": "acknowledgment acknowledgement", "fig": "figure",
        "table-wrap": "table", "xref": "cross-ref cross-refs float-anchor", "fn": "footnote table-footnote", "sub": "inf",
        "sup": "sup", "monospace": "monospace", "break": "br", "disp-quote": "displayed-quote", "attrib": "source",
        "statement": "enunciation", "boxed-text": "textbox", "def": "def-description glossary-def",
        "term": "def-term glossary-heading", "def-list": "def-list glossary-sec",
        "ref-list": "bibliography further-reading bibliography-sec further-reading-sec", "ref": "bib-reference",
        "element-citation": "reference", "mixed-citation": "other-ref", "graphic": "link", "floats-group": "floats",
        "supplementary-material": "e-component", "def-item": "glossary-entry",
    }),
    removed=frozenset({
        "alt-e-component", "alt-subtitle", "alt-text", "alt-title", "author-group", "biography", "copyright", "date-accepted",
        "date-received", "date-revised", "dochead", "doi", "editors", "glyph", "inline-figure", "item-info", "keywords",
        "markers", "miscellaneous", "pii", "presented", "source-text", "stereochem",
    }),
    steps={
        "formula": _formula, "table": _table, "list-item": _list_item, "def-list": _definitions, "reference": _reference,
        "display": _display, "hsp": lambda node: setattr(node, "text", " "), "vsp": lambda node: setattr(node, "text", " "),
    },
    references=("refid", "rid"),
)  # fmt: skip
