"""JATS: what articles of three publishers become, and what crafted XML must not do."""

import tarfile
from pathlib import Path

import pytest

from darwin_spark.config import L1Settings
from darwin_spark.l1_normalize.jats import parse
from darwin_spark.l1_normalize.parsed import Parsed, ParseFailure
from darwin_spark.l1_normalize.tidy import tidy


def _shared_article(shared: Path, collection: str, name: str) -> Parsed:
    with tarfile.open(shared / "jats" / f"{collection}.tar.xz") as archive:
        for member in archive:
            if member.name == f"{collection}/{name}.xml":
                stream = archive.extractfile(member)
                assert stream is not None
                return parse(stream.read(), L1Settings())
    raise AssertionError(f"{name} is not in {collection}.tar.xz")


def _article(body: str, front: str = "", back: str = "", after: str = "", prolog: str = "") -> str:
    xml = (
        f'{prolog}<article xmlns:mml="http://www.w3.org/1998/Math/MathML" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f"<front><article-meta>{front}</article-meta></front><body>{body}</body><back>{back}</back>{after}</article>"
    )
    return parse(xml.encode(), L1Settings()).text


def test_elife_article_has_its_parts_in_order(shared: Path) -> None:
    parsed = _shared_article(shared, "elife", "elife00047")
    headings = [line for line in parsed.text.splitlines() if line.startswith(("# ", "## "))]
    assert parsed.title == "DNA-PK is a DNA sensor for IRF-3-dependent innate immunity"
    assert headings[:6] == [
        f"# {parsed.title}",
        "## Abstract",
        "## eLife digest",
        "## Introduction",
        "## Results",
        "## Discussion",
    ]
    assert headings[-3:] == ["## References", "## Decision letter", "## Author response"]
    assert "\n### DNA-PK binds DNA in the cytoplasm\n" in parsed.text
    assert "\n\nFigure 1. DNA-PK binds DNA in the cytoplasm. (A) Biotinylated DNA" in parsed.text
    assert "(Stetson and Medzhitov, 2006)" in parsed.text
    assert "- Akira S, Takeuchi" not in parsed.text
    assert (
        "- Akira S, Uematsu S, Takeuchi O (2006). Pathogen recognition and innate immunity. Cell 124, 783-801." in parsed.text
    )


def test_front_matter_is_declared_and_is_not_text(shared: Path) -> None:
    parsed = _shared_article(shared, "elife", "elife00047")
    assert parsed.declared == {
        "article_type": "research-article",
        "journal": "eLife",
        "subjects": "Research article; Immunology; Microbiology and infectious disease",
        "doi": "10.7554/eLife.00047",
        "year": "2012",
        "license": "http://creativecommons.org/licenses/by/3.0/",
        "keywords": "DNA-PK; innate immunity; pattern recognition; vaccinia virus; inflammation; Mouse; Viruses",
    }
    assert "eLife Sciences Publications" not in parsed.text
    assert "Ferguson Brian" not in parsed.text.split("## References")[0]


def test_plos_article_has_formulas(shared: Path) -> None:
    text = _shared_article(shared, "plos", "journal.pcbi.1004156").text
    assert "$$\nS(\\boldsymbol{x};\\boldsymbol{x}_{0} )=\\inf_{T>0}" in text
    assert "\\tag{2}\n$$" in text
    assert "Discipline" not in text


def test_pmc_article_has_tables_with_their_captions_and_notes(shared: Path) -> None:
    text = _shared_article(shared, "pmc", "PMC6066540").text
    assert "\n\nTable 1. Experimental design of N supply.\n\n| Treatments | The total urea supply | The urea supply at" in text
    assert "\n| CK1 | 4.0 | 0.8 | 0.8 | 0.8 | 0.8 | 0.8 |\n" in text
    assert "\n\nCK0, N fertilizer was not supplied during all stages" in text


def test_floats_at_the_end_stand_where_they_are_first_cited() -> None:
    group = '<floats-group><fig id="f1"><label>Figure 1</label><caption><p>A cell.</p></caption></fig></floats-group>'
    text = _article('<p>See <xref rid="f1">Figure 1</xref>.</p><p>Next.</p>', after=group)
    assert text == "See Figure 1.\n\nFigure 1. A cell.\n\nNext.\n"


def test_blocks_inside_a_paragraph_cut_it_and_floats_follow_it() -> None:
    text = _article(
        "<p>We have <disp-formula><label>(1)</label><tex-math>E=mc^2</tex-math></disp-formula> as "
        "<fig><label>Fig 1</label><caption><title>Energy</title></caption></fig>known.</p>"
    )
    assert text == "We have\n\n$$\nE=mc^2 \\tag{1}\n$$\n\nas known.\n\nFig 1. Energy.\n"


def test_lists_definitions_notes_and_scripts() -> None:
    text = _article(
        '<p>H<sub>2</sub>O<fn id="n"><label>a</label><p>Water.</p></fn>:</p>'
        '<list list-type="order"><list-item><p>one</p><list><list-item><p>deep</p></list-item></list></list-item>'
        "<list-item><p>two</p></list-item></list>"
        "<def-list><def-item><term>IR</term><def><p>infrared</p></def></def-item></def-list>"
    )
    assert text == "H_{2}O:\n\na Water.\n\n1. one\n\n   - deep\n2. two\n\n- IR: infrared\n"


def test_table_notes_are_given_once() -> None:
    text = _article(
        "<p>x<table-wrap><table><tr><td>1</td></tr></table>"
        "<table-wrap-foot><fn><p>a note</p></fn></table-wrap-foot></table-wrap></p>"
    )
    assert text.count("a note") == 1


def test_header_spans_repeat_and_body_spans_stay_empty() -> None:
    text = _article(
        "<table><thead><tr><th rowspan='2'>A</th><th colspan='2'>B</th></tr><tr><th>x</th><th>y</th></tr></thead>"
        "<tbody><tr><td rowspan='2'>p|q</td><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></tbody></table>"
    )
    assert text == "| A | B / x | B / y |\n| --- | --- | --- |\n| p\\|q | 1 | 2 |\n|  | 3 | 4 |\n"


def test_crafted_spans_do_not_blow_a_table_up() -> None:
    cells = "<td colspan='999999' rowspan='999999'>x</td>" * 200
    assert len(_article(f"<table>{f'<tr>{cells}</tr>' * 50}</table>")) < 100_000


def test_references_are_always_under_one_heading() -> None:
    back = (
        "<ref-list><title>Literature Cited</title>"
        "<ref><label>1.</label><mixed-citation>Doe J. On cells. 1999.</mixed-citation></ref></ref-list>"
    )
    assert _article("<p>x</p>", back=back).endswith("## References\n\n- [1] Doe J. On cells. 1999.\n")


def test_external_entities_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("TOP-SECRET")
    prolog = f'<!DOCTYPE article [<!ENTITY s SYSTEM "file://{secret}">]>'
    assert "TOP-SECRET" not in _article("<p>before &s; after</p>", prolog=prolog)


@pytest.mark.parametrize("body", ["<p>x &l11;</p>", '<p id="&l11;">x</p>'])
def test_billion_laughs_are_refused(body: str) -> None:
    levels = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    with pytest.raises(ParseFailure, match="amplification") as failure:
        _article(body, prolog=f'<!DOCTYPE article [<!ENTITY l0 "ha">{levels}]>')
    assert failure.value.reason == "malformed_xml"


def test_entities_of_the_missing_dtd_become_characters() -> None:
    text = _article("<p>caf&eacute; &alpha;</p>", prolog='<!DOCTYPE article PUBLIC "-//NLM//DTD" "http://dtd.invalid/x.dtd">')
    assert text == "café α\n"


@pytest.mark.parametrize(
    ("xml", "reason"),
    [(b"<article><body><p>cut", "malformed_xml"), (b"<article><body/></article>", "empty"), (b"<a>" * 5_000, "malformed_xml")],
)
def test_bad_xml_fails_with_a_reason(xml: bytes, reason: str) -> None:
    with pytest.raises(ParseFailure) as failure:
        parse(xml, L1Settings())
    assert failure.value.reason == reason


def test_output_is_tidy(shared: Path) -> None:
    text = _shared_article(shared, "pmc", "PMC6066540").text
    assert text == tidy(text)
