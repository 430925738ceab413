"""LibreOffice Writer: the model as flat OpenDocument text, all documents converted by one process."""

import shutil
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from xml.sax.saxutils import escape

from benchmarks.l1.producers.model import BASIC_FEATURES, Document, Equation, Heading, Hidden, Paragraph, Part, Table

_SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"))
)
_SPACES += ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
_LANGUAGE = {"arabic": "ar", "hebrew": "he", "chinese": "zh", "japanese": "ja", "japanese_vertical": "ja"}
_FONTS = {"arabic": "Amiri", "hebrew": "DejaVu Sans", "chinese": "Noto Serif CJK SC"}
_BATCH = 40


class LibreOffice:
    """Writer without a window."""

    name = "libreoffice"
    suffix = ".fodt"
    features = BASIC_FEATURES | {
        "parts",
        "note",
        "drop_cap",
        "page_line_numbers",
        "arabic",
        "hebrew",
        "chinese",
        "japanese",
        "japanese_vertical",
    }

    def missing(self) -> str | None:
        return None if shutil.which("soffice") else "soffice"

    def source(self, document: Document) -> str:
        return fodt(document)

    def make(self, sources: list[Path], folder: Path) -> None:
        for begin in range(0, len(sources), _BATCH):
            command = ["soffice", f"-env:UserInstallation=file://{folder.resolve()}/profile", "--headless"]
            command += ["--convert-to", "pdf", "--outdir", str(folder), *map(str, sources[begin : begin + _BATCH])]
            subprocess.run(command, check=False, capture_output=True, timeout=600)


def fodt(document: Document) -> str:
    """Return the document as flat ODT."""
    numbered = ""
    if document.line_numbers:
        step = 5 if document.line_numbers == "fifth" else 1
        restart = "true" if document.line_numbers == "pages" else "false"
        numbered = (
            f'<text:linenumbering-configuration text:number-lines="true" text:increment="{step}" text:offset="0.4cm" '
            f'text:restart-on-page="{restart}" style:num-format="1" text:number-position="left" '
            'text:count-empty-lines="false"/>'
        )
    title = _p("Title", document.title) if document.title else ""
    body = "".join(_part(part, document, i) for i, part in enumerate(document.parts))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {_SPACES} office:version="1.2" '
        'office:mimetype="application/vnd.oasis.opendocument.text">'
        f"<office:styles>{_styles(document)}{numbered}</office:styles><office:automatic-styles>{_layout(document)}"
        f"</office:automatic-styles>{_master(document)}<office:body><office:text>{title}{body}</office:text></office:body>"
        "</office:document>"
    )


def _styles(document: Document) -> str:
    script = document.script
    size, font = (
        f"{document.size}pt",
        _FONTS.get(script, "Noto Serif CJK JP" if script.startswith("jap") else "Liberation Serif"),
    )
    mode = {"arabic": "rl-tb", "hebrew": "rl-tb", "japanese_vertical": "tb-rl"}.get(script, "lr-tb")
    language = _LANGUAGE.get(script, "en")
    fonts = "".join(
        f'{x}="{value}" '
        for a, value in (("font-size", size), ("language", language))
        for x in (f"fo:{a}", f"style:{a}-asian", f"style:{a}-complex")
    )
    fonts += f'style:font-family-asian="{font}" style:font-family-complex="{font}" fo:font-family="{font}" '
    fonts += 'fo:country="US" fo:hyphenate="true"'
    align = "start" if mode != "lr-tb" else "justify"
    default = (
        f'<style:paragraph-properties style:writing-mode="{mode}" fo:text-align="{align}"/><style:text-properties {fonts}/>'
    )
    lined = f'text:number-lines="{"true" if document.line_numbers else "false"}" '
    styles = [f'<style:default-style style:family="paragraph">{default}</style:default-style>']
    styles += [
        _style("Body", f'fo:text-indent="0.4cm" {lined}', ""),
        _style("Ragged", f'fo:text-indent="0.4cm" fo:text-align="start" {lined}', 'fo:hyphenate="false"'),
        _style("Plain", "", ""),
        _style("Title", 'fo:text-align="center" fo:margin-bottom="0.5cm" ', _size(1.8 * document.size)),
        _style(
            "Head",
            f'fo:margin-top="0.4cm" fo:margin-bottom="0.2cm" fo:keep-with-next="always" fo:keep-together="always" {lined}',
            _bold(document, 1.3),
        ),
        _style("NewPage", f'fo:break-before="page" fo:margin-bottom="0.2cm" {lined}', _bold(document, 1.3)),
        _style("PageEnd", 'fo:break-after="page" ', ""),
        _style("SmallCaps", f'fo:text-align="center" fo:margin-top="0.4cm" {lined}', 'fo:font-variant="small-caps"'),
        _style("Caption", 'fo:margin-top="0.4cm" ', _size(0.9 * document.size)),
        _style("Drop", "", "", '<style:drop-cap style:length="1" style:lines="3" style:distance="0.05cm"/>'),
        _style("Side", 'fo:margin-left="0cm" fo:text-indent="-3.2cm" ', "", _tab(0.0, "left")),
        _style("Equation", 'fo:margin-top="0.2cm" fo:margin-bottom="0.2cm" ', "", _tab(document.measure / 3) + ""),
    ]
    number = '<text:notes-configuration text:note-class="footnote" style:num-format="1" style:num-suffix=" "/>'
    return "".join([*styles, number])


def _size(points: float) -> str:
    return f'fo:font-size="{points:.1f}pt" style:font-size-asian="{points:.1f}pt" style:font-size-complex="{points:.1f}pt"'


def _bold(document: Document, factor: float) -> str:
    return (
        f'{_size(factor * document.size)} fo:font-weight="bold" style:font-weight-asian="bold" style:font-weight-complex="bold"'
    )


def _tab(points: float, kind: str = "left") -> str:
    return f'<style:tab-stops><style:tab-stop style:position="{points}pt" style:type="{kind}"/></style:tab-stops>'


def _style(name: str, paragraph: str, text: str, inner: str = "") -> str:
    return (
        f'<style:style style:name="{name}" style:family="paragraph"><style:paragraph-properties {paragraph}>{inner}'
        f"</style:paragraph-properties><style:text-properties {text}/></style:style>"
    )


def _layout(document: Document) -> str:
    (width, height), margin = document.page, document.margin
    mode = {"arabic": "rl-tb", "hebrew": "rl-tb", "japanese_vertical": "tb-rl"}.get(document.script, "lr-tb")
    sections = "".join(
        f'<style:style style:name="Section{i}" style:family="section"><style:section-properties>'
        f'<style:columns fo:column-count="{part.columns}" fo:column-gap="{part.gap}pt"/>'
        "</style:section-properties></style:style>"
        for i, part in enumerate(document.parts)
    )
    border = 'fo:border-top="0.5pt solid #000000" fo:border-bottom="0.5pt solid #000000"'
    edge = f'fo:margin-left="{margin}pt" fo:margin-right="{margin}pt" style:writing-mode="{mode}"'
    has_head, has_foot = bool(document.head), document.page_numbers
    top, bottom = margin - 28 * has_head, margin - 28 * has_foot
    space = '<style:header-footer-properties fo:min-height="28pt" fo:margin-{0}="14pt"/>'
    return (
        f'{sections}<style:page-layout style:name="Page"><style:page-layout-properties fo:page-width="{width}pt" '
        f'fo:page-height="{height}pt" fo:margin-top="{top}pt" fo:margin-bottom="{bottom}pt" {edge}/>'
        f"<style:header-style>{space.format('bottom') if has_head else ''}</style:header-style>"
        f"<style:footer-style>{space.format('top') if has_foot else ''}</style:footer-style></style:page-layout>"
        '<style:style style:name="White" style:family="text"><style:text-properties fo:color="#ffffff"/></style:style>'
        '<style:style style:name="Tiny" style:family="text"><style:text-properties fo:font-size="0.5pt" /></style:style>'
        '<style:style style:name="Bold" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>'
        f'<style:style style:name="Ruled" style:family="table-cell">'
        f'<style:table-cell-properties {border} fo:padding="2pt"/></style:style>'
        '<style:style style:name="Open" style:family="table-cell"><style:table-cell-properties fo:padding="2pt"/></style:style>'
    )


def _master(document: Document) -> str:
    number = "<text:page-number/>"
    head = f'<style:header><text:p text:style-name="Plain">{escape(document.head).replace("%", number)}</text:p></style:header>'
    foot = f'<style:footer><text:p text:style-name="Plain">{number}</text:p></style:footer>'
    inner = (head if document.head else "") + (foot if document.page_numbers else "")
    return (
        '<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="Page">'
        f"{inner}</style:master-page></office:master-styles>"
    )


def _p(style: str, text: str, before: str = "", after: str = "") -> str:
    return f'<text:p text:style-name="{style}">{before}{escape(text)}{after}</text:p>'


def _part(part: Part, document: Document, index: int) -> str:
    blocks = "".join(_blocks(part, document))
    if part.columns == 1:
        return blocks
    # LibreOffice would begin three narrow columns at the foot of a page, and part a heading between the second and the third.
    above = _p("PageEnd", "") if index and part.columns > 2 else ""
    return f'{above}<text:section text:style-name="Section{index}" text:name="S{index}">{blocks}</text:section>'


def _blocks(part: Part, document: Document) -> Iterator[str]:
    run_in, body = "", "Ragged" if part.ragged else "Body"
    notes = count(1)
    for i, block in enumerate(part.blocks):
        match block:
            case Heading(style="run_in"):
                run_in = f'<text:span text:style-name="Bold">{escape(block.whole)}.</text:span> '
            case Heading(style="side"):
                run_in = f'<text:span text:style-name="Bold">{escape(block.whole)}</text:span><text:tab/>'
                body = "Side"
            case Heading():
                style = {"small_caps": "SmallCaps"}.get(block.style, "NewPage" if document.new_page and i else "Head")
                yield f'<text:h text:outline-level="1" text:style-name="{style}">{escape(block.whole)}</text:h>'
            case Paragraph():
                yield _p(
                    "Drop" if block.drop_cap else body, block.text, run_in, _note(block, next(notes)) if block.note else ""
                )
                run_in, body = "", "Ragged" if part.ragged else "Body"
            case Table():
                yield _table(block, f"T{document.number}-{i}")
            case Equation():
                yield _p(
                    "Equation", "", "<text:tab/>", f"{escape(block.body)}<text:tab/><text:tab/><text:tab/>({block.number})"
                )
            case Hidden():
                yield _p("Plain", "", "", f'<text:span text:style-name="{block.way.title()}">{escape(block.text)}</text:span>')


def _note(block: Paragraph, number: int) -> str:
    return (
        f'<text:note text:note-class="footnote"><text:note-citation>{number}'
        f"</text:note-citation><text:note-body>{_p('Caption', block.note)}</text:note-body></text:note>"
    )


def _table(table: Table, name: str) -> str:
    style = "Ruled" if table.ruled else "Open"
    rows = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell table:style-name="{style}">{_p("Plain", cell)}</table:table-cell>' for cell in row)
        + "</table:table-row>"
        for row in table.rows
    )
    columns = f'<table:table-column table:number-columns-repeated="{len(table.rows[0])}"/>'
    return f'{_p("Caption", table.caption)}<table:table table:name="{name}">{columns}{rows}</table:table>'
