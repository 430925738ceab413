"""Quotations of csquotes, shorthands of babel, and the names that a language's documents print."""

import pytest
from support_latex import line_of, text_of

_GERMAN = r"\usepackage[ngerman]{babel}\usepackage{csquotes}"


@pytest.mark.parametrize(
    ("preamble", "source", "expected"),
    [
        (r"\usepackage{csquotes}", r"\enquote{a \enquote{b \enquote{c}} d} \enquote*{x}", "“a ‘b “c”’ d” ‘x’"),
        (_GERMAN, r"\enquote{a \enquote{b} c} \foreignquote{english}{x}", "„a ‚b‘ c“ “x”"),
        (r"\usepackage[french]{babel}\usepackage{csquotes}", r"\enquote{a \enquote{b} c}", "« a “b” c »"),
        (r"\usepackage[british]{babel}\usepackage{csquotes}", r"\enquote{a \enquote{b} c}", "‘a “b” c’"),
        (
            r"\usepackage[english,ngerman]{babel}\usepackage[autostyle=true,german=guillemets]{csquotes}",
            r"\enquote{a} {\selectlanguage{english}\enquote{b}} \enquote{c}",
            "»a« “b” »c«",
        ),
        (
            r"\usepackage{csquotes}",
            r"\textquote[Miller 1990]{said} \blockquote[5]{short} \textelp{} \textins{in} \textcquote[12]{k}{words}",
            "“said” (Miller 1990) “short” (5) […] [in] “words” [k, 12]",
        ),
        (r'\usepackage{csquotes}\MakeOuterQuote{"}', 'He said "yes" and ("no").', "He said “yes” and (“no”)."),
        (r"\usepackage{csquotes}", r"\textquote[][.]{end}", "“end.”"),
    ],
)
def test_quotations(preamble: str, source: str, expected: str) -> None:
    assert line_of(source, preamble) == expected


def test_long_block_quotations_stand_apart() -> None:
    text = text_of(r"Before \blockquote[Miller]{" + "long words " * 30 + r"} after", r"\usepackage{csquotes}")
    assert text.startswith("Before\n\n> long words")
    assert text.endswith("words (Miller)\n\nafter")
    assert text_of(r"\begin{displayquote}[Miller]Said.\end{displayquote}", r"\usepackage{csquotes}") == "> Said. (Miller)"


@pytest.mark.parametrize(
    ("language", "source", "expected"),
    [
        (
            "ngerman",
            'Gr"o"se, Bade"=anzug, "`Zitat"\', Schi"ffahrt, x"~y, Ver"-sand, a""b',
            "Größe, Bade-anzug, „Zitat“, Schiffahrt, x-y, Versand, ab",
        ),
        ("english", 'plain "quotes" stay', 'plain "quotes" stay'),
        ("dutch", 'co"ordinatie "`x"\'', "coördinatie „x”"),
        ("polish", 'z"aby "l"x', "ząby łź"),
        ("russian", 'слово"--- слово "<и">', "слово— слово «и»"),
        ("french", r"\og mot \fg{} et \og autre\fg.", "« mot » et « autre »."),
        ("german,english", r'"a \foreignlanguage{german}{"a} "a', '"a ä "a'),
        ("ngerman", r'"a \shorthandoff{"}"a', 'ä "a'),
    ],
)
def test_shorthands_of_babel(language: str, source: str, expected: str) -> None:
    assert line_of(source, rf"\usepackage[{language}]{{babel}}") == expected


def test_names_are_those_of_the_language() -> None:
    body = r"\begin{figure}\caption{Bild}\label{f}\end{figure}\begin{proof}y\end{proof} \cref{f}"
    assert line_of(body, r"\usepackage[ngerman]{babel}\usepackage{cleveref}") == "Abbildung 1. Bild *Beweis.* y Abbildung 1"
    assert line_of(r"\begin{table}\caption{T}\end{table}", r"\renewcommand{\tablename}{Tab.}") == "Tab. 1. T"


def test_theorems_as_lyx_writes_them() -> None:
    preamble = (
        r"\theoremstyle{plain}\newtheorem{thm}{\protect\theoremname}\theoremstyle{definition}\newtheorem{defn}[thm]{\protect\definitionname}"
        r"\newlist{casenv}{enumerate}{4}\setlist[casenv,1]{label={{\itshape\ \casename} \arabic*.},ref=\arabic*}"
        r"\usepackage[french]{babel}\addto\captionsenglish{\renewcommand{\theoremname}{Theorem}}"
        r"\addto\captionsfrench{\renewcommand{\theoremname}{Th\'eor\`eme}}"
        r"\providecommand{\casename}{Case}\providecommand{\definitionname}{Definition}\providecommand{\theoremname}{Theorem}"
    )
    body = r"\begin{thm}A\end{thm}\begin{defn}B\end{defn}\begin{casenv}\item x\item y\end{casenv}"
    assert text_of(body, preamble) == "**Théorème 1.** A\n\n**Definition 2.** B\n\n- Case 1. x\n- Case 2. y"
    assert text_of(r"\begin{thm}A\end{thm}", r"\newtheorem{thm}{\protect\theoremname}") == "**Theorem 1.** A"


def test_lists_count_as_their_options_say() -> None:
    body = (
        r"\begin{enumerate}[start=3]\item a\end{enumerate}\begin{enumerate}[resume]\item b\end{enumerate}"
        r"\begin{enumerate}\setcounter{enumi}{6}\item c\end{enumerate}"
    )
    assert text_of(body) == "3. a\n\n4. b\n\n7. c"
    assert text_of(r"\begin{enumerate}\item a\end{enumerate}", r"\setlist[enumerate,1]{label=(\roman*)}") == "- (i) a"
