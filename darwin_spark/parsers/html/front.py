"""Read a web page's title and the metadata in its meta tags. The metadata does not become text of the document.

Supported: Google Scholar and Highwire (`citation_*`), Dublin Core (`dc.*`), Open Graph (`og:*`, `article:*`), PRISM, Distill.
"""

import re

from darwin_spark.parsers.html.distill import front_matter
from darwin_spark.parsers.html.inline import text_of
from darwin_spark.parsers.xml_tree import Element, plain_text
from darwin_spark.text.normalize_markdown import one_line

_TITLES = ("citation_title", "dc.title", "dcterms.title")
_SOCIAL_TITLES = ("og:title", "twitter:title")
_META_TAGS = {
    "article_type": ("citation_article_type", "dc.type", "og:type"),
    "journal": ("citation_journal_title", "prism.publicationname", "citation_conference_title", "dc.relation.ispartof"),
    "subjects": ("dc.subject", "dcterms.subject", "article:section"),
    "keywords": ("citation_keywords", "keywords", "article:tag"),
    "doi": ("citation_doi", "prism.doi", "dc.identifier.doi", "dc.identifier", "bepress_citation_doi"),
    "isbn": ("citation_isbn", "dc.identifier.isbn", "book:isbn"),
    "year": (
        "citation_publication_date", "citation_date", "citation_online_date", "citation_year", "dc.date", "dcterms.date",
        "dc.date.issued", "prism.publicationdate", "article:published_time",
    ),
    "license": ("dc.rights", "dcterms.rights", "dcterms.license", "dc.rights.uri"),
    "language": ("citation_language", "dc.language", "dcterms.language", "language", "content-language"),
}  # fmt: skip
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_SITE_NAME = re.compile(r"\s+[|·»–—-]\s+[^|·»–—]{1,60}$")
_MULTI_VALUED = {"keywords": "; ", "subjects": "; "}


def declared_metadata(root: Element) -> dict[str, str]:
    """Return those of article_type, journal, subjects, keywords, doi, isbn, year, license and language that the page gives."""
    tags = _meta(root)
    metadata = {}
    for name, aliases in _META_TAGS.items():
        values = next((tags[alias] for alias in aliases if tags.get(alias)), [])
        value = _metadata_value(name, values)
        if value:
            metadata[name] = value
    metadata.setdefault("language", _language(root))
    metadata.setdefault("license", _license(root))
    doi = str(front_matter(root).get("doi", ""))
    metadata.setdefault("doi", doi if _DOI.match(doi) else "")
    return {name: value for name, value in metadata.items() if value}


def title_of(root: Element) -> str | None:
    """Return the first: meta title, Distill's, the only `h1`, an `h1` that `title` repeats, og:title, `title` without site."""
    tags = _meta(root)
    declared = [*(value for name in _TITLES for value in tags.get(name, [])), front_matter(root).get("title")]
    for title in declared:
        if isinstance(title, str) and title.strip():
            return one_line(title)
    headings = list(dict.fromkeys(text for h in root.iter("h1") if (text := text_of(h))))
    if len(headings) == 1:
        return headings[0]
    title_element = next((one_line(plain_text(n)) for n in root.iter("title") if _is_head(n)), "")
    social = next((value for name in _SOCIAL_TITLES for value in tags.get(name, [])), "")
    match = next((h for h in headings[:3] if h.casefold() in title_element.casefold()), "")
    return match or social or _SITE_NAME.sub("", title_element) or None


def _is_head(node: Element) -> bool:
    parent = node.getparent()
    return parent is not None and parent.tag in ("head", "html")


def _meta(root: Element) -> dict[str, list[str]]:
    """Return the contents of the meta tags by lower-case name, each cut to 1,000 characters."""
    tags: dict[str, list[str]] = {}
    for node in root.iter("meta"):
        name = node.get("name") or node.get("property") or node.get("http-equiv") or ""
        content = one_line(node.get("content") or "")[:1_000]
        if name and content:
            tags.setdefault(name.lower().replace("dc:", "dc."), []).append(content)
    return tags


def _metadata_value(name: str, values: list[str]) -> str:
    if name == "year":
        return next((found.group() for value in values if (found := _YEAR.search(value))), "")
    if name == "doi":
        return next((found.group().rstrip(".,;") for value in values if (found := _DOI.search(value))), "")
    if name == "language":
        return values[0].lower()[:20] if values else ""
    if name == "article_type" and values[:1] in (["website"], ["article"]):
        return ""
    return "; ".join(dict.fromkeys(values)) if name in _MULTI_VALUED else "".join(values[:1])


def _language(root: Element) -> str:
    html = next(root.iter("html"), root)
    return (html.get("lang") or html.get("{http://www.w3.org/XML/1998/namespace}lang") or html.get("xml:lang") or "").lower()[
        :20
    ]


def _license(root: Element) -> str:
    """Return the URL of the first link with `rel=license`, or ''."""
    links = root.iter("a", "link")
    return next((n.get("href") or "" for n in links if "license" in (n.get("rel") or "").split() and n.get("href")), "")
