r"""Quotations of csquotes: \enquote, \textquote, \blockquote and others, with the marks of the language, also nested."""

from collections.abc import Callable

from darwin_spark.parsers.latex.frames import Tabular
from darwin_spark.parsers.latex.languages import QUOTES, current_name, family, main_name, quotation_marks
from darwin_spark.parsers.latex.writer import NO_SHORTHANDS, OUTER_QUOTE, Writer
from darwin_spark.parsers.tex.expand import Macro
from darwin_spark.parsers.tex.tokens import Token, group_of, source_of

Command = Callable[[Writer], None]
_DEPTH, _STYLE = "\\quotes@depth", "\\quotes@style"
_MAX_INLINE = 270
"""A quotation with more characters (three lines of 90) is a block quotation."""


def _marks(writer: Writer, name: str = "") -> tuple[str, str, str, str]:
    r"""Return the marks of language `name`, else of \setquotestyle, of the option `style`, or of the document's language."""
    stored = writer.tex.macros.get(_STYLE)
    if not name and isinstance(stored, Macro):
        name = stored.body[0]
    options = writer.tex.packages.get("csquotes", "")
    if not name and "style" in options.replace("autostyle", ""):
        name = options.replace("autostyle", "").partition("style")[2].lstrip("= ").partition(",")[0].strip("{} ")
    if not name:
        name = current_name(writer.tex) if "autostyle" in options else main_name(writer.tex)
    settings = {key.strip(): value.strip() for key, _, value in (part.partition("=") for part in options.split(","))}
    if "guillemets" in (settings.get(name), settings.get(family(name))) and family(name) in ("german", "danish"):
        return "»", "«", "›", "‹"
    return quotation_marks(name.partition("/")[2] or name)


def _is_inner(writer: Writer) -> bool:
    return _DEPTH in writer.tex.macros


def _quote(writer: Writer, name: str = "", inner: bool = False, then: Callable[[], None] = lambda: None) -> None:
    """Let `run` read the next argument as a quotation, in the marks of its depth; then call `then`."""
    marks = _marks(writer, name)
    is_inner = _is_inner(writer) != inner
    opening, closing = marks[2:] if is_inner else marks[:2]
    writer.tex.skip_blanks()
    token = writer.tex.character()
    if token is None or token == "}":
        writer.tex.push([token] if token else [])
        return
    if token != "{":
        writer.tex.push([token, "}"])
    writer.write(opening)

    def close() -> None:
        writer.write(closing)
        then()

    writer.open_group(None, close)
    writer.tex.define(_DEPTH, None if is_inner else Macro((), ("1",)))


def _enquote(writer: Writer) -> None:
    _quote(writer, inner=writer.tex.star())


def _in_language(command: Callable[[Writer, str], None]) -> Command:
    """Return the handler of a command whose first argument is the language of the quotation."""

    def put(writer: Writer) -> None:
        writer.tex.star()
        command(writer, writer.tex.name())

    return put


def _starred(command: Callable[[Writer, str], None]) -> Command:
    """Return the handler of a command without an argument for the language; it may have a star."""

    def put(writer: Writer) -> None:
        writer.tex.star()
        command(writer, "")

    return put


def _text_quote(writer: Writer, name: str = "") -> None:
    r"""\textquote[source][punctuation]{text}: write the quotation, then the source in parentheses."""
    _put_with_source(writer, name, block=False)


def _block_quote(writer: Writer, name: str = "") -> None:
    r"""\blockquote[source][punctuation]{text}: the same; a long text becomes a block quotation."""
    _put_with_source(writer, name, block=True)


def _put_with_source(writer: Writer, name: str, block: bool) -> None:
    source, punctuation = writer.tex.optional() or [], writer.tex.optional() or []
    after = [" ", "(", *source, ")"] if source else []
    _put(writer, name, block, after, punctuation)


def _cited(block: bool) -> Callable[[Writer, str], None]:
    r"""Return the handler of \textcquote[before][after]{key}[punctuation]{text}, also \blockcquote; the source is cited."""

    def put(writer: Writer, name: str = "") -> None:
        first, second = writer.tex.optional(), writer.tex.optional()
        key = writer.tex.name()
        notes = [token for note in (first, second) if note is not None for token in ("[", *note, "]")]
        _put(writer, name, block, [" ", "\\parencite", *notes, *group_of(key)], writer.tex.optional() or [])

    return put


def _put(writer: Writer, name: str, block: bool, after: list[Token], punctuation: list[Token]) -> None:
    text = writer.tex.argument()
    frame = writer.frames[-1]
    is_long = len(source_of(text)) > _MAX_INLINE and not frame.inline and not isinstance(frame, Tabular)
    if block and is_long:
        writer.tex.push(["\\begin", "{", "quote", "}", *text, *punctuation, *after, "\\end", "{", "quote", "}"])
        return
    writer.tex.push(["{", *text, *punctuation, "}"])
    _quote(writer, name, then=lambda: writer.tex.push(after))


def open_quotation(writer: Writer, name: str) -> list[Token]:
    r"""Consume the arguments of \begin{displayquote}[source] and similar; return the tokens of the source, for the end."""
    if name.startswith(("foreign", "hyphen")):
        writer.tex.argument()
    first, second = writer.tex.optional(), writer.tex.optional()
    if "cquote" in name:
        key = writer.tex.name()
        writer.tex.optional()
        notes = [token for note in (first, second) if note is not None for token in ("[", *note, "]")]
        return [" ", "\\parencite", *notes, *group_of(key)]
    return [" ", "(", *first, ")"] if first else []


def _inserted(writer: Writer) -> None:
    r"""\textins{word}: write `[word]`."""
    writer.tex.star()
    writer.capture(lambda text: writer.write(f"[{text}]" if text else ""))


def _omitted(writer: Writer) -> None:
    r"""\textelp{}: write `[…]`, and an inserted word behind."""
    writer.tex.star()
    writer.capture(lambda text: writer.write(f"[…] [{text}]" if text else "[…]"))


def _mark(index: int) -> Command:
    return lambda writer: writer.write(_marks(writer)[index])


def _outer_mark(writer: Writer) -> None:
    r"""\MakeOuterQuote{"}: make the character `"` a quotation mark."""
    if writer.tex.name() in ('"', '\\"'):
        marks = _marks(writer)
        writer.tex.define(OUTER_QUOTE, Macro((), marks[:2]))


def _set_style(writer: Writer) -> None:
    r"""\setquotestyle[variant]{style}: use the marks of a style, up to the group's end."""
    writer.tex.optional()
    name = writer.tex.name()
    if name in QUOTES or quotation_marks(name):
        writer.tex.define(_STYLE, Macro((), (name,)))


def _fixed(opening: str, closing: str) -> Command:
    return lambda writer: writer.capture(lambda text: writer.write(f"{opening}{text}{closing}"))


def _shorthands(on: bool) -> Command:
    r"""Return the handler of babel's \shorthandon{"} and \shorthandoff{"}."""

    def switch(writer: Writer) -> None:
        writer.tex.star()
        if '"' in writer.tex.name():
            writer.tex.define(NO_SHORTHANDS, None if on else Macro((), ()))

    return switch


CSQUOTES: dict[Token, Command] = {
    **dict.fromkeys(("\\enquote", "\\say"), _enquote),
    **dict.fromkeys(("\\foreignquote", "\\hyphenquote"), _in_language(_quote)),
    "\\textquote": _starred(_text_quote),
    "\\blockquote": _starred(_block_quote),
    **dict.fromkeys(("\\foreigntextquote", "\\hyphentextquote"), _in_language(_text_quote)),
    **dict.fromkeys(("\\foreignblockquote", "\\hyphenblockquote", "\\hybridblockquote"), _in_language(_block_quote)),
    "\\textcquote": _starred(_cited(block=False)),
    "\\blockcquote": _starred(_cited(block=True)),
    **dict.fromkeys(("\\foreigntextcquote", "\\hyphentextcquote"), _in_language(_cited(block=False))),
    **dict.fromkeys(("\\foreignblockcquote", "\\hyphenblockcquote", "\\hybridblockcquote"), _in_language(_cited(block=True))),
    "\\textins": _inserted,
    "\\textelp": _omitted,
    "\\openautoquote": _mark(0),
    "\\closeautoquote": _mark(1),
    "\\openinnerquote": _mark(2),
    "\\closeinnerquote": _mark(3),
    "\\MakeOuterQuote": _outer_mark,
    "\\setquotestyle": _set_style,
    "\\uv": _fixed("„", "“"),
    "\\shorthandoff": _shorthands(on=False),
    "\\shorthandon": _shorthands(on=True),
}
"""Handlers by command, also of babel's switches and of Czech \\\\uv. Spec: the csquotes manual on CTAN."""
QUOTATIONS = tuple(f"{prefix}display{kind}" for prefix in ("", "foreign", "hyphen") for kind in ("quote", "cquote"))
"""Environments of csquotes."""
