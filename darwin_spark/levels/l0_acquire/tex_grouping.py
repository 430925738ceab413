"""The TeX files of an archive, held back until it has been read to its end and they can be grouped into documents."""

import tempfile
from collections.abc import Iterator
from io import BytesIO
from posixpath import normpath
from typing import Any

from darwin_spark.arrow_udf import Row
from darwin_spark.levels.l0_acquire import tex_projects
from darwin_spark.levels.l0_acquire.rows import Place, SourceFile
from darwin_spark.levels.l0_acquire.tex_links import NO_LINKS, scan
from darwin_spark.levels.l0_acquire.tex_projects import Project
from darwin_spark.storage.archives.budget import blocks

_IN_MEMORY = 32 * 1024 * 1024
_MOST_BYTES = 4 * 1024**3
_MOST_FILES = 100_000


class HeldTex:
    """TeX files by name; their content lies in a file without a name, so an archive of a thousand papers fits."""

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._clear()

    def _clear(self) -> None:
        self._places: dict[str, tuple[Place, int, int]] = {}
        self._contents = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115

    def wants(self, name: str) -> bool:
        """Whether a member is held: its name says TeX, and no member of the same name is held already."""
        return tex_projects.is_tex(name) and normpath(name) not in self._places

    def hold(self, place: Place, stream: Any) -> Iterator[Row]:
        """Hold a member; answers rows only if it cannot be held, or if so much is held that a part is let go."""
        if len(self._places) >= _MOST_FILES or self._contents.tell() >= _MOST_BYTES:
            yield from self.release()
        start, size = self._contents.seek(0, 2), 0
        for block in blocks(stream):
            size += len(block)
            if size > self._file.settings.max_project_bytes:
                yield self._file.failure("object_too_large", place, bytes=size)
                return
            self._contents.write(block)
        self._places[normpath(place.name)] = (place, start, size)

    def release(self) -> Iterator[Row]:
        """The documents that the held files make."""
        scanned = {name: scan(self._read(name)) if tex_projects.may_link(name) else NO_LINKS for name in self._places}
        for project in tex_projects.group(scanned):
            yield self._row(project)
        self._clear()

    def _read(self, name: str) -> bytes:
        _, start, size = self._places[name]
        self._contents.seek(start)
        return self._contents.read(size)

    def _row(self, project: Project) -> Row:
        contents = ((name, self._read(name)) for name in (project.main, *project.parts))
        size = sum(self._places[name][2] for name in (project.main, *project.parts))
        return project_row(self._file, self._places[project.main][0], project.main, size, contents)


def project_row(file: SourceFile, place: Place, main: str, size: int, contents: Iterator[tuple[str, bytes]]) -> Row:
    """The row of a TeX document of `size` bytes in all, at its main file's place; `contents` begins with the main file."""
    if size > file.settings.max_project_bytes:
        return file.failure("object_too_large", place, bytes=size)
    if not file.wants(place):
        return file.object(place)
    files = dict(contents)
    if len(files) > 1:
        return file.content(place, tex_projects.pack(main, files), tex_projects.PROJECT)
    content = files[main]
    return file.take(place, BytesIO(content))
