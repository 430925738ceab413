"""Pages of MediaWiki dumps: wikitext as Markdown, without boxes, navigation and left-over marks."""

import time
from xml.sax.saxutils import escape

import pytest

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.mediawiki import parse
from darwin_spark.parsers.parsed import Parsed, ParseFailure


def _page(text: str, title: str = "T", more: str = "") -> str:
    return f"<page><title>{title}</title><ns>0</ns><id>1</id>{more}<revision><text>{escape(text)}</text></revision></page>"


def _parse(text: str) -> Parsed:
    return parse(_page(text).encode(), L1Settings())


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("'''Tides''' rise in the [[sea]], [[Moon|the moon]]s and [[:Category:Seas]].",
         "Tides rise in the sea, the moons and Category:Seas."),
        ("One line\nand the next.\n\nA new one.", "One line and the next.\n\nA new one."),
        ("Before {{Infobox sea\n| a = b\n}} after.{{clear}} {{lang|fr|la mer}} {{convert|5|km|mi}} {{mdash}} end",
         "Before after. la mer 5 km — end"),
        ("[[File:A.jpg|thumb|200px|The ''ebb'' of [[Kiel]]]]Text.[[Category:Seas]][[de:Meer]]", "The ebb of Kiel\n\nText."),
        ("[[Datei:A.jpg|mini|hochkant=1.2|Das Meer]]Text [[Image:icon.png|20px]].", "Das Meer\n\nText ."),
        ("See [http://x.org the page], [http://y.org] and http://z.org", "See the page, and http://z.org"),
        ("* one\n** deep\n* two\n# first\n# second\n: indented\n; term : its sense",
         "- one\n   - deep\n- two\n1. first\n2. second\nindented\nterm : its sense"),
        ("<math>x^2</math> and\n<math display=\"block\">\\int x</math>\nH<sub>2</sub>O", "$x^2$ and\n\n$$\n\\int "
         "x\n$$\n\nH_{2}O"),
        ("<syntaxhighlight lang=\"c\">\nint x;\n  y\n</syntaxhighlight>Then <code>f(x)</code> <nowiki>[[no]]</nowiki>",
         "```c\nint x;\n  y\n```\n\nThen `f(x)` [[no]]"),
        ("A<ref name=\"k\">Kiln, ''Ash''.</ref> b<ref>{{cite book|last=Yard|title=Tin|year=1990}}</ref> c<ref name=k />"
         "\n== Notes ==\n<references />", "A[^1] b[^2] c[^1]\n\n[^1]: Kiln, Ash.\n\n[^2]: Yard. Tin. 1990"),
        ("{| class=\"wikitable\"\n|+ Loads\n! Rope !! colspan=\"2\" | Load\n|-\n| Hemp || 4 || [[kN|5]]\n|}",
         "Loads\n\n| Rope | Load |  |\n| --- | --- | --- |\n| Hemp | 4 | 5 |"),
        ("a &ndash; b&nbsp;c<br>d <!-- no --> __NOTOC__<u>e</u>", "a – b c d e"),
        ("<blockquote>Said so.</blockquote> {{quote|He did.}}", "> Said so.\n\n> He did."),
        ("<gallery>\nA.jpg|No\n</gallery>Text<templatestyles src=\"x\" />", "Text"),
        ("If a<b or <math>a <b</math> then <p>c <section begin=d />d<references />", "If a<b or $a <b$ then c d"),
        ("Half a <ref>reference and </div> tags", "Half a reference and tags"),
    ],
)  # fmt: skip
def test_wikitext(source: str, text: str) -> None:
    assert _parse(source).text == f"# T\n\n{text}\n"


def test_sections_without_text_are_left_out() -> None:
    parsed = _parse(
        "Lead.\n== History ==\n=== Early ===\nOld.\n=== Late ===\n{{stub}}\n== Links ==\n{{commons}}\n[[Category:X]]"
    )
    assert parsed.text == "# T\n\nLead.\n\n## History\n\n### Early\n\nOld.\n"
    assert (parsed.title, parsed.warnings) == ("T", ("2 templates were left out",))


def test_the_last_revision_stands() -> None:
    revisions = "".join(
        f"<revision><timestamp>{year}-01-01</timestamp><text>Of {year}.</text></revision>" for year in (2004, 2011, 2009)
    )
    page = f"<page><title>T</title>{revisions}</page>"
    assert parse(page.encode(), L1Settings()).text == "# T\n\nOf 2011.\n"


def test_all_pages_of_a_dump_are_read() -> None:
    dump = f'<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/">{_page("One.", "A")}{_page("Two.", "B")}</mediawiki>'
    assert parse(dump.encode("utf-16"), L1Settings()).text == "# A\n\nOne.\n\n# B\n\nTwo.\n"


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (_page("#REDIRECT [[Sea]]"), "empty"),
        (_page("#WEITERLEITUNG [[Meer]]"), "empty"),
        (_page("{{disambiguation}}"), "empty"),
        ("<page><title>T</title></page>", "empty"),
        ("<page><title>T</title><revision><model>Scribunto</model><text>x</text></revision></page>", "unsupported_media_type"),
    ],
)
def test_pages_without_text_fail_with_a_reason(page: str, reason: str) -> None:
    with pytest.raises(ParseFailure) as failure:
        parse(page.encode(), L1Settings())
    assert failure.value.reason == reason


@pytest.mark.parametrize(
    "unit",
    [
        "[[",
        "{{",
        "'''",
        "<ref>",
        "{|\n",
        "* a\n",
        "== ",
        "[[File:",
        "<math>",
        "|-\n",
        "&amp;",
        "{{{",
        "<p>a",
        "<ref a",
        "<references /b>",
    ],
)
def test_repeats_take_about_linear_time(unit: str) -> None:
    def seconds(count: int) -> float:
        taken = []
        for _ in range(2):  # the garbage collector may run in one of them
            begin = time.process_time()
            parse(_page("x" + unit * count).encode(), L1Settings())
            taken.append(time.process_time() - begin)
        return min(taken)

    assert seconds(8_000) < 40 * max(seconds(1_000), 0.005)
