"""Read a LaTeX project from an uncompressed tar: the main file comes first, names are relative to the main file's folder.

File names are looked up only among the tar's members, so a document cannot read a file outside the bundle.
"""

import io
import posixpath
import re
import tarfile
from dataclasses import dataclass, field

from darwin_spark.parsers.decoding import decode
from darwin_spark.parsers.parsed import ParseFailure

_MAX_MEMBERS = 20_000
_INPUT_ENCODING = re.compile(rb"\\usepackage\s*\[\s*([a-z0-9]+)\s*\]\s*\{inputenc\}")
_ENCODINGS = {
    "latin1": "latin-1", "latin2": "iso8859-2", "latin5": "iso8859-9", "latin9": "iso8859-15", "ansinew": "cp1252",
    "cp1250": "cp1250", "cp1251": "cp1251", "cp1252": "cp1252", "koi8-r": "koi8-r", "applemac": "mac-roman", "cp850": "cp850",
}  # fmt: skip


@dataclass
class Bundle:
    r"""File contents by name, and the Python codec of the encoding that the main file declares with \usepackage{inputenc}."""

    files: dict[str, bytes]
    encoding: str | None = None
    _texts: dict[str, str] = field(default_factory=dict)

    @property
    def characters(self) -> int:
        """Total size of the files in bytes, used as an estimate of their characters."""
        return sum(map(len, self.files.values()))

    def find(self, name: str, folders: tuple[str, ...], endings: tuple[str, ...]) -> str | None:
        """Return the path in the bundle of file `name`, or None. Each folder is tried, with every ending and without."""
        name = name.strip().strip('"')
        for folder in folders:
            for ending in ("", *endings) if "." in posixpath.basename(name) else (*endings, ""):
                path = _member_path(posixpath.join(folder, name + ending))
                if path in self.files:
                    return path
        return None

    def text(self, path: str) -> str:
        """Return the decoded text of the bundle's file `path`. The text is cached."""
        if path not in self._texts:
            self._texts[path] = text_of(self.files[path], self.encoding)[0]
        return self._texts[path]


def _member_path(path: str) -> str:
    """Return the tar's name for a path. L0 (tex_projects.py) stores `../a.tex`, above the main file's folder, as `UP/a.tex`."""
    return "/".join("UP" if part == ".." else part for part in posixpath.normpath(path).split("/"))


def single(content: bytes) -> tuple[str, Bundle]:
    """Return the name `main.tex` and a bundle with one file of that name, whose bytes are `content`."""
    return "main.tex", Bundle({"main.tex": content}, _declared_encoding(content))


def unpacked(content: bytes) -> tuple[str, Bundle]:
    """Return the main file's name and the bundle, from a tar: at most 20,000 files. Raises ParseFailure corrupt_tar, empty."""
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.isreg() and not member.issparse() else None
                if stream is not None and len(files) < _MAX_MEMBERS:
                    files.setdefault(posixpath.normpath(member.name), stream.read())
    except (tarfile.TarError, ValueError, OverflowError, EOFError) as error:
        raise ParseFailure("corrupt_tar", f"the bundle of the LaTeX project is not a whole tar file: {error}") from error
    if not files:
        raise ParseFailure("empty", "the bundle of the LaTeX project holds no files")
    main = next(iter(files))
    return main, Bundle(files, _declared_encoding(files[main]))


def text_of(content: bytes, declared: str | None) -> tuple[str, list[str]]:
    r"""Return a file's text, with `\n` as line end, and decoding warnings. If not UTF-8, codec `declared` is used, if given."""
    if declared is not None:
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            content = content.decode(declared, "replace").encode("utf-8")
    text, warnings = decode(content)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n"), warnings


def _declared_encoding(content: bytes) -> str | None:
    match = _INPUT_ENCODING.search(content[:65_536])
    return _ENCODINGS.get(match.group(1).decode("ascii")) if match else None
