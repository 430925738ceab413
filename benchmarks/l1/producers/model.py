"""What a made document holds. Each producer sets the same model in its own way, so that the right text is known."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

HeadingStyle = Literal["plain", "small_caps", "run_in", "side"]
LineNumbers = Literal["", "each", "fifth", "pages"]
Way = Literal["white", "invisible", "tiny", "layer"]
Script = Literal["latin", "arabic", "hebrew", "chinese", "japanese", "japanese_vertical"]

BASIC_FEATURES = frozenset(
    [
        "columns",
        "paragraph",
        "heading",
        "plain",
        "small_caps",
        "run_in",
        "side",
        "table",
        "equation",
        "hidden",
        "white",
        "tiny",
        "head",
        "page_numbers",
        "line_numbers",
    ]
)
"""What all programs that set whole pages can do; a document lists what it needs."""


@dataclass(frozen=True)
class Paragraph:
    """Running text, maybe with a footnote at its end, maybe with a large first letter over two lines."""

    text: str
    note: str = ""
    drop_cap: bool = False


@dataclass(frozen=True)
class Heading:
    """A heading; `number` ("IV.", "2.1") stands before it. A run-in one is followed by a paragraph on its line."""

    text: str
    number: str = ""
    style: HeadingStyle = "plain"

    @property
    def whole(self) -> str:
        return f"{self.number} {self.text}".strip()


@dataclass(frozen=True)
class Table:
    """A table with its caption above it; `ruled`: with lines between the rows."""

    caption: str
    rows: tuple[tuple[str, ...], ...]
    ruled: bool = False


@dataclass(frozen=True)
class Equation:
    """A displayed equation: letters, digits and signs separated by blanks; `number` is its label without brackets."""

    body: str
    number: str


@dataclass(frozen=True)
class Hidden:
    """A line that no reader sees."""

    text: str
    way: Way


Block = Paragraph | Heading | Table | Equation | Hidden


@dataclass(frozen=True)
class Part:
    """Blocks in one or several columns; `gap` in points; `ragged`: not justified."""

    blocks: tuple[Block, ...]
    columns: int = 1
    gap: float = 18.0
    ragged: bool = False


@dataclass(frozen=True)
class Document:
    """A document: parts below each other. Each heading of `new_page` begins a page."""

    kind: str
    number: int
    title: str
    parts: tuple[Part, ...]
    head: str = ""
    """Running head of each page; "%" stands for the page number."""
    page_numbers: bool = False
    line_numbers: LineNumbers = ""
    script: Script = "latin"
    size: float = 10.0
    margin: float = 72.0
    page: tuple[float, float] = (595.0, 842.0)
    new_page: bool = False
    type3: bool = False
    accents_apart: bool = False
    after: str = ""
    """Steps of `after.py`."""
    absent: tuple[str, ...] = field(default=())
    """Further strings that the text must not have."""

    @property
    def blocks(self) -> Iterator[Block]:
        for part in self.parts:
            yield from part.blocks

    @property
    def readable(self) -> "Document":
        """Return the document as it can be read: without the section on the second page if that page is damaged."""
        if "bad_page" not in self.after.split():
            return self
        (part,) = self.parts
        begins = [i for i, block in enumerate(part.blocks) if isinstance(block, Heading)]
        kept = part.blocks[: begins[1]] + part.blocks[begins[2] :]
        return replace(self, parts=(replace(part, blocks=kept),))

    @property
    def measure(self) -> float:
        """Width of the text in points."""
        return self.page[0] - 2 * self.margin

    @property
    def features(self) -> frozenset[str]:
        """What a producer must be able to set."""
        found: set[str] = {self.script} if self.script != "latin" else set()
        found |= {name for name in ("head", "page_numbers", "line_numbers", "type3", "accents_apart") if getattr(self, name)}
        found |= {"page_line_numbers"} if self.line_numbers == "pages" else set()
        found |= {"columns"} if any(part.columns > 1 for part in self.parts) else set()
        found |= {"parts"} if len({part.columns for part in self.parts}) > 1 else set()
        for block in self.blocks:
            found.add(type(block).__name__.lower())
            if isinstance(block, Hidden):
                found.add(block.way)
            elif isinstance(block, Heading):
                found.add(block.style)
            elif isinstance(block, Paragraph):
                found |= {name for name in ("note", "drop_cap") if getattr(block, name)}
        return frozenset(found)
