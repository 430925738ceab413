"""groff with the ms macros: to PDF by itself (gropdf), and over PostScript by Ghostscript."""

import shutil
import subprocess
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from benchmarks.l1.producers.model import BASIC_FEATURES, Document, Equation, Heading, Hidden, Paragraph, Part, Table

_SPECIAL = {"\\": r"\e", "—": r"\(em", "–": r"\(en", "“": r"\(lq", "”": r"\(rq", "‘": r"\(oq", "’": r"\(cq", '"': r"\(dq"}
_SPECIAL |= {"α": r"\(*a", "β": r"\(*b", "γ": r"\(*g", "δ": r"\(*d", "λ": r"\(*l", "μ": r"\(*m", "σ": r"\(*s", "Ω": r"\(*W"}
_SPECIAL |= {"Δ": r"\(*D", "≤": r"\(<=", "≥": r"\(>=", "×": r"\(mu", "±": r"\(+-", "∈": r"\(mo", "→": r"\(->", "∞": r"\(if"}
_SPECIAL |= {"-": r"\(hy", "'": r"\(aq"}


class Groff:
    """groff -Tpdf: the standard 14 fonts, not embedded."""

    name = "groff"
    suffix = ".ms"
    features = BASIC_FEATURES | {"note"}

    def missing(self) -> str | None:
        return next((f"{name}" for name in ("groff", "gropdf") if not shutil.which(name)), None)

    def source(self, document: Document) -> str:
        return ms(document)

    def make(self, sources: list[Path], folder: Path) -> None:
        for source in sources:
            with (folder / f"{source.stem}.pdf").open("wb") as out:
                size = _paper(source)
                command = ["groff", "-Kutf8", "-t", "-e", "-ms", "-Tpdf", f"-P-p{size}", str(source)]
                subprocess.run(command, stdout=out, stderr=subprocess.DEVNULL, check=False, timeout=60)


class Ghostscript(Groff):
    """PostScript by groff, distilled by Ghostscript: its fonts embedded, its own order and widths."""

    name = "ghostscript"

    def missing(self) -> str | None:
        return next((name for name in ("groff", "gs") if not shutil.which(name)), None)

    def make(self, sources: list[Path], folder: Path) -> None:
        for source in sources:
            size = _paper(source)
            command = ["groff", "-Kutf8", "-t", "-e", "-ms", "-Tps", f"-P-p{size}", str(source)]
            postscript = subprocess.run(command, capture_output=True, check=False, timeout=60).stdout
            distil = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pdfwrite", f"-sOutputFile={folder / source.stem}.pdf", "-"]
            subprocess.run(distil, input=postscript, capture_output=True, check=False, timeout=120)


def _paper(source: Path) -> str:
    """Return the size of the page for groff's drivers: height, width."""
    first = source.read_text().splitlines()[0].split()
    return f"{float(first[-1]) / 72:.3f}i,{float(first[-2]) / 72:.3f}i"


def ms(document: Document) -> str:
    """Return the document as source of groff's ms macros; its first line, a comment, ends with the size of the page."""
    (width, height), margin = document.page, document.margin
    head = _text(document.head).replace("%", r"\n[%]") if document.head else ""
    lines = [rf".\" page {width} {height}", f".pl {height}p", f".nr PO {margin}p", f".nr LL {document.measure}p"]
    lines += [f".nr HM {margin}p", f".nr FM {margin}p", f".nr PS {document.size}", f".nr VS {1.2 * document.size:.1f}"]
    lines += [f".nr FL {document.measure}p", ".ds LH", f".ds CH {head}", ".ds RH", ".ds LF", ".ds RF"]
    lines += [
        r".ds CF \n[%]" if document.page_numbers else ".ds CF",
        ".nr P1 1",
        ".nr GROWPS 2",
        ".nr PSINCR 2p" if document.new_page else ".nr PSINCR 0",  # larger where headings begin pages, else only bold
        ".hla us",
        ".hy 4",
    ]
    if document.title:
        lines += [".LP", ".ce 5", rf"\s+6{_text(document.title)}\s-6", ".ce 0", ".sp"]
    if document.line_numbers:
        lines += [".LP", f".nm 1 {5 if document.line_numbers == 'fifth' else 1}"]
    for part in document.parts:
        lines += _part(part, document)
    return "\n".join([*lines, ""])


def _part(part: Part, document: Document) -> Iterator[str]:
    if part.columns > 1:
        width = (document.measure - (part.columns - 1) * part.gap) / part.columns
        yield f".MC {width:.1f}p {part.gap}p"
    yield ".na\n.nh" if part.ragged else ".ad b"
    yield from _blocks(part, document)


def _blocks(part: Part, document: Document) -> Iterator[str]:
    run_in, begin = "", ".PP"
    for i, block in enumerate(part.blocks):
        match block:
            case Heading(style="run_in"):
                run_in = rf"\fB{_text(block.whole)}.\fP "
            case Heading(style="side"):
                yield f".LP\n.sp 1v\n.ne 3\n.in 0\n.po -100p\n.ft B\n{_text(block.whole)}\n.br\n.ft R\n.po +100p\n.sp -1v"
                begin = ".LP"
            case Heading():
                yield ".bp" if document.new_page and i else ""
                yield ".SH 1" if block.style == "plain" else ".LP\n.ce 1"
                yield _text(block.whole) if block.style == "plain" else _small_caps(block.whole)
            case Paragraph():
                note = rf"\**{chr(10)}.FS{chr(10)}{_text(block.note)}{chr(10)}.FE" if block.note else ""
                ragged = "\n.na\n.nh" if part.ragged else ""
                yield f"{begin}{ragged}\n{run_in}{_guard(_text(block.text))}{note}"
                run_in, begin = "", ".PP"
            case Table():
                yield _table(block)
            case Equation():
                yield f".EQ ({block.number})\n{_eqn(block.body)}\n.EN"
            case Hidden():
                yield _hidden(block)


def _guard(text: str) -> str:
    return rf"\&{text}" if text[:1] in ".'" else text


def _small_caps(text: str) -> str:
    runs = groupby(text, key=lambda letter: letter.islower())
    return "".join(rf"\s-2{_text(''.join(run).upper())}\s+2" if small else _text("".join(run)) for small, run in runs)


def _table(table: Table) -> str:
    line = "\n_" if table.ruled else ""
    rows = (f"{line}\n").join("\t".join(_text(cell) for cell in row) for row in table.rows)
    columns = " ".join("l" * len(table.rows[0]))
    rule = "_\n" if table.ruled else ""
    return f".LP\n{_text(table.caption)}\n.TS\ncenter;\n{columns}.\n{rule}{rows}{line}\n.TE"


def _eqn(body: str) -> str:
    return " ".join({"×": "times", "±": "+-"}.get(part, part) for part in body.split())


def _hidden(block: Hidden) -> str:
    text = _text(block.text)
    return rf".LP{chr(10)}\m[white]{text}\m[]" if block.way == "white" else rf".LP{chr(10)}\s[400u]{text}\s[0]"


def _text(text: str) -> str:
    return "".join(_SPECIAL.get(c, c) for c in text)
