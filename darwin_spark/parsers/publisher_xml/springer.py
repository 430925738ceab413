"""Parse Springer's XML (A++): articles and chapters. Left out on purpose: authors, history, copyright, images, index terms."""

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.publisher_xml.translation import Document, Vocabulary, names, parsed, text_element, translate
from darwin_spark.parsers.xml_tree import Element, child, children, first_within, plain_text, read_document, unwrap, within
from darwin_spark.text.normalize_markdown import one_line

_PUBLICATIONS = ("Article", "Chapter")


def parse(content: bytes, _settings: L1Settings) -> Parsed:
    """Parse an A++ file. Raises ParseFailure: malformed_xml, too_deep, empty."""
    root, warnings = read_document(content)
    found = list(within(root, *_PUBLICATIONS))
    if not found:
        raise ParseFailure("empty", "the file holds no article and no chapter")
    documents = []
    for publication in found:
        facts = _facts(root, publication)
        translate(publication, _VOCABULARY)
        documents.append(_document(publication, facts))
    return parsed(documents, warnings)


def _document(publication: Element, facts: dict[str, str]) -> Document:
    """Return the parts of a translated article or chapter."""
    info = child(publication, "ArticleInfo", "ChapterInfo")
    header = child(publication, "ArticleHeader", "ChapterHeader")
    body, back = child(publication, "body"), child(publication, "back")
    return Document(
        title=None if info is None else child(info, "article-title"),
        subtitle=None if info is None else child(info, "ArticleSubTitle", "ChapterSubTitle"),
        abstracts=[] if header is None else children(header, "abstract"),
        body=[] if body is None else list(body),
        back=[] if back is None else list(back),
        declared=facts,
    )


def _facts(root: Element, publication: Element) -> dict[str, str]:
    """Return the metadata that the file declares. Call before the translation."""
    info = child(publication, "ArticleInfo", "ChapterInfo")
    keywords = [one_line(plain_text(node)) for node in within(publication, "Keyword")]
    year = next((text for node in within(publication, "Year") if len(text := one_line(plain_text(node))) == 4), "")
    return {
        "doi": _first(publication, "ArticleDOI", "ChapterDOI"),
        "journal": _first(root, "JournalTitle"),
        "year": year,
        "language": (info.get("Language", "") if info is not None else "").lower(),
        "keywords": "; ".join(dict.fromkeys(filter(None, keywords))),
    }


def _first(node: Element, *tags: str) -> str:
    return next((text for found in within(node, *tags) if (text := one_line(plain_text(found)))), "")


def _emphasis(node: Element) -> None:
    """Name emphasis by its type; superscripts and subscripts have elements of their own."""
    node.tag = {"Bold": "bold", "Italic": "italic", "SmallCaps": "sc"}.get(node.get("Type", ""), "styled-content")


def _source(node: Element) -> None:
    """Keep the TeX of an equation, of which A++ gives several sources, or its MathML if there is no TeX."""
    parent = node.getparent()
    if parent is None:
        return
    if node.get("Format", "").upper() == "TEX":
        node.tag = "tex-math"
    elif any(source.get("Format", "").upper() == "TEX" for source in parent) or first_within(node, "math") is None:
        parent.remove(node)
    else:
        unwrap(node)


def _list(node: Element) -> None:
    """Make a list ordered if its items have numbers; other marks, such as letters, stay before the items."""
    numbers = [number for item in children(node, "ListItem") if (number := child(item, "ItemNumber")) is not None]
    if numbers and all(plain_text(number).strip("().[] \n").isdigit() for number in numbers):
        node.set("list-type", "order")
        for number in numbers:
            number.getparent().remove(number)  # type: ignore[union-attr]
    for item in children(node, "ListItem"):
        for content in children(item, "ItemContent"):
            unwrap(content)


def _table(node: Element) -> None:
    """Put the notes below a table into its foot."""
    for foot in children(node, "tfooter"):
        foot.tag = "table-wrap-foot"


def _caption(node: Element) -> None:
    """Move the number of a caption in front of it, as the label of the figure or table."""
    number, parent = child(node, "CaptionNumber"), node.getparent()
    if number is not None and parent is not None:
        node.addprevious(number)
        number.tag, number.tail = "label", None


def _citation(node: Element) -> None:
    """Keep the reference as printed if the file has that, and translate its fields if not."""
    printed = child(node, "BibUnstructured")
    for part in children(node, "BibArticle", "BibBook", "BibChapter", "BibIssue"):
        if printed is not None:
            node.remove(part)
        else:
            _fields(part)


def _fields(node: Element) -> None:
    for person in list(within(node, "BibAuthorName", "BibEditorName")):
        person.tag = "name"
    for group in list(within(node, "InstitutionalAuthorName")):
        group.tag = "collab"
    for occurrence in children(node, "Occurrence"):
        handle = child(occurrence, "Handle")
        if occurrence.get("Type") == "DOI" and handle is not None:
            doi = text_element("pub-id", one_line(plain_text(handle)))
            doi.set("pub-id-type", "doi")
            node.append(doi)
        node.remove(occurrence)


_VOCABULARY = Vocabulary(
    names=names({
        "body": "Body", "back": "ArticleBackmatter ChapterBackmatter Backmatter", "abstract": "Abstract",
        "sec": "Section1 Section2 Section3 Section4 Section5 Section6 Section7 Section8 AbstractSection EthicsStatement",
        "app": "Appendix", "ack": "Acknowledgments", "title": "Heading", "p": "Para SimplePara", "sup": "Superscript",
        "sub": "Subscript", "xref": "CitationRef InternalRef FootnoteRef", "fig": "Figure", "caption": "Caption",
        "table-wrap": "Table", "fn": "Footnote", "inline-formula": "InlineEquation", "disp-formula": "Equation",
        "label": "EquationNumber CitationNumber ItemNumber", "list": "UnorderedList OrderedList",
        "list-item": "ItemContent ListItem", "def-list": "DefinitionList", "def-item": "DefinitionListEntry", "term": "Term",
        "def": "Description", "disp-quote": "BlockQuote", "attrib": "BlockQuoteSource Source", "statement": "FormalPara",
        "boxed-text": "FloatBox", "preformat": "ProgramCode", "ref-list": "Bibliography BibSection", "ref": "Citation",
        "mixed-citation": "BibUnstructured", "element-citation": "BibArticle BibBook BibChapter BibIssue",
        "surname": "FamilyName", "given-names": "Initials", "year": "Year", "article-title": "ArticleTitle ChapterTitle",
        "source": "JournalTitle BookTitle SeriesTitle", "volume": "VolumeID", "issue": "IssueID", "fpage": "FirstPage",
        "lpage": "LastPage", "publisher-name": "PublisherName", "publisher-loc": "PublisherLocation", "etal": "Etal",
        "edition": "EditionNumber", "comment": "BibComments", "graphic": "ImageObject", "ext-link": "ExternalRef",
        "break": "LineBreak",
    }),
    removed=frozenset({
        "ArticleContext", "ArticleCopyright", "ArticleHistory", "ArticleNote", "AuthorGroup", "ChapterContext",
        "ChapterCopyright", "CoverFigure", "IndexTerm", "KeywordGroup", "Occurrence", "RefTarget", "TextObject",
        "VideoObject",
    }),
    steps={
        "Emphasis": _emphasis, "EquationSource": _source, "OrderedList": _list, "Table": _table, "Caption": _caption,
        "Citation": _citation, "CaptionContent": unwrap, "MediaObject": unwrap, "InlineMediaObject": unwrap,
    },
    ids=("ID",),
    references=("CitationID", "RefID"),
)  # fmt: skip
