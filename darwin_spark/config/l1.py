"""Settings of L1: limits of one document, and OCR (docs/formats.md)."""

from typing import Literal

from pydantic import Field

from darwin_spark.config.model import ModelSettings
from darwin_spark.config.section import Section


class OlmocrSettings(Section):
    """The vision-language model that reads pages if `l1.ocr.engine` is olmocr (§3 L1)."""

    engine: str = Field("vllm", description="vllm, endpoint, or module:Class of your own engine")
    longest_side: int = Field(1_288, ge=64, description="Pixels of the longer side of the page image that the model gets")
    max_attempts: int = Field(8, ge=1, description="Attempts at one page within one climb")
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
    """Optical character recognition of images and of pages without a usable text layer."""

    engine: Literal["rapidocr", "tesseract", "rapidocr+tesseract", "olmocr", "none"] = Field(
        "rapidocr",
        description="OCR engine: rapidocr needs the extra ocr, tesseract its program, rapidocr+tesseract both, olmocr a GPU; "
        "none: scans fail as no_text_layer",
    )
    languages: tuple[str, ...] = Field(("eng",), description="Languages for tesseract (traineddata); rapidocr has its own")
    dpi: int = Field(300, ge=72, le=1200, description="Resolution at which a PDF page is rendered, pixels an inch")
    max_pixels: int = Field(20_000_000, ge=1_000_000, description="Pixels at which a page is read at most (A3 at 300 dpi)")
    max_image_pixels: int = Field(
        100_000_000, description="Pixels of a bitmap that is decoded; a larger one: too_large, or a warning of its page"
    )
    min_confidence: float = Field(0.5, ge=0, le=1, description="Lines with a lower confidence of the engine are left out")
    olmocr: OlmocrSettings = OlmocrSettings()


class L1Settings(Section):
    """Normalisation: limits of one document, and OCR (§3 L1)."""

    max_bytes: int = Field(100_000_000, description="Bytes of an object; a larger one fails as too_large")
    max_pages: int = Field(5_000, description="Pages of a PDF; a longer one fails as too_many_pages")
    max_seconds: float = Field(
        120.0, gt=0, description="Seconds without a sign of life from a parser, then parse_timeout (each page of a PDF is one)"
    )
    max_memory_mb: int = Field(2_048, ge=256, description="MB of memory of a parser; one that needs more fails as parse_memory")
    max_text_chars: int = Field(
        50_000_000, ge=1_000, description="Characters of a text; a longer one is cut at the end of a page or paragraph"
    )
    ocr: OcrSettings = OcrSettings()
