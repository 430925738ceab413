import gzip
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from darwin_spark.levels.l3_classify.annotator import Document
from darwin_spark.levels.l3_classify.fdc_rules import text_evidence
from darwin_spark.levels.l3_classify.local.annotator import LocalAnnotator
from darwin_spark.levels.l3_classify.local.predict import Predictor
from darwin_spark.levels.l3_classify.local.weights import SHIPPED, load
from darwin_spark.levels.l3_classify.training import fit, train
from darwin_spark.levels.l3_classify.training.__main__ import CARDS, SHIPPED_FILE, main
from darwin_spark.levels.l3_classify.training.articles import labels
from darwin_spark.levels.l3_classify.training.evaluate import abstention, calibration_error, wilson
from darwin_spark.levels.l3_classify.training.folds import folds
from darwin_spark.levels.l3_classify.training.records import LabelsError, Record, parquet, tibkat


def record(number: int, title: str, codes: tuple[str, ...], text: str = "") -> Record:
    return Record(f"r{number:03}", "own", "en", Document(title=title, head=text), codes)


@pytest.fixture(scope="module")
def some(shared: Path) -> list[Record]:
    """Three hundred and forty real records: enough for every step, too few for a good model."""
    return tibkat(shared / "labels" / "tibkat_ddc.jsonl.gz")[::15]


def test_quantized_weights_agree_with_the_fitted_model_and_training_is_repeatable(some: list[Record]) -> None:
    trained, again = (train.train(some, "tiny") for _ in range(2))
    assert np.array_equal(trained.weights.weights, again.weights.weights)
    assert np.array_equal(trained.probabilities, again.probabilities)
    counts, known = fit.count(some, trained.weights.disciplines.tolist()), fit.labels_of(some)
    exact = fit.scores(counts, fit.fit(counts, known))[:, : trained.weights.disciplines.size]
    predictor = Predictor(trained.weights)
    found = np.array([predictor.score(item.document, text_evidence(item.document)).scores[: exact.shape[1]] for item in some])
    assert np.abs(found - exact).max() < 0.05  # eight bits a weight
    assert (found.argmax(axis=1) == exact.argmax(axis=1)).mean() > 0.98


def test_held_out_accuracy_is_plausible(some: list[Record]) -> None:
    trained = train.train(some, "tiny")
    known = trained.truth >= 0
    held = (trained.probabilities.argmax(axis=1) == trained.truth)[known].mean()
    assert 0.5 < held < 0.95


def test_labels_of_ones_own_give_weights_with_a_card(tmp_path: Path, some: list[Record]) -> None:
    rows = [{"text": item.document.head, "title": item.document.title, "fdc": ";".join(item.codes)} for item in some]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "own.parquet")
    out = tmp_path / "mine.npz"
    main(["--labels", str(tmp_path / "own.parquet"), "--only", "--name", "mine-1", "--out", str(out), "--tracking", "none"])
    assert LocalAnnotator(weights=load(out)).name == "mine-1"
    text = (tmp_path / "mine-1.md").read_text(encoding="utf-8")
    assert "the user’s own" in text
    assert "mine-1.svg" in text
    assert (tmp_path / "mine-1.svg").exists()


def test_without_labels_of_ones_own_the_shipped_weights_and_their_card_are_replaced() -> None:
    assert SHIPPED_FILE.is_file()
    assert (CARDS / f"{SHIPPED}.md").is_file()


def test_a_parquet_file_without_labels_names_the_columns(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["a"], "subject": ["b"]}), tmp_path / "labels.parquet")
    with pytest.raises(LabelsError, match=r"no column fdc; it has text, subject"):
        parquet(tmp_path / "labels.parquet")


def test_records_of_one_work_share_a_fold_whatever_their_order() -> None:
    long = "A treatise on electricity and magnetism, volume one"
    records = [record(number, f"Title number {number} of some length", ("530",)) for number in range(60)]
    records += [record(100, long, ("537",)), record(101, long.upper() + "!", ("538",)), record(102, "Other", ("5",), long)]
    found = folds(records)
    assert len(set(found[-3:])) == 1
    assert set(found) == set(range(5))
    assert folds(records[::-1])[::-1].tolist() == found.tolist()


def test_only_records_with_codes_of_one_discipline_are_used() -> None:
    assert record(1, "", ("510", "519.2", "0")).division() is None
    assert record(1, "", ("510", "519.2")).division() == "51"
    assert record(1, "", ("355.1",)).division() is None  # military engineering, in the division of public administration


def test_tibkat_keeps_lists_of_titles(tmp_path: Path) -> None:
    row = {"id": "1", "type": "Book", "lang": "de", "title": ["A", "B"], "abstract": "C", "ddc": ["516/.156"]}
    path = tmp_path / "records.gz"
    path.write_bytes(gzip.compress(json.dumps(row).encode()))
    (found,) = tibkat(path)
    assert (found.document.title, found.document.head, found.disciplines) == ("A\nB", "C", {"mathematics"})


def test_articles_are_labelled_by_subject_or_journal(tmp_path: Path) -> None:
    table = tmp_path / "labels.tsv"
    table.write_text('id\tsubjects\ne1\tNeuroscience|Cell biology\ne2\tNews\ne3\tEcology"\n', encoding="utf-8")
    assert labels(table, "elife") == {"e1": ("612.8", "571.6")}


def test_intervals_and_calibration_by_hand() -> None:
    assert interval(97, 100) == pytest.approx((0.9155, 0.9897), abs=1e-4)
    assert interval(0, 0) == (0, 1)
    sure, right = np.array([0.95, 0.95, 0.55, 0.55]), np.array([True, True, True, False])
    assert calibration_error(sure, right) == pytest.approx(0.05)
    assert [(step.coverage, step.accuracy) for step in abstention(sure, right) if step.threshold == 0.6] == [(0.5, 1.0)]


def interval(right: int, of: int) -> tuple[float, float]:
    found = wilson(right, of)
    return found.low, found.high
