"""Find the inputs of L0: parse what a person names, list the files, and find those that must be acquired now."""

import glob
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, BooleanType, MapType, StringType, StructField, StructType

from darwin_spark.arrow_udf import Row, map_rows
from darwin_spark.errors import UserError, did_you_mean
from darwin_spark.levels.l0_acquire import tex_listing
from darwin_spark.levels.l0_acquire.level import FILES, MANIFEST
from darwin_spark.storage import spark_files, uri_reader
from darwin_spark.storage.frames import empty_frame, escape_glob, frame_of_rows
from darwin_spark.verdicts import is_retryable

_GLOB = "*?["
_LIST = "urls:"
_ROOTS = StructType(
    [
        StructField("source", StringType()),
        StructField("root", StringType()),
        StructField("is_list", BooleanType()),
        StructField("files", ArrayType(StringType())),
    ]
)
_NAMED = ("source", "source_id", "title", "license", "declared_type")


class InputError(UserError):
    """An input or a manifest cannot be used; the message names it and says what to do."""


@dataclass(frozen=True)
class Input:
    """One input. `source` names the root in every row; `files` are URIs below the root (the URI of the root itself: all files).
    For a list of URLs (`is_list`) the root is the list. `is_named`: whether the user gave the name `source`."""

    source: str
    root: str
    files: tuple[str, ...]
    is_named: bool = False
    is_list: bool = False

    @property
    def is_foreign(self) -> bool:
        """Whether only Spark can read this input (DBFS, HDFS without libhdfs ...)."""
        return not self.is_list and spark_files.is_foreign(self.root)


def parse(text: str) -> Input:
    """Return the Input for a text: PATH or NAME=PATH, a file, a folder or a glob; `urls:FILE` is a list of URLs, one a line.
    The source is called NAME, else like the folder: `papers` for `data/papers`, `data/papers/a.pdf`, `data/papers/*.pdf` (list
    of URLs: like its file), so that a document's identity does not depend on how it was given. Raises InputError for an
    HTTP URL, a remote glob, or a missing file. An input that only Spark can read is not looked up;
    its source is called like the last part of its path."""
    name, equals, path = text.partition("=")
    if not equals or "/" in name:
        name, path = "", text
    if path.startswith(_LIST):
        return _parse_list(name, path.removeprefix(_LIST))
    if path.lower().startswith(("http://", "https://")):
        raise InputError(f"{path}: write URLs into a file, one a line, and give it as --input {_LIST}FILE")
    if spark_files.is_foreign(uri_reader.address(path)):
        uri = uri_reader.address(path)
        return Input(name or _last(uri), uri, (uri,), bool(name))
    if any(mark in path for mark in _GLOB) and not uri_reader.exists(uri_reader.address(path)):
        return _parse_glob(name, path, text)
    uri = uri_reader.address(path)
    if not uri_reader.exists(uri):
        raise InputError(f"no such file or folder: {path}{_near(path)}")
    if uri_reader.is_folder(uri):
        return Input(name or _last(uri), uri, (uri,), bool(name))
    root = uri.rsplit("/", 1)[0]
    return Input(name or _last(root), root, (uri,), bool(name))


def _parse_list(name: str, path: str) -> Input:
    uri = uri_reader.address(path)
    if not uri_reader.exists(uri) or uri_reader.is_folder(uri):
        raise InputError(f"no such list of URLs: {path}{_near(path)}")
    return Input(name or _last(uri).rsplit(".", 1)[0], uri, (uri,), bool(name), is_list=True)


def _parse_glob(name: str, path: str, text: str) -> Input:
    if "://" in path and not path.startswith("file://"):
        raise InputError(f"{text}: patterns are understood in local paths only; name the folder instead")
    path = path.removeprefix("file://")
    fixed = Path(path).parts
    base = Path(*fixed[: next(i for i, part in enumerate(fixed) if any(mark in part for mark in _GLOB))])
    found = sorted(glob.glob(path, recursive=True))  # noqa: PTH207  (absolute patterns)
    if not found:
        raise InputError(f"no file matches {path}")
    root = uri_reader.address(str(base))
    return Input(name or _last(root), root, tuple(uri_reader.address(file) for file in found), bool(name))


def _near(path: str) -> str:
    """Return the nearest name in the folder of a local path that does not exist, as a question."""
    wanted = Path(path)
    try:
        return did_you_mean(wanted.name, sorted(found.name for found in wanted.parent.iterdir()))
    except OSError:
        return ""


def _last(uri: str) -> str:
    return uri.rstrip("/").rsplit("/", 1)[-1]


def listing(spark: SparkSession, inputs: Sequence[Input], manifest: DataFrame, sample: float) -> DataFrame:
    """Return every file and listed URL of the inputs (FILES); TeX files are grouped into documents. Workers list the inputs
    (foreign ones: Spark does, and TeX is not grouped). A file's version covers size and time (of each part of a TeX document;
    not for URLs), its entries in the manifest, and `sample`."""

    rows = roots_of(inputs)
    files = map_rows(frame_of_rows(spark, rows, _ROOTS).repartition(len(rows) or 1), partial(walk, sample=sample), FILES)
    for item in (item for item in inputs if item.is_foreign):
        files = files.unionByName(spark_files.list_files(spark, item.source, item.root, sample))
    files = files.dropDuplicates(["source", "source_file"])
    marked = files.join(F.broadcast(_marks(manifest)), on=["source", "source_file"], how="left")
    version = F.concat_ws("-", "version", F.coalesce("mark", F.lit("0"))).alias("version")
    return marked.select("source", "source_file", "uri", version, "bytes", "parts", "is_url")


def roots_of(inputs: Sequence[Input]) -> list[Row]:
    """Return what must be listed: source, root, is_list and files of each root; foreign inputs are left out."""
    named: dict[tuple[str, str, bool], set[str]] = {}
    for item in (item for item in inputs if not item.is_foreign):
        named.setdefault((item.source, item.root, item.is_list), set()).update(item.files)
    return [dict(zip(_ROOTS.names, (*key, sorted(files)), strict=True)) for key, files in named.items()]


def walk(root: Row, sample: float) -> Iterator[Row]:
    """Yield the rows of FILES below one root (see `roots_of`)."""
    if root["is_list"]:
        yield from _listed_urls(root["source"], root["root"], sample)
        return
    for listed in tex_listing.group(root["root"], root["files"]):
        path = uri_reader.path_below(root["root"], listed.uri)
        yield {"source": root["source"], "source_file": path, **asdict(listed), "version": f"{listed.version}-{sample:g}"}


def _listed_urls(source: str, address: str, sample: float) -> Iterator[Row]:
    """Yield a row of FILES for each URL of a list; skip empty and # lines. The version ignores whether the page has changed."""
    with uri_reader.open_file(address) as lines:
        for line in lines:
            url = line.decode("utf-8", "replace").strip().removeprefix("\ufeff")
            if url and not url.startswith("#"):
                named = {"source": source, "source_file": url, "uri": url, "version": f"url-{sample:g}"}
                yield {**named, "bytes": 0, "is_url": True}


def _marks(manifest: DataFrame) -> DataFrame:
    """Return source, source_file and mark: a digest of the manifest's entries about each file and the objects inside it."""
    inside = [F.split("source_id", mark, 2)[0] for mark in ("!", "#")]
    entry = F.to_json(F.struct(*manifest.columns))
    named = manifest.select(
        "source", F.explode(F.array_distinct(F.array("source_id", *inside))).alias("source_file"), entry.alias("entry")
    )
    digest = F.hex(F.xxhash64(F.array_sort(F.collect_list("entry"))))
    return named.groupBy("source", "source_file").agg(digest.alias("mark"))


def not_yet_acquired(
    files: DataFrame, existing: DataFrame, retryable: frozenset[str], max_attempts: int, reprocess: str | None
) -> DataFrame:
    """Return the files that are new or changed, have a retryable failure with attempts left, or (with `reprocess`) were
    acquired under another configuration. `existing` are the rows of `l0`; `reprocess` is the present configuration's hash."""
    again = is_retryable(retryable, max_attempts)
    other = F.lit(reprocess is not None) & (F.col("config_hash") != F.lit(reprocess))
    done = (
        existing.groupBy("source", "source_file", F.col("source_version").alias("version"))
        .agg(F.max(again | other).alias("open_again"))
        .where("NOT open_again")
    )
    return files.join(done, on=["source", "source_file", "version"], how="left_anti")


def check_manifest(file: str | None) -> None:
    """Raise InputError if the manifest does not exist. Its columns are checked when it is read (`load_manifest`)."""
    if file is not None and not uri_reader.exists(uri_reader.address(file)):
        raise InputError(f"the manifest {file} is not there (any more): give --manifest FILE{_near(file)}")


def manifest_path(file: str) -> str:
    """Return the address of a manifest as Spark takes it: with an absolute path if it is local, and not percent-encoded."""
    if not uri_reader.address(file).startswith("file:"):
        return file
    return "file://" + os.path.abspath(file.removeprefix("file://"))  # noqa: PTH100  (as uri_reader.address does)


def load_manifest(spark: SparkSession, file: str | None) -> DataFrame:
    """Return the entries of a manifest (CSV with header, or JSONL): source and source_id name an object, the rest describes it.
    Columns other than title, license and declared_type go to `metadata`. None gives no entries. Raises InputError."""
    if file is None:
        return empty_frame(spark, MANIFEST)
    check_manifest(file)
    path = escape_glob(manifest_path(file))
    reader = spark.read.option("header", True).option("multiLine", True).option("escape", '"')
    frame = reader.csv(path) if file.lower().endswith(".csv") else spark.read.option("primitivesAsString", True).json(path)
    missing = {"source", "source_id"} - set(frame.columns)
    if missing:
        raise InputError(f"the manifest {file} has no column {', '.join(sorted(missing))}; it has {', '.join(frame.columns)}")
    twice = [row.source_id for row in frame.groupBy("source", "source_id").count().where("count > 1").limit(3).collect()]
    if twice:
        raise InputError(f"the manifest {file} names {', '.join(map(str, twice))} more than once")
    columns = [(F.col(name) if name in frame.columns else F.lit(None)).cast("string").alias(name) for name in _NAMED]
    pairs = [F.struct(F.lit(name), F.col(name).cast("string")) for name in frame.columns if name not in _NAMED]
    entries = F.map_from_entries(F.filter(F.array(*pairs), lambda pair: pair["col2"].isNotNull())) if pairs else F.lit(None)
    return frame.select(*columns, entries.cast(MapType(StringType(), StringType())).alias("metadata"))


def roots(inputs: Sequence[Input], known: Mapping[str, str]) -> dict[str, str]:
    """Return the workspace properties (`source.NAME`: folder) of the inputs. Raises InputError if two inputs have one name and
    different folders, or if a name not given by the user has another folder in `known`: documents would share one identity."""
    found: dict[str, str] = {}
    for item in inputs:
        key = f"source.{item.source}"
        if found.setdefault(key, item.root) != item.root:
            raise InputError(_clash(item, found[key]))
        if known.get(key, item.root) != item.root and not item.is_named:
            raise InputError(_clash(item, known[key]))
    return found


def _clash(item: Input, other: str) -> str:
    return (
        f"the source {item.source!r} stands for {other} in this workspace, and now for {item.root}: "
        f"give one a name of its own, for example --input {item.source}2={item.root} (or, if the folder only "
        f"moved, --input {item.source}={item.root})"
    )
