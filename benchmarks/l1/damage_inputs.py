"""Undamaged documents of every media type that L1 reads, for benchmarks/l1/damage.py.

They come from ../shared/cases, ../shared/data and examples, and are named by L0 itself. Of formats that these folders lack,
`samples/` has one document each, with most of the format's elements; images are drawn.
"""

import io
import tarfile
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from benchmarks.l1.pairs import SHARED
from darwin_spark.config.l0 import L0Settings
from darwin_spark.config.l1 import L1Settings
from darwin_spark.levels.l0_acquire.acquire import acquire
from darwin_spark.levels.l1_normalize.normalize import content_of
from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.parsers.registry import PARSERS

SCAN = "scan"
"""Key of documents for OCR, whatever their media type."""
SAMPLES = Path(__file__).parent / "samples"
_EXAMPLES = Path(__file__).resolve().parents[2] / "examples/corpus"
_FILES = (
    "pdf/**/*.pdf", "html/**/*.html", "epub/*.epub", "json/*", "latex/sympy-paper/*.tex", "latex/*.tar.xz", "jats/*.tar.xz",
    "web/*.tar.xz", "text/**/*.md", "text/**/*.txt", "text/**/*.htm",
)  # fmt: skip
_MAX_FILE_BYTES = 450_000
_MAX_OBJECT_BYTES = 150_000
_MAX_PDF_BYTES = 260_000
_MAX_BOOK_BYTES = 700_000
_MAX_OF_FILE = 30
"""Objects taken of an archive."""
_SAMPLE_TYPES = {
    "elsevier.xml": "application/x-elsevier+xml", "springer.xml": "application/x-springer+xml",
    "nature.xml": "application/x-nature+xml", "bmc.xml": "application/x-nature+xml", "rsc.xml": "application/x-rsc+xml",
    "docbook.xml": "application/docbook+xml", "pubmed.xml": "application/x-pubmed+xml", "notes.rtf": "application/rtf",
    "mediawiki.xml": "application/x-mediawiki+xml", "tides.json": "application/x-ipynb+json",
    "flat.fodt": "application/vnd.oasis.opendocument.text-flat-xml",
}  # fmt: skip
_ZIPPED_SAMPLES = {
    "odt": "application/vnd.oasis.opendocument.text",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_TEXT = "Tides rise twice a day.\nThe moon pulls the sea,\nand the earth turns below."


def documents() -> dict[str, list[bytes]]:
    """Return documents by media type, in an order that depends on the files alone; those for OCR under SCAN."""
    found: dict[str, list[bytes]] = defaultdict(list)
    for media_type, content in _objects():
        limit = {"application/pdf": _MAX_PDF_BYTES, "application/epub+zip": _MAX_BOOK_BYTES}.get(media_type, _MAX_OBJECT_BYTES)
        if media_type in PARSERS and len(content) <= limit:
            found[media_type].append(content)
    for name, media_type in _SAMPLE_TYPES.items():
        found[media_type].append((SAMPLES / name).read_bytes())
    for name, media_type in _ZIPPED_SAMPLES.items():
        found[media_type].append(_zipped(SAMPLES / name))
    found[SCAN] = [SHARED.joinpath("scan/lincoln_letter.pdf").read_bytes(), *images()]
    return dict(found)


def _objects() -> Iterator[tuple[str, bytes]]:
    """Media type and bytes of the objects that L0 finds in the files, small files only."""
    for file in _listed():
        listed = {
            "source": "damage", "source_file": file.name, "uri": file.resolve().as_uri(), "version": "1",
            "bytes": file.stat().st_size, "parts": None, "is_url": False, "content": None,
        }  # fmt: skip
        rows = (row for row in acquire(listed, L0Settings()) if row.get("verdict") in (None, "kept"))
        for row in islice(rows, _MAX_OF_FILE):
            try:
                yield row["media_type"], content_of({"content_ref": None, **row}, L1Settings())
            except ParseFailure:  # an empty object
                continue


def _listed() -> Iterator[Path]:
    for folder, patterns in ((SHARED.parent / "cases", ("**/*",)), (_EXAMPLES, ("**/*",)), (SHARED, _FILES)):
        for pattern in patterns:
            for file in sorted(folder.glob(pattern)):
                is_archive = file.name.endswith(".tar.xz")
                is_small = is_archive or file.suffix == ".epub" or file.stat().st_size <= _MAX_FILE_BYTES
                if file.is_file() and is_small and file.name != "check.json" and "__pycache__" not in file.parts:
                    yield file


def _zipped(folder: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.writestr(zipfile.ZipInfo(file.relative_to(folder).as_posix()), file.read_bytes())
    return packed.getvalue()


def images() -> list[bytes]:
    """Return a drawn page in each bitmap format, and a TIFF of two pages."""
    page = Image.new("L", (420, 130), 255)
    ImageDraw.Draw(page).multiline_text((12, 12), _TEXT, fill=0, font=ImageFont.load_default(26), spacing=10)
    encoded = []
    for save in (
        *(partial(page.save, format=name) for name in ("png", "jpeg", "webp", "bmp", "tiff")),
        partial(page.save, format="tiff", save_all=True, append_images=[page]),
    ):
        file = io.BytesIO()
        save(file)
        encoded.append(file.getvalue())
    return encoded


def image_type(content: bytes) -> str:
    """Return the media type that the first bytes of an undamaged scan show; application/pdf for unknown ones."""
    signatures = {b"\x89PNG": "png", b"\xff\xd8": "jpeg", b"RIFF": "webp", b"BM": "bmp", b"II": "tiff", b"MM": "tiff"}
    return next((f"image/{kind}" for head, kind in signatures.items() if content.startswith(head)), "application/pdf")


def tarred(members: dict[str, bytes]) -> bytes:
    """Return a tar file like those that L0 packs of TeX projects."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()
