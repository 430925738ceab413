"""Render the shapes of a slide as Markdown blocks: paragraphs, lists, tables, formulas, the text of diagrams."""

from collections.abc import Callable
from dataclasses import dataclass

from darwin_spark.parsers.math.omml import to_tex
from darwin_spark.parsers.pipe_table import MAX_SPAN, Cell, pipe_table
from darwin_spark.parsers.xml_tree import Element, attribute, child, children, first_within, local_name, within
from darwin_spark.text.normalize_markdown import one_line

TITLES = frozenset({"title", "ctrTitle"})
_FURNITURE = frozenset({"dt", "ftr", "sldNum", "hdr", "sldImg"})
"""Placeholders of the page: date, footer, slide number, header, picture of the slide."""
_BODIES = frozenset({"body", "obj", "", "tbl", "chart", "dgm", "media", "pic"})
"""Placeholders whose paragraphs have bullets if they do not say otherwise."""
_MAX_LEVEL = 8


@dataclass
class Shapes:
    """Renderer of shapes. `diagram` returns the texts of a SmartArt diagram by its relation's id; `objects` counts the rest."""

    diagram: Callable[[str], list[str]]
    objects: int = 0

    def blocks(self, tree: Element) -> list[str]:
        """Return the blocks of all visible shapes in a group, without title and furniture, in the order of the file."""
        found = []
        for node in tree:
            name = local_name(node)
            if name == "sp" and placeholder(node) not in TITLES | _FURNITURE and not _is_hidden(node):
                found += self.text(node)
            elif name == "grpSp" and not _is_hidden(node):
                found += self.blocks(node)
            elif name == "graphicFrame" and not _is_hidden(node):
                found += self._graphic(node)
            elif name == "AlternateContent":
                choice = child(node, "Choice", "Fallback")
                found += self.blocks(choice) if choice is not None else []
        return found

    def text(self, shape: Element) -> list[str]:
        """Return the paragraphs of a shape; adjacent items of a list are one block."""
        body = child(shape, "txBody")
        blocks: list[str] = []
        is_list, numbers = False, dict[int, int]()
        for node in children(body, "p") if body is not None else ():
            text = line_of(node)
            properties = child(node, "pPr")
            level = min(_integer(properties, "lvl"), _MAX_LEVEL)
            mark = _mark(properties, placeholder(shape) in _BODIES, level, numbers)
            if not text:
                continue
            if not mark:
                blocks.append(text)
            elif is_list:
                blocks[-1] += f"\n{'   ' * level}{mark}{text}"
            else:
                blocks.append(f"{mark}{text}")
            is_list = bool(mark)
        return blocks

    def _graphic(self, frame: Element) -> list[str]:
        """Return a table, or the texts of a diagram; other objects are counted."""
        table = first_within(frame, "tbl")
        if table is not None:
            rows = [[_cell(cell) for cell in children(row, "tc") if not _is_merged(cell)] for row in children(table, "tr")]
            return [found] if (found := pipe_table([], rows)) else []
        relations = first_within(frame, "relIds")
        if relations is not None:
            texts = self.diagram(attribute(relations, "dm"))
            return ["\n".join(f"- {text}" for text in texts)] if texts else []
        self.objects += 1
        return []


def placeholder(shape: Element) -> str | None:
    """Return the type of a placeholder ('' for one without type), or None for any other shape."""
    found = next(within(shape, "ph"), None)
    return None if found is None else found.get("type", "")


def line_of(paragraph: Element) -> str:
    """Return a paragraph on one line, with formulas as TeX, and superscripts and subscripts marked."""
    pieces: list[tuple[str, str]] = []
    for node in paragraph:
        name = local_name(node)
        math = first_within(node, "oMath")
        if name in ("r", "fld"):
            words = child(node, "t")
            pieces.append((_script(child(node, "rPr")), (words.text or "") if words is not None else ""))
        elif name == "br":
            pieces.append(("", " "))
        elif math is not None:
            pieces.append(("", f"${to_tex(math)}$"))
    merged: list[tuple[str, str]] = []
    for script, text in pieces:
        if merged and merged[-1][0] == script:
            merged[-1] = (script, merged[-1][1] + text)
        else:
            merged.append((script, text))
    return one_line("".join(f"{script}{{{text.strip()}}}" if script and text.strip() else text for script, text in merged))


def _script(properties: Element | None) -> str:
    baseline = properties.get("baseline", "0") if properties is not None else "0"
    return "" if baseline.strip("-0%") == "" else "_" if baseline.startswith("-") else "^"


def _mark(properties: Element | None, is_body: bool, level: int, numbers: dict[int, int]) -> str:
    """Return the mark of a list item, '' for a paragraph; count the numbered items in `numbers`, by level."""
    for deeper in [other for other in numbers if other > level]:
        del numbers[deeper]
    if properties is not None and child(properties, "buAutoNum") is not None:
        start = _integer(child(properties, "buAutoNum"), "startAt") or 1
        numbers[level] = numbers.get(level, start - 1) + 1
        return f"{numbers[level]}. "
    numbers.pop(level, None)
    if properties is not None and child(properties, "buNone") is not None:
        return ""
    has_bullet = properties is not None and child(properties, "buChar", "buBlip") is not None
    return "- " if has_bullet or is_body else ""


def _cell(node: Element) -> Cell:
    text = one_line(" ".join(line_of(p) for p in within(node, "p")))
    columns, rows = (min(max(_integer(node, name), 1), MAX_SPAN) for name in ("gridSpan", "rowSpan"))
    return Cell(text, columns, rows)


def _is_merged(cell: Element) -> bool:
    """Return whether a cell is covered by another that spans it."""
    return any(cell.get(name) in ("1", "true") for name in ("hMerge", "vMerge"))


def _is_hidden(shape: Element) -> bool:
    properties = next(within(shape, "cNvPr"), None)
    return properties is not None and properties.get("hidden") in ("1", "true")


def _integer(node: Element | None, name: str) -> int:
    value = node.get(name, "") if node is not None else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else 0
