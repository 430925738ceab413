"""Convert Distill's citations to plain text, and add the reference list that Distill's script builds in the browser.

Supports https://github.com/distillpub/template, versions 1 (`dt-`) and 2 (`d-`).
"""

import json

from lxml import etree

from darwin_spark.parsers.html.bibtex import entries_of, printed
from darwin_spark.parsers.xml_tree import Element, drop, plain_text

_BIBLIOGRAPHY = frozenset(("text/bibliography", "text/bibtex"))


def resolve(root: Element) -> None:
    """Modify `root`: write the numbers of citations into the text, and append the list of cited references."""
    container = next(root.iter("d-appendix", "dt-appendix"), next(root.iter("body"), root))
    _number_citations(root, container)


def front_matter(root: Element) -> dict[str, object]:
    """Return the fields of `d-front-matter` (title, description, authors, doi), or {} if there are none."""
    for script in root.iter("script"):
        parent = script.getparent()
        if script.get("type") == "text/json" and parent is not None and parent.tag == "d-front-matter":
            try:
                fields = json.loads(script.text or "")
            except (ValueError, RecursionError):
                return {}
            return fields if isinstance(fields, dict) else {}
    return {}


def _number_citations(root: Element, container: Element) -> None:
    """Number the citations in order, and append the cited references to `container`. An unknown key is kept as it is."""
    entries = _bibliography(root)
    numbers: dict[str, int] = {}
    for cite in list(root.iter("d-cite", "dt-cite")):
        keys = [key.strip() for key in (cite.get("key") or cite.get("bibtex-key") or "").split(",") if key.strip()]
        marks = [str(numbers.setdefault(key, len(numbers) + 1)) if key in entries else key for key in keys]
        if marks:
            words = plain_text(cite).strip()
            _set_text(cite, f" {words} [{', '.join(marks)}]" if words else f" [{', '.join(marks)}]")
    if numbers:
        items = etree.Element("ol")
        for key in numbers:
            etree.SubElement(items, "li").text = printed(entries[key])
        _append(container, "References", items)


def _bibliography(root: Element) -> dict[str, dict[str, str]]:
    scripts = [script for script in root.iter("script") if script.get("type") in _BIBLIOGRAPHY]
    entries = {key: entry for script in scripts for key, entry in entries_of(script.text or "").items()}
    for script in scripts:
        drop(script)
    return entries


def _set_text(cite: Element, text: str) -> None:
    for part in list(cite):
        cite.remove(part)
    cite.text = text


def _append(container: Element, title: str, items: Element) -> None:
    etree.SubElement(container, "h3").text = title
    container.append(items)
