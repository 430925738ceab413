"""Render the body of a Word document as Markdown blocks: headings, paragraphs, lists, code, tables, notes."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from darwin_spark.parsers.docx.inline import Line, line_of
from darwin_spark.parsers.docx.lists import has_hidden_end, item_of, list_of
from darwin_spark.parsers.docx.numbering import Numbering
from darwin_spark.parsers.docx.styles import Style, Styles, outline_level
from darwin_spark.parsers.docx.symbol_fonts import SymbolFonts
from darwin_spark.parsers.markdown_headings import heading
from darwin_spark.parsers.pipe_table import MAX_SPAN, Cell, pipe_table
from darwin_spark.parsers.xml_tree import Element, attribute, child, first_within, local_name
from darwin_spark.text.normalize_markdown import one_line

_WRAPPERS = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "AlternateContent", "Choice"})
_BODY_TEXT = 9
_FORMULA = re.compile(r"\$\$(.*?)\$\$", re.DOTALL)
_NUMBER = re.compile(r"\(([^()$]{1,12})\)")
"""Equation number in parentheses, after a formula or in the table cell beside it."""


@dataclass
class Body:
    """Renderer of the body. `title` is the first text in the style Title. Notes are numbered in the order of their citation."""

    styles: Styles
    numbering: Numbering
    footnotes: dict[str, Element]
    endnote_texts: dict[str, Element]
    fonts: SymbolFonts
    title: str = ""
    _objects: int = 0
    _signs: int = 0
    _numbers: dict[tuple[str, str], str] = field(default_factory=dict)

    def blocks_of(self, container: Element) -> list[str]:
        """Return the blocks of a body, a cell, a text box or a note; adjacent list items or lines of code become one block."""
        return _group_blocks(self._pairs(container))

    def _pairs(self, container: Element) -> list[tuple[str, str]]:
        """Return the content of a container as (kind, Markdown block) pairs; kind is 'list', 'code', 'note' or ''."""
        nodes = _merge_deleted_ends(_content(container))
        return [p for n in nodes for p in (self._table(n) if local_name(n) == "tbl" else self._paragraph(n))]

    def endnotes(self) -> list[str]:
        """Return the endnotes that the text cites, under a heading."""
        cited = [(note_id, mark) for (kind, note_id), mark in self._numbers.items() if kind == "endnote"]
        notes = [text for note_id, mark in cited for text in self._note(self.endnote_texts.get(note_id), mark)]
        return [heading("Endnotes", 2), *notes] if notes else []

    def warnings(self) -> Iterator[str]:
        """Yield a warning if there are objects without readable text, and one if signs of symbol fonts are not known."""
        if self._objects:
            yield f"{self._objects} embedded objects (old formulas, sheets) hold no text that can be read"
        if self._signs:
            yield f"{self._signs} signs of symbol fonts have no known character"

    def _paragraph(self, node: Element) -> list[tuple[str, str]]:
        """Return the (kind, block) pairs of a paragraph, then those of its footnotes and of its text boxes."""
        properties = child(node, "pPr")
        style_node = child(properties, "pStyle") if properties is not None else None
        style_id = attribute(style_node, "val") if style_node is not None else self.styles.default
        style = self.styles.of(style_id)
        if style.kind == "toc":
            return []
        line = line_of(node, style_id, self.fonts)
        self._objects += line.objects
        self._signs += line.unresolved
        words = self._text_with_note_marks(line)
        is_seen = words.strip() or line.displayed or not has_hidden_end(properties)
        blocks = self._styled_pairs(words, style, properties, line) if is_seen else []
        notes = [("note", text) for kind, note_id in line.notes if kind == "footnote" for text in self._footnote(note_id)]
        return [*blocks, *notes, *(("", text) for box in line.boxes for text in self.blocks_of(box))]

    def _styled_pairs(self, words: str, style: Style, properties: Element | None, line: Line) -> list[tuple[str, str]]:
        """Return a paragraph as (kind, Markdown block) pairs; an empty one gives none, but is counted in its list."""
        text = one_line(words)
        direct_level = outline_level(properties) if properties is not None else None
        level = style.level if direct_level is None else direct_level
        number, list_level = list_of(properties, style, self.numbering) or ("0", 0)
        label = self.numbering.label(number, list_level)
        if not words.strip() and not line.displayed:
            return []
        if style.kind == "title" and not self.title:
            self.title = text
            return [("", heading(text, 1))]
        if level is not None and level < _BODY_TEXT and not line.displayed:
            return [("", heading(f"{label} {text}" if label else text, level + 2))]
        if style.kind == "code":
            return [("code", words.rstrip())]
        if label is not None:
            return [("list", item_of(text, label, max(list_level, style.depth)))]
        if style.kind == "quote":
            return [("", f"> {text}")]
        return [("", block) for block in _split_display_formulas(text)]

    def _text_with_note_marks(self, line: Line) -> str:
        """Return the text of a line with its note marks (`[^1]`), and number the notes."""
        pieces = []
        for mark, text in line.pieces:
            number = self._numbers.setdefault(line.notes[int(text)], str(len(self._numbers) + 1)) if mark == "note" else text
            pieces.append(("", f"[^{number}]") if mark == "note" else (mark, text))
        return Line(pieces).text

    def _footnote(self, note_id: str) -> list[str]:
        return self._note(self.footnotes.get(note_id), self._numbers.get(("footnote", note_id), ""))

    def _note(self, node: Element | None, mark: str) -> list[str]:
        """Return the paragraphs of a note; the first begins with its mark."""
        blocks = self.blocks_of(node) if node is not None else []
        return [f"[^{mark}]: {blocks[0]}", *blocks[1:]] if blocks else []

    def _table(self, table: Element) -> list[tuple[str, str]]:
        """Return a table as (kind, block) pairs: pipe table and notes, blocks of a lone cell, or a formula and its number."""
        notes: list[tuple[str, str]] = []
        rows = [row for row in _content(table, "tr") if not _is_deleted(row)]
        cells = [list(_content(row, "tc")) for row in rows]
        if len(cells) == 1 and len(cells[0]) == 1:
            return [("", block) for block in self.blocks_of(cells[0][0])]
        grid = [self._row(row, row_cells, notes) for row, row_cells in zip(rows, cells, strict=True)]
        if len(grid) == 1 and (formula := _formula_row([cell.text for cell in grid[0]])):
            return [("", formula), *notes]
        header_count = next((i for i, row in enumerate(rows) if not _is_header(row)), len(rows))
        return [*([("", text)] if (text := pipe_table(grid[:header_count], grid[header_count:])) else []), *notes]

    def _row(self, row: Element, cells: list[Element], notes: list[tuple[str, str]]) -> list[Cell]:
        properties = child(row, "trPr")
        before = _number(properties, "gridBefore", 0)
        return [Cell("", 1)] * before + [self._cell(cell, notes) for cell in cells]

    def _cell(self, cell: Element, notes: list[tuple[str, str]]) -> Cell:
        properties = child(cell, "tcPr")
        merge = child(properties, "vMerge") if properties is not None else None
        is_below = merge is not None and attribute(merge, "val", "continue") == "continue"
        pairs = [] if is_below else self._pairs(cell)
        notes += [pair for pair in pairs if pair[0] == "note"]
        text = one_line(" ".join(_cell_text(block) for block in _group_blocks([pair for pair in pairs if pair[0] != "note"])))
        return Cell(text, _number(properties, "gridSpan", 1))


def _group_blocks(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Return the blocks of (kind, block) pairs; adjacent list items become one list, adjacent lines of code one code block."""
    blocks: list[str] = []
    for kind, group in groupby(pairs, key=itemgetter(0)):
        texts = [text for _, text in group]
        lines = "\n".join(texts)
        blocks += [lines] if kind == "list" else [f"```\n{lines}\n```"] if kind == "code" else texts
    return blocks


def _merge_deleted_ends(nodes: Iterable[Element]) -> Iterator[Element]:
    """Yield the nodes; a paragraph whose end mark is deleted by a tracked change is merged with the paragraph that follows."""
    pending: list[Element] = []
    for node in nodes:
        is_paragraph = local_name(node) == "p"
        if pending and not is_paragraph:
            yield _merged(pending)
            pending = []
        if is_paragraph:
            pending.append(node)
        if not is_paragraph:
            yield node
        elif not _has_deleted_end(node):
            yield _merged(pending)
            pending = []
    if pending:
        yield _merged(pending)


def _merged(paragraphs: list[Element]) -> Element:
    """Return the last paragraph, after moving the content of the others to its beginning."""
    last = paragraphs[-1]
    moved = [part for p in paragraphs[:-1] for part in p if local_name(part) != "pPr"]
    start = 1 if child(last, "pPr") is not None else 0
    last[start:start] = moved
    return last


def _has_deleted_end(paragraph: Element) -> bool:
    properties = child(paragraph, "pPr")
    mark_properties = child(properties, "rPr") if properties is not None else None
    return mark_properties is not None and child(mark_properties, "del", "moveFrom") is not None


def _content(container: Element, *names: str) -> Iterator[Element]:
    """Yield the paragraphs and tables of a container, or its elements named `names`, also those in wrappers."""
    for node in container:
        name = local_name(node)
        if name in (names or ("p", "tbl")):
            yield node
        elif name in _WRAPPERS and not _is_table_of_contents(node):
            yield from _content(node, *names)


def _is_table_of_contents(node: Element) -> bool:
    properties = child(node, "sdtPr")
    gallery = first_within(properties, "docPartGallery") if properties is not None else None
    return gallery is not None and attribute(gallery, "val").lower() == "table of contents"


def _split_display_formulas(text: str) -> Iterable[str]:
    """Split text into display formulas and paragraphs. An equation number alone after a formula becomes its \\tag."""
    parts = _FORMULA.split(text)
    for i in range(1, len(parts), 2):
        number = _NUMBER.fullmatch(parts[i + 1].strip())
        if number:
            parts[i + 1] = ""
        tag = f" \\tag{{{number.group(1)}}}" if number and "\\tag" not in parts[i] else ""
        parts[i] = f"$$\n{parts[i].strip()}{tag}\n$$"
    return [part.strip() for part in parts if part.strip()]


def _cell_text(block: str) -> str:
    """Convert a block for a table cell: display formulas become inline formulas, a nested table becomes its text."""
    if block.startswith("| "):
        rows = block.split("\n")
        block = " ".join(row.strip("| ").replace(" | ", " ") for row in [rows[0], *rows[2:]])
    return re.sub(r"\$\$\n(.*?)\n\$\$", r"$\1$", block, flags=re.DOTALL)


def _formula_row(texts: list[str]) -> str:
    """Return the display formula of a row that holds only a formula, or a formula and its number; else ''."""
    filled = [text for text in texts if text]
    if not filled or not re.fullmatch(r"\$[^$]+\$", filled[0]) or len(filled) > 2:
        return ""
    number = _NUMBER.fullmatch(filled[1]) if len(filled) == 2 else None
    if len(filled) == 2 and not number:
        return ""
    return f"$$\n{filled[0].strip('$')}{f' {chr(92)}tag{{{number.group(1)}}}' if number else ''}\n$$"


def _is_deleted(row: Element) -> bool:
    properties = child(row, "trPr")
    return properties is not None and child(properties, "del") is not None


def _is_header(row: Element) -> bool:
    properties = child(row, "trPr")
    return properties is not None and child(properties, "tblHeader") is not None


def _number(properties: Element | None, name: str, default: int) -> int:
    node = child(properties, name) if properties is not None else None
    value = attribute(node, "val") if node is not None else ""
    return min(int(value), MAX_SPAN) if value.isascii() and value.isdigit() and 0 < len(value) < 6 else default
