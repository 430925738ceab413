"""Commands of LaTeX whose backslash JSON takes for the beginning of an escape."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from darwin_spark.inference.checks.escapes import DamagedEscapes, loads, restored
from darwin_spark.inference.checks.json_answers import parse


def _loaded(string: str) -> str:
    """The text in a JSON answer in which a string stands as a model wrote it."""
    text: str = loads(f'{{"text": "{string}"}}')["text"]
    return text


@pytest.mark.parametrize(
    "formula",
    [
        *(r"\frac{a}{b}", r"\beta", r"\bar{z}", r"\binom{n}{k}", r"\forall x", r"\flat", r"\begin{cases} a \end{cases}"),
        *(r"\nu", r"a \neq b", r"a\ne b", r"\nabla u", r"x \notin A", r"\neg p", r"\not\in", r"\ni x"),
        *(r"\rho", r"\left( a \right)", r"\rightarrow", r"\langle a \rangle", r"\rm{d}"),
        *(r"\theta", r"3 \times 4", r"\tau", r"x=\text{depth}", r"y\to\bar{z}", r"\tan x", r"\tilde{a}", r"\top"),
        *(r"\upsilon", r"\underline{x}", r"\uparrow", r"\alpha", r"\sum_i", r"\mathbf{x}", r"\{a\}", r"a\,b"),
    ],
)
def test_an_inline_formula_has_its_backslashes_again(formula: str) -> None:
    assert _loaded(f"It is ${formula}$ here.") == f"It is ${formula}$ here."
    assert _loaded(f"It is \\\\({formula}\\\\) here.") == f"It is \\({formula}\\) here."


@pytest.mark.parametrize(
    "text",
    [
        "It is $\\frac{a}{b}$ and $\\nu$,\nthen a line.\n\nundone.",
        "One\nunder\neq. 3\note\tan\tother\tonce",
        "$$\nu = 3\n$$",
        'a | b\nc | d\nit\'s "said"',
        "$5 and\nunder $6\tor",
        "\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}",
        "C:\\new\\table",
        "ü\u2028\U0001d6fc",
    ],
)
def test_an_answer_with_right_escapes_is_as_json_says(text: str) -> None:
    assert loads(json.dumps({"text": text})) == {"text": text}


def test_damaged_answers_keep_line_breaks_row_breaks_and_apostrophes() -> None:
    assert _loaded(r"Don\'t.\nThen $\alpha$:\n\n$$\n\begin{matrix} a \\ b \\\nc \end{matrix}\n$$") == (
        "Don't.\nThen $\\alpha$:\n\n$$\n\\begin{matrix} a \\\\ b \\\\\nc \\end{matrix}\n$$"
    )


def test_where_line_break_and_command_are_equally_likely_the_answer_is_refused() -> None:
    with pytest.raises(DamagedEscapes):
        _loaded(r"It is $$\nu = \alpha$$ here.")


@pytest.mark.parametrize("string", [r"$a\tens b$", r"$x\rowspan b$"])
def test_a_formula_with_a_tab_or_a_return_is_refused(string: str) -> None:
    with pytest.raises(DamagedEscapes):
        _loaded(string)


def test_commands_of_texts_without_json_are_restored_unless_they_may_begin_a_line() -> None:
    damaged = "$\f" + "rac{a}{b}$ \b" + "eta \t" + "heta $a\nu b$ \fChapter"
    assert restored(damaged) == "$\\frac{a}{b}$ \\beta \\theta $a\nu b$ \fChapter"


class _Answer(BaseModel):
    analysis: str


def test_every_answer_in_json_follows_the_rule() -> None:
    assert parse('{"analysis": "It has $\\alpha$ and $\\beta$."}', _Answer).analysis == "It has $\\alpha$ and $\\beta$."


@given(st.text(alphabet="abnt\\ \n\t\"'u0", max_size=40))
def test_strings_without_formulas_and_commands_come_back(text: str) -> None:
    assert loads(json.dumps(text)) == text
