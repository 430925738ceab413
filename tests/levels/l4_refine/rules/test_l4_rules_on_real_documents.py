"""Refinement by rules of real articles and books: noise is removed, the body stays, a second pass changes nothing."""

import lzma
import tarfile
from itertools import islice
from pathlib import Path

import pytest

from benchmarks.l4.rules import openjournals
from darwin_spark.config.l1 import L1Settings
from darwin_spark.levels.l4_refine.rules import refine
from darwin_spark.levels.l4_refine.rules.text import name
from darwin_spark.parsers import jats


@pytest.fixture(scope="module")
def articles(shared: Path) -> list[str]:
    """Eight PLOS articles as L1 writes them."""
    texts = []
    with lzma.open(shared / "jats" / "plos.tar.xz") as file, tarfile.open(fileobj=file) as archive:
        for member in archive:
            if member.isfile() and (content := archive.extractfile(member)):
                text = jats.parse(content.read(), L1Settings()).text
                texts += [text] if "\n## References\n" in text else []
            if len(texts) == 8:
                break
    assert len(texts) == 8
    return texts


def sections(text: str) -> dict[str, str]:
    parts = ("\n" + text).split("\n#")[1:]
    return {name(part.partition("\n")[0]): part.partition("\n")[2].strip() for part in parts}


def test_articles_lose_their_references_and_keep_their_body(articles: list[str]) -> None:
    for text in articles:
        before, after = sections(text), sections(refine(text).text)
        assert "references" in before
        assert "references" not in after
        for heading, body in before.items():
            if heading in ("introduction", "results", "discussion", "methods", "materials and methods", "background"):
                assert len(after[heading]) >= 0.95 * len(body), heading


def test_a_second_pass_over_real_documents_changes_nothing(articles: list[str], shared: Path) -> None:
    book = (shared / "text" / "gutenberg-972" / "972.txt").read_text(encoding="utf-8")
    for text in [*articles, book]:
        once = refine(text).text
        assert refine(once).text == once


def test_a_gutenberg_book_loses_its_licence_and_its_wrapped_lines_but_no_verse(shared: Path) -> None:
    text = (shared / "text" / "gutenberg-972" / "972.txt").read_text(encoding="utf-8")
    refined = refine(text).text
    assert "Project Gutenberg" not in refined
    assert "Poor Isabella's Dead, whose abdication\n  Set all tongues wagging in the Spanish nation." in refined
    assert "an evidence that revolutions sometimes go backward." in " ".join(refined.split("\n"))
    body = text.partition("AUTHOR'S PREFACE")[2].partition("End of Project Gutenberg")[0].split()
    assert len(refined.partition("AUTHOR'S PREFACE")[2].split()) > 0.995 * len(body)


def test_pdf_papers_lose_their_references_and_keep_their_words(shared: Path) -> None:
    """The promises of `benchmarks.l4.rules`, on a third of its papers."""
    papers = list(islice(openjournals(shared), 4))
    assert len(papers) == 4
    for paper in papers:
        assert paper.left == 0, paper.name
        assert paper.lost <= 0.005 * paper.body, paper.name
        assert paper.f1 >= 0.97, paper.name
