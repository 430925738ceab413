r"""Languages of a document by babel or polyglossia, and what LaTeX prints in each: shorthands, quotation marks, names.

Sources: babel's language files, csquotes' default styles, siunitx' and cleveref's translations.
"""

import re
from functools import lru_cache

from darwin_spark.parsers.tex.expand import Expander, Macro

_CURRENT, _MAIN = "\\language@current", "\\language@main"
"""Macros that hold a language's name, so that the end of a group restores the language."""
_FAMILIES = {
    "german": "german ngerman austrian naustrian swissgerman nswissgerman germanb",
    "english": "english american USenglish usenglish british UKenglish ukenglish canadian australian newzealand",
    "french": "french francais frenchb acadian canadien frenchle",
    "spanish": "spanish mexican spanishmx castilian", "italian": "italian",
    "portuguese": "portuguese portuges brazilian brazil",
    "dutch": "dutch", "polish": "polish", "russian": "russian", "ukrainian": "ukrainian", "czech": "czech", "slovak": "slovak",
    "swedish": "swedish", "danish": "danish", "norwegian": "norwegian norsk nynorsk", "finnish": "finnish",
    "turkish": "turkish", "greek": "greek polutonikogreek", "hungarian": "hungarian magyar", "catalan": "catalan",
    "croatian": "croatian", "slovene": "slovene slovenian", "romanian": "romanian", "bulgarian": "bulgarian",
    "estonian": "estonian", "icelandic": "icelandic", "latin": "latin", "basque": "basque", "serbian": "serbian",
}  # fmt: skip
_FAMILY = {name: family for family, names in _FAMILIES.items() for name in names.split()}
_ENGLISH_VARIANTS = ("british", "UKenglish", "ukenglish", "australian", "newzealand")

_COMMON = {"-": "", "|": "", '"': "", "~": "-", "=": "-", "/": "/", "`": "„", "'": "“", "<": "«", ">": "»"}
_UMLAUTS = dict(zip("aouAOUeiEI", "äöüÄÖÜëïËÏ", strict=True))
_CYRILLIC = _COMMON | {"---": "—", "--~": " —", "--*": "—"}
SHORTHANDS = {
    "german": _COMMON | _UMLAUTS | {"s": "ß", "z": "ß", "S": "SS", "Z": "SZ"} | {c: c for c in "cCfFlLmMnNpPrRtT"},
    "dutch": _COMMON | _UMLAUTS | {"y": "ĳ", "Y": "Ĳ", "'": "”"},
    "swedish": _COMMON | {"a": "ä", "o": "ö", "w": "å", "A": "Ä", "O": "Ö", "W": "Å", "`": "„", "'": "”"},
    **dict.fromkeys(("danish", "norwegian", "finnish", "icelandic", "basque"), _COMMON | {"'": "”"}),
    "polish": _COMMON | dict(zip("aceLlnosxzACENOSXZ", "ąćęŁłńóśźżĄĆĘŃÓŚŹŻ", strict=True)) | {"'": "”"},
    "spanish": _COMMON | {"a": "ª", "o": "º", "u": "ü", "U": "Ü", "c": "ç", "C": "Ç", "i": "ï", "`": "“", "'": "”"},
    "catalan": _COMMON
    | {"u": "ü", "U": "Ü", "i": "ï", "I": "Ï", "c": "ç", "C": "Ç", "l": "l·l", "L": "L·L", "`": "“", "'": "”"},
    "portuguese": _COMMON | {"`": "“", "'": "”"},
    "italian": _COMMON | {'"': "“", "'": "”"},
    **dict.fromkeys(("russian", "ukrainian", "bulgarian", "serbian"), _CYRILLIC),
    **dict.fromkeys(("czech", "slovak"), _COMMON),
    **dict.fromkeys(("slovene", "croatian"), _COMMON | dict(zip("cszCSZ", "čšžČŠŽ", strict=True))),
    "estonian": _COMMON | _UMLAUTS | {"s": "š", "z": "ž", "S": "Š", "Z": "Ž"},
}
"""Text by language and by the characters after the active `"`."""
_SHORTHAND = re.compile('"(---|--[~*]|.)')

QUOTES = {
    "english": "“”‘’", "british": "‘’“”", "german": "„“‚‘", "swissgerman": "«»‹›", "french": "«»“”", "spanish": "«»“”",
    "italian": "«»“”", "portuguese": "«»“”", "brazilian": "“”‘’", "dutch": "‘’“”", "polish": "„”«»", "russian": "«»„“",
    "ukrainian": "«»„“", "czech": "„“‚‘", "slovak": "„“‚‘", "swedish": "””’’", "danish": "»«›‹", "norwegian": "«»“”",
    "finnish": "””’’", "greek": "«»“”", "croatian": "»«›‹", "slovene": "»«„“", "turkish": "“”‘’", "catalan": "«»“”",
    "hungarian": "„”»«", "bulgarian": "„“‚‘", "serbian": "„”‘’", "romanian": "„”«»", "estonian": "„“«»", "icelandic": "„“‚‘",
}  # fmt: skip
"""Outer and inner quotation marks that csquotes prints, four characters a language."""
_FRENCH_SPACE = "\u00a0"

_NAMES = {  # figure, table, abstract, references, bibliography, proof, part, chapter, appendix, glossary
    "german": "Abbildung Tabelle Zusammenfassung Literatur Literaturverzeichnis Beweis Teil Kapitel Anhang Glossar",
    "french": "Figure Table Résumé Références Bibliographie Démonstration Partie Chapitre Annexe Glossaire",
    "spanish": "Figura Cuadro Resumen Referencias Bibliografía Demostración Parte Capítulo Apéndice Glosario",
    "italian": "Figura Tabella Sommario Bibliografia Bibliografia Dimostrazione Parte Capitolo Appendice Glossario",
    "portuguese": "Figura Tabela Resumo Referências Bibliografia Demonstração Parte Capítulo Apêndice Glossário",
    "dutch": "Figuur Tabel Samenvatting Referenties Bibliografie Bewijs Deel Hoofdstuk Bijlage Verklarende~Woordenlijst",
    "polish": "Rysunek Tabela Streszczenie Literatura Bibliografia Dowód Część Rozdział Dodatek Słowniczek",
    "russian": "Рис. Таблица Аннотация Список~литературы Литература Доказательство Часть Глава Приложение Глоссарий",
    "czech": "Obrázek Tabulka Abstrakt Reference Literatura Důkaz Část Kapitola Dodatek Glosář",
    "swedish": "Figur Tabell Sammanfattning Referenser Litteraturförteckning Bevis Del Kapitel Bilaga Ordlista",
    "danish": "Figur Tabel Resumé Litteratur Litteratur Bevis Del Kapitel Bilag Gloseliste",
    "norwegian": "Figur Tabell Sammendrag Referanser Bibliografi Bevis Del Kapittel Tillegg Ordliste",
    "finnish": "Kuva Taulukko Tiivistelmä Viitteet Kirjallisuutta Todistus Osa Luku Liite Sanasto",
}
_NAME_ORDER = ("figure", "table", "abstract", "references", "bibliography", "proof", "part", "chapter", "appendix", "glossary")
_MACROS = {
    "figure": "\\figurename", "table": "\\tablename", "abstract": "\\abstractname", "references": "\\refname",
    "bibliography": "\\bibname", "proof": "\\proofname", "part": "\\partname", "chapter": "\\chaptername",
    "appendix": "\\appendixname", "glossary": "\\glossaryname", "algorithm": "\\ALG@name", "listing": "\\lstlistingname",
}  # fmt: skip
_WORDS = {
    "german": {"and": " und ", "to": " bis "}, "french": {"and": " et ", "to": " à "}, "spanish": {"and": " y ", "to": " a "},
    "italian": {"and": " e ", "to": " a "}, "portuguese": {"and": " e ", "to": " a "}, "dutch": {"and": " en ", "to": " tot "},
    "danish": {"and": " og ", "to": " til "}, "norwegian": {"and": " og ", "to": " til "},
    "swedish": {"and": " och ", "to": " till "},
    "polish": {"and": " i ", "to": " do "}, "czech": {"and": " a ", "to": " až "}, "russian": {"and": " и ", "to": " до "},
}  # fmt: skip


def family(name: str) -> str:
    """Return the language of a babel name: `ngerman` is `german`; '' for names of no known language."""
    return _FAMILY.get(name.strip(), "")


def set_language(tex: Expander, name: str, main: bool = False) -> None:
    """Make `name` the current language up to the end of the group; with `main`, also the document's language."""
    tex.define(_CURRENT, Macro((), (name.strip(),)))
    if main:
        tex.define(_MAIN, Macro((), (name.strip(),)), everywhere=True)


def main_name(tex: Expander) -> str:
    """Return babel's name of the document's main language; '' if the document loads no language."""
    return _stored(tex, _MAIN) or _babel_main(tex)


def current_name(tex: Expander) -> str:
    """Return babel's name of the language at this place."""
    return _stored(tex, _CURRENT) or main_name(tex)


def _stored(tex: Expander, macro: str) -> str:
    found = tex.macros.get(macro)
    return found.body[0] if isinstance(found, Macro) else ""


def _babel_main(tex: Expander) -> str:
    if "babel" in tex.packages:
        return _last_language(tex.packages["babel"], tex.packages.get("class", ""))
    return next((name for name in ("ngerman", "german", "french", "frenchle") if name in tex.packages), "")


@lru_cache(maxsize=64)
def _last_language(babel_options: str, class_options: str) -> str:
    """Return the language of babel's option `main`, else the last one in the options of babel, else of the class."""
    chosen = re.search(r"\bmain\s*=\s*([A-Za-z]+)", babel_options)
    if chosen is not None:
        return chosen[1]
    found = ([name.strip() for name in options.split(",") if family(name)] for options in (babel_options, class_options))
    return next((names[-1] for names in found if names), "")


def expand_shorthands(text: str, language: str) -> str:
    r"""Return a text with babel's shorthands of a language replaced: in German `"a` is `ä` and `"=` a hyphen."""
    table = SHORTHANDS.get(language)
    if table is None:
        return text
    return _SHORTHAND.sub(lambda match: table.get(match[1], match[0]), text)


def quotation_marks(name: str) -> tuple[str, str, str, str]:
    """Return csquotes' marks of a language by babel's name, else English: outer pair, inner pair."""
    is_own = name in QUOTES or name in _ENGLISH_VARIANTS or name in ("nswissgerman", "brazil")
    key = {"nswissgerman": "swissgerman", "brazil": "brazilian"}.get(name, name) if is_own else family(name)
    key = "british" if name in _ENGLISH_VARIANTS else key
    marks = QUOTES.get(key, QUOTES["english"])
    if key == "french":
        return f"«{_FRENCH_SPACE}", f"{_FRENCH_SPACE}»", "“", "”"
    return marks[0], marks[1], marks[2], marks[3]


def printed_name(tex: Expander, kind: str, default: str) -> str:
    r"""Return the name that LaTeX prints for `figure`, `proof` ..: by \figurename, else by language, else `default`."""
    macro = _MACROS.get(kind, "")
    if macro in tex.macros:
        return " ".join(tex.evaluated([macro]).split())
    names = _NAMES.get(family(current_name(tex)), "").split()
    return names[_NAME_ORDER.index(kind)].replace("~", " ") if names and kind in _NAME_ORDER else default


def siunitx_words(tex: Expander, word: str, default: str) -> str:
    """Return the word, with spaces around, that siunitx prints in the current language for `and` or `to`; else `default`."""
    return _WORDS.get(family(current_name(tex)), {}).get(word, default)
