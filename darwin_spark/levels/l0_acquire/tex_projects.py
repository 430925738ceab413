"""Group TeX files of a folder or archive into documents (a main file and all that it reads), and pack a document as a tar."""

import io
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from posixpath import dirname, join, normpath, relpath

from darwin_spark.levels.l0_acquire.tex_links import Link, TexFile

PROJECT = "application/x-tex-project"
"""Media type of a packed document: uncompressed tar, main file first, names relative to the main file's folder."""
_SOURCES = {".tex", ".ltx", ".latex"}
_SUFFIXES = _SOURCES | {".bbl", ".bib", ".sty", ".cls", ".clo", ".def", ".cfg", ".fd", ".tikz", ".pgf", ".inc", ".ind", ".gls"}
_LINKING_SUFFIXES = _SUFFIXES - {".bbl", ".bib", ".ind", ".gls"}

_STEPS = 5_000_000
_STEPS_PER_LINK = 40
"""Step limit of grouping: 5 million (some seconds) and 40 per reference; honest projects take a few dozen per reference."""
_STEPS_PER_LOOKUP = 20  # resolving a reference takes 20 times as long as following it again


@dataclass(frozen=True, slots=True)
class Project:
    """A document: the name of its main file, and the sorted names of the other files that it reads (none for a lone file)."""

    main: str
    parts: tuple[str, ...] = ()


def is_tex(name: str) -> bool:
    """Return whether a file may belong to a TeX project, judged by its suffix."""
    return _suffix(name) in _SUFFIXES


def is_source(name: str) -> bool:
    """Return whether a file may be a main file, judged by its suffix."""
    return _suffix(name) in _SOURCES


def may_link(name: str) -> bool:
    """Return whether a file may refer to others, judged by its suffix; bibliographies, indexes and glossaries do not."""
    return _suffix(name) in _LINKING_SUFFIXES


def group(scanned: Mapping[str, TexFile]) -> list[Project]:
    """Return the documents, sorted by main file, of one folder tree or archive; every file of `scanned` is in at least one.

    A main file is a TeX source with \\documentclass that no other main file reads (in a cycle, the first by name). A file that
    no main file reads is a document of its own, and so is every file if following all references exceeds the step limit.
    """
    try:
        return _group(scanned)
    except _StepLimitError:
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
    for main in mains:  # files that read each other in a cycle
        if main not in covered and main not in chosen:
            chosen.append(main)
            covered |= set(reach[main])
    parts = {main: tuple(sorted(by_path[path] for path in reach[main] if path != main)) for main in chosen}
    grouped = {by_path[main] for main in chosen} | {name for names in parts.values() for name in names}
    projects = [Project(by_path[main], parts[main]) for main in chosen]
    return sorted([*projects, *(Project(name) for name in scanned if name not in grouped)], key=lambda project: project.main)


def _suffix(path: str) -> str:
    return PurePosixPath(path).suffix.lower()


class _StepLimitError(Exception):
    """Following the references exceeds the step limit."""


class _Links:
    """The resolved references of each file, cached per folder of the main file. Counts all steps against the step limit."""

    def __init__(self, files: Mapping[str, TexFile]) -> None:
        self._files = files
        self._found: dict[tuple[str, str], list[tuple[str, bool]]] = {}
        self._steps_left = _STEPS + _STEPS_PER_LINK * sum(len(file.links) for file in files.values())

    def of(self, path: str, folder: str) -> list[tuple[str, bool]]:
        """Return (file, whether only its preamble is read) for each reference in `path`, for a main file in `folder`."""
        found = self._found.get((path, folder))
        if found is None:
            links = self._files[path].links
            self._spend(_STEPS_PER_LOOKUP * len(links))
            named = ((_resolve(link, dirname(path), folder, self._files), link.borrows) for link in links)
            found = self._found[path, folder] = [(name, borrows) for name, borrows in named if name is not None]
        self._spend(len(found) + 1)
        return found

    def _spend(self, steps: int) -> None:
        self._steps_left -= steps
        if self._steps_left < 0:
            raise _StepLimitError


def _reach(main: str, files: Mapping[str, TexFile], links: _Links) -> dict[str, bool]:
    """Return a dict of all files that a main file reads, the main file and its `.bbl` included.

    The value is True for a file of which only the preamble is read; the references of such a file are not followed.
    """
    found = {main: False}
    pending = [main]
    bibliography = main.rsplit(".", 1)[0] + ".bbl"
    if bibliography in files:
        found[bibliography] = False
    while pending:
        here = pending.pop()
        for path, borrows in links.of(here, dirname(main)):
            if borrows:
                found.setdefault(path, True)
            elif found.get(path, True):
                found[path] = False
                pending.append(path)
    return found


def _resolve(link: Link, here: str, main: str, files: Mapping[str, TexFile]) -> str | None:
    """Return the first existing file that a link in folder `here` may mean, for a main file in folder `main`; else None."""
    places = (here, main) if link.from_here else (main, here)
    paths = (normpath(join(place, link.folder, link.name + end)) for end in (link.suffix, "") for place in places)
    return next((path for path in paths if path in files), None)


def pack(main: str, contents: Mapping[str, bytes]) -> bytes:
    """Return a tar of the files of a project (`contents`: bytes by name); the same files always give the same bytes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT, encoding="utf-8") as archive:
        for name, path in _member_names(main, contents):
            entry = tarfile.TarInfo(name)
            entry.size = len(contents[path])
            archive.addfile(entry, io.BytesIO(contents[path]))
    return buffer.getvalue()


def _member_names(main: str, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    folder = dirname(normpath(main))
    yield member_name(relpath(normpath(main), folder or ".")), main
    yield from sorted((member_name(relpath(normpath(path), folder or ".")), path) for path in paths if path != main)


def member_name(path: str) -> str:
    """Return the name that a file has in the project's tar: `../a/b.tex` from the main file's folder becomes `UP/a/b.tex`."""
    return "/".join("UP" if part == ".." else part for part in normpath(path).lstrip("/").split("/"))
