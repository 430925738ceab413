"""Images of pages: formats, several pages, orientation, and hostile files."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from darwin_spark.config.l1 import L1Settings, OcrSettings
from darwin_spark.parsers.image import parse
from darwin_spark.parsers.parsed import Parsed, ParseFailure

pytest.importorskip("rapidocr", reason="the extra ocr is not installed")
LINE = "Light travels in straight lines."


def _page(text: str = LINE, mode: str = "L") -> Image.Image:
    page = Image.new("L", (760, 160), 255)
    ImageDraw.Draw(page).text((40, 60), text, fill=0, font=ImageFont.load_default(36))
    return page.convert(mode)


def _bytes(page: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    page.save(buffer, kind, **options)  # type: ignore[arg-type]
    return buffer.getvalue()


def _parse(content: bytes, **ocr: object) -> Parsed:
    return parse(content, L1Settings(ocr=OcrSettings.model_validate(ocr), max_pages=4))


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "1"), ("JPEG", "RGB"), ("TIFF", "L"), ("WEBP", "RGB"), ("BMP", "P")])
def test_every_format_is_read(kind: str, mode: str) -> None:
    parsed = _parse(_bytes(_page(mode=mode), kind))
    assert parsed.text == LINE + "\n"
    assert parsed.pages[0].engine == "rapidocr"


def test_pages_of_a_tiff_follow_each_other() -> None:
    rest = [_page(f"And now the {word} page.") for word in ("second", "third")]
    parsed = _parse(_bytes(_page(), "TIFF", save_all=True, append_images=rest))
    texts = [parsed.text[page.start : page.end].strip() for page in parsed.pages]
    assert texts == [LINE, "And now the second page.", "And now the third page."]


def test_deep_transparent_and_exif_turned_pages() -> None:
    deep = Image.fromarray(np.asarray(_page()).astype(np.uint16) * 200)
    clear = Image.new("RGBA", (760, 160), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=_page().point(lambda v: 255 - v))
    turned = _page("A page that only EXIF sets upright.").rotate(90, expand=True)
    exif = turned.getexif()
    exif[0x0112] = 6
    assert _parse(_bytes(deep, "PNG")).text == LINE + "\n"
    assert _parse(_bytes(clear, "PNG")).text == LINE + "\n"
    assert _parse(_bytes(turned, "JPEG", exif=exif)).text == "A page that only EXIF sets upright.\n"


def _bomb(width: int, height: int) -> bytes:
    """A PNG that claims to be huge and is a few bytes."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    parts = [struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (_bomb(30_000, 30_000), "too_large"),
        (_bomb(12_000, 12_000), "too_large"),
        (_bomb(2_000, 2_000), "corrupt_image"),
        (_bytes(_page(), "PNG")[:400], "corrupt_image"),
        (b"\x89PNG\r\n\x1a\n and nothing else", "corrupt_image"),
        (_bytes(Image.new("L", (500, 500), 255), "PNG"), "empty"),
        (_bytes(_page(), "TIFF", save_all=True, append_images=[_page()] * 5), "too_many_pages"),
    ],
    ids=["bomb", "large", "lying header", "truncated", "no image", "blank", "many pages"],
)
def test_bad_images_fail_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(ParseFailure) as failure:
        _parse(content)
    assert failure.value.reason == reason


def _with_tag(tiff: bytes, position: int, tag: int, new: int) -> bytes:
    """A little-endian TIFF with an entry of a tag renamed in page `position`, so that its page lacks it."""
    start = 0
    for _ in range(position):
        start = tiff.index(struct.pack("<HH", tag, 4), start) + 1
    return tiff[: start - 1] + struct.pack("<H", new) + tiff[start + 1 :]


@pytest.mark.parametrize(("tag", "name"), [(256, "width"), (273, "place of the pixels")])
def test_a_damaged_page_costs_that_page(tag: int, name: str) -> None:
    content = _bytes(_page(), "TIFF", save_all=True, append_images=[_page("Second."), _page(f"A page with its {name}.")])
    parsed = _parse(_with_tag(content, 2, tag, 60_000))
    assert parsed.text == f"{LINE}\n\nA page with its {name}.\n"
    assert len(parsed.pages) == 3
    assert [warning.split(":")[0] for warning in parsed.warnings] == ["page 2 of 3 cannot be decoded"]


def test_a_large_page_is_reduced_before_it_is_read() -> None:
    large = _page().resize((3_800, 800), Image.Resampling.BICUBIC)
    assert _parse(_bytes(large, "PNG"), max_pixels=1_000_000).text == LINE + "\n"


def test_without_an_engine_an_image_has_no_text_layer() -> None:
    with pytest.raises(ParseFailure, match=r"l1\.ocr\.engine") as failure:
        _parse(_bytes(_page(), "PNG"), engine="none")
    assert failure.value.reason == "no_text_layer"
