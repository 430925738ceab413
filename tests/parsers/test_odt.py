"""OpenDocument texts: what a reader sees, in the order of the page; nothing that is hidden, deleted or generated."""

import io
import zipfile

import pytest

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.odt import parse
from darwin_spark.parsers.parsed import Parsed, ParseFailure

NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{uri}:1.0"'
    for name, uri in {
        "office": "office", "text": "text", "table": "table", "style": "style", "draw": "drawing", "meta": "meta",
        "fo": "xsl-fo-compatible", "manifest": "manifest",
    }.items()
) + ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip
STYLES = """<office:styles><style:style style:name="Title" style:family="paragraph"/>
<style:style style:name="Preformatted_20_Text" style:family="paragraph" style:display-name="Preformatted Text"/>
<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Preformatted_20_Text"/>
<style:style style:name="Sup" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>
<style:style style:name="Low" style:family="text"><style:text-properties style:text-position="-33% 58%"/></style:style>
<style:style style:name="Gone" style:family="text"><style:text-properties text:display="none"/></style:style>
<text:list-style style:name="L1"><text:list-level-style-bullet text:level="1"/>
<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/></text:list-style>
<text:list-style style:name="L2"><text:list-level-style-number text:level="1" style:num-format="1" text:start-value="3"/>
</text:list-style></office:styles>"""
OUTLINE = """<text:outline-style><text:outline-level-style text:level="1" style:num-format="1"/>
<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/></text:outline-style>"""
META = """<office:meta><dc:title>On Bells</dc:title><dc:language>en-GB</dc:language><meta:keyword>tin</meta:keyword>
<meta:keyword>ash</meta:keyword></office:meta>"""
MATH = '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mi>x</mi><annotation>x</annotation></semantics></math>'


def _content(body: str, styles: str = "") -> str:
    return f"<office:document-content {NAMESPACES}>{styles}<office:body><office:text>{body}</office:text></office:body>" + (
        "</office:document-content>"
    )


def _packed(**members: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


def _parse(body: str, outline: str = "") -> Parsed:
    styles = f"<office:document-styles {NAMESPACES}>{STYLES}{outline}</office:document-styles>"
    meta = f"<office:document-meta {NAMESPACES}>{META}</office:document-meta>"
    members = {"styles_xml": styles, "content_xml": _content(body), "meta_xml": meta, "Object 1__content_xml": MATH}
    return parse(_packed(**members), L1Settings())


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<text:p>One<text:s text:c='3'/>two<text:tab/>three<text:line-break/>four</text:p>", "One two three four"),
        ("<text:p>H<text:span text:style-name='Low'>2</text:span>O, m<text:span text:style-name='Sup'>2</text:span></text:p>",
         "H_{2}O, m^{2}"),
        ("<text:p>Seen<text:span text:style-name='Gone'>hidden</text:span><text:hidden-text>no</text:hidden-text>"
         "</text:p>", "Seen"),
        ("<text:tracked-changes><text:deletion><text:p>gone</text:p></text:deletion></text:tracked-changes>"
         "<text:p>Kept</text:p>",
         "Kept"),
        ("<text:p>A<office:annotation><text:p>remark</text:p></office:annotation>B</text:p>", "AB"),
        ("<text:p><text:ruby><text:ruby-base>漢</text:ruby-base><text:ruby-text>kan</text:ruby-text>"
         "</text:ruby></text:p>", "漢"),
        ("<text:section text:display='none'><text:p>no</text:p></text:section><text:section><text:p>Yes</text:p>"
         "</text:section>",
         "Yes"),
        ("<text:table-of-content><text:index-body><text:p>1 Casting</text:p></text:index-body></text:table-of-content>"
         "<text:p>Text</text:p>", "Text"),
        ("<text:bibliography><text:index-body><text:p>Kiln 1990</text:p></text:index-body></text:bibliography>", "Kiln 1990"),
        ("<text:p text:style-name='P1'>a = 1</text:p><text:p text:style-name='P1'><text:s text:c='2'/>b</text:p>",
         "```\na = 1\n  b\n```"),
        ("<text:p>As<text:note text:note-class='footnote'><text:note-citation>7</text:note-citation><text:note-body>"
         "<text:p>Twice.</text:p></text:note-body></text:note> said.</text:p>", "As[^1] said.\n\n[^1]: Twice."),
        ("<text:p>Old<text:note text:note-class='endnote'><text:note-body><text:p>End.</text:p></text:note-body>"
         "</text:note></text:p>"
         "<text:p>More</text:p>", "Old[^1]\n\nMore\n\n## Endnotes\n\n[^1]: End."),
        ("<text:p>See<draw:frame><draw:text-box><text:p><draw:frame><draw:image/></draw:frame>Figure 1: A bell</text:p>"
         "</draw:text-box></draw:frame> it.</text:p>", "See it.\n\nFigure 1: A bell"),
        ("<draw:frame><draw:text-box><text:p>Boxed</text:p></draw:text-box></draw:frame><text:p>Text</text:p>",
         "Boxed\n\nText"),
        ("<text:p>If <draw:frame><draw:object xlink:href='./Object 1'/></draw:frame> holds</text:p>", "If $x$ holds"),
        ("<text:p><draw:frame><draw:object xlink:href='./Object 1'/></draw:frame><text:tab/>(2)</text:p>", "$$\nx "
         "\\tag{2}\n$$"),
        ("<text:p><draw:custom-shape><text:p>In a shape</text:p></draw:custom-shape></text:p>", "In a shape"),
    ],
)  # fmt: skip
def test_text(body: str, text: str) -> None:
    assert _parse(body).text == f"{text}\n"


def test_headings_with_their_numbers() -> None:
    body = (
        "<text:p text:style-name='Title'>Bells</text:p><text:h text:outline-level='1'>Tin</text:h>"
        "<text:h text:outline-level='2'>Ore</text:h><text:h text:outline-level='2'>Ash</text:h>"
        "<text:list><text:list-item><text:h text:outline-level='1'>Iron</text:h></text:list-item></text:list><text:p>x</text:p>"
    )
    assert _parse(body).text == "# Bells\n\n## Tin\n\n### Ore\n\n### Ash\n\n## Iron\n\nx\n"
    assert _parse(body, OUTLINE).text == "# Bells\n\n## 1 Tin\n\n### 1.1 Ore\n\n### 1.2 Ash\n\n## 2 Iron\n\nx\n"
    assert (_parse(body).title, _parse("<text:p>x</text:p>").title) == ("Bells", "On Bells")
    assert _parse(body).declared == {"language": "en-GB", "keywords": "tin; ash"}


def test_lists() -> None:
    body = (
        "<text:list text:style-name='L1'><text:list-item><text:p>one</text:p><text:list><text:list-item><text:p>deep</text:p>"
        "</text:list-item></text:list></text:list-item><text:list-item><text:p>two</text:p></text:list-item></text:list>"
        "<text:p>and</text:p><text:list text:style-name='L2'><text:list-item><text:p>three</text:p></text:list-item>"
        "<text:list-item text:start-value='7'><text:p>seven</text:p></text:list-item></text:list><text:p>or</text:p>"
        "<text:list text:style-name='L2' text:continue-numbering='true'><text:list-item><text:p>eight</text:p>"
        "</text:list-item></text:list>"
    )
    assert _parse(body).text == "- one\n\n  - a) deep\n- two\n\nand\n\n3. three\n7. seven\n\nor\n\n8. eight\n"


def test_tables() -> None:
    body = (
        "<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Rope</text:p></table:table-cell>"
        "<table:table-cell table:number-columns-spanned='2'><text:p>Load</text:p></table:table-cell><table:covered-table-cell/>"
        "</table:table-row></table:table-header-rows><table:table-row><table:table-cell table:number-rows-spanned='2'>"
        "<text:p>Hemp</text:p></table:table-cell><table:table-cell table:number-columns-repeated='2'><text:p>4</text:p>"
        "</table:table-cell></table:table-row><table:table-row><table:covered-table-cell/><table:table-cell><text:p>5</text:p>"
        "<text:p>kN</text:p></table:table-cell><table:table-cell><text:p>6</text:p></table:table-cell></table:table-row>"
        "<table:table-row table:number-rows-repeated='900000'><table:table-cell table:number-columns-repeated='1000'/>"
        "</table:table-row></table:table>"
    )
    assert _parse(body).text == "| Rope | Load | Load |\n| --- | --- | --- |\n| Hemp | 4 | 4 |\n|  | 5 kN | 6 |\n"


def test_flat_file_is_read_and_objects_are_counted() -> None:
    flat = f"<?xml version='1.0'?><office:document {NAMESPACES}>{META}{STYLES}<office:body><office:text><text:p>Words"
    parsed = parse(
        f"{flat}<draw:frame><draw:object/></draw:frame></text:p></office:text></office:body></office:document>".encode(),
        L1Settings(),
    )
    assert (parsed.text, parsed.title) == ("Words\n", "On Bells")
    assert parsed.warnings == ("1 embedded objects (charts, sheets) were left out",)


ENTRY = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
ENCRYPTED = f"<manifest:manifest {NAMESPACES}>{ENTRY}</manifest:manifest>"
SHEET = f"<office:document-content {NAMESPACES}><office:body><office:spreadsheet/></office:body></office:document-content>"


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"content_xml": "?", "META-INF__manifest_xml": ENCRYPTED}, "encrypted"),
        ({"content_xml": SHEET}, "unsupported_media_type"),
        ({"other_xml": ""}, "corrupt_odt"),
        ({"content_xml": "<a"}, "malformed_xml"),
        ({"content_xml": _content("<text:p/>")}, "empty"),
    ],
)
def test_bad_files_fail_with_a_reason(members: dict[str, str], reason: str) -> None:
    with pytest.raises(ParseFailure) as failure:
        parse(_packed(**members), L1Settings())
    assert failure.value.reason == reason
