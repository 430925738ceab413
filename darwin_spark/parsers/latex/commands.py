r"""Handlers of LaTeX's commands in running text (`COMMANDS`). Emphasis and layout commands are dropped; their text stays."""

from collections.abc import Callable

from darwin_spark.parsers.latex import tabbing, tables
from darwin_spark.parsers.latex.aastex import AASTEX
from darwin_spark.parsers.latex.algorithms import ALGORITHMS
from darwin_spark.parsers.latex.babel import BABEL
from darwin_spark.parsers.latex.columns import define_column_type
from darwin_spark.parsers.latex.environments import begin, end
from darwin_spark.parsers.latex.floats import FLOATS
from darwin_spark.parsers.latex.footnotes import FOOTNOTES
from darwin_spark.parsers.latex.glossaries.lists import COMMANDS as GLOSSARY_LISTS
from darwin_spark.parsers.latex.layout import SKIPPED
from darwin_spark.parsers.latex.lists import item, new_list, set_list
from darwin_spark.parsers.latex.preamble import SETUP
from darwin_spark.parsers.latex.quotes import CSQUOTES
from darwin_spark.parsers.latex.reference_commands import REFERENCE_COMMANDS, STYLE_REFERENCES
from darwin_spark.parsers.latex.references import BIBLIOGRAPHY
from darwin_spark.parsers.latex.verbatim import url, verb
from darwin_spark.parsers.latex.writer import Writer
from darwin_spark.parsers.tex.expand import Macro, Unit
from darwin_spark.parsers.tex.primitives import number_form
from darwin_spark.parsers.tex.skipping import skip_arguments, skip_box_size, skip_length, skip_overlay
from darwin_spark.parsers.tex.symbols import ACCENTS, SYMBOLS, accented
from darwin_spark.parsers.tex.tokens import PAR, Token

Command = Callable[[Writer], None]

_HEADING_LEVELS = {
    "part": -1, "chapter": 0, "section": 1, "subsection": 2, "subsubsection": 3, "paragraph": 4, "subparagraph": 5,
}  # fmt: skip

_IN_VERTICAL_BOX = "\\inside@vbox"
_MATTER_COUNTER = "@matter"
"""Counter that is -1 in front matter and back matter, where chapters have no number, and 0 in the main matter."""


def _section(name: str) -> Command:
    level = _HEADING_LEVELS[name]

    def head(writer: Writer) -> None:
        writer.flush()
        numbered = not writer.tex.star()
        skip_arguments(writer.tex, "o")
        writer.head.book |= level == 0
        depth = writer.tex.counters.values.get("secnumdepth", 3)
        has_number = numbered and level <= depth and (level > 0 or writer.tex.counters.value(_MATTER_COUNTER) == 0)
        number = writer.step(name) if has_number else ""
        if not has_number:
            writer.current = Unit(writer.current.counter, writer.current.number)
        unit = writer.current

        def put(title: str) -> None:
            unit.title = title
            writer.heading(level, number, title)

        writer.capture(put)

    return head


def _appendix(writer: Writer) -> None:
    unit = "chapter" if writer.head.book else "section"
    writer.tex.counters.set(unit, 0)
    number_form(writer.tex, unit, "Alph")
    writer.appendix = unit


def _skip_overlay_command(writer: Writer) -> None:
    r"""Beamer's \only<2>{..}: drop `<2>` and keep the argument, because all slides of a frame become one text."""
    skip_overlay(writer.tex)


def _alternatives(writer: Writer) -> None:
    r"""Beamer's \alt<2>{then}{else}: keep both arguments, separated by a space."""
    skip_overlay(writer.tex)
    if writer.tex.peek() == "{":
        writer.tex.raw()
        writer.open_group(None, lambda: writer.write(" "))


def _set_matter(value: int) -> Command:
    def switch(writer: Writer) -> None:
        writer.flush()
        writer.tex.counters.set(_MATTER_COUNTER, value)

    return switch


def _accent(mark: str, token: Token = "") -> Command:
    def put(writer: Writer) -> None:
        if token and tabbing.tab_command(writer, token):
            return
        writer.capture(lambda text: writer.write(accented(text, mark)))

    return put


def _symbol(text: str, token: Token = "") -> Command:
    if token not in ("\\>", "\\<", "\\+", "\\-"):
        return lambda writer: writer.write(text)

    def put(writer: Writer) -> None:
        if not tabbing.tab_command(writer, token):
            writer.write(text)

    return put


def _dots(writer: Writer) -> None:
    r"""Write an ellipsis, and a space if a letter or digit follows: TeX drops the space after \dots but prints a thin one."""
    following = writer.tex.peek()
    writer.write("… " if following is not None and following[0].isalnum() else "…")


def _cell_with_lines(writer: Writer) -> None:
    r"""\makecell[t]{a\\b}: write the lines of a cell as one line."""
    skip_arguments(writer.tex, "*o")
    writer.capture(writer.write)


def _cell_over_rows(writer: Writer) -> None:
    r"""\multirowcell{2}[0pt][l]{a\\b}: write the lines of a cell as one line."""
    skip_arguments(writer.tex, "*moo")
    writer.capture(writer.write)


def _divided_cell(writer: Writer) -> None:
    r"""\diagbox[..]{rows}{columns}: write `rows / columns`."""
    writer.tex.optional()
    writer.texts([writer.tex.argument(), writer.tex.argument()], lambda texts: writer.write(" / ".join(texts)))


def _line_break_with_option(writer: Writer) -> None:
    writer.tex.optional()
    tables.line_break(writer)


def _skip_command(kinds: str) -> Command:
    return lambda writer: skip_arguments(writer.tex, kinds)


def _end_paragraph(writer: Writer) -> None:
    writer.flush()


def _space_command(kinds: str) -> Command:
    def put(writer: Writer) -> None:
        skip_arguments(writer.tex, kinds)
        writer.write(" ")

    return put


def _script(mark: str) -> Command:
    return lambda writer: writer.capture(lambda text: writer.write(f"{mark}{{{text}}}" if text else ""))


def _monospace(writer: Writer) -> None:
    def put(text: str) -> None:
        plain = text and not any(c in text for c in "`$\x03")
        writer.write(f"`{text}`" if plain else text)

    writer.capture(put)


def _replaced(writer: Writer) -> None:
    r"""\replaced{new}{old} of the changes package: keep the new text."""
    skip_arguments(writer.tex, "o")
    if writer.tex.peek() == "{":
        writer.tex.raw()
        writer.open_group(None, lambda: skip_arguments(writer.tex, "m"))


def _open_formula(closer: str, display: bool) -> Command:
    return lambda writer: writer.formula(closer, display)


def _ref_step(writer: Writer) -> None:
    writer.step(writer.tex.name())


def _begin_group(writer: Writer) -> None:
    writer.open_group()


def _end_group(writer: Writer) -> None:
    if writer.tex.groups and writer.tex.groups[-1].environment is None:
        writer.close_group()


def _skip_length_command(writer: Writer) -> None:
    skip_length(writer.tex)


def _box(is_vertical: bool) -> Command:
    r"""Return the handler of \hbox to 3cm{..} or, with `is_vertical`, \vbox and \vtop, in which a space precedes each \hbox."""

    def put(writer: Writer) -> None:
        skip_box_size(writer.tex)
        if not is_vertical and _IN_VERTICAL_BOX in writer.tex.macros:
            writer.write(" ")
        if is_vertical and writer.tex.peek() == "{":
            writer.tex.raw()
            writer.open_group()
            writer.tex.define(_IN_VERTICAL_BOX, Macro((), ()))

    return put


_CELL_COMMANDS = (
    "\\makecell", "\\thead", "\\rothead", "\\shortstack", "\\specialcell", "\\Centerstack", "\\Longstack", "\\Shortstack",
    "\\Longunderstack", "\\Shortunderstack",
)  # fmt: skip
_PROOF_STEPS = ("AxiomC", "UnaryInfC", "BinaryInfC", "TrinaryInfC", "Axiom", "UnaryInf", "BinaryInf", "TrinaryInf")
"""Commands of the bussproofs package: each line of a derivation becomes a paragraph."""
_OVERLAY_COMMANDS = (
    "\\only",
    "\\onslide",
    "\\uncover",
    "\\visible",
    "\\alert",
    "\\structure",
    "\\pause",
    "\\textbf",
    "\\textit",
    "\\emph",
)
_PARAGRAPHS = (PAR, "\\smallskip", "\\medskip", "\\bigskip", "\\endgraf", "\\clearpage", "\\newpage")

COMMANDS: dict[Token, Command] = {
    **AASTEX,
    **BABEL,
    **CSQUOTES,
    **GLOSSARY_LISTS,
    "\\kill": tabbing.kill,
    "\\a": tabbing.accent,
    **{f"\\{mark}@accent": _accent(ACCENTS[f"\\{mark}"]) for mark in "'`="},
    **dict.fromkeys(("\\pushtabs", "\\poptabs"), _skip_command("")),
    **{token: _symbol(text, token) for token, text in SYMBOLS.items()},
    **dict.fromkeys(("\\dots", "\\ldots", "\\textellipsis"), _dots),
    **{token: _accent(mark, token) for token, mark in ACCENTS.items()},
    **{token: _skip_command(kinds) for token, kinds in SKIPPED.items()},
    **dict.fromkeys(_OVERLAY_COMMANDS, _skip_overlay_command),
    "\\alt": _alternatives,
    **dict.fromkeys((*_PARAGRAPHS, *(f"\\{name}" for name in _PROOF_STEPS)), _end_paragraph),
    **{f"\\{name}": _section(name) for name in _HEADING_LEVELS},
    "\\begin": begin,
    "\\end": end,
    "\\item": item,
    "\\setlist": set_list(),
    "\\setenumerate": set_list("enumerate"),
    "\\newlist": new_list,
    "\\bgroup": _begin_group,
    "\\egroup": _end_group,
    "\\begingroup": _begin_group,
    "\\endgroup": _end_group,
    "\\(": _open_formula("\\)", False),
    "\\[": _open_formula("\\]", True),
    "\\appendix": _appendix,
    "\\frontmatter": _set_matter(-1),
    "\\mainmatter": _set_matter(0),
    "\\backmatter": _set_matter(-1),
    **FOOTNOTES,
    **FLOATS,
    "&": tables.end_cell,
    "\\refstepcounter": _ref_step,
    "\\textsuperscript": _script("^"),
    "\\textsubscript": _script("_"),
    "\\texttt": _monospace,
    "\\code": _monospace,
    "\\hspace": _space_command("*m"),
    "\\hskip": _space_command("l"),
    "\\kern": _skip_length_command,
    "\\hbox": _box(is_vertical=False),
    **dict.fromkeys(("\\vbox", "\\vtop"), _box(is_vertical=True)),
    "\\verb": verb,
    "\\lstinline": verb,
    "\\mintinline": verb,
    "\\url": url,
    "\\path": url,
    "\\nolinkurl": url,
    "\\href": _skip_command("m"),
    "\\replaced": _replaced,
    "\\\\": tables.newline,
    **dict.fromkeys(("\\newline", "\\break", "\\tnl"), tables.line_break),
    "\\linebreak": _line_break_with_option,
    **dict.fromkeys(("\\tabularnewline", "\\cr"), tables.end_row),
    **dict.fromkeys(("\\SetCell", "\\SetRow", "\\SetColumn"), _skip_command("om")),
    "\\newcolumntype": lambda writer: define_column_type(writer.tex),
    "\\hline": tables.rule,
    "\\midrule": tables.rule,
    "\\toprule": tables.partial_rule("o"),
    "\\bottomrule": tables.partial_rule("o"),
    "\\cline": tables.partial_rule("m"),
    "\\cmidrule": tables.partial_rule("opm"),
    "\\addlinespace": tables.partial_rule("o"),
    "\\multicolumn": tables.multicolumn,
    "\\multirow": tables.multirow,
    **dict.fromkeys(_CELL_COMMANDS, _cell_with_lines),
    **dict.fromkeys(("\\multirowcell", "\\multirowthead"), _cell_over_rows),
    **dict.fromkeys(("\\diagbox", "\\backslashbox", "\\slashbox"), _divided_cell),
    "\\endfirsthead": tables.end_head,
    "\\endhead": tables.end_head,
    "\\endfoot": tables.end_foot,
    "\\endlastfoot": tables.end_foot,
    **ALGORITHMS,
    **REFERENCE_COMMANDS,
    **BIBLIOGRAPHY,
    **SETUP,
}
_REDEFINABLE = {
    *STYLE_REFERENCES,
    *BABEL,
    *CSQUOTES,
    "\\a",
    "\\kill",
    "\\doi",
    *SYMBOLS,
    *ACCENTS,
    *AASTEX,
    *ALGORITHMS,
    *_OVERLAY_COMMANDS[:-3],
    "\\alt",
    "\\code",
    "\\st",
    "\\hl",
    "\\so",
    "\\ul",
    "\\todo",
    "\\thead",
    "\\specialcell",
    "\\shortstack",
    "\\replaced",
    "\\deleted",
    "\\lettrine",
    "\\glslink",
    "\\glsdisp",
    "\\diagram",
}
FIXED = frozenset(COMMANDS) - _REDEFINABLE | {"\\begin", "\\end", "\\input", "\\include", "\\ensuremath"}
