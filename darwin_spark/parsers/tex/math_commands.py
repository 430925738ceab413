"""Environments of display formulas, and what the reader of formulas does with commands of text and layout."""

ROWS = {
    "align": "aligned", "flalign": "aligned", "alignat": "alignedat", "xalignat": "alignedat", "xxalignat": "alignedat",

    "subeqnarray": "array", "gather": "gathered", "multline": "gathered", "eqnarray": "array",
    "IEEEeqnarray": "array", "dgroup": "gathered",
}  # fmt: skip
BRACED_ROWS = frozenset({"numcases", "subnumcases"})
"""Environments of the cases package: what stands before the brace is their argument."""
DISPLAYS = frozenset({
    "equation", "displaymath", "dmath", "math", "subequation", "empheq", "mathpar", "mathparpagebreakable",
    *ROWS, *BRACED_ROWS,
})  # fmt: skip
UNNUMBERED = frozenset({"displaymath", "math", "mathpar", "mathparpagebreakable"})
TEXT_COMMANDS = {
    "\\text": "\\text", "\\mbox": "\\text", "\\hbox": "\\text", "\\textrm": "\\textrm", "\\textbf": "\\textbf",
    "\\textit": "\\textit", "\\textnormal": "\\text", "\\textsf": "\\textsf", "\\texttt": "\\texttt", "\\textsc": "\\text",
    "\\textsl": "\\textit", "\\textup": "\\text", "\\emph": "\\textit", "\\intertext": "\\text", "\\fbox": "\\text",
    "\\shortintertext": "\\text", "\\makebox": "\\text", "\\raisebox": "\\text", "\\parbox": "\\text", "\\framebox": "\\text",
    "\\scalebox": "\\text", "\\resizebox": "\\text", "\\llap": "\\text", "\\rlap": "\\text", "\\textmd": "\\text",
    "\\vbox": "\\text", "\\rotatebox": "\\text", "\\colorbox": "\\text",
}  # fmt: skip
SKIPPED_ARGUMENTS = {
    "\\makebox": "oo", "\\framebox": "oo", "\\raisebox": "moo", "\\parbox": "ooom", "\\scalebox": "mo", "\\resizebox": "*mm",
    "\\rotatebox": "om", "\\colorbox": "m", "\\textcolor": "om", "\\color": "om", "\\index": "m", "\\vspace": "*m",
    "\\rule": "omm", "\\hypertarget": "m", "\\hyperlink": "m", "\\setlength": "mm", "\\includegraphics": "*oom",
    "\\hyperref": "o", "\\href": "m", "\\phantomsection": "", "\\cellcolor": "om", "\\fontsize": "mm", "\\symlabel": "m",
}  # fmt: skip
_DROPPED_NAMES = (
    "qedhere", "relax", "protect", "nolinebreak", "allowbreak", "hfill", "hfil", "noindent", "leavevmode", "null",
    "strut", "nobreak", "displaybreak", "allowdisplaybreaks", "/", "-", "small", "footnotesize", "scriptsize", "tiny",
    "normalsize", "large", "Large", "centering", "ignorespaces", "unskip", "selectfont", "BooleanTrue", "BooleanFalse",
    "bgroup", "egroup", "begingroup", "endgroup", "NoValue", "smallskip", "medskip", "bigskip", "m@th", "normalfont",
    "mathsurround", "nonumber@",
)  # fmt: skip
DROPPED_COMMANDS = frozenset(f"\\{name}" for name in _DROPPED_NAMES)
LENGTH_COMMANDS = frozenset({"\\kern", "\\mkern", "\\hskip", "\\mskip", "\\vskip", "\\lower", "\\raise"})
REFERENCES = frozenset({
    "glossary@late",
    "ref", "eqref", "cref", "Cref", "autoref", "nameref", "labelcref", "vref", "Ref", "subref", "cite", "citep",
    "citet", "citealp", "parencite", "textcite", "pageref",
})  # fmt: skip
