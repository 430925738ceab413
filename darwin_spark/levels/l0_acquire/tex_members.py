"""Tell which members of an archive are parts of its LaTeX papers but no documents: figures, styles, auxiliary files.

Whether an archive holds a paper is known at its end. Until then the rows of members that may be such parts are held.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath
from posixpath import normpath

from darwin_spark.arrow_udf import Row
from darwin_spark.levels.l0_acquire.rows import Place, SourceFile
from darwin_spark.levels.l0_acquire.tex_grouping import TexBuffer

PART = "part_of_tex_project"
"""Reason of a member that is no document."""
_SUPPORT = frozenset({
    ".bst", ".bbx", ".cbx", ".lbx", ".dbx", ".ist", ".aux", ".log", ".toc", ".lof", ".lot", ".out", ".blg", ".idx", ".ilg",
    ".nav", ".snm", ".vrb", ".fls", ".fdb_latexmk", ".synctex", ".brf", ".glo", ".acn", ".glsdefs", ".tfm", ".pfb", ".enc",
    ".map", ".ldf",
})  # fmt: skip
_IMAGES = frozenset({
    ".eps", ".epsi", ".epsf", ".ps", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".tif", ".tiff", ".bmp", ".mps", ".emf", ".wmf",
    ".pstex", ".pdf_tex", ".webp",
})  # fmt: skip
_MAX_HELD_BYTES, _MAX_HELD_ROWS = 64 * 1024 * 1024, 20_000


def may_be_part(name: str) -> bool:
    """Return whether a member may be a part of a paper, judged by its name."""
    path = PurePosixPath(name)
    suffix = path.suffix.lower()
    return suffix in _SUPPORT or suffix in _IMAGES or suffix == ".pdf" or path.name.startswith(("._", "00README"))


class PartBuffer:
    """Rows of members that may be parts of a paper; beyond 64 MiB or 20,000 rows they are let through."""

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._rows: list[tuple[Place, Row]] = []
        self._bytes = 0

    def hold(self, place: Place, rows: Iterator[Row]) -> Iterator[Row]:
        """Hold the rows of a member; yield all rows held if there are too many."""
        for row in rows:
            self._rows.append((place, row))
            self._bytes += len(row.get("content") or b"")
        if self._bytes > _MAX_HELD_BYTES or len(self._rows) > _MAX_HELD_ROWS:
            yield from (row for _, row in self._rows)
            self._rows, self._bytes = [], 0

    def release(self, tex_files: TexBuffer) -> Iterator[Row]:
        """Yield the rows held, those of parts of the papers in `tex_files` as failed; `tex_files` must have been released."""
        for place, row in self._rows:
            is_part = self._file.wants(place) and _is_part(place.name, tex_files)
            yield self._file.failure(PART, place, bytes=row["bytes"]) if is_part else row
        self._rows, self._bytes = [], 0


def _is_part(name: str, tex_files: TexBuffer) -> bool:
    """Return whether a member beside or below a main file is a part of the paper. A PDF is if the paper names it."""
    path = PurePosixPath(normpath(name))
    if path.name.startswith("._"):
        return bool(tex_files.folders)
    if tex_files.folders.isdisjoint(str(parent) for parent in path.parents):
        return False
    return path.suffix.lower() != ".pdf" or path.stem.lower() in tex_files.mentioned
