r"""Formulas: read the tokens of a formula and return self-contained TeX: macros expanded, labels removed.

`$..$` inside `\text{..}` is moved out of it (`\text{if }x\text{ then}`), so that dollar signs always pair in Markdown.
Environments with rows (align, gather, eqnarray ...) become `aligned`, `gathered`, `array` or similar; if a row has a \tag, or a
label and a number, they become `align*` or similar with `\tag`. Rows after a brace (numcases, empheq's `left`) become `cases`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from darwin_spark.parsers.math.tex_delimiters import trim_tex
from darwin_spark.parsers.tex.expand import Expander, Unit
from darwin_spark.parsers.tex.math_commands import (
    BRACED_ROWS,
    DISPLAYS,
    DROPPED_COMMANDS,
    LENGTH_COMMANDS,
    REFERENCES,
    ROWS,
    SKIPPED_ARGUMENTS,
    TEXT_COMMANDS,
    UNNUMBERED,
)
from darwin_spark.parsers.tex.skipping import skip_arguments, skip_box_size, skip_length
from darwin_spark.parsers.tex.tags import NO_TAG, Tag, read_tag
from darwin_spark.parsers.tex.tokens import PAR, Token, source_of
from darwin_spark.text.normalize_markdown import one_line

_LENGTH = re.compile(r"\s*[-+]?(?:[\d.,]+\s*)?(?:\\\w+|[a-z]{2})\s*(?:plus.*|minus.*)?")
_EMPTY_TEXT = re.compile(r"\\text(?:rm|bf|it|sf|tt)?\{\}")
_MATH_ONLY_TEXT = re.compile(r"\{\\text(?:rm|bf|it|sf|tt)?\{\s*\}([^{}]*)\\text(?:rm|bf|it|sf|tt)?\{\s*\}\}")


@dataclass
class Formula:
    """TeX of a formula without `$` or other delimiters; rows have an environment. `closed`: whether the formula has an end."""

    tex: str
    closed: bool
    labels: list[tuple[str, Unit]] = field(default_factory=list)  # pairs of a label and its row's number ('' for none)


@dataclass
class _OpenItem:
    r"""Unclosed `{`, `text` (command `name`), `text{` (brace in it), `$` (formula in it), `environment`, `user` (environment).

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
    tag: Tag = NO_TAG
    numbered: bool = True


class FormulaReader:
    """Reader of a formula up to `closer` (delimiter, environment).

    `refer` gives a reference's text by command, key and whether it stands in a formula; `step` gives a row's number.
    """

    def __init__(
        self, tex: Expander, closer: str, display: bool, refer: Callable[[Token, str, bool], str], step: Callable[[], str]
    ) -> None:
        self._tex, self._closer, self._display = tex, closer, display
        self._refer, self._step = refer, step
        self._base_name = closer.removesuffix("*")
        self._has_rows = self._base_name in ROWS and self._base_name != "multline"
        self._numbered = not closer.endswith("*") and self._base_name in DISPLAYS - UNNUMBERED
        self._out: list[Token] = []
        self._open_items: list[_OpenItem] = []
        self._row = _Row()
        self._labels: list[tuple[str, Unit]] = []
        self._rows_name = self._base_name if self._base_name in ROWS else ""
        self._before_brace: str | None = None
        self._end_token = f"\\end{closer}"
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
        if self._numbered or self._row.labels or self._row.tag.text:
            self._end_row()
        tex.math, tex.display = mode_before
        return Formula(self._wrap_in_environment(opening), self._closed, self._labels)

    def _read_environment_arguments(self) -> str:
        """Consume the arguments; return the argument to print: alignat's column count, (IEEE)eqnarray's columns, else ''."""
        name = self._base_name
        if name in BRACED_ROWS:
            self._before_brace = source_of(self._tex.expanded(self._tex.argument()))
            self._has_rows, self._rows_name = True, name
        elif name == "empheq":
            return self._read_framed_environment()
        return self._column_argument(name)

    def _column_argument(self, name: str) -> str:
        if name.endswith("alignat"):
            return f"{{{self._tex.name()}}}"
        if name == "IEEEeqnarray":
            self._tex.optional()
            return "{" + "".join(c.lower() for c in self._tex.name() if c.lower() in "lcr") + "}"
        return "{rcl}" if name in ("eqnarray", "subeqnarray") else ""

    def _read_framed_environment(self) -> str:
        r"""Consume empheq's `[left=..\empheqlbrace]{align*}`; return the argument of the inner environment that is printed."""
        options = self._tex.expanded(self._tex.optional() or [])
        text = source_of(options)
        if "\\empheql" in text:
            left = re.search(r"left\s*=\s*\{?(.*?)\\empheql", text, re.DOTALL)
            self._before_brace = (left[1] if left else "").rstrip()
        name, _, columns = self._tex.name().partition("=")
        self._numbered = not name.endswith("*")
        base = name.strip().removesuffix("*")
        self._rows_name = base if base in ROWS else ""
        self._has_rows = bool(self._rows_name) and base != "multline"
        return f"{{{columns.strip() or 1}}}" if base.endswith("alignat") else "{rcl}" if base == "eqnarray" else ""

    def _in_math(self) -> bool:
        return not self._open_items or self._open_items[-1].kind not in ("text", "text{")

    def _stop_unclosed(self) -> None:
        self._done, self._closed = True, False

    def _handle_token(self, token: Token) -> None:
        handler = _HANDLERS.get(token)
        if handler is not None:
            handler(self)
        elif token in TEXT_COMMANDS:
            self._text(token)
        elif token in SKIPPED_ARGUMENTS:
            skip_arguments(self._tex, SKIPPED_ARGUMENTS[token])
        elif token in LENGTH_COMMANDS:
            skip_length(self._tex)
            self._out.append(" ")
        elif token in DROPPED_COMMANDS:
            pass
        elif token == self._end_token:
            self._done = True
        elif token[0] == "\\" and token[1:] in REFERENCES:
            skip_arguments(self._tex, "*")
            self._tex.optional()
            self._out.append(self._refer(token, self._tex.name(), True))
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
            text = self._open_items[-1].name if self._open_items else "\\text"
            self._out.append(f"{text}{{" if opened.place else "$")
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
        skip_arguments(self._tex, SKIPPED_ARGUMENTS.get(token, ""))
        self._tex.skip_blanks()
        if token in ("\\hbox", "\\vbox"):
            skip_box_size(self._tex)
        following = self._tex.character()
        if following is None:
            return
        nested = not self._in_math()
        self._out.append("{" if nested else TEXT_COMMANDS[token] + "{")
        self._open_items.append(_OpenItem("text{" if nested else "text", TEXT_COMMANDS[token], place=len(self._out) - 1))
        if following != "{":
            self._tex.push([following, "}"])

    def _tag(self) -> None:
        star = "*" if self._tex.star() else ""
        self._row.tag = read_tag(self._tex, self._refer)
        self._write_tag(self._row.tag.text, star)

    def _write_tag(self, text: str, star: str = "") -> None:
        if self._before_brace is not None:  # a row of cases takes no \tag
            self._out.append(f"\\quad\\text{{({text})}}")
            return
        self._has_tag = True
        self._out.append(f"\\tag{star}{{{text}}}")

    def _plain_tag(self) -> None:
        r"""Handle \eqno and \leqno, which print all up to the formula's end as its number: write a \tag."""
        found: list[Token] = []
        while (token := self._tex.character()) is not None and token not in ("$", "\\]", "\\end", PAR):
            found.append(token)
        self._tex.push([token] if token is not None else [])
        self._tex.push(["{", *found, "}"])
        tag = read_tag(self._tex, self._refer)
        inside = re.fullmatch(r"\((.*)\)", tag.text)
        self._row.tag = Tag(inside[1], tag.math[1:-1]) if inside else tag
        self._write_tag(self._row.tag.text, "" if inside else "*")

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
        number = row.tag.text
        if self._numbered and row.numbered and not number:
            number = self._step()
            if row.labels and number:
                self._write_tag(number)
        self._labels += [(label, Unit("equation", number, tex=row.tag.math)) for label in row.labels]

    def _wrap_in_environment(self, opening: str) -> str:
        tex = trim_tex(one_line(source_of(self._out)))
        tex = _EMPTY_TEXT.sub("", _MATH_ONLY_TEXT.sub(r"{\1}", tex))
        if not tex or (not self._rows_name and self._before_brace is None):
            return tex
        tex = tex.removesuffix("\\\\").rstrip()
        if self._before_brace is not None:
            return f"{self._before_brace} \\begin{{cases}} {tex} \\end{{cases}}".strip()
        name = ROWS[self._rows_name]
        if self._has_tag:
            name = {"gathered": "gather*", "alignedat": "alignat*"}.get(name, "align*")
            opening = opening if name == "alignat*" else ""
        return f"\\begin{{{name}}}{opening} {tex} \\end{{{name}}}"


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
    "\\eqno": FormulaReader._plain_tag,
    "\\leqno": FormulaReader._plain_tag,
    "\\label": FormulaReader._label,
    "\\nonumber": FormulaReader._unnumbered,
    "\\notag": FormulaReader._unnumbered,
    "\\\\": FormulaReader._newline,
    "\\cr": FormulaReader._newline,
    "\\tabularnewline": FormulaReader._newline,
}
