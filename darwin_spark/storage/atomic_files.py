"""Read and write small files in any storage system (local disk, S3, GCS, Azure, HDFS). Each file is written atomically.
A folder is a path or a URI: `/data/ws/journal`, `s3://bucket/ws/journal`, `/Volumes/main/science/journal`."""

import os
from functools import cache
from pathlib import Path

from pyarrow import fs

PART = ".part"  # suffix of a file that is being written, on storage systems that show incomplete files

_RENAME_TYPES = ("local", "hdfs")
"""Types of storage that show incomplete files and rename atomically. The others show a file only when it is closed."""


def write(folder: str, name: str, content: bytes) -> None:
    """Write a file atomically: a reader never sees a part of it. On a local disk the content is synced before the rename."""
    store, path = _resolve(folder)
    target = f"{path}/{name}"
    if store.type_name not in _RENAME_TYPES:
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
    """Return the bytes of a file. Raises FileNotFoundError, OSError."""
    store, path = _resolve(folder)
    with store.open_input_file(f"{path}/{name}") as file:
        return bytes(file.readall())


def files(folder: str) -> list[str]:
    """Return the sorted names of the files directly in a folder, with unfinished `.part` files; none if there is no folder."""
    return [info.base_name for info in _list(folder) if info.type == fs.FileType.File]


def folders(folder: str) -> list[str]:
    """Return the sorted names of the folders directly in a folder; none if the folder does not exist."""
    return [info.base_name for info in _list(folder) if info.type == fs.FileType.Directory]


def exists(folder: str, name: str) -> bool:
    """Return whether a file or folder `name` exists in `folder`."""
    store, path = _resolve(folder)
    return bool(store.get_file_info(f"{path}/{name}").type != fs.FileType.NotFound)


def move(folder: str, name: str, to: str, new_name: str) -> None:
    """Move a file to the folder `to` of the same storage system, as `new_name`; create that folder if necessary."""
    store, path = _resolve(folder)
    target = _resolve(to)[1]
    store.create_dir(target, recursive=True)
    store.move(f"{path}/{name}", f"{target}/{new_name}")


def delete(folder: str, name: str) -> None:
    """Delete a file. No-op if it does not exist."""
    store, path = _resolve(folder)
    try:
        store.delete_file(f"{path}/{name}")
    except FileNotFoundError:
        return


def delete_folder(folder: str) -> None:
    """Delete a folder with its contents. No-op if it does not exist."""
    store, path = _resolve(folder)
    if store.get_file_info(path).type == fs.FileType.Directory:
        store.delete_dir(path)


def _list(folder: str) -> list[fs.FileInfo]:
    store, path = _resolve(folder)
    found = store.get_file_info(fs.FileSelector(path, allow_not_found=True))
    return sorted(found, key=lambda info: str(info.base_name))


@cache
def _resolve(folder: str) -> tuple[fs.FileSystem, str]:
    if "://" not in folder:
        return fs.LocalFileSystem(), folder.rstrip("/")
    store, path = fs.FileSystem.from_uri(folder.replace("s3a://", "s3://", 1))
    return store, path.rstrip("/")
