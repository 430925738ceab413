"""Chunks and windows of real documents of every format; `benchmarks.l4.cuts` does the same for all of them."""

from pathlib import Path

from benchmarks.l4.cuts import measure_all
from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.tokens import token_counter


def test_cuts_of_real_documents_are_lossless_bounded_and_keep_formulas_whole(shared: Path) -> None:
    count = token_counter(ModelSettings(model="-", tokenizer="characters"))
    found = measure_all(shared, 60, count)
    assert found.documents > 20
    assert found.windows > 200
    assert found.faults == []
    assert found.cut_in_chunks <= 0.01 * found.formulas
