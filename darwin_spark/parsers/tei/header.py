"""Read the `teiHeader`: the title and the declared metadata."""

from collections.abc import Iterator

from darwin_spark.parsers.tei.inline import text_of
from darwin_spark.parsers.xml_tree import Element, child, first_within, within

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def title_of(header: Element | None) -> str:
    """Return the main title with its subtitle ('Title: subtitle'), or ''."""
    statement = first_within(header, "titleStmt") if header is not None else None
    titles = list(within(statement, "title")) if statement is not None else []
    main = next((text for t in titles if t.get("type", "main") == "main" and (text := text_of(t))), "")
    main = main or next(filter(None, map(text_of, titles)), "")
    sub = next((text for t in titles if t.get("type") == "sub" and (text := text_of(t)) and text != main), "")
    return f"{main}: {sub}" if sub else main


def declared_metadata(header: Element | None, root: Element) -> dict[str, str]:
    """Return those of journal, DOI, ISBN, year, license, keywords and language that are given."""
    if header is None:
        return {}
    source = first_within(header, "sourceDesc")
    journal = (text_of(t) for t in within(source, "title") if t.get("level") == "j") if source is not None else iter(())
    keywords = (text_of(t) for group in within(header, "keywords") for t in within(group, "term"))
    metadata = {
        "journal": next(filter(None, journal), ""),
        "doi": next((text_of(n) for n in within(header, "idno") if n.get("type", "").lower() == "doi"), ""),
        "isbn": next((text_of(n) for n in within(header, "idno") if n.get("type", "").lower() == "isbn"), ""),
        "year": min(_years(header), default=""),
        "license": _license(header),
        "keywords": "; ".join(dict.fromkeys(filter(None, keywords))),
        "language": _language(header, root),
    }
    return {name: value for name, value in metadata.items() if value}


def _years(header: Element) -> Iterator[str]:
    """Yield publication years: of the source if it has any (a book that was encoded later), else of the TEI file."""
    for name in ("sourceDesc", "publicationStmt"):
        part = first_within(header, name)
        dates = within(part, "date") if part is not None else iter(())
        years = [year for d in dates if (year := (d.get("when") or text_of(d))[:4]).isdigit() and len(year) == 4]
        if years:
            yield from years
            return


def _license(header: Element) -> str:
    for node in within(header, "licence", "license"):
        if found := node.get("target") or text_of(node)[:200]:
            return found
    return ""


def _language(header: Element, root: Element) -> str:
    """Return the language of the `text` element, else the header's declared language, else the language of the header."""
    text = child(root, "text")
    declared = first_within(header, "language")
    candidates = (
        text.get(_LANGUAGE, "") if text is not None else "",
        declared.get("ident", "") if declared is not None else "",
        header.get(_LANGUAGE, ""),
    )
    return next((candidate.lower() for candidate in candidates if candidate), "")
