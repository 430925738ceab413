r"""Algorithms as nested list items, one a step: algorithmic's and algpseudocode's \State \If{c} .. \EndIf, algorithm2e's
\If{c}{..} with steps that end in `\;`.

Keywords are words as the packages print them, but for algorithm2e's bare `end`, which the indentation tells.
Spec: the manuals of algorithmicx, algorithms and algorithm2e on CTAN.
"""

from collections.abc import Callable

from darwin_spark.parsers.latex.writer import Frame, Tabular, Writer
from darwin_spark.parsers.tex.expand import Macro, Param
from darwin_spark.parsers.tex.skipping import skip_arguments
from darwin_spark.parsers.tex.tokens import Token
from darwin_spark.text.normalize_markdown import one_line

Command = Callable[[Writer], None]

_MAX_INDENT = 12
_FLOATS = ("algorithm", "algorithm*", "algorithm2e", "algorithm2e*", "function", "procedure")


class Algorithm(Frame):
    """Steps at work. The step at hand stands at depth `here`, the next ones at `depth`."""

    def __init__(self, braces: bool) -> None:
        super().__init__(inline=True)
        self.braces = braces
        """algorithm2e: blocks are arguments, `\\;` ends a step."""
        self.captions: list[str] = []
        self.here = self.depth = 0

    def flush(self, paragraph_ends: bool = True) -> None:
        """The step at hand is done."""
        done = len(self.blocks)
        super().flush(paragraph_ends)
        self.blocks[done:] = ["  " * min(self.here, _MAX_INDENT) + f"- {text}" for text in self.blocks[done:]]
        self.here = self.depth

    def begin(self, deeper: int = 0) -> None:
        """A step begins, this much deeper than the one before; the next ones stand as deep."""
        self.depth = max(self.depth + deeper, 0)
        self.flush()


def algorithmic(writer: Writer, name: str) -> None:
    r"""\begin{algorithmic}[1]."""
    writer.tex.optional()
    _open(writer, Algorithm(braces=False), name)


def _open(writer: Writer, frame: Algorithm, environment: str | None) -> None:
    if environment is not None:
        writer.frames[-1].flush(paragraph_ends=False)

    def done() -> None:
        outer = writer.frames[-1]
        if outer.inline or isinstance(outer, Tabular):
            outer.line.append(" ".join([*frame.captions, *(step.lstrip(" -") for step in frame.blocks)]))
        else:
            outer.flush(paragraph_ends=False)
            outer.blocks += [*frame.captions, *(["\n".join(frame.blocks)] if frame.blocks else [])]
        outer.waiting += frame.waiting

    writer.open_frame(frame, done, environment)


def _steps(writer: Writer) -> Algorithm | None:
    """The algorithm at work; algorithm2e's begins with its first command inside the float."""
    frame = writer.frames[-1]
    if isinstance(frame, Algorithm):
        return frame
    if isinstance(frame, Tabular) or frame.inline or not writer.tex.groups or writer.tex.groups[-1].environment not in _FLOATS:
        return None
    steps = Algorithm(braces=True)
    steps.line, frame.line = frame.line, []
    _open(writer, steps, None)
    return steps


def _begin(writer: Writer, deeper: int = 0) -> None:
    """A new step; outside of algorithms a new paragraph."""
    steps = _steps(writer)
    if steps is not None:
        steps.begin(deeper)
    elif writer.frames[-1].inline or isinstance(writer.frames[-1], Tabular):
        writer.write(" ")
    else:
        writer.frames[-1].flush(paragraph_ends=False)


def end_step(writer: Writer) -> bool:
    r"""`\;` and `\\` within an algorithm; False elsewhere."""
    frame = writer.frames[-1]
    if isinstance(frame, Algorithm):
        frame.begin()
        return True
    return False


def _semicolon(writer: Writer) -> None:
    inside = writer.tex.groups and writer.tex.groups[-1].environment in _FLOATS
    frame = writer.frames[-1]
    if isinstance(frame, Algorithm) and frame.braces:
        frame.begin()
    elif inside and (steps := _steps(writer)) is not None:
        steps.begin()
    else:
        writer.write(" ")


def _deeper(writer: Writer, after: list[Token] | None = None) -> None:
    """A block opens: algorithm2e's as the argument that follows (and `after` behind it), else up to its closing command."""
    frame = writer.frames[-1]
    steps = frame if isinstance(frame, Algorithm) else None
    if steps is None or steps.braces:
        writer.tex.skip_blanks()
        if writer.tex.peek() != "{":
            writer.tex.push(after or [])
            return
        writer.tex.raw()
        _begin(writer, 1)

        def close() -> None:
            _begin(writer, -1)
            writer.tex.push(after or [])

        writer.open_group(None, close)
    else:
        steps.depth += 1


def _block(before: str, after: str = "", back: int = 0) -> Command:
    """`if` c `then`: a step with an argument that opens a block; `back` where it closes one first."""

    def put(writer: Writer) -> None:
        steps = _steps(writer)
        _begin(writer, 0 if steps is None or steps.braces else -back)
        skip_arguments(writer.tex, "o")
        writer.write(f"{before} ")

        def opened(condition: str) -> None:
            writer.write(f"{condition} {after}")
            _deeper(writer)

        writer.capture(opened)

    return put


def _bare_block(word: str, back: int = 0) -> Command:
    """`else`, `loop`: a step without argument that opens a block."""

    def put(writer: Writer) -> None:
        steps = _steps(writer)
        _begin(writer, 0 if steps is None or steps.braces else -back)
        writer.write(f"{word} ")
        _deeper(writer)

    return put


def _end(word: str) -> Command:
    def put(writer: Writer) -> None:
        _begin(writer, -1)
        writer.write(f"{word} ")

    return put


def _if_else(writer: Writer) -> None:
    r"""algorithm2e's \eIf{c}{..}{..}."""
    _begin(writer)
    writer.write("if ")

    def opened(condition: str) -> None:
        writer.write(f"{condition} then")
        _deeper(writer, ["\\Else"])

    writer.capture(opened)


def _repeat(writer: Writer) -> None:
    r"""\Repeat .. \Until{c}, or algorithm2e's \Repeat{c}{..}."""
    steps = _steps(writer)
    _begin(writer)
    writer.write("repeat ")
    writer.tex.skip_blanks()
    after: list[Token] = []
    if steps is not None and steps.braces and writer.tex.peek() == "{":
        after = ["\\KwUntil", "{", *writer.tex.argument(), "}"]
    _deeper(writer, after)


def _line(word: str, back: int = 0) -> Command:
    """A step that a keyword begins, its argument behind it: `until` c, `Input:` x."""

    def put(writer: Writer) -> None:
        _begin(writer, -back)
        writer.write(f"{word} ")
        writer.tex.skip_blanks()
        if writer.tex.peek() == "{":
            writer.capture(lambda text: _last_of_step(writer, text))

    return put


def _last_of_step(writer: Writer, text: str) -> None:
    writer.write(text)
    _begin(writer)


def _condition(name: str, word: str) -> Command:
    r"""\Require, \Ensure: authors rename them by \algorithmicrequire."""

    def put(writer: Writer) -> None:
        _begin(writer)
        own = isinstance(writer.tex.macros.get(name), Macro)
        writer.write((one_line(writer.tex.evaluated([name])) if own else word) + " ")

    return put


def _step(writer: Writer) -> None:
    _begin(writer)


def _word(text: str) -> Command:
    return lambda writer: writer.write(f"{text} ")


def _spaced(text: str) -> Command:
    return lambda writer: writer.write(f" {text} ")


def _named(word: str) -> Command:
    r"""\Procedure{Name}{arguments}."""

    def put(writer: Writer) -> None:
        _begin(writer)
        writer.write(f"{word} ")
        _call(writer, lambda: _deeper(writer))

    return put


def _call(writer: Writer, then: Callable[[], None] = lambda: None) -> None:
    r"""\Call{Name}{arguments} as Name(arguments)."""

    def arguments(text: str) -> None:
        writer.write(f"({text})")
        then()

    def called(text: str) -> None:
        writer.write(text)
        writer.capture(arguments)

    writer.capture(called)


def _comment(ends: bool) -> Command:
    r"""\Comment{..}, algorithm2e's \tcp*[r]{..}: those of algorithm2e end the step."""

    def put(writer: Writer) -> None:
        side = writer.tex.star()
        writer.tex.optional()
        if ends and not side:
            _begin(writer)
        writer.write(" ▷ ")
        writer.capture(lambda text: _last_of_step(writer, text) if ends else writer.write(text))

    return put


def _keyword(writer: Writer) -> None:
    r"""\SetKw{Break}{break}, \SetKwFunction{F}{f}, \SetKwData{Left}{left}: a command that prints a word."""
    name, word = writer.tex.name(), writer.tex.argument()
    writer.tex.define(f"\\{name}", Macro((), ("\\text", "{", *word, "}", "\\algorithm@call")))


def _keyword_with_text(writer: Writer) -> None:
    r"""\SetKwInOut{Input}{input}, \SetKwInput."""
    name, word = writer.tex.name(), writer.tex.argument()
    body = ("\\algorithm@step", "{", *word, ":", " ", "#1", "}", "\\algorithm@step")
    writer.tex.define(f"\\{name}", Macro((Param("m"),), body))


def _program(writer: Writer) -> None:
    r"""\SetKwProg{Fn}{Function}{:}{end}: \Fn{f(x)}{body}."""
    name, word = writer.tex.name(), writer.tex.argument()
    skip_arguments(writer.tex, "mm")
    writer.tex.define(f"\\{name}", Macro((), ("\\algorithm@program", "{", *word, "}")))


def _program_block(writer: Writer) -> None:
    word = one_line(writer.tex.evaluated(writer.tex.argument()))
    _block(word)(writer)


def _skipped(kinds: str) -> Command:
    return lambda writer: skip_arguments(writer.tex, kinds)


_ENDED = ("If", "For", "While", "Loop", "Procedure", "Function")
_PLAIN = {
    "\\State": _step,
    "\\Statex": _step,
    "\\If": _block("if", "then"),
    "\\ElsIf": _block("else if", "then", back=1),
    "\\Else": _bare_block("else", back=1),
    "\\For": _block("for", "do"),
    "\\ForAll": _block("for all", "do"),
    "\\While": _block("while", "do"),
    "\\Loop": _bare_block("loop"),
    "\\Repeat": _repeat,
    "\\Until": _line("until", back=1),
    "\\Require": _condition("\\algorithmicrequire", "Require:"),
    "\\Ensure": _condition("\\algorithmicensure", "Ensure:"),
    "\\Comment": _comment(ends=False),
    "\\Return": _word("return"),
    **{f"\\End{name}": _end(f"end {name.lower()}") for name in _ENDED},
}
_WORDS = ("and", "or", "not", "to", "true", "false", "print")
ALGORITHMS: dict[Token, Command] = {
    **_PLAIN,
    **{token.upper(): command for token, command in _PLAIN.items()},
    "\\RETURN": _line("return"),
    **{f"\\{word.upper()}": _spaced(word) for word in _WORDS},
    "\\Procedure": _named("procedure"),
    "\\Function": _named("function"),
    "\\Call": _call,
    "\\eIf": _if_else,
    **dict.fromkeys(("\\uIf", "\\lIf"), _block("if", "then")),
    **dict.fromkeys(("\\ElseIf", "\\uElseIf", "\\lElseIf"), _block("else if", "then", back=1)),
    **dict.fromkeys(("\\uElse", "\\lElse"), _bare_block("else", back=1)),
    **dict.fromkeys(("\\ForEach", "\\lForEach"), _block("foreach", "do")),
    "\\lForAll": _block("for all", "do"),
    "\\lFor": _block("for", "do"),
    "\\lWhile": _block("while", "do"),
    "\\Switch": _block("switch", "do"),
    **dict.fromkeys(("\\Case", "\\uCase", "\\lCase"), _block("case", "do")),
    "\\Other": _bare_block("otherwise"),
    "\\Begin": _bare_block("begin"),
    "\\KwIn": _line("Input:"),
    "\\KwOut": _line("Output:"),
    "\\KwData": _line("Data:"),
    "\\KwResult": _line("Result:"),
    "\\KwUntil": _line("until"),
    "\\KwRet": _word("return"),
    "\\KwTo": _spaced("to"),
    **dict.fromkeys(("\\tcp", "\\tcc"), _comment(ends=True)),
    "\\;": _semicolon,
    "\\BlankLine": _step,
    **dict.fromkeys(("\\SetKw", "\\SetKwFunction", "\\SetKwData"), _keyword),
    **dict.fromkeys(("\\SetKwInOut", "\\SetKwInput"), _keyword_with_text),
    "\\SetKwProg": _program,
    "\\algorithm@step": _step,
    "\\algorithm@program": _program_block,
    **{
        f"\\{name}": _skipped(kinds)
        for kinds, names in {
            "": ("SetAlgoLined", "SetAlgoNoLine", "SetAlgoVlined", "SetAlgoNoEnd", "DontPrintSemicolon", "PrintSemicolon",
                 "LinesNumbered", "LinesNotNumbered", "RestyleAlgo", "nl", "Indp", "Indm", "SetNoFillComment"),
            "m": ("lnl", "SetAlFnt", "SetAlgorithmName", "SetAlCapSkip", "SetAlgoSkip", "RestyleAlgo", "SetCommentSty"),
            "mmm": ("SetKwComment", "SetKwRepeat", "SetNlSty"),
        }.items()
        for name in names
    },
}  # fmt: skip
"""The commands of all three packages; a document's own definitions of these names stand before them."""
