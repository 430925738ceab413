"""Python work over documents whose sizes differ by 10,000 times: rows in, rows out, batches bounded by bytes."""

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
    """Apply `function` to every row; it answers any number of rows of `schema` (missing keys are null).

    Input batches are bounded by Spark, output batches here: 64 MB or 4,096 rows, a single larger row goes alone.
    """
    arrow_schema = to_arrow_schema(schema)

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return to_batches((out for row in rows(batches) for out in function(row)), arrow_schema)

    return documents.mapInArrow(run, schema)


def rows(batches: Iterable[pa.RecordBatch]) -> Iterator[Row]:
    """The rows of Arrow batches, one Python dict at a time, so that no batch stands twice in memory."""
    for batch in batches:
        names = batch.schema.names
        for index in range(batch.num_rows):
            yield {name: batch.column(i)[index].as_py() for i, name in enumerate(names)}


def to_batches(answers: Iterable[Row], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Pack rows into Arrow batches of at most BATCH_BYTES (by the size of their strings and bytes) or BATCH_ROWS.

    Half a surrogate pair (legal in JSON, not in UTF-8) becomes a question mark, wherever in a row it stands.
    """
    pending: list[Row] = []
    size = 0
    for answer in answers:
        answer = {name: _encodable(value) for name, value in answer.items()}
        weight = _weight(answer)
        if pending and (size + weight > BATCH_BYTES or len(pending) >= BATCH_ROWS):
            yield pa.RecordBatch.from_pylist(pending, schema=schema)
            pending, size = [], 0
        pending.append(answer)
        size += weight
    if pending:
        yield pa.RecordBatch.from_pylist(pending, schema=schema)


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isascii() else _encodable_text(value)
    if isinstance(value, Mapping):
        return {_encodable(key): _encodable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(inner) for inner in value]
    return value


def _encodable_text(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def _weight(value: object) -> int:
    """Bytes of a value, those of what it holds included."""
    if isinstance(value, str | bytes):
        return sys.getsizeof(value)
    if isinstance(value, Mapping):
        return 64 + sum(_weight(key) + _weight(inner) for key, inner in value.items())
    return 64 + sum(map(_weight, value)) if isinstance(value, list | tuple) else 64
