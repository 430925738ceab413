"""Helpers: open files as L0 does, without Spark, and make archives."""

import io
import tarfile
from collections.abc import Iterable
from pathlib import Path

from darwin_spark.arrow_udf import Row
from darwin_spark.config.l0 import L0Settings
from darwin_spark.levels.l0_acquire import tex_listing
from darwin_spark.levels.l0_acquire.acquire import acquire
from darwin_spark.storage import uri_reader

SETTINGS = L0Settings()


def open_all(path: Path, settings: L0Settings = SETTINGS) -> list[Row]:
    """The rows of one file that is listed alone."""
    size = path.stat().st_size if path.exists() else 0
    listed = {"source": "s", "source_file": path.name, "uri": uri_reader.address(str(path)), "version": "v", "bytes": size}
    return list(acquire(listed, settings))


def open_folder(folder: Path, settings: L0Settings = SETTINGS) -> list[Row]:
    """The rows of all files below a folder."""
    root = uri_reader.address(str(folder))
    listed = (
        {"source": "s", "source_file": uri_reader.path_below(root, file.uri), "uri": file.uri, "version": file.version}
        | {"bytes": file.bytes, "parts": file.parts}
        for file in tex_listing.group(root, [root])
    )
    return [row for file in listed for row in acquire(file, settings)]


def verdicts(rows: Iterable[Row]) -> dict[str, str]:
    """The reason of each row by its source_id, or `kept`."""
    return {row["source_id"]: row.get("reason") or row["verdict"] for row in rows}


def read_back(row: Row) -> bytes:
    """The content of a row, inline or by reference."""
    return bytes(row["content"]) if row.get("content") is not None else uri_reader.read(**row["content_ref"])


def make_tar(path: Path, members: Iterable[tuple[str, bytes]], mode: str = "w:xz") -> Path:
    """A tar archive of these members."""
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def tar_contents(content: bytes) -> dict[str, bytes]:
    """The members of a tar, in order."""
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        return {entry.name: archive.extractfile(entry).read() for entry in archive}  # type: ignore[union-attr]
