r"""Algorithms as nested list items, one for each step: \State \If{c} .. \EndIf of algorithmic and algpseudocode, and
\If{c}{..} of algorithm2e, where steps end with `\;`.

Keywords are written as the packages print them, except algorithm2e's bare `end`: the indentation shows the end of a block.
Spec: the manuals of algorithmicx, algorithms and algorithm2e on CTAN.
"""

from collections.abc import Callable

from darwin_spark.parsers.latex.frames import Frame, Tabular
from darwin_spark.parsers.latex.writer import Writer
from darwin_spark.parsers.tex.expand import Macro, Param
from darwin_spark.parsers.tex.skipping import skip_arguments
from darwin_spark.parsers.tex.tokens import Token
from darwin_spark.text.normalize_markdown import one_line

Command = Callable[[Writer], None]

_MAX_INDENT = 12
_FLOATS = ("algorithm", "algorithm*", "algorithm2e", "algorithm2e*", "function", "procedure")


class Algorithm(Frame):
    """Frame of an open algorithm. `here` is the nesting depth of the current step, `depth` the depth of the next step."""

    def __init__(self, braces: bool) -> None:
        super().__init__(inline=True)
        self.braces = braces
        r"""True for algorithm2e: blocks are arguments and `\;` ends a step."""
        self.captions: list[str] = []
        self.here = self.depth = 0

    def flush(self, paragraph_ends: bool = True) -> None:
        """End the current step: the current line becomes a list item indented by `here`; the next step gets `depth`."""
        done = len(self.blocks)
        super().flush(paragraph_ends)
        self.blocks[done:] = ["  " * min(self.here, _MAX_INDENT) + f"- {text}" for text in self.blocks[done:]]
        self.here = self.depth

    def begin(self, deeper: int = 0) -> None:
        """End the current step, add `deeper` (may be negative) to `depth`, and begin the next step at this depth."""
        self.depth = max(self.depth + deeper, 0)
        self.flush()


def algorithmic(writer: Writer, name: str) -> None:
    r"""\begin{algorithmic}[1]: open the frame of an algorithm; the argument is dropped."""
    writer.tex.optional()
    _open_algorithm(writer, Algorithm(braces=False), name)


def _open_algorithm(writer: Writer, frame: Algorithm, environment: str | None) -> None:
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


def _current_algorithm(writer: Writer) -> Algorithm | None:
    """Return the frame of the open algorithm; directly in an algorithm float, open an algorithm2e frame; elsewhere, None."""
    frame = writer.frames[-1]
    if isinstance(frame, Algorithm):
        return frame
    if isinstance(frame, Tabular) or frame.inline or not writer.tex.groups or writer.tex.groups[-1].environment not in _FLOATS:
        return None
    algorithm = Algorithm(braces=True)
    algorithm.line, frame.line = frame.line, []
    _open_algorithm(writer, algorithm, None)
    return algorithm


def _begin_step(writer: Writer, deeper: int = 0) -> None:
    """Begin a step, `deeper` levels deeper; outside of algorithms end the line, in inline frames and tables write a space."""
    algorithm = _current_algorithm(writer)
    if algorithm is not None:
        algorithm.begin(deeper)
    elif writer.frames[-1].inline or isinstance(writer.frames[-1], Tabular):
        writer.write(" ")
    else:
        writer.frames[-1].flush(paragraph_ends=False)


def end_step(writer: Writer) -> bool:
    r"""Handle `\\`: in an algorithm, begin a new step and return True; elsewhere, do nothing and return False."""
    frame = writer.frames[-1]
    if isinstance(frame, Algorithm):
        frame.begin()
        return True
    return False


def _semicolon(writer: Writer) -> None:
    in_float = writer.tex.groups and writer.tex.groups[-1].environment in _FLOATS
    frame = writer.frames[-1]
    if isinstance(frame, Algorithm) and frame.braces:
        frame.begin()
    elif in_float and (algorithm := _current_algorithm(writer)) is not None:
        algorithm.begin()
    else:
        writer.write(" ")


def _open_block(writer: Writer, after: list[Token] | None = None) -> None:
    r"""Open a block of deeper steps: algorithm2e's brace argument, if any, then read `after`; else the steps up to \EndIf .."""
    frame = writer.frames[-1]
    algorithm = frame if isinstance(frame, Algorithm) else None
    if algorithm is None or algorithm.braces:
        writer.tex.skip_blanks()
        if writer.tex.peek() != "{":
            writer.tex.push(after or [])
            return
        writer.tex.raw()
        _begin_step(writer, 1)

        def close() -> None:
            _begin_step(writer, -1)
            writer.tex.push(after or [])

        writer.open_group(None, close)
    else:
        algorithm.depth += 1


def _block_command(before: str, after: str = "", levels_up: int = 0) -> Command:
    """Return a handler that writes a step, `before` condition `after`, and opens a block. `levels_up`: 1 for `else if`."""

    def put(writer: Writer) -> None:
        algorithm = _current_algorithm(writer)
        _begin_step(writer, 0 if algorithm is None or algorithm.braces else -levels_up)
        skip_arguments(writer.tex, "o")
        writer.write(f"{before} ")

        def open_after_condition(condition: str) -> None:
            writer.write(f"{condition} {after}")
            _open_block(writer)

        writer.capture(open_after_condition)

    return put


def _block_without_argument(word: str, levels_up: int = 0) -> Command:
    """Return a handler that writes a step of one `word` (else, loop) and opens a block. `levels_up`: 1 for `else`, or 0."""

    def put(writer: Writer) -> None:
        algorithm = _current_algorithm(writer)
        _begin_step(writer, 0 if algorithm is None or algorithm.braces else -levels_up)
        writer.write(f"{word} ")
        _open_block(writer)

    return put


def _end_block(word: str) -> Command:
    def put(writer: Writer) -> None:
        _begin_step(writer, -1)
        writer.write(f"{word} ")

    return put


def _if_else(writer: Writer) -> None:
    r"""Handle algorithm2e's \eIf{condition}{then block}{else block}: write two steps, each followed by its block."""
    _begin_step(writer)
    writer.write("if ")

    def open_after_condition(condition: str) -> None:
        writer.write(f"{condition} then")
        _open_block(writer, ["\\Else"])

    writer.capture(open_after_condition)


def _repeat(writer: Writer) -> None:
    r"""Handle \Repeat .. \Until{c}, or algorithm2e's \Repeat{c}{..}: write `repeat` and open the block; `until c` follows."""
    algorithm = _current_algorithm(writer)
    _begin_step(writer)
    writer.write("repeat ")
    writer.tex.skip_blanks()
    after: list[Token] = []
    if algorithm is not None and algorithm.braces and writer.tex.peek() == "{":
        after = ["\\KwUntil", "{", *writer.tex.argument(), "}"]
    _open_block(writer, after)


def _keyword_step(word: str, levels_up: int = 0) -> Command:
    """Return a handler that begins a step with `word` and adds the brace argument, if one follows: `until` condition."""

    def put(writer: Writer) -> None:
        _begin_step(writer, -levels_up)
        writer.write(f"{word} ")
        writer.tex.skip_blanks()
        if writer.tex.peek() == "{":
            writer.capture(lambda text: _write_and_end_step(writer, text))

    return put


def _write_and_end_step(writer: Writer, text: str) -> None:
    writer.write(text)
    _begin_step(writer)


def _requirement(name: str, word: str) -> Command:
    r"""Return the handler of \Require or \Ensure, which begins a step with `word` (or with macro `name`, if redefined)."""

    def put(writer: Writer) -> None:
        _begin_step(writer)
        is_redefined = isinstance(writer.tex.macros.get(name), Macro)
        writer.write((one_line(writer.tex.evaluated([name])) if is_redefined else word) + " ")

    return put


def _new_step(writer: Writer) -> None:
    _begin_step(writer)


def _word_command(text: str) -> Command:
    return lambda writer: writer.write(f"{text} ")


def _spaced_word(text: str) -> Command:
    return lambda writer: writer.write(f" {text} ")


def _named_block(word: str) -> Command:
    r"""Return the handler of \Procedure{Name}{arguments}: it writes the step `word Name(arguments)` and opens a block."""

    def put(writer: Writer) -> None:
        _begin_step(writer)
        writer.write(f"{word} ")
        _call(writer, lambda: _open_block(writer))

    return put


def _call(writer: Writer, then: Callable[[], None] = lambda: None) -> None:
    r"""Write \Call{Name}{arguments} as `Name(arguments)`; then call `then`."""

    def arguments(text: str) -> None:
        writer.write(f"({text})")
        then()

    def called(text: str) -> None:
        writer.write(text)
        writer.capture(arguments)

    writer.capture(called)


def _comment(ends: bool) -> Command:
    r"""Return the handler of a comment, `▷ ..`: \Comment{..}; with `ends`, \tcp{..}, a step, or \tcp*{..}, which ends one."""

    def put(writer: Writer) -> None:
        same_line = writer.tex.star()
        writer.tex.optional()
        if ends and not same_line:
            _begin_step(writer)
        writer.write(" ▷ ")
        writer.capture(lambda text: _write_and_end_step(writer, text) if ends else writer.write(text))

    return put


def _define_keyword(writer: Writer) -> None:
    r"""\SetKw{Break}{break}, \SetKwFunction{F}{f}, \SetKwData{Left}{left}: define \Break, \F, \Left, which print the word."""
    name, word = writer.tex.name(), writer.tex.argument()
    writer.tex.define(f"\\{name}", Macro((), ("\\text", "{", *word, "}", "\\algorithm@call")))


def _define_keyword_step(writer: Writer) -> None:
    r"""\SetKwInOut{Input}{input}, \SetKwInput: define the command \Input{x}, which prints the step `input: x`."""
    name, word = writer.tex.name(), writer.tex.argument()
    body = ("\\algorithm@step", "{", *word, ":", " ", "#1", "}", "\\algorithm@step")
    writer.tex.define(f"\\{name}", Macro((Param("m"),), body))


def _define_program_block(writer: Writer) -> None:
    r"""\SetKwProg{Fn}{Function}{:}{end}: define \Fn{f(x)}{body}, which prints the step `Function f(x)` and a block."""
    name, word = writer.tex.name(), writer.tex.argument()
    skip_arguments(writer.tex, "mm")
    writer.tex.define(f"\\{name}", Macro((), ("\\algorithm@program", "{", *word, "}")))


def _program_block(writer: Writer) -> None:
    word = one_line(writer.tex.evaluated(writer.tex.argument()))
    _block_command(word)(writer)


def _skip_command(kinds: str) -> Command:
    return lambda writer: skip_arguments(writer.tex, kinds)


_BLOCK_NAMES = ("If", "For", "While", "Loop", "Procedure", "Function")
_ALGORITHMIC = {
    "\\State": _new_step,
    "\\Statex": _new_step,
    "\\If": _block_command("if", "then"),
    "\\ElsIf": _block_command("else if", "then", levels_up=1),
    "\\Else": _block_without_argument("else", levels_up=1),
    "\\For": _block_command("for", "do"),
    "\\ForAll": _block_command("for all", "do"),
    "\\While": _block_command("while", "do"),
    "\\Loop": _block_without_argument("loop"),
    "\\Repeat": _repeat,
    "\\Until": _keyword_step("until", levels_up=1),
    "\\Require": _requirement("\\algorithmicrequire", "Require:"),
    "\\Ensure": _requirement("\\algorithmicensure", "Ensure:"),
    "\\Comment": _comment(ends=False),
    "\\Return": _word_command("return"),
    **{f"\\End{name}": _end_block(f"end {name.lower()}") for name in _BLOCK_NAMES},
}
_LOGIC_WORDS = ("and", "or", "not", "to", "true", "false", "print")
ALGORITHMS: dict[Token, Command] = {
    **_ALGORITHMIC,
    **{token.upper(): command for token, command in _ALGORITHMIC.items()},
    "\\RETURN": _keyword_step("return"),
    **{f"\\{word.upper()}": _spaced_word(word) for word in _LOGIC_WORDS},
    "\\Procedure": _named_block("procedure"),
    "\\Function": _named_block("function"),
    "\\Call": _call,
    "\\eIf": _if_else,
    **dict.fromkeys(("\\uIf", "\\lIf"), _block_command("if", "then")),
    **dict.fromkeys(("\\ElseIf", "\\uElseIf", "\\lElseIf"), _block_command("else if", "then", levels_up=1)),
    **dict.fromkeys(("\\uElse", "\\lElse"), _block_without_argument("else", levels_up=1)),
    **dict.fromkeys(("\\ForEach", "\\lForEach"), _block_command("foreach", "do")),
    "\\lForAll": _block_command("for all", "do"),
    "\\lFor": _block_command("for", "do"),
    "\\lWhile": _block_command("while", "do"),
    "\\Switch": _block_command("switch", "do"),
    **dict.fromkeys(("\\Case", "\\uCase", "\\lCase"), _block_command("case", "do")),
    "\\Other": _block_without_argument("otherwise"),
    "\\Begin": _block_without_argument("begin"),
    "\\KwIn": _keyword_step("Input:"),
    "\\KwOut": _keyword_step("Output:"),
    "\\KwData": _keyword_step("Data:"),
    "\\KwResult": _keyword_step("Result:"),
    "\\KwUntil": _keyword_step("until"),
    "\\KwRet": _word_command("return"),
    "\\KwTo": _spaced_word("to"),
    **dict.fromkeys(("\\tcp", "\\tcc"), _comment(ends=True)),
    "\\;": _semicolon,
    "\\BlankLine": _new_step,
    **dict.fromkeys(("\\SetKw", "\\SetKwFunction", "\\SetKwData"), _define_keyword),
    **dict.fromkeys(("\\SetKwInOut", "\\SetKwInput"), _define_keyword_step),
    "\\SetKwProg": _define_program_block,
    "\\algorithm@step": _new_step,
    "\\algorithm@program": _program_block,
    **{
        f"\\{name}": _skip_command(kinds)
        for kinds, names in {
            "": ("SetAlgoLined", "SetAlgoNoLine", "SetAlgoVlined", "SetAlgoNoEnd", "DontPrintSemicolon", "PrintSemicolon",
                 "LinesNumbered", "LinesNotNumbered", "RestyleAlgo", "nl", "Indp", "Indm", "SetNoFillComment"),
            "m": ("lnl", "SetAlFnt", "SetAlgorithmName", "SetAlCapSkip", "SetAlgoSkip", "RestyleAlgo", "SetCommentSty"),
            "mmm": ("SetKwComment", "SetKwRepeat", "SetNlSty"),
        }.items()
        for name in names
    },
}  # fmt: skip
"""Handlers by command, for all three packages. A document's own definitions of the same names take precedence."""
