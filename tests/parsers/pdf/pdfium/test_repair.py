"""PDFs that lost their index: the last stream is closed only where the file was cut inside it."""

import pytest

from darwin_spark.parsers.pdf.pdfium.repair import rebuilt

_PAGE = b"1 0 obj\n<< /Type /Page >>\nendobj\n2 0 obj\n<< /Length 3 >>\n"


@pytest.mark.parametrize(
    ("last", "closed"),
    [
        (b"stream\nabc\nendstream\nendobj\n", 1),
        (b"stream\r\nabc\r\nendstream\r\nendobj\r\n", 1),
        (b"stream\nab", 1),
        (b"stream\r\nab", 1),
    ],
)
def test_the_last_stream_is_closed_once(last: bytes, closed: int) -> None:
    content = rebuilt(_PAGE + last)
    assert content
    assert content.count(b"endstream") == closed
