"""TeX Live: pdfTeX (also with Type 3 bitmap fonts, and accents set apart), LuaTeX for scripts that pdfTeX does not set."""

import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from benchmarks.l1.producers.model import BASIC_FEATURES, Block, Document, Equation, Heading, Hidden, Paragraph, Part, Table

_SPECIAL = {"&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}", "—": "---", "–": "--"}
_SPECIAL |= {"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}", "ß": r"{\ss}"}
_GREEK = {
    "α": "alpha",
    "β": "beta",
    "γ": "gamma",
    "δ": "delta",
    "λ": "lambda",
    "μ": "mu",
    "σ": "sigma",
    "Ω": "Omega",
    "Δ": "Delta",
}
_GREEK |= {"≤": "leq", "≥": "geq", "×": "times", "±": "pm", "∈": "in", "→": "rightarrow", "∞": "infty"}
_APART = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0308": '"',
    "\u030a": "r ",
    "\u0327": "c ",
    "\u030c": "v ",
}
_FONTS = {"arabic": "Amiri", "hebrew": "DejaVu Sans", "chinese": "Noto Serif CJK SC", "japanese": "Noto Serif CJK JP"}


class PdfTex:
    """pdfLaTeX: article, multicol, lineno, fancyhdr, lettrine."""

    name = "pdftex"
    features = BASIC_FEATURES | {
        "parts",
        "invisible",
        "layer",
        "note",
        "drop_cap",
        "page_line_numbers",
        "type3",
        "accents_apart",
    }
    suffix = ".tex"
    program = "pdflatex"

    def missing(self) -> str | None:
        return None if shutil.which(self.program) else self.program

    def source(self, document: Document) -> str:
        return tex(document, luatex=False)

    def make(self, sources: list[Path], folder: Path) -> None:
        for source in sources:
            command = [self.program, "-interaction=nonstopmode", f"-output-directory={folder}", str(source)]
            for _ in range(2 if "lineno" in source.read_text() else 1):
                with suppress(subprocess.TimeoutExpired):
                    subprocess.run(command, check=False, capture_output=True, timeout=60)


class LuaTex(PdfTex):
    """LuaLaTeX with the fonts of the system, for what pdfTeX cannot set: right-to-left and East Asian scripts."""

    name = "luatex"
    features = frozenset({"columns", "paragraph", *_FONTS})
    program = "lualatex"

    def source(self, document: Document) -> str:
        return tex(document, luatex=True)


def tex(document: Document, *, luatex: bool) -> str:
    """Return the LaTeX source of a document."""
    parts = [_preamble(document, luatex=luatex), r"\begin{document}"]
    if document.line_numbers:
        parts.append(r"\linenumbers" + (r"\modulolinenumbers[5]" if document.line_numbers == "fifth" else ""))
    if document.title:
        parts.append(rf"\begin{{center}}\LARGE {_text(document.title, document)}\end{{center}}\bigskip")
    for part in document.parts:
        parts += _part(part, document)
    return "\n".join([*parts, r"\end{document}", ""])


def _preamble(document: Document, *, luatex: bool) -> str:
    (width, height), margin = document.page, document.margin
    size = min((10, 11, 12), key=lambda s: abs(s - document.size))
    lines = [rf"\documentclass[{size}pt]{{article}}"]
    lines.append(rf"\usepackage[papersize={{{width}bp,{height}bp}},margin={margin}bp,headsep=14bp,footskip=28bp]{{geometry}}")
    if luatex:
        lines.append(r"\usepackage{fontspec}")
        font = _FONTS.get(document.script)
        lines += [rf"\setmainfont{{{font}}}"] if font else []
    elif document.type3 or document.accents_apart:
        lines.append(r"\usepackage[utf8]{inputenc}" + (r"\pdfmapfile{}" if document.type3 else ""))
    else:
        lines.append(r"\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}\usepackage{lmodern}")
    lines.append(
        r"\usepackage{multicol,fancyhdr,lettrine,color,amsmath}\pagestyle{fancy}\fancyhf{}\renewcommand{\headrulewidth}{0pt}"
    )
    if document.head:
        head = _text(document.head, document).replace(r"\%", r"\thepage")
        lines.append(rf"\fancyhead[C]{{\small {head}}}")
    lines += [r"\fancyfoot[C]{\thepage}"] if document.page_numbers else []
    if document.line_numbers:
        lines.append(r"\usepackage[" + ("pagewise" if document.line_numbers == "pages" else "running") + "]{lineno}")
    if document.script in ("arabic", "hebrew"):
        lines.append(r"\AtBeginDocument{\pagedir TRT\bodydir TRT\pardir TRT\textdir TRT}")
    if document.script in ("chinese", "japanese"):
        lines.append(r"\emergencystretch=2em")
    lines.append(r"\interfootnotelinepenalty=0\setlength{\parskip}{0pt}\sloppy")
    return "\n".join(lines)


def _part(part: Part, document: Document) -> Iterator[str]:
    if part.columns > 1:
        yield rf"\setlength{{\columnsep}}{{{part.gap}bp}}\begin{{multicols}}{{{part.columns}}}"
    yield r"{\raggedright\setlength{\parindent}{1em}" if part.ragged else "{"
    yield from _blocks(part.blocks, document)
    yield r"\par}"
    if part.columns > 1:
        yield r"\end{multicols}"


def _blocks(blocks: tuple[Block, ...], document: Document) -> Iterator[str]:
    run_in, first = "", True
    for block in blocks:
        match block:
            case Heading(style="run_in"):
                run_in = rf"\textbf{{{_text(block.whole, document)}.}} "
            case Heading():
                yield r"\clearpage" if document.new_page and not first else ""
                yield _heading(block, document)
            case Paragraph():
                text = _text(block.text, document)
                note = rf"\footnote{{{_text(block.note, document)}}}" if block.note else ""
                if block.drop_cap:
                    head, _, text = block.text.partition(" ")
                    text = rf"\lettrine{{{_text(head[0], document)}}}{{{_text(head[1:], document)}}} {_text(text, document)}"
                yield f"{run_in}{text}{note}\n"
                run_in = ""
            case Table():
                yield _table(block, document)
            case Equation():
                yield rf"\begin{{equation}} {block.body} \tag{{{block.number}}}\end{{equation}}"
            case Hidden():
                yield _hidden(block, document)
        first = False


def _heading(block: Heading, document: Document) -> str:
    text = _text(block.whole, document)
    if block.style == "side":
        box = rf"\vtop to 0pt{{\hsize=85bp\raggedright\noindent\textbf{{{text}}}\par\vss}}"
        return rf"\par\bigskip\noindent\llap{{{box}\hskip 12bp}}\ignorespaces"
    if block.style == "small_caps":
        return rf"\par\bigskip\begin{{center}}\textsc{{{text}}}\end{{center}}\nopagebreak"
    return rf"\section*{{{text}}}"


def _table(table: Table, document: Document) -> str:
    rule = r"\hline " if table.ruled else ""
    rows = "\n".join(" & ".join(_text(cell, document) for cell in row) + rf" \\ {rule}" for row in table.rows)
    columns = "l" * len(table.rows[0])
    return (
        rf"\par\medskip\noindent{{\small {_text(table.caption, document)}}}\par\begin{{center}}\small"
        rf"\begin{{tabular}}{{{columns}}}{rule}{rows}\end{{tabular}}\end{{center}}"
    )


def _hidden(block: Hidden, document: Document) -> str:
    text = _text(block.text, document)
    if block.way == "white":
        return rf"\par{{\color{{white}}{text}}}\par"
    if block.way == "tiny":
        return rf"\par{{\fontsize{{.4}}{{1}}\selectfont {text}}}\par"
    if block.way == "invisible":
        return rf"\par\pdfliteral direct{{3 Tr}}{text}\pdfliteral direct{{0 Tr}}\par"
    return (
        r"\par\immediate\pdfobj{<</Type/OCG/Name(Note)>>}\edef\layer{\the\pdflastobj\space 0 R}"
        r"\pdfcatalog{/OCProperties<</OCGs[\layer]/D<</OFF[\layer]>>>>}"
        r"\edef\setlayer{\global\pdfpageresources={/Properties<</Lay \layer>>}}\setlayer"
        rf"\pdfliteral direct{{/OC /Lay BDC}}{text}\pdfliteral direct{{EMC}}\par"
    )


def _text(text: str, document: Document) -> str:

    out = []
    for c in text:
        mark = unicodedata.normalize("NFD", c)
        if c in _SPECIAL:
            out.append(_SPECIAL[c])
        elif c in _GREEK:
            out.append(rf"$\{_GREEK[c]}$")
        elif document.accents_apart and len(mark) == 2 and mark[1] in _APART:
            base = {"i": r"\i{}"}.get(mark[0], mark[0])
            out.append(rf"\{_APART[mark[1]]}{{{base}}}")
        elif document.script in ("chinese", "japanese") and ord(c) >= 0x3000:
            out.append(c if c in "。、，）」" else rf"\hskip 0pt plus .3pt{{}}{c}" if out else c)
        else:
            out.append(c)
    return "".join(out)
