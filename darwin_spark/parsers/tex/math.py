r"""Formulas: read the tokens of a formula and return self-contained TeX: macros expanded, labels removed.

`$..$` inside `\text{..}` is moved out of it (`\text{if }x\text{ then}`), so that dollar signs always pair in Markdown.
Environments with rows (align, gather, eqnarray ...) become `aligned`, `gathered` or `array`; if a row has a \tag, or a
label and a number, they become `align*` or similar with `\tag`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from darwin_spark.parsers.tex.expand import Expander
from darwin_spark.parsers.tex.skipping import skip_arguments, skip_length
from darwin_spark.parsers.tex.tokens import PAR, Token, source_of
from darwin_spark.text.normalize_markdown import one_line

ROWS = {
    "align": "aligned", "flalign": "aligned", "alignat": "alignedat", "xalignat": "alignedat", "xxalignat": "alignedat",
    "gather": "gathered", "multline": "gathered", "eqnarray": "array", "IEEEeqnarray": "array", "dgroup": "gathered",
}  # fmt: skip
DISPLAYS = frozenset({
    "equation", "displaymath", "dmath", "math", "subequation", "empheq", "mathpar", "mathparpagebreakable",
    *ROWS,
})  # fmt: skip
_UNNUMBERED = frozenset({"displaymath", "math", "mathpar", "mathparpagebreakable"})
_TEXT_COMMANDS = {
    "\\text": "\\text", "\\mbox": "\\text", "\\hbox": "\\text", "\\textrm": "\\textrm", "\\textbf": "\\textbf",
    "\\textit": "\\textit", "\\textnormal": "\\text", "\\textsf": "\\textsf", "\\texttt": "\\texttt", "\\textsc": "\\text",
    "\\textsl": "\\textit", "\\textup": "\\text", "\\emph": "\\textit", "\\intertext": "\\text", "\\fbox": "\\text",
    "\\shortintertext": "\\text", "\\makebox": "\\text", "\\raisebox": "\\text", "\\parbox": "\\text", "\\framebox": "\\text",
    "\\scalebox": "\\text", "\\resizebox": "\\text", "\\llap": "\\text", "\\rlap": "\\text", "\\textmd": "\\text",
    "\\vbox": "\\text", "\\rotatebox": "\\text", "\\colorbox": "\\text",
}  # fmt: skip
_SKIPPED_ARGUMENTS = {
    "\\makebox": "oo", "\\framebox": "oo", "\\raisebox": "moo", "\\parbox": "ooom", "\\scalebox": "mo", "\\resizebox": "*mm",
    "\\rotatebox": "om", "\\colorbox": "m", "\\textcolor": "om", "\\color": "om", "\\index": "m", "\\vspace": "*m",
    "\\rule": "omm", "\\hypertarget": "m", "\\hyperlink": "m", "\\setlength": "mm", "\\includegraphics": "*oom",
    "\\hyperref": "o", "\\href": "m", "\\phantomsection": "", "\\cellcolor": "om", "\\fontsize": "mm", "\\symlabel": "m",
}  # fmt: skip
_DROPPED_COMMANDS = frozenset(
    [
        "\\qedhere",
        "\\relax",
        "\\protect",
        "\\nolinebreak",
        "\\allowbreak",
        "\\hfill",
        "\\hfil",
        "\\noindent",
        "\\leavevmode",
        "\\null",
        "\\strut",
        "\\nobreak",
        "\\displaybreak",
        "\\allowdisplaybreaks",
        "\\/",
        "\\-",
        "\\small",
        "\\footnotesize",
        "\\scriptsize",
        "\\tiny",
        "\\normalsize",
        "\\large",
        "\\Large",
        "\\centering",
        "\\ignorespaces",
        "\\unskip",
        "\\selectfont",
        "\\BooleanTrue",
        "\\BooleanFalse",
        "\\bgroup",
        "\\egroup",
        "\\begingroup",
        "\\endgroup",
        "\\NoValue",
        "\\smallskip",
        "\\medskip",
        "\\bigskip",
        "\\m@th",
        "\\normalfont",
        "\\mathsurround",
        "\\nonumber@",
    ]
)
_LENGTH_COMMANDS = frozenset({"\\kern", "\\mkern", "\\hskip", "\\mskip", "\\vskip", "\\lower", "\\raise"})
_LENGTH = re.compile(r"\s*[-+]?(?:[\d.,]+\s*)?(?:\\\w+|[a-z]{2})\s*(?:plus.*|minus.*)?")
_EMPTY_TEXT = re.compile(r"\\text(?:rm|bf|it|sf|tt)?\{\}")
_MATH_ONLY_TEXT = re.compile(r"\{\\text(?:rm|bf|it|sf|tt)?\{\s*\}([^{}]*)\\text(?:rm|bf|it|sf|tt)?\{\s*\}\}")


@dataclass
class Formula:
    """TeX of a formula without `$` or other delimiters; rows have an environment. `closed`: whether the formula has an end."""

    tex: str
    closed: bool
    labels: list[tuple[str, str]] = field(default_factory=list)  # pairs of a label and its row's number ('' for none)


@dataclass
class _OpenItem:
    r"""Unclosed `{`, `text` (\text ..), `text{` (brace in text), `$` (formula in text), `environment`, `user` (environment).

    `place`: index in the output where a text opens; for `$`, 1 if the text was closed first. `split`: a formula split the text.
    """

    kind: str
    name: str = ""
    end: tuple[Token, ...] = ()
    place: int = 0
    split: bool = False


@dataclass
class _Row:
    labels: list[str] = field(default_factory=list)
    tag: str = ""
    numbered: bool = True


class FormulaReader:
    """Reader of a formula up to `closer` (delimiter, environment). `refer` gives a reference's text, `step` a row's number."""

    def __init__(
        self, tex: Expander, closer: str, display: bool, refer: Callable[[Token, str], str], step: Callable[[], str]
    ) -> None:
        self._tex, self._closer, self._display = tex, closer, display
        self._refer, self._step = refer, step
        self._base_name = closer.removesuffix("*")
        self._has_rows = self._base_name in ROWS and self._base_name != "multline"
        self._numbered = not closer.endswith("*") and self._base_name in DISPLAYS - _UNNUMBERED
        self._out: list[Token] = []
        self._open_items: list[_OpenItem] = []
        self._row = _Row()
        self._labels: list[tuple[str, str]] = []
        self._has_tag = False
        self._done = False
        self._closed = True

    def read(self) -> Formula:
        """Consume the tokens up to and including the end delimiter; return the formula, without the delimiter."""
        tex = self._tex
        mode_before = tex.math, tex.display
        tex.math, tex.display = True, self._display
        opening = self._read_environment_arguments()
        while not self._done:
            token = tex.next()
            if token is None:
                self._stop_unclosed()
                break
            self._handle_token(token)
            tex.math = self._in_math()
        self._close_all_items()
        if self._numbered or self._row.labels or self._row.tag:
            self._end_row()
        tex.math, tex.display = mode_before
        return Formula(self._wrap_in_environment(opening), self._closed, self._labels)

    def _read_environment_arguments(self) -> str:
        """Consume the arguments; return the argument to print: alignat's column count, (IEEE)eqnarray's columns, else ''."""
        if self._base_name.endswith("alignat"):
            return f"{{{self._tex.name()}}}"
        if self._base_name == "IEEEeqnarray":
            self._tex.optional()
            return "{" + "".join(c.lower() for c in self._tex.name() if c.lower() in "lcr") + "}"
        if self._base_name == "empheq":
            self._tex.optional()
            self._use_framed_environment(self._tex.name())
        return "{rcl}" if self._base_name == "eqnarray" else ""

    def _use_framed_environment(self, name: str) -> None:
        """Decide whether the formula has rows and numbers by environment `name`, which is the argument of empheq."""
        self._has_rows = name.removesuffix("*") in ROWS
        self._numbered = not name.endswith("*")

    def _in_math(self) -> bool:
        return not self._open_items or self._open_items[-1].kind not in ("text", "text{")

    def _stop_unclosed(self) -> None:
        self._done, self._closed = True, False

    def _handle_token(self, token: Token) -> None:
        handler = _HANDLERS.get(token)
        if handler is not None:
            handler(self)
        elif token in _TEXT_COMMANDS:
            self._text(token)
        elif token in _SKIPPED_ARGUMENTS:
            skip_arguments(self._tex, _SKIPPED_ARGUMENTS[token])
        elif token in _LENGTH_COMMANDS:
            skip_length(self._tex)
            self._out.append(" ")
        elif token in _DROPPED_COMMANDS:
            pass
        elif token == f"\\end{self._closer}":
            self._done = True
        elif token[0] == "\\" and token[1:] in _REFERENCES:
            skip_arguments(self._tex, "*")
            self._tex.optional()
            self._out.append(self._refer(token, self._tex.name()))
        else:
            self._out.append(token)

    # -- braces, dollars and environments

    def _open_brace(self) -> None:
        self._open_items.append(_OpenItem("{" if self._in_math() else "text{"))
        self._out.append("{")

    def _close_brace(self) -> None:
        top = self._open_items[-1].kind if self._open_items else ""
        if top in ("{", "text", "text{"):
            self._close_item(self._open_items.pop())
        elif not self._open_items and self._base_name not in DISPLAYS:
            self._tex.push(["}"])
            self._stop_unclosed()

    def _close_item(self, opened: _OpenItem) -> None:
        if opened.kind == "environment":
            self._out.append(f"\\end{{{opened.name}}}")
        elif opened.kind == "$":
            self._out.append("\\text{" if opened.place else "$")
        elif opened.kind != "user":
            self._out.append("}}" if opened.split else "}")

    def _close_all_items(self) -> None:
        while self._open_items:
            self._close_item(self._open_items.pop())

    def _dollar(self) -> None:
        top = self._open_items[-1] if self._open_items else None
        if top is not None and top.kind == "$":
            self._close_item(self._open_items.pop())
        elif top is not None and top.kind == "text":
            self._split_text(top)
        elif top is not None and top.kind == "text{":
            self._out.append("$")
            self._open_items.append(_OpenItem("$"))
        elif self._closer == "$":
            self._done = True
            self._closed = top is None
        elif self._closer == "$$" and self._tex.peek() == "$":
            self._tex.raw()
            self._done = True

    def _split_text(self, text: _OpenItem) -> None:
        """Start a formula inside `text`: close the text before the formula; a new text opens at the formula's end."""
        if not text.split:
            text.split = True
            self._out[text.place] = "{" + self._out[text.place]
        self._out.append("}")
        self._open_items.append(_OpenItem("$", place=1))

    def _math_bracket(self, token: Token) -> None:
        opening = {"\\)": "\\(", "\\]": "\\["}.get(token, "")
        if not opening:
            if not self._in_math():
                self._dollar()
        elif self._open_items and self._open_items[-1].kind == "$":
            self._dollar()
        elif self._closer == token:
            self._done = True

    def _paragraph(self) -> None:
        if self._display:
            self._out.append(" ")
        else:
            self._tex.push([PAR])
            self._stop_unclosed()

    def _begin(self) -> None:
        name = self._tex.name()
        if name in self._tex.environments:
            self._open_items.append(_OpenItem("user", name, self._tex.begin_environment(name)))
            return
        self._out.append(f"\\begin{{{name}}}")
        self._open_items.append(_OpenItem("environment", name))

    def _end(self) -> None:
        name = self._tex.name()
        for index in range(len(self._open_items) - 1, max(len(self._open_items) - 200, -1), -1):
            if self._open_items[index].name == name:
                end = self._open_items[index].end
                while len(self._open_items) > index:
                    self._close_item(self._open_items.pop())
                self._tex.push(list(end))
                return
        if name == self._closer:
            self._done = True
        elif any(group.environment == name for group in self._tex.groups[-50:]) or name in self._tex.environments:
            self._end_outer_environment(name)

    def _end_outer_environment(self, name: str) -> None:
        r"""Handle \end of an environment around the formula: push back a user environment's end tokens, else stop."""
        for group in reversed(self._tex.groups[-50:]):
            if group.environment == name and group.closing is not None:
                self._tex.push([*group.closing, "\\end", "{", name, "}"])
                group.closing = None
                return
        self._tex.push(["\\end", "{", name, "}"])
        self._stop_unclosed()

    # -- text, rows, labels

    def _text(self, token: Token) -> None:
        skip_arguments(self._tex, _SKIPPED_ARGUMENTS.get(token, ""))
        self._tex.skip_blanks()
        if token in ("\\hbox", "\\vbox") and self._tex.peek() not in ("{", None):
            self._tex.delimited(("{",))
            self._tex.push(["{"])
        following = self._tex.character()
        if following is None:
            return
        nested = not self._in_math()
        self._out.append("{" if nested else _TEXT_COMMANDS[token] + "{")
        self._open_items.append(_OpenItem("text{" if nested else "text", place=len(self._out) - 1))
        if following != "{":
            self._tex.push([following, "}"])

    def _tag(self) -> None:
        star = "*" if self._tex.star() else ""
        self._row.tag = self._tex.evaluated(self._tex.argument()).strip()
        self._has_tag = True
        self._out.append(f"\\tag{star}{{{self._row.tag}}}")

    def _label(self) -> None:
        self._row.labels.append(self._tex.name())

    def _unnumbered(self) -> None:
        self._row.numbered = False

    def _newline(self) -> None:
        self._tex.star()
        space = self._tex.optional()
        outer = not self._open_items or all(entry.kind == "user" for entry in self._open_items)
        if outer and self._has_rows:
            self._end_row()
        self._out.append("\\\\ ")
        if space is not None and not _LENGTH.fullmatch(source_of(space)):
            self._tex.push(["[", *space, "]"])

    def _end_row(self) -> None:
        row, self._row = self._row, _Row()
        number = row.tag
        if self._numbered and row.numbered and not number:
            number = self._step()
            if row.labels and number:
                self._out.append(f"\\tag{{{number}}}")
                self._has_tag = True
        self._labels += [(label, number) for label in row.labels]

    def _wrap_in_environment(self, opening: str) -> str:
        tex = one_line(source_of(self._out))
        tex = _EMPTY_TEXT.sub("", _MATH_ONLY_TEXT.sub(r"{\1}", tex))
        if self._base_name not in ROWS or not tex:
            return tex
        name = ROWS[self._base_name]
        if self._has_tag:
            name, opening = (
                {"gathered": "gather*", "alignedat": "alignat*"}.get(name, "align*"),
                opening if "at" in name else "",
            )
            name, opening = (name, opening) if name != "gather*" else (name, "")
        tex = tex.removesuffix("\\\\").rstrip()
        return f"\\begin{{{name}}}{opening} {tex} \\end{{{name}}}"


_REFERENCES = frozenset({"ref", "eqref", "cref", "Cref", "autoref", "cite", "citep", "citet", "pageref"})
_HANDLERS: dict[Token, Callable[[FormulaReader], None]] = {
    "{": FormulaReader._open_brace,
    "}": FormulaReader._close_brace,
    "$": FormulaReader._dollar,
    "\\(": lambda reader: reader._math_bracket("\\("),
    "\\)": lambda reader: reader._math_bracket("\\)"),
    "\\]": lambda reader: reader._math_bracket("\\]"),
    "\\[": lambda reader: reader._math_bracket("\\["),
    PAR: FormulaReader._paragraph,
    "\\begin": FormulaReader._begin,
    "\\end": FormulaReader._end,
    "\\tag": FormulaReader._tag,
    "\\label": FormulaReader._label,
    "\\nonumber": FormulaReader._unnumbered,
    "\\notag": FormulaReader._unnumbered,
    "\\\\": FormulaReader._newline,
    "\\cr": FormulaReader._newline,
    "\\tabularnewline": FormulaReader._newline,
}
