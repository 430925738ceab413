"""What happens to a PDF after it was made: boxes are moved, pages turned or damaged, text laid under a scan of itself."""

import ctypes
import io
import re
import zlib
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from benchmarks.l1.producers.model import Document

_OBJECT = re.compile(rb"(?:^|[\r\n])(\d+) 0 obj\b")
_PAGE = re.compile(rb"/Type\s?/Page\b(?!s)")


def changed(content: bytes, document: Document) -> bytes:
    """Return the PDF as `document.after` says, several steps parted by blanks."""
    for step in document.after.split():
        content = _STEPS[step](content, document)
    return content


def _of_pages(change: Callable[[Any, Document], None]) -> Callable[[bytes, Document], bytes]:
    def apply(content: bytes, document: Document) -> bytes:
        out = io.BytesIO()
        with closing(pdfium.PdfDocument(content)) as pdf:
            for page in pdf:
                change(page, document)
                page.gen_content()
                page.close()
            pdf.save(out)
        return out.getvalue()

    return apply


def _crop(page: Any, document: Document) -> None:
    left, bottom, right, top = page.get_bbox()
    edge = document.margin - 9
    page.set_cropbox(left + edge, bottom + edge, right - edge, top - edge)


def _moved(dx: float, dy: float) -> Callable[[Any, Document], None]:
    def move(page: Any, _: Document) -> None:
        _transform(page, (1, 0, 0, 1, dx, dy))
        for rect, change in ((page.get_bbox(), page.set_cropbox), (_media_box(page), page.set_mediabox)):
            left, bottom, right, top = rect
            change(left + dx, bottom + dy, right + dx, top + dy)

    return move


def _media_box(page: Any) -> tuple[float, float, float, float]:
    """Return the media box; pdfium does not say it if the page inherits it, and then nothing is cropped."""
    box: tuple[float, float, float, float] = page.get_mediabox(fallback_ok=False) or page.get_bbox()
    return box


def _transform(page: Any, matrix: tuple[float, ...]) -> None:
    bounds = pdfium_c.FS_RECTF(-20000, 20000, 20000, -20000)
    pdfium_c.FPDFPage_TransFormWithClip(page, ctypes.byref(pdfium_c.FS_MATRIX(*matrix)), ctypes.byref(bounds))


def _turned(angle: int) -> Callable[[Any, Document], None]:
    """Turn the content anticlockwise and the page clockwise, so that it is shown as before."""

    def turn(page: Any, _: Document) -> None:
        left, bottom, right, top = _media_box(page)
        crop = page.get_bbox()
        matrix = {90: (0, 1, -1, 0, top, 0), 180: (-1, 0, 0, -1, right, top), 270: (0, -1, 1, 0, 0, right)}[angle]
        _transform(page, matrix)

        def box(rect: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
            a, b, c, d, e, f = matrix
            xs = [a * x + c * y + e for x in (rect[0], rect[2]) for y in (rect[1], rect[3])]
            ys = [b * x + d * y + f for x in (rect[0], rect[2]) for y in (rect[1], rect[3])]
            return min(xs), min(ys), max(xs), max(ys)

        page.set_mediabox(*box((left, bottom, right, top)))
        page.set_cropbox(*box(crop))
        page.set_rotation(angle)

    return turn


def _sideways(page: Any, _: Document) -> None:
    page.set_rotation(90)


def _unchanged(page: Any, document: Document) -> None:
    del page, document


def _scan(content: bytes, _: Document) -> bytes:
    """Lay a picture of each page over its text, which becomes invisible, as OCR leaves it.

    The text is left as the producer wrote it: the content of each page is put between two streams.
    """
    out = io.BytesIO()
    with closing(pdfium.PdfDocument(content)) as pdf:
        pictures = [_picture(page) for page in pdf]
        pdf.save(out)
    content = out.getvalue()
    number = max(int(match.group(1)) for match in _OBJECT.finditer(content)) + 1
    objects = [_stream(number, b"q 3 Tr\n")]
    matches = re.finditer(rb"/Contents\s?(?:(\d+ 0 R)|\[([^\]]*)\])", content)
    parts, end = [], 0
    for match, picture in zip(matches, pictures, strict=True):
        parts += [content[end : match.start()], b"/Contents [%d 0 R %s %d 0 R]"]
        parts[-1] %= (number, match.group(1) or match.group(2), number + len(objects))
        objects.append(_stream(number + len(objects), picture))
        end = match.end()
    content = b"".join([*parts, content[end:]])
    begin = content.rindex(b"\nxref")
    return _numbered(content[: begin + 1] + b"".join(objects) + content[begin:])


def _picture(page: Any) -> bytes:
    """Return operators that paint the page as an inline image over itself."""
    bitmap = page.render(scale=1.0, grayscale=True, rev_byteorder=False)
    pixels = zlib.compress(bytes(bitmap.to_numpy().tobytes()))
    left, bottom, right, top = page.get_bbox()
    head = b"Q q %.2f 0 0 %.2f %.2f %.2f cm BI /W %d /H %d /BPC 8 /CS /G /F /Fl ID "
    return head % (right - left, top - bottom, left, bottom, bitmap.width, bitmap.height) + pixels + b"\nEI Q\n"


def _stream(number: int, content: bytes) -> bytes:
    return b"%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (number, len(content), content)


def _user_unit(content: bytes, _: Document) -> bytes:
    return _numbered(_PAGE.sub(b"/Type /Page /UserUnit 2.0", content))


def _numbered(content: bytes) -> bytes:
    """Return a PDF of plain objects with a new table of them."""
    root = re.search(rb"/Root (\d+) 0 R", content)
    begin = content.rfind(b"\nxref")
    body = content[: begin + 1] if begin >= 0 else content
    places = {int(match.group(1)): match.start(1) for match in _OBJECT.finditer(body)}
    table = b"".join(b"%d 1\n%010d 00000 n \n" % item for item in sorted(places.items()))
    size, root_number = max(places) + 1, root.group(1) if root else b"1"
    trailer = b"trailer\n<< /Size %d /Root %s 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, root_number, len(body))
    return body + b"xref\n0 1\n0000000000 65535 f \n" + table + trailer


def _without_second_page(content: bytes, _: Document) -> bytes:
    """Overwrite the dictionary of the second page."""
    with closing(pdfium.PdfDocument(content)) as pdf:
        out = io.BytesIO()
        pdf.save(out)
    content = out.getvalue()
    (kids,) = re.findall(rb"/Kids\s?\[([^\]]*)\]", content)[-1:]
    number = kids.split()[3]
    match = re.search(rb"[\r\n]%s 0 obj\s*<<" % number, content)
    assert match is not None
    end = content.index(b"endobj", match.end())
    return content[: match.end() - 2] + b" " * (end - match.end() + 2) + content[end:]


def _truncated(content: bytes, _: Document) -> bytes:
    """Cut off the end with the index, but no part of an object stream: nobody could read text whose fonts are lost."""
    at = content.rindex(b"startxref") - 300
    last = content.rfind(b" obj", 0, at)
    return content[: content.index(b"endobj", at)] if b"/ObjStm" in content[last:at] else content[:at]


_STEPS: dict[str, Callable[[bytes, Document], bytes]] = {
    "crop": _of_pages(_crop),
    "negative": _of_pages(_moved(-400, -500)),
    "far": _of_pages(_moved(1000, 2000)),
    "turn90": _of_pages(_turned(90)),
    "turn180": _of_pages(_turned(180)),
    "turn270": _of_pages(_turned(270)),
    "sideways": _of_pages(_sideways),
    "scan": _scan,
    "copy": _of_pages(_unchanged),
    "user_unit": _user_unit,
    "bad_page": _without_second_page,
    "no_header": lambda content, _: content[content.index(b"\n") + 1 :],
    "junk": lambda content, _: b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n" + b"\n" * 2000 + content,
    "tail": lambda content, _: content + b"\n<!-- served in 12 ms -->\n" * 100,
    "truncated": _truncated,
}
