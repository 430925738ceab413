import csv
from collections import Counter
from importlib.resources import files
from typing import get_args

import pytest

from darwin_spark.config import l3_labels
from darwin_spark.levels.l3_classify import taxonomy_codes
from darwin_spark.levels.l3_classify.annotator import Labels
from darwin_spark.levels.l3_classify.fdc import discipline, parse
from darwin_spark.levels.l3_classify.taxonomy_codes import ABSTAIN

SIZES = {
    "bloom_cognitive_process": 6,
    "bloom_knowledge_domain": 4,
    "doc_type_v1": 17,
    "doc_type_v2": 25,
    "extraction_artifacts": 5,
    "missing_content": 7,
    "reasoning_depth": 6,
    "technical_correctness": 6,
    "education_level": 5,
}


@pytest.mark.parametrize("dimension", SIZES)
def test_the_codes_of_a_table_have_no_gap(dimension: str) -> None:
    numbers = sorted(taxonomy_codes.table(dimension))
    assert len(numbers) == SIZES[dimension]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_labels_have_twelve_dimensions_and_a_table_for_each_but_the_fdc_code() -> None:
    names = list(Labels().row())
    assert len(names) == 12
    assert [name for name in names if not name.startswith("fdc_")] == list(SIZES)


def test_the_configuration_knows_the_same_labels() -> None:
    assert tuple(Labels().row()) == l3_labels.DIMENSIONS
    assert {dimension for dimension in SIZES if taxonomy_codes.ranked(dimension)} == set(l3_labels.SCALES)


def test_indeterminate_is_not_part_of_a_scale() -> None:
    for dimension in l3_labels.SCALES:
        names = {
            number: name
            for number, name in taxonomy_codes.table(dimension).items()
            if number not in taxonomy_codes.ranked(dimension)
        }
        assert set(names.values()) <= {"Indeterminate", "Not Applicable"}


def test_the_configuration_knows_the_nine_disciplines() -> None:
    found = {str(discipline(f"{number:03}").discipline) for number in range(1_000)}  # type: ignore[union-attr]
    assert found == set(get_args(l3_labels.DisciplineName))


def test_an_unknown_name_is_refused_with_the_known_names() -> None:
    with pytest.raises(KeyError, match="Academic/Research"):
        taxonomy_codes.code("doc_type_v1", "Advertisment")


def test_labels_without_evidence_abstain_everywhere() -> None:
    assert set(Labels.of("no code").row().values()) == {None, ABSTAIN}


def test_the_fdc_code_fills_three_dimensions() -> None:
    assert list(Labels.of("616.80").row().values())[:3] == ["6", "61", "616.8"]


def test_every_term_and_subject_is_listed_once_and_has_a_discipline() -> None:
    folder = files("darwin_spark.levels.l3_classify")
    with (folder / "terms.csv").open(encoding="utf-8") as lines:
        terms = [(term, row["code"]) for row in csv.DictReader(lines) for term in row["terms"].split("; ")]
    with (folder / "subjects.csv").open(encoding="utf-8") as lines:
        subjects = [(row["subject"], row["code"]) for row in csv.DictReader(lines)]
    for entries in (terms, subjects):
        assert [name for name, count in Counter(name for name, _ in entries).items() if count > 1] == []
        assert [code for _, code in entries if parse(code) != code or discipline(code) is None] == []
        assert all(name == name.strip().lower() != "" for name, _ in entries)
