"""Acronyms and glossaries: the first use is spelt out, later ones are short."""

import pytest
from support_latex import line_of, text_of

_GLOSSARIES = r"\usepackage{glossaries}\newacronym{ab}{AB}{amber bell}"


@pytest.mark.parametrize(
    ("preamble", "source", "expected"),
    [
        (_GLOSSARIES, r"A \gls{ab}, the \gls{ab}, two \glspl{ab}.", "A amber bell (AB), the AB, two ABs."),
        (
            _GLOSSARIES,
            r"\Glspl{ab}; \gls{ab}[x]; \glsresetall\gls{ab}; \glsreset{ab}\gls{ab}",
            "Amber bells (ABs); ABx; amber bell (AB); amber bell (AB)",
        ),
        (
            _GLOSSARIES,
            r"\acrshort{ab} \acrlong{ab} \acrfull{ab} \Acrlong{ab} \acrlongpl{ab} \gls{ab}",
            "AB amber bell amber bell (AB) Amber bell amber bells amber bell (AB)",
        ),
        (
            _GLOSSARIES,
            r"\glsunset{ab}\gls{ab} \glsentryshort{ab} \glsentrylong{ab} \glsadd{ab}\glslink{ab}{bell}",
            "AB AB amber bell bell",
        ),
        (
            r"\usepackage{glossaries}\newacronym[longplural={lives of},shortplural=LFs]{lf}{LF}{life of}",
            r"\glspl{lf} \glspl{lf}",
            "lives of (LFs) LFs",
        ),
        (
            r"\usepackage{glossaries}\setacronymstyle{short-long}\newacronym{ab}{AB}{amber bell}",
            r"\gls{ab} \gls{ab}",
            "AB (amber bell) AB",
        ),
        (
            r"\usepackage{glossaries-extra}\newacronym{ab}{AB}{amber bell}\newabbreviation{cd}{CD}{cold dish}",
            r"\gls{ab} \gls{cd} \gls{cd}",
            "AB cold dish (CD) CD",
        ),
        (
            r"\usepackage{glossaries}\newglossaryentry{ix}{name={index},plural={indices},description={a list}}",
            r"\Gls{ix} \gls{ix} \glspl{ix} \glsdesc{ix}",
            "Index index indices a list",
        ),
        (
            r"\usepackage{acronym}\newacro{ab}[AB]{amber bell}",
            r"\acp{ab} first, \ac{ab} then, \acl{ab} and \acs{ab}, \acf{ab}",
            "amber bells (ABs) first, AB then, amber bell and AB, amber bell (AB)",
        ),
        (
            r"\usepackage{acronym}\acrodef{ab}[AB]{amber bell}\acrodefplural{ab}[ABx]{amber bellen}",
            r"\acused{ab}\ac{ab} \acresetall\acp{ab}",
            "AB amber bellen (ABx)",
        ),
        (
            r"\usepackage{acro}\DeclareAcronym{ny}{short=NY, long=New York, long-plural-form={New Yorks}}",
            r"\ac{ny} \acp{ny} \acl{ny} \acreset{ny}\acp{ny}",
            "New York (NY) NYs New York New Yorks (NYs)",
        ),
        (
            r"\usepackage{acro}\acsetup{first-style=short-long}\DeclareAcronym{ny}{short=NY,long=New York}",
            r"\ac{ny}",
            "NY (New York)",
        ),
        ("", r"\gls{unknown} and \ac{key}", "unknown and key"),
    ],
)
def test_uses(preamble: str, source: str, expected: str) -> None:
    assert line_of(source, preamble) == expected


def test_acronyms_that_are_defined_behind_their_use() -> None:
    body = r"An \ac{ab}, the \ac{ab}. \begin{acronym}[ABC]\acro{ab}[ABC]{amber bell case}\end{acronym}"
    assert text_of(body, r"\usepackage{acronym}") == "An amber bell case (ABC), the ABC.\n\n- ABC: amber bell case"


def test_symbols_of_a_glossary_in_formulas() -> None:
    preamble = r"\usepackage{glossaries}\newglossaryentry{al}{name={\ensuremath{\alpha}},description={angle}}"
    assert line_of(r"$\gls{al}+1$ and \gls{al}", preamble) == r"${\alpha}+1$ and $\alpha$"


def test_printed_lists_have_the_entries_that_were_used() -> None:
    preamble = _GLOSSARIES + r"\newacronym{no}{NO}{not used}\newacronym{zz}{ZZ}{zig zag}"
    assert text_of(r"\gls{zz} \gls{ab}\printglossary[title=Terms]", preamble) == (
        "zig zag (ZZ) amber bell (AB)\n\n## Terms\n\n- AB amber bell\n- ZZ zig zag"
    )
    assert text_of(r"A\nomenclature{$c$}{speed} word. \printnomenclature", r"\usepackage{nomencl}") == (
        "A word.\n\n## Nomenclature\n\n- $c$: speed"
    )


def test_acronyms_spelt_out_in_footnotes() -> None:
    preamble = r"\usepackage[footnote]{acronym}\acrodef{ab}[AB]{amber bell}"
    assert text_of(r"An \ac{ab}.", preamble) == "An AB[^1].\n\n[^1]: amber bell"
