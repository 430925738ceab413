"""An engine that looks at pictures of pages, without a model: `page_reader:PageReader`, importable in Spark's workers.

What it does is painted on the page. A red patch stands where the page's upper left corner is; where it is elsewhere, the
page is said to be turned. Blue: the first answer is cut by length. Green: every answer is garbage. Magenta: every answer says
that the page is turned. Anything else, real scans too, is read at once.
"""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.protocol import Answer, Request
from darwin_spark.inference.images import encoded

COLOURS = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "magenta": (255, 0, 255)}
_CORNERS = {(0, 0): 0, (0, 1): 270, (1, 1): 180, (1, 0): 90}
"""Lower and right half: how far clockwise a page must be turned whose upper left corner is there."""
FRONT = "---\nprimary_language: en\nis_rotation_valid: {}\nrotation_correction: {}\nis_table: False\nis_diagram: False\n---\n"


class PageReader:
    """Says how large each page is, and how dark; each request is written to the file DARWIN_ENGINE_LOG."""

    def __init__(self, _model: ModelSettings) -> None:
        pass

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        for request in requests:
            (png,) = encoded(request.messages)
            page = Image.open(io.BytesIO(png))
            assert (page.format, page.mode, max(page.size)) == ("PNG", "RGB", 1288)
            with Path(os.environ["DARWIN_ENGINE_LOG"]).open("a") as log:
                log.write(f"{request.request_id} {request.attempt}\n")
            output, finish_reason = _look(np.asarray(page), request.attempt)
            yield Answer(request.request_id, request.attempt, output, finish_reason, 10, 20, 1, "page reader")


def _look(page: np.ndarray, attempt: int) -> tuple[str, str]:
    found = {name: np.argwhere(np.abs(page.astype(int) - colour).sum(axis=2) < 60) for name, colour in COLOURS.items()}
    painted = {name: where for name, where in found.items() if len(where) > 100}
    height, width, _ = page.shape
    text = f"The {', '.join(sorted(painted)) or 'plain'} page is {width} by {height} pixels and its text has no end"
    if "green" in painted:
        return f"Certainly! Here is the page.\n{text}", "stop"
    if "magenta" in painted:
        return FRONT.format(False, 90) + text, "stop"
    if "red" in painted:
        middle = painted["red"].mean(axis=0) * 2 > (height, width)
        correction = _CORNERS[int(middle[0]), int(middle[1])]
        if correction:
            return FRONT.format(False, correction) + "ebirw eht daer ton nac I", "stop"
    return FRONT.format(True, 0) + text, "length" if "blue" in painted and attempt == 1 else "stop"
