"""Group the TeX files of a listing into documents: a main file and its parts become one row with a joint version.

The TeX files that may refer to others are read, 16 at a time, because only their content shows which belong together.
"""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import xxhash

from darwin_spark.levels.l0_acquire import tex_projects
from darwin_spark.levels.l0_acquire.tex_links import NO_LINKS, TexFile, scan
from darwin_spark.storage import uri_reader
from darwin_spark.storage.uri_reader import FoundFile

_READ_THREADS = 16
_MAX_FOLDER_LEVELS = 3
"""Folder levels searched below the folder of a file that is named alone, because `~/paper.tex` must not search a whole home."""
_MAX_SCAN_BYTES = 16_000_000  # a larger file is not scanned for references


@dataclass(frozen=True, slots=True)
class Listed:
    """A listed file, or a TeX document: `uri` of its main file, `parts` (other URIs), `bytes` and `version` of all files."""

    uri: str
    bytes: int
    version: str
    parts: list[str] | None = None


def group(root: str, files: Sequence[str]) -> Iterator[Listed]:
    """Yield a Listed for each TeX document and for each other file below the addresses `files`, which lie in the input `root`.

    If `files` lacks `root`, a main file's parts are also searched in the root, in the folders of the TeX files found and up to
    _MAX_FOLDER_LEVELS below these, but only if one of the TeX files found refers to another file.
    """
    tex: dict[str, FoundFile] = {}
    for file in (found for address in files for found in uri_reader.walk(address)):
        path = uri_reader.path_below(root, file.uri)
        if tex_projects.is_tex(path):
            tex[path] = file
        else:
            yield Listed(file.uri, file.bytes, file.version)
    ungrouped = dict(tex)
    candidates = tex if root in files or not _any_links(tex) else _tex_around(root, tex) | tex
    for project in tex_projects.group(_scan_all(candidates)):
        if project.main in tex:
            names = (project.main, *project.parts)
            for name in names:
                ungrouped.pop(name, None)
            yield _document_row(project.main, {name: candidates[name] for name in names})
    yield from (Listed(file.uri, file.bytes, file.version) for file in ungrouped.values())


def _any_links(files: dict[str, FoundFile]) -> bool:
    return any(_scan(file).links for file in files.values())


def _tex_around(root: str, files: dict[str, FoundFile]) -> dict[str, FoundFile]:
    """Return, by path, the TeX files in the root, in the folders of `files`, and at most _MAX_FOLDER_LEVELS below these."""
    folders = {root} | {file.uri.rsplit("/", 1)[0] for file in files.values()}
    found = (file for folder in sorted(folders) for file in uri_reader.walk(folder, _MAX_FOLDER_LEVELS))
    paths = ((uri_reader.path_below(root, file.uri), file) for file in found)
    return {path: file for path, file in paths if tex_projects.is_tex(path)}


def _scan_all(files: dict[str, FoundFile]) -> dict[str, TexFile]:
    """Return the TexFile of each file by path, scanned in parallel. A lone file is not scanned: its references lead nowhere."""
    if len(files) < 2:
        return dict.fromkeys(files, NO_LINKS)
    with ThreadPoolExecutor(_READ_THREADS) as pool:
        return dict(zip(files, pool.map(_scan, files.values()), strict=True))


def _scan(file: FoundFile) -> TexFile:
    if file.bytes > _MAX_SCAN_BYTES or not tex_projects.may_link(file.uri):
        return NO_LINKS
    try:
        return scan(uri_reader.read(file.uri))
    except uri_reader.ObjectError:  # it fails with a reason when it is opened
        return NO_LINKS


def _document_row(main: str, files: Mapping[str, FoundFile]) -> Listed:
    """Return the Listed of a document; `files` maps the path of each of its files, `main` included, to the file.

    The version contains paths relative to the main file, so that it stays the same when the whole folder is moved.
    """
    found = files[main]
    if len(files) == 1:
        return Listed(found.uri, found.bytes, found.version)
    seen = (f"{posixpath.relpath(path, posixpath.dirname(main))}\0{file.version}" for path, file in files.items())
    version = xxhash.xxh3_128_hexdigest("\0".join(seen).encode())
    parts = [file.uri for path, file in files.items() if path != main]
    return Listed(found.uri, sum(file.bytes for file in files.values()), version, parts)
