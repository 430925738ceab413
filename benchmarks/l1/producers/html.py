"""Browsers: Chromium, and WeasyPrint, print the model as HTML."""

import shutil
import subprocess
from collections.abc import Iterator
from html import escape
from pathlib import Path

from benchmarks.l1.producers.model import BASIC_FEATURES, Block, Document, Equation, Heading, Hidden, Paragraph, Table

_LANG = {"arabic": "ar", "hebrew": "he", "chinese": "zh", "japanese": "ja", "japanese_vertical": "ja"}
_LETTER = ".letter>span{font-size:2.9em;float:left;line-height:.85;margin-right:.05em}p.letter{text-indent:0}"
_COMMON = (BASIC_FEATURES - {"line_numbers", "side"}) | {"arabic", "chinese", "drop_cap", "hebrew", "japanese", "parts"}


class Chromium:
    """Chromium without a window."""

    name = "chromium"
    features = _COMMON | {"japanese_vertical", "side"}

    def missing(self) -> str | None:
        return None if shutil.which("chromium") else "chromium"

    def source(self, document: Document) -> str:
        return html(document)

    def make(self, sources: list[Path], folder: Path) -> None:
        for source in sources:
            command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
            command += [f"--print-to-pdf={folder / source.stem}.pdf", source.resolve().as_uri()]
            subprocess.run(command, check=False, capture_output=True, timeout=120)

    suffix = ".html"


class WeasyPrint:
    """WeasyPrint: CSS for print, with footnotes. Its first letters of columns, as pseudo-elements, end in an error."""

    name = "weasyprint"
    features = _COMMON | {"note"}

    def missing(self) -> str | None:
        return None if shutil.which("weasyprint") else "weasyprint"

    def source(self, document: Document) -> str:
        return html(document, letter="span")

    def make(self, sources: list[Path], folder: Path) -> None:
        for source in sources:
            command = ["weasyprint", "-q", str(source), str(folder / f"{source.stem}.pdf")]
            subprocess.run(command, check=False, capture_output=True, timeout=120)

    suffix = ".html"


def html(document: Document, letter: str = "") -> str:
    """Return the page of a document; `letter`: the element of a drop capital, which is a pseudo-element if it is empty."""
    script = document.script
    direction = "rtl" if script in ("arabic", "hebrew") else "ltr"
    parts = []
    for part in document.parts:
        style = f"column-count:{part.columns};column-gap:{part.gap}pt;" if part.columns > 1 else ""
        style += "text-align:left;hyphens:none;" if part.ragged else ""
        parts.append(f'<div style="{style}">{"".join(_blocks(part.blocks, letter))}</div>')
    css = _LETTER if letter and "drop_cap" in document.features else ""
    title = f"<h1>{escape(document.title)}</h1>" if document.title else ""
    return (
        f'<!DOCTYPE html><html lang="{_LANG.get(script, "en")}" dir="{direction}"><head><meta charset="utf-8"><style>'
        f"{_css(document)}{css}</style></head><body>{title}{''.join(parts)}</body></html>"
    )


def _css(document: Document) -> str:
    (width, height), margin = document.page, document.margin
    head = _content(document.head) if document.head else '""'
    foot = "counter(page)" if document.page_numbers else '""'
    vertical = "writing-mode:vertical-rl;" if document.script == "japanese_vertical" else ""
    break_before = "break-before:page" if document.new_page else ""
    fonts = "'Noto Serif CJK JP'" if document.script.startswith("japanese") else "'Noto Serif CJK SC'"
    side = 100 if "side" in document.features else 0  # what overflows into the margin of the page is not printed
    return (
        f"@page{{size:{width}pt {height}pt;margin:{margin}pt;margin-left:{margin - side}pt;"
        f"@top-center{{content:{head};font-size:8pt}}"
        f"@bottom-center{{content:{foot};font-size:8pt}}}}"
        f"html{{{vertical}}}body{{margin:0 0 0 {side}pt;font:{document.size}pt/1.25 'Liberation Serif','DejaVu Serif',{fonts};"
        "text-align:justify;hyphens:auto}"
        "p{margin:0;text-indent:1.2em}h1{font-size:1.7em;text-align:center}"
        "h2{font-size:1.3em;margin:1em 0 .4em;text-align:left;break-after:avoid;break-inside:avoid}"
        f"div>h2:not(:first-child){{{break_before}}}"
        ".sc{font-variant:small-caps;font-weight:normal;font-size:1.1em}.side{float:left;margin-left:-8em;width:7em;"
        "font-size:1em;margin-top:0;clear:left}.run{font-weight:bold}.drop::first-letter{font-size:2.9em;float:left;"
        "line-height:.85;margin-right:.05em}p.drop{text-indent:0}"
        "table{border-collapse:collapse;margin:.3em auto 1em;font-size:.9em}td{padding:1pt 6pt;text-align:left}"
        ".ruled td{border-top:.5pt solid;border-bottom:.5pt solid}.caption{margin-top:1em;font-size:.9em;text-indent:0}"
        ".eq{display:flex;justify-content:space-between;margin:.6em 0}.eq i{flex:1;text-align:center}"
        ".note{float:footnote;font-size:.8em;text-indent:0}.white{color:#fff}.tiny{font-size:.4pt}"
    )


def _content(head: str) -> str:
    return " ".join("counter(page)" if part == "%" else f'"{part}"' for part in head.replace("%", "\0%\0").split("\0") if part)


def _blocks(blocks: tuple[Block, ...], letter: str) -> Iterator[str]:
    run_in = ""
    for block in blocks:
        match block:
            case Heading(style="run_in"):
                run_in = f'<span class="run">{escape(block.whole)}.</span> '
            case Heading():
                kind = {"small_caps": "sc", "side": "side"}.get(block.style, "")
                yield f'<h2 class="{kind}">{escape(block.whole)}</h2>'
            case Paragraph():
                note = f'<span class="note">{escape(block.note)}</span>' if block.note else ""
                text = escape(block.text)
                if block.drop_cap and letter:
                    text = f"<{letter}>{text[0]}</{letter}>{text[1:]}"
                kind = ("letter" if letter else "drop") if block.drop_cap else ""
                yield f'<p class="{kind}">{run_in}{text}{note}</p>'
                run_in = ""
            case Table():
                rows = "".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in block.rows)
                kind = "ruled" if block.ruled else ""
                yield f'<p class="caption">{escape(block.caption)}</p><table class="{kind}">{rows}</table>'
            case Equation():
                yield f'<div class="eq"><i>{escape(block.body)}</i><span>({block.number})</span></div>'
            case Hidden():
                yield f'<p class="{block.way}">{escape(block.text)}</p>'
