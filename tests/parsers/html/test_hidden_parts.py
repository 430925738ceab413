"""HTML: what a browser does not show is no text, by the cascade of the page's own rules."""

import pytest

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.html import parse

_SEEN = "<p>Salt thrown into the fire left a skin like that of an orange on the upper shelves.</p>" * 3


def _shows(css: str, markup: str) -> bool:
    page = f"<html><head><title>Kiln</title><style>{css}</style></head><body>{_SEEN}{markup}{_SEEN}</body></html>"
    text = parse(page.encode(), L1Settings()).text
    assert text.count("Salt thrown") == 6
    return "SECRET" in text


@pytest.mark.parametrize(
    ("css", "markup"),
    [
        ("", "<p hidden>SECRET</p>"),
        ("", "<p style='DISPLAY : none'>SECRET</p>"),
        ("", "<div popover><p>SECRET</p></div>"),
        ("", "<h2 style='visibility:hidden'>SECRET</h2>"),
        (".x{display:none}", "<p class='a x'>SECRET</p>"),
        (".x{display:block} .x{display:none}", "<p class=x>SECRET</p>"),
        ("p.x{display:none} .x{display:block}", "<p class=x>SECRET</p>"),
        ("#a{display:none} p.x.y{display:block}", "<p id=a class='x y'>SECRET</p>"),
        (".x{display:none!important}", "<p class=x style='display:block'>SECRET</p>"),
        (".x{display:block}", "<p hidden>SECRET</p>"),
        ("main > .x, div .y + p, [data-k^='v']{display:none}", "<p data-k=value>SECRET</p>"),
        ("p.x:not(.y){visibility:collapse}", "<p class=x>SECRET</p>"),
        ("ul li.x{display:none}", "<ul><li class=x>SECRET</li><li>ok</li></ul>"),
        ("@media screen and (min-width: 40em){.x{display:none}}", "<p class=x>SECRET</p>"),
        ("@supports (display:grid){.x{display:none}}", "<p class=x>SECRET</p>"),
        (".q:after{content:'{'} /* } */ .x{color:red;display:none}", "<p class=x>SECRET</p>"),
        (".a .x{display:block} .x{display:none}", "<p class=x>SECRET</p>"),
        (".sm\\:off{display:none}", "<p class='sm:off'>SECRET</p>"),
    ],
)
def test_hidden_parts_are_left_out(css: str, markup: str) -> None:
    assert not _shows(css, markup)


@pytest.mark.parametrize(
    ("css", "markup"),
    [
        (".x{display:none}", "<p class=xy>SECRET</p>"),
        (".x{display:none} .x{display:block}", "<p class=x>SECRET</p>"),
        (".x{display:none} p.x{display:block}", "<p class=x>SECRET</p>"),
        (".x{display:none}", "<p class=x style='display:inline'>SECRET</p>"),
        (".x{display:block}", "<p class=x hidden>SECRET</p>"),
        (".x{display:none} .x{display:block!important}", "<p class=x>SECRET</p>"),
        ("@media print{.x{display:none}}", "<p class=x>SECRET</p>"),
        ("@media (max-width: 600px){.x{display:none}}", "<p class=x>SECRET</p>"),
        ("@media not screen{.x{display:none}}", "<p class=x>SECRET</p>"),
        ("/* .x{display:none} */", "<p class=x>SECRET</p>"),
        (".x::before{display:none}", "<p class=x>SECRET</p>"),
        (".x{display:none} .x:target, .box:hover .x{display:block}", "<div class=box><p class=x>SECRET</p></div>"),
        (".x{display:none}", "<button>Show</button><p class=x>SECRET</p>"),
        ("", "<a role=tab aria-controls=panel>Tab</a><div id=panel hidden>SECRET</div>"),
        ("", "<details><summary>More</summary>SECRET</details>"),
    ],
)
def test_parts_that_a_reader_can_see_are_kept(css: str, markup: str) -> None:
    assert _shows(css, markup)


def test_a_hidden_heading_is_no_title() -> None:
    page = f"<html><body><h1 hidden>Decoy</h1><h1>Ropes</h1>{_SEEN}</body></html>"
    assert parse(page.encode(), L1Settings()).title == "Ropes"


def test_a_page_that_a_script_shows_is_kept() -> None:
    hidden = _SEEN.replace("<p>", "<p class=go>")
    page = f"<html><style>.go{{visibility:hidden}}</style><body>{hidden}<p>Menu</p></body></html>"
    assert parse(page.encode(), L1Settings()).text.count("Salt thrown") == 3


def test_line_breaks_of_verse_stay_where_a_rule_hides_them() -> None:
    page = "<html><style>.v br{display:none}</style><body><p class=v>one<br>two</p></body></html>"
    assert parse(page.encode(), L1Settings()).text == "one\ntwo\n"
