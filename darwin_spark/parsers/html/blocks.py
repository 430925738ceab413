"""Render the blocks of a web page as Markdown: headings, paragraphs, lists, tables, quotations, code, captions, formulas."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from darwin_spark.parsers.html.inline import BLOCKS, inline, is_block, lines, pieces, text_of
from darwin_spark.parsers.html.table import cells_of, is_data, rows_of, table_of
from darwin_spark.parsers.html.tree import classes
from darwin_spark.parsers.xml_tree import Element, child, plain_text
from darwin_spark.text.normalize_markdown import one_line

_LANGUAGE = re.compile(r"(?:language|lang|highlight|brush:|sourceCode)[-_ ]?([A-Za-z0-9+#]{1,20})")
_NO_LANGUAGE = frozenset(("default", "none", "text", "notranslate", "plain"))
_GUTENBERG = re.compile(r"\*\*\* ?(?:START|END) OF (?:THE|THIS) PROJECT GUTENBERG|^\s*End of (?:the )?Project Gutenberg", re.I)
_FENCE = re.compile(r"`{3,}")


class Block(NamedTuple):
    """One Markdown block. `level` is the rank of a heading in the page (1 to 6), 0 for any other block."""

    text: str
    level: int = 0


def blocks_of(root: Element) -> list[Block]:
    """Return all blocks in an element, in order."""
    return _Blocks(_block_ancestors(root)).of(root)


def _block_ancestors(root: Element) -> set[Element]:
    """Return all ancestors of blocks: an inline element among them (`<a><p>...</p></a>`) splits running text like a block."""
    found: set[Element] = set()
    for node in root.iter(*BLOCKS, "tex"):
        if is_block(node):
            for ancestor in node.iterancestors():
                if ancestor in found:
                    break
                found.add(ancestor)
    return found


class _Blocks:
    """Renderer of blocks. `block_ancestors` are the elements that contain blocks."""

    def __init__(self, block_ancestors: set[Element]) -> None:
        self._block_ancestors = block_ancestors

    def of(self, node: Element, only: Iterable[Element] | None = None) -> list[Block]:
        """Return the blocks of an element's content, or of the children `only`."""
        found: list[Block] = []
        line = [node.text or ""] if only is None else []
        for part in node if only is None else only:
            if is_block(part) or part in self._block_ancestors:
                found += _paragraphs("".join(line)) + self.block(part)
                line = []
            else:
                line.append(inline(part))
            line.append(part.tail or "")
        return found + _paragraphs("".join(line))

    def block(self, node: Element) -> list[Block]:
        """Return the blocks of the element itself (a heading, list, table ...), else the blocks of its content."""
        renderer = _RENDERERS.get(str(node.tag))
        return renderer(self, node) if renderer else self.of(node)

    def heading(self, node: Element) -> list[Block]:
        """Return h1 to h6 as one block; if it holds paragraphs, lists or tables (unclosed `<h2>`), the blocks in it instead."""
        if next(node.iter("p", "ul", "ol", "table", "pre"), None) is not None:
            return self.of(node)
        text = text_of(node)
        return [Block(text, int(str(node.tag)[1]))] if text else []

    def heading_group(self, node: Element) -> list[Block]:
        """Render `hgroup`: number, title and subtitle become one heading; without an `h1` to `h6` in it, its blocks."""
        parts = [(str(p.tag), text) for p in node if (text := text_of(p))]
        level = next((int(tag[1]) for tag, _ in parts if tag[0] == "h" and tag[1:].isdigit()), 0)
        return [Block(": ".join(text for _, text in parts), level)] if level else self.of(node)

    def items(self, node: Element) -> list[Block]:
        """Render a list as one block with nested lists indented. Running text between the items splits the list."""
        found, written = list[Block](), list[str]()
        number = _integer(node.get("start"), 1)
        for item in self.runs(node):
            if isinstance(item, str):
                found += [*_block_of("\n".join(written)), *_paragraphs(item)]
                written = []
                continue
            is_item = item.tag == "li"
            number = _integer(item.get("value"), number) if is_item else number
            mark = f"{number}. " if node.tag == "ol" else "- "
            text = self._item(item)
            if text:
                written.append(mark + text.replace("\n", "\n" + " " * len(mark)) if is_item else text)
            number += is_item
        return [*found, *_block_of("\n".join(written))]

    def runs(self, node: Element) -> Iterator[Element | str]:
        """Yield the children that are or contain blocks, and as strings the running text before, between and after them."""
        line = [node.text or ""]
        for part in node:
            if is_block(part) or part in self._block_ancestors:
                yield from _non_blank(line)
                yield part
                line = []
            else:
                line.append(inline(part))
            line.append(part.tail or "")
        yield from _non_blank(line)

    def _item(self, node: Element) -> str:
        text = ""
        for block in self.block(node) if node.tag != "li" else self.of(node):
            tight = block.text.startswith(("- ", "1. ")) and "\n\n" not in block.text
            text += (("\n" if tight else "\n\n") if text else "") + block.text
        return text

    def definitions(self, node: Element) -> list[Block]:
        """Render `dl` as lines '- term: definition'. Text after the first paragraph of a definition is indented."""
        written: list[str] = []
        terms: list[str] = []
        for part in self._definition_parts(node):
            if not isinstance(part, str) and part.tag == "dt":
                terms.append(one_line(" ".join(b.text for b in self.of(part))))
                continue
            body = "\n\n".join(b.text for b in _paragraphs(part)) if isinstance(part, str) else self._item(part)
            separator = "\n\n" if body.startswith(("- ", "1. ", "|", "```", "$$")) else " "
            text = f"{', '.join(filter(None, terms))}:{separator}{body}" if any(terms) else body
            terms = []
            written += ["- " + text.replace("\n", "\n  ")] if text else []
        written += [f"- {term}" for term in terms if term]
        return [Block("\n".join(written))] if written else []

    def _definition_parts(self, node: Element) -> Iterator[Element | str]:
        """Yield the elements of terms and definitions, also those inside a `div`, and as strings the text between them."""
        for part in self.runs(node):
            if not isinstance(part, str) and part.tag == "div":
                yield from self.runs(part)
            else:
                yield part

    def quote(self, node: Element) -> list[Block]:
        """Render a block quotation."""
        text = "\n\n".join(block.text for block in self.of(node))
        return [Block("\n".join(f"> {line}".rstrip() for line in text.split("\n")))] if text else []

    def table(self, node: Element) -> list[Block]:
        """Return the caption and the pipe table of a data table, or the blocks of the cells of a layout table."""
        if not is_data(node):
            return [b for row in rows_of(node) for cell in cells_of(row) for b in self.of(cell)] or self.of(node)
        caption = child(node, "caption")
        return [*(self.of(caption) if caption is not None else []), *_block_of(table_of(node))]

    def formula(self, node: Element) -> list[Block]:
        """Render a display formula."""
        return [Block(f"$$\n{node.text}\n$$")]


def _block_of(text: str) -> list[Block]:
    return [Block(text)] if text else []


def _paragraphs(raw: str) -> list[Block]:
    if not raw or raw.isspace():
        return []
    found: list[Block] = []
    for piece in pieces(raw):
        if piece.is_formula:
            found.append(Block(f"$$\n{piece.text}\n$$"))
        else:
            found += [Block(text) for text in lines(piece.text).split("\n\n") if text]
    return found


def _integer(value: str | None, default: int) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 9 else default


def _non_blank(line: list[str]) -> Iterator[str]:
    text = "".join(line)
    if text.strip():
        yield text


def _preformatted(_blocks: _Blocks, node: Element) -> list[Block]:
    for line_break in list(node.iter("br")):
        line_break.tail = "\n" + (line_break.tail or "")
    code = plain_text(node).strip("\n")
    if not code.strip():
        return []
    if _GUTENBERG.search(code):
        return [Block(code.strip())]
    fence = "`" * max([3, *(len(run) + 1 for run in _FENCE.findall(code))])
    return [Block(f"{fence}{_language(node)}\n{code}\n{fence}")]


def _language(node: Element) -> str:
    parent = node.getparent()
    names = [
        *classes(node),
        *(n for c in node.iter("code") for n in classes(c)),
        *(classes(parent) if parent is not None else []),
    ]
    found = (match.group(1).lower() for name in names if (match := _LANGUAGE.fullmatch(name)))
    return next((name for name in found if name not in _NO_LANGUAGE), node.get("language", ""))


def _distill_code(blocks: _Blocks, node: Element) -> list[Block]:
    return _preformatted(blocks, node) if "block" in node.attrib else _paragraphs(inline(node))


def _nothing(_blocks: _Blocks, _node: Element) -> list[Block]:
    return []


_RENDERERS: dict[str, Callable[[_Blocks, Element], list[Block]]] = (
    dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _Blocks.heading)
    | dict.fromkeys(("ul", "ol", "menu", "dir"), _Blocks.items)
    | {
        "hgroup": _Blocks.heading_group,
        "dl": _Blocks.definitions,
        "blockquote": _Blocks.quote,
        "table": _Blocks.table,
        "tex": _Blocks.formula,
        "pre": _preformatted,
        "d-code": _distill_code,
        "hr": _nothing,
    }
)
