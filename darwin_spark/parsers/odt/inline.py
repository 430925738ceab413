"""Render the running text of an OpenDocument text, with marks for notes; text boxes and shapes with text are collected."""

from collections.abc import Callable
from dataclasses import dataclass, field

from darwin_spark.parsers.odt.styles import Styles, integer
from darwin_spark.parsers.xml_tree import Element, attribute, child, first_within, local_name, within
from darwin_spark.text.normalize_markdown import one_line

_SKIPPED = frozenset({
    "annotation", "annotation-end", "tracked-changes", "change", "change-start", "change-end", "bookmark", "bookmark-start",
    "bookmark-end", "hidden-text", "script", "soft-page-break", "ruby-text", "forms", "title", "desc", "image", "binary-data",
    "note-citation", "alphabetical-index-mark", "toc-mark", "user-index-mark", "event-listeners", "page-number", "plugin",
})  # fmt: skip
_MAX_BLANKS = 1_000


@dataclass
class Line:
    """A paragraph's text, the notes that it cites in order, and its text boxes and shapes."""

    text: str = ""
    notes: list[Element] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)


@dataclass
class Inline:
    """Renderer of running text. `formula` returns the TeX of a drawing object, or None; `number` that of a note."""

    styles: Styles
    formula: Callable[[Element], str | None]
    number: Callable[[Element], int]

    def line(self, paragraph: Element) -> Line:
        """Return the text of a paragraph, with its notes, text boxes and shapes."""
        line = Line()
        line.text = self._text(paragraph, line)
        return line

    def _text(self, node: Element, line: Line) -> str:
        parts = [node.text or ""]
        for part in node:
            parts += [self._part(part, line), part.tail or ""]
        return "".join(parts)

    def _part(self, node: Element, line: Line) -> str:
        name = local_name(node)
        if not name or name in _SKIPPED or attribute(node, "display") == "none":
            return ""
        if name in ("s", "tab", "line-break"):
            return " " * min(integer(node, "c", 1), _MAX_BLANKS) if name == "s" else "\t" if name == "tab" else "\n"
        if name == "note":
            line.notes.append(node)
            return f"[^{self.number(node)}]"
        if name == "frame":
            return self.frame(node, line)
        if name in ("custom-shape", "rect", "ellipse", "polygon", "path", "g", "caption", "connector", "line"):
            line.boxes += [] if first_within(node, "p", "h") is None else [node]
            return ""
        if name == "hidden-paragraph" or (name == "span" and self.styles.is_hidden(node, "text")):
            return ""
        text = self._text(node, line)
        script = self.styles.script(node) if name == "span" else ""
        return f"{script}{{{text.strip()}}}" if script and text.strip() and "[^" not in text else text

    def frame(self, node: Element, line: Line) -> str:
        """Return the formula of a frame; if it has none, collect its text box and return ''."""
        for found in within(node, "object"):
            tex = self.formula(found)
            if tex:
                return f"${one_line(tex)}$"
        box = child(node, "text-box")
        if box is not None:
            line.boxes.append(box)
        return ""
