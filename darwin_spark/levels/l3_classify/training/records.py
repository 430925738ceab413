"""Labelled documents: what the classifier is trained and measured on."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from darwin_spark.errors import UserError
from darwin_spark.levels.l3_classify.annotator import Document
from darwin_spark.levels.l3_classify.fdc import discipline, parse

_KEY = re.compile(r"\W+")
_MIN_KEY_CHARS = 25
"""Shorter titles ("Author index") are shared by unrelated records."""


class LabelsError(UserError):
    """Labelled data that cannot be read."""


@dataclass(frozen=True)
class Record:
    """A document and the FDC codes that people gave it."""

    id: str
    source: str
    language: str
    document: Document
    codes: tuple[str, ...]
    weight: float = 1.0
    """How much it counts in training."""

    @property
    def disciplines(self) -> frozenset[str]:
        """The disciplines of its codes; most records have one."""
        return frozenset(found.discipline for code in self.codes if (found := discipline(code)))

    def division(self) -> str | None:
        """The most frequent FDC division of its codes whose general code belongs to its one discipline."""
        if len(self.disciplines) != 1:
            return None
        divisions = Counter(code[:2] for code in map(parse, self.codes) if code)
        own = [d for d in divisions if (found := discipline(f"{d}0")) and found.discipline in self.disciplines]
        return min(own, key=lambda division: (-divisions[division], division), default=None)

    def work_keys(self) -> Iterator[str]:
        """What two records of one work share: the normalised title, the normalised text."""
        for text in (self.document.title, self.document.head):
            key = _KEY.sub(" ", text.lower()).strip()
            if len(key) >= _MIN_KEY_CHARS:
                yield key


def tibkat(path: Path) -> list[Record]:
    """Titles and abstracts of the TIBKAT catalogue with their Dewey numbers (CC-BY-4.0), JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [_tibkat_record(json.loads(line)) for line in lines]


def _tibkat_record(row: dict[str, Any]) -> Record:
    document = Document(title=_flat(row["title"]), head=_flat(row["abstract"]), declared_type=row["type"])
    return Record(row["id"], "tibkat", row["lang"], document, tuple(row["ddc"]))


def base(path: Path) -> list[Record]:
    """The same of the BASE search engine (ODbL-1.0): to measure on, never to train on."""
    languages = {"ger": "de", "eng": "en"}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Record(
            row["id"],
            "base",
            languages.get(row["lang"][0], "other") if len(row["lang"]) == 1 else "other",
            Document(title=_flat(row["title"]), head=_flat(row["description"])),
            tuple(row["ddc"]),
        )
        for row in rows
        if _flat(row["description"])
    ]


def parquet(path: Path) -> list[Record]:
    """A user's own: columns `text` and `fdc` (a code, or several parted by `;`), and, if any, `id`, `title`, `language`.

    Raises LabelsError for a file without the first two.
    """
    try:
        table = pq.read_table(path)
    except (OSError, ValueError) as error:
        raise LabelsError(f"cannot read the labels {path}: {error}") from error
    missing = {"text", "fdc"} - set(table.column_names)
    if missing:
        raise LabelsError(f"{path} has no column {', '.join(sorted(missing))}; it has {', '.join(table.column_names)}")
    return [
        Record(
            str(row.get("id") or number),
            path.stem,
            row.get("language") or "en",
            Document(title=row.get("title") or "", head=row["text"] or ""),
            tuple(code for code in str(row["fdc"] or "").split(";") if parse(code)),
        )
        for number, row in enumerate(table.to_pylist())
    ]


def _flat(value: str | list[str] | None) -> str:
    return value if isinstance(value, str) else "\n".join(map(str, value or ()))
