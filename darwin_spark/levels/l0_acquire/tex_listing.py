"""The TeX files of a listing, grouped to documents: a main file and its parts are one row.

Every listing reads the TeX files of an input (not its other files), 16 at a time: which of them belong together stands in
them alone. The documents themselves are read only when one of their files changed.
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

_READERS = 16
_DEEPEST = 3
"""Folders below the one of a file that is named alone; `--input ~/paper.tex` is no reason to look through a home."""
_LARGEST = 16_000_000
"""Bytes; a larger file is not looked into."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of the listing: `uri`, `bytes` and `version` as found; of a document in several files, those of all together."""

    uri: str
    bytes: int
    version: str
    parts: list[str] | None = None


def group(root: str, files: Sequence[str]) -> Iterator[Listed]:
    """Every file below the addresses `files` of one input: TeX documents as one row each, every other file as it is.

    Where only some files of the root are named, the parts of a main file are looked for in the folders of these files and
    some levels below, and only if one of them reads others at all.
    """
    tex: dict[str, FoundFile] = {}
    for file in (found for named in files for found in uri_reader.walk(named)):
        path = uri_reader.path_below(root, file.uri)
        if tex_projects.is_tex(path):
            tex[path] = file
        else:
            yield Listed(file.uri, file.bytes, file.version)
    alone = dict(tex)
    company = tex if root in files or not _any_links(tex) else _tex_around(root, tex) | tex
    for project in tex_projects.group(_scanned(company)):
        if project.main in tex:
            names = (project.main, *project.parts)
            for name in names:
                alone.pop(name, None)
            yield _listed(project.main, {name: company[name] for name in names})
    yield from (Listed(file.uri, file.bytes, file.version) for file in alone.values())


def _any_links(files: dict[str, FoundFile]) -> bool:
    return any(_scan(file).links for file in files.values())


def _tex_around(root: str, files: dict[str, FoundFile]) -> dict[str, FoundFile]:
    """The TeX files of the folders of these files, of the root itself, and of the folders at most _DEEPEST below."""
    folders = {root} | {file.uri.rsplit("/", 1)[0] for file in files.values()}
    found = (file for folder in sorted(folders) for file in uri_reader.walk(folder, _DEEPEST))
    paths = ((uri_reader.path_below(root, file.uri), file) for file in found)
    return {path: file for path, file in paths if tex_projects.is_tex(path)}


def _scanned(files: dict[str, FoundFile]) -> dict[str, TexFile]:
    """What the files say of each other; a file without company says nothing that matters."""
    if len(files) < 2:
        return dict.fromkeys(files, NO_LINKS)
    with ThreadPoolExecutor(_READERS) as pool:
        return dict(zip(files, pool.map(_scan, files.values()), strict=True))


def _scan(file: FoundFile) -> TexFile:
    if file.bytes > _LARGEST or not tex_projects.may_link(file.uri):
        return NO_LINKS
    try:
        return scan(uri_reader.read(file.uri))
    except uri_reader.ObjectError:  # it becomes a row with a reason when it is opened
        return NO_LINKS


def _listed(main: str, files: Mapping[str, FoundFile]) -> Listed:
    """`files` by their paths. Their places count as seen from the main file: a folder that moves changes no document."""
    found = files[main]
    if len(files) == 1:
        return Listed(found.uri, found.bytes, found.version)
    seen = (f"{posixpath.relpath(path, posixpath.dirname(main))}\0{file.version}" for path, file in files.items())
    version = xxhash.xxh3_128_hexdigest("\0".join(seen).encode())
    parts = [file.uri for path, file in files.items() if path != main]
    return Listed(found.uri, sum(file.bytes for file in files.values()), version, parts)
