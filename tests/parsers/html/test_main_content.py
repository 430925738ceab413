"""HTML: of an ordinary web page the main content is kept, and all of it; articles of science and plain documents stay whole."""

import pytest

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.html import parse

_PARAGRAPHS = (
    "The float of the gauge rose and fell in a pipe that was open to the harbour through a narrow slit.",
    "A clerk copied the height of the water into a ledger whenever the lamp on the mole was lit at night.",
    "The zero of the scale was compared with a brass bolt in the wall of the customs house each spring.",
    "In a dry year the young trees were watered from barrels that stood in the shade of the barn door.",
)
_BODY = "".join(f"<p>{text}</p>" for text in _PARAGRAPHS)
_MENU = "<ul>" + "".join(f"<li><a href='/{name}'>{name.title()}</a></li>" for name in "abcdefghijklmnopqrst") + "</ul>"
_TEASER = "<h3><a href='/t'>FOREIGN title of a story</a></h3><p>FOREIGN words that tell what the other story is all about.</p>"
_COMMENT = "<p>FOREIGN reader wrote that the gauge had stood for years on the other side of the harbour, and so on.</p>"


def _text(main: str, after: str = "", before: str = "", head: str = "") -> str:
    page = (
        f"<html><head><title>Gauges</title>{head}</head><body><div class=top>{_MENU}</div>{before}"
        f"<div class=wrap>{main}</div>{after}<div class=legal><a href=/i>Imprint</a></div></body></html>"
    )
    return parse(page.encode(), L1Settings()).text


def _article(inner: str = "") -> str:
    return f"<div class=text><h1>Gauges</h1>{_BODY}{inner}</div>"


@pytest.mark.parametrize(
    "box",
    [
        f"<div class='related-posts'>{_TEASER * 3}</div>",
        f"<div class='jp-relatedposts'>{_TEASER}</div>",
        f"<div id=sidebar><p>FOREIGN {_PARAGRAPHS[0][:70]}</p></div>",
        "<div class='newsletter-box'><p>FOREIGN letters to your inbox, every week, and always for free, as you like.</p></div>",
        "<div class=authorBio>FOREIGN author</div>",
        "<aside><a href=/x>FOREIGN link</a> <a href=/y>and one more</a></aside>",
        "<footer>FOREIGN rights reserved by the house</footer>",
        f"<section id=comments>{_COMMENT * 3}</section>",
        f"<div class=x><h2>12 Comments</h2>{_COMMENT * 3}</div>",
        f"<div class=x><h4>Schreibe einen Kommentar</h4>{_COMMENT}</div>",
        f"<div class=x><h2>Related articles</h2>{_TEASER * 2}</div>",
        f"<div class=x><div>Das könnte Sie auch interessieren:</div>{_TEASER * 2}</div>",
        f"<div class=x><p>Lo más leído</p>{_TEASER * 2}</div>",
        f"<div class=x><h2>À lire aussi</h2>{_TEASER * 2}</div>",
        f"<div class=x><h2>Leia também</h2>{_TEASER * 2}</div>",
        f"<div class=x>{_TEASER * 4}</div>",
        "<div class=x><span>Share this article</span><a href=/f>FOREIGN</a></div>",
        "<div class=x>Tags: <a href=/f>FOREIGN</a></div>",
        "<form><p>FOREIGN name</p><label>Your mail</label></form>",
        f"<div class=cols>{_MENU}FOREIGN</div>",
    ],
)
def test_what_is_not_the_main_content_is_left_out(box: str) -> None:
    text = _text(_article(), after=box)
    assert "FOREIGN" not in text
    assert all(paragraph in text for paragraph in _PARAGRAPHS)
    assert "Imprint" not in text


@pytest.mark.parametrize(
    "part",
    [
        "<p>KEPT short end.</p>",
        "<ul><li>KEPT pear</li><li>plum</li></ul>",
        "<div>KEPT line of text that is not a paragraph, and shorter than prose.</div>",
        "<div class=box><pre>KEPT = 1</pre></div>",
        "<div class=box><table><tr><th>KEPT</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table></div>",
        "<div class=box><math display=block><mi>KEPT</mi></math></div>",
        "<figure><img src=a.png><figcaption>KEPT chart</figcaption></figure>",
        "<div class=footnotes><p>1. KEPT note</p></div>",
        "<blockquote><p>KEPT words</p><footer>— Roe</footer></blockquote>",
        "<aside><p>KEPT remark of one sentence.</p></aside>",
        "<section><h2>KEPT heading</h2><p>And some words.</p><p>And a few more words, of course.</p></section>",
    ],
)
@pytest.mark.parametrize("place", ["end", "middle"])
def test_parts_of_the_main_content_are_kept(part: str, place: str) -> None:
    text = _text(_article(part if place == "end" else part + _BODY))
    assert "KEPT" in text
    assert all(paragraph in text for paragraph in _PARAGRAPHS)


@pytest.mark.parametrize("part", ["<h2>KEPT subtitle</h2>", f"<p>KEPT lead: {_PARAGRAPHS[1]}</p>", "<h1>KEPT title</h1>"])
def test_titles_and_summaries_before_the_text_are_kept(part: str) -> None:
    assert "KEPT" in _text(_article(), before=f"<div class=head>{part}</div>" if "<p>" in part else part)


@pytest.mark.parametrize("tag", ["<article>", "<article class='post-{} post'>", "<div class=entry>", "<section>"])
@pytest.mark.parametrize("share", [1, 4])
def test_a_page_of_many_articles_keeps_them_all(tag: str, share: int) -> None:
    closing = "</" + tag[1:].split(" ")[0].rstrip(">") + ">"
    body = "".join(f"<p>{text}</p>" for text in _PARAGRAPHS[:share])
    articles = "".join(f"{tag.format(n)}<h2><a href=/{n}>Story {n}</a></h2>{body}{closing}" for n in range(6))
    text = _text(f"<div class=list>{articles}</div>")
    assert text.count(_PARAGRAPHS[0]) == 6
    assert all(f"Story {n}" in text for n in range(6))


def test_a_long_article_and_short_ones_beside_it_are_all_kept() -> None:
    short = "".join(
        f"<article><h2><a href=/{n}>Story {n}</a></h2><p>{text}</p></article>" for n, text in enumerate(_PARAGRAPHS)
    )
    text = _text(f"<article><h2><a href=/a>Long</a></h2>{_BODY * 4}</article>{short}")
    assert all(f"Story {n}" in text for n in range(4))


def test_a_page_of_short_entries_keeps_them_beside_a_box_of_prose() -> None:
    entries = "".join(
        f"<div class=entry><h2><a href=/{n}>Entry {n}</a></h2><p>Short words on ropes, {n}.</p></div>" for n in range(30)
    )
    text = _text(f"<div class=list>{entries}</div>", after=f"<div class=about><p>{_PARAGRAPHS[0]}</p></div>")
    assert text.count("Short words") == 30


def test_sections_side_by_side_are_all_kept() -> None:
    sections = "".join(f"<div class='section s{n}'><h2>Part {n}</h2><p>{text}</p></div>" for n, text in enumerate(_PARAGRAPHS))
    text = _text(f"<div class='section s9'><h1>Gauges</h1>{_BODY * 3}</div>{sections}")
    assert all(f"Part {n}" in text for n in range(4))


def test_a_name_that_covers_the_article_means_something_else() -> None:
    paragraphs = "".join(f"<p class=paywall>{text}</p>" for text in _PARAGRAPHS * 3)
    text = _text(f"<div class='sidebar-layout'><h1>Gauges</h1><div class=widget>{paragraphs}</div></div>")
    assert text.count(_PARAGRAPHS[2]) == 3


def test_paragraphs_that_point_to_other_articles_are_left_out() -> None:
    text = _text(_article(f"<p>Lea también: <a href=/x>FOREIGN story of the other town</a></p>{_BODY}"))
    assert "FOREIGN" not in text
    assert text.count(_PARAGRAPHS[3]) == 2


_RELATED = f"<div class=x><h2>Related articles</h2>{_TEASER.replace('FOREIGN', 'KEPT') * 2}</div>"


@pytest.mark.parametrize(
    ("head", "mark"),
    [
        ("<meta name=citation_title content=Gauges>", ""),
        ("", "<div class=ltx_document></div>"),
        ("", "<section role=doc-bibliography></section>"),
        ("", "<h2>3. References</h2><ol><li>Roe, A.</li></ol>"),
        ("", "<p>Let <math><mi>x</mi></math>, <math><mi>y</mi></math> and <math><mi>z</mi></math> be given.</p>"),
    ],
)
def test_an_article_of_science_stays_whole(head: str, mark: str) -> None:
    text = _text(_article(mark), after=_RELATED, head=head)
    assert "KEPT" in text


def test_a_title_and_summary_outside_the_main_element_are_kept() -> None:
    hero = "<div class=hero><h1>Gauges</h1><p>KEPT summary of the article, which is set in large type above it.</p></div>"
    assert "KEPT" in _text(f"<main><div class=entry-content>{_BODY * 2}</div></main>", before=hero)


def test_a_row_of_links_is_left_out_of_any_page() -> None:
    row = "<p><a href=/a>Home</a> | <a href=/b>Blog</a> | <a href=/c>FOREIGN</a></p>"
    text = parse(f"<html><body><h1>Gauges</h1>{row}{_BODY}{row}</body></html>".encode(), L1Settings()).text
    assert "FOREIGN" not in text
    notes = "<p><a href='#1'>KEPT</a> <a href='#2'>2</a> <a href='#3'>3</a></p>"
    assert "KEPT" in parse(f"<html><body>{_BODY}{notes}</body></html>".encode(), L1Settings()).text


@pytest.mark.parametrize("name", ["comment", "hljs-comment", "token comment", "c1 menu"])
def test_class_names_in_code_are_those_of_the_highlighter(name: str) -> None:
    code = (
        f"<pre><code>x = 1 <span class='{name}'># KEPT</span><button>Copy</button>\n<span class=lineno>2</span>y</code></pre>"
    )
    text = _text(_article(code + _BODY))
    assert "```\nx = 1 # KEPT\ny\n```" in text


def test_a_table_that_ends_in_prose_keeps_all_rows() -> None:
    rows = "".join(f"<tr><td>KEPT {n}</td><td>{_PARAGRAPHS[n] if n == 2 else n}</td></tr>" for n in range(4))
    text = _text(_article(f"<table><tr><th>a</th><th>b</th></tr>{rows}</table>"))
    assert text.count("KEPT") == 4
    lists = "<dl><dt>KEPT</dt><dd>" + _PARAGRAPHS[0] + "</dd><dt>-h</dt><dd>KEPT help</dd></dl>"
    assert _text(_article(lists)).count("KEPT") == 2


@pytest.mark.parametrize("head", ["<meta name=generator content=rustdoc>", "<meta name=generator content='Sphinx 7.1'>"])
def test_a_manual_stays_whole(head: str) -> None:
    after = "<div class=impls><h2><a href=/x>KEPT link</a></h2><p>KEPT words</p></div>"
    assert _text(_article(), after=after, head=head).count("KEPT") == 2
    assert _text(_article("<pre>x = 1</pre>" * 5), after=after).count("KEPT") == 2


def test_a_page_without_links_of_a_site_stays_whole() -> None:
    more = "<div><h2>More about gauges</h2><ul><li>KEPT</li></ul></div>"
    page = f"<html><body><div><h1>Gauges</h1>{_BODY}</div>{more}</body></html>"
    assert "KEPT" in parse(page.encode(), L1Settings()).text


def test_chinese_prose_counts_by_what_it_says() -> None:
    prose = "".join(
        f"<p>{'水尺的浮子在管中随潮水升降，管子经一条窄缝与海港相通，守灯人每夜把水位记在账上。'}{n}</p>" for n in range(4)
    )
    text = _text(f"<div class=a><div class=b><h1>水尺</h1>{prose}</div><div class=c>{_MENU}</div></div>")
    assert text.count("海港") == 4
    assert "- T" not in text
