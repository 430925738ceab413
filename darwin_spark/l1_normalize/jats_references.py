"""The reference list of JATS: citations as they are printed, or put together from their fields."""

from darwin_spark.l1_normalize.jats_inline import raw_text, text_of
from darwin_spark.l1_normalize.tidy import one_line
from darwin_spark.l1_normalize.xml_tree import Element, child, children, local_name

_CITATIONS = ("mixed-citation", "element-citation", "nlm-citation", "citation", "note")


def references(ref_list: Element) -> list[str]:
    """One list item a reference, in order; nested lists are laid flat."""
    items = []
    for node in ref_list.iter("{*}ref"):
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
    return text_of(node) if _is_printed(node) else _composed(node)


def _is_printed(node: Element) -> bool:
    """A mixed citation carries its punctuation between the fields; some (PMC) have none and hold bare fields."""
    fields = [c for c in node if local_name(c)]
    between = "".join([node.text or "", *(c.tail or "" for c in node)])
    return not fields or bool(between.strip(" \n\t.;,"))


def _composed(node: Element) -> str:
    """Authors (year). Title. Source volume(issue), pages. Publisher. doi."""
    people = [_person(n) for n in node.iter() if local_name(n) in ("name", "string-name", "collab")]
    if next((n for n in node.iter() if local_name(n) == "etal"), None) is not None:
        people.append("et al.")
    year = _field(node, "year")
    authors = ", ".join(filter(None, people)) + (f" ({year})" if year else "")
    titles = [text_of(c) for c in children(node, "article-title", "chapter-title", "data-title", "part-title", "trans-title")]
    issue, pages = _field(node, "issue"), "-".join(filter(None, (_field(node, "fpage"), _field(node, "lpage"))))
    place = " ".join(filter(None, (_field(node, "source"), _field(node, "volume") + (f"({issue})" if issue else ""))))
    where = ", ".join(filter(None, (place, pages or _field(node, "elocation-id"))))
    publisher = ", ".join(filter(None, (_field(node, "publisher-loc"), _field(node, "publisher-name"))))
    doi = next((text_of(c) for c in children(node, "pub-id") if c.get("pub-id-type") == "doi"), "")
    comments = [text_of(c) for c in children(node, "edition", "comment", "uri", "ext-link")]
    parts = [authors.strip(), *titles, where, publisher, *comments, f"doi:{doi}" if doi else ""]
    text = ". ".join(part.rstrip(". ") for part in parts if part)
    return f"{text}." if text else one_line(raw_text(node))


def _field(node: Element, name: str) -> str:
    return text_of(child(node, name))


def _person(node: Element) -> str:
    surname = text_of(child(node, "surname"))
    if not surname:
        return text_of(node)
    return " ".join(filter(None, (surname, text_of(child(node, "given-names")), text_of(child(node, "suffix")))))
