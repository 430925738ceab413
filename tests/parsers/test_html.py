"""HTML: the text of Distill articles and Project Gutenberg books, every markup of formulas, and hostile pages."""

import re
from collections import Counter
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.html import parse
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.text.normalize_markdown import normalize_markdown

_DISTILL = (
    "augmented-rnns", "deconv-checkerboard", "feature-wise-transformations", "growing-ca", "ilyas-response-3",
    "misread-tsne", "research-debt", "weight-banding",
)  # fmt: skip
_LONG = "The gradient of the loss is estimated on a batch of examples, which makes it noisy but cheap to compute. " * 4


def _parsed(page: str) -> Parsed:
    return parse(page.encode(), L1Settings())


def _text(body: str, head: str = "") -> str:
    return _parsed(f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>").text


def _distill(shared: Path, name: str) -> tuple[str, Parsed]:
    content = (shared / "html" / "distill" / f"{name}.html").read_bytes()
    return content.decode(), parse(content, L1Settings())


def _squeezed(text: str) -> str:
    return "".join(text.split())


# Formulas


def _source_formulas(source: str) -> list[str]:
    """TeX of the source, found without our parser: `d-math`, and what stands between dollars in paragraphs (KaTeX)."""
    found = re.findall(r"<d-math[^>]*>(.*?)</d-math>", source, re.DOTALL)
    prose = re.sub(r"<(script|style|svg|d-math|pre|d-code)\b.*?</\1>", "", source, flags=re.DOTALL)
    prose = re.sub(r"</?[a-zA-Z][^<>]*>", "\0", prose)
    return [unescape(tex) for tex in found + re.findall(r"(?<![\\$])\$([^$\0]{1,300})\$", prose)]


def test_formulas_of_the_distill_articles_are_tex_each_once(shared: Path) -> None:
    total = missing = surplus = 0
    for name in _DISTILL:
        source, parsed = _distill(shared, name)
        found = re.findall(r"\$\$\n(.*?)\n *\$\$|\$([^$\n]+)\$", parsed.text)
        written = Counter(_squeezed(tex) for pair in found for tex in pair if tex)
        wanted = Counter(map(_squeezed, _source_formulas(source)))
        total += wanted.total()
        missing += (wanted - written).total()
        surplus += (written - wanted).total()
    assert total >= 55
    assert missing <= 0.01 * total
    assert surplus <= 0.01 * total


_MML = "<math{}><semantics><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow>{}</semantics></math>"
_ANNOTATION = '<annotation encoding="application/x-tex">x^{2}</annotation>'


@pytest.mark.parametrize(
    "markup",
    [
        "<math><msup><mi>x</mi><mn>2</mn></msup></math>",
        _MML.format("", _ANNOTATION),
        _MML.format(' class="ltx_Math" alttext="x^{2}"', "").replace("<msup>", "<mi>lost</mi><msup>"),
        f'<span class="katex"><span class="katex-mathml">{_MML.format("", _ANNOTATION)}</span>'
        '<span class="katex-html" aria-hidden="true"><span>x</span><span>2</span></span></span>',
        '<span class="MathJax_Preview">x2</span><span class="MathJax" id="e"><nobr><span>x2</span></nobr></span>'
        '<script type="math/tex">x^{2}</script>',
        '<span class="MathJax" data-mathml="&lt;math&gt;&lt;msup&gt;&lt;mi&gt;x&lt;/mi&gt;&lt;mn&gt;2&lt;/mn&gt;'
        '&lt;/msup&gt;&lt;/math&gt;"><nobr>x2</nobr></span>',
        '<mjx-container class="MathJax" jax="SVG"><svg><text>x2</text></svg><mjx-assistive-mml>'
        "<math><msup><mi>x</mi><mn>2</mn></msup></math></mjx-assistive-mml></mjx-container>",
        '<mjx-container class="MathJax" jax="CHTML"><mjx-math data-latex="x^{2}">x2</mjx-math></mjx-container>',
        '<span class="mwe-math-element"><span class="mwe-math-mathml-inline" style="display: none;">'
        + _MML.format(' alttext="{\\displaystyle x^{2}}"', _ANNOTATION.replace("x^{2}", "{\\displaystyle x^{2}}"))
        + '</span><img class="mwe-math-fallback-image-inline" alt="{\\displaystyle x^{2}}" src="x.svg"></span>',
        '<img class="mwe-math-fallback-image-inline" alt="x^{2}" src="x.svg">',
        '<img class="tex" alt="x^{2}" src="x.png">',
        '<img alt="$x^{2}$" src="img12.gif">',
        '<img src="https://latex.codecogs.com/svg.image?x%5E%7B2%7D" alt="">',
        '<span class="math inline">\\(x^{2}\\)</span>',
        '<span class="math inline">x^{2}</span>',
        '<span class="math notranslate nohighlight">\\(x^{2}\\)</span>',
        "<d-math>x^{2}</d-math>",
        "<dt-math>x^{2}</dt-math>",
        "\\(x^{2}\\)",
        "$x^{2}$",
    ],
)
def test_any_markup_of_a_formula_gives_its_tex_once(markup: str) -> None:
    assert _text(f"<p>Let {markup} be given.</p>") == "Let $x^{2}$ be given.\n"


@pytest.mark.parametrize(
    "markup",
    [
        '<math display="block"><msup><mi>x</mi><mn>2</mn></msup></math>',
        f'<span class="katex-display"><span class="katex">{_MML.format("", _ANNOTATION)}<span>x2</span></span></span>',
        '<div class="MathJax_Display"><span class="MathJax">x2</span></div>'
        '<script type="math/tex; mode=display">x^{2}</script>',
        '<mjx-container display="true"><math><msup><mi>x</mi><mn>2</mn></msup></math></mjx-container>',
        '<span class="math display">\\[x^{2}\\]</span>',
        '<div class="math notranslate">\\[x^{2}\\]</div>',
        "<d-math block>x^{2}</d-math>",
        "\\[ x^{2} \\]",
        "$$ x^{2} $$",
        "\\begin{equation} x^{2} \\end{equation}",
    ],
)
def test_a_displayed_formula_cuts_its_paragraph(markup: str) -> None:
    assert _text(f"<p>We find {markup} as known.</p>") == "We find\n\n$$\nx^{2}\n$$\n\nas known.\n"


def test_numbered_equations_of_latexml_keep_their_number() -> None:
    cell = '<td class="ltx_td ltx_align_center"><math class="ltx_Math" alttext="{}" display="inline"><mi>?</mi></math></td>'
    page = (
        '<table class="ltx_equationgroup ltx_eqn_align ltx_eqn_table"><tbody><tr class="ltx_equation">'
        + cell.format("\\displaystyle a")
        + cell.format("\\displaystyle=b+c,")
        + '<td class="ltx_eqn_cell"><span class="ltx_tag ltx_tag_equation">(3)</span></td></tr></tbody></table>'
    )
    assert _text(page) == "$$\na =b+c, \\tag{3}\n$$\n"


def test_delimiters_in_code_are_no_formulas() -> None:
    assert _text("<p>Escape <code>\\(x\\)</code> as <code>$$y$$</code>.</p>") == "Escape `\\(x\\)` as `$$y$$`.\n"


def test_delimiters_that_are_not_closed_stay() -> None:
    assert _text("<p>Costs $$ or \\[ or \\( here.</p>") == "Costs $$ or \\[ or \\( here.\n"


# Articles


def test_distill_article_has_its_parts_in_order(shared: Path) -> None:
    _, parsed = _distill(shared, "augmented-rnns")
    headings = [line for line in parsed.text.splitlines() if line.startswith("#")]
    assert parsed.title == "Attention and Augmented Recurrent Neural Networks"
    assert headings[:4] == [f"# {parsed.title}", "## Neural Turing Machines", "### Code", "## Attentional Interfaces"]
    assert headings[-1] == "### References"
    assert "\n1. Christopher Olah (2015). Understanding LSTM Networks. http://colah.github.io" in parsed.text
    assert "François Chollet" in parsed.text


def test_no_paragraph_of_a_distill_article_is_lost(shared: Path) -> None:
    for name in _DISTILL:
        source, parsed = _distill(shared, name)
        written = " ".join(re.findall(r"\w+", parsed.text))
        body = re.sub(r"<(script|style|svg|nav|button|video)\b.*?</\1>|<!--.*?-->", "", source, flags=re.DOTALL)
        paragraphs = re.findall(r"<p\b[^>]*>([^<]{80,})<", body)
        lost = [
            p
            for p in paragraphs
            if " ".join(re.findall(r"\w+", re.sub(r"&\w+;|\$[^$]*\$", "|", p).split("|")[0])) not in written
        ]
        assert lost == []


def test_distill_notes_are_numbered_and_listed(shared: Path) -> None:
    _, parsed = _distill(shared, "research-debt")
    numbers = [str(number) for number in range(1, 8)]
    assert re.findall(r"\[\^(\d+)\](?!:)", parsed.text) == numbers
    assert re.findall(r"^\[\^(\d+)\]: \w", parsed.text, re.MULTILINE) == numbers


def test_page_furniture_is_left_out_and_prose_is_not() -> None:
    page = f"""
      <div class="cookie-banner"><p>We use cookies.</p><button>Accept</button></div>
      <header class="site-header"><a href="/">Journal of Things</a></header>
      <nav><ul><li><a href="/a">About us</a></li></ul></nav>
      <main><article><h1>On Things</h1><div class="share-buttons"><a href="#">Tweet</a></div>
      <p>{_LONG}</p><section id="navigation"><h2>Navigation of ships</h2><p>{_LONG}</p></section>
      <aside><p>A remark set beside the text.</p></aside>
      <div class="social-structure"><p>{_LONG}</p></div></article></main>
      <div class="related-posts"><a href="/x">Ten more things</a></div>
      <footer>Copyright by the publisher</footer>"""
    text = _text(page, head="<title>On Things | Journal of Things</title>")
    assert text.startswith("# On Things\n\nThe gradient")
    assert text.count("The gradient of the loss") == 12
    assert "## Navigation of ships" in text
    assert "A remark set beside the text." in text
    for boilerplate in ("cookies", "Accept", "About us", "Tweet", "Ten more", "Copyright", "Journal of Things"):
        assert boilerplate not in text


def test_an_unclosed_furniture_element_does_not_swallow_the_article() -> None:
    assert "The gradient" in _text(f"<nav><a href='/'>Home</a><h1>On Things</h1><p>{_LONG}</p><p>{_LONG}</p>")


def test_title_and_facts_come_from_the_meta_tags() -> None:
    head = """<title>Cells (Journal)</title><meta name="citation_title" content="On Cells">
      <meta name="citation_doi" content="doi:10.1234/abc.5"><meta name="citation_journal_title" content="Cell Letters">
      <meta name="citation_publication_date" content="2019/03/01"><meta name="DC.Language" content="EN">
      <meta name="citation_keywords" content="cells"><meta name="citation_keywords" content="membranes">
      <link rel="license" href="https://creativecommons.org/licenses/by/4.0/">"""
    parsed = _parsed(f"<html><head>{head}</head><body><h1>On cells</h1><p>Cells are small.</p></body></html>")
    assert parsed.title == "On Cells"
    assert parsed.text == "# On Cells\n\nCells are small.\n"
    assert parsed.declared == {
        "doi": "10.1234/abc.5",
        "journal": "Cell Letters",
        "year": "2019",
        "language": "en",
        "keywords": "cells; membranes",
        "license": "https://creativecommons.org/licenses/by/4.0/",
    }


# Blocks


def test_lists_nest_and_keep_their_numbers() -> None:
    page = "<ol start='3'><li>one<ul><li>deep</li></ul></li><li value='7'><p>two</p><p>more</p></li></ol>"
    assert _text(page) == "3. one\n   - deep\n7. two\n\n   more\n"


def test_running_text() -> None:
    page = (
        "<p>H<sub>2</sub>O and <em>E. coli</em><sup>a</sup>, <code>ls -l</code>; <a href='x'>a link</a>.<br>Next <q>l</q></p>"
    )
    assert _text(page) == "H_{2}O and E. coli^{a}, `ls -l`; a link.\nNext “l”\n"


def test_code_is_fenced_with_its_language() -> None:
    assert _text('<pre><code class="language-python">def f():\n    return 1\n</code></pre>') == (
        "```python\ndef f():\n    return 1\n```\n"
    )


def test_quotations_definitions_and_figures() -> None:
    page = (
        "<blockquote><p>one</p><p>two</p></blockquote><dl><dt>IR</dt><dd>infrared</dd></dl>"
        "<figure><img src='x.png' alt='a chart'><figcaption>Figure 1. A chart.</figcaption></figure>"
    )
    assert _text(page) == "> one\n>\n> two\n\n- IR: infrared\n\nFigure 1. A chart.\n"


def test_tables_of_data_are_pipe_tables_and_those_of_layout_are_not() -> None:
    data = (
        "<table><caption>Table 1. Sizes.</caption><tr><th rowspan='2'>A</th><th colspan='2'>B</th></tr>"
        "<tr><th>x</th><th>y</th></tr>"
        "<tr><td>p|q</td><td>1</td><td>2</td></tr></table>"
    )
    assert _text(data) == "Table 1. Sizes.\n\n| A | B / x | B / y |\n| --- | --- | --- |\n| p\\|q | 1 | 2 |\n"
    layout = f"<table><tr><td><h2>Left</h2><p>{_LONG}</p></td><td><p>right</p></td></tr></table>"
    assert "|" not in _text(layout)


def test_loose_text_in_lists_is_kept() -> None:
    assert _text("<ul>Before: <b>all</b> of it<li>one</li>between<li>two</li></ul>") == (
        "Before: all of it\n\n- one\n\nbetween\n\n- two\n"
    )
    assert _text("<ol><li>one</li> loose <li>two</li>tail</ol>") == "1. one\n\nloose\n\n2. two\n\ntail\n"
    assert _text("<dl>First<dt>IR</dt><dd>infrared</dd>loose<div><dt>UV</dt>x<dd>ultraviolet</dd></div></dl>") == (
        "- First\n- IR: infrared\n- loose\n- UV: x\n- ultraviolet\n"
    )


def test_notes_within_a_sentence_move_behind_their_paragraph() -> None:
    latexml = (
        "<p>Heat<span class='ltx_note ltx_role_footnote' id='f1'><sup class='ltx_note_mark'>1</sup>"
        "<span class='ltx_note_outer'><span class='ltx_note_content'>"
        "<sup class='ltx_note_mark'>1</sup><span class='ltx_tag ltx_tag_note'>1</span>See Doe."
        "</span></span></span> flows.</p><p>Next.</p>"
    )
    assert _text(latexml) == "Heat[^1] flows.\n\n[^1]: See Doe.\n\nNext.\n"
    tufte = (
        "<ul><li>Heat<label for='s' class='margin-toggle sidenote-number'></label><input type='checkbox' id='s' "
        "class='margin-toggle'><span class='sidenote'>See <i>Doe</i>.</span> flows.</li><li>On.</li></ul>"
    )
    assert _text(tufte) == "- Heat[^1] flows.\n- On.\n\n[^1]: See Doe.\n"


def test_notes_that_a_link_leads_to_are_notes_without_their_way_back() -> None:
    pandoc = (
        "<p>Heat<a href='#fn1' class='footnote-ref' id='r1' role='doc-noteref'><sup>1</sup></a> flows"
        "<sup><a href='#fn2'>2</a></sup>.</p><section class='footnotes' role='doc-endnotes'><hr><ol>"
        "<li id='fn1'><p>See Doe.<a href='#r1'>↩︎</a></p></li><li id='fn2'><p>Or <b>Roe</b>. <a href='#r2'>↑</a></p>"
        "</li></ol></section>"
    )
    assert _text(pandoc) == "Heat[^1] flows[^2].\n\n[^1]: See Doe.\n\n[^2]: Or Roe.\n"


def test_note_marks_are_raised_and_other_links_are_not() -> None:
    page = "<p>as shown<a href='#n1'>1</a> in <a href='#s'>3</a> and [<a href='#r2'>2</a>]</p>"
    assert _text(page) == "as shown^{1} in 3 and [2]\n"


def test_images_in_running_text_give_their_alternative_text_and_page_numbers_do_not() -> None:
    page = "<p><img src='t.png' alt='T'>he end.<span class='pagenum'>[Pg 7]</span></p><p><img src='x.png' alt='ornament'></p>"
    assert _text(page) == "The end.\n"


def test_content_that_a_script_would_show_stays_unless_it_is_a_listing_of_numbers() -> None:
    source = "# Lenses\n\nA lens bends the light towards its axis, and a prism does not.\n\n" * 5
    assert "and a prism" in _text(f"<pre style='display: none'>{source}</pre><script>render()</script>")
    article = "<p>The lens bends the light towards its axis.</p>" * 10
    data = f"<pre style='display: none;'>{'0.01,0.02 ' * 500}</pre>"
    text = _text(f"<div style='display: none'>{article}</div>{data}<pre>x = 1</pre>")
    assert text.count("towards its axis") == 10
    assert "0.01" not in text
    assert "x = 1" in text


# Project Gutenberg


@pytest.mark.parametrize("number", ["972", "16351", "16595", "19368"])
def test_gutenberg_framing_is_cut(shared: Path, number: str) -> None:
    parsed = parse((shared / "text" / f"gutenberg-{number}" / f"{number}-h" / f"{number}-h.htm").read_bytes(), L1Settings())
    assert parsed.text.startswith(f"# {parsed.title}\n\n")
    assert parsed.declared["language"] == "English"
    assert "Project Gutenberg" not in parsed.text
    assert "Produced by" not in parsed.text
    assert parsed.text.count("```") % 2 == 0


# Encodings


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("iso-8859-1", "iso-8859-1"), ("koi8-r", "koi8-r"), ("utf-8", "iso-8859-1"), ("utf-16", ""), ("shift_jis", "shift_jis")],
)
def test_declared_encodings_are_used_unless_the_bytes_are_utf8(encoding: str, declared: str) -> None:
    words = {"koi8-r": "Молекулы и клетки", "shift_jis": "細胞の構造"}.get(encoding, "Überprüfung naïver Thesen")
    page = f'<html><head><meta charset="{declared}"></head><body><p>{words}</p></body></html>'
    assert parse(page.encode(encoding), L1Settings()).text == f"{words}\n"


# Hostile pages


@pytest.mark.parametrize("tag", ["div", "span", "blockquote", "ul><li", "table><tr><td", "b", "math><mrow", "sup"])
def test_deep_nesting_keeps_the_text(tag: str) -> None:
    text = _text(f"<{tag}>" * 20_000 + "the kernel" + "</div>" * 20_000 + "<p>after</p>")
    assert "the kernel" in text
    assert "after" in text


def test_unclosed_tags_of_old_pages_lose_nothing() -> None:
    text = _text("".join(f"<p><font size=2><b>word{i}" for i in range(1_500)))
    assert all(f"word{i}" in text for i in range(0, 1_500, 100))


def test_entities_do_not_explode_or_fetch(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("TOP-SECRET")
    levels = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 8))
    page = (
        f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY l0 "ha">{levels}<!ENTITY s SYSTEM "file://{secret}">]>'
        '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>before &l11;&s; after</p></body></html>'
    )
    text = _parsed(page).text
    assert "before" in text
    assert "TOP-SECRET" not in text
    assert len(text) < 1_000


def test_crafted_spans_do_not_inflate_a_table() -> None:
    cells = "<td colspan='999999' rowspan='999999'>x</td>" * 200
    assert len(_text(f"<table>{f'<tr>{cells}</tr>' * 50}</table>")) < 1_000_000


@pytest.mark.parametrize(
    "page", ["", "<html><body></body></html>", "<html><body><script>x</script><nav>a</nav></body></html>", "<!-- -->"]
)
def test_a_page_without_text_is_empty(page: str) -> None:
    with pytest.raises(ParseFailure) as failure:
        _parsed(page)
    assert failure.value.reason == "empty"


_MARKUP = (
    "<p>", "</p>", "<div>", "</div>", "<ul>", "<li>", "</ul>", "<table>", "<tr>", "<td>", "</table>", "<math>", "<mi>",
    "</math>", "<h2>", "</h2>", "<br>", "<sup>", "</sup>", "<pre>", "</pre>", "<d-footnote>", "</d-footnote>", "<d-cite key=a>",
    "<script>", "</script>", "\\(", "\\)", "$$", "&lt;", "&#0;", "&#12;", "&#xFFFF;",
    "&bad;", "<!--", "-->", "<![CDATA[", "]]>", "<a href=#x>",
)  # fmt: skip


@given(st.lists(st.sampled_from(_MARKUP) | st.text(max_size=8), max_size=40))
def test_any_html_gives_normalized_text(soup: list[str]) -> None:
    text = _parsed("<p>words first" + "".join(soup)).text
    assert text
    assert normalize_markdown(text) == text
