"""Read full articles as L1 parses them, labelled by their declared subjects (eLife) or their journal (PMC).

`article_subjects.csv` maps both to FDC codes, without journals of several disciplines (PLoS ONE, Scientific Reports). A PMC
label describes the journal, not the article: a paper on rice in a journal of nutrition counts as medicine.
"""

import csv
import tarfile
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePath

from darwin_spark.config.l1 import L1Settings
from darwin_spark.levels.l3_classify.annotator import HEAD_CHARS, TAIL_CHARS, Document
from darwin_spark.levels.l3_classify.training.records import Record
from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.parsers.registry import parser_for

WEIGHT = 0.3
"""Training weight of an article: labels of journals are coarser than those of librarians; all articles are life sciences."""
JATS = "application/jats+xml"
_COLUMNS = {"elife": "subjects", "pmc": "journal"}


def articles(data: Path, source: str) -> Iterator[Record]:
    """Yield a Record per labelled article of `source` (elife or pmc) in `data` (../shared/data), unless L1 cannot parse it."""
    codes = labels(data / "labels" / f"{source}_labels.tsv", source)
    parse = parser_for(JATS).load()
    with tarfile.open(data / "jats" / f"{source}.tar.xz") as archive:
        for member in archive:
            name = PurePath(member.name).stem
            file = archive.extractfile(member) if name in codes else None
            if file is None:
                continue
            try:
                parsed = parse(file.read(), L1Settings())
            except ParseFailure:
                continue
            yield Record(name, source, "en", excerpt(parsed.text, parsed.title or ""), codes[name], WEIGHT)


def labels(table: Path, source: str) -> dict[str, tuple[str, ...]]:
    """Return {article id: FDC codes} from a TSV table; articles without a known subject or journal are left out."""
    code_of_subject = _codes()
    with table.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = {}
    for row in rows:
        value = row[_COLUMNS[source]]
        parts = (value, *value.split("|"))
        if codes := tuple(dict.fromkeys(code_of_subject[source, part] for part in parts if (source, part) in code_of_subject)):
            found[row["id"]] = codes
    return found


def excerpt(text: str, title: str) -> Document:
    """Return what an annotator sees of a text with this title: a Document with head, tail and length."""
    return Document(head=text[:HEAD_CHARS], tail=text[HEAD_CHARS:][-TAIL_CHARS:], chars=len(text), title=title)


@cache
def _codes() -> dict[tuple[str, str], str]:
    with (files(__package__) / "article_subjects.csv").open(encoding="utf-8") as lines:
        return {(row["source"], row["subject"]): row["code"] for row in csv.DictReader(lines)}
