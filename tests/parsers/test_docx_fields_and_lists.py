"""DOCX: fields within fields, symbol fonts, and the numbers that lists begin with; documents are written in XML."""

import io
import zipfile

import pytest

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.docx import parse
from darwin_spark.parsers.docx.symbol_fonts import decode
from darwin_spark.parsers.parsed import Parsed

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def _parsed(body: str, numbering: str = "", styles: str = "") -> Parsed:
    """A document of three parts: its body, its lists and its styles, each without its root element."""
    parts = {"numbering": numbering, "styles": styles}
    relations = "".join(
        f'<Relationship Id="r{i}" Type="{_OFFICE}/{name}" Target="{name}.xml"/>' for i, name in enumerate(parts)
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("word/document.xml", f"<w:document {_W}><w:body>{body}</w:body></w:document>")
        package.writestr("word/_rels/document.xml.rels", f'<Relationships xmlns="{_PACKAGE}">{relations}</Relationships>')
        for name, content in parts.items():
            package.writestr(f"word/{name}.xml", f"<w:{name} {_W}>{content}</w:{name}>")
    return parse(stream.getvalue(), L1Settings())


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def _mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def _field(*instruction: str, result: str | None = None) -> str:
    """A field; what begins with '<' in the instruction is another field."""
    parts = "".join(p if p.startswith("<") else f"<w:r><w:instrText>{p}</w:instrText></w:r>" for p in instruction)
    shown = "" if result is None else _mark("separate") + (result if result.startswith("<") else _run(result))
    return f"{_mark('begin')}{parts}{shown}{_mark('end')}"


def _paragraph(*content: str) -> str:
    return f"<w:p>{''.join(content)}</w:p>"


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        (_field("IF ", _field("PAGE", result="9"), "= 1 ", result="x"), "x"),
        (_field("IF ", _field("IF ", _field("DOCPROPERTY a", result="8"), result="7"), result="x"), "x"),
        (_field("TOC", result=_run("x ") + _field("PAGEREF a", result="17")), "x 17"),
        (_field("XE &quot;", _field("QUOTE", result="hidden"), "&quot;"), ""),
        (_field("IF ", '<w:fldSimple w:instr="PAGE"><w:r><w:t>9</w:t></w:r></w:fldSimple>', "= 1", result="x"), "x"),
        (_field("IF 1=1 ", _field("HYPERLINK", result=_run("u") + _field("PAGE", result="3")), result="x"), "x"),
        (
            _field("MACROBUTTON MTPlaceRef \\* MERGEFORMAT ", _field("SEQ MTEqn \\h"), "(", _field("SEQ a", result="4"), ")"),
            "(4)",
        ),
        (_field("EQ \\f(1;2)"), "\\f(1;2)"),
        (_field("IF ", _field("MACROBUTTON Go here"), "= 1", result="x"), "x"),
    ],
)
def test_of_fields_within_fields_only_results_are_shown(field: str, shown: str) -> None:
    assert _parsed(_paragraph(_run("a "), field, _run(" b"))).text == f"a {shown} b\n".replace("  ", " ")


def test_a_field_runs_over_paragraphs() -> None:
    begin = _paragraph(_run("a "), _mark("begin"), "<w:r><w:instrText>IF </w:instrText></w:r>", _field("PAGE", result="9"))
    end = _paragraph(_run("condition"), _mark("separate"), _run("shown"), _mark("end"), _run(" b"))
    assert _parsed(begin + end).text == "a\n\nshown b\n"


@pytest.mark.parametrize("damage", [_mark("begin"), _mark("separate"), _mark("end"), _mark("begin") * 3 + _mark("separate")])
def test_marks_without_their_counterpart_hide_nothing(damage: str) -> None:
    body = _paragraph(_run("one "), damage, _run("two")) + _paragraph(_run("three "), _field("REF a", result="four"))
    assert _parsed(body).text == "one two\n\nthree four\n"


def test_marks_that_never_end_take_linear_time() -> None:
    body = _paragraph((_mark("begin") + _mark("separate") + _run("a ")) * 20_000)
    assert _parsed(body).text.count("a") == 20_000


def test_chosen_entries_and_boxes_of_forms_are_shown() -> None:
    def form(data: str, result: str = "") -> str:
        return f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{data}</w:ffData></w:fldChar></w:r>{result}{_mark("end")}'

    entries = '<w:listEntry w:val="oak"/><w:listEntry w:val="ash"/>'
    chosen = form(f'<w:ddList><w:result w:val="1"/>{entries}</w:ddList>', _mark("separate"))
    default = form(f"<w:ddList>{entries}</w:ddList>")
    boxes = form("<w:checkBox><w:checked/></w:checkBox>") + form('<w:checkBox><w:default w:val="0"/></w:checkBox>')
    assert _parsed(_paragraph(chosen, _run(" "), default, _run(" "), boxes)).text == "ash oak ☒☐\n"


def _set_in(font: str, text: str) -> str:
    return f'<w:r><w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


@pytest.mark.parametrize(
    ("run", "seen"),
    [
        (_set_in("Symbol", "a \uf0b4 \u00a3 D"), "α × ≤ Δ"),
        (_set_in("Symbol", "β"), "β"),
        (_set_in("Arial", "a"), "a"),
        (_set_in("Wingdings", "\uf0e0\uf0fc \u00fb"), "→✓ ✗"),
        (_set_in("Wingdings 2", "P\uf04f\uf0a3"), "✓✗□"),
        (_set_in("Wingdings 3", "g"), "→"),
        ('<w:r><w:sym w:font="ZapfDingbats" w:char="F034"/></w:r>', "✔"),
        ('<w:r><w:sym w:font="Symbol" w:char="0061"/><w:sym w:font="Symbol" w:char="F0CE"/></w:r>', "α∈"),
        ('<w:r><w:sym w:font="Segoe UI Symbol" w:char="2713"/></w:r>', "✓"),
        ('<w:r><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Symbol"/></w:rPr><w:t>m\uf06d</w:t></w:r>', "mμ"),
    ],
)
def test_symbol_fonts_read_as_the_signs_that_are_seen(run: str, seen: str) -> None:
    assert _parsed(_paragraph(_run("x "), run)).text == f"x {seen}\n"


def test_a_style_may_set_text_in_a_symbol_font() -> None:
    fonts = '<w:rPr><w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/></w:rPr>'
    styles = (
        f'<w:style w:type="character" w:styleId="Greek">{fonts}</w:style>'
        '<w:style w:type="character" w:styleId="Small"><w:basedOn w:val="Greek"/></w:style>'
        f'<w:style w:type="paragraph" w:styleId="Signs">{fonts}</w:style>'
        '<w:style w:type="character" w:styleId="Plain"><w:rPr><w:rFonts w:ascii="Arial"/></w:rPr></w:style>'
    )

    def styled(style: str) -> str:
        return f'<w:r><w:rPr><w:rStyle w:val="{style}"/></w:rPr><w:t>a</w:t></w:r>'

    signs = '<w:p><w:pPr><w:pStyle w:val="Signs"/></w:pPr>' + _run("b") + _set_in("Arial", "b") + "</w:p>"
    assert _parsed(_paragraph(styled("Greek"), styled("Small"), _run("a")) + signs, styles=styles).text == "ααa\n\nβb\n"


def test_signs_of_unknown_fonts_are_counted() -> None:
    found = _parsed(_paragraph(_run("x"), '<w:r><w:sym w:font="Runes" w:char="F041"/></w:r>', _set_in("Runes", "\uf042")))
    assert found.text == "x\uf042\n"
    assert found.warnings == ("2 signs of symbol fonts have no known character",)


def test_the_tables_of_symbol_fonts_are_in_place() -> None:
    assert decode("\u00a5\u00b0\u00d6\u00e5\u00fe", "Symbol") == "∞°√∑⎭"
    assert decode("Jlno\u009f\u00a7\u00ab\u00df\u00fe", "Wingdings") == "☺●■□•▪★←☑"
    assert decode("j\u0095\u00f6", "Wingdings 2") == "①⋅⯌"
    assert decode("!\u00a8\u00d5\u00fe", "Zapf Dingbats") == "✁♣→➾"


def _listed(number: int, text: str, level: int = 0) -> str:
    return (
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>'
        f"{_run(text) if text else ''}</w:p>"
    )


def _level(index: int, text: str, start: int = 1, more: str = "", kind: str = "decimal") -> str:
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'
    )


def _num(number: int, abstract: int, **starts: int) -> str:
    overrides = "".join(
        f'<w:lvlOverride w:ilvl="{level[1:]}"><w:startOverride w:val="{start}"/></w:lvlOverride>'
        for level, start in starts.items()
    )
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{overrides}</w:num>'


def _labels(body: str, numbering: str, styles: str = "") -> list[str]:
    lines = _parsed(body, numbering, styles).text.split("\n")
    return [line.strip() for line in lines if line.strip() and not line.startswith("Text")]


_TWO_LEVELS = f'<w:abstractNum w:abstractNumId="0">{_level(0, "%1.")}{_level(1, "%1.%2.")}</w:abstractNum>'


def test_a_list_goes_on_from_the_number_that_another_list_set() -> None:
    numbering = _TWO_LEVELS + _num(1, 0) + _num(2, 0, l0=8) + _num(3, 0)
    body = "".join(_listed(number, "x") + _paragraph(_run("Text.")) for number in (1, 1, 2, 1, 3, 2))
    assert _labels(body, numbering) == ["1. x", "2. x", "8. x", "9. x", "10. x", "11. x"]


def test_an_overridden_start_holds_whenever_the_level_starts_again() -> None:
    numbering = _TWO_LEVELS + _num(1, 0) + _num(2, 0, l0=3, l1=5)
    body = _listed(1, "x") + _listed(1, "x", 1)
    body += "".join(_listed(2, "x", level) for level in (0, 1, 1, 0, 1))
    assert _labels(body, numbering) == ["1. x", "- 1.1. x", "3. x", "- 3.5. x", "- 3.6. x", "4. x", "- 4.5. x"]


def test_a_level_may_start_at_zero_and_never_start_again() -> None:
    levels = _level(0, "%1.", 0) + _level(1, "%1.%2.", 1, '<w:lvlRestart w:val="0"/>')
    numbering = f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>' + _num(1, 0)
    body = "".join(_listed(1, "x", level) for level in (0, 1, 1, 0, 1, 0))
    assert _labels(body, numbering) == ["0. x", "- 0.1. x", "- 0.2. x", "1. x", "- 1.3. x", "2. x"]


def test_a_level_may_start_again_after_the_first_level_only() -> None:
    levels = _level(0, "%1.") + _level(1, "%1.%2.") + _level(2, "%3)", 1, '<w:lvlRestart w:val="1"/>')
    numbering = f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>' + _num(1, 0)
    body = "".join(_listed(1, "x", level) for level in (0, 1, 2, 1, 2, 0, 2))
    assert _labels(body, numbering) == ["1. x", "- 1.1. x", "1. x", "- 1.2. x", "2. x", "2. x", "1. x"]


def test_empty_items_have_a_number() -> None:
    assert _labels(_listed(1, "x") + _listed(1, "") + _listed(1, "y"), _TWO_LEVELS + _num(1, 0)) == ["1. x", "3. y"]


def test_labels_may_be_legal_or_ordinal() -> None:
    levels = _level(0, "%1.", 4, kind="upperRoman") + _level(1, "%1.%2", 2, "<w:isLgl/>", "lowerLetter")
    levels += _level(2, "%3", 3, kind="ordinal")
    numbering = f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>' + _num(1, 0)
    assert _labels("".join(_listed(1, "x", level) for level in (0, 1, 2)), numbering) == ["- IV. x", "- 4.2 x", "- 3rd x"]


def test_levels_of_styles_and_of_linked_lists() -> None:
    levels = _level(0, "%1.") + _level(1, "%1.%2.", 1, '<w:pStyle w:val="Sub"/>')
    numbering = (
        f'<w:abstractNum w:abstractNumId="0"><w:styleLink w:val="Outline"/>{levels}</w:abstractNum>'
        '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="Outline"/></w:abstractNum>' + _num(1, 0) + _num(2, 1)
    )
    own = '<w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr>'
    deep = '<w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr>'
    styles = (
        f'<w:style w:type="paragraph" w:styleId="Sub">{own}</w:style>'
        f'<w:style w:type="paragraph" w:styleId="Top">{own}</w:style>'
        f'<w:style w:type="paragraph" w:styleId="Deep"><w:basedOn w:val="Top"/>{deep}</w:style>'
    )
    paragraphs = "".join(f'<w:p><w:pPr><w:pStyle w:val="{s}"/></w:pPr>{_run("x")}</w:p>' for s in ("Top", "Sub", "Deep"))
    direct = f'<w:p><w:pPr><w:pStyle w:val="Top"/><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr>{_run("x")}</w:p>'
    expected = ["1. x", "2. x", "- 2.1. x", "- 2.2. x", "- 2.3. x"]
    assert _labels(_listed(1, "x") + paragraphs + direct, numbering, styles) == expected
