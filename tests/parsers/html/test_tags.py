"""HTML: tags that may be left out, and elements without content that the parser library does not know, lose no text."""

import pytest

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.html import parse


def _text(page: str) -> str:
    return parse(page.encode(), L1Settings()).text


@pytest.mark.parametrize(
    "page",
    [
        "<p>boat</p>",
        "<!DOCTYPE html><title>Yard</title><main><p>boat</p></main>",
        "<title>Yard</title><article><p>boat</p></article>",
        "<meta charset=utf-8><link rel=x href=y><section><p>boat</p></section>",
        "<head><title>Yard</title></head><article><p>boat</p></article>",
        "<html><head><title>Yard</title><header></header><my-element><p>boat</p></my-element></html>",
        "<script>x</script><figure><p>boat</p></figure>",
    ],
)
def test_pages_without_the_tags_of_html_head_and_body_are_read(page: str) -> None:
    assert _text(page).removeprefix("# Yard\n\n") == "boat\n"


def test_what_follows_the_head_keeps_its_order() -> None:
    page = "<title>Yard</title><article><p>one</p></article> two <body><p>three</p></body>"
    assert _text(page) == "# Yard\n\none\n\ntwo\n\nthree\n"


@pytest.mark.parametrize("mark", ["<wbr>", "<WBR>", "<wbr/>", "<wbr></wbr>", '<wbr class="a>b">'])
@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("<p>a long", "boat <b>lies</b> here</p><p>next</p>", "a longboat lies here\n\nnext\n"),
        ("<h2>The long", "boat</h2>end", "## The longboat\n\nend\n"),
        ("<p><code>yard::", "bell</code> rings</p>", "`yard::bell` rings\n"),
        ("<ul><li>under", "side</li><li>rim</li></ul>", "- underside\n- rim\n"),
        (
            "<table><tr><th>a",
            "b</th><th>c</th></tr><tr><td>1</td><td>2</td></tr></table>",
            "| ab | c |\n| --- | --- |\n| 1 | 2 |\n",
        ),
    ],
)
def test_a_word_break_mark_swallows_nothing(mark: str, before: str, after: str, text: str) -> None:
    assert _text(before + mark + after) == text


@pytest.mark.parametrize(
    "mark", ["<embed src='a.swf'>", "<source src=a>", "<track src=b>", "<keygen name=k>", "<bgsound src=c>"]
)
def test_other_elements_without_content_swallow_nothing(mark: str) -> None:
    assert _text(f"<p>one {mark} two</p><p>three</p>") == "one two\n\nthree\n"


def test_thousands_of_word_break_marks_are_no_deep_nesting() -> None:
    parsed = parse(("<p>" + "ab<wbr>" * 10_000).encode(), L1Settings())
    assert parsed.text == "ab" * 10_000 + "\n"
    assert parsed.warnings == ()


@pytest.mark.parametrize("tag", ["div", "div b:c='1'", "b:c", 'div"class="x"'])
def test_markup_nested_too_deep_is_laid_flat_whatever_its_names(tag: str) -> None:
    end = f"</{tag.split()[0]}>" if '"' not in tag else ""
    page = f"<p>first</p>{f'<{tag}>' * 100}one <b>two</b> three{end * 100}<p>last</p>"
    parsed = parse(page.encode(), L1Settings())
    assert parsed.text.split() == ["first", "one", "two", "three", "last"]
    assert parsed.warnings == ("markup nested deeper than 80 elements was laid flat",)


def test_nested_reading_aids_take_linear_time() -> None:
    assert len(_text(f"<p>{'<ruby>x<rt>y' * 300}</p>")) < 3_000
