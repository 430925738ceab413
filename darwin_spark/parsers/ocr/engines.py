"""The engine that the settings name, loaded once a process and only when a page needs it."""

from functools import lru_cache

from darwin_spark.config.l1 import OcrSettings
from darwin_spark.parsers.ocr.engine import Engine, EngineMissing
from darwin_spark.parsers.ocr.rapidocr_engine import RapidOcrEngine
from darwin_spark.parsers.ocr.tesseract_engine import TesseractEngine


def engine(settings: OcrSettings) -> Engine:
    """Raises EngineMissing."""
    return _loaded(settings.model_dump_json())  # settings that hold a mapping cannot be the key of a cache


@lru_cache(maxsize=1)
def _loaded(dumped: str) -> Engine:
    settings = OcrSettings.model_validate_json(dumped)
    if settings.engine == "none":
        raise EngineMissing("OCR is off; set l1.ocr.engine to rapidocr or tesseract")
    return RapidOcrEngine() if settings.engine == "rapidocr" else TesseractEngine(settings.languages)
