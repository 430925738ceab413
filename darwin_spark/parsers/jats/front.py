"""Read the front matter of JATS: the title and the declared metadata. The metadata does not become text of the document."""

from collections.abc import Iterable

from darwin_spark.parsers.jats.inline import text_of
from darwin_spark.parsers.xml_tree import Element, child, children, drop, local_name

_HREF = "{http://www.w3.org/1999/xlink}href"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def title_of(meta: Element) -> str:
    """Return title and subtitle of an `article-meta`, `front-stub`, `book-meta` or `book-part-meta`.

    Footnotes and cross-references are removed from the title group.
    """
    group = child(meta, "title-group", "book-title-group")
    if group is None:
        return ""
    for note in [n for n in group.iter() if local_name(n) in ("xref", "fn")]:
        drop(note)
    title, subtitle = text_of(child(group, "article-title", "title", "book-title")), text_of(child(group, "subtitle"))
    return f"{title}: {subtitle}" if title and subtitle else title or subtitle


def declared_metadata(article: Element) -> dict[str, str]:
    """Return those of article type, journal, subjects, DOI, year, license, keywords and language that are given."""
    front = child(article, "front")
    meta = child(front, "article-meta") if front is not None else child(article, "book-part-meta", "book-meta")
    metadata = {"article_type": article.get("article-type", ""), "language": article.get(_LANGUAGE, "").lower()}
    if meta is not None:
        metadata |= {
            "journal": _first(front, "journal-title") if front is not None else "",
            "subjects": _joined(text_of(n) for n in meta.iter("{*}subject")),
            "doi": next(
                (
                    text_of(n)
                    for n in children(meta, "article-id", "book-part-id")
                    if n.get("pub-id-type", n.get("book-part-id-type")) == "doi"
                ),
                "",
            ),
            "year": _year(meta),
            "license": _license(meta),
            "keywords": _joined(text_of(n) for group in children(meta, "kwd-group") for n in group.iter("{*}kwd")),
        }
    return {name: value for name, value in metadata.items() if value}


def _first(node: Element, name: str) -> str:
    return next((text for n in node.iter(f"{{*}}{name}") if (text := text_of(n))), "")


def _joined(values: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(filter(None, values)))


def _year(meta: Element) -> str:
    """Return the earliest publication year: an article often appears online before the issue."""
    return min((text for date in children(meta, "pub-date") if (text := text_of(child(date, "year")))), default="")


def _license(meta: Element) -> str:
    """Return the URL of the license, or the first 200 characters of its text if it has no URL."""
    for node in meta.iter("{*}license"):
        links = [node.get(_HREF, ""), *(text_of(n) for n in node.iter("{*}license_ref"))]
        links += [n.get(_HREF, "") for n in node.iter("{*}ext-link", "{*}uri")]
        address = next((link for link in links if link.startswith("http")), "")
        if address or text_of(node):
            return address or text_of(node)[:200]
    return ""
