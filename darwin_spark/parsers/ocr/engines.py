"""Load the OCR engine that the settings name when the first page needs it, and keep it for the next pages."""

from functools import lru_cache

from darwin_spark.config.l1 import OcrSettings
from darwin_spark.parsers.ocr.engine import Engine, EngineMissing
from darwin_spark.parsers.ocr.rapidocr_engine import RapidOcrEngine
from darwin_spark.parsers.ocr.tesseract_engine import TesseractEngine
from darwin_spark.parsers.ocr.two_engines import TwoEngines


def engine(settings: OcrSettings) -> Engine:
    """Return the engine named by `settings.engine`. Raises EngineMissing if the engine is not installed or OCR is off."""
    return _loaded(settings.model_dump_json())  # JSON as cache key: settings with a mapping are unhashable


@lru_cache(maxsize=1)
def _loaded(settings_json: str) -> Engine:
    settings = OcrSettings.model_validate_json(settings_json)
    if settings.engine == "none":
        raise EngineMissing("OCR is off; set l1.ocr.engine to rapidocr or tesseract")
    if settings.engine == "rapidocr":
        return RapidOcrEngine()
    tesseract = TesseractEngine(settings.languages)
    return TwoEngines(RapidOcrEngine(), tesseract) if settings.engine == "rapidocr+tesseract" else tesseract
