"""Which text layers are read again: hidden layers of poor OCR over a scan, and never text that is drawn on a picture."""

import io
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from darwin_spark.parsers.ocr.pages import is_better, needs_ocr
from darwin_spark.parsers.pdf.fragments import read_page

GOOD = """The cell is the smallest unit of life that can divide on its own. Robert Hooke saw it in a slice
of cork, and gave it the name. Others had seen small animals in water before, and drew them as they
moved under the lenses that they had ground for the purpose, with great patience and a steady hand."""
POOR = """Thc ccll is tbe smallcst unit of lifc that cau dividc on its own. Robcrt Hookc saw it in a slicc
of cork, aud gavc it tbe namc. Othcrs had sccn sma1l animals in watcr bcforc, and drcw tbem as they
movcd undcr the lcnses that tbey had grouud for the purposc, with grcat paticncc and a stcady hand."""
GERMAN = """Die Zelle ist die kleinste Einheit des Lebens, die sich aus eigener Kraft teilen kann. Robert Hooke
sah sie in einer dünnen Scheibe Kork und gab ihr den Namen. Andere hatten zuvor kleine Tiere im
Wasser gesehen und gezeichnet, wie sie sich unter den Linsen bewegten, die sie geschliffen hatten."""
CODE = """x_1 = f(a[0], b) >> 3; y2 ^= 0x1F & m; for (i=0; i<n; ++i) { q[i] = p[i-1]*w; } // O(n) :: s_t
g++ -O3 -std=c++20 m4.cc -o m4 && ./m4 --n=1e6 | awk '{s+=$2} END {print s/NR}' > r.txt 2>&1; k9s
p_{ij}=\\sum_k a_{ik}b_{kj}; \\nabla\\cdot E=\\rho/\\epsilon_0 @x.y #3f9a2b $HOME/.rc %d:%s [12,14] <<EOF"""


def _pdf(text: str, mode: int = 0, under: bool = False, stripes: int = 1, cover: float = 1.0) -> bytes:
    """A page with a picture on `cover` of its height, in stripes, and text in a rendering mode, over or under the picture."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 400))
    picture = ImageReader(Image.fromarray(np.tile(np.arange(120, 250, dtype=np.uint8), (40, 1))))
    for layer in ("text", "picture") if under else ("picture", "text"):
        if layer == "text":
            lines = canvas.beginText(20, 370)
            lines.setTextRenderMode(mode)
            lines.textLines(text)
            canvas.drawText(lines)
            continue
        height = 400 * cover / stripes
        for stripe in range(stripes):
            canvas.drawImage(picture, 0, 400 * (1 - cover) + stripe * height, 600, height)
    canvas.save()
    return buffer.getvalue()


def _is_read_again(content: bytes) -> bool:
    with pdfium.PdfDocument(content) as document:
        layer = read_page(document, 0)
        return needs_ocr(document, 0, " ".join(fragment.text for fragment in layer.fragments), layer.image_share)


@pytest.mark.parametrize("options", [{"mode": 3}, {"under": True}, {"mode": 3, "stripes": 7}], ids=str)
def test_a_poor_hidden_layer_is_read_again(options: dict[str, Any]) -> None:
    assert _is_read_again(_pdf(POOR, **options))


@pytest.mark.parametrize("text", [GOOD, GERMAN], ids=["English", "German"])
def test_a_good_hidden_layer_stays(text: str) -> None:
    assert not _is_read_again(_pdf(text, mode=3))


@pytest.mark.parametrize("text", [GOOD, POOR, GERMAN, CODE], ids=["good", "poor", "German", "code"])
def test_visible_text_on_a_picture_stays(text: str) -> None:
    assert not _is_read_again(_pdf(text))


def test_poor_text_beside_a_small_picture_stays() -> None:
    assert not _is_read_again(_pdf(POOR, mode=3, cover=0.6))


def test_the_more_legible_of_two_readings_is_kept() -> None:
    assert is_better(GOOD, POOR)
    assert not is_better(POOR, GOOD)
    assert not is_better(GOOD[:100], POOR)
    assert not is_better(GOOD[:200], POOR)
    assert not is_better(POOR, POOR)


def test_readings_are_compared_as_texts_of_one_language() -> None:
    garbled_german = GERMAN.replace("einer", "e1ner").replace("Kraft", "Kr@ft").replace("Kork", "K0rk").replace("sich", "s1ch")
    english_heading = (
        "The state of the art in the study of the cell and of the lens, with a note on the use of it in the year. "
    )
    assert is_better(english_heading + GERMAN, garbled_german)


def test_a_visible_title_is_replaced_only_where_the_picture_holds_much_more() -> None:
    assert not is_better("Results of the year 2 001", "Results of the year", hidden=False)
    assert is_better(GOOD, "Downloaded from a library", hidden=False)
