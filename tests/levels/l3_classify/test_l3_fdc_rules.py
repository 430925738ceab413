import csv
from collections import Counter
from pathlib import Path

import pytest

from darwin_spark.levels.l3_classify.annotator import Document
from darwin_spark.levels.l3_classify.fdc import discipline
from darwin_spark.levels.l3_classify.fdc_rules import best_code, fdc_code

PLANT_PAPER = (
    "The transcription factor gene, its mRNA and protein in Arabidopsis chloroplasts: photosynthesis, auxin and stomata."
)


def field(document: Document) -> str | None:
    answer = discipline(fdc_code(document))
    return answer and answer.subdiscipline


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({"subjects": "Research article; Neuroscience"}, "medicine"),
        ({"subjects": "Cell biology"}, "biology"),
        ({"journal": "Frontiers in Plant Science"}, "botany"),
        ({"subjects": "math.AG; math.NT"}, "mathematics"),
        ({"categories": "hep-th gr-qc"}, "physics"),
        ({"keywords": "monetary policy; inflation; central bank"}, "economics"),
        ({"ddc": "340.5", "subjects": "Physics"}, "law"),
    ],
)
def test_declared_subjects_override_the_text(declared: dict[str, str], expected: str) -> None:
    text = "Gothic cathedral architecture, painting and sculpture in museums. " * 3
    assert field(Document(head=text, declared=declared)) == expected


def test_metadata_of_the_source_is_used_if_the_document_declares_nothing() -> None:
    assert field(Document(head="", metadata={"fieldsofstudy": "Computer Science"})) == "computer science"


def test_a_word_of_a_keyword_is_no_subject() -> None:
    assert fdc_code(Document(head="", declared={"keywords": "state of the art; blood cells"})) is None


def test_weak_evidence_gives_no_code() -> None:
    assert fdc_code(Document(head="We thank the hospital and the bank for their support.")) is None
    assert fdc_code(Document(head="")) is None


def test_divided_evidence_gives_no_code() -> None:
    assert best_code(Counter({"530": 20, "340": 18})) is None
    assert best_code(Counter({"530": 20, "340": 8})) == "530"


def test_stray_terms_of_many_human_fields_do_not_add_up() -> None:
    assert best_code(Counter({"340": 3, "320": 3, "650": 3, "780": 3})) is None


def test_molecules_of_plants_are_botany() -> None:
    assert field(Document(head=PLANT_PAPER)) == "botany"


def test_a_tie_does_not_depend_on_the_order() -> None:
    assert best_code(Counter({"512": 8, "515": 8})) == best_code(Counter({"515": 8, "512": 8})) == "512"


def test_subjects_of_elife_give_the_right_discipline(shared: Path) -> None:
    """The discipline of articles with one subject, from the title and that subject, over all labelled eLife articles."""
    expected = {
        "Neuroscience": "medicine",
        "Cell biology": "biology",
        "Plant biology": "stem others",
        "Biochemistry": "biology",
    }
    with (shared / "labels" / "elife_labels.tsv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t") if row["subjects"] in expected]
    answers = [
        discipline(fdc_code(Document(head="", title=row["title"], declared={"subjects": row["subjects"]}))) for row in rows
    ]
    assert len(rows) > 100
    assert [a and a.discipline for a in answers] == [expected[row["subjects"]] for row in rows]
