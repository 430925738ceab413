"""Definitions by packages, conditional inputs, frames around formulas, code pages, and documents without a beginning."""

import io
import tarfile

import pytest
from support_latex import line_of, text_of

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.latex import parse, parse_project


@pytest.mark.parametrize(
    ("definitions", "source", "expected"),
    [
        (r"\NewDocumentCommand{\f}{r() m}{[#1|#2]}", r"\f(a){b}", "[a|b]"),
        (r"\NewDocumentCommand{\g}{d<> D(){x} m}{[\IfNoValueTF{#1}{-}{#1}|#2|#3]}", r"\g{b} \g<q>(w){e}", "[-|x|b] [q|w|e]"),
        (
            r"\NewDocumentCommand{\h}{t+ e{^_} G{z}}{\IfBooleanTF{#1}{p}{m}|#2|#3|#4}",
            r"\h+^{u}_{d}{k} \h_{d}",
            "p|u|d|k m||d|z",
        ),
        (r"\NewDocumentCommand{\k}{+m O{a b} >{\x}m}{#1#2#3}", r"\k{1}[2]{3} \k{1}{3}", "123 1a b3"),
        (r"\NewDocumentEnvironment{bx}{o +b}{(\IfValueT{#1}{#1:}#2)}{!}", r"\begin{bx}[t]in\end{bx}", "(t:in)!"),
        (r"\NewEnviron{ny}[1]{<#1 \BODY>}", r"\begin{ny}{A}in \textbf{x}\end{ny} tail", "<A in x> tail"),
        (r"\newcommandx{\f}[3][1=a,3=c]{(#1,#2,#3)}", r"\f{b} \f[x]{b}[z]", "(a,b,c) (x,b,z)"),
        (r"\newcommandx*\f[2][2={q,r},usedefault]{<#1#2>}", r"\f{u} \f{u}[] \f{u}[v]", "<uq,r> <uq,r> <uv>"),
        (r"\newcommandtwoopt{\f}[3][p][q]{#1#2#3}", r"\f{r} \f[1][2]{3}", "pqr 123"),
        (r"\newenvironmentx{e}[2][1=d]{(#1#2)}{end}", r"\begin{e}{x}in\end{e}", "(dx)inend"),
        (
            r"\NewDocumentCommand{\f}{m}{(#1)}\ProvideDocumentCommand{\f}{m}{[#1]}\ProvideDocumentCommand{\g}{m}{<#1>}",
            r"\f{a} \g{b}",
            "(a) <b>",
        ),
        (r"\newenvironment{e}{(}{)}\ProvideDocumentEnvironment{e}{}{[}{]}", r"\begin{e}a\end{e}", "(a)"),
        (r"\newboolean{v}\setboolean{v}{true}\provideboolean{v}\provideboolean{w}", r"\ifv a\fi\ifw b\fi", "a"),
        (r"\newbool{v}\booltrue{v}\providebool{v}", r"\ifbool{v}{a}{b}", "a"),
        (r"\newtoggle{v}\toggletrue{v}\providetoggle{v}", r"\iftoggle{v}{a}{b}", "a"),
        ("", r"{\global\let\zz\emph\global\long\def\yy{Y}}\yy\zz{E}", "YE"),
        ("", r"{\let\zz\emph}\def\zz{after}\zz", "after"),
        (r"\def\a#1#{<#1>}", r"\a x{y}", "<x>y"),
        (r"\DeclarePairedDelimiter{\abs}{\lvert}{\rvert}", r"$\abs{x}\abs*{y}$", r"$\lvert x\rvert\left\lvert y\right\rvert$"),
        (r"\ExplSyntaxOn\cs_new:Npn\my_f:{a~b}\ExplSyntaxOff", r"me@home \undefined@x", "me@home @x"),
        (r"\newtheorem{satz}{Satz \"uber}", r"\begin{satz}x\end{satz}", "**Satz über 1.** x"),
    ],
)
def test_definitions(definitions: str, source: str, expected: str) -> None:
    assert line_of(source, definitions) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\begin{empheq}[box=\fbox]{align*}a&=b\\c&=d\end{empheq}", r"\begin{aligned} a&=b\\ c&=d \end{aligned}"),
        (r"\begin{empheq}{multline*}a\\b\end{empheq}", r"\begin{gathered} a\\ b \end{gathered}"),
        (r"\begin{empheq}{alignat=2}a&b\end{empheq}", r"\begin{alignedat}{2} a&b \end{alignedat}"),
        (r"\begin{empheq}{equation}z\label{z}\end{empheq}", r"z\tag{1}"),
        (r"\begin{empheq}[left={f=\empheqlbrace}]{align*}a\\c\end{empheq}", r"f= \begin{cases} a\\ c \end{cases}"),
        (
            r"\begin{numcases}{|x|=}x,&$x>0$\label{n}\\-x\end{numcases}",
            r"|x|= \begin{cases} x,&x>0\quad\text{(1)}\\ -x \end{cases}",
        ),
    ],
)
def test_frames_and_braces_of_formulas(source: str, expected: str) -> None:
    assert text_of(source) == f"$$\n{expected}\n$$"


def test_text_in_a_formula_keeps_its_style_around_a_formula() -> None:
    assert text_of(r"$\textbf{if $x$ then}\hbox to 1cm{a}$") == r"${\textbf{if }x\textbf{ then}}\text{a}$"


def _project(files: dict[str, bytes]) -> str:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return parse_project(out.getvalue(), L1Settings()).text


def test_files_that_may_be_missing() -> None:
    main = (
        rb"\documentclass{article}\begin{document}\InputIfFileExists{a}{Yes }{No }\InputIfFileExists{b}{yes}{no}\end{document}"
    )
    assert _project({"main.tex": main, "a.tex": b"Here "}) == "Yes Here no\n"


@pytest.mark.parametrize(
    ("declaration", "codec", "word"),
    [
        (r"\usepackage[cp437]{inputenc}", "cp437", "Größe"),
        (r"\usepackage[cp437de]{inputenc}", "cp437", "Größe"),
        (r"\usepackage[cp850]{inputenc}", "cp850", "Größe"),
        (r"\usepackage[cp852]{inputenc}", "cp852", "kůň"),
        (r"\usepackage[cp865]{inputenc}", "cp865", "blåbær"),
        (r"\usepackage[cp866]{inputenc}", "cp866", "Привет"),
        (r"\usepackage[latin2]{fontenc,inputenc}", "iso8859-2", "łódź"),
        (r"\usepackage[latin4]{inputenc}", "iso8859-4", "ģīķļ"),
        (r"\usepackage[latin10]{inputenc}", "iso8859-16", "țară"),
        (r"\usepackage[cp850,latin1]{inputenc}", "latin-1", "Größe"),
        (r"\usepackage[cp1257]{inputenc}", "cp1257", "ąčęėį"),
        (r"\usepackage[koi8-u]{inputenc}", "koi8-u", "їжак"),
        (r"\usepackage[macce]{inputenc}", "mac-latin2", "žluť"),
        (r"\inputencoding{cp852}", "cp852", "žluť"),
        ("%!TEX encoding = IsoLatin9", "iso8859-15", "5 €"),
        ("%\\usepackage[cp850]{inputenc}\n\\usepackage[latin1]{inputenc}", "latin-1", "Größe"),
    ],
)
def test_code_pages(declaration: str, codec: str, word: str) -> None:
    source = f"\\documentclass{{article}}\n{declaration}\n\\begin{{document}}{word}\\end{{document}}"
    assert parse(source.encode(codec), L1Settings()).text == f"{word}\n"


def test_a_class_without_a_document_environment_is_no_empty_document() -> None:
    parsed = parse(b"\\documentclass{article}\nJust text. \\section{X} y", L1Settings())
    assert parsed.text == "Just text.\n\n## 1 X\n\ny\n"
    assert parsed.warnings == ("no \\begin{document}",)
