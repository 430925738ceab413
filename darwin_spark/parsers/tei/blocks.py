"""Render the blocks of TEI as Markdown: divisions, paragraphs, verse, speeches, lists, tables, figures, formulas, notes.

Every element is rendered as running text split by blocks, so that text is kept wherever an encoder has put it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from darwin_spark.parsers.grobid import section_rank
from darwin_spark.parsers.jats.table import span
from darwin_spark.parsers.markdown_headings import heading
from darwin_spark.parsers.pipe_table import Cell, pipe_table
from darwin_spark.parsers.tei.inline import formula_of, inline, text_of
from darwin_spark.parsers.tei.notes import NUMBER
from darwin_spark.parsers.tei.references import references
from darwin_spark.parsers.xml_tree import Element, child, children, first_within, local_name, plain_text
from darwin_spark.text.normalize_markdown import one_line

_DIVISIONS = frozenset({"div", *(f"div{i}" for i in range(8))})
_DEFAULT_HEADS = {"abstract": "Abstract", "acknowledgement": "Acknowledgements", "annex": "Appendix"}
_STANZA = " "  # separator line between stanzas
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_BLOCK_PARENTS = _DIVISIONS | {"body", "front", "back", "figure"}
_TEXT_PARENTS = frozenset({"p", "ab", "l", "item", "note", "head", "cell", "quote", "q"})
_PLACED_AFTER = frozenset({"note", "figure"})  # elements that are placed after the paragraph that contains them


@dataclass
class Blocks:
    """Renderer of blocks. `rank`: rank of the last heading, reused by a division without number; `placed`: rendered figures.

    `waiting`: by id, the figures and tables that GROBID puts at the end of the body; each is placed where it is first cited.
    """

    rank: int = 2
    waiting: dict[str, Element] = field(default_factory=dict)
    placed: set[Element] = field(default_factory=set)

    def flow(self, node: Element, rank: int) -> list[str]:
        """Return an element's blocks (divisions at `rank`); notes and figures in its text, and figures it first cites, last."""
        blocks: list[str] = []
        after: list[Element] = []
        line = [node.text or ""]
        for part in node:
            name = local_name(part)
            renderer = _RENDERERS.get(name)
            if name in _PLACED_AFTER and (one_line("".join(line)) or one_line(part.tail or "")):
                after.append(part)
            elif renderer and not _is_running(part, name):
                blocks += [one_line("".join(line)), *renderer(self, part, rank)]
                line = []
            else:
                line.append(inline(part))
                after += [n for n in part.iter("{*}note", "{*}figure") if _is_outermost(n, part)]
                after += self.cited(part)
            line.append(part.tail or "")
        blocks.append(one_line("".join(line)))
        return [*filter(None, blocks), *(b for n in after for b in _RENDERERS[local_name(n)](self, n, rank) if b)]

    def cited(self, node: Element) -> list[Element]:
        """Remove from `waiting` and return the figures that this element cites."""
        names = [ref.get("target", "").lstrip("#") for ref in node.iter("{*}ref")] if self.waiting else []
        return [self.waiting.pop(name) for name in dict.fromkeys(names) if name in self.waiting]

    def division(self, node: Element, rank: int) -> list[str]:
        """Render a division as heading, with its number, and content. A division without content renders to nothing."""
        heads = children(node, "head")
        number = (heads[0].get("n", "") if heads else "").strip()
        words = ": ".join(filter(None, map(text_of, heads)))
        if not words and child(node, "div") is None:
            words = _DEFAULT_HEADS.get(node.get("type", ""), "")
        own_rank = section_rank(number, rank, max(self.rank, rank)) if words else rank
        self.rank = own_rank
        below = [*self.notes_in(heads, rank), *self.flow(node, own_rank + 1 if words else own_rank)]
        if not words or not below:
            return below
        return [heading(words if not number or words.startswith(number) else f"{number} {words}", own_rank), *below]

    def inside(self, node: Element, rank: int) -> list[str]:
        """Render the content of a container element."""
        return self.flow(node, rank)

    def silent(self, _node: Element, _rank: int) -> list[str]:
        """Render nothing: the parent renders this element."""
        return []

    def figure(self, node: Element, rank: int) -> list[str]:
        """Render a figure once: 'Figure 1: caption', the notes in the caption, then the content (for example a table)."""
        if node in self.placed:
            return []
        self.placed.add(node)
        head, label = text_of(child(node, "head")), text_of(child(node, "label"))
        head = head.replace(" :", ":").replace(" .", ".")
        words = " ".join(text for n in children(node, "figDesc") if (text := text_of(n)))
        if label and label not in head:
            kind = "Table" if node.get("type") == "table" else "Figure"
            label = f"{kind} {label}" if label.strip(".").isdigit() and not head else label
            head = f"{label} {head}".strip()
        if head and not head.endswith((".", ":", "?", "!")):
            head += "."
        notes = self.notes_in(children(node, "head", "label", "figDesc"), rank)
        return [one_line(f"{head} {words}"), *notes, *self.flow(node, rank)]

    def formula(self, node: Element, _rank: int) -> list[str]:
        """Render a display formula with its number as \\tag, or, without TeX, as plain text with its number in parentheses."""
        text, is_tex = formula_of(node)
        label = text_of(child(node, "label")).strip("() ")
        if not text:
            return []
        if not is_tex:
            return [f"{text} ({label})" if label else text]
        tag = f" \\tag{{{label}}}" if label else ""
        return [f"$$\n{text}{tag}\n$$"]

    def note(self, node: Element, rank: int) -> list[str]:
        """Render a note with its number or printed mark. Running headers that GROBID marks as notes (headnote) are dropped."""
        if node.get("place") == "headnote":
            return []
        blocks, mark, number = self.flow(node, rank), node.get("n", "").strip(), node.get(NUMBER)
        if blocks and number:
            is_words = not blocks[0].startswith(("#", "|", "$$", "- ", "> "))
            return [f"[^{number}]: {blocks[0]}", *blocks[1:]] if is_words else [f"[^{number}]:", *blocks]
        if blocks and mark and not blocks[0].startswith((mark, "#", "|", "$$", "- ", "> ")):
            blocks[0] = f"{mark} {blocks[0]}"
        return blocks

    def notes_in(self, nodes: Iterable[Element], rank: int) -> list[str]:
        """Return the blocks of the notes inside `nodes`: headings, cells and other text that is not a paragraph."""
        found = [n for node in nodes for n in node.iter("{*}note") if _is_outermost(n, node)]
        return [block for note in found for block in self.note(note, rank) if block]

    def verse(self, node: Element, rank: int) -> list[str]:
        """Render a poem or stanza as a block quotation, one line per verse, an empty line between stanzas, then the notes."""
        quoted = "\n".join(f"> {line}".rstrip() for line in _verses(node))
        return [*([quoted] if quoted else []), *self.notes_in([node], rank)]

    def speech(self, node: Element, rank: int) -> list[str]:
        """Render a speech: 'SPEAKER.' is joined to its first paragraph."""
        speaker = text_of(child(node, "speaker"))
        blocks = [*self.flow(node, rank), *self.notes_in(children(node, "speaker"), rank)]
        if not speaker:
            return blocks
        speaker = speaker if speaker.endswith((".", ":")) else f"{speaker}."
        if blocks and not blocks[0].startswith(">"):
            return [f"{speaker} {blocks[0]}", *blocks[1:]]
        return [speaker, *blocks]

    def items(self, node: Element, rank: int) -> list[str]:
        """Render a list as one block; an item with a label (glossaries) becomes '- label: item'. The notes of labels follow."""
        ordered = node.get("type", "") in ("ordered", "numbered") or "numbered" in node.get("rend", "")
        lines, label, number = [text_of(child(node, "head"))], "", 0
        for part in node:
            if local_name(part) == "label":
                label = text_of(part)
            elif local_name(part) == "item":
                number += 1
                mark = f"{number}. " if ordered else "- "
                text = "\n\n".join(self.flow(part, rank))
                text = f"{label}{'' if label.endswith((':', '.', ')')) else ':'} {text}" if label else text
                lines.append(mark + text.replace("\n", "\n" + " " * len(mark)) if text else "")
                label = ""
        return ["\n".join(filter(None, lines)), *self.notes_in(children(node, "head", "label"), rank)]

    def quote(self, node: Element, rank: int) -> list[str]:
        """Render a block quotation."""
        text = "\n\n".join(self.flow(node, rank))
        return ["\n".join(f"> {line}".rstrip() for line in text.split("\n"))] if text else []

    def bibliography(self, node: Element, rank: int) -> list[str]:
        """Render a bibliography. Its heading is always 'References', so that later steps find it."""
        items = references(node)
        return [heading("References", rank), "\n".join(items)] if items else []


def _is_running(node: Element, name: str) -> bool:
    """Return whether an element that may be a block or running text (formula, quote, stage, label) is running text here."""
    parent = node.getparent()
    ancestor = local_name(parent) if parent is not None else ""
    if name == "formula":  # GROBID puts display formulas between paragraphs
        return ancestor not in _BLOCK_PARENTS and node.get("rend", "") not in ("display", "block")
    if name == "quote":
        return ancestor in _TEXT_PARENTS and first_within(node, "p", "lg", "l", "div") is None
    return ancestor in _TEXT_PARENTS if name in ("stage", "label") else False


def _verses(poem: Element) -> list[str]:
    """Return the lines of a poem, with `_STANZA` between stanzas."""
    lines = [one_line(poem.text or "")]
    for part in poem:
        stanza = _verses(part) if local_name(part) == "lg" else [one_line(inline(part))]
        if local_name(part) == "lg" and any(lines) and stanza:
            lines.append(_STANZA)
        lines += [*stanza, one_line(part.tail or "")]
    return [line for line in lines if line]


def figures_by_id(part: Element) -> dict[str, Element]:
    """Return the figures and tables that are direct children of `part`, by id."""
    return {name: figure for figure in children(part, "figure") if (name := figure.get(_ID))}


def _is_outermost(node: Element, root: Element) -> bool:
    """Return whether `node` is not inside another note or figure below `root`, which would render `node`."""
    for ancestor in node.iterancestors():
        if ancestor is root:
            return True
        if local_name(ancestor) in _PLACED_AFTER:
            return False
    return True


def _table(blocks: Blocks, node: Element, rank: int) -> list[str]:
    """Render a table: its heading, the rows, then its notes. Label rows among the first three rows are the header."""
    rows = children(node, "row")
    labels = [row for row in rows[:3] if row.get("role") == "label"]
    body = [row for row in rows if row not in labels]
    table = pipe_table([_cells(row) for row in labels], [_cells(row) for row in body])
    return [text_of(child(node, "head")), table, *blocks.notes_in([node], rank)]


def _cells(row: Element) -> list[Cell]:
    return [Cell(text_of(cell), span(cell, "cols"), span(cell, "rows")) for cell in children(row, "cell")]


def _code(_blocks: Blocks, node: Element, _rank: int) -> list[str]:
    code = plain_text(node).strip("\n")
    return [f"```\n{code}\n```"] if code.strip() else []


_Renderer = Callable[[Blocks, Element, int], list[str]]
_RENDERERS: dict[str, _Renderer] = (
    dict.fromkeys((*_DIVISIONS, "front", "body", "back"), Blocks.division)
    | dict.fromkeys(
        (
            "p", "ab", "argument", "byline", "castGroup", "closer", "cit", "dateline", "docAuthor", "docDate", "docEdition",
            "docImprint", "docTitle", "epigraph", "floatingText", "group", "text", "imprimatur",
            "opener", "postscript", "salute", "set", "signed", "stage", "titlePage", "titlePart", "trailer", "noteGrp",
        ),
        Blocks.inside,
    )
    | dict.fromkeys(("head", "figDesc", "label", "speaker"), Blocks.silent)
    | dict.fromkeys(("list", "castList", "listPerson", "listPlace"), Blocks.items)
    | {
        "lg": Blocks.verse, "l": Blocks.inside, "sp": Blocks.speech, "quote": Blocks.quote, "listBibl": Blocks.bibliography,
        "figure": Blocks.figure, "formula": Blocks.formula, "note": Blocks.note, "table": _table, "eg": _code,
    }
)  # fmt: skip
