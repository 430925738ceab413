"""The PDFs of the example corpus from the plain texts in `sources/pdf`: columns, running heads, a chapter, a scan.

The texts' markup: `# title`, `by author`, `## heading`, `> caption`, `| table | row |`, four blanks before a formula and
four before its number, `x_1` and `x^2`, `pi` for the letter; every other line is a paragraph. The output depends on nothing
but the texts and the versions of reportlab, pypdfium2 and Pillow (requirements.lock): `invariant` leaves out dates and
random identifiers.
"""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pypdfium2
from PIL import Image
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_RIGHT
from reportlab.lib.pagesizes import A4, B5
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, FrameBreak, PageTemplate, Paragraph, Spacer, Table

MARGIN = 22 * mm
GUTTER = 7 * mm
HEAD = 26 * mm
"""Height of the title over several columns."""
SCAN_DPI = 120
SCAN_GREYS = 8
SCAN_TILT = 0.4
"""Degrees by which the scanned sheet lies askew."""

_HYPHENATED = """
ac-cel-er-a-tion am-pli-tude ap-pa-ra-tus ap-pears at-tempts buoy-an-cy cal-cu-late cen-tre cen-tury com-par-i-son
con-tains cor-rec-tions de-rive de-rived dif-fer-ence dif-fi-cul-ty dis-tance dis-tances ef-fec-tive elim-i-nat-ing
equa-tion ex-changed gra-va-tion grav-i-ty gy-ra-tion hun-dred im-prove-ment in-flu-ence in-stru-ment in-stru-ments
knife-edge lab-o-ra-to-ry length-en-ing length-ens mea-sured mea-sure-ments mi-cro-scope mil-lion mul-ti-plied
nec-es-sary os-cil-la-tion os-cil-la-tions par-al-lel pen-du-lum pe-ri-od pe-ri-ods po-si-tion pre-ci-sion prin-ci-ple
quan-ti-ty ra-di-us re-duced re-moved re-vers-ible sec-ond sus-pen-sion sym-met-ric teach-ing tem-per-a-ture
the-o-rem thou-sand un-de-ter-mined van-ish-es
"""
"""Where these words may be broken: `reportlab` breaks at soft hyphens."""

_SOFT = {word.replace("-", ""): word.replace("-", "\u00ad") for word in _HYPHENATED.split()}


@dataclass(frozen=True)
class Design:
    """How a text is set."""

    columns: int
    size: float
    header: str
    """Running head from the second page on; every page has its number at the foot."""
    first_page: int = 1
    page: tuple[float, float] = A4


DESIGNS = {
    "kater-pendulum": Design(2, 10.5, "The reversible pendulum", page=B5),
    "betz-limit": Design(1, 11, ""),
    "reaction-rates-chapter": Design(1, 10.5, "Chapter 5. How fast?", first_page=87),
}


def make_pdfs(sources: Path) -> dict[str, bytes]:
    """Name and content of every PDF: three set from their texts, a scan of a fourth, and a file that breaks off."""
    made = {f"pdf/{name}.pdf": typeset(sources / f"{name}.txt", design) for name, design in DESIGNS.items()}
    sheet = typeset(sources / "childbed-fever-scan.txt", Design(1, 10, ""))
    made["pdf/childbed-fever-scan.pdf"] = scan(sheet)
    made["oddities/truncated.pdf"] = made["pdf/betz-limit.pdf"][:1500]
    return made


def typeset(source: Path, design: Design) -> bytes:
    """A text set in columns under running heads."""
    text = source.read_text(encoding="utf-8")
    width = (design.page[0] - 2 * MARGIN - GUTTER * (design.columns - 1)) / design.columns
    file = io.BytesIO()
    title = text.partition("\n")[0].lstrip("# ")
    document = BaseDocTemplate(file, pagesize=design.page, invariant=1, title=title, author="Contributors to darwin-spark")
    document.addPageTemplates(_pages(design, width))
    document.build(_flowables(text, design, width))
    return file.getvalue()


def scan(pdf: bytes) -> bytes:
    """The first page as a photograph of itself: a slightly tilted grey image, and no text."""
    page = pypdfium2.PdfDocument(pdf)[0]
    image = page.render(scale=SCAN_DPI / 72, grayscale=True).to_pil().convert("L")
    image = image.rotate(SCAN_TILT, resample=Image.Resampling.BICUBIC, fillcolor=255)
    step = 255 / (SCAN_GREYS - 1)
    image = image.point([round(grey / step) * step for grey in range(256)])
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1, pageCompression=1)
    canvas.drawImage(ImageReader(image), 0, 0, *A4)
    canvas.save()
    return file.getvalue()


def _pages(design: Design, width: float) -> list[PageTemplate]:
    """The first page, where a title stands over all columns, and the others."""
    page_width, page_height = design.page
    head = HEAD if design.columns > 1 else 0
    top = [_frame(MARGIN, page_height - MARGIN - head, page_width - 2 * MARGIN, head)] if head else []
    lefts = [MARGIN + column * (width + GUTTER) for column in range(design.columns)]
    first = [_frame(left, MARGIN, width, page_height - 2 * MARGIN - head) for left in lefts]
    later = [_frame(left, MARGIN, width, page_height - 2 * MARGIN) for left in lefts]
    furniture = _furniture(design)
    return [
        PageTemplate("first", [*top, *first], onPage=furniture, autoNextPageTemplate="later"),
        PageTemplate("later", later, onPage=furniture),
    ]


def _frame(left: float, bottom: float, width: float, height: float) -> Frame:
    return Frame(left, bottom, width, height, leftPadding=0, rightPadding=0)


def _furniture(design: Design) -> Callable[[Canvas, BaseDocTemplate], None]:
    """What stands on each page outside the text."""

    page_width, page_height = design.page

    def draw(canvas: Canvas, document: BaseDocTemplate) -> None:
        number = document.page + design.first_page - 1
        canvas.setFont("Times-Roman", 9)
        canvas.drawCentredString(page_width / 2, MARGIN - 8 * mm, str(number))
        if design.header and document.page > 1:
            canvas.drawString(MARGIN, page_height - MARGIN + 4 * mm, design.header)
            canvas.drawRightString(page_width - MARGIN, page_height - MARGIN + 4 * mm, "Darwin-Spark Examples")

    return draw


def _flowables(text: str, design: Design, width: float) -> list[Flowable]:
    styles = _styles(design.size)
    flowables: list[Flowable] = []
    for is_table, group in groupby(text.splitlines(), key=lambda line: line.startswith("|")):
        if is_table:
            flowables += _table([[cell.strip() for cell in line.strip("|").split("|")] for line in group], styles, width)
            continue
        for line in group:
            flowables.append(_paragraph(line, styles, width))
            if line.startswith("by ") and design.columns > 1:
                flowables.append(FrameBreak())
    return flowables


def _paragraph(line: str, styles: dict[str, ParagraphStyle], width: float) -> Flowable:
    if line.startswith("    "):
        formula, _, number = line.strip().partition("    ")
        cells = [["", _marked(formula, styles["formula"]), Paragraph(number, styles["number"])]]
        return Table(
            cells,
            colWidths=[0.06 * width, 0.77 * width, 0.17 * width],
            style=[("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("RIGHTPADDING", (0, 0), (-1, -1), 0)],
            spaceAfter=4,
        )
    marks = {"# ": "title", "by ": "author", "## ": "heading", "> ": "caption"}
    mark = next((mark for mark in marks if line.startswith(mark)), "")
    body = line.removeprefix(mark)
    return _marked(body if mark else _with_soft_hyphens(body), styles[marks.get(mark, "body")])


def _marked(text: str, style: ParagraphStyle) -> Paragraph:
    """A paragraph with indices, powers and the letter pi."""
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    text = re.sub(r"_([0-9a-z])", r'<sub rise="2" size="7">\1</sub>', text)
    text = re.sub(r"\^(-?[0-9]+)", r'<super rise="4" size="7">\1</super>', text)
    return Paragraph(re.sub(r"\bpi\b", "<greek>p</greek>", text), style)


def _with_soft_hyphens(text: str) -> str:
    return re.sub(r"[a-z]+", lambda word: _SOFT.get(word[0], word[0]), text)


def _table(rows: list[list[str]], styles: dict[str, ParagraphStyle], width: float) -> list[Flowable]:
    cells = [[_marked(cell, styles["cell"]) for cell in row] for row in rows]
    lines = [("LINEABOVE", (0, 0), (-1, 1), 0.5, "black"), ("LINEBELOW", (0, -1), (-1, -1), 0.5, "black")]
    tight = [(side, (0, 0), (-1, -1), 1) for side in ("TOPPADDING", "BOTTOMPADDING")]
    return [Table(cells, colWidths=[width / len(rows[0])] * len(rows[0]), style=[*lines, *tight]), Spacer(1, 6)]


def _styles(size: float) -> dict[str, ParagraphStyle]:
    body = ParagraphStyle(
        "body", fontName="Times-Roman", fontSize=size, leading=size * 1.22, alignment=TA_JUSTIFY, spaceAfter=size * 0.4
    )
    left = {"parent": body, "alignment": 0}
    return {
        "body": body,
        "title": ParagraphStyle("title", **left, fontName="Times-Bold", fontSize=size + 5, leading=size + 9, spaceAfter=6),
        "author": ParagraphStyle("author", **left, fontName="Times-Italic", spaceAfter=10),
        "heading": ParagraphStyle("heading", **left, fontName="Times-Bold", fontSize=size + 1.5, spaceBefore=7, keepWithNext=1),
        "caption": ParagraphStyle("caption", **left, fontSize=size - 1, leading=size * 1.1, spaceBefore=4),
        "formula": ParagraphStyle("formula", parent=body, alignment=TA_CENTER, fontName="Times-Italic"),
        "number": ParagraphStyle("number", parent=body, alignment=TA_RIGHT),
        "cell": ParagraphStyle("cell", **left, fontSize=size - 1, leading=size * 1.1, spaceAfter=0),
    }
