"""Figures and their parts, footnotes apart from their marks, tables of AASTeX, cells of several lines, tab stops."""

import pytest
from support_latex import line_of, text_of

_SUBCAPTION = r"\usepackage{subcaption}"


@pytest.mark.parametrize(
    ("preamble", "parts", "references"),
    [
        (
            _SUBCAPTION,
            r"\begin{subfigure}[b]{1cm}\caption{L.}\label{a}\end{subfigure}"
            r"\begin{subfigure}{1cm}\caption{R.}\label{b}\end{subfigure}",
            "1a 1b 1 b",
        ),
        (r"\usepackage{subfig}", r"\subfloat[L.\label{a}]{\includegraphics{x}}\subfloat[][R.]{\label{b}}", "1a 1b 1 (b)"),
        (
            r"\usepackage{subfigure}",
            r"\subfigure[L.]{\label{a}}\subfigure[R.]{\includegraphics{y}\label{b}}",
            "1(a) 1(b) 1 (1(b))",
        ),
        (_SUBCAPTION, r"\subcaptionbox{L.\label{a}}{x}\subcaptionbox{R.\label{b}}[3cm][c]{\includegraphics{y}}", "1a 1b 1 b"),
    ],
)
def test_parts_of_figures_have_letters(preamble: str, parts: str, references: str) -> None:
    body = rf"\begin{{figure}}{parts}\caption{{Both.}}\label{{f}}\end{{figure}} \ref{{a}} \ref{{b}} \ref{{f}} \subref{{b}}"
    text = line_of(body, preamble)
    assert [text.index(part) for part in ("(a) L.", "(b) R.", "Figure 1. Both.")] == sorted(
        text.index(part) for part in ("(a) L.", "(b) R.", "Figure 1. Both.")
    )
    assert text.endswith(references)


def test_parts_below_their_caption_and_continued_floats() -> None:
    body = (
        r"\begin{figure}\caption{M}\begin{subfigure}{1cm}\caption{A}\label{a}\end{subfigure}\end{figure}"
        r"\begin{figure}\ContinuedFloat\caption{More}\end{figure}\begin{figure}\caption{Next}\end{figure}\ref{a}"
    )
    assert line_of(body, _SUBCAPTION) == "Figure 1. M (a) A Figure 1. More Figure 2. Next 1a"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"a\footnotemark b\footnotemark.\footnotetext[1]{A}\footnotetext[2]{B}", "a[^1]b[^2].\n\n[^1]: A\n\n[^2]: B"),
        (
            r"a\footnotemark b\footnotemark\addtocounter{footnote}{-1}\footnotetext{A}\stepcounter{footnote}\footnotetext{B}",
            "a[^1]b[^2]\n\n[^1]: A\n\n[^2]: B",
        ),
        (r"a\footnotemark b\footnotemark\footnotetext{Two}\footnotetext{One}", "a[^1]b[^2]\n\n[^2]: Two\n\n[^1]: One"),
        (r"a\footnote{One} b\footnotemark[1]", "a[^1] b[^1]\n\n[^1]: One"),
        (r"a\footnotemark\footnotetext{One} b\footnote{Two}", "a[^1] b[^2]\n\n[^1]: One\n\n[^2]: Two"),
    ],
)
def test_texts_of_footnotes_belong_to_their_marks(source: str, expected: str) -> None:
    assert text_of(source) == expected


_DELUXE = r"""\begin{deluxetable*}{lcC}[htb!]
\tablecaption{Stars\label{t}}\tablewidth{0pt}\tabletypesize{\small}\tablenum{3}
\tablehead{\colhead{Name} & \colhead{RA} & \colhead{Flux} \\ \colhead{} & \colhead{(deg)} & \colhead{(mJy)}}
\startdata
A\tablenotemark{a} & 1.5 & 2.0^{+0.1} \\
\cutinhead{Second part}
B & \nodata & 3
\enddata
\tablenotetext{a}{From \ion{C}{4}.}
\tablecomments{All good.}\tablerefs{(1) Me.}
\end{deluxetable*} Table~\ref{t}."""


def test_deluxe_tables_of_aastex() -> None:
    assert text_of(_DELUXE, cls="aastex631") == (
        "Table 1. Stars\n\n| Name | RA / (deg) | Flux / (mJy) |\n| --- | --- | --- |\n| A^{a} | 1.5 | $2.0^{+0.1}$ |\n"
        "| Second part |  |  |\n| B | … | $3$ |\n\n^{a} From C IV.\n\nNote. All good.\n\nReferences. (1) Me.\n\nTable 1."
    )


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (r"x\newline y", "x y"),
        (r"\newline x", "x"),
        (r"x \newline[sic] y", "x [sic] y"),
        (r"\parbox{2cm}{x\\y}", "x y"),
        (r"{x\\y}", "x y"),
        (r"\begin{minipage}{2cm}x\\y\end{minipage}", "x y"),
        (r"\begin{tabular}[t]{@{}l@{}}x\\y\end{tabular}", "x y"),
        (r"x\par y", "x y"),
        (r"x\linebreak y", "x y"),
        (r"\vtop{\hbox{\strut x}\hbox{\strut y}}", "x y"),
        (r"\makecell[l]{x\\y}", "x y"),
        (r"\shortstack[l]{x\\y}", "x y"),
        (r"\thead{x\\y}", "x y"),
        (r"\multirowcell{2}{x\\y}", "x y"),
        (r"\multirow{2}{2cm}{x\\y}", "x y"),
        (r"\multicolumn{1}{p{2cm}}{x\newline y}", "x y"),
        (r"\diagbox{x}{y}", "x / y"),
    ],
)
def test_lines_of_a_cell_stay_in_their_cell(cell: str, expected: str) -> None:
    table = rf"\begin{{tabular}}{{lp{{3cm}}l}}A & B & C\\ \hline a & {cell} & c\\ d & e & f\\\end{{tabular}}"
    assert text_of(table).splitlines()[2:] == [f"| a | {expected} | c |", "| d | e | f |"]


def test_rows_that_end_with_tabularnewline() -> None:
    spec = r"{l>{\raggedright}p{3cm}}"
    body = rf"\begin{{tabular}}{spec}A & B\tabularnewline a & x\\y\tabularnewline c & d\tabularnewline\end{{tabular}}"
    assert text_of(body).splitlines()[2:] == ["| a | x y |", "| c | d |"]
    assert text_of(rf"\begin{{tabular}}{spec}A & B\\ a & x\\\end{{tabular}}").splitlines()[2:] == ["| a | x |"]


def test_columns_of_formulas() -> None:
    body = r"\begin{tabular}{>{$}l<{$}L}\toprule x^2 & y_1\\ \midrule \alpha & \multicolumn{1}{c}{text}\\\end{tabular}"
    assert text_of(body, r"\newcolumntype{L}{>{$}l<{$}}") == "| $x^2$ | $y_1$ |\n| --- | --- |\n| $\\alpha$ | text |"


def test_tables_with_other_arguments() -> None:
    assert (
        text_of(r"\begin{tabu} to \linewidth {X[l] X}a&b\\c&d\end{tabu} after")
        == "| a | b |\n| --- | --- |\n| c | d |\n\nafter"
    )
    assert text_of(r"\begin{longtblr}[caption={Long}]{colspec={ll}}A & B\\ \SetCell[c=2]{c} x & \\\end{longtblr}") == (
        "Table 1. Long\n\n| A | B |\n| --- | --- |\n| x |  |"
    )
    assert text_of(r"\hbox to 3cm{boxed} after") == "boxed after"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"Name \= Size \\ Anna \> 12 \\ Bob \> 13", "| Name | Size |\n| --- | --- |\n| Anna | 12 |\n| Bob | 13 |"),
        (r"XXX \= XXX \= \kill if a \\ \> then b \\ \> \> c\\ end", "- if a\n  - then b\n    - c\n- end"),
        (r"one line \\ and \a'{e} another", "one line\n\nand é another"),
        (r"\hspace{2cm}\=\kill a\>b\\ c\>d\`e", "| a | b |  |\n| --- | --- | --- |\n| c | d | e |"),
    ],
)
def test_tab_stops(source: str, expected: str) -> None:
    assert text_of(rf"\begin{{tabbing}}{source}\end{{tabbing}}") == expected
