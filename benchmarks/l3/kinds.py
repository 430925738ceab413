"""Document type and book or paper on what the set labels: JATS article types, PDFs, EPUBs, plain books, HTML posts.

`kinds.csv` says by path what the documents are. JATS articles are judged twice: as they are, and as plain text without what
they declare, which is what a PDF or a web page would give.
"""

import csv
import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from darwin_spark.config import L1Settings, OcrSettings
from darwin_spark.l1_normalize.dispatch import PARSERS
from darwin_spark.l1_normalize.parsed import ParseFailure
from darwin_spark.l3_classify import known
from darwin_spark.l3_classify.annotator import HEAD_CHARS, TAIL_CHARS, Document
from darwin_spark.l3_classify.book_or_paper import PAPER, UNKNOWN, book_or_paper
from darwin_spark.l3_classify.codes import code, table
from darwin_spark.l3_classify.doctype import document_type
from darwin_spark.l3_classify.training.evaluate import wilson

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
    """A document, the group it is counted in, and what it is: `paper`, `book` or nothing."""

    document: Document
    group: str
    kind: str


def report(data: Path) -> None:
    """Both figures, by group and altogether, with 95 % intervals."""
    whole = [*jats(data), *others(data)]
    bare = [item._replace(document=_undeclared(item.document), group=f"{item.group}, text alone") for item in jats(data)]
    for title, items in (("as they are", whole), ("JATS as plain text", bare)):
        print(f"\nBook or paper, {title}")
        _book_or_paper(items)
        print(f"Document type v1, {title}")
        _types(items)


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
                    yield Labelled(document, f"JATS {article_type if not kind else 'papers'}", kind)


def others(data: Path) -> Iterator[Labelled]:
    """The documents of `kinds.csv`."""
    with (Path(__file__).parent / "kinds.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            for file in sorted(data.glob(row["glob"])):
                document = read(row["media_type"], file.read_bytes())
                if document is not None:
                    yield Labelled(document, row["group"], row["kind"])


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
        chapters=len(re.findall(known.CHAPTER, text)),
        title=parsed.title or "",
        media_type=media_type,
        declared=dict(parsed.declared or {}),
    )


def _undeclared(document: Document) -> Document:
    return replace(document, media_type="text/plain", declared={})


def _book_or_paper(items: list[Labelled]) -> None:
    said = [(item, book_or_paper(item.document).doc_type) for item in items if item.kind]
    for group in dict.fromkeys(item.group for item, _ in said):
        here = [(item, kind) for item, kind in said if item.group == group]
        print(f"  {group}: {wilson(sum(kind == item.kind for item, kind in here), len(here))}", end="")
        print(f", {Counter(kind for item, kind in here if kind != item.kind) or ''}")
    answered = [(item, kind) for item, kind in said if kind != UNKNOWN]
    print(f"  all: {wilson(sum(kind == item.kind for item, kind in said), len(said))}")
    print(f"  where it answers: {wilson(sum(kind == item.kind for item, kind in answered), len(answered))}", flush=True)


def _types(items: list[Labelled]) -> None:
    names = table("doc_type_v1")
    for group in dict.fromkeys(item.group for item in items):
        found = Counter(names.get(document_type(item.document).v1, "abstained") for item in items if item.group == group)
        academic = wilson(found[names[ACADEMIC]], found.total())
        print(f"  {group}: academic {academic}; {dict(found.most_common())}", flush=True)
