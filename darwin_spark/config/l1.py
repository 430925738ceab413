"""L1 as configuration: the limits of one document, and who reads scans (docs/formats.md)."""

from typing import Literal

from pydantic import Field

from darwin_spark.config.model import ModelSettings
from darwin_spark.config.section import Section


class OlmocrSettings(Section):
    """A vision-language model that reads pages, with `l1.ocr.engine: olmocr` (§3 L1)."""

    engine: str = Field("vllm", description="vllm, endpoint, or module:Class of an engine of your own")
    longest_side: int = Field(1_288, ge=64, description="pixels on the longest side of the page image that the model is shown")
    max_attempts: int = Field(8, ge=1, description="attempts a page within one climb")
    model: ModelSettings = ModelSettings(
        model="allenai/olmOCR-7B-0225-preview",
        temperature=0.1,
        retry_temperatures=(0.1, 0.2, 0.3, 0.5, 0.8, 0.9, 1.0),
        top_p=1.0,
        max_tokens=4_500,
        max_model_len=16_384,
        max_num_seqs=64,
    )


class OcrSettings(Section):
    """Optical character recognition: pages without a text layer that can be read, and images."""

    engine: Literal["rapidocr", "tesseract", "olmocr", "none"] = Field(
        "rapidocr",
        description="rapidocr needs the extra ocr, tesseract the program, olmocr a GPU; none: a scan fails as no_text_layer",
    )
    languages: tuple[str, ...] = Field(("eng",), description="traineddata names for tesseract; rapidocr knows all of its own")
    dpi: int = Field(300, ge=72, le=1200, description="pixels an inch at which a PDF's page is drawn")
    max_pixels: int = Field(20_000_000, ge=1_000_000, description="a page is read at no more pixels than this (A3 at 300 dpi)")
    max_image_pixels: int = Field(100_000_000, description="a bitmap with more is not decoded: too_large, or a page's warning")
    min_confidence: float = Field(0.5, ge=0, le=1, description="lines that the engine is less sure of are left out")
    olmocr: OlmocrSettings = OlmocrSettings()


class L1Settings(Section):
    """Normalisation (§3 L1): limits of one document."""

    max_bytes: int = Field(100_000_000, description="a larger object fails as too_large")
    max_pages: int = Field(5_000, description="a longer PDF fails as too_many_pages")
    max_seconds: float = Field(
        120.0, gt=0, description="a parser silent for longer fails as parse_timeout (OCR speaks by page)"
    )
    max_memory_mb: int = Field(2_048, ge=256, description="MB; a parser that needs more fails as parse_memory")
    max_text_chars: int = Field(50_000_000, ge=1_000, description="a longer text is cut, at the end of a page or paragraph")
    ocr: OcrSettings = OcrSettings()
