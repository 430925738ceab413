r"""Entries of a glossary: their texts, and the forms in which commands print them (first use, plural, short, long, full)."""

from dataclasses import dataclass, field

from darwin_spark.parsers.tex.tokens import Token

Tokens = list[Token]
_ALIASES = {
    "long-plural-form": "longplural", "short-plural-form": "shortplural", "shortplural": "shortplural", "alt": "symbol",
    "short-indefinite": "shortindefinite", "long-indefinite": "longindefinite",
    "short-plural": "shortending", "long-plural": "longending",
    "desc": "description", "plural-form": "plural",
}  # fmt: skip
FOOTNOTE, SHORT_LONG, LONG_SHORT, LONG_ONLY, SHORT_ONLY = "footnote", "short-long", "long-short", "long", "short"
"""Styles of an acronym's first use."""


@dataclass
class Entry:
    """An entry of a glossary; an acronym has the fields `short` and `long`."""

    fields: dict[str, Tokens] = field(default_factory=dict)
    style: str = LONG_SHORT

    @property
    def is_acronym(self) -> bool:
        return "long" in self.fields and "short" in self.fields

    def text(self, name: str, plural: bool = False) -> Tokens:
        """Return the text of a field such as `short` or `first`; a plural that is not given adds an ending, by default `s`."""
        if name == "text":
            return self._ordinary("text", ("text", "name", "short"), plural)
        if name == "first":
            return self._ordinary("first", ("first", "text", "name", "short"), plural)
        if name == "name":
            return self.fields.get("name") or self.fields.get("short") or self.fields.get("text", [])
        singular = self.fields.get(name, [])
        if not plural:
            return singular
        return self.fields.get(f"{name}plural") or with_ending(singular, self.fields.get(f"{name}ending", ["s"]))

    def _ordinary(self, name: str, sources: tuple[str, ...], plural: bool) -> Tokens:
        key = "plural" if name == "text" else "firstplural"
        if plural and key in self.fields:
            return self.fields[key]
        if plural and name == "first" and "first" not in self.fields:
            return self._ordinary("text", ("text", "name", "short"), plural)
        if plural and "short" in self.fields and "text" not in self.fields:
            return self.text("short", plural)
        found = next((self.fields[source] for source in sources if source in self.fields), [])
        return with_ending(found, ["s"]) if plural else found

    def full(self, plural: bool = False, insert: Tokens | None = None) -> Tokens:
        """Return an acronym as its first use prints it: `long (short)`, or as its style says."""
        short, long = self.text("short", plural), [*self.text("long", plural), *(insert or [])]
        if self.style == SHORT_LONG:
            return [*short, *(insert or []), " ", "(", *self.text("long", plural), ")"]
        if self.style == FOOTNOTE:
            return [*short, *(insert or []), "\\footnote", "{", *self.text("long", plural), "}"]
        return [*long, " ", "(", *short, ")"]

    def use(self, first: bool, plural: bool, insert: Tokens | None = None) -> Tokens:
        r"""Return what \gls or \ac prints."""
        if not self.is_acronym:
            return [*self.text("first" if first else "text", plural), *(insert or [])]
        if self.style == LONG_ONLY:
            return [*self.text("long", plural), *(insert or [])]
        if first and "first" in self.fields and not plural:
            return [*self.fields["first"], *(insert or [])]
        if first and self.style != SHORT_ONLY:
            return self.full(plural, insert)
        return [*self.text("short", plural), *(insert or [])]


def with_ending(tokens: Tokens, ending: Tokens) -> Tokens:
    """Return a text with an ending, such as the plural's s."""
    return [*tokens, *ending] if tokens else []


def parsed_fields(tokens: Tokens) -> dict[str, Tokens]:
    """Return the fields of a list `name=kiln, description={an oven}`; values without outer braces."""
    fields: dict[str, Tokens] = {}
    for part in _parts(tokens, ","):
        name, *value = _parts(part, "=", limit=2)
        key = "".join(name).strip().lower()
        if key and value:
            fields.setdefault(_ALIASES.get(key, key), _stripped(value[0]))
    return fields


def _parts(tokens: Tokens, separator: str, limit: int = 0) -> list[Tokens]:
    """Return the parts of a token list between separators outside of braces; at most `limit` parts if it is not 0."""
    parts: list[Tokens] = [[]]
    depth = 0
    for token in tokens:
        depth += (token == "{") - (token == "}")
        if depth or separator not in token or token[0] == "\\" or (limit and len(parts) >= limit):
            parts[-1].append(token)
            continue
        pieces = token.split(separator, limit - len(parts) if limit else -1)
        parts[-1] += [pieces[0]] if pieces[0] else []
        parts += [[piece] if piece else [] for piece in pieces[1:]]
    return parts


def _stripped(tokens: Tokens) -> Tokens:
    start, end = 0, len(tokens)
    while start < end and tokens[start] == " ":
        start += 1
    while end > start and tokens[end - 1] == " ":
        end -= 1
    inner = tokens[start:end]
    if len(inner) > 1 and inner[0] == "{" and inner[-1] == "}":
        depth = 0
        for token in inner[:-1]:
            depth += (token == "{") - (token == "}")
            if not depth:
                return inner
        return inner[1:-1]
    return inner


def capitalised(tokens: Tokens, every: bool = False) -> Tokens:
    """Return a text with its first letter in upper case, or with `every` all letters; commands and formulas stay."""
    out = list(tokens)
    math = False
    for index, token in enumerate(out):
        math ^= token == "$"
        if token[0] not in "\\{}$ #" and not math:
            out[index] = token.upper() if every else token[:1].upper() + token[1:]
            if not every:
                break
    return out
