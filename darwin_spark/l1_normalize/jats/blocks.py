"""Blocks of JATS as Markdown: sections, paragraphs, lists, figures, tables, formulas, boxes, notes.

A block renders to a list of Markdown blocks; the document is their join with blank lines.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from darwin_spark.l1_normalize.jats.front import title_of
from darwin_spark.l1_normalize.jats.inline import formula, inline, text_of
from darwin_spark.l1_normalize.jats.references import references
from darwin_spark.l1_normalize.jats.table import table_of
from darwin_spark.l1_normalize.tidy import one_line
from darwin_spark.l1_normalize.xml_tree import Element, child, children, first_within, local_name, plain_text

_FLOATS = frozenset({
    "fig", "fig-group", "table-wrap", "table-wrap-group", "boxed-text", "supplementary-material", "media",
})  # fmt: skip
_SILENT = frozenset({
    "title", "label", "object-id", "graphic", "alt-text", "long-desc", "permissions",
    "inline-supplementary-material", "kwd-group", "subtitle", "related-article", "related-object", "author-notes",
    "book-part-meta",
    "bio", "table-wrap-foot", "caption", "attrib",
})  # fmt: skip
"""Rendered by their owner, or about the article rather than of it."""
_DEFAULT_TITLES = {
    "abstract": "Abstract", "trans-abstract": "Abstract", "ack": "Acknowledgements", "ref-list": "References",
    "fn-group": "Footnotes", "glossary": "Glossary", "app": "Appendix",
}  # fmt: skip
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_MAX_HEADING = 6


@dataclass
class Blocks:
    """Renders blocks; `waiting` are floats kept at the article's end, set where they are first cited."""

    waiting: dict[str, Element] = field(default_factory=dict)

    def of(self, nodes: Iterable[Element], depth: int) -> list[str]:
        """The blocks of sibling elements; `depth` is the heading level of a section among them."""
        return [block for node in nodes for block in self.block(node, depth) if block]

    def block(self, node: Element, depth: int) -> list[str]:
        """The blocks of one element."""
        name = local_name(node)
        if not name or name in _SILENT:
            return []
        renderer = _RENDERERS.get(name)
        return renderer(self, node, depth) if renderer else self.paragraph(node, depth)

    def section(self, node: Element, depth: int) -> list[str]:
        """A heading and what stands below it; nothing if nothing does."""
        label, title = text_of(child(node, "label")), text_of(child(node, "title"))
        name = local_name(node)
        heading = one_line(f"{label} {title}") or _default_title(node, name)
        body = self.inside(node, depth + 1 if heading else depth)
        return [_heading(heading, depth), *body] if heading and body else body

    def paragraph(self, node: Element, depth: int) -> list[str]:
        """Running text; blocks within cut it; footnotes, floats within and floats first cited here follow it."""
        blocks: list[str] = []
        notes: list[Element] = []
        floats: list[Element] = []
        line = [node.text or ""]
        for part in node:
            if local_name(part) in _FLOATS:
                floats.append(part)
            elif local_name(part) in _INSIDE_PARAGRAPHS:
                blocks += [one_line("".join(line)), *self.block(part, depth)]
                line = []
            else:
                line.append(inline(part))
                notes += part.iter("{*}fn")
            line.append(part.tail or "")
        blocks += [one_line("".join(line)), *map(self.note, notes)]
        return [*filter(None, blocks), *self.of([*floats, *self.cited(node)], depth)]

    def cited(self, node: Element) -> list[Element]:
        """The waiting floats that are first cited in this paragraph."""
        names = [name for xref in node.iter("{*}xref") for name in xref.get("rid", "").split()]
        return [self.waiting.pop(name) for name in dict.fromkeys(names) if name in self.waiting]

    def left_over(self, depth: int) -> list[str]:
        """Floats that no paragraph cites."""
        nodes = list(dict.fromkeys(self.waiting.values()))
        self.waiting.clear()
        return self.of(nodes, depth)

    def note(self, node: Element) -> str:
        """A footnote as one paragraph, its mark first."""
        mark, words = text_of(child(node, "label")), one_line(" ".join(text_of(c) for c in node if local_name(c) != "label"))
        return one_line(f"{mark} {words or one_line(node.text or '')}")

    def figure(self, node: Element, depth: int) -> list[str]:
        """Label and caption of a figure, table, film or supplement, then what it holds apart from the picture."""
        return [*self.caption(node, depth), *self.of(node, depth), *self.foot(node)]

    def caption(self, node: Element, depth: int) -> list[str]:
        """'Figure 1. Title.' joined to the caption's first paragraph, its other paragraphs behind."""
        caption = child(node, "caption")
        title = text_of(child(caption, "title")) if caption is not None else ""
        body = self.of(caption, depth) if caption is not None else []
        label = text_of(child(node, "label"))
        first = " ".join(_ended(part) for part in (label, title) if part)
        return [one_line(f"{first} {body[0]}") if body else first, *body[1:]]

    def foot(self, node: Element) -> list[str]:
        """Notes below a table, and who the picture is from."""
        below = [part for foot in children(node, "table-wrap-foot") for part in foot]
        notes = [self.note(fn) for part in below for fn in part.iter("{*}fn")]
        words = [text_of(part) for part in below if local_name(part) in ("title", "p", "attrib")]
        return [*words, *notes, *(text_of(n) for n in children(node, "attrib"))]

    def box(self, node: Element, depth: int) -> list[str]:
        """Text set in a box: captioned like a figure, or sections of its own."""
        return self.figure(node, depth) if child(node, "caption") is not None else self.section(node, depth)

    def formula(self, node: Element, _depth: int) -> list[str]:
        """A displayed formula with its number; where it is a picture or plain text, that text."""
        tex, label = formula(node), text_of(child(node, "label")).strip("()[] ")
        if not tex:
            return []
        if first_within(node, "math", "tex-math") is None:
            return [f"{tex} ({label})" if label else tex]
        tag = f" \\tag{{{label}}}" if label and "\\tag" not in tex else ""
        return [f"$$\n{tex}{tag}\n$$"]

    def items(self, node: Element, depth: int) -> list[str]:
        """A list, one block; ordered where the author says so."""
        ordered = node.get("list-type", "") in ("order", "alpha-lower", "alpha-upper", "roman-lower", "roman-upper")
        lines: list[str] = [text_of(child(node, "title"))]
        for number, item in enumerate(children(node, "list-item"), start=1):
            label = text_of(child(item, "label"))
            mark = f"{number}. " if ordered else "- "
            blocks = self.of(item, depth) or [text_of(item)]
            text = "\n\n".join([f"{label} {blocks[0]}" if label and label not in "•-–*" else blocks[0], *blocks[1:]])
            lines.append(mark + text.replace("\n", "\n" + " " * len(mark)))
        return ["\n".join(filter(None, lines))]

    def definitions(self, node: Element, _depth: int) -> list[str]:
        """'- term: definition', one a line."""
        lines = [text_of(child(node, "title"))]
        for item in children(node, "def-item"):
            terms = ", ".join(text_of(n) for n in children(item, "term"))
            lines.append(f"- {terms}: " + " ".join(text_of(n) for n in children(item, "def")))
        return ["\n".join(filter(None, lines))]

    def quote(self, node: Element, depth: int) -> list[str]:
        """A block quotation, with its source below."""
        text = "\n\n".join([*self.of(node, depth), *(text_of(n) for n in children(node, "attrib"))])
        return ["\n".join(f"> {line}".rstrip() for line in text.split("\n"))] if text else []

    def reference_list(self, node: Element, depth: int) -> list[str]:
        """Always under '## References', whatever the journal calls it, so that it can be found."""
        items = references(node)
        return [_heading(_DEFAULT_TITLES["ref-list"], depth), "\n".join(items)] if items else []

    def notes(self, node: Element, depth: int) -> list[str]:
        """A group of footnotes."""
        notes = [note for n in children(node, "fn") if (note := self.note(n))]
        title = text_of(child(node, "title")) or _DEFAULT_TITLES["fn-group"]
        return [_heading(title, depth), *notes] if notes else []

    def inside(self, node: Element, depth: int) -> list[str]:
        """An element that only holds others; loose text in it becomes paragraphs."""
        if not (node.text and node.text.strip()) and not any(c.tail and c.tail.strip() for c in node):
            return self.of(node, depth)
        blocks = [one_line(node.text or "")]
        for part in node:
            blocks += [*self.block(part, depth), one_line(part.tail or "")]
        return list(filter(None, blocks))

    def book_part(self, node: Element, depth: int) -> list[str]:
        """A chapter within a book."""
        meta = child(node, "book-part-meta")
        title = title_of(meta) if meta is not None else ""
        body = self.inside(node, depth + 1 if title else depth)
        return [_heading(title, depth), *body] if title and body else body

    def keywords(self, node: Element, _depth: int) -> list[str]:
        """The key words of a section ('Taxon classification: Animalia, Coleoptera')."""
        blocks = []
        for group in children(node, "kwd-group"):
            name = text_of(child(group, "label")) or text_of(child(group, "title"))
            words = ", ".join(filter(None, map(text_of, children(group, "kwd"))))
            blocks.append(f"{name}: {words}" if name else words)
        return blocks


def _default_title(node: Element, name: str) -> str:
    """'Abstract (fr)', 'Author highlights': what a section without a title is."""
    kind = node.get("abstract-type", "").replace("-", " ").strip()
    if kind:
        return "Summary" if kind == "toc" else kind.capitalize()
    language = node.get(_LANGUAGE, "") if name == "trans-abstract" else ""
    title = _DEFAULT_TITLES.get(name, "")
    return f"{title} ({language})" if language else title


def _heading(text: str, depth: int) -> str:
    return f"{'#' * min(depth, _MAX_HEADING)} {text}"


def _ended(text: str) -> str:
    return text if text.endswith((".", ":", "?", "!")) else f"{text}."


def _preformatted(_blocks: Blocks, node: Element, _depth: int) -> list[str]:
    code = plain_text(node).strip("\n")
    return [f"```{node.get('language', '')}\n{code}\n```"] if code.strip() else []


def _table(_blocks: Blocks, node: Element, _depth: int) -> list[str]:
    return [table_of(node)]


def _alternatives(blocks: Blocks, node: Element, depth: int) -> list[str]:
    """The same thing several times: the first that gives text."""
    return next((found for c in node if (found := blocks.of([c], depth))), [])


_Renderer = Callable[[Blocks, Element, int], list[str]]
_RENDERERS: dict[str, _Renderer] = (
    dict.fromkeys(("sec", "abstract", "trans-abstract", "ack", "app", "glossary", "notes"), Blocks.section)
    | dict.fromkeys(("fig", "table-wrap", "media", "supplementary-material", "chem-struct-wrap"), Blocks.figure)
    | dict.fromkeys(
        (
            "fig-group",
            "table-wrap-group",
            "app-group",
            "disp-formula-group",
            "statement",
            "floats-group",
            "body",
            "back",
            "book-body",
            "book-back",
            "front-matter",
            "front-matter-part",
            "named-book-part-body",
            "sec-group",
        ),
        Blocks.inside,
    )
    | dict.fromkeys(("preformat", "code"), _preformatted)
    | dict.fromkeys(("table", "array"), _table)
    | dict.fromkeys(("disp-quote", "verse-group"), Blocks.quote)
    | {
        "boxed-text": Blocks.box,
        "book-part": Blocks.book_part,
        "sec-meta": Blocks.keywords,
        "disp-formula": Blocks.formula,
        "list": Blocks.items,
        "def-list": Blocks.definitions,
        "ref-list": Blocks.reference_list,
        "fn-group": Blocks.notes,
        "alternatives": _alternatives,
    }
)
_INSIDE_PARAGRAPHS = frozenset({
    "disp-formula", "disp-formula-group", "list", "def-list", "disp-quote", "verse-group", "preformat", "code",
    "array", "table", "statement",
})  # fmt: skip


def floats_by_id(article: Element) -> Iterator[tuple[str, Element]]:
    """Figures and tables that stand in a group of their own at the end (PMC), by the id that citations name."""
    for group in children(article, "floats-group"):
        for node in group:
            if local_name(node):
                yield node.get("id", f"{local_name(node)}-{id(node)}"), node
