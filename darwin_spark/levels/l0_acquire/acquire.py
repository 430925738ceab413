"""Turn a listed file or URL into L0 rows: one for each object in it (the file itself, a member, a record), or a failed row."""

from collections.abc import Iterator
from io import BytesIO

from darwin_spark.arrow_udf import Row
from darwin_spark.config.l0 import L0Settings
from darwin_spark.levels.l0_acquire.archive_walker import open_object
from darwin_spark.levels.l0_acquire.rows import SourceFile, is_sampled
from darwin_spark.levels.l0_acquire.tex_grouping import project_row
from darwin_spark.levels.l0_acquire.urls import open_url
from darwin_spark.storage import uri_reader
from darwin_spark.storage.archives.budget import ArchiveBombError


def acquire(listed: Row, settings: L0Settings) -> Iterator[Row]:
    """Yield the L0 rows of one listed file (a row of level.FILES), at least one. An error is yielded as a failed row.

    With `sample` below 1, only rows of sampled doc_ids are yielded (and one for an error that ends the reading), possibly none.
    """
    file = SourceFile(listed, settings)
    try:
        yield from (row for row in _objects(file) if is_sampled(row["doc_id"], settings.sample))
    except uri_reader.ObjectError as error:
        yield file.failure(error.reason)
    except ArchiveBombError:
        yield file.failure("archive_bomb")
    except OSError:
        yield file.failure("unreadable")
    except Exception as error:  # an unexpected error fails this file, not the climb
        yield file.failure("acquire_error", metadata={"error": f"{type(error).__name__}: {error}"[:1000]})


def _objects(file: SourceFile) -> Iterator[Row]:
    if file.row.get("is_url"):
        yield from open_url(file)
        return
    if file.row.get("parts"):
        yield _project_in_folder(file)
        return
    if file.row.get("content") == b"" and file.row["bytes"]:  # too large for storage/spark_files.py
        yield file.failure("object_too_large", bytes=file.row["bytes"])
        return
    if file.row.get("content") is not None:
        yield from open_object(file.kept_inline(), file.place, BytesIO(file.row["content"]))
        return
    with uri_reader.open_file(file.row["uri"]) as stream:
        yield from open_object(file, file.place, stream)


def _project_in_folder(file: SourceFile) -> Row:
    uris = (file.row["uri"], *file.row["parts"])
    contents = ((uri_reader.path_below("", uri), uri_reader.read(uri)) for uri in uris)
    return project_row(file, file.place, uri_reader.path_below("", file.row["uri"]), file.row["bytes"], contents)
