"""Read the image of a page: clear its borders, make it straight, divide an open book, read, and mend what was misread."""

from darwin_spark.config.l1 import OcrSettings
from darwin_spark.parsers.ocr.borders import without_borders
from darwin_spark.parsers.ocr.double_pages import split
from darwin_spark.parsers.ocr.engine import Picture, Reading
from darwin_spark.parsers.ocr.engines import engine
from darwin_spark.parsers.ocr.misreadings import mended
from darwin_spark.parsers.ocr.rotation import deskew
from darwin_spark.parsers.ocr.skew import page_slant


def read_page(picture: Picture, settings: OcrSettings) -> list[Reading]:
    """Return the reading of the page; two for an open book, the left page first. Lines of low confidence are left out.

    Raises EngineMissing, OcrError.
    """
    reader = engine(settings)
    readings = [reader.read(page) for page in prepared(picture)]
    return [
        reading._replace(lines=mended([line for line in reading.lines if line.confidence >= settings.min_confidence]))
        for reading in readings
    ]


def prepared(picture: Picture) -> list[Picture]:
    """Return the image of the page, or of two pages, without dark borders and with level lines."""
    picture = without_borders(picture)
    slant = page_slant(picture)
    if slant.angle:
        picture = deskew(picture, slant.angle)
    return [picture] if slant.on_side else split(picture)
