"""Read the running text of a Word paragraph: runs, links, field results, inserted text, formulas."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from darwin_spark.parsers.docx.symbol_fonts import (
    PRIVATE_USE,
    SymbolFonts,
    decode,
    is_symbol_font,
    symbol_font,
    unresolved,
)
from darwin_spark.parsers.math.omml import to_tex
from darwin_spark.parsers.xml_tree import Element, attribute, child, children, first_within, local_name

_SKIPPED = frozenset(
    {"del", "moveFrom", "pPr", "rPr", "instrText", "delText", "sdtPr", "sdtEndPr", "rt", "fldData", "delInstrText"}
)
_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "ptab": "\t", "noBreakHyphen": "-"}


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
    unresolved: int = 0
    """Number of signs of symbol fonts whose character is not known."""
    fonts: SymbolFonts = field(default_factory=SymbolFonts)
    font: str = ""
    """Symbol font of the paragraph's style."""

    @property
    def text(self) -> str:
        """Return the text; pieces in a row with one mark are joined: subscripts 'i', 'j' give `_{ij}`. Replace notes first."""
        parts, i = list[str](), 0
        while i < len(self.pieces):
            mark, start = self.pieces[i][0], i
            while i < len(self.pieces) and self.pieces[i][0] == mark:
                i += 1
            joined = "".join(text for _, text in self.pieces[start:i])
            words = joined.strip()
            parts.append(joined.replace(words, f"{mark}{{{words}}}", 1) if mark and words else joined)
        return "".join(parts)


def line_of(paragraph: Element, style_id: str, fonts: SymbolFonts) -> Line:
    """Return all visible content of a paragraph of a style. Display formulas are in the text between `$$` delimiters."""
    line = Line(fonts=fonts, font=fonts.of_styles.get(style_id, ""))
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
    """Return the first `Choice` or `Fallback` in `AlternateContent`, or None."""
    return child(node, "Choice", "Fallback")


def _add_run(line: Line, run: Element) -> None:
    properties = child(run, "rPr")
    if properties is not None and (hidden := child(properties, "vanish")) is not None and _is_on(hidden):
        return
    mark, fonts = _script_mark(properties), line.fonts
    for part in run:
        name = local_name(part)
        if name == "t":
            text = part.text or ""
            line.pieces.append((mark, text if text.isascii() and not fonts.are_used else _words(line, properties, text)))
        elif name in _CHARACTERS:
            line.pieces.append((mark, _CHARACTERS[name]))
        elif name == "sym":
            line.pieces.append((mark, _symbol(line, part)))
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


def _words(line: Line, properties: Element | None, text: str) -> str:
    """Return the text of a run; the codes of a symbol font, set by the run or by a style, become the signs that are seen."""
    if line.fonts.are_used:
        fonts = child(properties, "rFonts") if properties is not None else None
        if font := symbol_font(fonts, "ascii") if fonts is not None else _style_font(line, properties):
            text = decode(text, font)
        elif not text.isascii() and fonts is not None and (font := symbol_font(fonts, "hAnsi")):
            text = "".join(c if c.isascii() else decode(c, font) for c in text)
    line.unresolved += unresolved(text)
    return text


def _style_font(line: Line, properties: Element | None) -> str:
    style = child(properties, "rStyle") if properties is not None else None
    return line.fonts.of_styles.get(attribute(style, "val"), line.font) if style is not None else line.font


def _symbol(line: Line, node: Element) -> str:
    """Return the character of a `sym` element: by its font's table, else the code itself; '' (counted) if that is no sign."""
    font = attribute(node, "font")
    try:
        code = chr(int(attribute(node, "char"), 16))
    except (ValueError, OverflowError):
        line.unresolved += 1
        return ""
    sign = decode(code, font) if is_symbol_font(font) else code
    if PRIVATE_USE <= ord(sign) <= PRIVATE_USE + 0xFF or not sign.isprintable():
        line.unresolved += 1
        return ""
    return sign


def _boxes(node: Element) -> Iterator[Element]:
    """Return the text boxes of a drawing; of `AlternateContent` (versions for new and old programs) only one is used."""
    if local_name(node) == "AlternateContent":
        for name in ("Choice", "Fallback"):
            found = [box for part in children(node, name) for box in _boxes(part)]
            if found:
                return iter(found)
        return iter(())
    return (box for part in node for box in ([part] if local_name(part) == "txbxContent" else _boxes(part)))
