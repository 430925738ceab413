"""DOCX: files as Word writes them (made by python-docx), and files that must be refused."""

import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.docx import parse
from darwin_spark.parsers.math.omml import to_tex
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.text.normalize_markdown import normalize_markdown

_M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
_NAMESPACES = (
    f'{nsdecls("w", "wp", "a")} {_M} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office"'
)


def _bytes(document: Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _parsed(build: Callable[[Document], object]) -> Parsed:
    document = docx.Document()
    build(document)
    return parse(_bytes(document), L1Settings())


def _xml(*paragraphs: str) -> str:
    """The text of a document whose body is written in XML."""

    def build(document: Document) -> None:
        for paragraph in paragraphs:
            document.element.body.insert(
                len(document.element.body) - 1, parse_xml(paragraph.replace(">", f" {_NAMESPACES}>", 1))
            )

    return _parsed(build).text


def test_title_headings_and_paragraphs() -> None:
    def build(document: Document) -> None:
        document.add_heading("On the Heat of Water", 0)
        document.add_heading("Introduction", 1)
        document.add_paragraph("Water boils.")
        document.add_heading("Apparatus", 2)
        document.add_paragraph("A kettle.", style="Intense Quote")

    parsed = _parsed(build)
    assert parsed.title == "On the Heat of Water"
    assert parsed.text == ("# On the Heat of Water\n\n## Introduction\n\nWater boils.\n\n### Apparatus\n\n> A kettle.\n")


def test_localised_and_derived_styles_and_outline_levels_are_headings() -> None:
    def build(document: Document) -> None:
        document.add_paragraph("Vorab.")
        document.styles["Heading 1"].element.set(qn("w:styleId"), "berschrift1")
        own = document.styles.add_style("Kapitel", WD_STYLE_TYPE.PARAGRAPH)
        own.base_style = document.styles["Heading 2"]
        first = document.add_paragraph("Einleitung")
        first._p.get_or_add_pPr().insert(0, parse_xml(f'<w:pStyle {nsdecls("w")} w:val="berschrift1"/>'))
        document.add_paragraph("Verfahren", style="Kapitel")
        third = document.add_paragraph("Ergebnis")
        third._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="2"/>'))
        document.add_paragraph("Text.")

    assert _parsed(build).text == "Vorab.\n\n## Einleitung\n\n### Verfahren\n\n#### Ergebnis\n\nText.\n"


def test_the_only_first_heading_on_top_is_the_title() -> None:
    def build(document: Document) -> None:
        document.add_heading("A Paper", 1)
        document.add_heading("Part", 2)
        document.add_paragraph("Text.")

    parsed = _parsed(build)
    assert parsed.title == "A Paper"
    assert parsed.text == "# A Paper\n\n### Part\n\nText.\n"


def test_lists_keep_their_kind_numbers_and_depth() -> None:
    def build(document: Document) -> None:
        document.add_paragraph("We need:")
        for text, style in (("one", ""), ("deep", " 2"), ("two", "")):
            document.add_paragraph(text, style=f"List Bullet{style}")
        document.add_paragraph("then")
        for text in ("first", "second"):
            document.add_paragraph(text, style="List Number")

    assert _parsed(build).text == "We need:\n\n- one\n   - deep\n- two\n\nthen\n\n1. first\n2. second\n"


def test_numbers_are_drawn_as_word_draws_them() -> None:
    def build(document: Document) -> None:
        numbering = document.part.numbering_part.element
        levels = "".join(
            f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
            for i, (kind, text) in enumerate((("decimal", "%1."), ("lowerLetter", "(%2)"), ("upperRoman", "%1.%3")))
        )
        numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
        numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
        for text, level in (("a", 0), ("b", 1), ("c", 1), ("d", 2), ("e", 0), ("f", 1)):
            properties = document.add_paragraph(text)._p.get_or_add_pPr()
            properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'))
        heading = document.add_heading("Results", 1)
        heading._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="77"/></w:numPr>')
        )
        document.add_paragraph("Text.")

    assert _parsed(build).text == ("1. a\n   - (a) b\n   - (b) c\n      - 1.I d\n2. e\n   - (a) f\n\n## 3. Results\n\nText.\n")


def test_tables_with_merged_cells() -> None:
    def build(document: Document) -> None:
        document.add_paragraph("Table 1: Yields.", style="Caption")
        table = document.add_table(3, 3)
        for row, texts in zip(table.rows, (("crop", "kg|ha", ""), ("rye", "1", "2"), ("", "3", "4")), strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
        table.cell(0, 1).merge(table.cell(0, 2))
        table.cell(1, 0).merge(table.cell(2, 0))

    assert _parsed(build).text == (
        "Table 1: Yields.\n\n| crop | kg\\|ha |  |\n| --- | --- | --- |\n| rye | 1 | 2 |\n|  | 3 | 4 |\n"
    )


def test_a_frame_of_one_cell_is_no_table() -> None:
    def build(document: Document) -> None:
        cell = document.add_table(1, 1).cell(0, 0)
        cell.text = "Box 1."
        cell.add_paragraph("More.")

    assert _parsed(build).text == "Box 1.\n\nMore.\n"


def test_a_table_within_a_cell_gives_its_words() -> None:
    def build(document: Document) -> None:
        outer = document.add_table(2, 2)
        for cell, text in zip((c for row in outer.rows for c in row.cells), "abcd", strict=True):
            cell.text = text
        inner = outer.cell(1, 1).add_table(2, 2)
        for cell, text in zip((c for row in inner.rows for c in row.cells), "pqrs", strict=True):
            cell.text = text

    assert _parsed(build).text == "| a | b |\n| --- | --- |\n| c | d p q r s |\n"


def test_running_text_keeps_scripts_links_and_insertions_and_drops_deletions_and_hidden_text() -> None:
    text = _xml(
        '<w:p><w:r><w:t xml:space="preserve">CO</w:t></w:r>'
        '<w:r><w:rPr><w:vertAlign w:val="subscript"/></w:rPr><w:t>2</w:t></w:r>'
        '<w:r><w:t xml:space="preserve"> at 10</w:t></w:r>'
        '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>-</w:t></w:r>'
        '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>3</w:t></w:r>'
        '<w:ins w:id="1"><w:r><w:t xml:space="preserve"> new</w:t></w:r></w:ins>'
        '<w:del w:id="2"><w:r><w:delText>old</w:delText></w:r></w:del>'
        '<w:hyperlink><w:r><w:t xml:space="preserve"> link</w:t></w:r></w:hyperlink>'
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
        '<w:r><w:tab/><w:sym w:font="Symbol" w:char="F061"/><w:noBreakHyphen/><w:t>ray</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText> REF x </w:instrText><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    assert text == "CO_{2} at 10^{-3} new link α-ray\n"


def test_formulas_inline_displayed_and_numbered() -> None:
    square = "<m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>"
    cell = "<w:tc><w:p>{}</w:p></w:tc>"
    text = _xml(
        f'<w:p><w:r><w:t xml:space="preserve">With </w:t></w:r><m:oMath>{square}</m:oMath><w:r><w:t>.</w:t></w:r></w:p>',
        f"<w:p><m:oMathPara><m:oMath>{square}</m:oMath></m:oMathPara></w:p>",
        f"<w:p><m:oMathPara><m:oMath>{square}</m:oMath></m:oMathPara><w:r><w:tab/><w:t>(3)</w:t></w:r></w:p>",
        f"<w:tbl><w:tr>{cell.format('')}{cell.format(f'<m:oMath>{square}</m:oMath>')}"
        f"{cell.format('<w:r><w:t>(4)</w:t></w:r>')}</w:tr></w:tbl>",
    )
    assert text == ("With $x^{2}$.\n\n$$\nx^{2}\n$$\n\n$$\nx^{2} \\tag{3}\n$$\n\n$$\nx^{2} \\tag{4}\n$$\n")


def test_text_boxes_are_given_once_after_their_paragraph() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>In the box.</w:t></w:r></w:p></w:txbxContent>"
    text = _xml(
        f"<w:p><w:r><w:t>Before</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{box}"
        f"</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r><w:r><w:t> after.</w:t></w:r></w:p>"
    )
    assert text == "Before after.\n\nIn the box.\n"


def test_code_lines_are_one_listing() -> None:
    def build(document: Document) -> None:
        document.styles.add_style("Source Code", WD_STYLE_TYPE.PARAGRAPH)
        for line in ("for x in y:", "    print(x)"):
            document.add_paragraph(line, style="Source Code")

    assert _parsed(build).text == "```\nfor x in y:\n    print(x)\n```\n"


def test_contents_are_left_out_and_old_formulas_are_counted() -> None:
    def build(document: Document) -> None:
        toc = document.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
        document.add_paragraph("Introduction 3", style=toc)
        document.add_paragraph("Text.")._p.append(
            parse_xml(f'<w:r {_NAMESPACES}><w:object><o:OLEObject ProgID="Equation.DSMT4"/></w:object></w:r>')
        )

    parsed = _parsed(build)
    assert parsed.text == "Text.\n"
    assert "1 embedded object" in parsed.warnings[0]


def _with_parts(document: Document, parts: dict[str, str], relations: str) -> bytes:
    """A document with further parts, as they come from Word."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_bytes(document))) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/_rels/document.xml.rels":
                content = content.replace(b"</Relationships>", relations.encode() + b"</Relationships>")
            new.writestr(name, content)
        for name, text in parts.items():
            new.writestr(name, text)
    return stream.getvalue()


def test_a_deleted_paragraph_end_joins_the_paragraphs() -> None:
    deleted = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t xml:space='preserve'>One </w:t></w:r></w:p>"
    assert _xml(deleted, deleted, "<w:p><w:r><w:t>two.</w:t></w:r></w:p>", deleted) == "One One two.\n\nOne\n"


def test_notes_of_cells_follow_their_table() -> None:
    document = docx.Document()
    cells = document.add_table(rows=1, cols=2).rows[0].cells
    cells[0].text, cells[1].text = "Heat", "Cold"
    cells[0].paragraphs[0]._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="2"/></w:r>'))
    words = "<w:p><w:r><w:t>Of Joule.</w:t></w:r></w:p>"
    note = f'<w:footnotes {nsdecls("w")}><w:footnote w:id="2">{words}</w:footnote></w:footnotes>'
    relation = '<Relationship Id="nf" Type="http://x/footnotes" Target="footnotes.xml"/>'
    text = parse(_with_parts(document, {"word/footnotes.xml": note}, relation), L1Settings()).text
    assert text == "| Heat[^1] | Cold |\n| --- | --- |\n\n[^1]: Of Joule.\n"


def test_footnotes_follow_their_paragraph_and_endnotes_end_the_text() -> None:
    document = docx.Document()
    kinds = ("footnote", "endnote")
    marks = "".join(f'<w:r><w:{kind}Reference w:id="2"/></w:r>' for kind in kinds)
    document.element.body.insert(0, parse_xml(f"<w:p {nsdecls('w')}><w:r><w:t>Claim</w:t></w:r>{marks}</w:p>"))
    document.add_paragraph("Next.")
    parts = {
        f"word/{kind}s.xml": f'<w:{kind}s {nsdecls("w")}><w:{kind} w:type="separator" w:id="0"><w:p/></w:{kind}>'
        f'<w:{kind} w:id="2">'
        f"<w:p><w:r><w:t>The {kind}.</w:t></w:r></w:p></w:{kind}></w:{kind}s>"
        for kind in kinds
    }
    relations = "".join(f'<Relationship Id="n{kind}" Type="http://x/{kind}s" Target="{kind}s.xml"/>' for kind in kinds)
    text = parse(_with_parts(document, parts, relations), L1Settings()).text
    assert text == "Claim[^1][^2]\n\n[^1]: The footnote.\n\nNext.\n\n## Endnotes\n\n[^2]: The endnote.\n"


def test_core_properties_are_declared() -> None:
    def build(document: Document) -> None:
        document.add_paragraph("Text.")
        document.core_properties.title = "A Title"
        document.core_properties.keywords = "heat; water"
        document.core_properties.language = "en-GB"

    parsed = _parsed(build)
    assert (parsed.title, parsed.text) == ("A Title", "Text.\n")
    assert parsed.declared == {"keywords": "heat; water", "language": "en-GB"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "unsupported_media_type"),
        (b"PK\x03\x04 cut off", "corrupt_zip"),
        (_bytes(docx.Document())[:9_000], "corrupt_zip"),
        (_bytes(docx.Document()), "empty"),
    ],
)
def test_unreadable_files_fail_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(ParseFailure) as failure:
        parse(content, L1Settings())
    assert failure.value.reason == reason


def test_a_zip_without_a_document_is_corrupt() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(ParseFailure) as failure:
        parse(stream.getvalue(), L1Settings())
    assert failure.value.reason == "corrupt_docx"


@settings(max_examples=12)
@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1), min_size=1)
)
def test_every_word_of_a_paragraph_comes_out(words: list[str]) -> None:
    """The normalized words are in the text, in order."""
    document = docx.Document()
    document.add_paragraph("begin " + " ".join(words))
    assert parse(_bytes(document), L1Settings()).text == normalize_markdown("begin " + " ".join(" ".join(words).split()))


def _run(text: str, properties: str = "") -> str:
    return f"<m:r>{properties}<m:t>{text}</m:t></m:r>"


_X, _Y, _N = _run("x"), _run("y"), _run("n")
_PLAIN = '<m:rPr><m:sty m:val="p"/></m:rPr>'


@pytest.mark.parametrize(
    ("omml", "tex"),
    [
        (f"<m:f><m:num>{_X}</m:num><m:den>{_Y}</m:den></m:f>", r"\frac{x}{y}"),
        (f"<m:f><m:fPr><m:type m:val='lin'/></m:fPr><m:num>{_X}</m:num><m:den>{_Y}</m:den></m:f>", "{x}/{y}"),
        (f"<m:rad><m:radPr><m:degHide/></m:radPr><m:deg/><m:e>{_X}</m:e></m:rad>", r"\sqrt{x}"),
        (f"<m:rad><m:deg>{_N}</m:deg><m:e>{_X}</m:e></m:rad>", r"\sqrt[n]{x}"),
        (f"<m:sSubSup><m:e>{_X}</m:e><m:sub>{_N}</m:sub><m:sup>{_Y}</m:sup></m:sSubSup>", "x_{n}^{y}"),
        (f"<m:sPre><m:sub>{_N}</m:sub><m:sup>{_Y}</m:sup><m:e>{_run('C')}</m:e></m:sPre>", "{}_{n}^{y}C"),
        (
            f"<m:nary><m:naryPr><m:chr m:val='∑'/></m:naryPr><m:sub>{_run('i=1')}</m:sub><m:sup>{_N}</m:sup>"
            f"<m:e>{_X}</m:e></m:nary>",
            r"\sum_{i=1}^{n} x",
        ),
        (f"<m:nary><m:sub/><m:sup/><m:e>{_X}</m:e></m:nary>", r"\int x"),
        (f"<m:d><m:dPr><m:begChr m:val='{{'/><m:endChr m:val=''/></m:dPr><m:e>{_X}</m:e></m:d>", r"\left\{ x\right."),
        (f"<m:m><m:mr><m:e>{_X}</m:e><m:e>{_Y}</m:e></m:mr></m:m>", r"\begin{matrix}x & y\end{matrix}"),
        (f"<m:func><m:fName>{_run('sin', _PLAIN)}</m:fName><m:e>{_run('α')}</m:e></m:func>", r"\sin \alpha"),
        (f"<m:limLow><m:e>{_run('lim', _PLAIN)}</m:e><m:lim>{_N}</m:lim></m:limLow>", r"\lim_{n}"),
        (f"<m:acc><m:accPr><m:chr m:val='̅'/></m:accPr><m:e>{_X}</m:e></m:acc>", r"\overline{x}"),
        (f"<m:acc><m:e>{_X}</m:e></m:acc>", r"\hat{x}"),
        (f"<m:bar><m:barPr><m:pos m:val='top'/></m:barPr><m:e>{_X}</m:e></m:bar>", r"\overline{x}"),
        (f"<m:eqArr><m:e>{_run('x=y#(7)')}</m:e></m:eqArr>", r"x=y \tag{7}"),
        (_run("if 5%", "<m:rPr><m:nor/></m:rPr>"), r"\text{if 5\%}"),
        (_run("v", "<m:rPr><m:sty m:val='b'/></m:rPr>"), r"\mathbf{v}"),
        (_run("𝑎"), "a"),
    ],
)
def test_omml_becomes_tex(omml: str, tex: str) -> None:
    assert to_tex(etree.fromstring(f"<m:oMath {_M}>{omml}</m:oMath>")) == tex
