r"""The glossary of a document: its entries, which of them were used, and what a use prints."""

from dataclasses import dataclass, field

from darwin_spark.parsers.latex.glossaries.entries import LONG_SHORT, Entry, Tokens, capitalised
from darwin_spark.parsers.tex.expand import Expander
from darwin_spark.parsers.tex.tokens import group_of

LATE = "\\glossary@late"
"""Command of the writer that puts the placeholder of an entry which is not defined yet."""
_MAX_ENTRIES = 20_000


@dataclass(frozen=True)
class Form:
    """How a command prints an entry: the field ('' for a use), plural, upper case (1 first letter, 2 all), first use."""

    field: str = ""
    plural: bool = False
    upper: int = 0
    first: bool = False


@dataclass
class Glossary:
    """Entries of a document, and which of them were used."""

    entries: dict[str, Entry] = field(default_factory=dict)
    used: dict[str, None] = field(default_factory=dict)
    listed: dict[str, None] = field(default_factory=dict)
    """Keys of the entries that the printed list has."""
    late: list[tuple[str, Form]] = field(default_factory=list)
    symbols: list[tuple[Tokens, Tokens]] = field(default_factory=list)
    """Symbols and descriptions of the nomenclature."""
    style: str = ""
    all_used: bool = False
    all_listed: bool = False

    def printed(self, key: str, form: Form, insert: Tokens | None = None) -> Tokens:
        """Return the printed tokens of an entry; its key if it is not defined."""
        entry = self.entries.get(key)
        if entry is None:
            return [key] if key else []
        entry.style = entry.style or self.style or LONG_SHORT
        if form.field == "full":
            text = entry.full(form.plural, insert) if entry.is_acronym else entry.use(True, form.plural, insert)
        elif form.field:
            text = [*(entry.text(form.field, form.plural) or entry.text("name", form.plural)), *(insert or [])]
        else:
            text = entry.use(form.first, form.plural, insert)
        return capitalised(text, every=form.upper > 1) if form.upper else text

    def put(self, tex: Expander, key: str, form: Form, insert: Tokens | None = None) -> bool:
        """Push what a command prints: for an entry that is not defined yet, a placeholder.

        Return True if the command itself stays: in a formula, while the document has no entries.
        """
        if key in self.entries:
            if tex.may_expand(f"\\gls {key}"):  # the text of an entry may use the entry
                text = self.printed(key, form, insert)
                tex.burst += len(text) + 1
                tex.work += len(text) + 1
                tex.push(["{", *text, "}"])
            return False
        if tex.math and not self.entries:
            tex.push(group_of(key))
            return True
        self.late.append((key, form))
        tex.push([LATE, "{", str(len(self.late) - 1), "}", *(insert or [])])
        return False

    def use(self, key: str) -> bool:
        """Record a use of an entry; return whether it is the first."""
        is_first = key not in self.used and not self.all_used
        self.used[key] = self.listed[key] = None
        return is_first

    def article(self, key: str, first: bool) -> str:
        """Return the indefinite article of an acronym's next use: `a` if none was declared."""
        entry = self.entries.get(key)
        found = entry.fields.get("longindefinite" if first else "shortindefinite") if entry is not None else None
        return "".join(found) if found else "a"

    def define(self, key: str, fields: dict[str, Tokens], style: str) -> None:
        """Define an entry; the first definition of a key counts."""
        if key and len(self.entries) < _MAX_ENTRIES:
            self.entries.setdefault(key, Entry(fields, style))


@dataclass(kw_only=True)
class GlossaryExpander(Expander):
    """The expander used for every LaTeX document: an Expander that also holds the document's glossary (empty at first)."""

    glossary: Glossary = field(default_factory=Glossary)


def glossary_of(tex: Expander) -> Glossary:
    """Return the glossary of a document; an empty one where it has none."""
    return tex.glossary if isinstance(tex, GlossaryExpander) else Glossary()
