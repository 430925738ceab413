"""Distill's own elements as plain HTML: citations, and the reference list that its script makes in the reader's
browser (https://github.com/distillpub/template, versions 1 `dt-` and 2 `d-`)."""

import json

from lxml import etree

from darwin_spark.parsers.html.bibtex import entries_of, printed
from darwin_spark.parsers.xml_tree import Element, drop, plain_text

_BIBLIOGRAPHY = frozenset(("text/bibliography", "text/bibtex"))


def resolve(root: Element) -> None:
    """Citations become their numbers, references a list at the end."""
    place = next(root.iter("d-appendix", "dt-appendix"), next(root.iter("body"), root))
    _number_citations(root, place)


def front_matter(root: Element) -> dict[str, object]:
    """The fields of `d-front-matter` (title, description, authors, doi); empty if there are none."""
    for script in root.iter("script"):
        parent = script.getparent()
        if script.get("type") == "text/json" and parent is not None and parent.tag == "d-front-matter":
            try:
                fields = json.loads(script.text or "")
            except (ValueError, RecursionError):
                return {}
            return fields if isinstance(fields, dict) else {}
    return {}


def _number_citations(root: Element, place: Element) -> None:
    entries = _bibliography(root)
    numbers: dict[str, int] = {}
    for cite in list(root.iter("d-cite", "dt-cite")):
        keys = [key.strip() for key in (cite.get("key") or cite.get("bibtex-key") or "").split(",") if key.strip()]
        marks = [str(numbers.setdefault(key, len(numbers) + 1)) if key in entries else key for key in keys]
        if marks:
            words = plain_text(cite).strip()
            _write(cite, f" {words} [{', '.join(marks)}]" if words else f" [{', '.join(marks)}]")
    if numbers:
        items = etree.Element("ol")
        for key in numbers:
            etree.SubElement(items, "li").text = printed(entries[key])
        _append(place, "References", items)


def _bibliography(root: Element) -> dict[str, dict[str, str]]:
    scripts = [script for script in root.iter("script") if script.get("type") in _BIBLIOGRAPHY]
    entries = {key: entry for script in scripts for key, entry in entries_of(script.text or "").items()}
    for script in scripts:
        drop(script)
    return entries


def _write(cite: Element, text: str) -> None:
    for part in list(cite):
        cite.remove(part)
    cite.text = text


def _append(place: Element, title: str, items: Element) -> None:
    etree.SubElement(place, "h3").text = title
    place.append(items)
