"""Render a TEI bibliography (`listBibl`): citations as printed if available, else composed from their fields."""

from darwin_spark.parsers.tei.inline import text_of
from darwin_spark.parsers.xml_tree import Element, child, children, first_within, local_name, within
from darwin_spark.text.normalize_markdown import one_line


def references(bibliography: Element) -> list[str]:
    """Return one list item per reference, in order; nested lists are flattened."""
    items = []
    for node in bibliography.iter("{*}biblStruct", "{*}bibl", "{*}biblFull"):
        if any(local_name(ancestor) in ("bibl", "biblStruct", "biblFull") for ancestor in node.iterancestors()):
            continue
        text = _composed(node) if local_name(node) == "biblStruct" else _printed(node)
        if text:
            items.append(f"- {text}")
    return items


def _printed(node: Element) -> str:
    """Return the citation as printed, followed by its notes."""
    return " ".join(filter(None, map(text_of, (node, *within(node, "note")))))


def _composed(node: Element) -> str:
    """Return GROBID's `raw_reference` or 'Authors (year). Titles with journal. Volume(issue), pages. Publisher. Notes. doi.'"""
    raw = next((text_of(n) for n in children(node, "note") if n.get("type") == "raw_reference"), "")
    if raw:
        return raw
    date = first_within(node, "date")
    year = (date.get("when") or text_of(date))[:4] if date is not None else ""
    people = ", ".join(filter(None, (_person(n) for n in within(node, "author"))))
    titles = [text_of(n) for n in within(node, "title")]
    scopes = {n.get("unit", ""): _scope(n) for n in within(node, "biblScope")}
    volume = scopes.get("volume", "") + (f"({issue})" if (issue := scopes.get("issue")) else "")
    doi = next((text_of(n) for n in within(node, "idno") if n.get("type", "").lower() == "doi"), "")
    where = ", ".join(filter(None, (volume, scopes.get("page", ""))))
    parts = [people + (f" ({year})" if year else ""), *dict.fromkeys(titles), where, text_of(first_within(node, "publisher"))]
    parts += [text_of(n) for n in children(node, "note")] + [f"doi:{doi}" if doi else ""]
    text = ". ".join(one_line(part).rstrip(". ") for part in parts if part.strip())
    return f"{text}." if text else ""


def _scope(node: Element) -> str:
    return text_of(node) or "-".join(filter(None, (node.get("from"), node.get("to"))))


def _person(author: Element) -> str:
    name = first_within(author, "persName")
    surname = text_of(child(name, "surname")) if name is not None else ""
    if name is None or not surname:
        return text_of(author)
    return " ".join([surname, *(text_of(n) for n in children(name, "forename"))])
