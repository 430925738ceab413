import pytest

from darwin_spark.levels.l3_classify.annotator import Document
from darwin_spark.levels.l3_classify.doctype import ESSAY, RULES, DocumentType, document_type
from darwin_spark.levels.l3_classify.rule_precision import probability, tallies
from darwin_spark.levels.l3_classify.rules_annotator import RulesAnnotator


@pytest.mark.parametrize(
    ("source", "sure"),
    [
        ("declared", 1.0),
        ("rule:none", None),
        ("judge:article", None),
        ("rule:never_heard_of", 0.5),
    ],
)
def test_the_probability_of_a_label_depends_on_its_source(source: str, sure: float | None) -> None:
    assert probability("doc_type_v1", source) == sure


def test_the_probability_of_a_rule_is_its_measured_precision() -> None:
    for (label, rule), (right, answered) in tallies().items():
        assert 0 <= right <= answered
        assert probability(label, rule) == (right + 1) / (answered + 2)


@pytest.mark.parametrize("rule", sorted({*RULES.values(), "rule:paper_sections", "rule:jats_article"} - {"rule:none"}))
def test_every_rule_of_the_document_type_was_measured(rule: str) -> None:
    assert ("doc_type_v1", rule) in tallies()


def test_a_label_without_an_answer_has_no_probability() -> None:
    (annotation,) = RulesAnnotator().annotate([Document(head="It was a dark and stormy night.")])
    assert annotation.probabilities is None


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (Document(head="### Acknowledgments\n\n### References"), ESSAY),
        (Document(head="### Acknowledgments\n\n### References", chapters=12), None),
        (Document(head="### Acknowledgments\n\nISBN 978-0-262-03384-8\n\n### References"), None),
    ],
)
def test_back_matter_makes_an_essay_but_no_book(document: Document, found: DocumentType | None) -> None:
    typed = document_type(document)
    assert (typed.type if typed.source != "rule:none" else None) == found
