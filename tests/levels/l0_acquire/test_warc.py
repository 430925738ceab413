"""Web archives: every kept page is an object."""

import gzip
import hashlib
import io
from pathlib import Path

import pytest
from support_l0 import make_tar, open_all, read_back, verdicts
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from darwin_spark.config.l0 import L0Settings

PAGE = b"<html><body><p>Tides.</p></body></html>"
URL = "http://x.org/"


def page(writer: WARCWriter, url: str, payload: bytes, status: str = "200 OK", **headers: str) -> None:
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    http = StatusAndHeaders(status, named, protocol="HTTP/1.1")
    writer.write_record(
        writer.create_warc_record(
            url,
            "response",
            payload=io.BytesIO(payload),
            http_headers=http,
            warc_headers_dict={"WARC-Date": "2024-01-02T03:04:05Z"},
        )
    )


def crawl(path: Path, compressed: bool = True) -> Path:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=compressed)
        writer.write_record(writer.create_warcinfo_record("x.warc", {"software": "test"}))
        page(writer, URL, PAGE, Content_Type="text/html; charset=ISO-8859-1")
        chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (PAGE[:10], PAGE[10:])) + b"0\r\n\r\n"
        page(writer, URL + "chunked", chunked, Transfer_Encoding="chunked")
        page(writer, URL + "packed", gzip.compress(PAGE), Content_Encoding="gzip")
        page(writer, URL + "big.pdf", b"%PDF-1.4" + b"x" * 5_000, Content_Type="application/octet-stream")
        page(writer, URL + "note", b"Just words.", Content_Type="text/markdown")
        page(writer, URL + "gone", b"no", "404 Not Found")
        writer.write_record(writer.create_warc_record(URL, "request", payload=io.BytesIO(b"GET / HTTP/1.1\r\n\r\n")))
    return path


@pytest.mark.parametrize("compressed", [True, False])
def test_every_page_is_an_object_with_its_content_decoded(tmp_path: Path, compressed: bool) -> None:
    rows = {
        row["metadata"]["url"]: row
        for row in open_all(crawl(tmp_path / "c.warc", compressed), L0Settings(max_inline_bytes=1_000))
    }
    assert {url.removeprefix(URL): row.get("reason") or row["media_type"] for url, row in rows.items()} == {
        "": "text/html",
        "chunked": "text/html",
        "packed": "text/html",
        "big.pdf": "application/pdf",
        "note": "text/markdown",
        "gone": "archived_http_404",
    }
    assert rows[URL]["metadata"] == {
        "charset": "ISO-8859-1",
        "content_type": "text/html; charset=ISO-8859-1",
        "date": "2024-01-02T03:04:05Z",
        "url": URL,
    }
    assert rows[URL + "chunked"]["content"] == rows[URL + "packed"]["content"] == PAGE
    assert rows[URL]["source_id"].startswith("c.warc#urn:uuid:")
    big = rows[URL + "big.pdf"]
    assert big["content"] is None
    assert hashlib.sha256(read_back(big)).hexdigest() == big["content_sha256"]


def test_pages_before_the_damage_are_kept(tmp_path: Path) -> None:
    whole = crawl(tmp_path / "c.warc.gz").read_bytes()
    (tmp_path / "c.warc.gz").write_bytes(whole[: len(whole) // 2])
    reasons = list(verdicts(open_all(tmp_path / "c.warc.gz")).values())
    assert reasons[0] == "kept"
    assert reasons[-1] in ("broken_archive", "broken_member")
    plain = crawl(tmp_path / "c.warc", compressed=False).read_bytes()
    whole_records = plain[: plain.index(b"WARC/1.0", 1_000)]
    (tmp_path / "c.warc").write_bytes(whole_records + b"\0garbage\r\n\r\n" * 20)
    assert "broken_archive" in verdicts(open_all(tmp_path / "c.warc")).values()


def test_a_web_archive_inside_an_archive_is_kept_inline(tmp_path: Path) -> None:
    make_tar(tmp_path / "t.tar", [("c.warc.gz", crawl(tmp_path / "c.warc.gz").read_bytes())], "w")
    rows = open_all(tmp_path / "t.tar", L0Settings(max_inline_bytes=1_000))
    assert len(rows) == 6
    assert all(row.get("content") is not None for row in rows if row["verdict"] == "kept")


def test_a_file_compressed_as_a_whole_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "c.warc.gz").write_bytes(gzip.compress(crawl(tmp_path / "c.warc", compressed=False).read_bytes()))
    rows = open_all(tmp_path / "c.warc.gz", L0Settings(max_inline_bytes=1_000))
    assert len([row for row in rows if row["verdict"] == "kept"]) == 5, verdicts(rows)
    assert all(hashlib.sha256(read_back(row)).hexdigest() == row["content_sha256"] for row in rows if row["verdict"] == "kept")


def test_a_page_that_unpacks_endlessly_is_an_archive_bomb(tmp_path: Path) -> None:
    with (tmp_path / "c.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        page(writer, URL, PAGE)
        page(writer, URL + "bomb", gzip.compress(b"0" * 100_000_000), Content_Encoding="gzip")
    assert list(verdicts(open_all(tmp_path / "c.warc.gz")).values()) == ["kept", "archive_bomb"]
