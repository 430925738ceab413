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
_HEAD_BYTES = 65_536
_INPUT_ENCODING = re.compile(
    rb"^[^%\n]*\\(?:usepackage|RequirePackage)\s*\[([^\]\n]{1,200})\]\s*\{[^}\n]{0,200}\b(?:lua)?inputen[cx]\b[^}\n]{0,200}\}"
    rb"|^[^%\n]*\\(?:inputencoding|XeTeXinputencoding|XeTeXdefaultencoding)\s*[{\"]?([\w-]{2,30})"
    rb"|^[^%\n]*\\begin\s*\{CJK\*?\}\s*(?:\[[^\]\n]{0,60}\]\s*)?\{([\w-]{2,20})\}"
    rb"|^[ \t]*%+.{0,40}?\b(?:coding|encoding)\s*[:=]\s*([\w-]{2,30})",
    re.MULTILINE,
)
"""Declarations of a file's encoding: inputenc's options, a command, the CJK environment, or an editor's comment."""
_OTHER_NAMES = (
    "ansinew=cp1252 isolatin=iso8859-1 isolatin9=iso8859-15 applemac=mac-roman macroman=mac-roman macce=mac-latin2 "
    "maccyr=mac-cyrillic koi8-r=koi8-r koi8-u=koi8-u koi8=koi8-r cp437de=cp437 iso88595=iso8859-5 iso88597=iso8859-7 "
    "iso88598=iso8859-8 8859-8=iso8859-8 cp866av=cp866 cp866mav=cp866 cp866nav=cp866 pt154=ptcp154 gbk=gb18030 "
    "gb=gb18030 gb18030=gb18030 gb2312=gb18030 bg5=big5 big5=big5 bg5+=big5 sjis=shift_jis jis=euc_jp euc-jp=euc_jp "
    "eucjp=euc_jp ks=euc_kr euc-kr=euc_kr uhc=cp949 windows-1250=cp1250 windows-1251=cp1251 windows-1252=cp1252 "
    "iso-latin-1=iso8859-1 iso-latin-9=iso8859-15 iso-8859-1=iso8859-1 iso-8859-15=iso8859-15 iso-8859-2=iso8859-2 "
    "latin-1=iso8859-1 latin-9=iso8859-15 cp936=gb18030 cp950=big5 cp932=shift_jis cp949=cp949"
)
_ENCODINGS = {
    **{f"latin{n}": f"iso8859-{part}" for n, part in zip(range(1, 11), (1, 2, 3, 4, 9, 10, 13, 14, 15, 16), strict=True)},
    **dict(pair.split("=") for pair in _OTHER_NAMES.split()),
    **{f"cp{page}": f"cp{page}" for page in (437, 737, 850, 852, 855, 857, 858, 860, 861, 862, 863, 865, 866, 869, 874)},
    **{f"cp{page}": f"cp{page}" for page in range(1250, 1259)},
}  # fmt: skip
"""Python's codec by the name of an encoding in TeX, in lower case."""


@dataclass
class Bundle:
    r"""File contents by name, and the Python codec of the encoding that the main file declares (None if it declares none)."""

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
            self._texts[path] = self.decoded(path)[0]
        return self._texts[path]

    def decoded(self, path: str) -> tuple[str, list[str]]:
        r"""Return the text of file `path`, with `\n` as line end, and decoding warnings."""
        content = self.files[path]
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            encoding = _declared_encoding(content) or _declared_encoding(self.files[next(iter(self.files))])
            content = content.decode(encoding, "replace").encode("utf-8") if encoding else content
        text, warnings = decode(content)
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n"), warnings


def _member_path(path: str) -> str:
    """Return the tar's name for a path. L0 (tex_projects.py) stores `../a.tex`, above the main file's folder, as `UP/a.tex`."""
    return "/".join("UP" if part == ".." else part for part in posixpath.normpath(path).split("/"))


def single(content: bytes) -> tuple[str, Bundle]:
    """Return the name `main.tex` and a bundle with one file of that name, whose bytes are `content`."""
    return "main.tex", Bundle({"main.tex": content})


def unpacked(content: bytes) -> tuple[str, Bundle]:
    """Return the main file's name and the bundle, from a tar; files after the first 20,000 are left out.

    Raises ParseFailure corrupt_tar, empty.
    """
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
    return main, Bundle(files)


def _declared_encoding(content: bytes) -> str | None:
    """Return the codec of the first known encoding that a file declares; of an option list the last one counts."""
    for match in _INPUT_ENCODING.finditer(content[:_HEAD_BYTES]):
        names = next(group for group in match.groups() if group is not None).decode("latin-1").lower().split(",")
        known = [_ENCODINGS[name.strip()] for name in names if name.strip() in _ENCODINGS]
        if known:
            return known[-1]
    return None
