"""Lines of a scanned table that stand on ruled lines."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from darwin_spark.parsers.ocr.engine import OcrLine
from darwin_spark.parsers.ocr.fragments import page_text


def test_a_ruled_line_in_the_box_of_a_cell_moves_no_baseline() -> None:
    page = Image.new("L", (1000, 300), 255)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(36)
    boxes = []
    for x, text, ruled in ((80, "Field", True), (400, "1901", False), (700, "1902", True)):
        draw.text((x, 140), text, fill=0, font=font, anchor="ls")
        if ruled:
            draw.line((x - 20, 152, x + 160, 152), fill=0, width=4)
        boxes.append(OcrLine(text, x - 6, 100, x + draw.textlength(text, font) + 6, 158, 0.99))
    fragments = page_text(boxes, np.asarray(page), 0.24).fragments
    assert len({fragment.baseline for fragment in fragments}) == 1
    assert max(f.size for f in fragments) < 1.2 * min(f.size for f in fragments)
