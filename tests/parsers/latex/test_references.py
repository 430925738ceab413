r"""References to labels, tags, citations and addresses: \nameref, \cref, \tag, \cites, \href."""

import pytest
from support_latex import line_of, text_of

_SECTIONS = "".join(rf"\section{{{name}}}\label{{{name.lower()}}}" for name in "ABCDE")
_UNITS = _SECTIONS + "".join(rf"\begin{{equation}}\label{{q{i}}}x\end{{equation}}" for i in "123")
_UNITS += r"\begin{figure}\caption{Fig}\label{f}\end{figure}END "


def _referred(source: str, preamble: str = r"\usepackage{cleveref}") -> str:
    return line_of(_UNITS + source, preamble).partition("END ")[2]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\cref{a,b}; \cref{a,b,c}; \cref{c,a,e,b}", "Sections 1 and 2; Sections 1 to 3; Sections 1 to 3 and 5"),
        (r"\Cref{q1,q2,q3}; \crefrange{a}{d}; \labelcref{q1,q2}", "Equations (1) to (3); Sections 1 to 4; (1) and (2)"),
        (r"\cref{a,f}; \cref{a,b,f,q1}", "Section 1 and Figure 1; Sections 1 and 2, Figure 1, and Equation (1)"),
        (r"\namecref{f} \nameCref{f} \namecrefs{a}", "figure Figure sections"),
        (r"\nameref{a} and \nameref{f}, \autoref{q1}, \ref*{b}", "A and Fig, Equation 1, 2"),
    ],
)
def test_lists_and_ranges_of_references(source: str, expected: str) -> None:
    assert _referred(source) == expected


def test_formats_of_references_are_the_documents() -> None:
    preamble = (
        r"\usepackage{cleveref}\crefformat{section}{\S#2#1#3}\crefname{equation}{Eq.}{Eqs.}\creflabelformat{equation}{#2#1#3}"
        r"\crefmultiformat{section}{\S\S#2#1#3}{ and #2#1#3}{, #2#1#3}{ and #2#1#3}"
    )
    assert _referred(r"\cref{a}; \cref{a,b,c}; \cref{q1}; \cref{q1,q2}", preamble) == "§1; §§1, 2 and 3; Eq. 1; Eqs. 1 and 2"
    assert _referred(r"\cref{a,b,c}", r"\usepackage[german]{babel}\usepackage{cleveref}") == "Abschnitte 1 bis 3"


def test_references_by_name() -> None:
    body = r"See \nameref{s} and \nameref{t}. \section*{Star}\label{s} \begin{thm}[Foo]\label{t}x\end{thm}"
    assert line_of(body, r"\newtheorem{thm}{Theorem}") == "See Star and Foo. ## Star **Theorem 1** (Foo). x"
    assert line_of(r"\section{One \label{a}\emph{two}}\nameref{a} (\nameref{none})") == "## 1 One two One two"


def test_appendices_are_referred_to_as_such() -> None:
    assert line_of(r"\appendix\section{X}\label{x}\cref{x}, \autoref{x}") == "## A X Appendix A, Appendix A"


@pytest.mark.parametrize(
    ("formula", "tag", "reference"),
    [
        (r"\begin{equation}x\tag{A1}\label{t}\end{equation}", "A1", "(A1)"),
        (r"\begin{equation}x\tag{$\ast$}\label{t}\end{equation}", "*", "(*)"),
        (r"\begin{align}x\tag{$P_\lambda$}\label{t}\end{align}", r"$P_\lambda$", r"($P_\lambda$)"),
        (r"\[x\tag{\ref{b}$'$}\label{t}\]\section{S}\label{b}", "1'", "(1')"),
        (r"\begin{gather}x\tag{\"U\textbf{b}}\label{t}\end{gather}", "Üb", "(Üb)"),
    ],
)
def test_tags_are_whole_and_referred_to(formula: str, tag: str, reference: str) -> None:
    text = text_of(rf"{formula} by \eqref{{t}}")
    assert rf"\tag{{{tag}}}" in text
    assert text.endswith(f"by {reference}")
    assert text.count(r"\tag") == 1


def test_tags_of_other_kinds() -> None:
    assert r"z\tag{3.1}" in text_of(r"$$z\eqno(3.1)$$")
    assert r"y\tag*{B}" in text_of(r"\begin{equation*}y\tag*{B}\end{equation*}")
    assert r"\tag" not in text_of(r"\begin{equation}a\tag{\ref{c}}\label{c}\end{equation}")  # it refers to itself
    body = r"\begin{equation}a\tag{$\dagger\dagger$}\label{t}\end{equation} $\eqref{t}x$"
    assert text_of(body).endswith(r"$({\dagger\dagger})x$")


@pytest.mark.parametrize(
    ("preamble", "source", "expected"),
    [
        ("", r"\cites{a}{b}, \cites[see][12]{a}[2--3]{b} [text]", "[a, b], [see a, 12, b, 2–3][text]"),
        (r"\usepackage{biblatex}", r"\parencites(see)(end)[1]{a}[2--3]{b}", "[see a, p. 1, b, pp. 2–3, end]"),
        (
            r"\usepackage{biblatex}",
            r"\textcites{a}{b} \autocites[12]{a}{b} \volcite{2}[5]{a}",
            "[a, b] [a, p. 12, b] [a, vol. 2, 5]",
        ),
        ("", r"\section{S}\label{x}\cite[Thm.~\ref{x}, $\alpha$]{a}", r"## 1 S [a, Thm. 1, $\alpha$]"),
        (r"\defcitealias{a}{Paper~I}", r"\citetalias{a} \citepalias{a}", "Paper I (Paper I)"),
    ],
)
def test_citations_with_notes(preamble: str, source: str, expected: str) -> None:
    assert line_of(source, preamble) == expected


def test_multiple_citations_by_author() -> None:
    items = r"\begin{thebibliography}{9}\bibitem[Kim(2010)]{k} K.\bibitem[Lee(2011)]{l} L.\end{thebibliography}"
    assert line_of(r"\textcites{k}{l}; \parencites[see][1]{k}[2]{l}." + items).startswith(
        "Kim (2010); Lee (2011); (see Kim, 2010, 1; Lee, 2011, 2)."
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\href{http://a.b/%20x}{one} \href[pdfnewwindow=true]{http://a.b/#y%}{two} end", "one two end"),
        (
            r"\url{http://a.b/c%20d#e} \url|http://x/%y| \nolinkurl{a%b} \path{a%b} end",
            "http://a.b/c%20d#e http://x/%y a%b a%b end",
        ),
        (r"\emph{\href{http://a%20b}{in} it} \unknown{\href{a%b}{c}} end", "in it c end"),
        ("\\href{%\nhttp://x}{next line} end", "next line end"),
        (r"\newcommand{\at}[1]{\url{http://x/#1}}\at{y} \urldef{\home}\url{http://me/%7E}\home", "http://x/y http://me/%7E"),
        (r"Text. \doi{10.1/a%b} end", "Text. doi:10.1/a%b end"),
    ],
)
def test_percent_signs_in_addresses_are_no_comments(source: str, expected: str) -> None:
    assert line_of(source, r"\usepackage{hyperref}") == expected


def test_footnotes_keep_their_addresses() -> None:
    body = r"A\footnote{See \url{http://a.b/c%20d} ok} B\begin{tabular}{ll}\href{a%b}{c}&\url{d%e}\end{tabular}"
    assert "[^1]: See http://a.b/c%20d ok" in text_of(body)
    assert "| c | d%e |" in text_of(body)
