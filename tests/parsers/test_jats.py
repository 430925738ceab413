"""JATS: the text of articles of three publishers, and limits on crafted XML."""

import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize

import pytest
from lxml import etree

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.jats import parse
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.text.normalize_markdown import normalize_markdown


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


def test_a_formula_that_is_an_image_leaves_a_placeholder_and_is_counted(shared: Path) -> None:
    parsed = _shared_article(shared, "plos", "journal.pcbi.1002484")
    assert "a domain containing [formula] base pairs is given by [formula].\n" in parsed.text
    assert parsed.warnings == ("368 formulas are pictures: [formula] stands for each",)
    assert _article("<p>As <inline-formula><inline-graphic/></inline-formula>:</p><disp-formula><graphic/></disp-formula>") == (
        "As [formula]:\n\n[formula]\n"
    )


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
    assert text == "H_{2}O[^1]:\n\n[^1]: Water.\n\n1. one\n\n   - deep\n2. two\n\n- IR: infrared\n"


def test_notes_in_headings_cells_and_definitions_are_kept() -> None:
    note = "<fn><p>Note {}.</p></fn>"
    text = _article(
        f"<sec><title>Heat{note.format('a')}</title><p>x</p><table><tr><td>1{note.format('b')}</td></tr></table>"
        f"<def-list><def-item><term>IR</term><def><p>infrared{note.format('c')}</p></def></def-item></def-list></sec>"
    )
    assert text == (
        "## Heat[^1]\n\n[^1]: Note a.\n\nx\n\n| 1[^2] |\n| --- |\n\n[^2]: Note b.\n\n- IR: infrared[^3]\n\n[^3]: Note c.\n"
    )


def test_marks_lead_to_their_notes_and_other_notes_keep_their_labels() -> None:
    text = _article(
        "<p>Heat<sup><xref ref-type='fn' rid='f2'>2</xref>,<xref ref-type='fn' rid='f1'>1</xref></sup> (footnote "
        "<xref rid='f1'>one below</xref>)</p>",
        back="<fn-group><fn id='f1'><label>1</label><p>One.</p></fn><fn id='f2'><label>2</label><p>Two.</p></fn>"
        "<fn id='f3'><label>*</label><p>Three.</p></fn></fn-group>",
    )
    assert text == ("Heat[^1],[^2] (footnote one below)\n\n## Footnotes\n\n[^2]: One.\n\n[^1]: Two.\n\n* Three.\n")


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


def test_crafted_spans_do_not_inflate_a_table() -> None:
    cells = "<td colspan='999999' rowspan='999999'>x</td>" * 200
    assert len(_article(f"<table>{f'<tr>{cells}</tr>' * 50}</table>")) < 100_000


def test_references_are_always_under_one_heading() -> None:
    back = (
        "<ref-list><title>Literature Cited</title>"
        "<ref><label>1.</label><mixed-citation>Doe J. On cells. 1999.</mixed-citation></ref></ref-list>"
    )
    assert _article("<p>x</p>", back=back).endswith("## References\n\n- [1] Doe J. On cells. 1999.\n")


def test_second_and_inner_reference_lists_keep_their_titles_and_words() -> None:
    ref = "<ref><mixed-citation>Doe {}.</mixed-citation></ref>"
    back = (
        f"<ref-list><title>Literature</title><p>Starred: of note.</p>{ref.format(1)}<ref-list><title>Films</title>"
        f"{ref.format(2)}</ref-list></ref-list><ref-list><title>Further reading</title>{ref.format(3)}</ref-list>"
    )
    assert _article("<p>x</p>", back=back) == (
        "x\n\n## References\n\nStarred: of note.\n\n- Doe 1.\n\n### Films\n\n- Doe 2.\n\n## Further reading\n\n- Doe 3.\n"
    )


def test_rows_wider_than_the_first_hundred_widen_the_table() -> None:
    rows = "<tr><td>1</td></tr>" * 150 + "<tr><td>1</td><td>2</td></tr>"
    assert _article(f"<table>{rows}</table>").startswith("| 1 |  |\n| --- | --- |\n")


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
    [(b"<article><body><p", "malformed_xml"), (b"<article><body/></article>", "empty"), (b"<a>" * 5_000, "too_deep")],
)
def test_bad_xml_fails_with_a_reason(xml: bytes, reason: str) -> None:
    with pytest.raises(ParseFailure) as failure:
        parse(xml, L1Settings())
    assert failure.value.reason == reason


_COMMANDS = re.compile(
    r"\\(?:text|mathrm|mathit|mathsf|operatorname|mbox)\{[^{}]{2,}\}|\\(?:begin|end)\{\w+\}|\\tag\{[^}]*\}|\\[A-Za-z]+"
)
_FORMULA = re.compile(r"\$\$\n(?!\n)(.*?)\n *\$\$|(?<!\\)\$((?:[^$\\\n]|\\.)+)\$", re.DOTALL)


def _letters(tex: str) -> tuple[tuple[str, int], ...]:
    """The single letters and digits of a formula, whatever their order."""
    return tuple(sorted(Counter(re.findall("[A-Za-z0-9]", _COMMANDS.sub(" ", tex))).items()))


def _formulas_of(source: bytes) -> Iterator[tuple[tuple[str, int], ...]]:
    """The letters of each formula in the XML, read without the parser under test: TeX where it is given, else MathML."""
    root = etree.fromstring(source)
    for node in root.iter("{*}tex-math", "{*}math"):
        both = node.getparent().tag == "alternatives" and node.getparent().find("{*}tex-math") is not None
        if both and not node.tag.endswith("tex-math"):
            continue
        if node.tag.endswith("tex-math"):
            text = "".join(node.itertext())
            yield _letters(text.split(r"\begin{document}")[-1].split(r"\end{document}")[0])
        else:
            leaves = [
                normalize("NFKC", "".join(n.itertext()).strip().replace("ℓ", ""))
                for n in node.iter("{*}mi", "{*}mtext", "{*}mo")
            ]
            numbers = ["".join(n.itertext()) for n in node.iter("{*}mn")]
            yield _letters(" ".join([t for t in leaves if t.isalnum() and len(t) == 1] + numbers))


def _densest(shared: Path, collection: str, count: int) -> list[bytes]:
    """The articles of an archive with the most formulas among its first 150."""
    with tarfile.open(shared / "jats" / f"{collection}.tar.xz") as archive:
        files = [
            stream.read() for _, member in zip(range(150), archive, strict=False) if (stream := archive.extractfile(member))
        ]
    return sorted(files, key=lambda content: -content.count(b"math>"))[:count]


@pytest.mark.parametrize("collection", ["elife", "plos", "pmc"])
def test_formulas_of_the_source_appear_as_tex(shared: Path, collection: str) -> None:
    """At least 99 % of the formulas, on the ten articles of each archive that have the most."""
    found = total = 0
    for content in _densest(shared, collection, 10):
        text = parse(content, L1Settings()).text
        given = Counter(_letters(displayed or within) for displayed, within in _FORMULA.findall(text))
        wanted = Counter(_formulas_of(content))
        total += wanted.total()
        found += (wanted & given).total()
    assert total > 250
    assert found >= 0.99 * total, f"{found} of {total}"


def test_several_articles_in_one_file_are_all_read() -> None:
    one = "<article><front><article-meta><title-group><article-title>{0}</article-title></title-group></article-meta></front>"
    articles = "".join((one + "<body><p>Text {0}.</p></body></article>").format(name) for name in "AB")
    parsed = parse(f"<pmc-articleset>{articles}</pmc-articleset>".encode(), L1Settings())
    assert (parsed.title, parsed.text) == ("A", "# A\n\nText A.\n\n# B\n\nText B.\n")


def test_a_chapter_of_a_book_is_read() -> None:
    chapter = (
        "<book-part-wrapper><book-meta><book-title-group><book-title>Book</book-title></book-title-group></book-meta><book-part>"
        "<book-part-meta><title-group><title>Chapter</title></title-group></book-part-meta><body><sec><title>S</title><p>x</p></sec>"
        "<book-part><book-part-meta><title-group><title>Part</title></title-group></book-part-meta><body><p>y</p></body></book-part>"
        "</body></book-part></book-part-wrapper>"
    )
    parsed = parse(chapter.encode(), L1Settings())
    assert (parsed.title, parsed.text) == ("Chapter", "# Chapter\n\n## S\n\nx\n\n## Part\n\ny\n")


def test_letters_and_replies_are_kept_under_their_headings() -> None:
    letter = (
        "<sub-article article-type='decision-letter'><front-stub><title-group><article-title>Decision letter</article-title>"
        "</title-group></front-stub><body><p>Revise.</p><sec><title>Major</title><p>x</p></sec></body></sub-article>"
    )
    assert _article("<p>Text.</p>", after=letter).endswith("Text.\n\n## Decision letter\n\nRevise.\n\n### Major\n\nx\n")


def test_abstracts_say_of_which_kind_and_language_they_are() -> None:
    front = (
        "<abstract><p>Main.</p></abstract><abstract abstract-type='author-highlights'><p>Short.</p></abstract>"
        "<abstract abstract-type='executive-summary'><title>Digest</title><p>Plain.</p></abstract>"
        "<trans-abstract xml:lang='fr'><p>Texte.</p></trans-abstract>"
    )
    assert _article("<p>x</p>", front=front) == (
        "## Abstract\n\nMain.\n\n## Author highlights\n\nShort.\n\n## Digest\n\nPlain.\n\n## Abstract (fr)\n\nTexte.\n\nx\n"
    )


def test_adjacent_names_and_numbers_are_separated() -> None:
    people = "<name><surname>Doe</surname><given-names>A</given-names></name>" * 2
    back = (
        f"<ref-list><ref><mixed-citation><person-group>{people}</person-group> In: "
        "<source>J. Heat</source><volume>3</volume>: 1. "
        "<pub-id>10.1/x</pub-id><pub-id>2622</pub-id></mixed-citation></ref></ref-list>"
    )
    name = "<named-content><named-content>Oontomyces</named-content><named-content>anksri</named-content></named-content>"
    assert _article(f"<p>{name} lives.</p>", back=back) == (
        "Oontomyces anksri lives.\n\n## References\n\n- Doe A, Doe A In: J. Heat 3: 1. 10.1/x 2622\n"
    )


def test_composed_references_keep_every_field() -> None:
    citation = (
        "<element-citation><name><surname>Doe</surname></name><year>1999</year><article-title>Heat</article-title>"
        "<source>Proc.</source><conf-name>HeatConf</conf-name><conf-loc>Oslo</conf-loc><date-in-citation>(seen 2001)"
        "</date-in-citation></element-citation>"
    )
    assert "- Doe (1999). Heat. Proc. HeatConf. Oslo. (seen 2001).\n" in _article(
        "<p>x</p>", back=f"<ref-list><ref>{citation}</ref></ref-list>"
    )


def test_quotes_verses_code_boxes_and_definitions() -> None:
    text = _article(
        "<disp-quote><p>Said.</p><attrib>Doe</attrib></disp-quote><verse-group><verse-line>One</verse-line></verse-group>"
        "<code language='r'>x &lt;- 1\n  y</code><boxed-text><label>Box 1</label><caption>"
        "<title>Aside</title></caption><p>In.</p>"
        "</boxed-text><supplementary-material><label>S1</label><caption><p>Data.</p></caption></supplementary-material>"
    )
    assert text == ("> Said.\n>\n> Doe\n\n> One\n\n```r\nx <- 1\n  y\n```\n\nBox 1. Aside.\n\nIn.\n\nS1. Data.\n")


def test_text_outside_paragraphs_is_kept() -> None:
    assert _article("loose<sec><title>S</title>bare <p>x</p> tail</sec>") == "loose\n\n## S\n\nbare\n\nx\n\ntail\n"


def test_statements_groups_and_questions_keep_labels_titles_and_captions() -> None:
    text = _article(
        "<statement><label>Theorem 1</label><title>Limits</title><p>All converge.</p></statement>"
        "<statement><label>(P)</label><list><list-item><p>a</p></list-item></list></statement>"
        "<question><label>Q2</label><p>Why?</p><option><label>A</label><p>Heat.</p></option></question>"
        "<fig-group><label>Figure 1</label><caption><title>Cells</title><p>All of them.</p></caption>"
        "<fig><label>A</label><caption><p>One.</p></caption></fig></fig-group>"
        "<disp-formula-group><label>(3)</label><disp-formula><tex-math>x</tex-math></disp-formula></disp-formula-group>"
        "<list><list-item><title>First</title><p>one</p></list-item><list-item><title>Alone</title></list-item></list>"
        "<verse-group><title>Ode</title><verse-line>O wind</verse-line></verse-group>"
    )
    assert text == (
        "Theorem 1. Limits. All converge.\n\n(P)\n\n- a\n\nQ2. Why?\n\nA. Heat.\n\nFigure 1. Cells. All of them.\n\nA. One.\n\n"
        "(3)\n\n$$\nx\n$$\n\n- First. one\n- Alone.\n\n> Ode\n>\n> O wind\n"
    )


def test_formulas_keep_all_their_maths_and_the_words_beside_them() -> None:
    one, two = (f"<mml:math><mml:mi>{name}</mml:mi></mml:math>" for name in "ab")
    text = _article(
        f"<p>With <inline-formula>{one} or <italic>not</italic> {two}</inline-formula>.</p>"
        f"<disp-formula>{one}, where {two}.<label>(4)</label></disp-formula>"
        f"<disp-formula><alternatives>{one}<tex-math>$$c$$</tex-math></alternatives></disp-formula>"
    )
    assert text == "With $a$ or not $b$.\n\n$$\na\n$$\n\n, where\n\n$$\nb \\tag{4}\n$$\n\n$$\nc\n$$\n"


@pytest.mark.parametrize(
    "name", ["sec", "p", "italic", "list><list-item", "boxed-text", "disp-quote", "fn", "fig", "named-content"]
)
def test_deep_nesting_is_read(name: str) -> None:
    closing = "".join(f"</{part}>" for part in reversed(name.split("><")))
    levels = 70 if "><" in name else 140
    assert "core" in _article(f"<p>x</p>{f'<{name}>' * levels}<p>core</p>{closing * levels}")


def test_output_is_normalized(shared: Path) -> None:
    text = _shared_article(shared, "pmc", "PMC6066540").text
    assert text == normalize_markdown(text)
