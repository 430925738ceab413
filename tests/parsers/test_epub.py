"""EPUB: the text of real books, broken and hostile books, and the limits on zipped documents."""

import io
import zipfile
from pathlib import Path

import pytest

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers import zipped
from darwin_spark.parsers.epub import parse
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.zipped import ZippedDocument

_CONTAINER = '<container><rootfiles><rootfile full-path="OEBPS/content.opf"/></rootfiles></container>'
_PAGE = '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body{}>{}</body></html>'


def _book(shared: Path, name: str) -> Parsed:
    return parse((shared / "epub" / f"{name}.epub").read_bytes(), L1Settings())


def _zip(members: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _package(hrefs: list[str], metadata: str = "", guide: str = "") -> str:
    items = "".join(f'<item id="i{i}" href="{href}" media-type="application/xhtml+xml"/>' for i, href in enumerate(hrefs))
    spine = "".join(f'<itemref idref="i{i}"/>' for i in range(len(hrefs)))
    return (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata>{metadata}</metadata><manifest>{items}</manifest><spine>{spine}</spine><guide>{guide}</guide></package>"
    )


def _made(
    pages: dict[str, str], hrefs: list[str] | None = None, metadata: str = "", more: dict[str, str] | None = None
) -> bytes:
    members: dict[str, str | bytes] = {"META-INF/container.xml": _CONTAINER}
    members["OEBPS/content.opf"] = _package(hrefs or list(pages), metadata)
    members |= {f"OEBPS/{name}": _PAGE.format("", body) for name, body in pages.items()}
    return _zip(members | (more or {}))


def _reason(content: bytes) -> str:
    with pytest.raises(ParseFailure) as failure:
        parse(content, L1Settings())
    return failure.value.reason


def test_book_has_its_chapters_in_order_and_its_notes(shared: Path) -> None:
    parsed = _book(shared, "charles-darwin_the-origin-of-species")
    headings = [line for line in parsed.text.splitlines() if line.startswith("## ")]
    assert parsed.text.startswith("# The Origin of Species\n\n> “But with regard to the material world")
    assert headings[1:4] == ["## Introduction", "## I: Variation Under Domestication", "## II: Variation Under Nature"]
    assert headings[-2:] == ["## Glossary of the Principal Scientific Terms Used in the Present Volume", "## Endnotes"]
    assert "classical writers,^{1} the first author" in parsed.text
    assert "\n- Aberrant: Forms or groups of animals" in parsed.text
    assert "↩" not in parsed.text
    assert "Standard Ebooks" not in parsed.text
    assert parsed.declared["creator"] == "Charles Darwin"
    assert parsed.declared["language"] == "en-gb"


@pytest.mark.parametrize(
    "name", ["bertrand-russell_the-problems-of-philosophy", "john-dewey_democracy-and-education", "john-stuart-mill_on-liberty"]
)
def test_pages_marked_as_imprint_or_colophon_are_left_out(shared: Path, name: str) -> None:
    parsed = _book(shared, name)
    assert parsed.title is not None
    assert parsed.text.startswith(f"# {parsed.title}\n")
    assert "Standard Ebooks" not in parsed.text
    assert "## Endnotes" in parsed.text


def test_manual_agrees_with_its_own_plain_text(shared: Path) -> None:
    parsed = _book(shared, "debian-policy")
    plain = set((shared / "text" / "debian-policy.txt").read_text().split())
    words = [word for line in parsed.text.splitlines() if not line.startswith("|") for word in line.split() if word.isalpha()]
    assert sum(word in plain for word in words) > 0.98 * len(words)
    assert len(words) > 45_000
    assert "\n## 12. Documentation\n\n### 12.1. Manual pages\n" in parsed.text


def test_metadata_is_declared() -> None:
    metadata = (
        "<dc:title>On Cells</dc:title><dc:creator>A. Author</dc:creator><dc:language>EN</dc:language><dc:date>1999-01</dc:date>"
        "<dc:identifier>urn:isbn:978-0-306-40615-7</dc:identifier><dc:subject>Biology</dc:subject>"
    )
    parsed = parse(_made({"a.xhtml": "<h1>On Cells</h1><p>x</p>"}, metadata=metadata), L1Settings())
    assert parsed.text == "# On Cells\n\nx\n"
    assert parsed.declared == {
        "creator": "A. Author",
        "language": "en",
        "year": "1999",
        "isbn": "9780306406157",
        "subjects": "Biology",
    }


def test_common_faults_are_tolerated() -> None:
    pages = {"Text/Chapter 1.xhtml": "<p>one &nbsp; and</p>", "two.xhtml": "<p>two<br></p>"}
    parsed = parse(_made(pages, hrefs=["text/chapter%201.xhtml", "missing.xhtml", "two.xhtml#top"]), L1Settings())
    assert parsed.text == "one and\n\ntwo\n"
    assert parsed.warnings == ("the spine names 'i1', which is not in the book",)


def test_a_missing_container_is_replaced_by_the_package_found() -> None:
    content = _zip({"book.opf": _package(["a.xhtml"]), "a.xhtml": _PAGE.format("", "<p>text</p>")})
    assert parse(content, L1Settings()).text == "text\n"


def test_guide_and_epub_type_leave_out_title_pages_alone() -> None:
    content = _zip(
        {
            "META-INF/container.xml": _CONTAINER,
            "OEBPS/content.opf": _package(
                ["t.xhtml", "c.xhtml", "a.xhtml"], guide='<reference type="title-page" href="t.xhtml"/>'
            ),
            "OEBPS/t.xhtml": _PAGE.format("", "<p>title page</p>"),
            "OEBPS/c.xhtml": _PAGE.format("", '<section epub:type="copyright-page"><p>all rights</p></section>'),
            "OEBPS/a.xhtml": _PAGE.format(' epub:type="frontmatter"', "<p>a preface</p>"),
        }
    )
    assert parse(content, L1Settings()).text == "a preface\n"


def _encryption(algorithm: str) -> dict[str, str]:
    data = f'<EncryptionMethod Algorithm="{algorithm}"/><CipherData><CipherReference URI="OEBPS/a.xhtml"/></CipherData>'
    return {"META-INF/encryption.xml": f"<encryption><EncryptedData>{data}</EncryptedData></encryption>"}


def test_books_with_drm_fail_as_encrypted() -> None:
    content = _made({"a.xhtml": "<p>x</p>"}, more=_encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc"))
    assert _reason(content) == "encrypted"


def test_obfuscated_fonts_are_ignored() -> None:
    content = _made({"a.xhtml": "<p>x</p>"}, more=_encryption("http://www.idpf.org/2008/embedding"))
    assert parse(content, L1Settings()).text == "x\n"


def test_broken_books_fail_with_a_reason(shared: Path) -> None:
    whole = (shared / "epub" / "john-stuart-mill_on-liberty.epub").read_bytes()
    assert _reason(whole[: len(whole) // 2]) == "corrupt_zip"
    assert _reason(b"") == "corrupt_zip"
    assert _reason(_zip({"a.txt": "x"})) == "corrupt_epub"
    assert _reason(_made({"a.xhtml": ""})) == "empty"


def test_a_damaged_chapter_costs_that_chapter_only() -> None:
    content = _made({"a.xhtml": "<p>first</p>", "b.xhtml": "<p>" + "second " * 9 + "</p>"})
    place = content.index(b"OEBPS/b.xhtml") + len("OEBPS/b.xhtml") + 5
    damaged = content[:place] + bytes(byte ^ 0xFF for byte in content[place : place + 4]) + content[place + 4 :]
    parsed = parse(damaged, L1Settings())
    assert parsed.text == "first\n"
    assert len(parsed.warnings) == 1


def test_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipped, "MAX_MEMBER_BYTES", 1_000_000)
    monkeypatch.setattr(zipped, "MAX_MEMBERS", 50)
    assert _reason(_made({"a.xhtml": "<p>" + " " * 1_100_000})) == "archive_bomb"
    assert _reason(_zip({f"{i}.txt": "" for i in range(60)})) == "archive_bomb"


def test_the_limit_counts_what_is_read_of_all_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipped, "MAX_UNPACKED_BYTES", 2_500)
    with ZippedDocument(_zip(dict.fromkeys("abc", "x" * 1000))) as document:
        assert document.names == {"a", "b", "c"}
        assert len(document.read("a")) + len(document.read("b")) == 2_000
        with pytest.raises(ParseFailure) as failure:
            document.read("c")
    assert failure.value.reason == "archive_bomb"


def test_members_with_a_password_are_encrypted() -> None:
    content = bytearray(_zip({"a.txt": "x"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with ZippedDocument(bytes(content)) as document, pytest.raises(ParseFailure) as failure:
        document.read("a.txt")
    assert failure.value.reason == "encrypted"
