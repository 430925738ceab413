r"""Commands that define entries: \newacronym, \newglossaryentry, \acrodef, \DeclareAcronym, \nomenclature and others."""

from collections.abc import Callable

from darwin_spark.parsers.latex.glossaries.entries import (
    FOOTNOTE,
    LONG_ONLY,
    LONG_SHORT,
    SHORT_LONG,
    SHORT_ONLY,
    Tokens,
    parsed_fields,
)
from darwin_spark.parsers.latex.glossaries.glossary import glossary_of
from darwin_spark.parsers.tex.expand import Expander
from darwin_spark.parsers.tex.tokens import Token, source_of

Command = Callable[[Expander], None]
PRINT = "\\glossary@print"
"""Command of the writer that marks the place where a list is printed."""
_MAX_SYMBOLS = 20_000


def _new_entry(tex: Expander) -> None:
    r"""\newglossaryentry{kiln}{name=kiln, description={..}}."""
    key = tex.name()
    glossary_of(tex).define(key, parsed_fields(tex.argument()), LONG_SHORT)


def _new_long_entry(tex: Expander) -> None:
    r"""\longnewglossaryentry{kiln}{name=kiln}{description}."""
    tex.star()
    key, fields = tex.name(), parsed_fields(tex.argument())
    glossary_of(tex).define(key, {**fields, "description": tex.argument()}, LONG_SHORT)


def _new_acronym(is_abbreviation: bool) -> Command:
    r"""Return the handler of \newacronym[options]{key}{short}{long} or \newabbreviation."""

    def define(tex: Expander) -> None:
        fields = parsed_fields(tex.optional() or [])
        key = tex.name()
        fields |= {"short": tex.argument(), "long": tex.argument()}
        default = SHORT_ONLY if "glossaries-extra" in tex.packages and not is_abbreviation else LONG_SHORT
        glossary_of(tex).define(key, fields, glossary_of(tex).style or _style(tex.packages.get("glossaries", "")) or default)

    return define


def _new_symbol(tex: Expander) -> None:
    r"""\glsxtrnewsymbol[options]{key}{symbol}."""
    fields = parsed_fields(tex.optional() or [])
    key, symbol = tex.name(), tex.argument()
    glossary_of(tex).define(key, {"name": symbol, **fields}, LONG_SHORT)


def _acro(tex: Expander) -> None:
    r"""\acrodef{key}[short]{long} and \newacro of the package acronym."""
    key = tex.name()
    short = tex.optional()
    _acro_from(tex, key, short if short is not None else [key] if key else [], tex.argument())


def _listed_acro(tex: Expander) -> None:
    r"""\acro{key}[short]{long} in the environment acronym: define the acronym and print a line of the list."""
    tex.star()
    key = tex.name()
    short = tex.optional()
    long = tex.argument()
    _acro_from(tex, key, short if short is not None else [key] if key else [], long)
    if "nolist" not in tex.packages.get("acronym", ""):
        tex.push(["\\item", "[", "{", *(short if short is not None else [key] if key else []), "}", "]", *long, " "])


def _acro_from(tex: Expander, key: str, short: Tokens, long: Tokens) -> None:
    """Define an acronym of the package acronym."""
    style = FOOTNOTE if "footnote" in tex.packages.get("acronym", "") else LONG_SHORT
    glossary_of(tex).define(key, {"short": short, "long": long}, style)


def _plural(tex: Expander) -> None:
    r"""\acroplural{key}[short plural]{long plural}, also \newacroplural and \acrodefplural."""
    key = tex.name()
    short = tex.optional()
    long = tex.argument()
    entry = glossary_of(tex).entries.get(key)
    if entry is not None:
        entry.fields |= {"longplural": long, **({"shortplural": short} if short is not None else {})}


def _indefinite(tex: Expander) -> None:
    r"""\acroindefinite{key}{article of the short form}{article of the long form}, also \newacroindefinite."""
    key, short, long = tex.name(), tex.argument(), tex.argument()
    entry = glossary_of(tex).entries.get(key)
    if entry is not None:
        entry.fields |= {"shortindefinite": short, "longindefinite": long}


def _declare(tex: Expander) -> None:
    r"""\DeclareAcronym{key}{short=.., long=..} of the package acro."""
    key = tex.name()
    fields = parsed_fields(tex.argument())
    glossary_of(tex).define(key, fields, _style(source_of(fields.get("first-style", []))))


def _set_style(tex: Expander) -> None:
    r"""\setacronymstyle{short-long}, \setabbreviationstyle[acronym]{..}: set the style of the acronyms that follow."""
    tex.optional()
    glossary_of(tex).style = _style(tex.name()) or glossary_of(tex).style


def _set_up(tex: Expander) -> None:
    r"""\acsetup{first-style=short-long} of the package acro."""
    fields = parsed_fields(tex.argument())
    style = _style(source_of(fields.get("first-style", [])))
    if style:
        glossary_of(tex).style = style


def _nomenclature(tex: Expander) -> None:
    r"""\nomenclature[prefix]{symbol}{description}: print nothing here; \printnomenclature prints the list."""
    tex.optional()
    if len(glossary_of(tex).symbols) < _MAX_SYMBOLS:
        glossary_of(tex).symbols.append((tex.argument(), tex.argument()))


def _style(text: str) -> str:
    """Return the style of first uses that a name of glossaries or acro means; '' for other names."""
    name = text.strip()
    if "footnote" in name:
        return FOOTNOTE
    if "dua" in name.split("-") or name in ("long-noshort", "long-only"):
        return LONG_ONLY
    if name in ("short-nolong", "short-only", "short", "short-nolong-noreg"):
        return SHORT_ONLY
    if name.startswith(("short-", "sc-short-", "sm-short-")) and "long" in name:
        return SHORT_LONG
    return LONG_SHORT if "long" in name and "short" in name else ""


_LISTS = (
    "printglossary", "printglossaries", "printacronyms", "printnoidxglossary", "printnoidxglossaries", "printunsrtglossary",
    "printunsrtglossaries", "printabbreviations", "printsymbols", "printnomenclature", "printnomencl", "printacronym",
)  # fmt: skip


def _print(name: str) -> Command:
    def put(tex: Expander) -> None:
        options = source_of(tex.optional() or [])
        kind = (
            "acronym" if "acron" in name + options or "abbrev" in name + options else "nomenclature" if "nomen" in name else ""
        )
        title = parsed_fields(list(options)).get("title") or []
        tex.push([PRINT, "{", kind or "all", "}", "{", *title, "}"])

    return put


DEFINITIONS: dict[Token, Command] = {
    **dict.fromkeys(("\\newglossaryentry", "\\provideglossaryentry", "\\newignoredglossaryentry"), _new_entry),
    **dict.fromkeys(("\\longnewglossaryentry", "\\longprovideglossaryentry"), _new_long_entry),
    "\\newacronym": _new_acronym(is_abbreviation=False),
    "\\newabbreviation": _new_acronym(is_abbreviation=True),
    "\\glsxtrnewsymbol": _new_symbol,
    **dict.fromkeys(("\\newacro", "\\acrodef"), _acro),
    "\\acro": _listed_acro,
    **dict.fromkeys(("\\acroplural", "\\newacroplural", "\\acrodefplural"), _plural),
    **dict.fromkeys(("\\acroindefinite", "\\newacroindefinite", "\\acrodefindefinite"), _indefinite),
    "\\DeclareAcronym": _declare,
    **dict.fromkeys(("\\setacronymstyle", "\\setabbreviationstyle"), _set_style),
    "\\acsetup": _set_up,
    "\\nomenclature": _nomenclature,
    **{f"\\{name}": _print(name) for name in _LISTS},
}
