"""Evaluate document type, and book or paper, on labelled documents: python -m benchmarks.l3.kinds

JATS article types, PDFs, EPUBs, plain books, HTML posts; `kinds.csv` says by path what the documents are. JATS articles are
evaluated as they are, as plain text without declared metadata (as a PDF or a web page would be), and as JATS without the
type. With --write, the counts of right answers of each rule are written into the package (l3_classify/rule_precision.csv),
where they give the probability of the rule.
"""

import csv
import os
import re
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from darwin_spark.config.l1 import L1Settings, OcrSettings
from darwin_spark.levels.l3_classify import local_labels, rule_precision
from darwin_spark.levels.l3_classify.annotator import HEAD_CHARS, TAIL_CHARS, Document
from darwin_spark.levels.l3_classify.book_or_paper import PAPER, UNKNOWN, book_or_paper
from darwin_spark.levels.l3_classify.doctype import DECLARED, RULES, document_type
from darwin_spark.levels.l3_classify.fdc import discipline
from darwin_spark.levels.l3_classify.fdc_rules import fdc_code
from darwin_spark.levels.l3_classify.rule_precision import NONE
from darwin_spark.levels.l3_classify.taxonomy_codes import code, table
from darwin_spark.levels.l3_classify.training.evaluate import Interval, wilson
from darwin_spark.levels.l3_classify.training.records import tibkat
from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.parsers.registry import PARSERS

JATS = "application/jats+xml"
ACADEMIC = code("doc_type_v1", "Academic/Research")
RESEARCH = frozenset(
    {
        "research-article",
        "review-article",
        "brief-report",
        "case-report",
        "methods-article",
        "letter",
        "correction",
        "retraction",
    }
)
"""JATS article types that are papers; `other`, `abstract`, `discussion` and commentaries are counted apart."""
_SETTINGS = L1Settings(ocr=OcrSettings(engine="none"))


class Labelled(NamedTuple):
    """A document, the group it is counted in, and what it is: `paper`, `book` or nothing; the v1 types that are right."""

    document: Document
    group: str
    kind: str
    doc_types: frozenset[int]


class Answer(NamedTuple):
    """The answer of a rule about a labelled document: the label, the rule, the value, and whether it is right."""

    item: Labelled
    label: str
    source: str
    value: str
    right: bool


def main() -> None:
    data = Path(os.environ.get("DARWIN_SHARED", Path(__file__).parents[3] / "shared" / "data"))
    answers = report(data)
    if sys.argv[1:] == ["--write"]:
        write([*answers, *disciplines(data)])


def report(data: Path) -> list[Answer]:
    """Print both figures, by group and in total, with 95 % intervals; return the answers behind them."""
    articles, rest = list(jats(data)), list(others(data))
    plain = [item._replace(document=replace(item.document, media_type="text/plain", declared={})) for item in articles]
    untyped = [item._replace(document=replace(item.document, declared={})) for item in articles]
    found = [
        *show("as they are", book_or_papers([*articles, *rest])),
        *show("JATS as plain text", book_or_papers(plain)),
        *show("as they are", doc_types([*articles, *rest])),
        *show("JATS as plain text", doc_types(plain)),
        *show("JATS without its type", doc_types(untyped)),
    ]
    undeclared(data)
    return found


def show(title: str, answers: Sequence[Answer]) -> Sequence[Answer]:
    """Print the share of right answers by group, in total, and where a rule answered; return the answers."""
    print(f"\n{answers[0].label}, {title}")
    for group in dict.fromkeys(answer.item.group for answer in answers):
        here = [answer for answer in answers if answer.item.group == group]
        print(f"  {group}: {share(here)} {dict(Counter(answer.value for answer in here if not answer.right)) or ''}")
    print(f"  all: {share(answers)}")
    print(f"  where it answers: {share([answer for answer in answers if answer.source != NONE])}", flush=True)
    return answers


def share(answers: Sequence[Answer]) -> Interval:
    """The share of right answers, with its interval."""
    return wilson(sum(answer.right for answer in answers), len(answers))


def book_or_papers(items: Sequence[Labelled]) -> list[Answer]:
    """Answers to book or paper, for the documents that are one of them."""
    answers = [(item, book_or_paper(item.document)) for item in items if item.kind]
    return [Answer(item, "doc_type", kind.source, kind.doc_type, kind.doc_type == item.kind) for item, kind in answers]


def doc_types(items: Sequence[Labelled]) -> list[Answer]:
    """Answers to document type v1, for the documents that have this label."""
    names = table("doc_type_v1")
    answers = [(item, document_type(item.document)) for item in items if item.doc_types]
    return [
        Answer(item, "doc_type_v1", typed.source, names.get(typed.type.v1, "abstained"), typed.type.v1 in item.doc_types)
        for item, typed in answers
    ]


def disciplines(data: Path) -> list[Answer]:
    """The discipline by the terms of title and abstract, for TIBKAT records of one discipline."""
    found = []
    for record in tibkat(data / "labels" / "tibkat_ddc.jsonl.gz"):
        subject = discipline(fdc_code(record.document)) if len(record.disciplines) == 1 else None
        if subject:
            item = Labelled(record.document, record.language, "", frozenset())
            right = subject.discipline in record.disciplines
            found.append(Answer(item, "discipline", "rule:terms", subject.discipline, right))
    return found


def undeclared(data: Path) -> None:
    """Print how often a rule tells book from paper although titles and abstracts (TIBKAT, type removed) cannot."""
    records = tibkat(data / "labels" / "tibkat_ddc.jsonl.gz")
    silent = [book_or_paper(replace(record.document, declared_type="")).doc_type == UNKNOWN for record in records]
    print(f"\ndoc_type, titles and abstracts of TIBKAT without their type: unknown {wilson(sum(silent), len(silent))}")
    by_type = Counter((record.document.declared_type, book_or_paper(record.document).doc_type) for record in records)
    print("  with their type:", ", ".join(f"{name} is {kind}: {count}" for (name, kind), count in by_type.items()), flush=True)


def write(answers: Sequence[Answer]) -> None:
    """Write the counts of every rule, from which `rule_precision.py` computes its probability."""
    ruled = [answer for answer in answers if answer.source.startswith("rule:") and answer.source != NONE]
    answered = Counter((answer.label, answer.source) for answer in ruled)
    right = Counter((answer.label, answer.source) for answer in ruled if answer.right)
    silent = [("doc_type_v1", rule) for rule in RULES.values() if rule != NONE]
    with (Path(rule_precision.__file__).parent / rule_precision.FILE).open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("label", "rule", "right", "answered"))
        rows.writerows((*key, right[key], answered[key]) for key in sorted({*answered, *silent}))


def jats(data: Path) -> Iterator[Labelled]:
    """The articles of the three archives."""
    for source in ("plos", "elife", "pmc"):
        with tarfile.open(data / "jats" / f"{source}.tar.xz") as archive:
            for member in archive:
                file = archive.extractfile(member) if member.name.endswith(".xml") else None
                document = read(JATS, file.read()) if file is not None else None
                if document is not None:
                    article_type = document.says("article_type").lower()
                    kind = PAPER if article_type in RESEARCH else ""
                    types = {ACADEMIC} if kind else {DECLARED[article_type].v1} if article_type in DECLARED else set()
                    yield Labelled(document, f"JATS {article_type if not kind else 'papers'}", kind, frozenset(types))


def others(data: Path) -> Iterator[Labelled]:
    """The documents of `kinds.csv`."""
    with (Path(__file__).parent / "kinds.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            for file in sorted(data.glob(row["glob"])):
                document = read(row["media_type"], file.read_bytes())
                if document is not None:
                    types = frozenset(code("doc_type_v1", name) for name in row["doc_types"].split(";"))
                    yield Labelled(document, row["group"], row["kind"], types)


def read(media_type: str, content: bytes) -> Document | None:
    """The document as L3 sees it; None where L1 cannot read it."""
    try:
        parsed = PARSERS[media_type].load()(content, _SETTINGS)
    except ParseFailure:
        return None
    text = parsed.text
    return Document(
        head=text[:HEAD_CHARS],
        tail=text[HEAD_CHARS:][-TAIL_CHARS:],
        chars=len(text),
        pages=len(parsed.pages or ()),
        chapters=len(re.findall(local_labels.CHAPTER, text)),
        title=parsed.title or "",
        media_type=media_type,
        declared=dict(parsed.declared or {}),
    )


if __name__ == "__main__":
    main()
