"""Collect the paragraphs, tables and lists of a text flow in RTF: the body, a footnote or a text box."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from darwin_spark.parsers.markdown_headings import heading
from darwin_spark.parsers.pipe_table import Cell, pipe_table
from darwin_spark.text.normalize_markdown import one_line

_NUMBER = re.compile(r"(\d{1,9})[.)]")
_BULLETS = frozenset("•·◦▪■□○●–—-*o§ü")
_FORMULA = re.compile(r"\$([^$\n]+)\$")
_MAX_LIST_LEVEL = 8


class Properties(NamedTuple):
    """Properties of a paragraph: rank of a heading (0: none), printed mark and level of a list item, inside a table or not."""

    rank: int = 0
    mark: str = ""
    level: int = 0
    in_table: bool = False


@dataclass
class Flow:
    """A text flow. `line` holds the pieces of the current paragraph: a script mark ('^', '_' or '') and text."""

    blocks: list[str] = field(default_factory=list)
    line: list[tuple[str, str]] = field(default_factory=list)
    _cell: list[str] = field(default_factory=list)
    _row: list[Cell] = field(default_factory=list)
    _rows: list[list[Cell]] = field(default_factory=list)
    _is_list: bool = False
    _notes: list[str] = field(default_factory=list)

    def add(self, text: str, script: str = "") -> None:
        """Add text to the current paragraph."""
        if self.line and self.line[-1][0] == script:
            self.line[-1] = (script, self.line[-1][1] + text)
        else:
            self.line.append((script, text))

    def note(self, blocks: list[str]) -> None:
        """Add the blocks of a note; they follow the current paragraph or table."""
        self._notes += blocks

    def end_paragraph(self, properties: Properties) -> None:
        """End the current paragraph: it becomes a block, a list item or, in a table, a part of the current cell."""
        text = self._line_text()
        if properties.in_table:
            self._cell.append(text)
            return
        self.end_table()
        if properties.mark and text:
            self._add_item(properties, text)
        elif text:
            formula = _FORMULA.fullmatch(text)
            text = f"$$\n{formula[1]}\n$$" if formula else text
            self.blocks.append(heading(text, properties.rank) if properties.rank else text)
            self._is_list = False
        self._release_notes()

    def end_cell(self) -> None:
        """End the current cell of a table."""
        text = one_line(" ".join([*self._cell, self._line_text()]))
        self._row.append(Cell(text))
        self._cell = []

    def end_row(self) -> None:
        """End the current row of a table."""
        if self._row:
            self._rows.append(self._row)
        self._row = []

    def end_table(self) -> None:
        """End the current table, if there is one."""
        if self._cell or self._row:
            self.end_cell()
            self.end_row()
        if self._rows:
            table = pipe_table([], self._rows)
            self.blocks += [table] if table else []
            self._rows, self._is_list = [], False
            self._release_notes()

    def finish(self, properties: Properties) -> list[str]:
        """End the flow and return its blocks."""
        self.end_paragraph(properties._replace(in_table=False))
        return self.blocks

    def _line_text(self) -> str:
        pieces = (f"{script}{{{text.strip()}}}" if script and text.strip() else text for script, text in self.line)
        text = one_line("".join(pieces))
        self.line = []
        return text

    def _add_item(self, properties: Properties, text: str) -> None:
        """Add a list item to the list before it, or begin a list. Marks other than numbers and bullets stay as printed."""
        number = _NUMBER.fullmatch(properties.mark)
        mark = f"{number[1]}. " if number else "- " if set(properties.mark) <= _BULLETS else f"- {properties.mark} "
        item = "   " * min(properties.level, _MAX_LIST_LEVEL) + mark + text
        if self._is_list:
            self.blocks[-1] += f"\n{item}"
        else:
            self.blocks.append(item.lstrip())
        self._is_list = True

    def _release_notes(self) -> None:
        if self._notes:
            self.blocks += self._notes
            self._notes, self._is_list = [], False
