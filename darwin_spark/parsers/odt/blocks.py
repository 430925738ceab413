"""Render the body of an OpenDocument text as Markdown blocks: headings, paragraphs, lists, tables, code, notes."""

import re
from dataclasses import dataclass, field

from darwin_spark.parsers.markdown_headings import heading
from darwin_spark.parsers.odt.inline import Inline, Line
from darwin_spark.parsers.odt.styles import ListLevel, Styles, integer
from darwin_spark.parsers.pipe_table import MAX_SPAN, Cell, pipe_table
from darwin_spark.parsers.xml_tree import Element, attribute, child, children, local_name
from darwin_spark.text.normalize_markdown import one_line

_SKIPPED = frozenset({
    "tracked-changes", "table-of-content", "illustration-index", "table-index", "object-index", "user-index",
    "alphabetical-index", "forms", "sequence-decls", "variable-decls", "user-field-decls", "annotation", "soft-page-break",
    "index-title-template", "bibliography-source", "dde-connection-decls", "calculation-settings",
})  # fmt: skip
_CODE = frozenset({"preformatted text", "source code", "source text", "code"})
_QUOTES = frozenset({"quotations", "block quotation", "quote"})
_FORMULA = re.compile(r"\$([^$\n]+)\$(?:\s*\(([^()$]{1,12})\))?")
"""A formula alone in its paragraph, perhaps with its number."""
_MAX_REPEATED_ROWS = 100


@dataclass
class Body:
    """Renderer of the body. `title` is the first text in the style Title."""

    styles: Styles
    inline: Inline
    title: str = ""
    endnotes: list[str] = field(default_factory=list)
    _numbers: dict[int, int] = field(default_factory=dict)
    _last_list: dict[str, int] = field(default_factory=dict)

    def blocks_of(self, container: Element) -> list[str]:
        """Return the blocks of the body, a section, a cell or a text box. Adjacent lines of code are one block."""
        blocks: list[str] = []
        code: list[str] = []
        for node in container:
            name = local_name(node)
            is_code = name == "p" and not _CODE.isdisjoint(self.styles.names(node))
            if code and not is_code:
                blocks.append("```\n" + "\n".join(code).strip("\n") + "\n```")
                code = []
            if is_code:
                code.append(self.inline.line(node).text)
            else:
                blocks += self._blocks(node, name)
        if "".join(code).strip():
            blocks.append("```\n" + "\n".join(code).strip("\n") + "\n```")
        return blocks

    def _blocks(self, node: Element, name: str) -> list[str]:
        if not name or name in _SKIPPED or attribute(node, "display") == "none":
            return []
        if name in ("p", "h"):
            return self._paragraph(node, name)
        if name == "list":
            return self._list(node, 1, attribute(node, "style-name"))
        if name == "table":
            table = pipe_table(*self._rows(node))
            return [table] if table else []
        if name == "frame":
            line = Line()
            return [*filter(None, [self.inline.frame(node, line)]), *self._boxed(line.boxes)]
        return self.blocks_of(node)  # sections, bodies of indexes, shapes, paragraphs with a number

    def _paragraph(self, node: Element, name: str) -> list[str]:
        """Return a heading or paragraph, then its notes and text boxes."""
        if self.styles.is_hidden(node, "paragraph") or _is_hidden(node):
            return []
        line = self.inline.line(node)
        text, names = one_line(line.text), self.styles.names(node)
        below = [*(block for note in line.notes for block in self._note(note)), *self._boxed(line.boxes)]
        if not text:
            return below
        if "title" in names and not self.title:
            self.title = text
            return [heading(text, 1), *below]
        if name == "h":
            level = integer(node, "outline-level", 1)
            return [heading(one_line(f"{self._heading_label(node, level)} {text}"), min(level + 1, 6)), *below]
        formula = _FORMULA.fullmatch(text)
        if formula:
            tag = f" \\tag{{{formula[2]}}}" if formula[2] else ""
            return [f"$$\n{formula[1]}{tag}\n$$", *below]
        return [f"> {text}" if not _QUOTES.isdisjoint(names) else text, *below]

    def _heading_label(self, node: Element, level: int) -> str:
        """Count a heading, and return its number as the outline style prints it, or ''."""
        style = self.styles.headings.get(level)
        if style is None or not style.number_format or attribute(node, "is-list-header") == "true":
            return ""
        restart = attribute(node, "restart-numbering") == "true"
        first = integer(node, "start-value", style.start)
        self._numbers[level] = first if restart or level not in self._numbers else self._numbers[level] + 1
        self._numbers = {other: number for other, number in self._numbers.items() if other <= level}
        shown = range(max(level - style.shown_levels + 1, 1), level + 1)
        levels = [self.styles.headings.get(other, ListLevel()) for other in shown]
        numbers = [
            s.label(self._numbers.get(other, s.start)) for other, s in zip(shown, levels, strict=True) if s.number_format
        ]
        return f"{style.prefix}{'.'.join(numbers)}{style.suffix}"

    def _list(self, node: Element, level: int, style_name: str) -> list[str]:
        """Return a list as one block; headings in it, which LibreOffice wraps into lists, as headings."""
        style_name = attribute(node, "style-name") or style_name
        style = self.styles.lists.get(style_name, {}).get(level, ListLevel())
        continues = attribute(node, "continue-numbering") == "true" or bool(attribute(node, "continue-list"))
        number = self._last_list.get(f"{style_name} {level}", style.start - 1) if continues else style.start - 1
        lines: list[str] = []
        for item in children(node, "list-item", "list-header"):
            if child(item, "h") is not None:
                lines += ["", *(f"{block}\n" for block in self.blocks_of(item))]
                continue
            number = integer(item, "start-value", number + 1) if local_name(item) == "list-item" else number
            mark = self._mark(style, number) if local_name(item) == "list-item" else "  "
            blocks = [block for part in item for block in self._item_blocks(part, level, style_name)]
            lines += [mark + "\n\n".join(blocks).replace("\n", "\n" + " " * min(len(mark), 3))] if blocks else []
        self._last_list[f"{style_name} {level}"] = number
        text = "\n".join(lines).replace("\n\n\n", "\n\n").strip("\n")
        return [text] if text else []

    def _item_blocks(self, part: Element, level: int, style_name: str) -> list[str]:
        name = local_name(part)
        return self._list(part, level + 1, style_name) if name == "list" else self._blocks(part, name)

    @staticmethod
    def _mark(style: ListLevel, number: int) -> str:
        if style.number_format == "1":
            return f"{number}. "
        return f"- {style.prefix}{style.label(number)}{style.suffix} " if style.number_format else "- "

    def _rows(self, table: Element) -> tuple[list[list[Cell]], list[list[Cell]]]:
        """Return the header rows and the other rows of a table."""
        head: list[list[Cell]] = []
        body: list[list[Cell]] = []
        for part in table:
            name = local_name(part)
            if name == "table-header-rows":
                head += [row for node in children(part, "table-row") for row in self._row(node)]
            elif name in ("table-rows", "table-row-group"):
                below = self._rows(part)
                body += [*below[0], *below[1]]
            elif name == "table-row":
                body += self._row(part)
        return head, body

    def _row(self, row: Element) -> list[list[Cell]]:
        cells = [cell for node in children(row, "table-cell") for cell in self._cells(node)]
        return [cells] * min(integer(row, "number-rows-repeated", 1), _MAX_REPEATED_ROWS) if any(c.text for c in cells) else []

    def _cells(self, node: Element) -> list[Cell]:
        text = one_line(" ".join(self.blocks_of(node)))
        columns, rows = (min(integer(node, f"number-{kind}-spanned", 1), MAX_SPAN) for kind in ("columns", "rows"))
        repeated = min(integer(node, "number-columns-repeated", 1), MAX_SPAN) if text else 1
        return [Cell(text, max(columns, 1), max(rows, 1))] * max(repeated, 1)

    def _note(self, node: Element) -> list[str]:
        """Return the blocks of a footnote; those of an endnote are added to `endnotes` instead."""
        body = child(node, "note-body")
        blocks = self.blocks_of(body) if body is not None else []
        if not blocks:
            return []
        noted = [f"[^{self.inline.number(node)}]: {blocks[0]}", *blocks[1:]]
        if attribute(node, "note-class") == "endnote":
            self.endnotes += noted
            return []
        return noted

    def _boxed(self, boxes: list[Element]) -> list[str]:
        return [block for box in boxes for block in self.blocks_of(box)]


def _is_hidden(node: Element) -> bool:
    """Return whether a paragraph holds the field that hides it."""
    return any(attribute(field_, "is-hidden") == "true" for field_ in node.iter("{*}hidden-paragraph"))
