"""Small files in a folder of any store (a local one, S3, GCS, Azure, HDFS), each written whole or not at all.

A folder is named as people write it: `/data/ws/journal`, `s3://bucket/ws/journal`, `/Volumes/main/science/journal`.
"""

import os
from functools import cache
from pathlib import Path

from pyarrow import fs

PART = ".part"
"""The ending of a file that is being written, where the store shows files before they are whole."""

_RENAMING = ("local", "hdfs")
"""Stores that show a file while it is written, and rename in one step; the others show it when it is closed."""


def write(folder: str, name: str, content: bytes) -> None:
    """Write a file so that whoever sees its name sees all of it. On a local disk it also outlasts a loss of power."""
    store, path = _at(folder)
    target = f"{path}/{name}"
    if store.type_name not in _RENAMING:
        with store.open_output_stream(target) as stream:
            stream.write(content)
        return
    store.create_dir(path, recursive=True)
    if store.type_name != "local":
        with store.open_output_stream(target + PART) as stream:
            stream.write(content)
        store.move(target + PART, target)
        return
    with Path(target + PART).open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(target + PART).replace(target)


def read(folder: str, name: str) -> bytes:
    """The bytes of a file. Raises FileNotFoundError, OSError."""
    store, path = _at(folder)
    with store.open_input_file(f"{path}/{name}") as file:
        return bytes(file.readall())


def files(folder: str) -> list[str]:
    """The names of the files that lie in a folder, in order; none where there is no folder."""
    return [info.base_name for info in _list(folder) if info.type == fs.FileType.File]


def folders(folder: str) -> list[str]:
    """The names of the folders that lie in a folder, in order."""
    return [info.base_name for info in _list(folder) if info.type == fs.FileType.Directory]


def exists(folder: str, name: str) -> bool:
    """Whether the file is there."""
    store, path = _at(folder)
    return bool(store.get_file_info(f"{path}/{name}").type != fs.FileType.NotFound)


def move(folder: str, name: str, to: str, new_name: str) -> None:
    """Move a file into another folder of the same store."""
    store, path = _at(folder)
    target = _at(to)[1]
    store.create_dir(target, recursive=True)
    store.move(f"{path}/{name}", f"{target}/{new_name}")


def delete(folder: str, name: str) -> None:
    """Delete a file; one that has gone already is no error."""
    store, path = _at(folder)
    try:
        store.delete_file(f"{path}/{name}")
    except FileNotFoundError:
        return


def delete_folder(folder: str) -> None:
    """Delete a folder with all that lies in it; one that has gone already is no error."""
    store, path = _at(folder)
    if store.get_file_info(path).type == fs.FileType.Directory:
        store.delete_dir(path)


def _list(folder: str) -> list[fs.FileInfo]:
    store, path = _at(folder)
    found = store.get_file_info(fs.FileSelector(path, allow_not_found=True))
    return sorted(found, key=lambda info: str(info.base_name))


@cache
def _at(folder: str) -> tuple[fs.FileSystem, str]:
    if "://" not in folder:
        return fs.LocalFileSystem(), folder.rstrip("/")
    store, path = fs.FileSystem.from_uri(folder.replace("s3a://", "s3://", 1))
    return store, path.rstrip("/")
