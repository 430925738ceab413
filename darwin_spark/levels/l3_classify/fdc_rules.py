"""Find the FDC code of a document by rules: from its declared metadata, its title, and terms at the beginning of its text.

It reads three files of our own: `subjects.csv` (declared subject, arXiv category, journal -> code), `terms.csv` (code, weight,
terms; weight 3: the term names the field, 2: it is seldom used outside the field, 1: it is typical of the field), and
`fdc_disciplines.csv`. Every distinct term counts once per zone (declared, title, text); weights are summed by discipline. The
code is None if the score is low or a second discipline close: a model can add a missing discipline, not detect a wrong one.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from darwin_spark.levels.l3_classify.annotator import Document
from darwin_spark.levels.l3_classify.fdc import Discipline, discipline, parse
from darwin_spark.levels.l3_classify.hashed_tokens import document_words, words
from darwin_spark.levels.l3_classify.lexicon import Lexicon
from darwin_spark.text.word_hashes import Hashes

MIN_SCORE = 6
"""Minimum score of a subdiscipline: one term of weight 2 in title and text, or three such terms in the text."""
MARGIN = 1.5
"""The best discipline must score at least 1.5 times the second best."""
DECLARED, TITLE = 4, 2
"""Factors on the weight of a term in declared metadata and in the title; in the text the factor is 1."""
WHOLE_SUBJECT = 4
"""Weight of a declared value that equals a subject of `subjects.csv`, before the factor DECLARED."""
FIELD_NAME = 3
"""Weight of a term that names a field. In the text it counts 1, because affiliations and audiences name fields too."""
BOTANY_SHARE = 0.3
"""Minimum score of the codes 58x, as a share of that of 570-572, for botany to receive the score of 570-572."""
Evidence = Counter[str]
"""Score by FDC code."""
_FDC_KEYS = ("fdc", "ddc", "dewey")
_CATEGORY_KEYS = ("categories", "category")
_SUBJECT_KEYS = ("subjects", "keywords", "journal", "fields_of_study", "fieldsofstudy", *_CATEGORY_KEYS)
_SEPARATOR = re.compile(r"[;|/,\n]")


class Term(NamedTuple):
    """FDC code and weight of a term of `terms.csv`."""

    code: str
    weight: int


def fdc_code(document: Document) -> str | None:
    """Return the code of `declared_fdc`, else the best one by metadata, title and text together; None if weak or ambiguous."""
    return declared_fdc(document) or best_code(declared_evidence(document) + text_evidence(document))


def declared_fdc(document: Document) -> str | None:
    """Return the declared code, else the best by declared subjects, keywords and journal; None if weak or ambiguous."""
    return declared_code(document) or best_code(declared_evidence(document))


def declared_code(document: Document) -> str | None:
    """Return the FDC or Dewey code that the document or its source declares, normalised, or None."""
    return next((code for key in _FDC_KEYS if (code := parse(document.says(key)))), None)


def code_within(name: str, scores: Evidence) -> str | None:
    """Return the top code of the top subdiscipline of the discipline `name`; None if the subdiscipline is below MIN_SCORE."""
    return _top_code_of_top_field({code: score for code, score in scores.items() if _field(code).discipline == name})


def declared_evidence(document: Document) -> Evidence:
    """Return a Counter of scores by FDC code, from the declared subjects, categories, keywords and journal."""
    scores: Evidence = Counter()
    declared_texts = {key: text for key in _SUBJECT_KEYS if (text := document.says(key))}
    if not declared_texts:
        return scores
    for value in _split_values(declared_texts):
        if code := _subjects().get(value):
            scores[code] += WHOLE_SUBJECT * DECLARED
    for code, weight in _matched_terms(words("; ".join(declared_texts.values())).hashes()):
        scores[code] += weight * DECLARED
    return scores


def text_evidence(document: Document) -> Evidence:
    """Return a Counter of scores by FDC code, from the terms in the title and the first TERM_CHARS characters of the text."""
    scores: Evidence = Counter()
    found = document_words(document)
    for code, weight in _matched_terms(found.title):
        scores[code] += weight * TITLE
    for code, weight in _matched_terms(found.terms):
        scores[code] += 1 if weight == FIELD_NAME else weight
    return scores


def best_code(scores: Evidence) -> str | None:
    """Return the top code of the top subdiscipline of the top discipline; None if weak, or if another discipline is close.

    The subdiscipline must reach MIN_SCORE: "human and social" has 19 of them, so unrelated terms add up to a high total.
    """
    scores = _move_biology_to_botany(scores)
    by_discipline: Evidence = Counter()
    for code, score in scores.items():
        by_discipline[_field(code).discipline] += score
    if not by_discipline:
        return None
    (winner, first), *others = by_discipline.most_common(2)
    return code_within(winner, scores) if not others or first >= MARGIN * others[0][1] else None


def _top_code_of_top_field(scores: Mapping[str, int]) -> str | None:
    by_field: Counter[Discipline] = Counter()
    for code, score in scores.items():
        by_field[_field(code)] += score
    field = max(by_field, key=lambda field: (by_field[field], field), default=None)
    if field is None or by_field[field] < MIN_SCORE:
        return None
    return _top_code({code: score for code, score in scores.items() if _field(code) == field})


def known_codes() -> list[str]:
    """Return the distinct FDC codes of `terms.csv`, sorted."""
    return sorted({term.code for term in _terms().values()})


def _move_biology_to_botany(scores: Evidence) -> Evidence:
    """Return the scores, those of cells, molecules, genes (570-572) moved to the top botany code (58x) if botany scores high.

    High means at least MIN_SCORE and BOTANY_SHARE of 570-572. Dewey puts all work on plants under 58x, also their genetics and
    biochemistry, on which papers use more terms of genetics than of botany.
    """
    botany = {code: score for code, score in scores.items() if code.startswith("58")}
    biology = {code: score for code, score in scores.items() if code.startswith(("570", "571", "572"))}
    own = sum(botany.values())
    if own < MIN_SCORE or own < BOTANY_SHARE * sum(biology.values()):
        return scores
    return Counter({code: score for code, score in scores.items() if code not in biology}) + Counter(
        {_top_code(botany): sum(biology.values())}
    )


def _matched_terms(hashes: Hashes) -> Iterator[Term]:
    return map(_terms().__getitem__, _lexicon().count(hashes))


def _top_code(scores: Mapping[str, int]) -> str:
    """Return the code with the highest score; the smallest code wins ties, so that the order of codes does not matter."""
    top = max(scores.values())
    return min(code for code, score in scores.items() if score == top)


def _split_values(declared_texts: Mapping[str, str]) -> set[str]:
    """Return the distinct declared values in lower case, split at `;`, at all separators, and for categories also at spaces."""
    values: set[str] = set()
    for key, text in declared_texts.items():
        values.update(part.strip() for part in (*text.lower().split(";"), *_SEPARATOR.split(text.lower())))
        if key in _CATEGORY_KEYS:
            values.update(text.lower().split())
    return values


@cache
def _field(code: str) -> Discipline:
    answer = discipline(code)
    if answer is None:
        raise ValueError(f"the code {code!r} of terms.csv or subjects.csv is not in fdc_disciplines.csv")
    return answer


@cache
def _subjects() -> Mapping[str, str]:
    with (files(__package__) / "subjects.csv").open(encoding="utf-8") as lines:
        return {row["subject"]: row["code"] for row in csv.DictReader(lines)}


@cache
def _terms() -> Mapping[str, Term]:
    terms: dict[str, Term] = {}
    with (files(__package__) / "terms.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            for term in row["terms"].split("; "):
                terms[term] = Term(row["code"], int(row["weight"]))
    return terms


@cache
def _lexicon() -> Lexicon:
    return Lexicon(_terms())
