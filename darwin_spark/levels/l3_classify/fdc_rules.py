"""FDC code by plain evidence: what the document declares, its title, and the terms that the head of its text uses.

Three data files of our own: `subjects.csv` (a declared subject, arXiv category or journal -> code), `terms.csv` (code,
weight, terms: 3 names the field, 2 is seldom used outside it, 1 is typical of it), and `fdc_disciplines.csv`. Every distinct
term counts once a zone; weights add up by discipline. Where the sum is small, or a second discipline comes near it, the
answer is None: a missing discipline is seen and can be annotated by a model, a wrong one is not.
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
"""Least sum of a subdiscipline for an answer: a strong term in title and text, or three of them in the text."""
MARGIN = 1.5
"""The best discipline must score this many times the second best."""
DECLARED, TITLE = 4, 2
"""How many times more a term counts in what is declared, and in the title, than in the text."""
WHOLE_SUBJECT = 4
"""Weight of a declared value that is a whole subject of `subjects.csv`."""
FIELD_NAME = 3
"""Weight of a field's name; in running text it counts 1, for affiliations and audiences name fields too."""
BOTANY_SHARE = 0.3
"""Share of the score of 570-572 that the 580s need to take it over."""

Evidence = Counter[str]
"""Score by FDC code."""

_FDC_KEYS = ("fdc", "ddc", "dewey")
_CATEGORY_KEYS = ("categories", "category")
_SUBJECT_KEYS = ("subjects", "keywords", "journal", "fields_of_study", "fieldsofstudy", *_CATEGORY_KEYS)
_SEPARATOR = re.compile(r"[;|/,\n]")


class Term(NamedTuple):
    """What a term of `terms.csv` speaks for."""

    code: str
    weight: int


def fdc_code(document: Document) -> str | None:
    """The code declared, else that of all evidence; None where it is weak or divided."""
    return declared_fdc(document) or best_code(declared_evidence(document) + text_evidence(document))


def declared_fdc(document: Document) -> str | None:
    """The code declared, else that of the declared subjects, keywords and journal, where they agree."""
    return declared_code(document) or best_code(declared_evidence(document))


def declared_code(document: Document) -> str | None:
    """The FDC or Dewey number that the document or its source declares."""
    return next((code for key in _FDC_KEYS if (code := parse(document.says(key)))), None)


def code_within(name: str, scores: Evidence) -> str | None:
    """The heaviest code of the heaviest subdiscipline of one discipline; None where that is weak."""
    return _heaviest_of_field({code: score for code, score in scores.items() if _field(code).discipline == name})


def declared_evidence(document: Document) -> Evidence:
    """Score by FDC code of the declared subjects, keywords and journal."""
    scores: Evidence = Counter()
    said = {key: text for key in _SUBJECT_KEYS if (text := document.says(key))}
    if not said:
        return scores
    for value in _values(said):
        if code := _subjects().get(value):
            scores[code] += WHOLE_SUBJECT * DECLARED
    for code, weight in _found(words("; ".join(said.values())).hashes()):
        scores[code] += weight * DECLARED
    return scores


def text_evidence(document: Document) -> Evidence:
    """Score by FDC code of the title and the head of the text."""
    scores: Evidence = Counter()
    found = document_words(document)
    for code, weight in _found(found.title):
        scores[code] += weight * TITLE
    for code, weight in _found(found.terms):
        scores[code] += 1 if weight == FIELD_NAME else weight
    return scores


def best_code(scores: Evidence) -> str | None:
    """The heaviest code of the best discipline; None where its sum is small or another discipline comes near.

    A discipline such as human and social joins twenty fields, whose stray terms add up in any text: one of its
    subdisciplines must reach the least score by itself.
    """
    scores = _lent_to_botany(scores)
    by_discipline: Evidence = Counter()
    for code, score in scores.items():
        by_discipline[_field(code).discipline] += score
    if not by_discipline:
        return None
    (winner, first), *others = by_discipline.most_common(2)
    return code_within(winner, scores) if not others or first >= MARGIN * others[0][1] else None


def _heaviest_of_field(scores: Mapping[str, int]) -> str | None:
    by_field: Counter[Discipline] = Counter()
    for code, score in scores.items():
        by_field[_field(code)] += score
    field = max(by_field, key=lambda field: (by_field[field], field), default=None)
    if field is None or by_field[field] < MIN_SCORE:
        return None
    return _heaviest({code: score for code, score in scores.items() if _field(code) == field})


def known_codes() -> list[str]:
    """The codes that the terms speak for, in order."""
    return sorted({term.code for term in _terms().values()})


def _lent_to_botany(scores: Evidence) -> Evidence:
    """The terms of cells, molecules and genes (570-572) speak for botany where botany has a good share itself.

    Dewey classes work on plants in the 580s, its genetics and biochemistry too, and such a paper has more genes than leaves.
    """
    botany = {code: score for code, score in scores.items() if code.startswith("58")}
    biology = {code: score for code, score in scores.items() if code.startswith(("570", "571", "572"))}
    own = sum(botany.values())
    if own < MIN_SCORE or own < BOTANY_SHARE * sum(biology.values()):
        return scores
    return Counter({code: score for code, score in scores.items() if code not in biology}) + Counter(
        {_heaviest(botany): sum(biology.values())}
    )


def _found(hashes: Hashes) -> Iterator[Term]:
    """What the distinct terms of a text speak for."""
    return map(_terms().__getitem__, _lexicon().count(hashes))


def _heaviest(scores: Mapping[str, int]) -> str:
    """The code with the highest score; the smallest of them where several have it, so that the order cannot matter."""
    top = max(scores.values())
    return min(code for code, score in scores.items() if score == top)


def _values(said: Mapping[str, str]) -> set[str]:
    """Distinct declared values in lower case, each whole and by its parts; only arXiv's categories are parted at spaces."""
    values: set[str] = set()
    for key, text in said.items():
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
