import pytest

from darwin_spark.levels.l3_classify.annotator import Document
from darwin_spark.levels.l3_classify.book_or_paper import book_or_paper

JATS = "application/jats+xml"
SECTIONS = "## Abstract\n\nText.\n\n## References\n\n- One."
FRONT = "All rights reserved. ISBN 978-0-262-03384-8"


@pytest.mark.parametrize(
    ("document", "doc_type", "source"),
    [
        (Document(head="", declared_type="book", media_type=JATS), "book", "declared"),
        (Document(head="", declared_type="doc-type:doctoralThesis"), "paper", "declared"),
        (Document(head="", declared_type="Journal Article"), "paper", "declared"),
        (Document(head="", media_type=JATS, declared={"article_type": "research-article"}), "paper", "rule:jats_article"),
        (Document(head="", media_type=JATS, declared={"article_type": "obituary"}), "unknown", "rule:jats_no_research"),
        (Document(head="", media_type="application/epub+zip"), "book", "rule:epub"),
        (Document(head=SECTIONS, chars=30_000), "paper", "rule:paper_sections"),
        (Document(head=SECTIONS + FRONT, chars=30_000), "paper", "rule:paper_sections"),
        (Document(head="### Acknowledgments\n\n### References", chars=30_000), "paper", "rule:paper_back_matter"),
        (Document(head="# Acknowledgements\n\n# Conclusion", chars=90_000, chapters=3), "unknown", "rule:none"),
        (
            Document(head="## Introduction {.a}\n## Results\n## Methods\n## References", chars=30_000),
            "paper",
            "rule:paper_sections",
        ),
        (Document(head="Text.", chars=30_000, declared={"journal": "Rice"}), "paper", "rule:journal"),
        (Document(head=FRONT, chars=400_000), "book", "rule:isbn"),
        (Document(head=FRONT, chars=100_000, pages=120), "book", "rule:isbn"),
        (Document(head="", chars=200_000, chapters=3), "book", "rule:chapters"),
        (Document(head="", chars=700_000), "book", "rule:length"),
        (Document(head=SECTIONS, chars=700_000), "unknown", "rule:none"),
        (Document(head=FRONT, chars=20_000), "unknown", "rule:none"),
        (Document(head="", chars=20_000, chapters=3), "unknown", "rule:none"),
        (Document(head="", declared_type="dataset"), "unknown", "rule:none"),
        (Document(head="", declared_type="Conference"), "unknown", "rule:none"),
    ],
)
def test_the_label_of_the_source_comes_first_then_clear_cases(document: Document, doc_type: str, source: str) -> None:
    assert book_or_paper(document) == (doc_type, source)
