"""HTML: formulas that MathJax or KaTeX rendered on a server or in a browser give their TeX, or a warning."""

from html import escape

import pytest

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.html import parse
from darwin_spark.parsers.parsed import Parsed

_MATH = "<math><msup><mi>x</mi><mn>2</mn></msup></math>"
_KATEX = f"<span class=katex-mathml>{_MATH}</span><span class=katex-html aria-hidden=true>x2</span>"


def _parsed(markup: str) -> Parsed:
    return parse(f"<p>Let {markup} be given.</p>".encode(), L1Settings())


@pytest.mark.parametrize(
    "markup",
    [
        '<span class="mjx-chtml"><span class="mjx-math" aria-label="x^{2}"><span aria-hidden="true">x2</span></span></span>',
        '<svg aria-labelledby="MathJax-SVG-1-Title"><title id="MathJax-SVG-1-Title">x^{2}</title><path d="M1 2"/></svg>',
        f'<span class="mjpage">{_MATH}</span>',
        f'<span class="MathJax_SVG" data-mathml="{escape(_MATH)}"><svg></svg></span>',
        '<span class="MathJax_Preview" style="display:none">x2</span><span class="MathJax">x2'
        f'<span class="MJX_Assistive_MathML">{_MATH}</span></span><script type="math/tex" id="m">x^{{2}}</script>',
        f"<mjx-container><mjx-math></mjx-math><mjx-assistive-mml>{_MATH}</mjx-assistive-mml></mjx-container>",
        '<mjx-container aria-label="x squared"><mjx-math data-latex="x^{2}"><mjx-mi data-latex="x">x</mjx-mi></mjx-math>'
        "</mjx-container>",
        '<mjx-container jax="SVG"><svg><g><g data-mml-node="math" data-latex="x^{2}"><g data-latex="x"/></g></g></svg>'
        "</mjx-container>",
        f'<span class="katex">{_KATEX}</span>',
        f'<span class="katex">{_MATH}</span>',
        '<span class="katex-error" title="ParseError">x^{2}</span>',
        '<script type="math/tex">% <![CDATA[\nx^{2} %]]></script>',
    ],
)
def test_a_rendering_gives_its_tex_once(markup: str) -> None:
    parsed = _parsed(markup)
    assert parsed.text == "Let $x^{2}$ be given.\n"
    assert parsed.warnings == ()


@pytest.mark.parametrize(
    "markup",
    [
        f'<span class="katex-display"><span class="katex">{_KATEX}</span></span>',
        f'<span class="katex">{_MATH.replace("<math>", "<math display=block>")}</span>',
        '<span class="mjx-chtml MJXc-display"><span class="mjx-math" aria-label="x^{2}">x2</span></span>',
        '<span class="mjpage mjpage__block"><svg><title id="MathJax-SVG-2-Title">x^{2}</title></svg></span>',
        f'<mjx-container display="true"><mjx-assistive-mml>{_MATH}</mjx-assistive-mml></mjx-container>',
    ],
)
def test_a_displayed_rendering_stands_alone(markup: str) -> None:
    assert _parsed(markup).text == "Let\n\n$$\nx^{2}\n$$\n\nbe given.\n"


@pytest.mark.parametrize(
    "markup",
    [
        '<span class="katex"><span class="katex-html"><span>x</span><span class="vlist">2</span></span></span>',
        '<mjx-container aria-label="x squared"><mjx-math><mjx-c class="mjx-c78"></mjx-c></mjx-math></mjx-container>',
        '<span class="MathJax"><nobr><span>x</span><span>2</span></nobr></span>',
        '<script type="math/asciimath">x^2</script>',
    ],
)
def test_a_rendering_without_source_is_counted(markup: str) -> None:
    parsed = _parsed(markup * 2)
    assert parsed.text == "Let be given.\n"
    assert parsed.warnings == ("2 rendered formulas have no TeX or MathML source and were left out",)


def test_the_source_that_a_page_hides_is_used_and_a_hidden_formula_is_not() -> None:
    hidden = "<html><style>.mwe{display:none}</style><body><p>Let {} be given.</p></body></html>".replace(
        "{}", f'<span class="mwe-math-element"><span class="mwe">{_MATH}</span><img alt="y"></span>', 1
    )
    assert parse(hidden.encode(), L1Settings()).text == "Let $x^{2}$ be given.\n"
    assert _parsed(_MATH.replace("<math>", "<math style='display:none'>")).text == "Let be given.\n"
