"""RapidOCR: PP-OCRv6 (small) on onnxruntime. The models lie inside the wheel; nothing is ever downloaded.

Lines are found on a reduced picture and read at full resolution: finding them at 1,280 px costs a quarter of what it
costs at 2,000 and loses nothing (benchmarks/l1/ocr.py). One line is read at a time: batches are padded to their longest
line, which costs more than it saves on one core.
"""

from typing import Any

import numpy as np

from darwin_spark.parsers.ocr.engine import EngineMissing, OcrLine, Picture, Reading
from darwin_spark.parsers.ocr.rotation import MAX_TILT, levelled, tilt, turned

_PARAMETERS = {
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "Global.log_level": "critical",
    "Global.max_side_len": 100_000,
    "Det.limit_type": "max",
    "Det.limit_side_len": 1_280,
}
_MIN_SIDE = 64
"""Pixels; a smaller picture holds no line of text."""
_WITNESSES = 8
"""How many of the longest lines are asked whether the page stands on its head."""
_WIDE_SIGNS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x3002: 0x2E, 0x3001: 0x2C}
"""Signs in the width of Chinese characters, which the models prefer for punctuation in any text."""


class RapidOcrEngine:
    """Raises EngineMissing where the extra `ocr` is not installed."""

    name = "rapidocr"

    def __init__(self) -> None:
        try:
            import cv2
            from rapidocr import RapidOCR
            from rapidocr.utils.process_img import get_rotate_crop_image
        except ImportError as error:
            raise EngineMissing(f"rapidocr is not installed ({error}): pip install 'darwin-spark[ocr]'") from error
        cv2.setNumThreads(1)
        self._ocr: Any = RapidOCR(params=_PARAMETERS)
        self._cut: Any = get_rotate_crop_image

    def read(self, picture: Picture) -> Reading:
        if min(picture.shape) < _MIN_SIDE:
            return Reading([], picture)
        picture, boxes = self._upright(picture)
        colour = _three_channels(picture)
        return Reading([line for box in boxes if (line := self._line(colour, box)).text], picture)

    def _upright(self, picture: Picture) -> tuple[Picture, list[Any]]:
        """The page turned so that its lines run from left to right, and their boxes (four corners each)."""
        boxes = self._boxes(picture)
        if boxes and 2 * sum(_is_tall(box) for box in boxes) > len(boxes):
            picture = turned(picture, 1)
            boxes = self._boxes(picture)
        if self._is_on_its_head(picture, boxes):
            picture = turned(picture, 2)
            boxes = self._boxes(picture)
        askew = tilt([(box[1][0] - box[0][0], box[1][1] - box[0][1]) for box in boxes])
        if abs(askew) > MAX_TILT:
            picture = levelled(picture, askew)
            boxes = self._boxes(picture)
        return picture, boxes

    def _boxes(self, picture: Picture) -> list[Any]:
        found = self._ocr(_three_channels(picture), use_det=True, use_cls=False, use_rec=False).boxes
        return [] if found is None else list(found)

    def _is_on_its_head(self, picture: Picture, boxes: list[Any]) -> bool:
        """Whether most of the longest lines look turned, and are read with more confidence the other way up.

        The classifier alone takes whole pages of sound print for turned ones.
        """
        longest = sorted(boxes, key=lambda box: float(np.ptp(box[:, 0])), reverse=True)[:_WITNESSES]
        colour = _three_channels(picture)
        strips = [self._cut(colour, box.astype(np.float32)) for box in longest]
        if 2 * [self._direction(strip) for strip in strips].count("180") <= len(strips):
            return False
        as_it_is, turned_over = (
            sum(self._read_strip(strip)[1] for strip in way) for way in (strips, [strip[::-1, ::-1].copy() for strip in strips])
        )
        return turned_over > as_it_is

    def _direction(self, strip: Any) -> str:
        found = self._ocr(strip, use_det=False, use_cls=True, use_rec=False).cls_res
        return str(found[0][0])

    def _read_strip(self, strip: Any) -> tuple[str, float]:
        """The text of one line's picture, and how sure the engine is of it."""
        found = self._ocr(strip, use_det=False, use_cls=False, use_rec=True)
        return (found.txts[0], float(found.scores[0])) if found.txts else ("", 0.0)

    def _line(self, colour: Any, box: Any) -> OcrLine:
        text, confidence = self._read_strip(self._cut(colour, box.astype(np.float32)))
        (left, top), (right, bottom) = box.min(axis=0), box.max(axis=0)
        return OcrLine(_usual_signs(text), float(left), float(top), float(right), float(bottom), confidence)


def _three_channels(picture: Picture) -> Any:
    return np.repeat(picture[:, :, np.newaxis], 3, axis=2)


def _is_tall(box: Any) -> bool:
    width, height = np.ptp(box, axis=0)
    return bool(height > 1.5 * width)


def _usual_signs(text: str) -> str:
    """Wide signs in their usual form, unless the line is Chinese or Japanese."""
    text = text.strip()
    return text if any("\u3040" <= char <= "\u9fff" for char in text) else text.translate(_WIDE_SIGNS)
