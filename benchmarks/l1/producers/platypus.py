"""reportlab: platypus, with its own breaking of lines, balanced columns, and fonts that are not embedded."""

import importlib.util
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count, groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from benchmarks.l1.producers.model import BASIC_FEATURES, Document, Equation, Heading, Hidden, Paragraph, Part, Table

_GREEK = {
    "α": "alpha",
    "β": "beta",
    "γ": "gamma",
    "δ": "delta",
    "λ": "lambda",
    "μ": "mu",
    "σ": "sigma",
    "Ω": "Omega",
    "Δ": "Delta",
}
_CID_FONTS = {"chinese": "STSong-Light", "japanese": "HeiseiMin-W3", "japanese_vertical": "HeiseiMin-W3"}


class ReportLab:
    """In this process: the source is only a fingerprint of the document, which `remember` keeps."""

    name = "reportlab"
    suffix = ".txt"
    features = BASIC_FEATURES | {"parts", "invisible", "page_line_numbers", "chinese", "japanese", "japanese_vertical"}

    def __init__(self) -> None:
        self._documents: dict[str, Document] = {}

    def missing(self) -> str | None:
        return None if importlib.util.find_spec("reportlab") else "reportlab"

    def source(self, document: Document) -> str:
        source = Path(__file__).read_text() + repr(document)
        self._documents[source] = document
        return source

    def make(self, sources: list[Path], folder: Path) -> None:
        for source in sources:
            build(self._documents[source.read_text()], folder / f"{source.stem}.pdf")


def build(document: Document, path: Path) -> None:
    """Write the document as PDF."""
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    (width, height), margin = document.page, document.margin
    frame = Frame(margin, margin, document.measure, height - 2 * margin, 0, 0, 0, 0, id="text")
    template = PageTemplate(frames=[frame], onPage=lambda canvas, _: _furniture(canvas, document))
    writer = BaseDocTemplate(str(path), pagesize=(width, height), pageTemplates=[template])
    numbers = count(1)
    if document.script == "japanese_vertical":
        from reportlab.platypus import Spacer

        writer.build([_vertical(document), Spacer(1, 1)])
        return
    story = [_paragraph(document.title, document, factor=1.7, align=1, space=12)] if document.title else []
    for part in document.parts:
        story += _part(part, document, numbers)
    writer.build(story)


def _furniture(canvas: Any, document: Document) -> None:
    number = canvas.getPageNumber()
    canvas._line = 0  # the number of the last line of this page
    (width, height), margin = document.page, document.margin
    canvas.setFont("Times-Roman", 8)
    if document.head:
        canvas.drawCentredString(width / 2, height - margin + 16, document.head.replace("%", str(number)))
    if document.page_numbers:
        canvas.drawCentredString(width / 2, margin - 28, str(number))


def _part(part: Part, document: Document, numbers: "count[int]") -> Iterator[Any]:
    from reportlab.platypus import BalancedColumns

    blocks = list(_blocks(part, document, numbers))
    if part.columns == 1:
        yield from blocks
    else:
        yield BalancedColumns(blocks, nCols=part.columns, innerPadding=part.gap, needed=40)


def _paragraph(
    text: str, document: Document, *, factor: float = 1.0, align: int = 4, space: float = 0.0, font: str = "Times-Roman"
) -> Any:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph as Flowable

    wrap = None
    if document.script in _CID_FONTS:
        font, wrap = _CID_FONTS[document.script], "CJK"
        pdfmetrics.registerFont(UnicodeCIDFont(font))
    size = document.size * factor
    style = ParagraphStyle(
        "p", fontName=font, fontSize=size, leading=1.2 * size, alignment=align, spaceBefore=space, spaceAfter=space,
        firstLineIndent=12 if align in (0, 4) and factor == 1 else 0, wordWrap=wrap,
    )  # fmt: skip
    return Flowable(text, style)


def _markup(text: str) -> str:
    return "".join(f"&{_GREEK[c]};" if c in _GREEK else c for c in escape(text))


def _blocks(part: Part, document: Document, numbers: "count[int]") -> Iterator[Any]:
    from reportlab.platypus import PageBreak

    run_in = ""
    for i, block in enumerate(part.blocks):
        match block:
            case Heading(style="run_in"):
                run_in = f"<b>{_markup(block.whole)}.</b> "
            case Heading(style="side"):
                yield _drawn(partial(_side, block=block, document=document))
            case Heading():
                if document.new_page and i:
                    yield PageBreak()
                yield _heading(block, document)
            case Paragraph():
                text = _paragraph(run_in + _markup(block.text), document, align=0 if part.ragged else 4)
                yield _numbered(text, document, numbers) if document.line_numbers else text
                run_in = ""
            case Table():
                yield _paragraph(_markup(block.caption), document, factor=0.9, align=0, space=6)
                yield _table(block, document)
            case Equation():
                yield _drawn(partial(_equation, block=block, part=part, document=document), height=30)
            case Hidden():
                yield _hidden(block, document)


def _heading(block: Heading, document: Document) -> Any:
    if block.style == "plain":
        return _paragraph(_markup(block.whole), document, factor=1.3, align=0, space=6, font="Times-Bold")
    runs = ((is_small, _markup("".join(run))) for is_small, run in groupby(block.whole, key=str.islower))
    size = 0.8 * document.size
    text = "".join(f'<font size="{size}">{run.upper()}</font>' if is_small else run for is_small, run in runs)
    return _paragraph(text, document, align=1, space=6)


def _drawn(draw: Callable[[Any], None], height: float = 0.0) -> Any:
    from reportlab.platypus import Flowable

    class Drawn(Flowable):  # type: ignore[misc]
        def wrap(self, width: float, _: float) -> tuple[float, float]:
            return width, height

        def draw(self) -> None:
            draw(self.canv)

    return Drawn()


def _side(canvas: Any, block: Heading, document: Document) -> None:
    canvas.setFont("Times-Bold", document.size)
    for i, word in enumerate(_wrapped(block.whole, 18)):
        canvas.drawString(-100, -document.size - i * 1.2 * document.size, word)


def _wrapped(text: str, width: int) -> list[str]:
    import textwrap

    return textwrap.wrap(text, width)


def _equation(canvas: Any, block: Equation, part: Part, document: Document) -> None:
    width = (document.measure - (part.columns - 1) * part.gap) / part.columns
    canvas.setFont("Times-Italic", document.size)
    canvas.drawCentredString(width / 2, 12, block.body)
    canvas.setFont("Times-Roman", document.size)
    canvas.drawRightString(width, 12, f"({block.number})")


def _hidden(block: Hidden, document: Document) -> Any:
    if block.way != "invisible":
        mark = 'color="white"' if block.way == "white" else 'size="0.4"'
        return _paragraph(f"<font {mark}>{_markup(block.text)}</font>", document)

    def draw(canvas: Any) -> None:
        text = canvas.beginText(0, 4)
        text.setFont("Times-Roman", document.size)
        text.setTextRenderMode(3)
        text.textLine(block.text)
        canvas.drawText(text)

    return _drawn(draw, height=14)


def _table(table: Table, document: Document) -> Any:
    from reportlab.platypus import Table as Flowable

    style: list[tuple[Any, ...]] = [
        ("FONT", (0, 0), (-1, -1), "Times-Roman", 0.9 * document.size),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
    ]
    style += [("LINEBELOW", (0, 0), (-1, -1), 0.5, "black")] if table.ruled else []
    return Flowable([list(row) for row in table.rows], style=style, spaceAfter=8)


def _numbered(paragraph: Any, document: Document, numbers: "count[int]") -> Any:
    from reportlab.platypus import Paragraph as Flowable

    class Numbered(Flowable):  # type: ignore[misc]
        def draw(self) -> None:
            super().draw()
            drawn = self.blPara
            top = self.height - getattr(drawn, "ascent", drawn.fontSize)
            for i in range(len(drawn.lines)):
                self.canv._line += 1
                number = self.canv._line if document.line_numbers == "pages" else next(numbers)
                if document.line_numbers != "fifth" or number % 5 == 0:
                    self.canv.setFont("Times-Roman", 7)
                    self.canv.drawRightString(-10, top - i * self.style.leading, str(number))

    return Numbered(paragraph.text, paragraph.style)


def _vertical(document: Document) -> Any:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    font = UnicodeCIDFont("HeiseiMin-W3", isVertical=True)
    pdfmetrics.registerFont(font)
    height, size = document.page[1] - 2 * document.margin, document.size
    rows = int(height / size) - 1
    texts = [document.title, *(block.text for block in document.blocks if isinstance(block, Heading | Paragraph))]

    def draw(canvas: Any) -> None:
        canvas.setFont(font.fontName, size)
        x = document.measure - size
        for text in texts:
            for begin in range(0, len(text), rows):
                canvas.drawString(x, height, text[begin : begin + rows])
                x -= 1.6 * size

    return _drawn(draw, height=height - 20)
