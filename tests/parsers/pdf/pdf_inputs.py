"""Small PDFs for tests: drawn with reportlab, or written byte by byte for what reportlab does not do."""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count

from reportlab.pdfgen.canvas import Canvas

from darwin_spark.config.l1 import L1Settings, OcrSettings
from darwin_spark.parsers.parsed import Parsed
from darwin_spark.parsers.pdf.document import parse

WIDTH, HEIGHT = 600, 800
_WORDS = [
    "harbour",
    "winter",
    "lantern",
    "meadow",
    "copper",
    "village",
    "station",
    "morning",
    "ladder",
    "timber",
    "kitchen",
    "garden",
    "window",
    "pepper",
    "marble",
    "thunder",
    "carpet",
    "bottle",
    "silver",
    "forest",
    "island",
    "bridge",
    "candle",
    "summer",
    "orchard",
    "pocket",
    "barley",
    "rocket",
    "salmon",
    "tunnel",
    "velvet",
    "walnut",
]

_WIDTHS = f"/Widths [{'600 ' * 255}700]"  # one differs: else the font counts as one of fixed width, and its text as code


def pdf(*pages: Callable[[Canvas], object], size: tuple[float, float] = (WIDTH, HEIGHT)) -> bytes:
    """Return a PDF; each page is drawn by a function that gets the canvas, in Times of 10 points."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size)
    for draw in pages:
        canvas.setFont("Times-Roman", 10)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def raw_pdf(
    content: str | bytes,
    page: str = f"/MediaBox [0 0 {WIDTH} {HEIGHT}]",
    unicode: Mapping[int, str] | None = None,
    catalog: str = "",
    resources: str = "",
    objects: Sequence[str] = (),
) -> bytes:
    """Return a PDF of one page with this content stream. Fonts: /T is Times, /B its bold; /U has letters of 0.6
    font sizes, whose codes `unicode` maps to characters.

    `page`, `catalog`, `resources`: further entries of these dictionaries; `objects`: objects from number 9 on.
    """
    stream = content.encode("latin-1") if isinstance(content, str) else content
    pairs = "\n".join(f"<{code:02x}> <{text.encode('utf-16-be').hex()}>" for code, text in (unicode or {}).items())
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <ff> endcodespacerange\n{len(unicode or {})} beginbfchar\n{pairs}\nendbfchar\n"
        "endcmap end end"
    )
    fonts = "/T 5 0 R /B 6 0 R /U 7 0 R"
    mapped = "/ToUnicode 8 0 R" if unicode else ""
    bodies: list[bytes] = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R {page} /Contents 4 0 R /Resources << /Font << {fonts} >> {resources} >> >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Bold /Encoding /WinAnsiEncoding >>",
        f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FirstChar 0 /LastChar 255 {_WIDTHS} {mapped} >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap.encode()),
        *(body.encode("latin-1") for body in objects),
    ]
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return bytes(out) + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, start)


def parsed(content: bytes) -> Parsed:
    """Parse without OCR."""
    return parse(content, L1Settings(ocr=OcrSettings(engine="none")))


def text_of(content: bytes) -> str:
    return parsed(content).text


def at(*lines: tuple[float, float, str]) -> Callable[[Canvas], None]:
    """Return a page: (x, y, text) of each line."""

    def draw(canvas: Canvas) -> None:
        for x, y, text in lines:
            canvas.drawString(x, y, text)

    return draw


def prose(number: int, seed: int = 0) -> list[str]:
    """Return lines of running text of about 50 characters: the first begins with a capital, the last ends with a full stop."""
    counter = count(seed * 7919)
    found = []
    for _ in range(number):
        line: list[str] = []
        while len(" ".join(line)) < 44:
            n = next(counter)
            line.append(_WORDS[(n * 13 + n // 32 * 5) % len(_WORDS)])
        found.append(" ".join(line))
    return [found[0].capitalize(), *found[1:-1], f"{found[-1]}."] if number > 1 else [f"{found[0].capitalize()}."]


def column(x: float, top: float, lines: Iterable[str], leading: float = 12) -> list[tuple[float, float, str]]:
    """Return lines below each other, for `at`."""
    return [(x, top - leading * i, line) for i, line in enumerate(lines)]


def in_order(text: str, *parts: str) -> bool:
    """Whether the parts follow each other in the text, across line ends."""
    flat, at_char = " ".join(text.split()), 0
    for part in parts:
        found = flat.find(part, at_char)
        if found < 0:
            return False
        at_char = found + len(part)
    return True


def flat(text: str) -> str:
    return " ".join(text.split())
