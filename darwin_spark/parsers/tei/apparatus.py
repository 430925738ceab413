"""Resolve the critical apparatus of TEI: the reading of the edited text stays, readings of other witnesses are removed."""

from darwin_spark.parsers.xml_tree import Element, child, children, drop, first_within, unwrap, within

_LOCATION = ("loc", "from", "to")
"""Attributes of an entry that refers to a place of the text, which then contains the lemma."""


def resolve_apparatus(root: Element) -> None:
    """Replace each `app` by the content of its lemma or, without lemma, of its first reading.

    Lists of entries, and entries that refer to a place of the text by an attribute, are removed. Modifies the tree.
    Source: TEI P5, chapter 12 (Critical Apparatus).
    """
    for entries in list(within(root, "listApp")):
        drop(entries)
    for entry in reversed(list(within(root, "app"))):
        if any(name in entry.attrib for name in _LOCATION):
            drop(entry)
            continue
        lemma = child(entry, "lem")
        chosen = lemma if lemma is not None else first_within(entry, "rdg")
        for part in list(within(entry, "lem", "rdg", "wit", "witDetail")):  # entries within readings are resolved already
            if part is not chosen:
                drop(part)
        for part in [*children(entry, "rdgGrp"), *([] if chosen is None else [chosen]), entry]:
            unwrap(part)
