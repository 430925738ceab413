r"""Commands of babel and polyglossia: \selectlanguage, \foreignlanguage, \addto\captionsgerman, and French quotation marks."""

from collections.abc import Callable

from darwin_spark.parsers.latex.languages import SHORTHANDS, family, main_name, set_language
from darwin_spark.parsers.latex.writer import Writer
from darwin_spark.parsers.tex.tokens import Token

Command = Callable[[Writer], None]


def _select(writer: Writer) -> None:
    set_language(writer.tex, writer.tex.name())


def _set_main(writer: Writer) -> None:
    r"""\setdefaultlanguage[variant=swiss]{german} of polyglossia."""
    writer.tex.optional()
    set_language(writer.tex, writer.tex.name(), main=True)


def _foreign(writer: Writer) -> None:
    r"""\foreignlanguage[..]{german}{text}: read the text in that language."""
    writer.tex.star()
    writer.tex.optional()
    _open_in_language(writer, writer.tex.name())


def _open_in_language(writer: Writer, name: str) -> None:
    writer.tex.skip_blanks()
    if writer.tex.peek() == "{":
        writer.tex.raw()
        writer.open_group()
        set_language(writer.tex, name)


def _text_in(name: str) -> Command:
    r"""Return the handler of polyglossia's \textgerman{text}."""

    def put(writer: Writer) -> None:
        writer.tex.optional()
        _open_in_language(writer, name)

    return put


def open_other_language(writer: Writer, name: str) -> None:
    r"""\begin{otherlanguage}{german}, or polyglossia's \begin{german}: open an environment in that language."""
    if name.startswith("otherlanguage"):
        writer.tex.optional()
        language = writer.tex.name()
    else:
        writer.tex.optional()
        language = name
    writer.frames[-1].flush(paragraph_ends=False)
    writer.open_group(name, lambda: writer.frames[-1].flush(paragraph_ends=False))
    set_language(writer.tex, language)


def _add_to(writer: Writer) -> None:
    r"""\addto\captionsgerman{..} or \extrasgerman: execute the definitions if it is the document's language, else skip them."""
    target, body = writer.tex.argument(), writer.tex.argument()
    name = target[0] if target else ""
    for prefix in ("\\captions", "\\extras", "\\noextras", "\\date"):
        if name.startswith(prefix):
            if prefix in ("\\captions", "\\extras") and family(name.removeprefix(prefix)) == family(main_name(writer.tex)):
                writer.tex.push(body)
            return


def _guillemet(text: str) -> Command:
    return lambda writer: writer.write(text)


LANGUAGES = frozenset({"german", "french", "spanish", "italian", "dutch", "russian", "greek", "latin", "polish", "english"})
"""Languages whose polyglossia environment and command are read."""
BABEL: dict[Token, Command] = {
    "\\selectlanguage": _select,
    "\\languageshorthands": _select,
    **dict.fromkeys(("\\setdefaultlanguage", "\\setmainlanguage"), _set_main),
    **dict.fromkeys(("\\foreignlanguage", "\\textlang"), _foreign),
    **{f"\\text{name}": _text_in(name) for name in LANGUAGES},
    "\\addto": _add_to,
    "\\og": _guillemet("« "),
    "\\fg": _guillemet(" »"),
}
OTHER_LANGUAGE = ("otherlanguage", "otherlanguage*", "foreignlanguage", *sorted(LANGUAGES & (SHORTHANDS.keys() | LANGUAGES)))
