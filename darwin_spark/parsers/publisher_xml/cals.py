"""Translate tables of the OASIS (CALS) exchange model, which DocBook and most publishers use, to the rows of XHTML."""

from darwin_spark.parsers.xml_tree import Element, children, local_name, within

_NAMES = {"tgroup": "table", "thead": "thead", "tbody": "tbody", "tfoot": "tfoot", "row": "tr", "entry": "td", "entrytbl": "td"}


def translate_table(group: Element) -> None:
    """Rename a `tgroup` and its rows and entries in place, and give entries `colspan` and `rowspan`."""
    columns = {spec.get("colname", f"col{i}"): i for i, spec in enumerate(children(group, "colspec"), start=1)}
    spans = {spec.get("spanname", ""): spec for spec in children(group, "spanspec")}
    for entry in list(within(group, "entry", "entrytbl")):
        place = spans.get(entry.get("spanname", ""), entry)
        first, last = columns.get(place.get("namest", "")), columns.get(place.get("nameend", ""))
        if first and last and last > first:
            entry.set("colspan", str(last - first + 1))
        rows = entry.get("morerows", "")
        if rows.isascii() and rows.isdigit() and len(rows) < 9:
            entry.set("rowspan", str(int(rows) + 1))
    for node in list(group.iter()):
        name = local_name(node)
        if name in ("colspec", "spanspec"):
            node.getparent().remove(node)  # type: ignore[union-attr]
        elif name in _NAMES:
            node.tag = _NAMES[name]
