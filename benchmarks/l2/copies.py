"""A corpus with known duplicates: the JATS articles of ../shared/data, and copies of them with some words replaced.

`python -m benchmarks.l2.copies FOLDER --megabytes 300` writes parquet/*.parquet (for Spark) and jsonl/*.jsonl (for
datatrove), the same texts in both. A copy has 0 to 30 % of its words replaced by words of another article, seeded.
"""

import argparse
import json
import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.l2.corpus import articles

SHARES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3)
"""Shares of replaced words, in turn; a share s leaves about (1 - s)**5 of the 5-grams."""
JSONL_FILES = 2
"""One for each core: the peer reads one file per task."""
PARQUET_ROWS = 512
"""Rows of a file, about 20 MB of text: one task."""

SCHEMA = pa.schema(
    [
        ("doc_id", pa.string()),
        ("bucket", pa.string()),
        ("source", pa.string()),
        ("metadata", pa.map_(pa.string(), pa.string())),
        ("text", pa.string()),
    ]
)


def with_words_replaced(words: list[str], others: list[str], share: float, seed: int) -> str:
    """The words, each replaced with probability `share` by one of the others."""
    chosen = random.Random(seed)
    return " ".join(chosen.choice(others) if chosen.random() < share else word for word in words)


def texts(megabytes: float) -> Iterator[str]:
    """Yield the articles, then copies of them in turn, until there are `megabytes` MB of UTF-8."""
    originals = [text for _, text in articles() if text]
    left = megabytes * 1e6
    for number in range(10**9):
        index = number % len(originals)
        if number < len(originals):
            text = originals[index]
        else:
            share = SHARES[(number // len(originals) + index) % len(SHARES)]
            text = with_words_replaced(originals[index].split(), originals[index - 1].split(), share, number)
        yield text
        left -= len(text.encode())
        if left <= 0:
            return


def write(folder: Path, megabytes: float) -> None:
    """Write both formats; ids come from a seeded generator, so that their order is unrelated to that of the texts."""
    for name in ("jsonl", "parquet"):
        (folder / name).mkdir(parents=True)
    chosen = random.Random(1)
    with ExitStack() as stack:
        files = [stack.enter_context((folder / "jsonl" / f"{number}.jsonl").open("w")) for number in range(JSONL_FILES)]
        rows: list[dict[str, object]] = []
        for number, text in enumerate(texts(megabytes)):
            doc_id = f"{chosen.getrandbits(128):032x}"
            files[number % JSONL_FILES].write(json.dumps({"id": doc_id, "text": text}) + "\n")
            rows.append({"doc_id": doc_id, "bucket": "all", "source": "jats", "metadata": {}, "text": text})
            if len(rows) == PARQUET_ROWS:
                _write_parquet(folder, number, rows)
                rows = []
        _write_parquet(folder, number + 1, rows)


def _write_parquet(folder: Path, number: int, rows: list[dict[str, object]]) -> None:
    pq.write_table(pa.Table.from_pylist(rows, SCHEMA), folder / "parquet" / f"{number:08}.parquet")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--megabytes", type=float, default=300)
    arguments = options.parse_args()
    write(arguments.folder, arguments.megabytes)


if __name__ == "__main__":
    main()
