"""Train the classifier: `make train-classifier`, or python -m darwin_spark.levels.l3_classify.training

Without --labels, train the shipped weights and their card from ../shared/data (CC-BY and CC0 sources). With --labels, add your
own Parquet files (columns `text` and `fdc`, optional `id`, `title`, `language`); with --only, train on these alone. Set
`l3.weights` to the output file.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import mlflow
import numpy as np

from darwin_spark.levels.l3_classify.local.weights import SHIPPED
from darwin_spark.levels.l3_classify.training.articles import articles
from darwin_spark.levels.l3_classify.training.card import card, draw
from darwin_spark.levels.l3_classify.training.evaluate import Quality, quality
from darwin_spark.levels.l3_classify.training.fit import COST, MIN_DIVISION, MIN_DOCUMENTS
from darwin_spark.levels.l3_classify.training.records import LabelsError, Record, parquet, tibkat
from darwin_spark.levels.l3_classify.training.train import Trained, train

ROOT = Path(__file__).resolve().parents[4]
SHIPPED_FILE = ROOT / "darwin_spark" / "levels" / "l3_classify" / "local" / f"{SHIPPED}.npz"
CARDS = ROOT / "docs" / "classifier"
SETS = {
    "TIBKAT, titles and abstracts, English": ("tibkat", "en"),
    "TIBKAT, titles and abstracts, German": ("tibkat", "de"),
    "eLife, full articles": ("elife", "en"),
    "PMC, full articles": ("pmc", "en"),
}


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    records = list(gather(options.data, options.labels, options.only))
    trained = train(records, options.name)
    results = measure(records, trained)
    figure_path = options.card / f"{options.name}.svg"
    names = trained.weights.disciplines.tolist()
    title, first = next(iter(results.items()))
    draw(first, names, title, figure_path)
    text = options.card / f"{options.name}.md"
    text.write_text(card(trained, records, results, figure_path.name), encoding="utf-8")
    trained.weights.save(options.out)
    if options.tracking != "none":
        log(trained, results, [text, figure_path, options.out], options.tracking)
    for name, found in results.items():
        print(f"{name}: {found.documents:,} documents, accuracy {found.accuracy:.3f}, macro-F1 {found.macro_f1:.3f}")
    print(f"weights: {options.out}, card: {text}")


def gather(data: Path, labels: Sequence[Path], only: bool) -> list[Record]:
    """Return shipped (unless `only`) and `labels` records. Raises LabelsError: a bad file, or no record of one discipline."""
    shipped = (
        [] if only else [*tibkat(data / "labels" / "tibkat_ddc.jsonl.gz"), *articles(data, "elife"), *articles(data, "pmc")]
    )
    records = [*shipped, *(record for file in labels for record in parquet(file))]
    if not any(len(record.disciplines) == 1 for record in records):
        raise LabelsError("no record has an FDC code of one discipline: look at the column `fdc` of the labels")
    return records


def measure(records: Sequence[Record], trained: Trained) -> dict[str, Quality]:
    """Return {set: held-out quality} for SETS and for every other source and language; sets without labels are left out."""
    sets = SETS | {f"{record.source} ({record.language})": (record.source, record.language) for record in records}
    known = set(SETS.values())
    results = {}
    for name, place in sets.items():
        in_set = np.array([(record.source, record.language) == place for record in records]) & (trained.truth >= 0)
        if in_set.any() and (name in SETS or place not in known):
            results[name] = quality(trained.probabilities[in_set], trained.truth[in_set], trained.weights.disciplines.tolist())
    return results


def log(trained: Trained, results: dict[str, Quality], files: Sequence[Path], tracking: str) -> None:
    """Log parameters, quality and files as one MLflow run to the tracking URI `tracking`."""
    mlflow.set_tracking_uri(tracking)
    mlflow.set_experiment("darwin-spark classifier")
    with mlflow.start_run(run_name=trained.weights.name):
        mlflow.log_params({"cost": COST, "min_documents": MIN_DOCUMENTS, "min_division": MIN_DIVISION})
        for name, found in results.items():
            key = name.replace(",", "").replace(" ", "_").replace("(", "").replace(")", "")
            mlflow.log_metrics({f"{key}.accuracy": found.accuracy, f"{key}.macro_f1": found.macro_f1})
            mlflow.log_metrics({f"{key}.calibration_error": found.calibration_error, f"{key}.documents": found.documents})
        for file in files:
            mlflow.log_artifact(str(file))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="a copy of ../shared/data")
    parser.add_argument("--labels", type=Path, nargs="*", default=[], help="Parquet files of your own")
    parser.add_argument("--only", action="store_true", help="train on your own alone")
    parser.add_argument("--name", help="of the weights; goes into every row that they label")
    parser.add_argument("--out", type=Path, help="the weights, NAME.npz")
    parser.add_argument("--card", type=Path, help="the folder of the card and its figure")
    parser.add_argument("--tracking", default="sqlite:///mlruns.db", help="MLflow's tracking URI, or none")
    options = parser.parse_args(arguments)
    has_user_labels = bool(options.labels)
    options.name = options.name or ("local-own" if has_user_labels else SHIPPED)
    options.out = options.out or (Path(f"{options.name}.npz") if has_user_labels else SHIPPED_FILE)
    options.card = options.card or (options.out.parent if has_user_labels else CARDS)
    options.card.mkdir(parents=True, exist_ok=True)
    return options


if __name__ == "__main__":
    main()
