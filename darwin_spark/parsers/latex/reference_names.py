r"""Names that \cref, \Cref and \autoref write before a number, and cleveref's words between numbers, by language."""

from typing import NamedTuple


class Words(NamedTuple):
    """Words of cleveref between numbers: of two, before the last, between groups before the last, and of a range."""

    pair: str = " and "
    last: str = " and "
    last_group: str = ", and "
    to: str = " to "


WORDS = {
    "german": Words(" und ", " und ", " und ", " bis "), "french": Words(" et ", " et ", " et ", " à "),
    "spanish": Words(" y ", " y ", " y ", " a "), "italian": Words(" e ", " e ", " e ", " a "),
    "dutch": Words(" en ", " en ", " en ", " tot "), "portuguese": Words(" e ", " e ", " e ", " a "),
}  # fmt: skip
_ENGLISH = {
    "equation": "equation", "figure": "figure", "subfigure": "figure", "table": "table", "subtable": "table", "part": "part",
    "chapter": "chapter", "section": "section", "subsection": "section", "subsubsection": "section", "paragraph": "section",
    "subparagraph": "section", "appendix": "appendix", "subappendix": "appendix", "enumi": "item", "enumii": "item",
    "enumiii": "item", "enumiv": "item", "footnote": "footnote", "theorem": "theorem", "lemma": "lemma",
    "corollary": "corollary", "proposition": "proposition", "definition": "definition", "result": "result",
    "example": "example", "remark": "remark", "note": "note", "algorithm": "algorithm", "algocf": "algorithm",
    "listing": "listing", "lstlisting": "listing", "line": "line",
}  # fmt: skip
_PLURALS = {"appendix": "appendices", "corollary": "corollaries"}
_TRANSLATED = {
    "german": {
        "equation": ("Gleichung", "Gleichungen"), "figure": ("Abbildung", "Abbildungen"), "table": ("Tabelle", "Tabellen"),
        "part": ("Teil", "Teile"), "chapter": ("Kapitel", "Kapitel"), "section": ("Abschnitt", "Abschnitte"),
        "appendix": ("Anhang", "Anhänge"), "item": ("Punkt", "Punkte"), "footnote": ("Fußnote", "Fußnoten"),
        "theorem": ("Theorem", "Theoreme"), "lemma": ("Lemma", "Lemmata"), "corollary": ("Korollar", "Korollare"),
        "proposition": ("Proposition", "Propositionen"), "definition": ("Definition", "Definitionen"),
        "result": ("Ergebnis", "Ergebnisse"), "example": ("Beispiel", "Beispiele"), "remark": ("Bemerkung", "Bemerkungen"),
        "algorithm": ("Algorithmus", "Algorithmen"), "listing": ("Listing", "Listings"), "line": ("Zeile", "Zeilen"),
    },
    "french": {
        "equation": ("équation", "équations"), "figure": ("figure", "figures"), "table": ("tableau", "tableaux"),
        "part": ("partie", "parties"), "chapter": ("chapitre", "chapitres"), "section": ("section", "sections"),
        "appendix": ("annexe", "annexes"), "item": ("point", "points"), "theorem": ("théorème", "théorèmes"),
        "lemma": ("lemme", "lemmes"), "corollary": ("corollaire", "corollaires"), "definition": ("définition", "définitions"),
        "proposition": ("proposition", "propositions"), "example": ("exemple", "exemples"), "remark": ("remarque", "remarques"),
        "algorithm": ("algorithme", "algorithmes"), "line": ("ligne", "lignes"), "footnote": ("note", "notes"),
    },
    "spanish": {
        "equation": ("ecuación", "ecuaciones"), "figure": ("figura", "figuras"), "table": ("cuadro", "cuadros"),
        "chapter": ("capítulo", "capítulos"), "section": ("sección", "secciones"), "appendix": ("apéndice", "apéndices"),
        "theorem": ("teorema", "teoremas"), "lemma": ("lema", "lemas"), "definition": ("definición", "definiciones"),
        "example": ("ejemplo", "ejemplos"),
    },
}  # fmt: skip


def default_names(counter: str, language: str) -> tuple[str, str] | None:
    r"""Return the names of a counter in \cref and \autoref, singular and plural; None for counters without a name."""
    kind = _ENGLISH.get(counter)
    if kind is None:
        return None
    translated = _TRANSLATED.get(language, {}).get(kind)
    return translated or (kind, _PLURALS.get(kind, f"{kind}s"))
