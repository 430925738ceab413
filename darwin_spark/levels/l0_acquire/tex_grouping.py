"""Buffer the TeX files of an archive until it is read to its end or the buffer is full, then group them into documents."""

import re
import tempfile
from collections.abc import Iterator
from io import BytesIO
from posixpath import basename, dirname, normpath
from typing import Any

from darwin_spark.arrow_udf import Row
from darwin_spark.levels.l0_acquire import tex_projects
from darwin_spark.levels.l0_acquire.rows import Place, SourceFile
from darwin_spark.levels.l0_acquire.tex_links import NO_LINKS, TexFile, scan
from darwin_spark.levels.l0_acquire.tex_projects import Project
from darwin_spark.storage.archives.budget import blocks

_SPOOL_BYTES = 32 * 1024 * 1024
_MAX_BYTES = 4 * 1024**3
_MAX_FILES = 100_000
_NAME = re.compile(rb"[{=,]\s{0,9}([^{}\s\\\\,=%]{1,200})(?=\s{0,9}[},])")


class TexBuffer:
    """Buffer of TeX files by name; above 32 MiB in an anonymous temporary file."""

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self.folders: set[str] = set()
        """Folders of the main files of the documents that were released; `.` is the archive's own."""
        self.mentioned: set[str] = set()
        """Names in braces, without folder and suffix, in the files that were released: figures among them."""
        self._clear()

    def _clear(self) -> None:
        self._places: dict[str, tuple[Place, int, int]] = {}
        self._contents = tempfile.SpooledTemporaryFile(_SPOOL_BYTES)  # noqa: SIM115

    def wants(self, name: str) -> bool:
        """Return whether to buffer a member: it has a TeX suffix, no prefix `._`, and its name is not buffered yet."""
        return tex_projects.is_tex(name) and not basename(name).startswith("._") and normpath(name) not in self._places

    def hold(self, place: Place, stream: Any) -> Iterator[Row]:
        """Buffer a member, or yield a failed row if it exceeds `max_project_bytes`. A full buffer is released first."""
        if len(self._places) >= _MAX_FILES or self._contents.tell() >= _MAX_BYTES:
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
        """Yield the L0 row of each document that the buffered files form, then empty the buffer.

        If the archive holds a TeX paper, a file that is no source and that no document reads (a style) gets a failed row.
        """
        scanned = {name: self._scan(name) if tex_projects.may_link(name) else NO_LINKS for name in self._places}
        self.folders |= {
            dirname(name) or "." for name, file in scanned.items() if file.is_main and tex_projects.is_source(name)
        }
        for project in tex_projects.group(scanned):
            if self.folders and not project.parts and not tex_projects.is_source(project.main):
                place, _, size = self._places[project.main]
                yield self._file.failure("part_of_tex_project", place, bytes=size)
            else:
                yield self._row(project)
        self._clear()

    def _scan(self, name: str) -> TexFile:
        content = self._read(name)
        self.mentioned |= {
            basename(found).rsplit(b".", 1)[0].decode("utf-8", "replace").lower() for found in _NAME.findall(content)
        }
        return scan(content)

    def _read(self, name: str) -> bytes:
        _, start, size = self._places[name]
        self._contents.seek(start)
        return self._contents.read(size)

    def _row(self, project: Project) -> Row:
        contents = ((name, self._read(name)) for name in (project.main, *project.parts))
        size = sum(self._places[name][2] for name in (project.main, *project.parts))
        return project_row(self._file, self._places[project.main][0], project.main, size, contents)


def project_row(file: SourceFile, place: Place, main: str, size: int, contents: Iterator[tuple[str, bytes]]) -> Row:
    """Return the L0 row of a TeX document of `size` bytes at the place of its file `main`; failed above `max_project_bytes`.

    `contents` yields each file's name and bytes. Several files are packed as a tar; a single file is an object like any other.
    """
    if size > file.settings.max_project_bytes:
        return file.failure("object_too_large", place, bytes=size)
    if not file.wants(place):
        return file.object(place)
    files = dict(contents)
    if len(files) > 1:
        return file.content(place, tex_projects.pack(main, files), tex_projects.PROJECT)
    content = files[main]
    return file.take(place, BytesIO(content))
