"""Scan a TeX file: does it contain \\documentclass, and which other files does it read?"""

import re
from dataclasses import dataclass

_COMMENT = re.compile(rb"(?<!\\)%.*")
_DOCUMENT_CLASS = re.compile(r"\\document(?:class|style)\b")
_SPACES = r"\s{0,40}"
_LINK = re.compile(
    r"\\(?P<command>[A-Za-z]{0,20}(?:input|include|import|subfile|inputfrom|includefrom|subfileinclude|includestandalone)"
    r"|bibliography|addbibresource|usepackage|RequirePackage|documentclass|documentstyle|LoadClass)\*?"
    rf"{_SPACES}(?:\[(?P<option>[^\]\\]{{0,1000}})\])?{_SPACES}"
    rf"(?:\{{(?P<first>[^{{}}\\]{{0,4000}})\}}(?:{_SPACES}\{{(?P<second>[^{{}}\\]{{0,1000}})\}})?|(?<=\s)(?P<bare>[\w./-]{{1,200}}))"
)
_SUFFIX_OF_COMMAND = {
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
    """A reference to another file: `name` in `folder`, searched with `suffix` appended first, then without it.

    `from_here`: searched beside the referring file first (`import`, `subfiles`); otherwise beside the main file first.
    `borrows`: only the preamble is read (`\\documentclass[main]{subfiles}`), so the other file stays a document of its own.
    """

    name: str
    suffix: str
    folder: str = ""
    from_here: bool = False
    borrows: bool = False


@dataclass(frozen=True, slots=True)
class TexFile:
    """Result of scanning a TeX file: whether it contains \\documentclass, and its references."""

    is_main: bool
    links: tuple[Link, ...]


NO_LINKS = TexFile(False, ())
"""Result for a file that is not scanned."""


def scan(content: bytes) -> TexFile:
    """Return whether a file has \\documentclass, and its references to other files. Comments are ignored.

    Custom macros count as references if their name ends like a known command (`\\olimport`).
    """
    text = _COMMENT.sub(b"", content).decode("utf-8", "replace")
    links = tuple(dict.fromkeys(link for match in _LINK.finditer(text) for link in _command_links(match)))
    return TexFile(bool(_DOCUMENT_CLASS.search(text)), links)


def _command_links(match: re.Match[str]) -> list[Link]:
    """Return the references of one command (a match of _LINK): none, one, or one per name in a list (\\usepackage{a,b})."""
    command, option = match["command"], match["option"] or ""
    first, second = (match["first"] or match["bare"] or "").strip(), (match["second"] or "").strip()
    if command == "documentclass" and first == "subfiles":
        return [Link(option.strip(), ".tex", from_here=True, borrows=True)] if option.strip() else []
    if command in _SUFFIX_OF_COMMAND:
        return [Link(name.strip(), _SUFFIX_OF_COMMAND[command]) for name in first.split(",") if name.strip()]
    if command.endswith(("import", "from")):
        folder, name = (first, second) if second else (option.strip(), first)
        return [Link(name, ".tex", folder, from_here=True)] if name else []
    return [Link(first, ".tex", from_here="subfile" in command)] if first else []
