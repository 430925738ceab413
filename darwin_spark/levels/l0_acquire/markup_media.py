"""Detect the vocabulary of an XML or HTML file: by namespace, document type and root element, then by the elements in it."""

import re
from typing import NamedTuple

HTML = "text/html"
XML = "application/xml"
JATS = "application/jats+xml"
TEI = "application/tei+xml"
DOCBOOK = "application/docbook+xml"
ELSEVIER = "application/x-elsevier+xml"
SPRINGER = "application/x-springer+xml"
NATURE = "application/x-nature+xml"
RSC = "application/x-rsc+xml"
PUBMED = "application/x-pubmed+xml"
MEDIAWIKI = "application/x-mediawiki+xml"
FLAT_ODF = "application/vnd.oasis.opendocument.text-flat-xml"

_BY_NAMESPACE = (
    (b"http://www.w3.org/1999/xhtml", HTML),
    (b"http://www.tei-c.org/ns/", TEI),
    (b"http://docbook.org/ns/docbook", DOCBOOK),
    (b"http://www.elsevier.com/xml/", ELSEVIER),
    (b"http://www.rsc.org/schema/rscart", RSC),
    (b"http://jats.nlm.nih.gov", JATS),
    (b"https://jats.nlm.nih.gov", JATS),
    (b"http://dtd.nlm.nih.gov", JATS),
    (b"http://www.mediawiki.org/xml/export-", MEDIAWIKI),
    (b"urn:oasis:names:tc:opendocument:xmlns:office", FLAT_ODF),
    (b"http://www.wiley.com/namespaces/", "application/x-wiley+xml"),
    (b"http://www.w3.org/2000/svg", "image/svg+xml"),
    (b"http://www.w3.org/1998/Math/MathML", "application/mathml+xml"),
    (b"http://www.w3.org/2005/Atom", "application/atom+xml"),
    (b"http://www.gribuser.ru/xml/fictionbook/", "application/x-fictionbook+xml"),
    (b"http://www.daisy.org/z3986/", "application/x-dtbook+xml"),
    (b"http://schemas.microsoft.com/office/2006/xmlPackage", "application/vnd.ms-word.flat-opc+xml"),
    (b"http://schemas.microsoft.com/office/word/2003/wordml", "application/vnd.ms-wordml+xml"),
)
"""Beginnings of the namespace of a root element."""
_BY_PUBLIC_ID = re.compile(
    rb"(?P<html>//DTD X?HTML)|(?P<jats>-//NLM//DTD (?!Medline|Pub[Mm]ed)|(?:JATS|BITS)-\w+\.dtd)"
    rb"|(?P<docbook>//DTD (?:Simplified )?DocBook|docbookx?\.dtd)|(?P<elsevier>-//ES//(?:DTD|ELEMENTS))"
    rb"|(?P<springer>-//Springer-Verlag//DTD)|(?P<nature>-//NPG//DTD|-//BioMed Central)|(?P<rsc>-//RSC//DTD)"
    rb"|(?P<dita>//DTD DITA)|(?P<pubmed>-//NLM//DTD (?:Medline|Pub[Mm]ed))",
    re.IGNORECASE,
)
_KINDS = {
    "html": HTML, "jats": JATS, "docbook": DOCBOOK, "elsevier": ELSEVIER, "springer": SPRINGER, "nature": NATURE, "rsc": RSC,
    "dita": "application/dita+xml", "pubmed": PUBMED, "tei": TEI,
}  # fmt: skip
_BY_ROOT = {
    **dict.fromkeys((b"TEI", b"TEI.2", b"teiCorpus", b"teiCorpus.2"), TEI),
    **dict.fromkeys((b"pmc-articleset", b"book-part", b"book-part-wrapper"), JATS),
    **dict.fromkeys((b"PubmedArticleSet", b"PubmedArticle", b"PubmedBookArticleSet", b"PubmedBookArticle"), PUBMED),
    **dict.fromkeys((b"MedlineCitationSet", b"MedlineCitation"), PUBMED),
    **dict.fromkeys((b"converted-article", b"simple-article", b"full-text-retrieval-response"), ELSEVIER),
    **dict.fromkeys((b"refentry", b"sect1", b"articleinfo", b"bookinfo"), DOCBOOK),
    b"art": NATURE, b"mediawiki": MEDIAWIKI, b"FictionBook": "application/x-fictionbook+xml", b"rss": "application/rss+xml",
    b"svg": "image/svg+xml", b"math": "application/mathml+xml", b"opml": "text/x-opml", b"dtbook": "application/x-dtbook+xml",
    b"us-patent-grant": "application/x-us-patent+xml", b"us-patent-application": "application/x-us-patent+xml",
}  # fmt: skip
_VOCABULARIES = re.compile(
    rb"<(?:\w+:)?(?:"
    rb"(?P<jats>article-meta|journal-meta|front-stub|book-meta|book-part-meta|front|sec|ref-list|table-wrap)"
    rb"|(?P<docbook>articleinfo|artheader|bookinfo|chapterinfo|sect1|section|para|simpara|formalpara|info)"
    rb"|(?P<springer>ArticleInfo|ChapterInfo|JournalInfo|BookInfo|PublisherInfo)"
    rb"|(?P<elsevier>item-info)|(?P<rsc>art-admin|art-front|art-body|art-back)|(?P<nature>pubfm|bdy|fm)|(?P<tei>teiHeader)"
    rb")[\s/>]"
)
"""Elements that tell the kind of a document whose root element several kinds have."""
_SHARED_ROOTS = frozenset(
    b"article book chapter section part preface appendix set glossary bibliography "
    b"Publisher Journal Article Book Chapter".split()
)
_IN_ENVELOPE = re.compile(
    rb"<(?:\w+:)?(?:(?P<jats>article-meta|journal-meta|front-stub|book-part-meta)|(?P<tei>TEI|teiHeader))[\s/>]"
)
"""Elements that tell the kind of the documents in an envelope, such as an answer of OAI-PMH."""
_JATS_ROOT = re.compile(rb"\b(?:article-type|dtd-version)\s*=")
PAGE_SUFFIXES = frozenset((".html", ".htm", ".xhtml", ".shtml"))
_HTML_NAMES = frozenset(
    b"a article aside b base big blockquote body br center code details dd div dl dt em fieldset figure font footer form "
    b"frameset h1 h2 h3 h4 h5 h6 head header hr i iframe img input li link main map meta nav noscript ol p pre script section "
    b"small span strong style sub summary sup table tbody td th thead title tr tt u ul".split()
)
_PAGE_NAMES = frozenset((b"html", b"head", b"body", b"frameset"))
_DOCTYPE = re.compile(rb"<!DOCTYPE\s+([^\[>]*)(\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
_ROOT = re.compile(rb"<(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)([^<>]*)")
_TAG = re.compile(rb"</?[A-Za-z][\w:.-]*(?:\s[^<>]*)?/?>")
_HTTP_HEADER = re.compile(rb"(?:HTTP/\d[^\n]*\n)?(?:[A-Za-z][\w-]*:[ \t][^\n]*\n){1,60}\s*(?=<)")
_MAX_BYTES_PER_TAG = 400
"""In a text without a known root element, a tag at least this often makes it markup."""


class _Prolog(NamedTuple):
    """What stands before the content of an XML file: declaration, document type, and the root's prefix, name,
    attributes and offset."""

    is_declared: bool
    doctype: bytes
    prefix: bytes
    name: bytes
    attributes: bytes
    root: int


def markup_type(start: bytes, suffix: str) -> str | None:
    """Return the media type of a text that begins with `<`, or None if it is no markup. `suffix` is that of its name."""
    prolog = _prolog(start)
    if prolog is None:
        return XML if start.startswith(b"<?xml") else None
    kind = _declared_kind(prolog)
    if kind:
        return kind
    found = (_VOCABULARIES if prolog.name in _SHARED_ROOTS else _IN_ENVELOPE).search(start, prolog.root)
    is_markup = prolog.is_declared or bool(prolog.doctype) or _is_dense(start)
    if _is_html(prolog, found):
        return HTML if suffix in PAGE_SUFFIXES or (is_markup and suffix not in (".md", ".markdown")) else None
    if found and found.lastgroup:
        return _KINDS[found.lastgroup]
    return XML if is_markup or suffix == ".xml" else None


def markup_start(text: bytes) -> int | None:
    """Return where markup begins: at once, or after the header of an HTTP response; None if the text begins otherwise."""
    if text.startswith(b"<"):
        return 0
    found = _HTTP_HEADER.match(text)
    return found.end() if found else None


def has_tags(text: bytes) -> bool:
    """Return whether there is any tag in the text."""
    return _TAG.search(text) is not None


def _declared_kind(prolog: _Prolog) -> str | None:
    """Return the kind that namespace, document type, root element and its attributes tell by themselves."""
    if prolog.name.lower() in _PAGE_NAMES or prolog.doctype[:4].lower() == b"html":
        return HTML
    mark = b"xmlns:" + prolog.prefix if prolog.prefix else b"xmlns"
    declared = re.search(rb"(?<![\w:])" + re.escape(mark) + rb"\s*=\s*[\"']([^\"']*)", prolog.attributes)
    if declared:
        kind = next((kind for start, kind in _BY_NAMESPACE if declared[1].startswith(start)), None)
        if kind:
            return kind
    public = _BY_PUBLIC_ID.search(prolog.doctype)
    if public and public.lastgroup:
        return _KINDS[public.lastgroup]
    if prolog.name == b"article" and _JATS_ROOT.search(prolog.attributes):
        return JATS
    return _BY_ROOT.get(prolog.name)


def _is_html(prolog: _Prolog, found: re.Match[bytes] | None) -> bool:
    """Return whether a root that HTML has too, such as `article` or `section`, is one of HTML."""
    if prolog.is_declared or prolog.name.lower() not in _HTML_NAMES:
        return False
    return found is None or (found.lastgroup == "docbook" and found[0][1:8] == b"section")


def _is_dense(start: bytes) -> bool:
    """Return whether the text has as many tags as markup has; a text that mentions a few tags has not."""
    tags = _TAG.findall(start)
    return any(tag.startswith(b"</") for tag in tags) and len(tags) * _MAX_BYTES_PER_TAG >= len(start)


def _prolog(start: bytes) -> _Prolog | None:
    """Return the prolog of markup; None if it has no root element, or none within these bytes."""
    at, doctype, is_declared = 0, b"", start.startswith(b"<?xml")
    while True:
        while start[at : at + 1].isspace():
            at += 1
        if start.startswith((b"<?", b"<!--"), at):
            mark = b"?>" if start.startswith(b"<?", at) else b"-->"
            end = start.find(mark, at)
            if end < 0:
                return None
            at = end + len(mark)
        elif found := _DOCTYPE.match(start, at):
            doctype, at = found[1], found.end()
        else:
            break
    root = _ROOT.match(start, at)
    return _Prolog(is_declared, doctype, root[1] or b"", root[2], root[3], at) if root else None
