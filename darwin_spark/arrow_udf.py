"""Apply Python functions to rows in Spark. Output batches are bounded by bytes, because document sizes differ 10,000-fold."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType

BATCH_BYTES = 64 * 1024 * 1024
BATCH_ROWS = 4_096

Row = Mapping[str, Any]


def map_rows(documents: DataFrame, function: Callable[[Row], Iterable[Row]], schema: StructType) -> DataFrame:
    """Return the rows that `function` makes of the input rows: any number of rows of `schema` each; missing keys become null.
    Spark bounds the input batches. Output batches have about 64 MiB and 4,096 rows at most; a larger row is a batch alone."""
    arrow_schema = to_arrow_schema(schema)

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return to_batches((out for row in rows(batches) for out in function(row)), arrow_schema)

    return documents.mapInArrow(run, schema)


def rows(batches: Iterable[pa.RecordBatch]) -> Iterator[Row]:
    """Yield the rows of Arrow batches as dicts, converted one at a time so that no batch is in memory twice."""
    for batch in batches:
        names = batch.schema.names
        for index in range(batch.num_rows):
            yield {name: batch.column(i)[index].as_py() for i, name in enumerate(names)}


def to_batches(answers: Iterable[Row], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Yield Arrow batches of at most BATCH_BYTES (estimated) and BATCH_ROWS of the rows; a larger row is a batch of its own.
    A lone surrogate (valid in JSON, invalid in UTF-8) is replaced by a question mark, also in nested values."""
    pending: list[Row] = []
    size = 0
    for answer in answers:
        answer = {name: _replace_surrogates(value) for name, value in answer.items()}
        row_bytes = _estimated_bytes(answer)
        if pending and (size + row_bytes > BATCH_BYTES or len(pending) >= BATCH_ROWS):
            yield pa.RecordBatch.from_pylist(pending, schema=schema)
            pending, size = [], 0
        pending.append(answer)
        size += row_bytes
    if pending:
        yield pa.RecordBatch.from_pylist(pending, schema=schema)


def _replace_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isascii() else _replace_surrogates_in_text(value)
    if isinstance(value, Mapping):
        return {_replace_surrogates(key): _replace_surrogates(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_replace_surrogates(inner) for inner in value]
    return value


def _replace_surrogates_in_text(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def _estimated_bytes(value: object) -> int:
    """Return the estimated bytes of a value, nested values included."""
    if isinstance(value, str | bytes):
        return sys.getsizeof(value)
    if isinstance(value, Mapping):
        return 64 + sum(_estimated_bytes(key) + _estimated_bytes(inner) for key, inner in value.items())
    return 64 + sum(map(_estimated_bytes, value)) if isinstance(value, list | tuple) else 64
