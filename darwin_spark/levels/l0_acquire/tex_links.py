"""What a TeX file says of other files: whether it is a document of its own, and which files it reads."""

import re
from dataclasses import dataclass

_COMMENT = re.compile(rb"(?<!\\)%.*")
_MAIN = re.compile(r"\\document(?:class|style)\b")
_BLANK = r"\s{0,40}"
_LINK = re.compile(
    r"\\(?P<command>[A-Za-z]{0,20}(?:input|include|import|subfile|inputfrom|includefrom|subfileinclude|includestandalone)"
    r"|bibliography|addbibresource|usepackage|RequirePackage|documentclass|documentstyle|LoadClass)\*?"
    rf"{_BLANK}(?:\[(?P<option>[^\]\\]{{0,1000}})\])?{_BLANK}"
    rf"(?:\{{(?P<first>[^{{}}\\]{{0,4000}})\}}(?:{_BLANK}\{{(?P<second>[^{{}}\\]{{0,1000}})\}})?|(?<=\s)(?P<bare>[\w./-]{{1,200}}))"
)
_SUFFIX = {
    "bibliography": ".bib",
    "addbibresource": ".bib",
    "usepackage": ".sty",
    "RequirePackage": ".sty",
    "documentclass": ".cls",
    "documentstyle": ".sty",
    "LoadClass": ".cls",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A file as another names it: `name` below `folder`, first with `suffix`, then as it is.

    `from_here`: looked for beside the file that names it first (`import`, `subfiles`), else beside the main file first.
    `borrows`: only its preamble is wanted (`\\documentclass[main]{subfiles}`), so naming it does not make it a part.
    """

    name: str
    suffix: str
    folder: str = ""
    from_here: bool = False
    borrows: bool = False


@dataclass(frozen=True, slots=True)
class TexFile:
    """What matters of a TeX file for grouping."""

    is_main: bool
    links: tuple[Link, ...]


NO_LINKS = TexFile(False, ())
"""A file that stands alone, or was not read."""


def scan(content: bytes) -> TexFile:
    """Read a file for its links. Macros of its own making count if their name ends like the known ones (`\\olimport`)."""
    text = _COMMENT.sub(b"", content).decode("utf-8", "replace")
    links = tuple(dict.fromkeys(link for match in _LINK.finditer(text) for link in _links(match)))
    return TexFile(bool(_MAIN.search(text)), links)


def _links(match: re.Match[str]) -> list[Link]:
    command, option = match["command"], match["option"] or ""
    first, second = (match["first"] or match["bare"] or "").strip(), (match["second"] or "").strip()
    if command == "documentclass" and first == "subfiles":
        return [Link(option.strip(), ".tex", from_here=True, borrows=True)] if option.strip() else []
    if command in _SUFFIX:
        return [Link(name.strip(), _SUFFIX[command]) for name in first.split(",") if name.strip()]
    if command.endswith(("import", "from")):
        folder, name = (first, second) if second else (option.strip(), first)
        return [Link(name, ".tex", folder, from_here=True)] if name else []
    return [Link(first, ".tex", from_here="subfile" in command)] if first else []
