r"""Handle undefined commands: a project's variants of LaTeX's names, or commands of a missing preamble."""

import re

from darwin_spark.parsers.latex.reference_commands import label
from darwin_spark.parsers.latex.siunitx.symbols import FREE_STANDING
from darwin_spark.parsers.latex.writer import Writer
from darwin_spark.parsers.tex.files import read_file
from darwin_spark.parsers.tex.math_commands import DISPLAYS
from darwin_spark.parsers.tex.tokens import Token, is_word, source_of

_NAME_PATTERNS = (
    (re.compile(r"\\\w*(part|chapter|subsubsection|subsection|section|paragraph)"), "section"),
    (re.compile(r"\\\w*label"), "label"),
    (re.compile(r"\\\w*(?:ref|cite[a-z]?)"), "refer"),
    (re.compile(r"\\\w*(?:import|input|include|subfile)"), "file"),
)
_MAX_GROUPS = 24
_KEY = re.compile(r"[\w:./+\\-]{0,60}")
_SETTING = re.compile(r"[:/._\-\d]")


def unknown_command(writer: Writer, token: Token) -> None:
    r"""Handle an undefined command. A LaTeX name with a project's own prefix acts as that name: \olsection, \mylabel, \olref.

    The name of an environment opens or closes it, that of a unit gives its symbol. Any other command is dropped and the text of
    its arguments kept. The arguments are dropped too if they look like settings:
    at least two, all of them keys (names, numbers, paths), and at least one with a digit or one of `:/._-`.
    """
    if not is_word(token) or _is_environment(writer, token):
        return
    for pattern, kind in _NAME_PATTERNS:
        match = pattern.fullmatch(token)
        if match is not None and _handle_variant(writer, kind, match):
            return
    symbol = FREE_STANDING.get(token[1:])
    if symbol is not None:
        writer.write(symbol)
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
    r"""Return whether `token` is an environment as a command, \equation or \endequation; if so, push back \begin or \end."""
    closes = token.startswith("\\end")
    name = token[4:] if closes else token[1:]
    is_environment = name in writer.environments or name in writer.theorems or name.removesuffix("*") in DISPLAYS
    if is_environment:
        writer.tex.push(["\\end" if closes else "\\begin", "{", name, "}"])
    return is_environment


def _arguments(writer: Writer) -> list[list[Token]]:
    """Consume and return the 0 to 4 brace groups that follow directly; [] inside 24 or more groups or beyond the work limit."""
    found: list[list[Token]] = []
    while len(found) < 4 and writer.tex.peek() == "{" and len(writer.tex.groups) < _MAX_GROUPS and not writer.tex.exhausted:
        writer.tex.raw()
        found.append(writer.tex.balanced())
    return found


def _are_settings(arguments: list[str]) -> bool:
    return len(arguments) > 1 and all(map(_KEY.fullmatch, arguments)) and any(map(_SETTING.search, arguments))


def _drop_options(writer: Writer) -> None:
    r"""Skip bracket arguments. Brackets with no argument after them and no `=` inside are text and stay: `\eg [3]`."""
    while (writer.tex.peek() or "").startswith("["):
        options = writer.tex.optional()
        if options is None:
            return
        if writer.tex.peek() not in ("{", "[") and "=" not in source_of(options):
            writer.tex.push(["[", *options, "]"])
            return


def _handle_variant(writer: Writer, kind: str, match: re.Match[str]) -> bool:
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
        _section_variant(writer, match[1])
    return True


def _section_variant(writer: Writer, name: str) -> None:
    star = writer.tex.star()
    writer.tex.optional()
    arguments = _arguments(writer)
    if arguments:  # the last argument is the title, those before it are keys
        writer.tex.push([f"\\{name}", *(["*"] if star else []), "{", *arguments[-1], "}"])
