"""PubMed's citations and dumps of MediaWiki: one object per record, streamed, also from compressed and damaged files."""

import bz2
import gzip
import lzma
import random
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from support_l0 import make_tar, open_all, read_back, verdicts

from darwin_spark.config.l0 import L0Settings
from darwin_spark.levels.l0_acquire.acquire import acquire
from darwin_spark.storage import uri_reader

PUBMED = "application/x-pubmed+xml"
WIKI = "application/x-mediawiki+xml"


def _citation(pmid: int, words: str = "Tides rise.") -> str:
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{pmid}</PMID><Article>'
        f"<ArticleTitle>Tides &amp; <i>ebb</i> {pmid}</ArticleTitle><Abstract><AbstractText>{words}</AbstractText></Abstract>"
        "</Article></MedlineCitation></PubmedArticle>"
    )


def _pubmed(*citations: str) -> bytes:
    prolog = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet SYSTEM "http://dtd.nlm.nih.gov/x.dtd">\n'
    return f"{prolog}<PubmedArticleSet>\n{chr(10).join(citations)}\n</PubmedArticleSet>\n".encode()


def _page(number: int, words: str = "Tides rise.") -> str:
    return (
        f"<page><title>Tide {number}</title><ns>0</ns><id>{number}</id><revision><id>9</id>"
        f"<text xml:space='preserve'>{words}</text></revision></page>"
    )


def _dump(*pages: str) -> bytes:
    start = (
        '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" xml:lang="en"><siteinfo><sitename>W</sitename></siteinfo>'
    )
    return f"{start}{''.join(pages)}</mediawiki>".encode()


def test_each_citation_is_an_object(tmp_path: Path) -> None:
    (tmp_path / "p.xml").write_bytes(_pubmed(_citation(11), _citation(12)))
    first, second = open_all(tmp_path / "p.xml")
    assert (first["source_id"], first["media_type"], first["title"]) == ("p.xml#11", PUBMED, "Tides & ebb 11")
    assert first["content"] == _citation(11).encode()
    assert (second["source_id"], second["verdict"]) == ("p.xml#12", "kept")


@pytest.mark.parametrize("pack", [bytes, bz2.compress, gzip.compress, partial(lzma.compress, preset=0)])
def test_each_page_of_a_packed_dump_is_an_object(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    pages = [_page(number, random.randbytes(250).hex()) for number in range(2_500)]  # more than two blocks of 1 MiB
    (tmp_path / "d.xml.x").write_bytes(pack(_dump(*pages)))
    rows = open_all(tmp_path / "d.xml.x")
    assert [row["source_id"] for row in rows] == [f"d.xml.x#{number}" for number in range(2_500)]
    assert {row["media_type"] for row in rows} == {WIKI}
    assert [row["content"].decode() for row in rows] == pages


def test_several_streams_of_bzip2_are_read(tmp_path: Path) -> None:
    whole = _dump(_page(1), _page(2), _page(3))
    cut = whole.index(b"<page>", whole.index(b"<page>") + 1)
    (tmp_path / "d.xml.bz2").write_bytes(bz2.compress(whole[:cut]) + bz2.compress(whole[cut:]))
    assert len(open_all(tmp_path / "d.xml.bz2")) == 3


def test_records_in_an_archive_are_objects(tmp_path: Path) -> None:
    path = make_tar(tmp_path / "t.tar", [("a/p.xml", _pubmed(_citation(1))), ("d.xml", _dump(_page(2)))], "w:gz")
    assert verdicts(open_all(path)) == {"t.tar!a/p.xml#1": "kept", "t.tar!d.xml#2": "kept"}


def test_large_records_are_kept_by_reference_and_too_large_ones_fail(tmp_path: Path) -> None:
    pages = [_page(1), _page(2, "wörds " * 1_000), _page(3, "x" * 3_000_000), _page(4)]
    (tmp_path / "d.xml").write_bytes(_dump(*pages))
    rows = open_all(tmp_path / "d.xml", L0Settings(max_inline_bytes=2_000, max_record_bytes=10_000))
    assert [row.get("reason") for row in rows] == [None, None, "object_too_large", None]
    assert [row.get("content") is None for row in rows] == [False, True, True, False]
    assert [read_back(row).decode() for row in (rows[0], rows[1], rows[3])] == [pages[0], pages[1], pages[3]]
    assert rows[2]["bytes"] == len(pages[2])


def test_records_before_damage_are_kept(tmp_path: Path) -> None:
    citations = [_citation(number, f"{number * 7919} tides rose. " * 9) for number in range(400)]
    (tmp_path / "cut.xml").write_bytes(_pubmed(*citations)[:-300])
    rows = open_all(tmp_path / "cut.xml")
    assert (len(rows), rows[-1]["reason"], rows[-2]["verdict"]) == (400, "malformed_record", "kept")
    packed = gzip.compress(_pubmed(*citations))
    (tmp_path / "cut.xml.gz").write_bytes(packed[: len(packed) * 2 // 3])
    rows = open_all(tmp_path / "cut.xml.gz")
    assert len(rows) > 200
    assert rows[-1]["reason"] == "broken_compression"
    assert all(row["verdict"] == "kept" for row in rows[:-1])


def test_two_records_of_one_id_and_records_without_id_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "p.xml").write_bytes(_pubmed(_citation(5), _citation(5), "<PubmedArticle >no id</PubmedArticle>"))
    assert [row["source_id"] for row in open_all(tmp_path / "p.xml")] == ["p.xml#5", "p.xml#5~2", "p.xml#record-3"]


def test_a_set_without_records_is_empty(tmp_path: Path) -> None:
    (tmp_path / "p.xml").write_bytes(_pubmed())
    assert verdicts(open_all(tmp_path / "p.xml")) == {"p.xml": "empty"}


def test_a_file_in_utf16_stays_whole(tmp_path: Path) -> None:
    (tmp_path / "p.xml").write_bytes(_pubmed(_citation(1), _citation(2)).decode().encode("utf-16"))
    (row,) = open_all(tmp_path / "p.xml")
    assert (row["source_id"], row["media_type"]) == ("p.xml", PUBMED)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "d.xml.gz"
    path.write_bytes(gzip.compress(_dump(*(_page(number, "Words of the sea. " * 5_000) for number in range(250)))))
    listed = {"source": "s", "source_file": path.name, "uri": uri_reader.address(str(path)), "version": "v"}
    tracemalloc.start()
    count = sum(1 for _ in acquire({**listed, "bytes": path.stat().st_size}, L0Settings(max_archive_ratio=1e9)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 250
    assert peak < 16_000_000
