"""Write the model card: training data, quality on held-out records, and limits."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt

from darwin_spark.levels.l3_classify.training.evaluate import Quality
from darwin_spark.levels.l3_classify.training.records import Record
from darwin_spark.levels.l3_classify.training.train import Trained

LICENCES: Mapping[str, str] = {
    "tibkat": "TIBKAT titles and abstracts with Dewey numbers (sciknoworg/subject-indexing-dataset), CC-BY-4.0",
    "elife": "eLife full articles with their subjects, CC-BY or CC0 an article",
    "pmc": "PMC full articles with their journals (petermr/tigr2ess), CC-BY or CC0 an article",
}
LIMITS = """\
- English and German; another language is mostly abstained, not translated.
- The document type is not the model's: the rules of `doctype.py` give it. Education level, reasoning depth and the other
  dimensions are abstained: no labels of ours support them.
- Catalogue records are titles and blurbs; articles are of the life sciences only. Full texts of other fields were not measured.
- FDC is given to the division (two digits); a third digit and decimals come from declared metadata or `terms.csv`.
- Dewey itself is no gold standard: two professional classifications of the same records agree less than one would hope
  (docs/classifier.md).
"""


def card(trained: Trained, records: Sequence[Record], results: Mapping[str, Quality], figure: str) -> str:
    """Return the model card as Markdown; `figure` is the file name of the confusion matrix."""
    return "\n".join(_lines(trained, records, results, figure))


def draw(found: Quality, names: Sequence[str], title: str, path: Path) -> None:
    """Draw the confusion matrix into the file `path`: colour is the share of the row (true discipline), text is the count."""
    with plt.rc_context({"svg.hashsalt": "darwin", "svg.fonttype": "none"}):
        figure, axes = plt.subplots(figsize=(7.5, 6.5))
        shares = found.confusion / found.confusion.sum(axis=1, keepdims=True).clip(1)
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        for (row, column), number in _cells(found):
            axes.text(
                column, row, str(number), ha="center", va="center", color="white" if shares[row, column] > 0.5 else "black"
            )
        axes.set_xticks(range(len(names)), names, rotation=40, ha="right")
        axes.set_yticks(range(len(names)), names)
        axes.set(xlabel="the model's discipline", ylabel="the record's discipline", title=title)
        figure.tight_layout()
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Date": None})
        plt.close(figure)


def _cells(found: Quality) -> Iterator[tuple[tuple[int, int], int]]:
    size = len(found.confusion)
    return (((row, column), int(found.confusion[row, column])) for row in range(size) for column in range(size))


def _lines(trained: Trained, records: Sequence[Record], results: Mapping[str, Quality], figure: str) -> Iterator[str]:
    weights = trained.weights
    yield f"# Model card: {weights.name}\n"
    yield "Written by `make train-classifier`; do not edit. What it is for and how to train your own: docs/classifier.md.\n"
    yield "Linear support vector machines over hashed words, five-letter prefixes and suffixes, and the terms of `terms.csv`: "
    yield f"{weights.words.size:,} words, {weights.affixes.size:,} affixes, {weights.disciplines.size} disciplines and "
    yield f"{weights.divisions.size} FDC divisions, eight bits a weight. Probabilities by 11 numbers "
    yield "fitted on held-out scores.\n"
    yield "## Data\n"
    yield "| source | records | of one discipline | weight in training | licence |\n|---|---|---|---|---|"
    for source, count in Counter(record.source for record in records).items():
        own = [record for record in records if record.source == source]
        single = sum(len(record.disciplines) == 1 for record in own)
        yield f"| {source} | {count:,} | {single:,} | {own[0].weight} | {LICENCES.get(source, 'the user’s own')} |"
    yield "\nFive folds by the hash of a record's id; records that share a title or text are in one fold. Every figure"
    yield "below is of records that the weights, their vocabulary and the calibration had not seen.\n"
    for name, found in results.items():
        yield from _quality(name, found)
    yield f"![Confusion matrix]({figure})\n"
    yield f"## Limits\n\n{LIMITS}"


def _quality(name: str, found: Quality) -> Iterator[str]:
    low, high = found.macro_f1_interval
    yield f"## {name}\n"
    yield f"{found.documents:,} documents: accuracy **{found.accuracy:.3f}**, macro-F1 **{found.macro_f1:.3f}** "
    yield f"(95 % {low:.3f} to {high:.3f}), expected calibration error {found.calibration_error:.3f}.\n"
    yield "| discipline | precision | recall | F1 | documents |\n|---|---|---|---|---|"
    for row in found.classes:
        yield f"| {row.name} | {row.precision:.2f} | {row.recall:.2f} | {row.f1:.2f} | {row.documents} |"
    yield "\n| `l3.min_probability` | " + " | ".join(f"{row.threshold:g}" for row in found.abstention) + " |"
    yield "|---|" + "---|" * len(found.abstention)
    yield "| answered | " + " | ".join(f"{row.coverage:.3f}" for row in found.abstention) + " |"
    yield "| of these right | " + " | ".join(f"{row.accuracy:.3f}" for row in found.abstention) + " |\n"
