"""Blanks at the ends of formulas."""

import pytest

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.html import parse as parse_html
from darwin_spark.parsers.latex import parse as parse_latex
from darwin_spark.parsers.math.tex_delimiters import strip_delimiters, trim_tex


@pytest.mark.parametrize(
    ("tex", "trimmed"),
    [
        (r" a\ ", "a"),
        (r"a,\ \ ", "a,"),
        (r"\ a", r"\ a"),
        (r"a \\", r"a \\"),
        (r"a \\ \ ", r"a \\"),
        (r"a\\\ ", r"a\\"),
        ("\\ ", ""),
    ],
)
def test_a_control_space_at_the_end_goes_as_a_whole(tex: str, trimmed: str) -> None:
    assert trim_tex(tex) == trimmed
    assert strip_delimiters(f"${tex}$") == trimmed


def test_a_control_space_never_escapes_the_closing_dollar() -> None:
    latex = r"\documentclass{article}\begin{document}Both $a,\ $ and \(b\ \) hold.\[c\ \]\end{document}"
    assert parse_latex(latex.encode(), L1Settings()).text == "Both $a,$ and $b$ hold.\n\n$$\nc\n$$\n"
    page = r"<p>It is <script type='math/tex'>a\ </script> or <math><mi>b</mi><mtext>&#160;</mtext></math> or \(c\ \).</p>"
    assert parse_html(page.encode(), L1Settings()).text == "It is $a$ or $b$ or $c$.\n"
