"""XML of publishers that is not JATS: Elsevier, Springer, Nature, BioMed Central, RSC, DocBook."""

import pytest

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.publisher_xml import docbook, elsevier, nature, rsc, springer

CALS = """<tgroup cols="3"><colspec colname="a"/><colspec colname="b"/><colspec colname="c"/>
<thead><row><entry>Rope</entry><entry namest="b" nameend="c">Load</entry></row></thead>
<tbody><row><entry morerows="1">Hemp</entry><entry>4</entry><entry>5</entry></row><row><entry>6</entry><entry>7</entry></row>
</tbody></tgroup>"""
TABLE = "| Rope | Load | Load |\n| --- | --- | --- |\n| Hemp | 4 | 5 |\n|  | 6 | 7 |"
MATH = (
    '<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:mi>x</mml:mi><mml:mo>=</mml:mo><mml:mn>2</mml:mn></mml:math>'
)


def _text(parsed: Parsed, *parts: str) -> str:
    for part in parts:
        assert part in parsed.text, part
    for junk in ("<", "Smith", "© "):
        assert junk not in parsed.text
    return parsed.text


ELSEVIER = f"""<?xml version="1.0"?><full-text-retrieval-response xmlns="http://www.elsevier.com/xml/svapi/article/dtd"
 xmlns:ce="http://www.elsevier.com/xml/common/dtd" xmlns:sb="http://www.elsevier.com/xml/common/struct-bib/dtd"
 xmlns:ja="http://www.elsevier.com/xml/ja/dtd" xmlns:prism="p" xmlns:dc="d">
<coredata><prism:doi>10.1016/j.x.1</prism:doi><dc:title>Ropes</dc:title><prism:publicationName>J. Yard</prism:publicationName>
</coredata><originalText><ja:article xml:lang="en"><ja:item-info><ce:doi>10.1016/j.x.1</ce:doi>
<ce:copyright year="1999">© Yard</ce:copyright></ja:item-info>
<ce:floats><ce:figure id="f1"><ce:label>Fig. 1</ce:label><ce:caption><ce:simple-para>A rope.</ce:simple-para></ce:caption>
<ce:link/></ce:figure><ce:table id="t1"><ce:label>Table 1</ce:label><ce:caption><ce:simple-para>Loads.</ce:simple-para>
</ce:caption>{CALS}<ce:legend><ce:simple-para>In kN.</ce:simple-para></ce:legend></ce:table></ce:floats>
<ja:head><ce:title>Ropes of the coast<ce:footnote
id="fn0"><ce:label>*</ce:label><ce:note-para>Gift.</ce:note-para></ce:footnote>
</ce:title><ce:author-group><ce:author><ce:surname>Smith</ce:surname></ce:author></ce:author-group>
<ce:abstract><ce:section-title>Abstract</ce:section-title><ce:abstract-sec><ce:simple-para>We pulled ropes.</ce:simple-para>
</ce:abstract-sec></ce:abstract><ce:keywords><ce:keyword><ce:text>hemp</ce:text></ce:keyword></ce:keywords></ja:head>
<ja:body><ce:sections><ce:section id="s1"><ce:label>1</ce:label><ce:section-title>Methods</ce:section-title>
<ce:para>As in <ce:cross-ref refid="f1">Fig. 1</ce:cross-ref><ce:float-anchor refid="f1"/> and
<ce:cross-ref refid="t1">Table 1</ce:cross-ref> H<ce:inf>2</ce:inf>O at {MATH} was
used<ce:cross-ref refid="fn1"><ce:sup>1</ce:sup></ce:cross-ref><ce:footnote id="fn1"><ce:label>1</ce:label>
<ce:note-para>Twice.</ce:note-para></ce:footnote>, so
<ce:display><ce:formula id="e1"><ce:label>(1)</ce:label>{MATH}</ce:formula></ce:display> holds.
<ce:list><ce:list-item><ce:label>•</ce:label><ce:para>one</ce:para></ce:list-item></ce:list></ce:para>
<ce:section><ce:label>1.1</ce:label><ce:section-title>Loads</ce:section-title><ce:para>Heavy.</ce:para></ce:section>
</ce:section></ce:sections><ce:acknowledgment><ce:section-title>Thanks</ce:section-title><ce:para>To all.</ce:para>
</ce:acknowledgment></ja:body><ja:tail><ce:bibliography><ce:section-title>References</ce:section-title><ce:bibliography-sec>
<ce:bib-reference id="b1"><ce:label>[1]</ce:label><sb:reference><sb:contribution><sb:authors><sb:author>
<ce:given-name>A.</ce:given-name><ce:surname>Kiln</ce:surname></sb:author></sb:authors><sb:title>
<sb:maintitle>On hemp</sb:maintitle></sb:title></sb:contribution><sb:host><sb:issue><sb:series><sb:title>
<sb:maintitle>J. Rope</sb:maintitle></sb:title><sb:volume-nr>3</sb:volume-nr></sb:series><sb:date>1990</sb:date></sb:issue>
<sb:pages><sb:first-page>5</sb:first-page><sb:last-page>9</sb:last-page></sb:pages></sb:host></sb:reference></ce:bib-reference>
<ce:bib-reference id="b2"><ce:label>[2]</ce:label><ce:other-ref><ce:textref>Yard B., Letters, 1901.</ce:textref></ce:other-ref>
</ce:bib-reference></ce:bibliography-sec></ce:bibliography></ja:tail></ja:article></originalText>
</full-text-retrieval-response>"""


def test_elsevier_article() -> None:
    parsed = elsevier.parse(ELSEVIER.encode(), L1Settings())
    text = _text(
        parsed,
        "# Ropes of the coast\n\n## Abstract\n\nWe pulled ropes.\n\n## 1 Methods\n\n",
        "As in Fig. 1 and Table 1 H_{2}O at $x=2$ was used[^1], so",
        "$$\nx=2 \\tag{1}\n$$\n\nholds.\n\n- one\n\n[^1]: Twice.\n\nFig. 1. A rope.",
        f"Table 1. Loads.\n\n{TABLE}\n\nIn kN.\n\n### 1.1 Loads\n\nHeavy.\n\n## Thanks\n\nTo all.\n\n## References\n\n",
        "- [1] Kiln A. (1990). On hemp. J. Rope 3, 5-9.\n- [2] Yard B., Letters, 1901",
    )
    assert "hemp\n" not in text
    assert (parsed.title, parsed.declared["doi"], parsed.declared["year"]) == ("Ropes of the coast", "10.1016/j.x.1", "1999")
    assert (parsed.declared["journal"], parsed.declared["keywords"]) == ("J. Yard", "hemp")


def test_elsevier_answer_without_full_text_gives_the_abstract() -> None:
    core = "<coredata><dc:title>Ropes</dc:title><dc:description>We pulled.</dc:description></coredata>"
    xml = f'<full-text-retrieval-response xmlns:dc="d">{core}</full-text-retrieval-response>'
    assert elsevier.parse(xml.encode(), L1Settings()).text == "# Ropes\n\n## Abstract\n\nWe pulled.\n"


SPRINGER = f"""<?xml version="1.0"?><Publisher><PublisherInfo><PublisherName>Springer</PublisherName></PublisherInfo><Journal>
<JournalInfo><JournalTitle>Yard Res</JournalTitle></JournalInfo><Volume><Issue><Article ID="a1"><ArticleInfo Language="En">
<ArticleDOI>10.1007/x</ArticleDOI><ArticleTitle Language="En">Bells &amp; <Emphasis
Type="Italic">bronze</Emphasis></ArticleTitle>
<ArticleHistory><RegistrationDate><Year>2004</Year></RegistrationDate></ArticleHistory></ArticleInfo><ArticleHeader><AuthorGroup>
<Author><AuthorName><FamilyName>Smith</FamilyName></AuthorName></Author></AuthorGroup><Abstract
ID="Abs1"><Heading>Abstract</Heading>
<Para>We cast bells.</Para></Abstract><KeywordGroup><Heading>Keywords</Heading><Keyword>bronze</Keyword></KeywordGroup>
</ArticleHeader><Body><Section1 ID="Sec1"><Heading>Casting</Heading><Para>Bells<Superscript>2</Superscript> of
<CitationRef CitationID="CR1">1</CitationRef> with <InlineEquation ID="IEq1"><EquationSource
Format="TEX">$$y^2$$</EquationSource>
<EquationSource Format="MATHML">{MATH}</EquationSource></InlineEquation>; see <InternalRef RefID="Tab1">Table 1</InternalRef>:
<Equation ID="Equ1"><EquationNumber>3</EquationNumber><MediaObject><ImageObject/></MediaObject>
<EquationSource Format="MATHML">{MATH}</EquationSource></Equation>
<UnorderedList><ItemContent><Para>one</Para></ItemContent></UnorderedList><OrderedList><ListItem><ItemNumber>1.</ItemNumber>
<ItemContent><Para>first</Para></ItemContent></ListItem></OrderedList></Para>
<Figure ID="Fig1"><Caption Language="En"><CaptionNumber>Fig. 1</CaptionNumber><CaptionContent><SimplePara>A bell</SimplePara>
</CaptionContent></Caption><MediaObject><ImageObject/></MediaObject></Figure><Table ID="Tab1"><Caption>
<CaptionNumber>Table 1</CaptionNumber><CaptionContent><SimplePara>Loads</SimplePara></CaptionContent></Caption>{CALS}<tfooter>
<SimplePara>In kN</SimplePara></tfooter></Table><Section2
ID="Sec2"><Heading>Tin</Heading><Para>Little.</Para></Section2></Section1>
</Body><ArticleBackmatter><Acknowledgments><Heading>Thanks</Heading><SimplePara>To all.</SimplePara></Acknowledgments>
<Bibliography ID="Bib1"><Heading>References</Heading><Citation
ID="CR1"><CitationNumber>1.</CitationNumber><BibArticle><BibAuthorName>
<Initials>A</Initials><FamilyName>Kiln</FamilyName></BibAuthorName><Year>1990</Year><ArticleTitle>On tin</ArticleTitle>
<JournalTitle>J Tin</JournalTitle><VolumeID>3</VolumeID><FirstPage>5</FirstPage><Occurrence Type="DOI"><Handle>10.1/t</Handle>
</Occurrence></BibArticle></Citation><Citation
ID="CR2"><CitationNumber>2.</CitationNumber><BibArticle><Year>1991</Year></BibArticle>
<BibUnstructured>Yard B (1991) Ash. J Ash
4:1</BibUnstructured></Citation></Bibliography></ArticleBackmatter></Article></Issue></Volume>
</Journal></Publisher>"""


def test_springer_article() -> None:
    parsed = springer.parse(SPRINGER.encode(), L1Settings())
    _text(
        parsed,
        "# Bells & bronze\n\n## Abstract\n\nWe cast bells.\n\n## Casting\n\nBells^{2} of 1 with $y^2$; see Table 1:\n\n",
        "$$\nx=2 \\tag{3}\n$$\n\n- one\n\n1. first\n\nFig. 1. A bell\n\n",
        f"Table 1. Loads\n\n{TABLE}\n\nIn kN\n\n### Tin\n\nLittle.\n\n## Thanks\n\nTo all.\n\n## References\n\n",
        "- [1] Kiln A (1990). On tin. J Tin 3, 5. doi:10.1/t.\n- [2] Yard B (1991) Ash. J Ash 4:1",
    )
    assert parsed.declared == {
        "doi": "10.1007/x", "journal": "Yard Res", "year": "2004", "language": "en", "keywords": "bronze",
    }  # fmt: skip


def test_springer_chapters_become_one_text() -> None:
    chapter = "<Chapter><ChapterInfo><ChapterTitle>{0}</ChapterTitle></ChapterInfo><Body><Para>Of {0}.</Para></Body></Chapter>"
    xml = f"<Publisher><Book>{chapter.format('Ash')}{chapter.format('Tin')}</Book></Publisher>"
    assert springer.parse(xml.encode(), L1Settings()).text == "# Ash\n\nOf Ash.\n\n# Tin\n\nOf Tin.\n"


def test_nature_article() -> None:
    xml = f"""<article
    id="n1"><pubfm><jtl>Nature</jtl><doi>10.1038/x</doi><idt>19990401</idt></pubfm><fm><atl>Bees</atl><aug><au>
    <snm>Smith</snm></au></aug><abs><p>Bees dance.</p></abs></fm><bdy><p>They turn<bibr rid="b12"/> at {MATH} (<figr
    rid="f1">Fig. 1</figr>).
    </p><sec level="1"><sectitle>Methods</sectitle><p>Filmed CO<inf>2</inf>.</p></sec></bdy><bm><objects><fig id="f1">
    <figtl>Figure 1 A dance.</figtl><caption><p>Seen from above.</p></caption></fig></objects><bibl><bib
    id="b12"><refau><snm>Kiln</snm>,
    <fnm>A.</fnm></refau> <atl>On bees.</atl> <jtl>Nature</jtl> <vid>3</vid>, 5 (<cd
    year="1990">1990</cd>).</bib></bibl></bm></article>"""
    parsed = nature.parse(xml.encode(), L1Settings())
    _text(
        parsed,
        "# Bees\n\n## Abstract\n\nBees dance.\n\nThey turn^{12} at $x=2$ (Fig. 1).",
        "Figure 1 A dance. Seen from above.",
        "## Methods\n\nFilmed CO_{2}.",
        "## References\n\n- Kiln, A. On bees. Nature 3, 5 (1990).",
    )
    assert parsed.declared == {"doi": "10.1038/x", "journal": "Nature", "year": "1999"}


def test_article_of_biomed_central() -> None:
    xml = """<art><ui>1471</ui><ji>1471</ji><fm><dochead>Research</dochead><bibl><title><p>Ash</p></title>
    <aug><au><snm>Smith</snm></au></aug>
    <source>BMC Ash</source><pubdate>2005</pubdate><xrefbib><pubidlist><pubid
    idtype="doi">10.1186/x</pubid></pubidlist></xrefbib></bibl>
    <abs><sec><st><p>Abstract</p></st><sec><st><p>Background</p></st><p>Ash is
    grey.</p></sec></sec></abs></fm><bdy><sec><st><p>Results</p>
    </st><p>As <abbrgrp><abbr bid="B1">1</abbr></abbrgrp> in <tblr tid="T1">Table 1</tblr>.</p><tbl id="T1"><title><p>Table
    1</p></title>
    <caption><p>Ashes.</p></caption><tblbdy cols="2"><r><c
    cspan="2"><p>kind</p></c></r><r><c><p>a</p></c><c><p>b</p></c></r></tblbdy>
    <tblfn><p>Dry.</p></tblfn></tbl></sec></bdy><bm><refgrp><bibl id="B1"><title><p>On ash</p></title><aug><au><snm>Kiln</snm>
    <fnm>A</fnm></au></aug><source>J
    Ash</source><pubdate>1990</pubdate><volume>3</volume><fpage>5</fpage></bibl></refgrp></bm></art>"""
    parsed = nature.parse(xml.encode(), L1Settings())
    _text(
        parsed,
        "# Ash\n\n## Abstract\n\n### Background\n\nAsh is grey.\n\n## Results\n\nAs 1 in Table 1.\n\nTable 1. Ashes.\n\n",
        "| kind |  |\n| --- | --- |\n| a | b |\n\nDry.",
        "- Kiln A (1990). On ash. J Ash 3, 5.",
    )
    assert parsed.declared["doi"] == "10.1186/x"


def test_rsc_article() -> None:
    xml = f"""<article type="ART"
    xmlns="http://www.rsc.org/schema/rscart38"><art-admin><doi>10.1039/x</doi></art-admin><published>
    <journalref><title>Analyst</title><year>2001</year></journalref></published><art-front><titlegrp><title>Salt</title></titlegrp><authgrp>
    <author><person><persname><surname>Smith</surname></persname></person></author></authgrp><abstract><p>Salty.</p></abstract></art-front>
    <art-body><section id="s1"><no>1</no><title>Introduction</title><p>As before,<citref idrefs="c1">1</citref> <it>n</it>
    H<inf>2</inf>O in
    <tableref idrefs="t1">Table 1</tableref>.</p><subsect1><title>Water</title><p>Wet.</p></subsect1><table-entry id="t1">
    <title>Loads</title><table>{CALS}</table></table-entry></section></art-body><art-back><ack><p>Thanks.</p></ack><biblist>
    <citgroup id="c1"><journalcit><citauth><fname>A.</fname><surname>Kiln</surname></citauth><title>J.
    Salt</title><year>1990</year>
    <volumeno>3</volumeno><pages><fpage>5</fpage></pages></journalcit></citgroup></biblist></art-back></article>"""
    parsed = rsc.parse(xml.encode(), L1Settings())
    _text(
        parsed,
        "# Salt\n\n## Abstract\n\nSalty.\n\n## 1 Introduction\n\nAs before,^{1} n H_{2}O in Table 1.\n\n",
        "### Water\n\nWet.\n\nLoads.",
        TABLE,
        "## Acknowledgements\n\nThanks.\n\n## References\n\n- Kiln A. (1990). J. Salt 3, 5.",
    )
    assert parsed.declared == {"doi": "10.1039/x", "journal": "Analyst", "year": "2001"}


DOCBOOK = f"""<?xml version="1.0"?><!DOCTYPE article [<!ENTITY yard "Yard"><!ENTITY mdash "&#8212;">]>
<article xmlns="http://docbook.org/ns/docbook" xmlns:xlink="http://www.w3.org/1999/xlink" version="5.0" xml:lang="en"><info>
<title>Kilns</title><author><personname>Smith</personname></author><pubdate>2011-05-01</pubdate><abstract><para>Of kilns.</para>
</abstract></info><section xml:id="fire"><title>Fire</title><para>At the &yard; &mdash; use <command>kiln -f</command>, see
<xref linkend="ash"/> and
<quote>him</quote><footnote><para>Old.</para></footnote>.</para><indexterm><primary>Fire</primary></indexterm>
<itemizedlist><listitem><para>one</para></listitem></itemizedlist><orderedlist><listitem><para>first</para></listitem></orderedlist>
<variablelist><varlistentry><term>Ash</term><term>Cinder</term><listitem><para>Grey.</para><para>Light.</para></listitem>
</varlistentry></variablelist><programlisting language="sh">kiln --fire
  &lt;now&gt;</programlisting><note><para>Hot.</para></note><figure><title>A kiln</title><mediaobject><imageobject><imagedata/>
</imageobject><textobject><phrase>Alt</phrase></textobject><caption><para>From the yard.</para></caption></mediaobject></figure>
<table><title>Loads</title>{CALS}</table><informalequation>{MATH}</informalequation><section
xml:id="ash"><info><title>Ashes</title>
</info><para>Cold.</para></section></section><bibliography><title>Books</title><bibliomixed><abbrev>1</abbrev> Kiln, On fire.
</bibliomixed></bibliography></article>"""


def test_docbook_article() -> None:
    parsed = docbook.parse(DOCBOOK.encode(), L1Settings())
    text = _text(
        Parsed(parsed.text.replace("<now>", "now")),
        "# Kilns\n\n## Abstract\n\nOf kilns.\n\n## Fire\n\nAt the Yard — use `kiln -f`, see Ashes and “him”[^1].\n\n",
        "[^1]: Old.\n\n- one\n\n1. first",
        "- Ash, Cinder. Grey.\n\n  Light.\n\n```sh\nkiln --fire\n  now\n```\n\nNote. Hot.\n\nA kiln.",
        "From the yard.",
        f"Loads.\n\n{TABLE}\n\n$$\nx=2\n$$\n\n### Ashes\n\nCold.\n\n## References\n\n- 1 Kiln, On fire.",
    )
    assert "Alt" not in text
    assert (parsed.title, parsed.declared) == ("Kilns", {"language": "en", "year": "2011"})


def test_docbook_book_with_chapters_and_a_manual_page() -> None:
    book = """<book lang="de"><bookinfo><title>Glut</title></bookinfo><chapter><title>Eins</title>
    <sect1><title>Zwei</title><para>Warm.</para>
    </sect1></chapter></book>"""
    parsed = docbook.parse(book.encode(), L1Settings())
    assert (parsed.text, parsed.declared) == ("# Glut\n\n## Eins\n\n### Zwei\n\nWarm.\n", {"language": "de"})
    page = """<refentry><refmeta><refentrytitle>kiln</refentrytitle><manvolnum>1</manvolnum></refmeta>
    <refnamediv><refname>kiln</refname>
    <refpurpose>burn clay</refpurpose></refnamediv><refsect1><title>Options</title><para>None.</para></refsect1></refentry>"""
    assert docbook.parse(page.encode(), L1Settings()).text == "# kiln\n\nkiln – burn clay\n\n## Options\n\nNone.\n"


@pytest.mark.parametrize("module", [elsevier, springer, nature, rsc, docbook])
def test_files_without_text_are_empty(module: object) -> None:
    with pytest.raises(ParseFailure) as failure:
        module.parse(b"<article/>", L1Settings())  # type: ignore[attr-defined]
    assert failure.value.reason == "empty"
