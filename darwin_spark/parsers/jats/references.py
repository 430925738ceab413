"""Render the reference list of JATS: citations as printed, or composed from their fields."""

from darwin_spark.parsers.jats.inline import inline, raw_text, text_of
from darwin_spark.parsers.xml_tree import Element, child, children, first_within, local_name, local_part, within
from darwin_spark.text.normalize_markdown import one_line

_EMPHASIS = frozenset({"italic", "bold", "sub", "sup", "sc", "underline", "styled-content", "named-content", "xref"})
_TITLES = ("article-title", "chapter-title", "data-title", "part-title", "trans-title")
_COMMENTS = ("edition", "comment", "uri", "ext-link")
_COMPOSED = frozenset({
    "name", "string-name", "collab", "person-group", "etal", "year", "month", "day", "season", "article-title", "chapter-title",
    "data-title", "part-title", "trans-title", "source", "volume", "issue", "supplement", "fpage", "lpage", "page-range",
    "elocation-id", "publisher-loc", "publisher-name", "pub-id", "label", "edition", "comment", "uri", "ext-link", "x",
    "object-id", "issn", "size", "page-count",
})  # fmt: skip
"""Fields that a composed citation places itself or omits. All other fields are inserted after the pages."""
_CITATIONS = ("mixed-citation", "element-citation", "nlm-citation", "citation", "note")


def references(ref_list: Element) -> list[str]:
    """Return one list item per reference, in order, without the references of nested lists."""
    items = []
    for node in children(ref_list, "ref"):
        label = text_of(child(node, "label")).strip("[]. ")
        text = " ".join(
            filter(None, (_citation(c) for c in children(node, *_CITATIONS) or children(node, "citation-alternatives")))
        )
        if text:
            items.append(f"- [{label}] {text}" if label else f"- {text}")
    return items


def _citation(node: Element) -> str:
    if local_name(node) == "citation-alternatives":
        return next((text for text in map(_citation, node) if text), "")
    return _printed(node) if _is_printed(node) else _composed(node)


def _printed(node: Element) -> str:
    """Return the citation as printed, with separators between adjacent fields ('…04.005' and '26228561' are two numbers)."""
    parts, last = [node.text or ""], ""
    for part in node:
        text = inline(part)
        name = local_name(part)
        if text and name not in _EMPHASIS and _needs_separator(parts, text):
            parts.append(", " if last == name == "name" else " ")
        parts += [text, part.tail or ""]
        last = name
    return one_line("".join(parts))


def _needs_separator(parts: list[str], text: str) -> bool:
    before = next((part[-1] for part in reversed(parts) if part), " ")
    return (before.isalnum() or before in ".)]") and (text[0].isalnum() or text[0] in "([")


def _is_printed(node: Element) -> bool:
    """Return whether a citation is printed: text (more than `.,;`) between its fields, or no fields. PMC's tags may err."""
    between = "".join([node.text or "", *(c.tail or "" for c in node)])
    return bool(between.strip(" \n\t.;,")) or not any(local_name(c) for c in node)


def _composed(node: Element) -> str:
    """Compose a citation: 'Authors (year). Title. Source volume(issue), pages. Other fields. Publisher. Comments. doi.'"""
    fields = _by_name(node)
    people = [_person(n) for n in within(node, "name", "string-name", "collab")]
    if "etal" in fields or first_within(node, "etal") is not None:
        people.append("et al.")
    year, volume, issue = (_first(fields, name) for name in ("year", "volume", "issue"))
    authors = ", ".join(filter(None, people)) + (f" ({year})" if year else "")
    volume += f"({issue})" if issue else ""
    source_and_volume = " ".join(filter(None, (_first(fields, "source"), volume, _first(fields, "supplement"))))
    pages = "-".join(filter(None, (_first(fields, "fpage"), _first(fields, "lpage"))))
    where = ", ".join(
        filter(None, (source_and_volume, pages or _first(fields, "elocation-id") or _first(fields, "page-range")))
    )
    publisher = ", ".join(filter(None, (_first(fields, "publisher-loc"), _first(fields, "publisher-name"))))
    doi = next((text_of(c) for c in fields.get("pub-id", ()) if c.get("pub-id-type") == "doi"), "")
    others = [text_of(c) for name, found in fields.items() if name not in _COMPOSED for c in found]
    comments = [text_of(c) for name in _COMMENTS for c in fields.get(name, ())]
    titles = [text_of(c) for name in _TITLES for c in fields.get(name, ())]
    parts = [authors.strip(), *titles, where, *others, publisher, *comments, f"doi:{doi}" if doi else ""]
    text = ". ".join(part.rstrip(". ") for part in parts if part)
    return f"{text}." if text else one_line(raw_text(node))


def _by_name(node: Element) -> dict[str, list[Element]]:
    """Return the children by name, collected in one pass."""
    fields: dict[str, list[Element]] = {}
    for part in node:
        if name := local_part(part.tag):
            fields.setdefault(name, []).append(part)
    return fields


def _first(fields: dict[str, list[Element]], name: str) -> str:
    return text_of(fields[name][0]) if name in fields else ""


def _person(node: Element) -> str:
    fields = _by_name(node)
    if not _first(fields, "surname"):
        return text_of(node)
    return " ".join(filter(None, (_first(fields, name) for name in ("surname", "given-names", "suffix"))))
