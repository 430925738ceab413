r"""Handlers of environments: lists, theorems, quotations, floats, abstract, and user-defined environments."""

import re
from collections.abc import Callable

from darwin_spark.parsers.latex import tables
from darwin_spark.parsers.latex.algorithms import algorithmic
from darwin_spark.parsers.latex.babel import OTHER_LANGUAGE, open_other_language
from darwin_spark.parsers.latex.floats import open_float
from darwin_spark.parsers.latex.frames import Frame, Tabular
from darwin_spark.parsers.latex.languages import printed_name
from darwin_spark.parsers.latex.lists import open_list
from darwin_spark.parsers.latex.preamble import declare, option, put_abstract, theorem_title
from darwin_spark.parsers.latex.quotes import QUOTATIONS, open_quotation
from darwin_spark.parsers.latex.references import open_bibliography
from darwin_spark.parsers.latex.tabbing import open_tabbing
from darwin_spark.parsers.latex.verbatim import CODE, NO_TEXT, code, no_text
from darwin_spark.parsers.latex.writer import Writer
from darwin_spark.parsers.tex.expand import Macro, Param, Unit
from darwin_spark.parsers.tex.math_commands import DISPLAYS
from darwin_spark.parsers.tex.skipping import skip_arguments, skip_overlay
from darwin_spark.parsers.tex.tokens import PAR, Token, source_of, tokens_of
from darwin_spark.text.normalize_markdown import one_line

_NAMED_THEOREMS = {
    "thm": "Theorem", "theorem": "Theorem", "lem": "Lemma", "lemma": "Lemma", "prop": "Proposition", "cor": "Corollary",
    "proposition": "Proposition", "corollary": "Corollary", "coro": "Corollary", "defn": "Definition", "defi": "Definition",
    "definition": "Definition", "defs": "Definition", "rem": "Remark", "rmk": "Remark", "remark": "Remark", "ex": "Example",
    "example": "Example", "exm": "Example", "eg": "Example", "prob": "Problem", "problem": "Problem", "exercise": "Exercise",
    "conj": "Conjecture", "conjecture": "Conjecture", "claim": "Claim", "fact": "Fact", "axiom": "Axiom", "note": "Note",
    "notation": "Notation", "question": "Question", "obs": "Observation", "observation": "Observation", "proof": "Proof",
    "assumption": "Assumption", "hypothesis": "Hypothesis", "property": "Property", "solution": "Solution",
}  # fmt: skip
"""Titles of theorem environments whose definition is not in the bundle, by environment name."""
_SKIPPED_ARGUMENTS = {
    "minipage": "ooom", "multicols": "mo", "wrapfigure": "omom", "wraptable": "omom", "figure": "o", "figure*": "o",
    "table": "o", "table*": "o", "subfigure": "om", "subtable": "om", "adjustwidth": "mm", "adjustbox": "m",
    "threeparttable": "o",
    "algorithm": "o", "algorithm*": "o", "algorithm2e": "o", "algorithm2e*": "o",
    "sidewaystable": "o", "sidewaysfigure": "o", "scaled": "m", "spacing": "m",
    "tcolorbox": "", "mdframed": "", "framed": "", "list": "mm", "CJK": "mm", "CJK*": "mm",
    "landscape": "",
    "listing": "o", "SCfigure": "oo", "parcolumns": "om", "resizebox": "mm", "appendices": "", "frame": "oo",
    "columns": "o",
    "column": "om", "block": "", "textblock": "mp", "turn": "m", "rotate": "m", "savenotes": "", "marginfigure": "o",
    "letter": "m", "lrbox": "m", "changemargin": "mm", "onehalfspace": "", "widetext": "", "small": "", "trivlist": "",
}  # fmt: skip
_LAYOUT_ONLY = frozenset(
    [
        "linenomath",
        "linenomath*",
        "rotatetable",
        "subfigures",
        "subfloatrow",
        "center",
        "flushleft",
        "flushright",
        "sloppypar",
        "document",
        "titlepage",
        "group",
        "figwindow",
        "raggedright",
    ]
)
_FLOATS = frozenset(
    [
        "figure",
        "figure*",
        "table",
        "table*",
        "wrapfigure",
        "wraptable",
        "sidewaysfigure",
        "sidewaystable",
        "algorithm",
        "algorithm*",
        "algorithm2e",
        "algorithm2e*",
        "listing",
        "SCfigure",
        "marginfigure",
        "floatingfigure",
    ]
)
_KEY_VALUE_START = re.compile(r"\s*(?:name|title|label|restate)\s*=")
_MAX_UNKNOWN_OPTION_TOKENS = 40  # maximum of an unknown environment; a longer bracket argument is text


def begin(writer: Writer) -> None:
    r"""\begin{name}: open the environment, or read it if it is a formula. Unknown environments warn; their content is kept."""
    name = writer.tex.name()
    base = name.removesuffix("*")
    if name in writer.tex.environments:
        group = writer.open_group(name)
        group.closing = writer.tex.begin_environment(name)
    elif name in writer.theorems:
        _theorem(writer, name)
    elif name in writer.environments:
        writer.environments[name](writer, name)
    elif base in DISPLAYS and base != "subequation":
        writer.formula(name, base != "math")
    elif isinstance(writer.tex.macros.get(f"\\{name}"), Macro):
        writer.open_group(name).closing = (f"\\end{name}",) if f"\\end{name}" in writer.tex.macros else ()
        writer.tex.push([f"\\{name}"])
    elif name.lower() in _NAMED_THEOREMS:
        _theorem(writer, name)
    else:
        if name not in _SKIPPED_ARGUMENTS and not _is_layout_only(writer, name):
            writer.tex.warn(f"unknown environment {name[:60]}")
        _open_transparent(writer, name)


def end(writer: Writer) -> None:
    r"""\end{name}: close environment and groups in it; a user environment's end is read first. `document` ends the file."""
    name = writer.tex.name()
    if not writer.open_environments[name]:
        if name == "document":
            _end_document(writer)
        return
    group = next(group for group in reversed(writer.tex.groups) if group.environment == name)
    if group.closing is not None:
        closing, group.closing = group.closing, None
        writer.tex.push([*closing, "\\end", "{", name, "}"])
        return
    while writer.tex.groups:
        closed = writer.tex.groups[-1].environment
        writer.close_group()
        if closed == name:
            break


def _is_layout_only(writer: Writer, name: str) -> bool:
    r"""Return whether an environment is only layout: \begin{center}, or a command used as one, \begin{small}."""
    return name in _LAYOUT_ONLY or f"\\{name}" in writer.commands


def _document(writer: Writer, _name: str) -> None:
    if not writer.in_preamble:
        return
    while not writer.frames.pop().preamble:
        pass
    if writer.head.abstract:
        blocks, writer.head.abstract = writer.head.abstract, []
        frame = Frame(blocks=blocks)
        put_abstract(writer, frame)


def _end_document(writer: Writer) -> None:
    writer.flush()
    writer.tex.close_file()


def _open_transparent(writer: Writer, name: str) -> None:
    skip_overlay(writer.tex)
    kinds = _SKIPPED_ARGUMENTS.get(name)
    if kinds is None:
        options = writer.tex.optional()
        if options is not None and len(options) > _MAX_UNKNOWN_OPTION_TOKENS:
            writer.tex.push(["[", *options, "]"])
    else:
        skip_arguments(writer.tex, kinds)
    if name in _FLOATS:
        _float(writer, name)
        return
    writer.frames[-1].flush(paragraph_ends=False)
    writer.open_group(name, lambda: writer.frames[-1].flush(paragraph_ends=False))


def _float(writer: Writer, name: str) -> None:
    """Open a float: its blocks are placed after the current paragraph, but in tables and inline frames where they stand."""
    outer, writer_captioned = writer.frames[-1], writer.captioned
    open_float(writer)
    if isinstance(outer, Tabular) or outer.inline:
        writer.open_group(name)
        return
    frame = Frame()

    def done() -> None:
        writer.captioned = writer_captioned
        writer.afterwards(frame.blocks)

    writer.open_frame(frame, done, name)


def _theorem(writer: Writer, name: str, environment: str = "") -> None:
    tokens, counter = writer.theorems.get(name) or ([_NAMED_THEOREMS.get(name.lower(), name)], "")
    title = theorem_title(writer.tex, tokens)
    writer.flush()
    number = writer.step(counter) if counter else ""
    writer.open_group(environment or name, writer.flush)
    if not number:
        writer.current = Unit()
    if name == "proof":
        note = writer.tex.optional()
        writer.tex.push(["*", *(note or [printed_name(writer.tex, "proof", "Proof")]), ".*", " "])
        return
    head = f"**{title} {number}".rstrip() + "**"
    note = _theorem_note(writer)
    if note:
        writer.current.title = one_line(writer.tex.evaluated(list(note)))
        writer.write(head)
        writer.tex.push([" ", "(", "{", *note, "}", ")", ".", " "])
    else:
        writer.write(head.removesuffix("**") + ".** ")


def _theorem_note(writer: Writer) -> list[Token] | None:
    """Consume and return a theorem's note, `[Cantor]` or thmtools' `[name=Cantor, label=t]` (here `Cantor`); store label t."""
    note = writer.tex.optional()
    option_text = source_of(note or [])
    if not _KEY_VALUE_START.match(option_text):
        return note
    label = option(option_text, "label")
    if label:
        writer.refs.labels.setdefault(label, writer.current)
    return tokens_of(option(option_text, "name") or option(option_text, "title"))


def _restatable(writer: Writer, name: str) -> None:
    r"""\begin{restatable}[Note]{thm}{again}: open a theorem, and define \again, which would repeat it, to print nothing."""
    note = writer.tex.optional()
    theorem, restate_name = writer.tex.name(), writer.tex.name()
    if restate_name.isalpha():
        writer.tex.define(f"\\{restate_name}", Macro((Param("s"),), ()), everywhere=True)
    if note:
        writer.tex.push(["[", "{", *note, "}", "]"])
    _theorem(writer, theorem, name)


def _titled_box(writer: Writer, name: str) -> None:
    r"""\begin{tcolorbox}[title=..]: open the box and write the title as a separate paragraph."""
    options = source_of(writer.tex.optional() or [])
    title = option(options, "title") or option(options, "frametitle")
    _open_transparent(writer, name)
    if title:
        writer.tex.push([*tokens_of(title), PAR])


def _subequations(writer: Writer, name: str) -> None:
    """Open an environment whose formulas are numbered 1a, 1b ...; a label before the first formula refers to 1."""
    outer = writer.step_equation()
    counters = writer.tex.counters
    parent = counters.value("equation")

    def close() -> None:
        if outer:
            counters.set("equation", parent)

    writer.open_group(name, close)
    writer.current = Unit("equation", outer)
    if outer:
        counters.set("equation", 0)
        writer.tex.define("\\theequation", Macro((), (outer, "\\alph", "{", "equation", "}")))


def _quote(writer: Writer, name: str) -> None:
    source = open_quotation(writer, name) if name in QUOTATIONS else []
    writer.frames[-1].flush(paragraph_ends=False)
    frame = Frame()

    def done() -> None:
        if frame.blocks:
            text = "\n\n".join(frame.blocks)
            outer = writer.frames[-1]
            if outer.inline or isinstance(outer, Tabular):
                outer.line.append(" ".join(frame.blocks))
            else:
                outer.blocks.append("\n".join(f"> {line}".rstrip() for line in text.split("\n")))

    writer.open_frame(frame, done, name)
    if source:
        writer.tex.groups[-1].closing = tuple(source)


def _acronyms(writer: Writer, name: str) -> None:
    r"""\begin{acronym}[widest]: open the list of the acronyms that \acro defines."""
    writer.tex.optional()
    open_list(writer, name)


def _abstract(writer: Writer, name: str) -> None:
    frame = Frame()
    writer.frames[-1].flush(paragraph_ends=False)
    writer.open_frame(frame, lambda: put_abstract(writer, frame), name)


def _keywords(writer: Writer, name: str) -> None:
    frame = Frame(inline=True)
    writer.open_frame(frame, lambda: declare(writer, "keywords", frame.text()), name)


ENVIRONMENTS: dict[str, Callable[[Writer, str], None]] = {
    "document": _document,
    **dict.fromkeys(("abstract", "abstract*", "Abstract"), _abstract),
    **dict.fromkeys(("keywords", "keyword", "IEEEkeywords", "Keywords"), _keywords),
    **dict.fromkeys(("quote", "quotation", "verse", "quoting", "epigraphs", *QUOTATIONS), _quote),
    **dict.fromkeys(
        (
            "itemize", "enumerate", "description", "itemize*", "enumerate*", "description*", "compactitem", "compactenum",
            "compactdesc", "inparaenum", "asparaenum", "list", "labeling",
        ),
        open_list,
    ),
    **dict.fromkeys(tables.NAMES, tables.tabular),
    **dict.fromkeys(CODE, code),
    **dict.fromkeys(NO_TEXT, no_text),
    "thebibliography": open_bibliography,
    "tabbing": open_tabbing,
    "acronym": _acronyms,
    "tablenotes": open_list,
    **dict.fromkeys(OTHER_LANGUAGE, open_other_language),
    "proof": _theorem,
    "algorithmic": algorithmic,
    "subequations": _subequations,
    **dict.fromkeys(("restatable", "restatable*"), _restatable),
    **dict.fromkeys(("tcolorbox", "mdframed"), _titled_box),
}  # fmt: skip
FIXED_ENVIRONMENTS = (
    frozenset(ENVIRONMENTS) - {"code", "Code", "scope", "asy", "axis", "list", "acronym", *OTHER_LANGUAGE} | DISPLAYS
)
