"""Render wikitext, parsed by mwparserfromhell, as lines that `lines.py` turns into Markdown blocks."""

import re
from dataclasses import dataclass, field

import mwparserfromhell
from mwparserfromhell import nodes
from mwparserfromhell.wikicode import Wikicode

from darwin_spark.parsers.math.tex_delimiters import trim_tex
from darwin_spark.parsers.mediawiki.balance import balanced
from darwin_spark.parsers.mediawiki.lines import VERBATIM
from darwin_spark.parsers.mediawiki.namespaces import is_file, is_invisible
from darwin_spark.parsers.mediawiki.templates import render_template
from darwin_spark.parsers.pipe_table import MAX_SPAN, Cell, pipe_table
from darwin_spark.text.normalize_markdown import one_line

_SKIPPED = frozenset({
    "references", "gallery", "includeonly", "templatestyles", "indicator", "timeline", "score", "graph", "mapframe",
    "maplink", "section", "imagemap", "inputbox", "categorytree", "charinsert", "hiero", "languages", "noeditsection",
    "style",
})  # fmt: skip
_CODE = frozenset(("pre", "syntaxhighlight", "source"))
_BREAKING = frozenset(("p", "div", "center", "br", "hr", "li", "dt", "dd", "ul", "ol", "poem"))
_CELLS = ("td", "th")
_LIST_MARKS = frozenset("*#:;")
_OPTION = re.compile(
    r"thumb(?:nail)?|mini|vignette|miniatur\w*|frame(?:d|less)?|border|left|right|center|none|links|rechts|gauche|droite|upright.*"
    r"|\d*x?\d+ ?px|(?:alt|link|page|lang|class|upright|redresse)\s*=.*|baseline|middle|top|bottom|zentriert|centré|hochkant.*",
    re.IGNORECASE,
)
_FRAMED = re.compile(r"thumb|mini|vignette|frame|rahmen|cadre", re.IGNORECASE)
_SPAN = re.compile(r"\d{1,4}")


@dataclass
class Rendering:
    """Renderer of one page. `notes` are the texts of its references in order; `left_out` counts templates without text."""

    notes: list[str] = field(default_factory=list)
    left_out: int = 0
    _named: dict[str, int] = field(default_factory=dict)

    def text(self, source: str) -> str:
        """Return the page as lines."""
        return self._render(mwparserfromhell.parse(balanced(source)))

    def _render(self, code: Wikicode) -> str:
        return "".join(self._node(node) for node in code.nodes)

    def _inline(self, code: Wikicode | None) -> str:
        return one_line(self._render(code).replace(VERBATIM, " ")) if code is not None else ""

    def _node(self, node: nodes.Node) -> str:
        if isinstance(node, nodes.Text):
            return str(node.value)
        if isinstance(node, nodes.Heading):
            words = self._inline(node.title)
            return f"\n\n{VERBATIM}{'#' * min(node.level, 6)} {words}{VERBATIM}\n\n" if words else ""
        if isinstance(node, nodes.Wikilink):
            return self._link(node)
        if isinstance(node, nodes.ExternalLink):
            return self._inline(node.title) if node.title else "" if node.brackets else str(node.url)
        if isinstance(node, nodes.HTMLEntity):
            return str(node.normalize())
        if isinstance(node, nodes.Template):
            shown = render_template(node, self._render)
            self.left_out += shown is None
            return shown or ""
        if isinstance(node, nodes.Argument):
            return self._render(node.default) if node.default is not None else ""
        return self._tag(node) if isinstance(node, nodes.Tag) else ""

    def _link(self, node: nodes.Wikilink) -> str:
        title = str(node.title)
        if is_file(title):
            return self._caption(node.text)
        if is_invisible(title):
            return ""
        return self._inline(node.text) if node.text is not None else one_line(title.lstrip(":"))

    def _caption(self, text: Wikicode | None) -> str:
        """Return the caption of an image as a paragraph if it is shown in a frame, else ''."""
        parts = self._render(text).split("|") if text is not None else []
        captions = [part.strip() for part in parts if part.strip() and not _OPTION.fullmatch(part.strip())]
        is_framed = any(_FRAMED.match(part.strip()) for part in parts)
        return f"\n\n{VERBATIM}{one_line(captions[-1])}{VERBATIM}\n\n" if captions and is_framed else ""

    def _tag(self, node: nodes.Tag) -> str:
        name = str(node.tag).strip().lower()
        mark = str(node.wiki_markup or "")
        if mark and set(mark) <= _LIST_MARKS:
            return mark
        if name == "ref":
            return self._reference(node)
        if name in _SKIPPED:
            return ""
        if name in ("math", "chem", "ce"):
            return self._formula(node)
        if name in _CODE:
            return f"\n\n{VERBATIM}```{_attribute(node, 'lang')}\n{str(node.contents).strip(chr(10))}\n```{VERBATIM}\n\n"
        if name == "table":
            table = self._table(node)
            return f"\n\n{VERBATIM}{table}{VERBATIM}\n\n" if table else ""
        return self._inline_tag(node, name)

    def _inline_tag(self, node: nodes.Tag, name: str) -> str:
        """Return the text of a tag within running text."""
        if name == "nowiki":
            return str(node.contents)
        content = self._render(node.contents) if node.contents is not None else ""
        if name in ("sub", "sup") and content.strip():
            return f"{'_' if name == 'sub' else '^'}{{{content.strip()}}}"
        if name in ("code", "tt", "kbd", "samp") and content.strip():
            return f"`{one_line(content)}`"
        if name == "blockquote" and content.strip():
            return f"\n\n{VERBATIM}> {one_line(content)}{VERBATIM}\n\n"
        return "\n" if name in ("br", "hr") else f"\n{content}\n" if name in _BREAKING else content

    def _formula(self, node: nodes.Tag) -> str:
        tex = trim_tex(one_line(str(node.contents)))
        if str(node.tag).strip().lower() != "math":
            tex = f"\\ce{{{tex}}}"
        is_displayed = _attribute(node, "display") == "block"
        return f"\n\n{VERBATIM}$$\n{tex}\n$${VERBATIM}\n\n" if is_displayed else f"${tex}$"

    def _reference(self, node: nodes.Tag) -> str:
        """Return the mark of a reference, and keep its text as a note; '' if it has neither name nor text."""
        name, text = _attribute(node, "name"), self._inline(node.contents)
        if name and name in self._named:
            number = self._named[name]
            self.notes[number - 1] = self.notes[number - 1] or text
        elif text or name:
            self.notes.append(text)
            number = len(self.notes)
            self._named |= {name: number} if name else {}
        else:
            return ""
        return f"[^{number}]"

    def _table(self, table: nodes.Tag) -> str:
        """Return a table as Markdown; its caption stands above it."""
        parts = _tags(table)
        captions = [node for name, node in parts if name == "caption" or (name == "td" and str(node.contents).startswith("+"))]
        rows = [
            self._cells([node for name, node in parts if name in _CELLS and node not in captions])
        ]  # cells before the first mark of a row
        rows += [self._cells([cell for kind, cell in _tags(node) if kind in _CELLS]) for name, node in parts if name == "tr"]
        caption = next((self._inline(node.contents).removeprefix("+").strip() for node in captions), "")
        return "\n\n".join(filter(None, (caption, pipe_table([], [row for row in rows if row]))))

    def _cells(self, cells: list[nodes.Tag]) -> list[Cell]:
        return [
            Cell(self._inline(node.contents), _span(_attribute(node, "colspan")), _span(_attribute(node, "rowspan")))
            for node in cells
        ]


def _tags(node: nodes.Tag) -> list[tuple[str, nodes.Tag]]:
    """Return the tags directly within a tag, with their names."""
    inner = node.contents.nodes if node.contents is not None else []
    return [(str(part.tag).strip().lower(), part) for part in inner if isinstance(part, nodes.Tag)]


def _attribute(node: nodes.Tag, name: str) -> str:
    return str(node.get(name).value or "").strip(" \"'") if node.has(name) else ""


def _span(value: str) -> int:
    return min(max(int(value), 1), MAX_SPAN) if _SPAN.fullmatch(value) and value.isascii() else 1
