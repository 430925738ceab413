"""Opening of PDFs: junk before the header, no header, a bad page, and no influence of the document before."""

import io
import zlib

import pytest
from pdf_inputs import at, column, flat, parsed, pdf, prose, raw_pdf, text_of
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from darwin_spark.parsers.parsed import ParseFailure

_WHOLE = raw_pdf("BT /T 10 Tf 72 700 Td (Lamps were lit at dusk.) Tj ET")


@pytest.mark.parametrize(
    "junk", [b"\n", b"\xef\xbb\xbf", b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 1000, b"x" * 5000, b"\x00" * 70_000]
)
def test_junk_before_the_header(junk: bytes) -> None:
    assert text_of(junk + _WHOLE) == "Lamps were lit at dusk.\n"


def test_no_header() -> None:
    assert text_of(_WHOLE[_WHOLE.index(b"\n") + 1 :]) == "Lamps were lit at dusk.\n"


@pytest.mark.parametrize("tail", [b"\x00" * 3000, b"\n<html>trailing</html>", b"\n" * 5000])
def test_junk_after_the_end(tail: bytes) -> None:
    assert text_of(_WHOLE + tail) == "Lamps were lit at dusk.\n"


def test_a_wrong_table_of_offsets() -> None:
    assert text_of(_WHOLE.replace(b"startxref\n", b"startxref\n9")) == "Lamps were lit at dusk.\n"


def test_a_file_without_its_end() -> None:
    assert text_of(_WHOLE[: _WHOLE.index(b"xref\n0")]) == "Lamps were lit at dusk.\n"


def _packed(*numbers: int) -> bytes:
    """A PDF without its index (cut off), in which these objects stand in an object stream, as most writers put them."""
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        3: b"<</Type /Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 5 0 R/Resources<</Font<</T 4 0 R>>>>>>",
        4: b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>",
    }
    places, body = [], b""
    for number in numbers:
        places.append(b"%d %d" % (number, len(body)))
        body += objects[number] + b"\n"
    index = b" ".join(places) + b" "
    packed = zlib.compress(index + body)
    content = b"BT /T 10 Tf 72 700 Td (Lamps were lit at dusk.) Tj ET"
    return (
        b"%%PDF-1.5\n5 0 obj\n<</Length %d>>stream\n%s\nendstream\nendobj\n6 0 obj\n" % (len(content), content)
        + b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>stream\n" % (len(numbers), len(index), len(packed))
        + packed
    )


@pytest.mark.parametrize("end", [b"\nendstream\nendobj\n", b"\nendstream\nendobj\n9 0 obj\n<</Type/XRef/Root 1 0 R", b""])
@pytest.mark.parametrize("numbers", [(1, 2, 3, 4), (4, 3, 2, 1), (2, 3, 4), (3, 4)])
def test_objects_in_streams_of_a_file_that_was_cut_off(numbers: tuple[int, ...], end: bytes) -> None:
    result = parsed(_packed(*numbers) + end)
    assert result.text == "Lamps were lit at dusk.\n"
    assert result.warnings == ("the PDF is damaged or was cut off; pages found: 1",)


def test_what_no_page_uses_is_corrupt() -> None:
    assert _reason(_packed(1, 4)) == "corrupt_pdf"
    assert _reason(_packed(1, 2, 3, 4) + b"\ntrailer\n<</Root 1 0 R/Encrypt 7 0 R>>") == "corrupt_pdf"


def _encrypted() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("secret"))
    canvas.drawString(72, 700, "Lamps")
    canvas.save()
    return buffer.getvalue()


def _reason(content: bytes) -> str:
    with pytest.raises(ParseFailure) as failure:
        parsed(content)
    return failure.value.reason


def test_the_reason_does_not_depend_on_the_document_before() -> None:
    corrupt = b"%PDF-1.4\nnothing of use\n%%EOF"
    assert [_reason(content) for content in (corrupt, _encrypted(), corrupt, _encrypted(), b"", corrupt)] == [
        "corrupt_pdf", "encrypted", "corrupt_pdf", "encrypted", "corrupt_pdf", "corrupt_pdf",
    ]  # fmt: skip


def test_a_bad_page_costs_that_page() -> None:
    content = pdf(*(at(*column(72, 700, prose(10, n))) for n in range(3)))
    kids = content.index(b"/Kids [")
    numbers = content[kids + 7 : content.index(b"]", kids)].split()
    broken = content.replace(b"\n" + numbers[3] + b" 0 obj", b"\n" + numbers[3] + b" 0 xxx")
    assert broken != content
    result = parsed(broken)
    assert flat(result.text) == " ".join(" ".join(prose(10, n)) for n in (0, 2))
    assert len(result.warnings) == 1
    assert result.warnings[0].startswith("page 2 cannot be read")
    assert len(result.pages) == 3
