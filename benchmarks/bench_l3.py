"""L3 evaluated on labels of ../shared/data: `make bench-l3`, or python -m benchmarks.bench_l3 (8 minutes on two cores)

1. Discipline, five-fold: ours, and TF-IDF with logistic regression on the same folds, by set of records.
2. Accuracy against coverage, and the records of BASE (ODbL: never trained on) by the shipped weights.
3. How far two professional classifications agree.
4. Document type, and book or paper, with 95 % intervals.
5. Documents per second on one core, and memory.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.l3 import baseline, ceiling, kinds
from darwin_spark.levels.l3_classify.fdc import discipline, disciplines
from darwin_spark.levels.l3_classify.fdc_rules import text_evidence
from darwin_spark.levels.l3_classify.local.annotator import LocalAnnotator
from darwin_spark.levels.l3_classify.local.predict import Predictor
from darwin_spark.levels.l3_classify.local.weights import shipped
from darwin_spark.levels.l3_classify.rules_annotator import RulesAnnotator
from darwin_spark.levels.l3_classify.training.__main__ import SETS, gather
from darwin_spark.levels.l3_classify.training.calibrate import Floats, Truth
from darwin_spark.levels.l3_classify.training.evaluate import Quality, quality
from darwin_spark.levels.l3_classify.training.folds import folds
from darwin_spark.levels.l3_classify.training.records import Record, base
from darwin_spark.levels.l3_classify.training.train import Trained, train

SHARED = Path(os.environ.get("DARWIN_SHARED", Path(__file__).parents[2] / "shared" / "data"))


def main() -> None:
    records = list(gather(SHARED, [], only=False))
    trained = train(records, "bench")
    by_baseline = baseline.held_out(records, trained.truth, folds(records), len(disciplines()))
    for name, rows in sets(records, trained.truth):
        show(f"{name}, ours", quality(trained.probabilities[rows], trained.truth[rows], disciplines()), whole=True)
        show(f"{name}, TF-IDF and logistic regression", quality(by_baseline[rows], trained.truth[rows], disciplines()))
        by_rules(records, trained.truth, rows)
    divisions(records, trained)
    on_base()
    print("\nThe ceiling")
    ceiling.report(SHARED / "labels" / "tibkat_ddc.jsonl.gz")
    kinds.report(SHARED)
    print("\nSpeed", flush=True)
    subprocess.run([sys.executable, "-m", "benchmarks.l3.speed"], check=True)


def sets(records: Sequence[Record], truth: Truth) -> Iterator[tuple[str, Truth]]:
    """Yield the name of each set in SETS and the indexes of its records that have exactly one discipline."""
    for name, (source, language) in SETS.items():
        here = [record.source == source and record.language == language for record in records]
        yield name, np.flatnonzero(np.array(here) & (truth >= 0))


def show(name: str, found: Quality, whole: bool = False) -> None:
    low, high = found.macro_f1_interval
    print(f"\n{name}: {found.documents:,} documents, accuracy {found.accuracy:.3f}, ", end="")
    print(f"macro-F1 {found.macro_f1:.3f} [{low:.3f}, {high:.3f}], calibration error {found.calibration_error:.3f}", flush=True)
    if whole:
        for row in found.classes:
            print(f"  {row.name:18} precision {row.precision:.2f} recall {row.recall:.2f} F1 {row.f1:.2f} of {row.documents}")
        for step in found.abstention:
            print(f"  from probability {step.threshold:.1f}: answered {step.coverage:.3f}, of these right {step.accuracy:.3f}")


def by_rules(records: Sequence[Record], truth: Truth, rows: Truth) -> None:
    """Print the accuracy of the rules alone on the same records. The rules abstain if their evidence is weak."""
    names = disciplines()
    annotations = RulesAnnotator().annotate([records[row].document for row in rows])
    predicted = [found.discipline if (found := discipline(answer.labels.fdc_level_3)) else None for answer in annotations]
    right = sum(label == names[truth[row]] for label, row in zip(predicted, rows, strict=True))
    answered = sum(label is not None for label in predicted)
    print(f"  rules alone: answered {answered / rows.size:.3f}, of these right {right / max(answered, 1):.3f}")


def divisions(records: Sequence[Record], trained: Trained) -> None:
    """Print the held-out accuracy of the FDC main class and division."""
    rows = [row for row, record in enumerate(records) if record.source == "tibkat" and record.division()]
    predicted = [trained.codes[row][trained.probabilities[row].argmax()][:2] for row in rows]
    true = [str(records[row].division()) for row in rows]
    main_class = np.mean([a[0] == b[0] for a, b in zip(predicted, true, strict=True)])
    division = np.mean([a == b for a, b in zip(predicted, true, strict=True)])
    print(f"\nFDC by the model, TIBKAT: main class right {main_class:.3f}, division right {division:.3f} of {len(rows):,}")


def on_base() -> None:
    """Print the quality of the shipped weights on BASE: the folds of TIBKAT tell nothing about other catalogues."""
    records = [record for record in base(SHARED / "labels" / "base_ddc.jsonl.gz") if len(record.disciplines) == 1]
    predictor = Predictor(shipped())
    names = disciplines()
    for language in ("en", "de", "other"):
        own = [record for record in records if record.language == language]
        answers = predictor.predict([predictor.score(record.document, text_evidence(record.document)) for record in own])
        found: Floats = np.array([[answer.probabilities[name] for name in names] for answer in answers])
        truth: Truth = np.array([names.index(next(iter(record.disciplines))) for record in own])
        show(f"BASE, {language}, shipped weights", quality(found, truth, names), whole=True)
        answered = LocalAnnotator().annotate([record.document for record in own])
        print(f"  abstained as shipped: {sum(a.labels.fdc_level_3 is None for a in answered)} of {len(own)}")


if __name__ == "__main__":
    main()
