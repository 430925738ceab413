"""Files that only Spark can read (`dbfs:`, `wasbs:`, `hdfs:` without libhdfs ...), through Spark's `binaryFile` source.
Other files are not read this way, because the source has drawbacks: it skips names that begin with `_` or `.`, it keeps the
listing in the driver's memory, and a Python worker cannot read such a file again later, so every object is stored inline."""

from collections.abc import Iterator
from functools import cache
from itertools import islice
from urllib.parse import unquote, urlsplit

import pyarrow as pa
from pyarrow import fs
from pyspark.errors import AnalysisException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from darwin_spark.errors import UserError
from darwin_spark.storage.frames import escape_glob

_RESERVED_CHARS = "%#!?; "
_PATHS_PER_READ = 10_000
_LARGEST = 2_000_000_000  # maximum file size in bytes: Spark refuses to read a file of 2 GiB into a row


class UnreachableError(UserError):
    """Spark cannot list a folder; the message names the folder."""


def is_foreign(uri: str) -> bool:
    """Return whether the Python workers cannot open this URI themselves, so that Spark must read it."""
    return _is_foreign(urlsplit(uri).scheme, urlsplit(uri).netloc)


@cache
def _is_foreign(scheme: str, netloc: str) -> bool:
    if scheme in ("", "file", "s3", "http", "https"):
        return False
    try:
        fs.FileSystem.from_uri(f"{scheme}://{netloc}/")
    except (pa.ArrowException, OSError, ValueError, NotImplementedError):
        return True
    return False


def list_files(spark: SparkSession, source: str, root: str, sample: float) -> DataFrame:
    """Return a row of FILES for every file below `root`; `sample` is part of the version. Raises UnreachableError."""
    try:
        found = spark.read.format("binaryFile").option("recursiveFileLookup", True).load(_literal(root))
        _ = found.schema  # Spark Connect accesses the folder only here
    except AnalysisException as error:
        raise UnreachableError(f"cannot list {root}: {error}") from error
    path, root_path = F.col("path"), _path_of(root)
    root_start = F.instr(path, root_path)
    relative_path = F.ltrim(F.substr(path, root_start + len(root_path)), F.lit("/"))
    # A path that does not continue below the root is the root itself: a single file.
    name = F.when(root_start > 0, relative_path).otherwise(F.substring_index(path, "/", -1))
    version = F.concat_ws("-", "length", F.unix_micros("modificationTime"), F.lit(f"{sample:g}"))
    return found.select(
        F.lit(source).alias("source"),
        name.alias("source_file"),
        _percent_encoded(path).alias("uri"),
        version.alias("version"),
        F.col("length").alias("bytes"),
        F.lit(None).cast("array<string>").alias("parts"),
        F.lit(False).alias("is_url"),
    )


def with_content(spark: SparkSession, files: DataFrame) -> Iterator[DataFrame]:
    """Yield `files` with their `content`, 10,000 per DataFrame; first the files too large for Spark, with `content` empty."""
    large = F.col("bytes") > _LARGEST
    yield files.where(large).withColumn("content", F.lit(b""))
    files = files.where(~large)
    uris = (row.uri for row in files.select("uri").toLocalIterator())
    while batch := list(islice(uris, _PATHS_PER_READ)):
        found = spark.read.format("binaryFile").load([_literal(uri) for uri in batch])
        contents = found.select(_percent_encoded(F.col("path")).alias("uri"), "content")
        yield files.join(contents, on="uri", how="inner")


def _literal(uri: str) -> str:
    return escape_glob(unquote(uri))


def _path_of(root: str) -> str:
    return unquote(urlsplit(root).path).rstrip("/") + "/"


def _percent_encoded(path: Column) -> Column:
    for char in _RESERVED_CHARS:
        path = F.replace(path, F.lit(char), F.lit(f"%{ord(char):02X}"))
    return path
