"""Pages that are left to an OCR model: which pages, the identity and image of their requests, and the assembled document."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from darwin_spark.config.l1 import L1Settings, OcrSettings
from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.images import DocumentUnavailable, RenderError
from darwin_spark.inference.task import Task
from darwin_spark.levels.l1_normalize.level import LEVEL
from darwin_spark.levels.l1_normalize.normalize import normalize
from darwin_spark.levels.l1_normalize.olmocr import page_task
from darwin_spark.levels.l1_normalize.olmocr.page_assembly import finished
from darwin_spark.parsers.isolation import supervisor
from darwin_spark.storage import uri_reader

PDF = "application/pdf"
FRONT = "---\nprimary_language: en\nis_rotation_valid: True\nrotation_correction: 0\nis_table: False\nis_diagram: False\n---\n"
READ = FRONT + "# On cells\n\nWhat the page says."


def settings(**olmocr: Any) -> L1Settings:
    return L1Settings(ocr=OcrSettings.model_validate({"engine": "olmocr", "olmocr": {"max_attempts": 2, **olmocr}}))


SETTINGS = settings()


@pytest.fixture(scope="module", autouse=True)
def no_parser_process_left() -> Iterator[None]:
    yield
    supervisor.close()


@pytest.fixture(scope="module")
def task() -> Task:
    found = page_task.task(SETTINGS)
    assert found is not None
    return found


def corner(width: int = 300, height: int = 450) -> Image.Image:
    """A page whose upper left quarter is red."""
    page = Image.new("RGB", (width, height), "white")
    page.paste((255, 0, 0), (0, 0, width // 2, height // 2))
    return page


def encode(page: Image.Image, kind: str, **more: Any) -> bytes:
    buffer = io.BytesIO()
    page.save(buffer, kind, **more)
    return buffer.getvalue()


def pdf(*pages: Image.Image | None) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(300, 450))
    for page in pages:
        if page is not None:
            canvas.drawImage(ImageReader(page), 0, 0, 300, 450)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def rendered(media_type: str, content: bytes, page: int = 0, turn: int = 0) -> Image.Image:
    document = {"media_type": media_type, "content": content, "bytes": len(content)}
    view = json.dumps({"page": page, "turn": turn, "longest_side": 1288})
    picture = Image.open(io.BytesIO(page_task.opened(document, SETTINGS)(view)))
    assert (picture.format, picture.mode) == ("PNG", "RGB")
    return picture


def red_quarter(page: Image.Image) -> tuple[bool, bool]:
    """Whether the red of `corner` lies in the lower half, and in the right one."""
    pixels = np.asarray(page).astype(int)
    down, right = np.argwhere(pixels[:, :, 0] - pixels[:, :, 1] > 100).mean(axis=0)
    return bool(2 * down > page.height), bool(2 * right > page.width)


@pytest.mark.parametrize(("turn", "quarter"), [(0, (0, 0)), (90, (0, 1)), (180, (1, 1)), (270, (1, 0))])
def test_a_page_is_rendered_rotated_clockwise(turn: int, quarter: tuple[int, int]) -> None:
    size = (859, 1288) if turn % 180 == 0 else (1288, 859)
    for media_type, content in ((PDF, pdf(corner())), ("image/png", encode(corner(), "PNG"))):
        page = rendered(media_type, content, turn=turn)
        assert page.size == size
        assert red_quarter(page) == quarter


def test_real_scans_and_later_pages_are_rendered_whole(shared: Path) -> None:
    assert rendered(PDF, (shared / "scan" / "oldbook_c.pdf").read_bytes(), 3).size == (873, 1288)
    assert rendered(PDF, (shared / "scan" / "lincoln_letter.pdf").read_bytes()).size == (1044, 1288)
    tiff = encode(Image.new("1", (200, 300)), "TIFF", save_all=True, append_images=[corner(900, 600)])
    assert rendered("image/tiff", tiff, 1).size == (1288, 859)


def test_a_page_that_cannot_be_rendered_fails_and_a_document_that_cannot_be_read_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="page 1 of 1"):
        rendered("image/png", encode(corner(), "PNG")[:300])
    with pytest.raises(RenderError, match="pdfium"):
        rendered(PDF, b"%PDF-1.7 nothing")
    reference = {"uri": uri_reader.address(str(tmp_path / "gone.pdf")), "offset": None, "length": None}
    with pytest.raises(DocumentUnavailable, match=r"gone\.pdf"):
        page_task.opened({"media_type": PDF, "content": None, "content_ref": reference, "bytes": 5}, SETTINGS)


def document(media_type: str, content: bytes) -> dict[str, Any]:
    """A row after the level's preparation step."""
    row = {"doc_id": "d", "bucket": "0", "media_type": media_type, "content": content, "bytes": len(content), "title": None}
    return {**row, "content_sha256": "5" * 64, **normalize(row, SETTINGS)}


def test_pages_that_are_not_blank_are_left_to_the_model() -> None:
    scan = document(PDF, pdf(None, corner(), None))
    assert [page["page"] for page in scan["unread"]] == [1]
    assert (scan["verdict"], scan["text"], len(scan["pages"])) == ("kept", "", 3)
    blank = Image.new("L", (300, 450), 255)
    image = document("image/tiff", encode(blank, "TIFF", save_all=True, append_images=[corner().convert("L")]))
    assert [page["page"] for page in image["unread"]] == [1]
    assert document("image/png", encode(blank, "PNG"))["reason"] == "empty"
    assert document(PDF, pdf(None, None))["reason"] == "empty"


def test_the_request_id_covers_exactly_what_decides_about_the_answer(task: Task) -> None:
    row = {"doc_id": "d", "bucket": "0", "content_sha256": "5" * 64, "unread": [{"page": 3, "layer": None}]}
    (chunk,) = page_task.page_chunks(row, SETTINGS, task)
    assert chunk["position"] == 3
    (copy,) = page_task.page_chunks({**row, "doc_id": "another"}, SETTINGS, task)
    assert copy["request_id"] == chunk["request_id"]
    hotter = SETTINGS.ocr.olmocr.model.model_copy(update={"retry_temperatures": (0.9,)})
    others = [settings(longest_side=1024), settings(model=hotter.model_dump()), settings(model={"model": "other/model"})]
    ids = {chunk["request_id"]}
    for other in others:
        changed = page_task.task(other)
        assert changed is not None
        ids |= {found["request_id"] for found in page_task.page_chunks(row, other, changed)}
    ids |= {found["request_id"] for found in page_task.page_chunks({**row, "content_sha256": "6" * 64}, SETTINGS, task)}
    assert len(ids) == 5
    same = settings(model={**SETTINGS.ocr.olmocr.model.model_dump(), "max_num_seqs": 1}, max_attempts=7, engine="fakes:Echo")
    elsewhere = page_task.task(same)
    assert elsewhere is not None
    assert [found["request_id"] for found in page_task.page_chunks(row, same, elsewhere)] == [chunk["request_id"]]


def attempt(number: int, output: str | None, error: str | None = None, finish_reason: str = "stop") -> dict[str, Any]:
    return {"attempt": number, "output": output, "finish_reason": finish_reason, "error": error}


def assembled(row: dict[str, Any], task: Task, *attempts: dict[str, Any]) -> dict[str, Any]:
    """The document's columns after these attempts at each of its unread pages."""
    chunks = [{**chunk, "attempts": list(attempts)} for chunk in page_task.page_chunks(row, SETTINGS, task)]
    return {**row, **finished({**row, "chunks": chunks}, SETTINGS, task)}


@pytest.fixture(scope="module")
def scan() -> dict[str, Any]:
    return document(PDF, pdf(corner(), None))


def test_the_answer_to_a_page_becomes_the_text_of_its_document(scan: dict[str, Any], task: Task) -> None:
    row = assembled(scan, task, attempt(1, "no front matter"), attempt(2, READ))
    assert (row["verdict"], row["title"], row["text"]) == ("kept", "On cells", "# On cells\n\nWhat the page says.\n")
    assert [(page["engine"], page["confidence"]) for page in row["pages"]] == [("olmocr", None), ("pypdfium2", None)]
    assert row["warnings"] == ["read by olmocr: page 1"]


@pytest.mark.parametrize(
    ("attempts", "reason"),
    [
        ([], "unreadable"),
        ([attempt(1, READ, finish_reason="length")], "unreadable"),
        ([attempt(1, READ, finish_reason="length"), attempt(2, "nothing")], "no_text_layer"),
        ([attempt(1, None, "render_failed")], "no_text_layer"),
        ([attempt(1, FRONT)], "empty"),
    ],
)
def test_a_scan_without_a_read_page_fails_and_is_retryable_while_attempts_are_left(
    scan: dict[str, Any], task: Task, attempts: list[dict[str, Any]], reason: str
) -> None:
    row = assembled(scan, task, *attempts)
    assert (row["verdict"], row["reason"], row["text"]) == ("failed", reason, None)
    assert (row["reason"] in LEVEL.retryable) == (reason == "unreadable")


def test_the_rotation_of_the_next_attempt_follows_from_the_answers(task: Task) -> None:
    assert task.images is not None
    sideways = READ.replace("valid: True", "valid: False").replace("correction: 0", "correction: 90")
    page = json.dumps({"page": 2, "longest_side": 1288})
    assert json.loads(task.images.name(page, [])) == {"page": 2, "turn": 0, "longest_side": 1288}
    assert (
        json.loads(task.images.name(page, [attempt(1, sideways), attempt(2, None, "x"), attempt(3, sideways)]))["turn"] == 180
    )


@pytest.mark.parametrize("engine", ["rapidocr", "tesseract", "none"])
def test_with_another_engine_there_are_no_tasks(engine: str) -> None:
    assert LEVEL.tasks(L1Settings(ocr=OcrSettings.model_validate({"engine": engine}))) == []


def test_the_default_model_is_that_of_the_paper_with_the_settings_of_olmocr() -> None:
    ocr = OcrSettings().olmocr
    assert ocr.model.model == "allenai/olmOCR-7B-0225-preview"
    assert (ocr.longest_side, ocr.model.max_model_len, len(ocr.model.retry_temperatures)) == (
        1288,
        16_384,
        ocr.max_attempts - 1,
    )
    assert ocr.model.max_num_seqs < ModelSettings(model="any").max_num_seqs
