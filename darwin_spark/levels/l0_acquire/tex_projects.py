"""TeX files that make one document: a main file and all that it reads, wherever they came from (folder, archive)."""

import io
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from posixpath import dirname, join, normpath, relpath

from darwin_spark.levels.l0_acquire.tex_links import Link, TexFile

PROJECT = "application/x-tex-project"
"""The media type: an uncompressed tar whose first member is the main file, names relative to the main file's folder."""

_SOURCES = {".tex", ".ltx", ".latex"}
_SUFFIXES = _SOURCES | {".bbl", ".bib", ".sty", ".cls", ".clo", ".def", ".cfg", ".fd", ".tikz", ".pgf", ".inc", ".ind", ".gls"}
_READ = _SUFFIXES - {".bbl", ".bib", ".ind", ".gls"}


_STEPS = 5_000_000
_STEPS_A_LINK = 40
"""What grouping may cost: some seconds, and for more files more; honest projects take a few dozen steps a link."""
_STEPS_A_LOOK_UP = 20
"""To find the file that a link means takes so much longer than to follow it again."""


@dataclass(frozen=True, slots=True)
class Project:
    """A document: its main file and the other files that it reads, by name, sorted; none for a file that stands alone."""

    main: str
    parts: tuple[str, ...] = ()


def is_tex(name: str) -> bool:
    """Whether a file may belong to a TeX project, by its name."""
    return _suffix(name) in _SUFFIXES


def may_link(name: str) -> bool:
    """Whether a file may name others, by its name; bibliographies do not."""
    return _suffix(name) in _READ


def group(scanned: Mapping[str, TexFile]) -> list[Project]:
    """The documents that the TeX files of one folder tree or archive make; every file is in at least one of them.

    A main file has \\documentclass and is not itself read by another main file (of files that read each other, the first by
    name is the main one). A file that no main file reads is a document of its own. Where files name each other so often that
    following them all would take too long, each is a document of its own.
    """
    try:
        return _group(scanned)
    except _TooTangledError:
        return [Project(name) for name in sorted(scanned)]


def _group(scanned: Mapping[str, TexFile]) -> list[Project]:
    by_path = {normpath(name): name for name in sorted(scanned, reverse=True)}
    files = {path: scanned[name] for path, name in by_path.items()}
    mains = [path for path in sorted(files) if files[path].is_main and _suffix(path) in _SOURCES]
    links = _Links(files)
    reach = {main: _reach(main, files, links) for main in mains}
    read_by_another = {path for main in mains for path, borrowed in reach[main].items() if path != main and not borrowed}
    chosen = [main for main in mains if main not in read_by_another]
    covered = {path for main in chosen for path in reach[main]}
    for main in mains:  # what is left reads itself in a circle
        if main not in covered and main not in chosen:
            chosen.append(main)
            covered |= set(reach[main])
    parts = {main: tuple(sorted(by_path[path] for path in reach[main] if path != main)) for main in chosen}
    grouped = {by_path[main] for main in chosen} | {name for names in parts.values() for name in names}
    projects = [Project(by_path[main], parts[main]) for main in chosen]
    return sorted([*projects, *(Project(name) for name in scanned if name not in grouped)], key=lambda project: project.main)


def _suffix(path: str) -> str:
    return PurePosixPath(path).suffix.lower()


class _TooTangledError(Exception):
    """The files name each other too often."""


class _Links:
    """The files that a file names, looked up once for each folder of a main file. Counts the steps taken in all."""

    def __init__(self, files: Mapping[str, TexFile]) -> None:
        self._files = files
        self._found: dict[tuple[str, str], list[tuple[str, bool]]] = {}
        self._steps_left = _STEPS + _STEPS_A_LINK * sum(len(file.links) for file in files.values())

    def of(self, path: str, folder: str) -> list[tuple[str, bool]]:
        """The files that `path` names, read for a main file in `folder`, and whether only their preamble is borrowed.

        Raises _TooTangledError.
        """
        found = self._found.get((path, folder))
        if found is None:
            links = self._files[path].links
            self._spend(_STEPS_A_LOOK_UP * len(links))
            named = ((_resolve(link, dirname(path), folder, self._files), link.borrows) for link in links)
            found = self._found[path, folder] = [(name, borrows) for name, borrows in named if name is not None]
        self._spend(len(found) + 1)
        return found

    def _spend(self, steps: int) -> None:
        self._steps_left -= steps
        if self._steps_left < 0:
            raise _TooTangledError


def _reach(main: str, files: Mapping[str, TexFile], links: _Links) -> dict[str, bool]:
    """All that a main file reads, itself included; True for what it only borrows the preamble of."""
    found = {main: False}
    waiting = [main]
    bibliography = main.rsplit(".", 1)[0] + ".bbl"
    if bibliography in files:
        found[bibliography] = False
    while waiting:
        here = waiting.pop()
        for path, borrows in links.of(here, dirname(main)):
            if borrows:
                found.setdefault(path, True)
            elif found.get(path, True):
                found[path] = False
                waiting.append(path)
    return found


def _resolve(link: Link, here: str, main: str, files: Mapping[str, TexFile]) -> str | None:
    places = (here, main) if link.from_here else (main, here)
    paths = (normpath(join(place, link.folder, link.name + end)) for end in (link.suffix, "") for place in places)
    return next((path for path in paths if path in files), None)


def pack(main: str, contents: Mapping[str, bytes]) -> bytes:
    """The files of a project as a tar, the same bytes for the same files."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT, encoding="utf-8") as archive:
        for name, path in _member_names(main, contents):
            entry = tarfile.TarInfo(name)
            entry.size = len(contents[path])
            archive.addfile(entry, io.BytesIO(contents[path]))
    return packed.getvalue()


def _member_names(main: str, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    folder = dirname(normpath(main))
    yield member_name(relpath(normpath(main), folder or ".")), main
    yield from sorted((member_name(relpath(normpath(path), folder or ".")), path) for path in paths if path != main)


def member_name(path: str) -> str:
    """The name in a project's tar of a file at `path` from the main file's folder: `../a/b.tex` is `UP/a/b.tex`."""
    return "/".join("UP" if part == ".." else part for part in normpath(path).lstrip("/").split("/"))
