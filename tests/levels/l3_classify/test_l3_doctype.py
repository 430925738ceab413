import tarfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from lxml import etree

from darwin_spark.config.l3 import L3Settings
from darwin_spark.levels.l3_classify import doctype
from darwin_spark.levels.l3_classify.annotator import HEAD_CHARS, Document
from darwin_spark.levels.l3_classify.doctype import DocumentType, document_type
from darwin_spark.levels.l3_classify.structure import are_entries, prices, structure
from darwin_spark.levels.l3_classify.taxonomy_codes import table

ADVERTISEMENT = """
Introducing the SlimBelt Pro! Lose weight while you sleep. Limited time offer: save up to 70% and get free shipping today.
Don't wait, order now and receive a bonus gift. Satisfaction guaranteed, or use our money back guarantee. Call now!
Our customers love it. Buy now at the best price, risk free. Click here to get yours. Hurry, while supplies last.
Sign up today for a special discount and use the coupon code BELT. Contact us for a free quote.
"""
SHOP = """
SlimBelt Pro, SKU 4411. $49.99 Add to cart. In stock. Free returns. Product details. Customer reviews (12): write a review.
You may also like: SlimBelt Mini $29.99, SlimBelt Max $89.99, Belt Oil $9.99, Gift Box $5.00. Related products.
Shipping cost $4.95.
"""
CONTRACT = """
This Agreement is made between the parties. The Licensor hereby grants the Licensee, pursuant to the terms and conditions
herein, a license. Notwithstanding the aforesaid, the Licensor shall not be liable without limitation. The Licensee
shall indemnify the
Licensor. Governing law: the laws of Ireland. In witness whereof the parties sign. Severability and force majeure
apply hereunder.
"""
PAPER = "# On belts\n\n## Abstract\n\nWe study belts.\n\n## 1. Introduction\n\nBelts.\n\n## References\n\n- A. Belt, 2001."


def named(answer: DocumentType) -> tuple[str | None, str | None]:
    return table("doc_type_v1").get(answer.v1), table("doc_type_v2").get(answer.v2)


@pytest.mark.parametrize(
    ("document", "v1", "v2"),
    [
        (Document(head=ADVERTISEMENT), "Promotional/Advertisement", "Spam / Ads"),
        (Document(head=SHOP), "E-Commerce/Marketplace", "Product Page"),
        (Document(head=CONTRACT), "Legal/Regulatory", "Legal Notices"),
        (Document(head=PAPER), "Academic/Research", "Academic Writing"),
        (Document(head="Abstract—We study belts.", tail="V. REFERENCES\n[1] Belt"), "Academic/Research", "Academic Writing"),
        (Document(head="Text.", title="Debian Policy Manual"), "Reference/Encyclopedic/Educational", "Documentation"),
        (Document(head="Text.", title="Manual therapy of the neck"), None, None),
        (Document(head="Text.", title="GNU Kit Reference Manual"), "Reference/Encyclopedic/Educational", "Documentation"),
        (
            Document(head="## Installation\n```\n$ pip install x\n```\n## Usage\nimport x\n## Options\n"),
            "Code/Software",
            "Documentation",
        ),
        (Document(head="Why?", title="Vaccines: frequently asked questions"), "Reference/Encyclopedic/Educational", "FAQ"),
        (Document(head="\n".join(f"{n}. Item" for n in range(60))), "Search/Directory/Bibliography", "Content Listing"),
        (Document(head="### Exercises\n", chapters=9), "Reference/Encyclopedic/Educational", "Nonfiction Writing"),
        (Document(head="It was a dark and stormy night."), None, None),
    ],
)
def test_the_type_follows_clear_evidence(document: Document, v1: str | None, v2: str | None) -> None:
    assert named(document_type(document).type) == (v1, v2)


@pytest.mark.parametrize(
    ("article_type", "v1"),
    [
        ("research-article", "Academic/Research"),
        ("book-review", "Reviews/Critiques"),
        ("news", "News/Editorial"),
        ("", "Academic/Research"),
    ],
)
def test_a_jats_article_is_what_it_declares(article_type: str, v1: str) -> None:
    document = Document(head=ADVERTISEMENT, media_type="application/jats+xml", declared={"article_type": article_type})
    assert named(document_type(document).type)[0] == v1


def test_a_paper_about_advertising_is_no_advertisement() -> None:
    quoted = PAPER.replace("We study belts.", f"We study advertisements such as this one: {ADVERTISEMENT}")
    assert document_type(Document(head=quoted)).type == doctype.ACADEMIC_WRITING


def test_a_long_text_with_one_advertisement_in_it_is_no_advertisement() -> None:
    prose = "The belt drives the lathe, and its tension decides how much torque the spindle receives. " * 200
    assert document_type(Document(head=prose + ADVERTISEMENT)).type == doctype.UNKNOWN


@pytest.mark.parametrize("archive", ["plos", "elife"])
def test_no_real_article_is_dropped(shared: Path, archive: str) -> None:
    """By its text alone: the media type that would protect it is withheld, and its headings are lost in the plain text."""
    articles = list(islice(plain_articles(shared / "jats" / f"{archive}.tar.xz"), 150))
    assert len(articles) > 60
    types = [document_type(Document(head=text[:HEAD_CHARS])).type for text in articles]
    dropped = L3Settings()
    assert [t for t in types if t.v1 in dropped.drop_doc_type_v1 or t.v2 in dropped.drop_doc_type_v2] == []


def plain_articles(archive: Path) -> Iterator[str]:
    with tarfile.open(archive) as files:
        for member in files:
            content = files.extractfile(member)
            if content is not None:
                yield " ".join(etree.fromstring(content.read(), etree.XMLParser(resolve_entities=False)).itertext())


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("## 2. Materials and Methods", "methods"),
        ("**REFERENCES**", "references"),
        ("IV. Conclusions", "conclusion"),
        ("3.1 Results and discussion:", "results"),
        ("A B S T R A C T", "abstract"),
        ("**Abstract.** We show", "abstract"),
    ],
)
def test_headings_are_found_as_journals_set_them(line: str, heading: str) -> None:
    assert structure(Document(head=f"Text.\n{line}\nText.")).headings == {heading}


@pytest.mark.parametrize("line", ["The results are good.", "Abstract algebra", "References to the king", "usage of words"])
def test_sentences_are_no_headings(line: str) -> None:
    assert structure(Document(head=line)).headings == frozenset()


def test_a_long_reference_list_counts_as_its_heading() -> None:
    references = "\n".join(f"Belt A. ({1990 + n % 30}) On belts. J Belts {n}." for n in range(60))
    assert "references" in structure(Document(head="", tail=references)).headings


def test_prices_are_amounts_of_money() -> None:
    assert prices("$5, € 19.99, 12,50 €, USD 300; p < 0.05, 3.14, $x$, $\\alpha$") == 4


@pytest.mark.parametrize(("others", "lines"), [(10, 50), (8, 40)])
def test_a_list_needs_four_of_five_lines_and_forty_lines(others: int, lines: int) -> None:
    text = "An entry stands here.\n" * others + "- an entry\n" * (lines - others)
    assert are_entries(text, 0.8)
    assert not are_entries(text.replace("- an", "An", 1), 0.8)
    assert not are_entries("- an entry\n" * 39, 0.8)
    assert not are_entries("- " + "a" * 300 + "\n" + text, 0.8)


@pytest.mark.parametrize(
    "unit", [" ", "\n", "#", "*", "1.", "1.1 ", "$", "ISBN ", "10.1234", "a", "\x00", "abstract", ". . ", "http", "9 - "]
)
def test_time_is_linear_whatever_the_text(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    started = time.process_time()
    document_type(Document(head=text, tail=text))
    are_entries(text + f"\n{unit}" * 50, 0.8)
    assert time.process_time() - started < 20  # seconds; quadratic time takes minutes
