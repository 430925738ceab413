"""Parse PubMed's citations (PubmedArticle, PubmedBookArticle, MedlineCitation): title, abstracts, references, metadata."""

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.publisher_xml.translation import Document, Vocabulary, names, parsed, text_element, translate
from darwin_spark.parsers.xml_tree import Element, child, children, first_within, plain_text, read_document, within
from darwin_spark.text.normalize_markdown import one_line

_RECORDS = ("PubmedArticle", "PubmedBookArticle")
_NO_TITLE = "[not available]"


def parse(content: bytes, _settings: L1Settings) -> Parsed:
    """Parse a citation, or those of a set that have an abstract. Raises ParseFailure: malformed_xml, too_deep, empty."""
    root, warnings = read_document(content)
    records = list(within(root, *_RECORDS)) or list(within(root, "MedlineCitation")) or [root]
    documents = [_document(record) for record in records]
    if not any(document.abstracts for document in documents):
        raise ParseFailure("empty", "the citation has no abstract")
    return parsed((document for document in documents if document.abstracts), warnings)


def _document(record: Element) -> Document:
    """Return the title, abstracts, references and metadata of a citation. Modifies it."""
    facts = _facts(record)
    titles = list(within(record, "ArticleTitle", "BookTitle", "VernacularTitle"))
    texts = [(node, one_line(plain_text(node)).lower()) for node in titles]
    title = next((node for node, text in texts if text and not text.startswith(_NO_TITLE)), None)
    translate(record, _VOCABULARY)
    abstracts = [node for node in within(record, "abstract", "trans-abstract") if plain_text(node).strip()]
    references = list(within(record, "ref-list"))[:1]
    return Document(title, abstracts=abstracts, back=references, declared=facts)


def _labelled(node: Element) -> None:
    """Make a section of a part of an abstract if it has a label, else a paragraph."""
    label = node.get("Label", "")
    if not label or label.upper() in ("UNLABELLED", "UNASSIGNED"):
        node.tag = "p"
        return
    paragraph = text_element("p", node.text or "")
    paragraph.extend(list(node))
    node.text = None
    node.extend([text_element("title", label), paragraph])
    node.tag = "sec"


def _facts(record: Element) -> dict[str, str]:
    """Return the metadata of a citation. Call before the translation."""
    journal, date = first_within(record, "Journal"), first_within(record, "PubDate")
    ids = [node for node in within(record, "ELocationID", "ArticleId") if "doi" in (node.get("EIdType"), node.get("IdType"))]
    year = one_line(plain_text(date))[:4] if date is not None else ""
    return {
        "journal": _first(journal, "Title"),
        "year": year if year.isdigit() else "",
        "doi": one_line(plain_text(ids[0])) if ids else "",
        "language": _first(record, "Language"),
        "article_type": _first(record, "PublicationType"),
        "keywords": _joined(record, "Keyword"),
        "subjects": _joined(record, "DescriptorName"),
    }


def _first(node: Element | None, tag: str) -> str:
    found = first_within(node, tag) if node is not None else None
    return one_line(plain_text(found)) if found is not None else ""


def _joined(node: Element, tag: str) -> str:
    return "; ".join(dict.fromkeys(filter(None, (one_line(plain_text(found)) for found in within(node, tag)))))


def _reference(node: Element) -> None:
    """Keep the printed citation of a reference, without its identifiers."""
    for part in list(node):
        if part not in children(node, "Citation"):
            node.remove(part)
    citation = child(node, "Citation")
    if citation is not None:
        citation.tag = "mixed-citation"
    node.tag = "ref"


_VOCABULARY = Vocabulary(
    names=names({
        "abstract": "Abstract", "trans-abstract": "OtherAbstract", "ref-list": "ReferenceList", "italic": "i", "bold": "b",
        "underline": "u",
    }),
    removed=frozenset({"CopyrightInformation"}),
    steps={"AbstractText": _labelled, "Reference": _reference},
)  # fmt: skip
