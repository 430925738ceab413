"""Parse the XML that Nature's journals had before JATS, and that of BioMed Central (`art`).

Left out on purpose: authors, history, copyright, images.
"""

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
    """Parse an article of Nature or BioMed Central. Raises ParseFailure: malformed_xml, too_deep, empty."""
    root, warnings = read_document(content)
    facts = _facts(root)
    front, body, back = child(root, "fm"), child(root, "bdy"), child(root, "bm")
    document = Document(declared=facts)
    for part in (front, body, back):
        if part is not None:
            translate(part, _VOCABULARY)
    if front is not None:
        document.title = next(within(front, "article-title"), None)
        document.abstracts = children(front, "abstract", "standfirst")
        document.body = [paragraph for lead in children(front, "fp") for paragraph in lead]
    document.body += [] if body is None else list(body)
    for part in [] if back is None else list(back):
        if local_name(part) == "floats-group":
            document.floats += list(part)
        else:
            document.back.append(part)
    return parsed([document], warnings)


def _facts(root: Element) -> dict[str, str]:
    """Return the metadata that the file declares. Call before the translation."""
    year = next((node for node in within(root, "pubdate", "cd", "idt")), None)
    doi = next((node for node in within(root, "pubid") if node.get("idtype") == "doi"), first_within(root, "doi"))
    keywords = [one_line(plain_text(node)) for node in within(root, "kwd")]
    return {
        "doi": one_line(plain_text(doi)) if doi is not None else "",
        "journal": next((text for n in within(root, "source", "jtl") if (text := one_line(plain_text(n)))), ""),
        "year": (year.get("year") or one_line(plain_text(year)))[:4] if year is not None else "",
        "keywords": "; ".join(dict.fromkeys(filter(None, keywords))),
    }


def _captioned(node: Element) -> None:
    """Make a short title beside a caption the label of a figure or table, and any other title a part of the caption.

    BioMed Central puts the number into the title, and text into an element of its own, which joins the caption.
    """
    title, caption = child(node, "title", "figtl"), child(node, "caption")
    if title is not None and caption is not None and len(one_line(plain_text(title)).split()) <= _MAX_LABEL_WORDS:
        title.tag = "label"
    elif title is not None and caption is not None:
        caption.insert(0, title)
    elif title is not None:
        wrap([title], "caption")
    text = child(node, "text")
    if text is not None and caption is not None:
        caption.extend(list(text))
        node.remove(text)


_MAX_LABEL_WORDS = 3


def _bibliography(node: Element) -> None:
    """Tell the three uses of `bibl`: Nature's list of references; BioMed Central's reference, or description of the article."""
    parent = node.getparent()
    if child(node, "bib") is not None:
        node.tag = "ref-list"
    elif parent is not None and local_name(parent) == "fm":
        for title in children(node, "title")[:1]:
            title.tag = "article-title"
    else:
        _fields(node)


def _fields(node: Element) -> None:
    """Name the fields of a reference as JATS does."""
    for field, target in (("title", "article-title"), ("au", "name"), ("cnm", "collab")):
        for part in list(within(node, field)):
            part.tag = target
    identifiers = [identifier for identifier in within(node, "pubid") if identifier.get("idtype") == "doi"]
    for people in children(node, "aug", "insg"):
        unwrap(people)
    for other in children(node, "xrefbib", "url", "note"):
        node.remove(other)
    for identifier in identifiers:
        identifier.tag = "pub-id"
        identifier.set("pub-id-type", "doi")
        node.append(identifier)
    if len(node):
        wrap(list(node), "element-citation")
    node.tag = "ref"


def _abstract(node: Element) -> None:
    """Remove the section around a whole abstract, which repeats its heading."""
    parts = [part for part in node if local_name(part)]
    if len(parts) == 1 and local_name(parts[0]) == "sec":
        unwrap(parts[0])
    for heading in children(node, "st"):
        heading.tag = "title"


def _reference(node: Element) -> None:
    """Keep a reference of Nature, which is printed as it stands."""
    citation = text_element("mixed-citation", node.text or "")
    citation.extend(list(node))
    node.text = None
    node.append(citation)
    node.tag = "ref"


def _empty_reference(node: Element) -> None:
    """Write the number of a citation that has no text of its own: `<bibr rid="b12"/>` is a raised 12."""
    number = "".join(c for c in node.get("rid", "") if c.isdigit())
    if not plain_text(node).strip() and number:
        node.text = f"^{{{number}}}"


def _cell(node: Element) -> None:
    for source, target in (("cspan", "colspan"), ("rspan", "rowspan")):
        node.set(target, node.get(source, "1"))
    node.tag = "td"


_VOCABULARY = Vocabulary(
    names=names({
        "article-title": "atl", "abstract": "abs", "sec": "sec", "title": "sectitle st figtl ti", "sub": "inf",
        "italic": "i it", "bold": "b", "xref": "bibr figr tablr tblr abbr fdr", "ref-list": "refgrp",
        "floats-group": "objects", "fig": "fig figf", "table-wrap": "tbl", "table": "tblbdy", "tr": "r",
        "table-wrap-foot": "tblfn", "disp-formula": "fd display-formula", "inline-formula": "inline-formula", "list": "l",
        "list-item": "li", "graphic": "graphic", "surname": "snm", "given-names": "fnm", "year": "pubdate", "collab": "cnm",
        "publisher-name": "publisher", "ack": "ack", "etal": "etal", "lpage": "lpage", "boxed-text": "bx",
    }),
    removed=frozenset({
        "cor", "cpyrt", "dochead", "email", "history", "insr", "issn", "ji", "kwdg", "pubfm", "suppl-link", "ui", "weburl",
    }),
    steps={
        **dict.fromkeys(("fig", "figf", "tbl"), _captioned), "bib": _reference, "bibr": _empty_reference, "c": _cell,
        "abbrgrp": unwrap, "abs": _abstract, "bibl": _bibliography,
    },
    references=("rid", "fid", "tid", "bid"),
)  # fmt: skip
