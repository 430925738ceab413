r"""Commands that refer: \ref, \cref and others to labels; \cite, \parencites and others to the reference list."""

from collections.abc import Callable

from darwin_spark.parsers.latex.crossrefs import Request
from darwin_spark.parsers.latex.writer import Writer
from darwin_spark.parsers.tex.expand import Macro
from darwin_spark.parsers.tex.tokens import Token, source_of

Command = Callable[[Writer], None]
_MAX_CITED = 200  # citations of one command
_ALIAS = "\\cite@alias@"


def label(writer: Writer) -> None:
    r"""\label{name}: store the current unit under `name`; ignored in the preamble."""
    name = " ".join(writer.tex.name().split())
    if name and not writer.in_preamble:
        writer.refs.labels.setdefault(name, writer.current)


def _reference(name: str) -> Command:
    def put(writer: Writer) -> None:
        starred = writer.tex.star()
        mark = writer.refer(f"\\{name}", source_of(writer.tex.argument()))
        bracketed = name == "subref" and not starred and not writer.tex.packages.keys().isdisjoint(("subfig", "subfigure"))
        writer.write(f"({mark})" if bracketed else mark)

    return put


def _reference_range(name: str) -> Command:
    r"""Return the handler of \crefrange{first}{last} or \Crefrange: write a range."""

    def put(writer: Writer) -> None:
        writer.tex.star()
        first, last = writer.tex.name(), writer.tex.name()
        writer.write(writer.refer(f"\\{name}", f"{first},{last}"))

    return put


def _citation(name: str) -> Command:
    r"""Return the handler of a citation command: \cite[before][after]{keys}, or \cite[after]{keys}."""

    def put(writer: Writer) -> None:
        writer.tex.star()
        notes = _notes(writer)

        def written(texts: list[str]) -> None:
            writer.write(writer.refer(f"\\{name}", source_of(writer.tex.argument()), *texts))

        writer.texts(notes, written)

    return put


def _notes(writer: Writer, opening: str = "[", closing: str = "]") -> list[list[Token]]:
    """Consume up to two notes in brackets; return the tokens of the note before and of that after the citation."""
    notes: list[list[Token]] = []
    while len(notes) < 2 and (note := writer.tex.optional(opening, closing)) is not None:
        notes.append(note)
    return notes if len(notes) == 2 else [[], *notes] if notes else [[], []]


def _citations(name: str) -> Command:
    r"""Return the handler of a command with notes for each key: \parencites(before)(after)[b][a]{key}[b][a]{key}.."""

    def put(writer: Writer) -> None:
        writer.tex.star()
        outer = _notes(writer, "(", ")")
        parts: list[tuple[list[Token], list[Token], str]] = []
        while len(parts) < _MAX_CITED:
            before, after = _notes(writer)
            if writer.tex.peek() != "{":
                _push_notes(writer, before, after)
                break
            parts.append((before, after, source_of(writer.tex.argument())))
        pieces = [*outer, *(note for before, after, _ in parts for note in (before, after))]

        def written(texts: list[str]) -> None:
            requests = tuple(
                writer.request(f"\\{name}", keys, texts[2 * i + 2], texts[2 * i + 3]) for i, (_, _, keys) in enumerate(parts)
            )
            writer.write(writer.refs.mark(Request(name, (), texts[0], texts[1], more=requests)))

        writer.texts(pieces, written)

    return put


def _push_notes(writer: Writer, before: list[Token], after: list[Token]) -> None:
    """Push brackets back that no key follows: they are text."""
    for note in (after, before):
        if note:
            writer.tex.push(["[", *note, "]"])


def _volume_citation(name: str) -> Command:
    r"""Return the handler of biblatex's \volcite[before]{volume}[page]{key}: the note after is `vol. volume, page`."""

    def put(writer: Writer) -> None:
        before = writer.tex.optional() or []
        volume = writer.tex.argument()
        page = writer.tex.optional() or []

        def written(texts: list[str]) -> None:
            note = ", ".join(filter(None, (f"vol. {texts[1]}", texts[2])))
            writer.write(writer.refer(f"\\{name}", source_of(writer.tex.argument()), texts[0], note))

        writer.texts([before, volume, page], written)

    return put


def _no_cite(writer: Writer) -> None:
    writer.citations.update(dict.fromkeys(key.strip() for key in writer.tex.name().split(",")))


def _define_alias(writer: Writer) -> None:
    r"""\defcitealias{key}{Paper~I} of natbib: store the text that \citetalias{key} prints."""
    key = writer.tex.name()
    writer.tex.define(_ALIAS + key, Macro((), tuple(writer.tex.argument())), everywhere=True)


def _alias(parenthetical: bool) -> Command:
    def put(writer: Writer) -> None:
        notes = _notes(writer)
        key = writer.tex.name()
        writer.citations[key] = None
        tokens = [_ALIAS + key] if _ALIAS + key in writer.tex.macros else [key] if key else []
        after = [",", " ", *notes[1]] if notes[1] else []
        before = [*notes[0], " "] if notes[0] else []
        inside = [*before, *tokens, *after]
        writer.tex.push(["(", *inside, ")"] if parenthetical else inside)

    return put


def _style_reference(name: str, prefix: str) -> Command:
    r"""Return the handler of refstyle's \secref{intro}: write `name` and the number of the label `sec:intro`, if there is one.

    Without refstyle it is a document's own command, which writes the number of the label as it stands.
    """

    def put(writer: Writer) -> None:
        writer.tex.star()
        writer.tex.optional()
        keys = writer.tex.name()
        if "refstyle" in writer.tex.packages:
            keys = ",".join(f"{prefix}:{key.strip()}" for key in keys.split(","))
            writer.write(f"{name} ")
        writer.write(writer.refer("\\ref", keys))

    return put


_CITES = (
    "cite", "citep", "citet", "citealp", "citealt", "citeauthor", "citeyear", "citeyearpar", "parencite", "textcite",
    "autocite", "footcite", "supercite", "Citet", "Citep", "Citealp", "Citealt", "Citeauthor", "citenum", "citen",
    "fullcite", "smartcite", "citeasnoun", "shortcite", "onlinecite", "Cite", "citeNP", "shortciteN", "citeN", "citeA",
    "shortciteA", "shortciteNP", "Parencite", "Textcite", "Autocite", "Footcite", "footcitetext", "footfullcite",
    "citetitle", "citedate", "citeurl", "notecite", "pnotecite", "fnotecite", "inlinecite", "possessivecite",
    "citefullauthor",
)  # fmt: skip
_MULTIPLE_CITES = (
    "cites", "Cites", "parencites", "Parencites", "textcites", "Textcites", "autocites", "Autocites", "footcites",
    "Footcites", "smartcites", "Smartcites", "supercites", "footcitetexts",
)  # fmt: skip
_VOLUME_CITES = (
    "volcite", "Volcite", "pvolcite", "Pvolcite", "fvolcite", "svolcite", "tvolcite", "avolcite",
)  # fmt: skip
_REFS = (
    "ref", "eqref", "pageref", "cref", "Cref", "autoref", "Autoref", "vref", "Vref", "nameref", "Nameref", "titleref",
    "thref", "fullref", "labelcref", "Ref", "subref", "zcref", "cpageref", "Cpageref", "vpageref", "autopageref",
    "namecref", "nameCref", "lcnamecref", "namecrefs", "nameCrefs", "lcnamecrefs", "footref",
)  # fmt: skip
_STYLE_REFS = {
    "secref": ("section", "sec"), "figref": ("figure", "fig"), "tabref": ("table", "tab"), "chapref": ("chapter", "chap"),
    "thmref": ("theorem", "thm"), "lemref": ("lemma", "lem"), "subsecref": ("section", "subsec"),
    "algref": ("algorithm", "alg"),
}  # fmt: skip
REFERENCE_COMMANDS: dict[Token, Command] = {
    **{f"\\{name}": _reference(name) for name in _REFS},
    **{f"\\{name}": _citation(name) for name in _CITES},
    **{f"\\{name}": _citations(name) for name in _MULTIPLE_CITES},
    **{f"\\{name}": _volume_citation(name) for name in _VOLUME_CITES},
    **{f"\\{name}": _style_reference(*parts) for name, parts in _STYLE_REFS.items()},
    "\\crefrange": _reference_range("crefrange"),
    "\\Crefrange": _reference_range("Crefrange"),
    "\\cpagerefrange": _reference_range("cpagerefrange"),
    "\\label": label,
    "\\nocite": _no_cite,
    "\\defcitealias": _define_alias,
    "\\citetalias": _alias(parenthetical=False),
    "\\citepalias": _alias(parenthetical=True),
}
STYLE_REFERENCES = frozenset(f"\\{name}" for name in _STYLE_REFS)
