"""LaTeX: the text of papers and books, expansion of macros, and limits on crafted TeX."""

import contextlib
import io
import re
import tarfile
import time
from collections import Counter
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.latex import parse, parse_project
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.text.normalize_markdown import normalize_markdown


def _bundle(files: dict[str, bytes]) -> bytes:
    """The form in which L0 hands over a project: main file first."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def _members(archive: Path) -> dict[str, bytes]:
    with tarfile.open(archive) as tar:
        found = {m.name: tar.extractfile(m) for m in tar if m.isfile()}
        return {name: stream.read() for name, stream in found.items() if stream is not None}


def _main_first(main: str, files: dict[str, bytes]) -> dict[str, bytes]:
    return {main: files[main], **files}


def _document(body: str, preamble: str = "", cls: str = "article") -> Parsed:
    source = f"\\documentclass{{{cls}}}\n{preamble}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
    return parse(source.encode(), L1Settings())


def _text(body: str, preamble: str = "", cls: str = "article") -> str:
    return _document(body, preamble, cls).text


@pytest.fixture(scope="module")
def sympy(shared: Path) -> Parsed:
    folder = shared / "latex/sympy-paper"
    files = {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.suffix in (".tex", ".cls", ".bib")}
    return parse_project(_bundle(_main_first("paper.tex", files)), L1Settings())


@pytest.fixture(scope="module")
def hott(shared: Path) -> Parsed:
    files = {name.removeprefix("hott/"): content for name, content in _members(shared / "latex/hott-book.tar.xz").items()}
    return parse_project(_bundle(_main_first("hott-online.tex", files)), L1Settings())


@pytest.fixture(scope="module")
def whitehead(shared: Path) -> Parsed:
    return parse((shared / "latex/whitehead-41568/41568-t/41568-t.tex").read_bytes(), L1Settings())


# -- real documents


def test_paper_of_many_files_is_read_in_order(sympy: Parsed) -> None:
    headings = [line for line in sympy.text.splitlines() if line.startswith(("# ", "## "))]
    assert headings == [
        "# SymPy: symbolic computing in Python", "## Abstract", "## 1 Introduction", "## 2 Overview of Capabilities",
        "## 3 Numerics", "## 4 Physics Submodule", "## 5 Architecture", "## 6 Projects that Depend on SymPy",
        "## 7 Conclusion and Future Work", "## References",
    ]  # fmt: skip
    assert "started by Ondřej Čertík in 2005" in sympy.text
    assert "Section 4 looks at the domain specific physics submodules" in sympy.text
    assert "Table 1. SymPy Features and Descriptions.\n\n| Feature (submodules) | Description |\n| --- | --- |\n" in sympy.text
    assert "\n```\n>>> from sympy import *\n```\n" in sympy.text


def test_bibtex_entries_that_are_cited_make_the_reference_list(sympy: Parsed) -> None:
    references = sympy.text.split("## References\n\n")[1].splitlines()
    assert "licensed under the 3-clause BSD license [2]" in sympy.text
    assert len(references) == 62  # of 302 in the file
    assert "Proceedings of the National Academy of Sciences 75(1), 40–42." in references[27]


def test_book_of_macros_is_understood_without_its_preamble(hott: Parsed) -> None:
    assert "we have the following computation rule: given $a:A$ we have" in hott.text
    assert "a constant function $({\\lambda}(x\\,{:}\\,A).\\,y): A\\to B$." in hott.text
    assert "dependent functions $\\prod_{(x:A)}B(x) : \\mathcal{U}$" in hott.text
    assert "**Lemma 2.2.1.** Suppose that $f:A\\to B$ is a function." in hott.text
    assert (
        "Since dependently typed functions are essential in type theory, we will also need a version of Lemma 2.2.1"
        in hott.text
    )
    assert "\n- (i) $\\mathsf{ap}_{f}(p\\mathbin{{\\centerdot}} q)" in hott.text
    assert not re.search(r"\\(?:prd|lam|jdeq|defeq|UU|refl|ap)(?![a-zA-Z])", hott.text)


_RUNNING_HEAD = re.compile(r"\A[^\n]*\b(?:MATHEMATICS|[A-Z ]{6,}) ?\d*\r?\n")


def test_gutenberg_book_reads_as_its_pdf(shared: Path, whitehead: Parsed) -> None:
    pdf = pypdfium2.PdfDocument(shared / "latex/whitehead-41568/41568-pdf.pdf")
    pages = [_RUNNING_HEAD.sub("", page.get_textpage().get_text_range()) for page in pdf]
    printed = re.sub("\ufffe|-\r?\n", "", "\n".join(pages))  # U+FFFE: a hyphen at a line's end
    prose = re.sub(r"\$\$.*?\$\$|\$[^$]*\$", " formula ", whitehead.text, flags=re.DOTALL)
    sentences = [s for s in re.split(r" formula |[.;:,\n]", prose) if len(s.split()) > 4]
    seen = _grams(printed)
    wanted = [gram for sentence in sentences for gram in _grams(sentence)]
    assert whitehead.title == "An Introduction to Mathematics"
    assert "Gutenberg-tm" not in whitehead.text
    assert sum(gram in seen for gram in wanted) / len(wanted) > 0.995


def _grams(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"[^\W\d_]+", text.lower())
    return Counter(zip(words, words[1:], words[2:], strict=False))


_ENVIRONMENTS = r"equation|align|gather|multline|eqnarray|alignat|displaymath|math|flalign"
_FORMULAS = re.compile(
    rf"\\\[.*?\\\]|\\\(.*?\\\)|\\begin\{{(?:{_ENVIRONMENTS})\*?\}}.*?\\end\{{(?:{_ENVIRONMENTS})\*?\}}"
    r"|(?<!\\)\$\$.*?(?<!\\)\$\$|(?<!\\)\$(?:[^$\\]|\\.)+\$",
    re.DOTALL,
)


def _formulas(source: str) -> int:
    """Formulas of a TeX source, counted without the parser: comments, listings, definitions and nested ones taken out."""
    source = re.sub(r"(?<!\\)%.*", "", source)
    source = re.sub(
        r"\\begin\{(verbatim|lstlisting|comment|tikzpicture)\}.*?\\end\{\1\}|\\verb(\W).*?\2", "", source, flags=re.DOTALL
    )
    return sum(1 for _ in _FORMULAS.finditer(source))


def test_formulas_of_thirty_documents_are_kept(shared: Path) -> None:
    members = _members(shared / "latex/openlogic.tar.xz")
    counts = {name: _formulas(content.decode()) for name, content in members.items() if name.endswith(".tex")}
    chosen = sorted(counts, key=lambda name: -counts[name])[:40]
    written = kept = 0
    for name in chosen:
        if "tableaux" in name:  # forest's brackets are no formulas' business
            continue
        text = parse(members[name], L1Settings()).text
        outer = re.sub(r"\$\$\n.*?\n *\$\$", lambda match: match[0].replace("$", "") and "\x00", text, flags=re.DOTALL)
        found = outer.count("\x00") + len(re.findall(r"(?<!\\)\$[^$]+(?<!\\)\$", outer))
        written += counts[name]
        kept += min(found, counts[name])
    assert len(chosen) >= 30
    assert kept / written >= 0.99


# -- text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"G\"odel, Erd\H{o}s, \v{C}ech, na\"{\i}ve, \AA ngstr\"om, Stra\ss e", "Gödel, Erdős, Čech, naïve, Ångström, Straße"),
        ("``so'' --- pp.~3--4, it's", "“so” — pp. 3–4, it’s"),
        (r"50\% of \$5 \& \#1 a\_b", r"50% of \$5 & #1 a_b"),
        ("one % a comment\ntwo%\n three", "one twothree"),
        (r"kept \iffalse not \iftrue this \fi \fi shown", "kept shown"),
        (r"\emph{A \textbf{bold} word} {\it in italics}", "A bold word in italics"),
        (r"H\textsubscript{2}O, 1\textsuperscript{st}", "H_{2}O, 1^{st}"),
        (r"see \url{http://a.org/b_c%20d#e} or \href{http://x.org}{there}", "see http://a.org/b_c%20d#e or there"),
        (r"run \verb|a $x$ % \b| now, \texttt{name}", "run `a $x$ % \\b` now, `name`"),
        (r"\olfileid{inc}{req}{cee}\textcolor{red}{red} \hspace{1cm} \vspace*{2pt}text\index{no!text}", "red text"),
        (r"\SI{5}{\kilo\metre} or \SI{3}{\metre\per\second}", "5 km or 3 m s⁻¹"),
        (r"\SIrange{1}{5}{\metre}, \numrange{1}{5}, \SIlist{1;2;3}{\second}", "1 m to 5 m, 1 to 5, 1 s, 2 s and 3 s"),
        (r"\IEEEPARstart{T}{his} is \lettrine[lines=2]{O}{nce} more", "This is Once more"),
        (r"a \replaced{new}{old}\deleted{gone} \glslink{key}{word}", "a new word"),
        (r"\unheard{some}{words} \unheard[x=1]{kept} \eg [3] \settings{key:a}{2}end", "some words kept [3] end"),
    ],
)
def test_running_text(source: str, expected: str) -> None:
    assert " ".join(_text(source).split()) == expected


def test_footnotes_stand_behind_their_paragraph() -> None:
    text = _text("A word\\footnote{With a \\emph{note} and $x$.} and more.\n\nNext.")
    assert text == "A word[^1] and more.\n\n[^1]: With a note and $x$.\n\nNext.\n"


def test_headings_have_the_rank_and_number_that_latex_gives_them() -> None:
    body = r"\part{P}\chapter{One}\section{A}\section*{B}\subsection{C}\appendix\chapter{D}\section{E}"
    lines = _text(body, cls="book").splitlines()
    assert [line for line in lines if line] == [
        "## I P",
        "### 1 One",
        "#### 1.1 A",
        "#### B",
        "##### 1.1.1 C",
        "### A D",
        "#### A.1 E",
    ]
    assert _text(r"\section{A}\paragraph{Run in.} text") == "## 1 A\n\n### Run in.\n\ntext\n"


def test_front_matter_is_declared_and_is_not_text() -> None:
    preamble = (
        r"\title{On \emph{Things}\thanks{To all}}\author{A. Uthor \\ Somewhere}\date{May}\keywords{one, two; three}\doi{10.1/x}"
    )
    parsed = _document(r"\maketitle\begin{abstract}Short.\end{abstract}\section{S}Body.", preamble)
    assert parsed.text == "# On Things\n\n## Abstract\n\nShort.\n\n## 1 S\n\nBody.\n"
    assert parsed.title == "On Things"
    assert parsed.declared == {"keywords": "one; two; three", "doi": "10.1/x"}


def test_theorems_are_named_numbered_and_referred_to() -> None:
    preamble = r"\newtheorem{thm}{Theorem}[section]\newtheorem{lem}[thm]{Lemma}\newtheorem*{rem}{Remark}\usepackage{cleveref}"
    body = r"""\section{S}
\begin{thm}[Cantor]\label{t} All $x$.\end{thm}
\begin{lem}\label{l} By \cref{t} and (\ref{t}).\end{lem}
\begin{rem} See Lemma~\ref{l}, \eqref{nowhere} or Section~\ref{none}. \end{rem}
\begin{proof} Done. \end{proof}"""
    assert _text(body, preamble) == (
        "## 1 S\n\n**Theorem 1.1** (Cantor). All $x$.\n\n**Lemma 1.2.** By Theorem 1.1 and (1.1).\n\n"
        "**Remark.** See Lemma 1.2, or Section.\n\n*Proof.* Done.\n"
    )


def test_a_fragment_of_a_larger_work_has_no_numbers() -> None:
    source = rb"\section{Part of a book}\begin{equation}\label{e}x\end{equation} \begin{thm}\label{t}Yes \eqref{e}.\end{thm}"
    assert parse(source, L1Settings()).text == "## Part of a book\n\n$$\nx\n$$\n\n**Theorem.** Yes.\n"


def test_lists_nest_and_keep_the_authors_marks() -> None:
    body = r"""\begin{itemize}\item one \begin{enumerate}\item a \item b\end{enumerate} \item two\end{itemize}
\begin{enumerate}[label=(\roman*)]\item\label{x} first \item second\end{enumerate} As in \ref{x}.
\begin{description}\item[Term] meaning \end{description}"""
    assert _text(body) == ("- one\n\n  1. a\n  2. b\n- two\n\n- (i) first\n- (ii) second\n\nAs in (i).\n\n- Term: meaning\n")


@pytest.mark.parametrize(
    ("options", "mark"),
    [
        ("noitemsep", "1."), ("wide, nosep", "1."), ("nolistsep,noitemsep", "1."), (r"label=(\roman*)", "- (i)"),
        ("{Case} 1.", "- Case 1."), ("(a), nosep", "- (a)"), ("I.", "- I."),
    ],
)  # fmt: skip
def test_options_of_a_list_are_no_mark(options: str, mark: str) -> None:
    assert _text(rf"\begin{{enumerate}}[{options}]\item x\end{{enumerate}}") == f"{mark} x\n"


def test_overlays_of_slides_are_left_out() -> None:
    body = (
        r"\begin{frame}<1>[fragile]\begin{itemize}[<+->]\item<1-> one \only<2>{two} \alt<2>{a}{b}\pause"
        r"\item<2-|alert@3>\textbf<3>{c} $<1$\end{itemize}\end{frame}"
    )
    assert _text(body) == "- one two a b\n- c $<1$\n"


_ALGORITHMIC = r"""\begin{algorithm}[t]\caption{Main}\label{a}\begin{algorithmic}[1]
\algrenewcommand\algorithmicrequire{\textbf{Input:}}
\Require $x$
\For{$t=1$ to $T$}\Comment{all}\State $x$\If{c}\State break\ElsIf{d}\State e\Else\State f\EndIf\EndFor
\Repeat \State \Call{F}{$a,b$} \Until{g}
\State \Return $\theta$
\end{algorithmic}\end{algorithm}"""
_ALGORITHM2E = r"""\begin{algorithm}[H]\SetAlgoLined\SetKwInOut{Given}{Given}\SetKwFunction{Find}{find}
\KwIn{$x$}\Given{y} start\;
\While{more}{ read\tcp*{side}
  \eIf{c}{a\;}{b\;}
  \lIf{d}{e}
}
\Return{$\Find{x}$}\;
\caption{How}\end{algorithm}"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            _ALGORITHMIC,
            "Algorithm 1. Main\n\n- Input: $x$\n- for $t=1$ to $T$ do ▷ all\n  - $x$\n  - if c then\n    - break\n"
            "  - else if d then\n    - e\n  - else\n    - f\n  - end if\n- end for\n- repeat\n  - F($a,b$)\n- until g\n"
            "- return $\\theta$",
        ),
        (
            _ALGORITHM2E,
            "Algorithm 1. How\n\n- Input: $x$\n- Given: y\n- start\n- while more do\n  - read ▷ side\n  - if c then\n    - a\n"
            "  - else\n    - b\n  - if d then\n    - e\n- return $\\text{find}(x)$",
        ),
        (
            r"\begin{algorithmic}\STATE a \IF{$b$ \AND c} \STATE d \ENDIF \RETURN e\end{algorithmic}",
            "- a\n- if $b$ and c then\n  - d\n- end if\n- return e",
        ),
        (r"not \; here", "not here"),
    ],
)
def test_algorithms_keep_their_keywords_and_lines(source: str, expected: str) -> None:
    assert _text(source) == expected + "\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            r"\begin{tabular}{ll}A & \makecell[t]{a\\b}\\ \shortstack{c\\d} & \textbf{e\\f}\\\end{tabular}",
            "| A | a b |\n| --- | --- |\n| c d | e f |",
        ),
        (
            r"\begin{tabular}{ll}a & b\footnote{Note.}\\ c & d\end{tabular}",
            "| a | b[^1] |\n| --- | --- |\n| c | d |\n\n[^1]: Note.",
        ),
        (
            r"\begin{longtable}{ll}a & b\\ \endhead Continued & \\ \endfoot Note & c\\ \endlastfoot 1 & 2\\\end{longtable}",
            "| a | b |\n| --- | --- |\n| 1 | 2 |\n| Note | c |",
        ),
        (
            "\\begin{lstlisting}[language=C,caption={Sum [1] of $x$},label=l]\nint a;\n\\end{lstlisting} See \\ref{l}.",
            "```c\nint a;\n```\n\nListing 1. Sum [1] of $x$\n\nSee 1.",
        ),
        (r"\begin{tcolorbox}[title=Hint,colback=red]Do.\end{tcolorbox}", "Hint\n\nDo."),
        (
            r"\newtheorem{thm}{Theorem}\begin{restatable}[Big]{thm}{again}\label{t}Yes.\end{restatable} \again* By \ref{t}.",
            "**Theorem 1** (Big). Yes.\n\nBy 1.",
        ),
        (
            r"\begin{subequations}\label{s}\begin{align}a\label{p}\\b\end{align}\end{subequations}"
            r"\eqref{s} \eqref{p} \begin{equation}\label{n}c\end{equation} \eqref{n}",
            "$$\n\\begin{align*} a\\tag{1a}\\\\ b \\end{align*}\n$$\n\n(1) (1a)\n\n$$\nc\\tag{2}\n$$\n\n(2)",
        ),
    ],
)
def test_arguments_of_environments_are_kept(source: str, expected: str) -> None:
    assert _text(source) == expected + "\n"


def test_tables_become_pipe_tables() -> None:
    body = r"""\begin{table}[h]\caption{Sizes.}\label{t}\begin{tabular}{l|rr}\toprule
 & \multicolumn{2}{c}{Size} \\ \cmidrule(lr){2-3} Name & min & max \\ \midrule
A|B & 1 & $x_1$ \\ \multirow{2}{*}{C} & 3 & 4 \\[2pt] & 5 & \\ \bottomrule\end{tabular}\end{table} Table~\ref{t}."""
    assert _text(body) == (
        "Table 1. Sizes.\n\n| Name | Size / min | Size / max |\n| --- | --- | --- |\n"
        "| A\\|B | 1 | $x_1$ |\n| C | 3 | 4 |\n|  | 5 |  |\n\nTable 1.\n"
    )


def test_listings_keep_their_characters() -> None:
    body = "Before\n\\begin{lstlisting}[language=Python]\n  if x % 2:\n\n      print('$5')\n\\end{lstlisting}\nafter"
    assert _text(body) == "Before\n\n```python\n  if x % 2:\n\n      print('$5')\n```\n\nafter\n"


def test_drawings_and_comments_are_left_out() -> None:
    body = r"A\begin{tikzpicture}\draw (0,0) -- (1,1) node {no};\end{tikzpicture} \begin{comment}no $ { \end{comment} b"
    assert _text(body) == "A b\n"


# -- formulas


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"$a < b$ and \(c\)", "$a < b$ and $c$"),
        (r"\[ x^2 \]", "$$\nx^2\n$$"),
        (
            r"\begin{equation*}\begin{split}a&=b\\&=c\end{split}\end{equation*}",
            "$$\n\\begin{split}a&=b\\\\ &=c\\end{split}\n$$",
        ),
        (r"\begin{align*}a&=b\\c&=d\end{align*}", "$$\n\\begin{aligned} a&=b\\\\ c&=d \\end{aligned}\n$$"),
        (
            r"\begin{align}a&=b\label{p}\\c&=d\nonumber\end{align}\eqref{p}",
            "$$\n\\begin{align*} a&=b\\tag{1}\\\\ c&=d \\end{align*}\n$$\n\n(1)",
        ),
        (r"\begin{eqnarray}a&=&b\end{eqnarray}", "$$\n\\begin{array}{rcl} a&=&b \\end{array}\n$$"),
        (r"$x \text{ if $y$ holds}$", r"$x {\text{ if }y\text{ holds}}$"),
        (r"$\mbox{$z$}$", "${z}$"),
        (r"\begin{equation}x\tag{A}\end{equation}", "$$\nx\\tag{A}\n$$"),
        (r"price \$3 and $4$", r"price \$3 and $4$"),
    ],
)
def test_formulas(source: str, expected: str) -> None:
    assert _text(source) == expected + "\n"


# -- macros


@pytest.mark.parametrize(
    ("definitions", "source", "expected"),
    [
        (r"\newcommand{\R}{\mathbb{R}}", r"$x\in\R^n$", r"$x\in\mathbb{R}^n$"),
        (
            r"\newcommand{\norm}[2][2]{\lVert #2\rVert_{#1}}",
            r"$\norm{x}+\norm[1]{y}$",
            r"$\lVert x\rVert_{2}+\lVert y\rVert_{1}$",
        ),
        (r"\def\pair(#1,#2){\langle #1|#2\rangle}", r"$\pair(a,b)$", r"$\langle a|b\rangle$"),
        (r"\DeclareMathOperator{\rank}{rank}", r"$\rank A$", r"$\operatorname{rank}A$"),
        (r"\newcommand{\ie}{i.e.\@\xspace}", r"\ie this, \ie, that", "i.e. this, i.e., that"),
        (r"\def\be{\begin{equation*}}\def\ee{\end{equation*}}", r"\be x \ee", "$$\nx\n$$"),
        (r"\newenvironment{eq}{\begin{equation*}}{\end{equation*}}", r"\begin{eq}x\end{eq}", "$$\nx\n$$"),
        (r"\newif\iflong\longtrue", r"\iflong long\else short\fi", "long"),
        (r"\NewDocumentCommand{\f}{s m O{z}}{\IfBooleanTF{#1}{S}{N}#2#3}", r"\f{a} \f*{b}[c]", "Naz Sbc"),
        (r"\let\old\emph\renewcommand{\emph}[1]{\old{[#1]}}", r"\emph{x}", "x"),
        (r"\newcommand{\vocab}[1]{\textbf{#1}\index{#1}}", r"a \vocab{ring} is", "a ring is"),
        (r"\makeatletter\def\a{\@ifstar\b\c}\def\b{star}\def\c{plain}\makeatother", r"\a* \a", "star plain"),
        (r"\newcommand{\type}{\ensuremath{\mathcal{U}}\xspace}", r"A \type is $\type$", r"A $\mathcal{U}$ is $\mathcal{U}$"),
    ],
)
def test_macros_are_expanded(definitions: str, source: str, expected: str) -> None:
    assert _text(source, definitions) == expected + "\n"


def test_unknown_commands_leave_their_words_and_are_warned_of() -> None:
    parsed = _document(r"a \mystery{word} and \olsection{Title} x")
    assert parsed.text == "a word and\n\n## 1 Title\n\nx\n"
    assert parsed.warnings == ("unknown command \\mystery",)


# -- references and files


def test_reference_list_is_kept_and_cited() -> None:
    body = (
        r"As \cite{a,b} and \cite[p.~3]{b}.\begin{thebibliography}{9}\bibitem{a} A. One, \emph{Title}."
        r"\bibitem[XY]{b} B. Two.\end{thebibliography}"
    )
    assert _text(body) == "As [1, XY] and [XY, p. 3].\n\n## References\n\n- [1] A. One, Title.\n- [XY] B. Two.\n"


def test_preprints_of_a_bib_file_keep_their_number() -> None:
    entry = b"@article{k, author={Kim, A.}, title={On It}, year=2020, eprint={2001.00001}, archivePrefix={arXiv}}"
    main = rb"\documentclass{article}\begin{document}\cite{k}\bibliography{own}\end{document}"
    text = parse_project(_bundle({"main.tex": main, "own.bib": entry}), L1Settings()).text
    assert text == "[1]\n\n## References\n\n- [1] A. Kim (2020). On It. arXiv:2001.00001.\n"


def test_author_year_citations() -> None:
    entry = r"\bibitem[Kim(2010)Kim and Lee]{k} Kim 2010."
    body = rf"\citet{{k}} but \citep[see][ch. 2]{{k}}.\begin{{thebibliography}}{{9}}{entry}\end{{thebibliography}}"
    assert _text(body).startswith("Kim (2010) but (see Kim, 2010, ch. 2).\n")


def test_bundle_resolves_its_files_and_nothing_else() -> None:
    files = {
        "main.tex": rb"\documentclass{article}\usepackage{own}\begin{document}\input{parts/one}\include{two}\input{/etc/passwd}"
        rb"\import{sub/}{three}\mine\bibliography{none}\end{document}after",
        "parts/one.tex": rb"One \input{main}",
        "two.tex": rb"\documentclass{subfiles}\begin{document}Two\end{document} not shown",
        "sub/three.tex": rb"Three \input{four}",
        "sub/four.tex": rb"four",
        "own.sty": rb"\newcommand{\mine}{ mine}\def\section#1{broken}",
        "main.bbl": rb"\begin{thebibliography}{1}\bibitem{x} Printed.\end{thebibliography}",
    }
    parsed = parse_project(_bundle(files), L1Settings())
    assert parsed.text == "One Two\n\nThree four mine\n\n## References\n\n- [1] Printed.\n"
    assert parsed.warnings == ("main.tex includes itself", "not in the bundle: /etc/passwd")


def test_declared_encoding_is_used() -> None:
    source = "\\documentclass{article}\\usepackage[latin1]{inputenc}\\begin{document}Gödel\\end{document}"
    assert parse(source.encode("latin-1"), L1Settings()).text == "Gödel\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"not a tar", "corrupt_tar"), (_bundle({}), "empty"), (_bundle({"a.tex": b"\\documentclass{x}"}), "empty")],
)
def test_empty_bundles_fail_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(ParseFailure) as failure:
        parse_project(content, L1Settings())
    assert failure.value.reason == reason


# -- hostile input

_DEEP = 20_000


@pytest.mark.parametrize(
    "body",
    [
        "{" * _DEEP + "x" + "}" * _DEEP,
        r"\def\a{\a\a}\a",
        r"\def\a{x\a}$\a$",
        r"\def\a{lol}" + "".join(rf"\def\{chr(98 + i)}" + "{" + f"\\{chr(97 + i)}" * 10 + "}" for i in range(10)) + r"\k",
        r"\newcommand{\q}[1]{(#1)}" + r"\q{" * 5_000 + "}" * 5_000,
        r"\newenvironment{e}{\begin{e}}{\end{e}}\begin{e}x\end{e}",
        r"\footnote{" * _DEEP + "}" * _DEEP,
        "$" + r"\frac{" * _DEEP + "}" * _DEEP + "$",
        r"\begin{itemize}\item " * 3_000 + r"\end{itemize}" * 3_000,
        r"\begin{tabular}{ll}a&" * 3_000,
        r"\expandafter" * _DEEP + r"\csname " * _DEEP + r"\ifnum" * _DEEP,
        r"\begin{verbatim}" * _DEEP,
        r"\begin{thm}[" * 5_000,
        r"\edef\a{\a\a}" * 50 + r"\a",
        "$" * 9_999,
        r"\begin{algorithm}" + r"\eIf{c}{" * 5_000,
        r"\begin{algorithm}" + r"\Repeat{c}{" * 5_000 + "}" * 5_000,
        r"\begin{algorithm}" + r"\Repeat{" * 5_000 + "}" * 5_000,
        r"\begin{algorithmic}\If{" * 3_000,
        r"\begin{algorithmic}" + r"\For{a}" * _DEEP,
        r"\replaced{" * _DEEP + "}{}" * _DEEP,
        r"\begin{subequations}\begin{tcolorbox}[title={a" * 3_000,
        r"\begin{lstlisting}[caption={" * 5_000,
        r"\begin{tabular}{l}\makecell{" * 3_000,
        r"\begin{tabular}{l}" + "&" * _DEEP + r"\\ a" * 5_000 + r"\end{tabular}",
        r"\newacronym{k}{K\ac{k}\ac{k}}{\ac{k}\ac{j}}\newacronym{j}{\ac{k}}{\ac{k}}\ac{k}",
        r"\DeclareSIUnit\a{\b\b}\DeclareSIUnit\b{\a\a}" + r"\SI{1}{\a}" * 300,
        r"\begin{tabular}{S*{99}{*{99}{c}}}1e3&" * 2_000,
        "".join(rf"\section{{\nameref{{{i}}}\nameref{{{i}}}}}\label{{{i + 1}}}" for i in range(2_000)) + r"\nameref{2000}",
        r"\begin{equation}\tag{\ref{b}\ref{b}}\label{a}\end{equation}" * 500
        + r"\begin{equation}\tag{\ref{a}\ref{a}}\label{b}\end{equation}" * 500,
        r"\href{a%" * _DEEP + "}" * _DEEP,
    ],
    ids=range(31),
)  # fmt: skip
def test_crafted_tex_has_bounded_cost(body: str) -> None:
    start = time.process_time()
    parsed = _document("before " + body + "\n\n", "")
    assert parsed.text.startswith("before")
    assert time.process_time() - start < 6
    assert len(parsed.text) < 2_000_000


_PIECES = st.sampled_from(
    [
        "word", " ", "\n\n", "{", "}", "$", "$$", "\\[", "\\]", "&", "\\\\", "%", "#1", "~", "\\begin{itemize}", "\\item", "[",
        "]",
        "\\end{itemize}", "\\begin{tabular}{ll}", "\\end{tabular}", "\\begin{align}", "\\end{align}", "\\text{", "\\section{",
        "\\footnote{", "\\def\\a{", "\\a", "\\newcommand{\\b}[1]{", "\\b", "\\iffalse", "\\iftrue", "\\else", "\\fi", "\\verb|",
        "\\begin{verbatim}", "\\end{verbatim}", "\\label{x}", "\\ref{x}", "\\cite{y}", "\\caption{", "\\csname", "\\endcsname",
        "\\let\\a\\b", "\\begin{e}", "\\newenvironment{e}{", "\\bibitem{k}", "\\documentclass{book}", "\\begin{document}",
        "\\\"", "\\",
        "\\multicolumn{2}{c}{", "\\begin{algorithm}", "\\begin{algorithmic}", "\\If{", "\\State", "\\EndIf", "\\Repeat{", "\\;",
        "\\begin{subequations}", "\\end{subequations}", "\\begin{restatable}{a}{b}",
        "\\gls{", "\\ac{k}", "\\newacronym{k}{", "\\num{1e", "\\SIrange{", "\\enquote{", "\\cref{x,y}", "\\nameref{x}",
        "\\cites[", "\\subfloat[", "\\footnotemark", "\\footnotetext{", "\\begin{tabbing}", "\\=", "\\>", "\\kill",
        "\\href{a%", "\\url|", "\\begin{tabular}{S>{$}l<{$}}", "\\begin{deluxetable}{C}", "\\tablehead{",
        "\\begin{empheq}{align}", "\\eqno", "\\tag{$", "\\usepackage[german]{babel}", '"a', '"', "\\ExplSyntaxOn",
        "\\newcommandx{\\a}[1][1=", "\\printglossary", "\\newlist{l}{",
        "\\expandafter", "\\ifnum 1<2", "\\tag{1}", "\\SI{", "\\bibliography{b}", "\\ensuremath{",
    ]
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(_PIECES, max_size=40).map("".join))
def test_any_tex_gives_normalized_text_or_a_reason(source: str) -> None:
    with contextlib.suppress(ParseFailure):
        parsed = parse(source.encode(), L1Settings())
        assert normalize_markdown(parsed.text) == parsed.text
        assert not re.search("[\x00-\x08]", parsed.text)
