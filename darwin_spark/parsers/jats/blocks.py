"""Render the blocks of JATS as Markdown: sections, paragraphs, lists, figures, tables, formulas, boxes, notes.

Each element renders to a list of Markdown blocks. The document joins them with blank lines.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from darwin_spark.parsers.jats.front import title_of
from darwin_spark.parsers.jats.inline import formula, inline, text_of
from darwin_spark.parsers.jats.notes import NUMBER
from darwin_spark.parsers.jats.references import references
from darwin_spark.parsers.jats.table import table_of
from darwin_spark.parsers.markdown_headings import heading
from darwin_spark.parsers.xml_tree import Element, child, children, local_name, plain_text
from darwin_spark.text.normalize_markdown import one_line

_FLOATS = frozenset({
    "fig", "fig-group", "table-wrap", "table-wrap-group", "boxed-text", "supplementary-material", "media",
})  # fmt: skip
_OMITTED = frozenset({
    "title", "label", "object-id", "graphic", "alt-text", "long-desc", "permissions",
    "inline-supplementary-material", "kwd-group", "subtitle", "related-article", "related-object", "author-notes",
    "book-part-meta",
    "bio", "table-wrap-foot", "caption", "attrib",
})  # fmt: skip
"""Elements that render to nothing here: their parent renders them, or they are metadata of the article."""
_DEFAULT_TITLES = {
    "abstract": "Abstract", "trans-abstract": "Abstract", "ack": "Acknowledgements", "ref-list": "References",
    "fn-group": "Footnotes", "glossary": "Glossary", "app": "Appendix",
}  # fmt: skip
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NON_TEXT_STARTS = ("#", "|", "$$", "```", "- ", "1. ", "> ")  # beginnings of blocks that are not running text
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_PUNCTUATION = (".", ",", ";", ":")  # punctuation that is dropped when it stands alone after a display formula


@dataclass
class Blocks:
    """Renderer of blocks. `waiting` holds floats from the article's end by id; each is placed where it is first cited."""

    waiting: dict[str, Element] = field(default_factory=dict)
    has_references: bool = False

    def of(self, nodes: Iterable[Element], depth: int) -> list[str]:
        """Return the blocks of sibling elements; `depth` is the heading level of a section among them."""
        return [block for node in nodes for block in self.block(node, depth) if block]

    def block(self, node: Element, depth: int) -> list[str]:
        """Return the blocks of one element."""
        name = local_name(node)
        if not name or name in _OMITTED:
            return []
        renderer = _RENDERERS.get(name)
        return renderer(self, node, depth) if renderer else self.paragraph(node, depth)

    def section(self, node: Element, depth: int) -> list[str]:
        """Render a section as heading and content. A section without content renders to nothing."""
        label, title = text_of(child(node, "label")), text_of(child(node, "title"))
        name = local_name(node)
        words = one_line(f"{label} {title}") or _default_title(node, name)
        body = [*self.notes_in(child(node, "title")), *self.inside(node, depth + 1 if words else depth)]
        return [heading(words, depth), *body] if words and body else body

    def paragraph(self, node: Element, depth: int) -> list[str]:
        """Render running text, split at its blocks; then its footnotes, the floats in it, and those first cited in it."""
        blocks: list[str] = []
        notes: list[Element] = []
        floats: list[Element] = []
        line = [node.text or ""]
        for part in node:
            name = local_name(part)
            if name in _FLOATS:
                floats.append(part)
            elif name in _PARAGRAPH_BLOCKS:
                blocks += [one_line("".join(line)), *self.block(part, depth)]
                line = []
            else:
                line.append(inline(part))
                notes += part.iter("{*}fn") if len(part) or name == "fn" else ()
            line.append(part.tail or "")
        blocks += [one_line("".join(line)), *map(self.note, notes)]
        return [*filter(None, blocks), *self.of([*floats, *self.cited(node)], depth)]

    def cited(self, node: Element) -> list[Element]:
        """Remove from `waiting` and return the floats that the element `node` cites."""
        names = [name for xref in node.iter("{*}xref") for name in xref.get("rid", "").split()]
        return [self.waiting.pop(name) for name in dict.fromkeys(names) if name in self.waiting]

    def left_over(self, depth: int) -> list[str]:
        """Return the blocks of the floats that no paragraph has cited, and clear `waiting`."""
        nodes = list(dict.fromkeys(self.waiting.values()))
        self.waiting.clear()
        return self.of(nodes, depth)

    def note(self, node: Element) -> str:
        """Return a footnote as one paragraph that begins with its number (`[^1]: `) or its printed label."""
        words = one_line(" ".join(text_of(c) for c in node if local_name(c) != "label")) or one_line(node.text or "")
        number = node.get(NUMBER)
        return f"[^{number}]: {words}" if number else one_line(f"{text_of(child(node, 'label'))} {words}")

    def notes_in(self, *nodes: Element | None) -> list[str]:
        """Return the footnotes inside `nodes`: headings, cells and other text that is not a paragraph."""
        return [note for node in nodes if node is not None for fn in node.iter("{*}fn") if (note := self.note(fn))]

    def figure(self, node: Element, depth: int) -> list[str]:
        """Render label and caption of a figure, table, video, supplement or group, then its content (no image) and its foot."""
        return [*self.caption(node, depth), *self.inside(node, depth), *self.foot(node)]

    def statement(self, node: Element, depth: int) -> list[str]:
        """Render a theorem, a proof or a question: its heading ('Theorem 1. Title.') is joined to its first paragraph."""
        label, title = child(node, "label"), child(node, "title")
        return [*_prepend(_join_sentences(text_of(label), text_of(title)), self.inside(node, depth)), *self.notes_in(title)]

    def caption(self, node: Element, depth: int) -> list[str]:
        """Return the blocks of a caption: 'Figure 1. Title.' is joined to its first paragraph; notes of the title come last."""
        caption = child(node, "caption")
        title = child(caption, "title") if caption is not None else None
        body = self.inside(caption, depth) if caption is not None else []
        return [*_prepend(_join_sentences(text_of(child(node, "label")), text_of(title)), body), *self.notes_in(title)]

    def foot(self, node: Element) -> list[str]:
        """Return the table footer (title, paragraphs, footnotes), then the attributions (`attrib`) of the table or figure."""
        content = [part for foot in children(node, "table-wrap-foot") for part in foot]
        notes = [self.note(fn) for part in content for fn in part.iter("{*}fn")]
        words = [text_of(part) for part in content if local_name(part) in ("title", "p", "attrib")]
        return [*words, *notes, *(text_of(n) for n in children(node, "attrib"))]

    def box(self, node: Element, depth: int) -> list[str]:
        """Render boxed text: as a figure if it has a caption, else as a section."""
        return self.figure(node, depth) if child(node, "caption") is not None else self.section(node, depth)

    def formula(self, node: Element, _depth: int) -> list[str]:
        r"""Render a display formula with its number as \tag (without TeX, in parentheses), and text beside it as own blocks."""
        pieces, label = formula(node), text_of(child(node, "label")).strip("()[] ")
        last = max((i for i, piece in enumerate(pieces) if piece.is_tex), default=None)
        if last is None:
            return [f"{piece.text} ({label})" if label else piece.text for piece in pieces]
        tag = f" \\tag{{{label}}}" if label and not any("\\tag" in piece.text for piece in pieces) else ""
        return [
            f"$$\n{text}{tag if i == last else ''}\n$$" if is_tex else text
            for i, (text, is_tex) in enumerate(pieces)
            if is_tex or i == 0 or text not in _PUNCTUATION
        ]

    def items(self, node: Element, depth: int) -> list[str]:
        """Render a list as one block; it is numbered if `list-type` is order, alpha or roman."""
        ordered = node.get("list-type", "") in ("order", "alpha-lower", "alpha-upper", "roman-lower", "roman-upper")
        lines: list[str] = [text_of(child(node, "title"))]
        for number, item in enumerate(children(node, "list-item"), start=1):
            label = text_of(child(item, "label"))
            mark = f"{number}. " if ordered else "- "
            title = child(item, "title")
            blocks = self.of(item, depth) or [text_of(item) if title is None else ""]
            if title is not None:
                blocks = [*_prepend(_join_sentences(text_of(title)), blocks), *self.notes_in(title)]
            text = "\n\n".join([f"{label} {blocks[0]}" if label and label not in "•-–*" else blocks[0], *blocks[1:]])
            lines.append(mark + text.replace("\n", "\n" + " " * len(mark)))
        return ["\n".join(filter(None, lines))]

    def definitions(self, node: Element, _depth: int) -> list[str]:
        """Render a definition list as lines '- term: definition', followed by its notes."""
        lines = [text_of(child(node, "title"))]
        for item in children(node, "def-item"):
            terms = ", ".join(text_of(n) for n in children(item, "term"))
            lines.append(f"- {terms}: " + " ".join(text_of(n) for n in children(item, "def")))
        return ["\n".join(filter(None, lines)), *self.notes_in(node)]

    def quote(self, node: Element, depth: int) -> list[str]:
        """Render a block quotation with its label, title and source."""
        head = [text_of(n) for n in children(node, "label", "title", "subtitle")]
        text = "\n\n".join(filter(None, [*head, *self.inside(node, depth), *(text_of(n) for n in children(node, "attrib"))]))
        return ["\n".join(f"> {line}".rstrip() for line in text.split("\n"))] if text else []

    def reference_list(self, node: Element, depth: int) -> list[str]:
        """Render a reference list. The first, or one without title, is headed 'References'; others keep their title."""
        title = text_of(child(node, "title"))
        if not self.has_references or not title:
            title = _DEFAULT_TITLES["ref-list"]
        content = self.references_below(node, depth)
        self.has_references = self.has_references or bool(content)
        return [heading(title, depth), *content] if content else []

    def references_below(self, node: Element, depth: int) -> list[str]:
        """Return introductory text, the references, and the nested lists under their titles."""
        words = self.of((part for part in node if local_name(part) not in ("ref", "ref-list")), depth + 1)
        blocks = [*words, *filter(None, ["\n".join(references(node))])]
        for part in children(node, "ref-list"):
            title, content = text_of(child(part, "title")), self.references_below(part, depth + 1)
            blocks += [heading(title, depth + 1), *content] if title and content else content
        return blocks

    def notes(self, node: Element, depth: int) -> list[str]:
        """Render a group of footnotes under a heading."""
        notes = [note for n in children(node, "fn") if (note := self.note(n))]
        title = text_of(child(node, "title")) or _DEFAULT_TITLES["fn-group"]
        return [heading(title, depth), *notes] if notes else []

    def inside(self, node: Element, depth: int) -> list[str]:
        """Render the children of a container element; text directly in it becomes paragraphs."""
        if not (node.text and node.text.strip()) and not any(c.tail and c.tail.strip() for c in node):
            return self.of(node, depth)
        blocks = [one_line(node.text or "")]
        for part in node:
            blocks += [*self.block(part, depth), one_line(part.tail or "")]
        return list(filter(None, blocks))

    def book_part(self, node: Element, depth: int) -> list[str]:
        """Render a chapter of a book under its title."""
        meta = child(node, "book-part-meta")
        title = title_of(meta) if meta is not None else ""
        body = self.inside(node, depth + 1 if title else depth)
        return [heading(title, depth), *body] if title and body else body

    def keywords(self, node: Element, _depth: int) -> list[str]:
        """Render the keywords of a section ('Taxon classification: Animalia, Coleoptera')."""
        blocks = []
        for group in children(node, "kwd-group"):
            name = text_of(child(group, "label")) or text_of(child(group, "title"))
            words = ", ".join(filter(None, map(text_of, children(group, "kwd"))))
            blocks.append(f"{name}: {words}" if name else words)
        return blocks


def _default_title(node: Element, name: str) -> str:
    """Return the heading of a section without title, by type and language ('Abstract (fr)', 'Author highlights'), or ''."""
    kind = node.get("abstract-type", "").replace("-", " ").strip()
    if kind:
        return "Summary" if kind == "toc" else kind.capitalize()
    language = node.get(_LANGUAGE, "") if name == "trans-abstract" else ""
    title = _DEFAULT_TITLES.get(name, "")
    return f"{title} ({language})" if language else title


def _end_with_stop(text: str) -> str:
    return text if text.endswith((".", ":", "?", "!")) else f"{text}."


def _join_sentences(*parts: str) -> str:
    return " ".join(part if _IN_BRACKETS.fullmatch(part) else _end_with_stop(part) for part in parts if part)


def _prepend(first: str, blocks: list[str]) -> list[str]:
    """Join `first` to the first block if that is running text, else insert `first` as a separate block."""
    if first and blocks and not blocks[0].startswith(_NON_TEXT_STARTS):
        return [one_line(f"{first} {blocks[0]}"), *blocks[1:]]
    return [first, *blocks] if first else blocks


def _preformatted(_blocks: Blocks, node: Element, _depth: int) -> list[str]:
    code = plain_text(node).strip("\n")
    return [f"```{node.get('language', '')}\n{code}\n```"] if code.strip() else []


def _table(blocks: Blocks, node: Element, _depth: int) -> list[str]:
    return [text_of(child(node, "label")), table_of(node), *blocks.notes_in(node)]


def _alternatives(blocks: Blocks, node: Element, depth: int) -> list[str]:
    """Render `alternatives`, several versions of the same content: the first version that has text."""
    return next((found for c in node if (found := blocks.of([c], depth))), [])


_Renderer = Callable[[Blocks, Element, int], list[str]]
_RENDERERS: dict[str, _Renderer] = (
    dict.fromkeys(("sec", "abstract", "trans-abstract", "ack", "app", "glossary", "notes"), Blocks.section)
    | dict.fromkeys(
        (
            "fig",
            "fig-group",
            "table-wrap",
            "table-wrap-group",
            "media",
            "supplementary-material",
            "chem-struct-wrap",
            "disp-formula-group",
        ),
        Blocks.figure,
    )
    | dict.fromkeys(
        (
            "statement",
            "question",
            "question-preamble",
            "question-wrap",
            "question-wrap-group",
            "option",
            "answer",
            "answer-set",
            "explanation",
        ),
        Blocks.statement,
    )
    | dict.fromkeys(
        (
            "app-group",
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
_PARAGRAPH_BLOCKS = frozenset({
    "disp-formula", "disp-formula-group", "list", "def-list", "disp-quote", "verse-group", "preformat", "code",
    "array", "table", "statement",
})  # fmt: skip


def floats_by_id(article: Element) -> Iterator[tuple[str, Element]]:
    """Yield (id, or a made-up one, and element) of the figures, tables ... in a `floats-group` at the article's end (PMC)."""
    for group in children(article, "floats-group"):
        for node in group:
            if local_name(node):
                yield node.get("id", f"{local_name(node)}-{id(node)}"), node
