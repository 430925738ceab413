"""TEI: an article as GROBID writes it, and encoded books, poems and plays."""

from pathlib import Path

import pytest

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.tei import parse
from darwin_spark.text.normalize_markdown import normalize_markdown


def _parsed(body: str, header: str = "", rest: str = "") -> Parsed:
    xml = (
        f'<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader>{header}</teiHeader><text><body>{body}</body>{rest}</text></TEI>'
    )
    return parse(xml.encode(), L1Settings())


def _text(body: str, rest: str = "") -> str:
    return _parsed(body, rest=rest).text


@pytest.fixture(scope="module")
def article(shared: Path) -> Parsed:
    return parse((shared / "json" / "2020.acl-main.207.tei.xml").read_bytes(), L1Settings())


def test_grobid_article_has_its_sections_by_their_numbers(article: Parsed) -> None:
    headings = [line for line in article.text.splitlines() if line.startswith("#")]
    assert article.title == "SPECTER: Document-level Representation Learning using Citation-informed Transformers"
    assert headings[:8] == [
        f"# {article.title}",
        "## Abstract",
        "## 1 Introduction",
        "## 2 Model 2.1 Overview",
        "### 2.2 Background: Pretrained Transformers",
        "### Document Representation",
        "### 2.3 Citation-Based Pretraining Objective",
        "### 2.4 Selecting Negative Distractors",
    ]
    assert headings[-2:] == ["## Acknowledgements", "## References"]
    assert article.text.split("## References")[1].count("\n- ") == 57
    assert article.text == normalize_markdown(article.text)


def test_grobid_tables_stand_where_they_are_cited(article: Parsed) -> None:
    text = article.text
    assert text.index("\n\nTable 1: Results on the SCIDOCS") < text.index("## 5 Results")
    assert "\n\n| Training signal | CLS USR CITE REC All |\n| --- | --- |\n| SPECTER | 84.2 88.4 91.5 36.9 80.0 |\n" in text
    assert text.count("Results on the SCIDOCS evaluation suite consisting of 7 tasks.") == 1


def test_header_is_declared_and_is_not_text() -> None:
    parsed = _parsed(
        "<p>Text.</p>",
        "<fileDesc><titleStmt><title>Heat</title></titleStmt><publicationStmt><availability>"
        "<licence target='https://creativecommons.org/licenses/by/4.0/'/></availability></publicationStmt><sourceDesc>"
        "<biblStruct><monogr><title level='j'>J. Heat</title><imprint><date when='1999-03-01'/></imprint></monogr>"
        "<idno type='DOI'>10.1/x</idno></biblStruct></sourceDesc></fileDesc><profileDesc><langUsage><language ident='EN'/>"
        "</langUsage><textClass><keywords><term>heat</term><term>water</term></keywords></textClass>"
        "<abstract><div><p>Short.</p></div></abstract></profileDesc>",
    )
    assert parsed.text == "# Heat\n\n## Abstract\n\nShort.\n\nText.\n"
    assert parsed.declared == {
        "journal": "J. Heat",
        "doi": "10.1/x",
        "year": "1999",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "keywords": "heat; water",
        "language": "en",
    }


def test_references_are_printed_or_composed() -> None:
    assert _text(
        "<p>x</p>",
        "<back><div type='references'><listBibl><biblStruct><analytic><title>On heat</title><author><persName>"
        "<forename>Ann</forename>"
        "<surname>Doe</surname></persName></author></analytic><monogr><title>J. Heat</title><imprint><biblScope unit='volume'>3"
        "</biblScope><biblScope unit='page' from='1' to='9'/><date when='1999'/></imprint></monogr></biblStruct>"
        "<bibl>Roe, <hi>Cold</hi>, 1888.</bibl></listBibl></div></back>",
    ).endswith("## References\n\n- Doe Ann (1999). On heat. J. Heat. 3, 1-9.\n- Roe, Cold, 1888.\n")


def test_formulas_are_tex_where_the_file_has_tex() -> None:
    assert (
        _text(
            "<div><head>F</head><p>With <formula notation='TeX'>x^2</formula> we have</p>"
            "<formula notation='tex' rend='display'>$$E=mc^2$$<label>(1)</label></formula>"
            "<formula>a = b<label>(2)</label></formula>"
            "<formula><math xmlns='http://www.w3.org/1998/Math/MathML'><mfrac><mi>a</mi><mi>b</mi></mfrac></math></formula></div>"
        )
        == "## F\n\nWith $x^2$ we have\n\n$$\nE=mc^2 \\tag{1}\n$$\n\na = b (2)\n\n$$\n\\frac{a}{b}\n$$\n"
    )


def test_chapters_notes_and_corrections_of_a_book() -> None:
    assert _text(
        "<pb n='1'/><fw>RUNNING HEAD</fw><div1 type='book'><head>Book I</head><div2><head>Chapter 1</head>"
        "<p>The <choice><sic>worde</sic><corr>word</corr></choice><note n='*'>A note.</note> is H<hi rend='sub'>2</hi>O"
        "<del>gone</del> bro<lb break='no'/>ken, and <quote>short</quote>.</p><quote><p>A long one.</p></quote></div2></div1>"
    ) == ("## Book I\n\n### Chapter 1\n\nThe word[^1] is H_{2}O broken, and short.\n\n[^1]: A note.\n\n> A long one.\n")


def test_verse_and_speeches_keep_their_lines() -> None:
    assert _text(
        "<lg><head>Song</head><lg><l>One line,</l><l>another.</l></lg><lg><l>New.</l></lg></lg>"
        "<sp><speaker>Hamlet</speaker><p>Words <stage>aside</stage> words.</p></sp>"
        "<sp><speaker>Ghost.</speaker><l>Mark me.</l></sp><stage>Exeunt.</stage>"
    ) == ("> Song\n>\n> One line,\n> another.\n>\n> New.\n\nHamlet. Words aside words.\n\nGhost. Mark me.\n\nExeunt.\n")


def test_lists_glossaries_and_tables() -> None:
    assert _text(
        "<p>See <list type='ordered'><item>one<list><item>deep</item></list></item><item>two</item></list> there.</p>"
        "<list type='gloss'><head>Terms</head><label>IR</label><item>infrared</item></list>"
        "<table><head>Yields</head><row role='label'><cell>a</cell><cell cols='2'>b</cell></row>"
        "<row><cell>1</cell><cell>2</cell><cell>3|4</cell></row></table>"
    ) == (
        "See\n\n1. one\n\n   - deep\n2. two\n\nthere.\n\nTerms\n- IR: infrared\n\n"
        "Yields\n\n| a | b | b |\n| --- | --- | --- |\n| 1 | 2 | 3\\|4 |\n"
    )


def test_text_outside_paragraphs_is_kept() -> None:
    assert _text("loose <hi>words</hi><p>one</p>tail<div><head>A</head>inside</div>") == (
        "loose words\n\none\n\ntail\n\n## A\n\ninside\n"
    )


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("The <app><lem wit='#A'>tide</lem><rdg wit='#B'>time</rdg><rdg>tithe</rdg></app> waits", "The tide waits"),
        ("The <app><rdg wit='#A'>tide</rdg><rdg wit='#B'>time</rdg></app> waits", "The tide waits"),
        ("The <app><rdgGrp><rdg>tide</rdg><rdg>tied</rdg></rdgGrp><rdg>time</rdg></app> waits", "The tide waits"),
        ("The <app><lem>old <app><lem>tide</lem><rdg>time</rdg></app></lem><rdg>wave</rdg></app> waits", "The old tide waits"),
        ("The tide<app><lem/><rdg>, alas,</rdg></app> waits", "The tide waits"),
        ("The tide<app from='#a'><lem>tide</lem><rdg>time</rdg></app> waits", "The tide waits"),
        (
            "The <app><lem><hi>ti</hi>de</lem><rdg>time<note>Of B.</note></rdg><wit>B</wit></app> waits",
            "The tide waits",
        ),
        ("<lg><app><lem><l>One</l></lem><rdg><l>Two</l></rdg></app><l>verse</l></lg>", "> One\n> verse"),
        ("<app><lem><p>One.</p><p>More.</p></lem><rdg><p>Two.</p></rdg></app>", "One.\n\nMore."),
        ("<p>One.</p><listApp><app><lem>One</lem><rdg>Two</rdg></app></listApp>", "One."),
    ],
)
def test_of_several_readings_the_text_of_the_edition_stands(xml: str, text: str) -> None:
    assert _text(xml) == f"{text}\n"


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (b"<TEI><text><body><p", "malformed_xml"),
        (b"<TEI><text><body><p/></body></text></TEI>", "empty"),
        (b"<TEI><text><body>" + b"<div>" * 200 + b"x" + b"</div>" * 200 + b"</body></text></TEI>", "too_deep"),
    ],
)
def test_bad_files_fail_with_a_reason(xml: bytes, reason: str) -> None:
    with pytest.raises(ParseFailure) as failure:
        parse(xml, L1Settings())
    assert failure.value.reason == reason


def test_notes_in_headings_cells_and_citations_are_kept() -> None:
    text = _text(
        "<div><head>Heat<note n='1'>See Doe.</note></head><p>x<ref type='foot' target='#f'>2</ref></p>"
        "<table><row><cell>a<note>Of b.</note></cell></row></table><note xml:id='f' n='2'>At the foot.</note></div>"
        "<listBibl><bibl>Doe 1999. <note>Reprinted 2001.</note></bibl></listBibl>"
    )
    assert text == (
        "## Heat[^1]\n\n[^1]: See Doe.\n\nx[^2]\n\n| a[^3] |\n| --- |\n\n[^3]: Of b.\n\n[^2]: At the foot.\n\n"
        "## References\n\n- Doe 1999. Reprinted 2001.\n"
    )


@pytest.mark.parametrize("name", ["div", "p", "list><item", "quote", "lg", "hi", "note", "figure", "sp"])
def test_deep_nesting_is_read(name: str) -> None:
    opening, closing = f"<{name}>", "".join(f"</{part}>" for part in reversed(name.split("><")))
    levels = 70 if "><" in name else 140
    assert "core" in _text(f"{opening * levels}core{closing * levels}")
