"""How far two professional classifications of the same record agree: the ceiling of any classifier trained on one of them.

Many TIBKAT records carry a class of the Basisklassifikation (`bk`), given by other librarians than the Dewey number.
`schemes.csv` says which disciplines its classes are; general, environmental and geographical classes are in none.
"""

import csv
import gzip
import json
import re
from functools import cache
from pathlib import Path

from sklearn.metrics import accuracy_score, f1_score

from darwin_spark.levels.l3_classify.fdc import discipline

_BK = re.compile(r"\(classificationName=bk, id=[0-9]+\)([0-9]{2}\.[0-9]{2})")
_DDC, _DBN = "(classificationName=ddc)", "(classificationName=ddc-dbn)"


def report(path: Path) -> None:
    """Agreement of Dewey with the Basisklassifikation, and of the two Dewey notations of one record."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for language in ("en", "de"):
        own = [row for row in rows if row["lang"] == language]
        dewey = [(_dewey(row["ddc"]), _by_bk(row["subject_raw"])) for row in own]
        _print(f"Basisklassifikation against Dewey, {language}", dewey)
        notations = [(_dewey(_starting(row, _DDC)), _dewey(_starting(row, _DBN))) for row in own]
        _print(f"German national library against Dewey, {language}", notations)


def _print(name: str, pairs: list[tuple[set[str], set[str]]]) -> None:
    single = [(next(iter(a)), next(iter(b))) for a, b in pairs if len(a) == len(b) == 1]
    truth, predicted = [a for a, _ in single], [b for _, b in single]
    macro = f1_score(truth, predicted, average="macro", labels=sorted(set(truth)))
    print(
        f"{name}: {len(single):,} records, agreement {accuracy_score(truth, predicted):.3f}, macro-F1 {macro:.3f}", flush=True
    )


def _starting(row: dict[str, list[str]], scheme: str) -> list[str]:
    return [subject.removeprefix(scheme) for subject in row["subject_raw"] if subject.startswith(scheme)]


def _dewey(codes: list[str]) -> set[str]:
    return {found.discipline for code in codes if (found := discipline(code))}


def _by_bk(subjects: list[str]) -> set[str]:
    classes = [match[1] for subject in subjects if (match := _BK.match(subject))]
    return {name for number in classes for first, last, name in _schemes() if first <= number <= last}


@cache
def _schemes() -> list[tuple[str, str, str]]:
    with (Path(__file__).parent / "schemes.csv").open(encoding="utf-8") as lines:
        return [(row["first"], row["last"], row["discipline"]) for row in csv.DictReader(lines)]
