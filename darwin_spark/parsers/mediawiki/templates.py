"""Render the few templates that hold running text; others (boxes, navigation, maintenance) are left out and counted."""

import re
from collections.abc import Callable

from mwparserfromhell.nodes import Template
from mwparserfromhell.wikicode import Wikicode

from darwin_spark.text.normalize_markdown import one_line

Render = Callable[[Wikicode], str]

_LAST = frozenset({
    "lang", "transl", "nihongo", "abbr", "abbrlink", "nowrap", "nobr", "nowr", "small", "smaller", "big", "larger",
    "smallcaps", "sc", "bold", "strong", "em", "italics", "center", "centre", "align", "mvar", "math", "tooltip",
    "verse-translation", "angle_bracket", "not_a_typo", "sic", "as_of", "visible_anchor",
})  # fmt: skip
"""Templates that show their text: the last parameter without name of these, the first of `_FIRST`."""
_FIRST = frozenset({
    "mvar", "math", "abbr", "tooltip", "nowrap", "nihongo", "sic", "visible_anchor", "anchored_text",
})  # fmt: skip
_QUOTES = frozenset(["quote", "cquote", "blockquote", "quotation", "rquote", "quote_box", "pull_quote"])
_SIGNS = {
    "!": "|", "=": "=", "ndash": "–", "mdash": "—", "snd": " – ", "spnd": " – ", "spaced_ndash": " – ", "nbsp": " ",
    "dot": " · ", "pi": "π", "'": "'", "-": "", "clear": "", "·": " · ", "bull": " • ", "minus": "−", "times": "×",
    "circa": "c.", "c.": "c.", "h-": "-", "zwj": "", "thinsp": " ",
}  # fmt: skip
_CITATION = re.compile(r"(?:cite|citation|literatur|internetquelle|ouvrage|article|lien_web|cita|obra_citada)(?![^\W_])")
_CITED = (
    ("last", "last1", "author", "author1", "autor", "auteur", "nom1"), ("first", "first1", "prénom1"),
    ("title", "titel", "titre", "título", "titolo"),
    ("journal", "work", "newspaper", "website", "périodique", "werk", "sammelwerk"),
    ("publisher", "verlag", "éditeur", "editorial"), ("year", "date", "jahr", "datum", "année", "año", "fecha"),
)  # fmt: skip
"""Parameters of citations, by what they hold."""


def render_template(node: Template, render: Render) -> str | None:
    """Return the text that a template shows, or None if it is left out."""
    name = one_line(str(node.name)).lower().replace(" ", "_")
    values = [render(parameter.value).strip() for parameter in node.params if not parameter.showkey]
    named = {one_line(str(parameter.name)).lower(): parameter.value for parameter in node.params if parameter.showkey}
    if name in _SIGNS and not values:
        return _SIGNS[name]
    if name in ("sub", "sup") and values:
        return f"{'_' if name == 'sub' else '^'}{{{values[-1]}}}"
    if name in ("convert", "cvt") and len(values) > 1:
        return f"{values[0]} {values[1]}"
    if name in ("frac", "sfrac", "fraction") and values:
        return "/".join(values[-2:])
    if name in ("val", "formatnum", "nts", "num") and values:
        return values[0]
    if name in _QUOTES:
        text = values[0] if values else render(named["text"]).strip() if "text" in named else ""
        return f"\n\n> {one_line(text)}\n\n" if text else ""
    if name in _FIRST or name in _LAST or name.startswith(("lang-", "transl-")):
        return (values[0] if name in _FIRST else values[-1]) if values else ""
    if _CITATION.match(name):
        found = (next((render(named[key]).strip() for key in keys if key in named), "") for keys in _CITED)
        return ". ".join(filter(None, found))
    return None
