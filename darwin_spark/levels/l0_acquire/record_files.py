"""Read JSONL and Parquet files that hold one document per record, in bounded memory."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pyarrow as pa
from pyarrow import parquet

from darwin_spark.arrow_udf import Row
from darwin_spark.levels.l0_acquire.media import HEAD_BYTES, media_type
from darwin_spark.levels.l0_acquire.records import Record, to_record
from darwin_spark.levels.l0_acquire.rows import Place, SourceFile
from darwin_spark.levels.l0_acquire.text_media import S2ORC
from darwin_spark.storage.archives import compression
from darwin_spark.storage.archives.budget import BLOCK

_BATCH_ROWS = 16  # rows of a Parquet file in memory at once; few, because a row may hold a book


def is_jsonl(name: str) -> bool:
    """Return whether the file with this name is JSONL, judged by its suffix."""
    return name.lower().endswith((".jsonl", ".ndjson"))


def open_jsonl(file: SourceFile, place: Place, stream: Any) -> Iterator[Row]:
    """Yield a row per non-blank line, failed if the line holds no document; a record without an id is named `line-17`.

    A failed row follows if the file is damaged or empty.
    """
    empty, offset, most = True, 0, file.settings.max_record_bytes
    try:
        for number, (line, size) in enumerate(_lines(stream, most), start=1):
            if line.strip():
                empty = False
                record = Record(f"line-{number}", "object_too_large") if size > most else _parse(line, number, file)
                yield _line_row(file, place, record, line, offset)
            offset += size
    except compression.BROKEN:
        yield file.failure(place.damage, place)
        return
    if empty:
        yield file.failure("empty", place)


def _lines(stream: Any, most: int) -> Iterator[tuple[bytes, int]]:
    """Yield a pair for every line: its bytes (the first `most` + 1 if it is longer than `most`) and its whole length."""
    while line := stream.readline(most + 1):
        size = len(line)
        while not line.endswith(b"\n") and (rest := stream.readline(BLOCK)):
            size += len(rest)
            if rest.endswith(b"\n"):
                break
        yield line, size


def _parse(line: bytes, number: int, file: SourceFile) -> Record:
    try:
        return to_record(json.loads(line), f"line-{number}", file.settings.records)
    except (ValueError, RecursionError):
        return Record(f"line-{number}", "malformed_record")


def _line_row(file: SourceFile, place: Place, record: Record, line: bytes, offset: int) -> Row:
    """Return the L0 row of a line. Unless the file is packed, content above `max_inline_bytes` is given as a reference."""
    row = _row(file, place, record, line)
    if row["bytes"] <= file.settings.max_inline_bytes or place.depth > 0:  # re-reading a packed file would unpack all before
        return row
    start = offset + len(line) - len(line.lstrip())
    return {**row, "content": None, "content_ref": {"uri": row["uri"], "offset": start, "length": len(line.strip())}}


def open_parquet(file: SourceFile, place: Place, stream: Any) -> Iterator[Row]:
    """Yield a row per record, its content inline: it cannot be read alone later.

    A failed row follows if the file is damaged or empty; it is the only row if no column can hold text.
    """
    number = 0
    try:
        table = parquet.ParquetFile(stream, buffer_size=BLOCK, pre_buffer=False)
        if not _may_hold_text(table.schema_arrow, file):
            yield file.failure("no_text_field", place)
            return
        for batch in table.iter_batches(batch_size=_BATCH_ROWS):
            for value in batch.to_pylist():
                number += 1
                yield _row(file, place, to_record(value, f"row-{number}", file.settings.records), value)
    except (pa.ArrowException, OSError, ValueError, OverflowError):
        yield file.failure("broken_parquet", place)
        return
    if number == 0:
        yield file.failure("empty", place)


def _may_hold_text(schema: pa.Schema, file: SourceFile) -> bool:
    columns = {path.split(".")[0] for path in file.settings.records.text}
    return bool(columns & set(schema.names)) or any(name.endswith(("_parse", "body_text")) for name in schema.names)


def _row(file: SourceFile, place: Place, record: Record, source: Any) -> Row:
    """Return the L0 row of a record; `source` is the record as the file stores it: bytes of a line, or values of a row."""
    inside, _ = file.unique(f"{place.inside}#{record.id}")
    uri = f"{place.uri}#{quote(record.text_field)}" if record.text is not None else place.uri
    here = Place(inside, uri, str(record.metadata.get("filename", "")))
    if record.problem:
        return file.failure(record.problem, here)
    if record.text is None:
        content = source.strip() if isinstance(source, bytes) else json.dumps(source, default=str).encode()
        kind = S2ORC
    else:
        content = record.text.encode("utf-8", "replace")
        kind = media_type(content[:HEAD_BYTES], here.name)
    if len(content) > file.settings.max_record_bytes:
        return file.failure("object_too_large", here, bytes=len(content))
    return file.content(here, content, kind, **record.described, metadata=record.metadata)
