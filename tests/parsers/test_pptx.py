"""PPTX: slides in their order, with titles, lists, tables, formulas and notes; nothing of hidden slides and furniture."""

import io
import zipfile

import pytest

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.pptx import parse

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:m="' + OFFICE + '/math" xmlns:r="' + OFFICE
    + '/relationships" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
)  # fmt: skip


def _relations(*targets: tuple[str, str, str]) -> str:
    found = "".join(f'<Relationship Id="{i}" Type="{OFFICE}/relationships/{kind}" Target="{to}"/>' for i, kind, to in targets)
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{found}</Relationships>'


def _shape(content: str, kind: str | None = None, hidden: str = "") -> str:
    holder = "" if kind is None else f'<p:ph type="{kind}"/>'
    properties = f"<p:nvSpPr><p:cNvPr id='1' name='n' {hidden}/><p:nvPr>{holder}</p:nvPr></p:nvSpPr>"
    return f"<p:sp>{properties}<p:txBody><a:bodyPr/>{content}</p:txBody></p:sp>"


def _p(text: str, properties: str = "") -> str:
    return f"<a:p>{properties}<a:r><a:t>{text}</a:t></a:r></a:p>"


def _slide(shapes: str, show: str = "") -> str:
    return f"<p:sld {NAMESPACES} {show}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"


def _deck(*slides: str, **more: str) -> bytes:
    """A presentation whose slides are listed in this order and stored in the opposite one."""
    names = [f"s{len(slides) - i}" for i in range(len(slides))]
    ids = "".join(f'<p:sldId id="{i}" r:id="{name}"/>' for i, name in enumerate(names))
    members = {
        "_rels/.rels": _relations(("r1", "officeDocument", "ppt/main.xml")),
        "ppt/main.xml": f"<p:presentation {NAMESPACES}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
        "ppt/_rels/main.xml.rels": _relations(*((name, "slide", f"slides/{name}.xml") for name in names)),
        **{f"ppt/slides/{name}.xml": slide for name, slide in zip(names, slides, strict=True)},
        **more,
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def _parse(*slides: str, **more: str) -> Parsed:
    return parse(_deck(*slides, **more), L1Settings())


def test_slides_become_sections_in_their_order() -> None:
    parsed = _parse(
        _slide(_shape(_p("Bells"), "ctrTitle") + _shape(_p("A talk"), "subTitle")),
        _slide(_shape(_p("Tin"), "title") + _shape(_p("12"), "sldNum") + _shape(_p("Foot"), "ftr") + _shape(_p("Soft."))),
        _slide(_shape(_p("Gone"), "title"), 'show="0"'),
        _slide(_shape(_p("Ash"), "title") + _shape(_p("no"), None, 'hidden="1"') + _shape(_p("Grey."))),
    )
    assert parsed.text == "# Bells\n\nA talk\n\n## Tin\n\nSoft.\n\n## Ash\n\nGrey.\n"
    assert parsed.title == "Bells"


@pytest.mark.parametrize(
    ("shapes", "text"),
    [
        (_shape(_p("one") + _p("deep", '<a:pPr lvl="1"/>') + _p("two"), "body"), "- one\n   - deep\n- two"),
        (_shape(_p("no bullet", "<a:pPr><a:buNone/></a:pPr>") + _p("item"), "body"), "no bullet\n\n- item"),
        (_shape(_p("a", "<a:pPr><a:buAutoNum type='x'/></a:pPr>") + _p("b", "<a:pPr><a:buAutoNum type='x'/>"
         "</a:pPr>")), "1. a\n2. b"),
        (_shape(_p("c", "<a:pPr><a:buChar char='•'/></a:pPr>")), "- c"),
        (f"<p:grpSp><p:grpSp>{_shape(_p('in groups'))}</p:grpSp></p:grpSp>", "in groups"),
        (_shape("<a:p><a:r><a:t>m</a:t></a:r><a:r><a:rPr baseline='30000'/><a:t>2</a:t></a:r><a:br/><a:fld>"
         "<a:t>x</a:t></a:fld></a:p>"),
         "m^{2} x"),
        (_shape("<a:p><a:r><a:t>if </a:t></a:r><m:oMath><m:r><m:t>x</m:t></m:r></m:oMath></a:p>"), "if $x$"),
        ("<p:graphicFrame><a:tbl><a:tr><a:tc gridSpan='2'><a:txBody><a:p><a:r><a:t>h</a:t></a:r></a:p></a:txBody></a:tc>"
         "<a:tc hMerge='1'/></a:tr><a:tr><a:tc><a:p><a:r><a:t>1</a:t></a:r></a:p></a:tc><a:tc><a:p><a:r><a:t>2</a:t>"
         "</a:r></a:p>"
         "</a:tc></a:tr></a:tbl></p:graphicFrame>", "| h |  |\n| --- | --- |\n| 1 | 2 |"),
    ],
)  # fmt: skip
def test_shapes(shapes: str, text: str) -> None:
    assert _parse(_slide(shapes)).text == f"{text}\n"


def test_notes_diagrams_and_objects() -> None:
    diagram = "<p:graphicFrame><dgm:relIds r:dm='d1'/></p:graphicFrame>"
    chart = "<p:graphicFrame><a:graphic/></p:graphicFrame>"
    parsed = _parse(
        _slide(_shape(_p("Tin"), "title") + diagram + chart),
        **{
            "ppt/slides/_rels/s1.xml.rels": _relations(("n1", "notesSlide", "../n.xml"), ("d1", "diagramData", "../d.xml")),
            "ppt/n.xml": _slide(_shape(_p("3"), "sldNum") + _shape(_p("Speak up.") + _p("Slowly."), "body")),
            "ppt/d.xml": f"<dgm:dataModel {NAMESPACES}><dgm:pt><dgm:t>{_p('ore')}</dgm:t></dgm:pt><dgm:pt/></dgm:dataModel>",
        },
    )
    assert parsed.text == "# Tin\n\n- ore\n\nNotes: Speak up.\n\nSlowly.\n"
    assert parsed.warnings == ("1 charts and embedded objects were left out",)


def test_bad_files_fail_with_a_reason() -> None:
    for content, reason in (
        (_deck(_slide("")), "empty"),
        (_deck(**{"ppt/main.xml": "<a"}), "malformed_xml"),
        (b"PK", "corrupt_zip"),
    ):
        with pytest.raises(ParseFailure) as failure:
            parse(content, L1Settings())
        assert failure.value.reason == reason
