r"""Commands that nobody defined: projects' own names for LaTeX's, or the preamble is not at hand."""

import re

from darwin_spark.parsers.latex.references import label
from darwin_spark.parsers.latex.writer import Writer
from darwin_spark.parsers.tex.files import read_file
from darwin_spark.parsers.tex.math import DISPLAYS
from darwin_spark.parsers.tex.tokens import Token, is_word, source_of

_NAMED = (
    (re.compile(r"\\\w*(part|chapter|subsubsection|subsection|section|paragraph)"), "section"),
    (re.compile(r"\\\w*label"), "label"),
    (re.compile(r"\\\w*(?:ref|cite[a-z]?)"), "refer"),
    (re.compile(r"\\\w*(?:import|input|include|subfile)"), "file"),
)
_MAX_GROUPS = 24
_KEY = re.compile(r"[\w:./+\\-]{0,60}")
_SETTING = re.compile(r"[:/._\-\d]")


def unknown_command(writer: Writer, token: Token) -> None:
    r"""A command that nobody defined. Projects put their own prefix before LaTeX's names: \olsection, \mylabel, \olref.

    Otherwise the command goes and its arguments' text stays; two arguments or more that are bare keys,
    one of which is no plain word, are settings.
    """
    if not is_word(token) or _is_environment(writer, token):
        return
    for pattern, kind in _NAMED:
        match = pattern.fullmatch(token)
        if match is not None and _prefixed(writer, kind, match):
            return
    if not writer.in_preamble:
        writer.tex.warn(f"unknown command {token[:60]}")
    _drop_options(writer)
    arguments = _arguments(writer)
    if _are_settings([source_of(argument) for argument in arguments]):
        return
    for argument in reversed(arguments):
        writer.tex.push([" ", "{", *argument, "}"] if argument is not arguments[0] else ["{", *argument, "}"])


def _is_environment(writer: Writer, token: Token) -> bool:
    r"""\equation .. \endequation: an environment by its two commands."""
    closes = token.startswith("\\end")
    name = token[4:] if closes else token[1:]
    known = name in writer.environments or name in writer.theorems or name.removesuffix("*") in DISPLAYS
    if known:
        writer.tex.push(["\\end" if closes else "\\begin", "{", name, "}"])
    return known


def _arguments(writer: Writer) -> list[list[Token]]:
    """The groups that follow directly, where they are short enough to be looked at."""
    found: list[list[Token]] = []
    while len(found) < 4 and writer.tex.peek() == "{" and len(writer.tex.groups) < _MAX_GROUPS and not writer.tex.exhausted:
        writer.tex.raw()
        found.append(writer.tex.balanced())
    return found


def _are_settings(arguments: list[str]) -> bool:
    return len(arguments) > 1 and all(map(_KEY.fullmatch, arguments)) and any(map(_SETTING.search, arguments))


def _drop_options(writer: Writer) -> None:
    r"""Pass over options; brackets that no argument follows and that assign nothing are text: `\eg [3]`."""
    while (writer.tex.peek() or "").startswith("["):
        options = writer.tex.optional()
        if options is None:
            return
        if writer.tex.peek() not in ("{", "[") and "=" not in source_of(options):
            writer.tex.push(["[", *options, "]"])
            return


def _prefixed(writer: Writer, kind: str, match: re.Match[str]) -> bool:
    if writer.tex.peek() not in ("{", "[", "*") and not (writer.tex.peek() or "").startswith("["):
        return False
    options: list[str] = []
    while kind != "section" and (option := writer.tex.optional()) is not None and len(options) < 6:
        options.append(source_of(option))
    if kind == "label":
        label(writer)
    elif kind == "refer":
        writer.write(writer.refer("\\cite" if "cite" in match[0] else "\\ref", writer.tex.name()))
    elif kind == "file":
        name = writer.tex.name()
        if not read_file(writer.tex, name, options[0] if options else ""):
            writer.tex.warn(f"not in the bundle: {name[:100]}")
    else:
        _prefixed_section(writer, match[1])
    return True


def _prefixed_section(writer: Writer, name: str) -> None:
    star = writer.tex.star()
    writer.tex.optional()
    arguments = _arguments(writer)
    if arguments:  # what stands before the title are keys
        writer.tex.push([f"\\{name}", *(["*"] if star else []), "{", *arguments[-1], "}"])
