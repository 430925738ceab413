r"""The reference list: thebibliography, a .bbl file, or the cited entries of .bib files."""

import logging
import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Entry

from darwin_spark.parsers.latex.frames import Frame
from darwin_spark.parsers.latex.languages import printed_name
from darwin_spark.parsers.latex.writer import Writer
from darwin_spark.parsers.tex.tokens import Source, Token
from darwin_spark.text.normalize_markdown import one_line

_MAX_ENTRIES = 5_000
_MAX_BIB = 8_000_000
BIBLIOGRAPHY_MARK = "\x02bibliography"
_BIBLATEX = "\\entry{"
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # unreadable entries give a warning on the document
_NAME_PARTS = re.compile(r"\s+and\s+")


@dataclass
class ReferenceList(Frame):
    """Frame of an open reference list: the finished `items`; key, label and number of the current reference."""

    items: list[str] = field(default_factory=list)
    key: str = ""
    label: str = ""
    number: int = 0

    def end_item(self) -> None:
        """Append the current reference to `items`, with its label unless the label has a `(` (natbib's author-year label)."""
        self.flush()
        text = one_line(" ".join(self.blocks))
        self.blocks = []
        if text and self.key:
            shown = "" if "(" in self.label else self.label
            self.items.append(f"- [{shown}] {text}" if shown else f"- {text}")


def open_bibliography(writer: Writer, name: str) -> None:
    r"""\begin{thebibliography}{99}: open the frame of the reference list; at its end, write heading and list."""
    writer.tex.argument()
    writer.flush()
    frame = ReferenceList()

    def done() -> None:
        frame.end_item()
        if frame.items:
            kind = "bibliography" if writer.head.book and "\\bibname" in writer.tex.macros else "references"
            title = printed_name(writer.tex, kind, "References")
            writer.heading(0 if writer.head.book else 1, "", title or "References")
            writer.frames[-1].blocks.append("\n".join(frame.items))

    writer.open_frame(frame, done, name)


def bibitem(writer: Writer) -> None:
    r"""\bibitem[label]{key}: begin the next reference; without [label], the number of the reference is its label."""
    label = writer.tex.optional()
    key = writer.tex.name()
    frame = next((f for f in reversed(writer.frames[-8:]) if isinstance(f, ReferenceList)), None)
    if frame is None:
        return
    frame.end_item()
    frame.number += 1
    frame.key = key or str(frame.number)
    frame.label = one_line(writer.tex.evaluated(label)) if label else str(frame.number)
    writer.refs.entries.setdefault(key, frame.label)


def bibliography(writer: Writer) -> None:
    r"""\bibliography{a,b}: read BibTeX's .bbl file next, if the bundle has one; else write the list's placeholder."""
    names = [name.strip() for name in writer.tex.name().split(",")]
    _insert_bibliography(writer, names)


def _print_bibliography(writer: Writer) -> None:
    writer.tex.optional()
    _insert_bibliography(writer, [])


def _insert_bibliography(writer: Writer, names: list[str]) -> None:
    writer.bibliography += names
    files = writer.tex.bundle.files
    main = posixpath.splitext(next(iter(files)))[0]
    bbl_files = [f"{main}.bbl"] if f"{main}.bbl" in files else [name for name in files if name.endswith(".bbl")]
    if bbl_files and _BIBLATEX not in writer.tex.bundle.text(bbl_files[0]):
        writer.tex.open(Source(writer.tex.bundle.text(bbl_files[0]), bbl_files[0]))
    elif writer.frames[-1].blocks.count(BIBLIOGRAPHY_MARK) == 0:
        writer.flush()
        writer.frames[-1].blocks.append(BIBLIOGRAPHY_MARK)


def _add_resource(writer: Writer) -> None:
    writer.tex.optional()
    writer.bibliography.append(writer.tex.name())


def cited_entries(writer: Writer) -> str:
    """Return the cited entries of the .bib files (the first 5,000) as TeX source of a thebibliography; '' if there are none.

    With `*` in `citations` (\\nocite{*}) all entries count as cited.
    """
    entries = {entry.key: entry for entry in _entries(writer)}
    keys = list(entries) if "*" in writer.citations else [key for key in writer.citations if key in entries]
    items = [f"\\bibitem{{{key}}} {_format_entry(entries[key])}\n" for key in keys[:_MAX_ENTRIES]]
    return "\\begin{thebibliography}{}\n" + "\n".join(items) + "\\end{thebibliography}" if items else ""


def _entries(writer: Writer) -> Iterator[Entry]:
    bundle = writer.tex.bundle
    for name in dict.fromkeys(writer.bibliography):
        path = bundle.find(name, ("",), (".bib",))
        if path is None or not path.endswith(".bib"):
            writer.tex.warn(f"not in the bundle: {name[:100]}")
            continue
        text = bundle.text(path)
        if len(text) > _MAX_BIB:
            writer.tex.warn(f"{path} is too large to be read")
            continue
        library = parse_string(text)
        if library.failed_blocks:
            writer.tex.warn(f"{path}: {len(library.failed_blocks)} entries are not well-formed")
        yield from library.entries


def _format_entry(entry: Entry) -> str:
    """Return the TeX: First Last, First Last (year). Title. Venue volume(issue), pages. Publisher. Note. DOI or URL. eprint."""
    fields = {field.key.lower(): str(field.value) for field in entry.fields}
    people = fields.get("author") or fields.get("editor") or fields.get("organization") or ""
    year = fields.get("year") or fields.get("date", "")[:4]
    issue, pages = fields.get("number", ""), fields.get("pages", "")
    venue = fields.get("journal") or fields.get("journaltitle") or fields.get("booktitle") or fields.get("howpublished") or ""
    volume = fields.get("volume", "")
    volume = f"{volume}({issue})" if volume and issue else volume or issue
    address = fields.get("url", "")
    eprint = fields.get("eprint", "")
    archive = fields.get("archiveprefix") or fields.get("eprinttype") or ""
    parts = [
        _format_people(people) + (f" ({year})" if year else ""),
        fields.get("title", ""),
        ", ".join(filter(None, (f"{venue} {volume}".strip(), pages))),
        fields.get("publisher") or fields.get("school") or fields.get("institution") or "",
        fields.get("note", ""),
        f"doi:{fields['doi']}" if "doi" in fields else (f"\\url{{{address}}}" if address and address not in venue else ""),
        f"{archive}:{eprint}".lstrip(":")
        if eprint and not any(eprint in field_text for field_text in (venue, address, pages))
        else "",
    ]
    return ". ".join(one_line(part).rstrip(". ") for part in parts if part.strip()) + "."


def _format_people(names: str) -> str:
    return ", ".join(
        "et al." if name == "others" else _first_name_first(name) for name in _NAME_PARTS.split(one_line(names)) if name
    )


def _first_name_first(name: str) -> str:
    parts = [part.strip() for part in name.split(",")]
    return f"{parts[-1]} {parts[0]}" if len(parts) == 2 and "{" not in parts[0][:1] else name


BIBLIOGRAPHY: dict[Token, Callable[[Writer], None]] = {
    "\\bibitem": bibitem,
    "\\bibliography": bibliography,
    "\\addbibresource": _add_resource,
    "\\printbibliography": _print_bibliography,
}
