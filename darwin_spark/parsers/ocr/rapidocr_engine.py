"""OCR by RapidOCR: PP-OCRv6 (small) on onnxruntime. The models are part of the wheel; nothing is downloaded.

Lines are detected on a reduced image, to save time, and recognised at full resolution, one at a time: a batch would be padded
to its longest line.
"""

from typing import Any, NamedTuple

import numpy as np

from darwin_spark.parsers.ocr.engine import EngineMissing, OcrLine, Picture, Reading
from darwin_spark.parsers.ocr.rotation import MAX_SKEW, deskew, skew_degrees, turned
from darwin_spark.parsers.ocr.small_caps import lower_small_capitals

_PARAMETERS = {
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "Global.log_level": "critical",
    "Global.max_side_len": 100_000,
    "Det.limit_type": "max",
    "Det.limit_side_len": 1_280,
}
_MIN_SIDE = 64  # pixels; an image with a shorter side cannot contain a line of text
_ORIENTATION_LINES = 8  # number of the longest lines that are used to test whether the page is upside down
_FULL_WIDTH_TO_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x3002: 0x2E, 0x3001: 0x2C}
"""Full-width characters and their ASCII forms. The models often return full-width punctuation, in text of any language."""


class _Strip(NamedTuple):
    """What is read in the image of one line: the text, and its confidence from 0 to 1."""

    text: str
    confidence: float
    centres: tuple[float, ...]
    """The x of each character that is no blank, in pixels of the image."""
    sure: tuple[float, ...]
    """Confidence of each character."""


class RapidOcrEngine:
    """The RapidOCR engine. Raises EngineMissing if the extra `ocr` is not installed."""

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
        self._crop_line: Any = get_rotate_crop_image

    def read(self, picture: Picture) -> Reading:
        if min(picture.shape) < _MIN_SIDE:
            return Reading([], picture)
        picture, boxes = self._upright(picture)
        colour = _three_channels(picture)
        return Reading([line for box in boxes if (line := self._line(colour, box)).text], picture)

    def _upright(self, picture: Picture) -> tuple[Picture, list[Any]]:
        """Return the page rotated upright and deskewed, and the boxes of its lines (four corners each, shape (4, 2))."""
        boxes = self._boxes(picture)
        if boxes and 2 * sum(_is_tall(box) for box in boxes) > len(boxes):
            picture = turned(picture, 1)
            boxes = self._boxes(picture)
        if self._is_upside_down(picture, boxes):
            picture = turned(picture, 2)
            boxes = self._boxes(picture)
        skew = skew_degrees([(box[1][0] - box[0][0], box[1][1] - box[0][1]) for box in boxes])
        if abs(skew) > MAX_SKEW:
            picture = deskew(picture, skew)
            boxes = self._boxes(picture)
        return picture, boxes

    def _boxes(self, picture: Picture) -> list[Any]:
        found = self._ocr(_three_channels(picture), use_det=True, use_cls=False, use_rec=False).boxes
        return [] if found is None else list(found)

    def _is_upside_down(self, picture: Picture, boxes: list[Any]) -> bool:
        """Whether most of the longest lines are classified as upside down and have a higher confidence when rotated by 180°.

        The classifier alone is not enough: it classifies whole pages of upright print as upside down.
        """
        longest = sorted(boxes, key=lambda box: float(np.ptp(box[:, 0])), reverse=True)[:_ORIENTATION_LINES]
        colour = _three_channels(picture)
        strips = [self._crop_line(colour, box.astype(np.float32)) for box in longest]
        if 2 * [self._direction(strip) for strip in strips].count("180") <= len(strips):
            return False
        upright_score, rotated_score = (
            sum(self._read_strip(strip).confidence for strip in orientation)
            for orientation in (strips, [strip[::-1, ::-1].copy() for strip in strips])
        )
        return rotated_score > upright_score

    def _direction(self, strip: Any) -> str:
        found = self._ocr(strip, use_det=False, use_cls=True, use_rec=False).cls_res
        return str(found[0][0])

    def _read_strip(self, strip: Any) -> _Strip:
        found = self._ocr(strip, use_det=False, use_cls=False, use_rec=True, return_word_box=True)
        if not found.txts:
            return _Strip("", 0.0, (), ())
        details = found.word_results[0]
        width = strip.shape[1] / max(details.line_txt_len, 1.0)
        centres = tuple((column + 0.5) * width for columns in details.word_cols for column in columns)
        return _Strip(found.txts[0], float(found.scores[0]), centres, tuple(details.confs))

    def _line(self, colour: Any, box: Any) -> OcrLine:
        strip = self._crop_line(colour, box.astype(np.float32))
        read = self._read_strip(strip)
        text = lower_small_capitals(read.text, strip[:, :, 0], read.centres)
        sure = read.sure if len(read.sure) == len(text) and text == text.strip() else ()
        (left, top), (right, bottom) = box.min(axis=0), box.max(axis=0)
        return OcrLine(_replace_full_width(text), float(left), float(top), float(right), float(bottom), read.confidence, sure)


def _three_channels(picture: Picture) -> Any:
    return np.repeat(picture[:, :, np.newaxis], 3, axis=2)


def _is_tall(box: Any) -> bool:
    width, height = np.ptp(box, axis=0)
    return bool(height > 1.5 * width)


def _replace_full_width(text: str) -> str:
    """Replace full-width characters by their ASCII forms, unless the line is Chinese or Japanese."""
    text = text.strip()
    return text if any("\u3040" <= char <= "\u9fff" for char in text) else text.translate(_FULL_WIDTH_TO_ASCII)
