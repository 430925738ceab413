"""Read the running text of a Word paragraph: runs, links, field results, inserted text, formulas."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from darwin_spark.parsers.math.omml import to_tex
from darwin_spark.parsers.xml_tree import Element, attribute, child, children, first_within, local_name

_SKIPPED = frozenset(
    {"del", "moveFrom", "pPr", "rPr", "instrText", "delText", "sdtPr", "sdtEndPr", "rt", "fldData", "delInstrText"}
)
_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "ptab": "\t", "noBreakHyphen": "-"}
_SYMBOL_LETTERS = dict(zip(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖαβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True,
))  # fmt: skip
_SYMBOL_SIGNS = {
    0xA2: "′", 0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB2: "″",
    0xB3: "≥", 0xB4: "×", 0xB5: "∝", 0xB6: "∂", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xC4: "⊗",
    0xC5: "⊕", 0xC6: "∅", 0xC7: "∩", 0xC8: "∪", 0xC9: "⊃", 0xCC: "⊂", 0xCE: "∈", 0xCF: "∉", 0xD0: "∠", 0xD1: "∇", 0xD5: "∏",
    0xD6: "√", 0xD7: "⋅", 0xD8: "¬", 0xD9: "∧", 0xDA: "∨", 0xDE: "⇒", 0xE5: "∑", 0xF2: "∫", 0x2D: "−",
}  # fmt: skip
"""Encoding of the font Symbol (Unicode's mapping table ADOBE/symbol.txt), which older documents use in formulas."""


@dataclass
class Line:
    """A paragraph's text, its notes and text boxes, and the counts of its display formulas and of objects without text."""

    pieces: list[tuple[str, str]] = field(default_factory=list)
    """(mark, text): mark is '^' for superscript, '_' for subscript, '' for other text, 'note' for an index in `notes`."""
    notes: list[tuple[str, str]] = field(default_factory=list)
    """(kind, id) of footnotes and endnotes."""
    boxes: list[Element] = field(default_factory=list)
    objects: int = 0
    displayed: int = 0

    @property
    def text(self) -> str:
        """Return the text. Adjacent pieces with the same mark are joined, so that 'i' and 'j' as subscripts give `_{ij}`."""
        parts, i = list[str](), 0
        while i < len(self.pieces):
            mark, start = self.pieces[i][0], i
            while i < len(self.pieces) and self.pieces[i][0] == mark:
                i += 1
            joined = "".join(text for _, text in self.pieces[start:i])
            words = joined.strip()
            parts.append(joined.replace(words, f"{mark}{{{words}}}", 1) if mark and words else joined)
        return "".join(parts)


def line_of(paragraph: Element) -> Line:
    """Return all visible content of a paragraph. Display formulas are in the text between `$$` delimiters."""
    line = Line()
    for part in paragraph:
        _add(line, part)
    return line


def _add(line: Line, node: Element) -> None:
    name = local_name(node)
    if not name or name in _SKIPPED:
        return
    if name == "r":
        _add_run(line, node)
    elif name == "oMathPara":
        _add_displayed(line, node)
    elif name == "oMath":
        tex = to_tex(node)
        line.pieces.append(("", f"${tex}$" if tex else ""))
    elif name == "AlternateContent":
        for part in _alternative(node) or ():
            _add(line, part)
    else:  # links, inserted text, content controls, fields, ruby, smart tags: add their content
        for part in node:
            _add(line, part)


def _add_displayed(line: Line, node: Element) -> None:
    for math in children(node, "oMath"):
        if tex := to_tex(math):
            line.displayed += 1
            line.pieces.append(("", f"$${tex}$$"))


def _alternative(node: Element) -> Element | None:
    """Return one of the alternatives in `AlternateContent`: the first `Choice` or `Fallback`. Newer programs show `Choice`."""
    return child(node, "Choice", "Fallback")


def _add_run(line: Line, run: Element) -> None:
    properties = child(run, "rPr")
    if properties is not None and (hidden := child(properties, "vanish")) is not None and _is_on(hidden):
        return
    mark = _script_mark(properties)
    for part in run:
        name = local_name(part)
        if name == "t":
            line.pieces.append((mark, part.text or ""))
        elif name in _CHARACTERS:
            line.pieces.append((mark, _CHARACTERS[name]))
        elif name == "sym":
            line.pieces.append((mark, _symbol(part)))
        elif name in ("footnoteReference", "endnoteReference"):
            line.notes.append((name.removesuffix("Reference"), attribute(part, "id")))
            line.pieces.append(("note", str(len(line.notes) - 1)))
        elif name in ("drawing", "pict", "object", "AlternateContent"):
            line.boxes += _boxes(part)
            line.objects += first_within(part, "OLEObject") is not None
        elif name == "ruby":
            _add(line, part)


def _script_mark(properties: Element | None) -> str:
    node = child(properties, "vertAlign") if properties is not None else None
    return {"superscript": "^", "subscript": "_"}.get(attribute(node, "val"), "") if node is not None else ""


def _is_on(node: Element) -> bool:
    return attribute(node, "val", "1") not in ("0", "false", "off")


def _symbol(node: Element) -> str:
    """Return the Unicode character of a `sym` element in the font Symbol; '' for other fonts, which hold pictograms."""
    code = attribute(node, "char")
    try:
        point = int(code, 16) & 0xFF
    except ValueError:
        return ""
    if attribute(node, "font").lower() != "symbol":
        return ""
    return _SYMBOL_LETTERS.get(chr(point)) or _SYMBOL_SIGNS.get(point) or (chr(point) if 0x20 <= point < 0x7F else "")


def _boxes(node: Element) -> Iterator[Element]:
    """Return the text boxes of a drawing; of `AlternateContent` (versions for new and old programs) only one is used."""
    if local_name(node) == "AlternateContent":
        for name in ("Choice", "Fallback"):
            found = [box for part in children(node, name) for box in _boxes(part)]
            if found:
                return iter(found)
        return iter(())
    return (box for part in node for box in ([part] if local_name(part) == "txbxContent" else _boxes(part)))
