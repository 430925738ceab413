r"""Lazy tokenizer for TeX source: TeX's lexical rules (The TeXbook, chapter 8) with the usual category codes.

A token is a string: a control sequence (`\foo`), one special character (`{}$&^_~`), a parameter (`#1`), one space for any
white space, `\par` for an empty line, or a run of other characters. Runs stay whole for speed; a caller that needs only the
first character splits the run. Changes of category codes are not supported, with two exceptions: `@` (and expl3's `_` and
`:`) can count as letters in control words, and `%` and `#` in the address of \url, \href and similar are ordinary characters.
"""

import re
from collections.abc import Iterable

Token = str

PAR = r"\par"
_RULES = (
    r"(\\[{letters}]+)(?:[ \t]*\n(?![ \t]*\n))?[ \t]*"
    r"|([^\\{{}}$&#^_~%\s]+)"
    r"|([{{}}$&^_~])"
    r"|(\s+)"
    r"|(#+[0-9]?)"
    r"|(\\[^\n])"
    r"|(%[^\n]*)(\n[ \t]*\n\s*|\n[ \t]*)?"
    r"|(\\\n?)"
)
_CONTROL_WORD, _CHARACTERS, _SPECIAL, _WHITE_SPACE, _COMMENT, _CONTROL_SPACE = 1, 2, 3, 4, (7, 8), 9
_ADDRESS_COMMANDS = frozenset({r"\url", r"\href", r"\nolinkurl", r"\path", r"\burl", r"\doi", r"\hyperimage", r"\hyperbaseurl"})
_ADDRESS = re.compile(
    r"\s*(?:\[[^\]\n]{0,500}\]\s*)?(?:\{((?:[^{}\\]|\\.|\{[^{}]{0,500}\}){0,4000})\}"
    r"|([|!+=@\"'/^~])(\S{0,2000}?)\2)",
    re.DOTALL,
)
"""Argument with the address: `{..}` after an optional `[..]`, or like that of \\verb between two equal characters."""
_ADDRESS_PART = re.compile(r"\\.|%|#(?!\d)|(?:[^\\%#]|#(?=\d))+", re.DOTALL)  # `#1` may be the argument of a macro
_USER, _PACKAGE, _EXPL = (re.compile(_RULES.format(letters=letters)) for letters in ("a-zA-Z", "a-zA-Z@", "a-zA-Z@_:"))


class Source:
    """TeX text with a read position. `folder`: base of relative file names; `package`: `@` is a letter in control words."""

    __slots__ = ("_expl", "_missing", "_rules", "_user_rules", "folder", "name", "pending", "position", "text")

    def __init__(self, text: str, name: str = "", folder: str = "", package: bool = False) -> None:
        self.text, self.name, self.folder = text, name, folder
        self.position = 0
        self.pending: list[Token] = []
        """Tokens to be read before the rest of the text, in reverse order."""
        self._missing: set[re.Pattern[str]] = set()
        self._rules = self._user_rules = _PACKAGE if package else _USER
        self._expl = False

    def next(self) -> Token | None:
        """Return the next token; None at the end. Comments are skipped."""
        while True:
            match = self._rules.match(self.text, self.position)
            if match is None:
                return None
            self.position = match.end()
            kind = match.lastindex
            if kind == _CHARACTERS or (kind == _SPECIAL and not self._expl):
                return match.group()
            if kind == _CONTROL_WORD:
                word = match.group(1)
                if word in _ADDRESS_COMMANDS:
                    self._read_address(match.end(1))
                return word
            if kind == _WHITE_SPACE and not self._expl:
                return PAR if match.group().count("\n") > 1 else " "
            token = self._other_token(match)
            if token:
                return token

    def _other_token(self, match: re.Match[str]) -> Token:
        """Return the token of a match that is no run of characters, control word or space; '' if it is no token."""
        kind = match.lastindex
        if kind in _COMMENT:
            return PAR if (match.group(8) or "").count("\n") > 1 else ""
        if kind == _CONTROL_SPACE:
            return "\\ "
        if self._expl and kind == _WHITE_SPACE:
            return ""
        return " " if self._expl and match.group() == "~" else match.group()

    def _read_address(self, start: int) -> None:
        """If the address at `start` has no braces, or has a `%` or `#`, put it into `pending` in braces, with these escaped."""
        match = _ADDRESS.match(self.text, start)
        if match is None:
            return
        address = match[1] if match[1] is not None else match[3]
        parts = _ADDRESS_PART.findall(address)
        if match[1] is not None and "%" not in parts and "#" not in parts:
            return
        tokens: list[Token] = ["{"]
        for part in parts:
            tokens += [f"\\{part}"] if part in ("%", "#") else tokens_of(part)
        self.pending.extend(reversed([*tokens, "}"]))
        self.position = match.end()

    def letters(self, which: str) -> None:
        r"""Set which characters form control words: `user` a-z, A-Z; `package` also `@` (\makeatletter)."""
        self._user_rules = _USER if which == "user" else _PACKAGE
        self._rules = _EXPL if self._expl else self._user_rules

    def expl_syntax(self, on: bool) -> None:
        r"""Start or end expl3's syntax (\ExplSyntaxOn): `@_:` form control words, white space vanishes, `~` is a space."""
        self._expl = on
        self._rules = _EXPL if on else self._user_rules

    def until(self, marker: re.Pattern[str]) -> str | None:
        """Return the text before the next match of `marker` and move past the match; without match, None and no move."""
        match = marker.search(self.text, self.position) if marker not in self._missing else None
        if match is None:
            self._missing.add(marker)
            return None
        raw = self.text[self.position : match.start()]
        self.position = match.end()
        return raw


def tokens_of(text: str) -> list[Token]:
    """Return all tokens of a string of TeX; `@` counts as a letter in control words."""
    source, found = Source(text, package=True), []
    while (token := source.pending.pop() if source.pending else source.next()) is not None:
        found.append(token)
    return found


def group_of(text: str) -> list[Token]:
    """Return the tokens of a group that holds a name; no token is ever empty."""
    return ["{", text, "}"] if text else ["{", "}"]


def is_word(token: Token) -> bool:
    r"""Return whether a token is a control word (`\foo`), not a control symbol (`\%`) and not text."""
    return token[0] == "\\" and len(token) > 1 and (token[1].isalpha() or token[1] == "@")


def source_of(tokens: Iterable[Token]) -> str:
    r"""Join tokens to TeX source, with a space between a control word and a letter, and an empty line for \par."""
    out: list[str] = []
    after_word = False
    for token in tokens:
        if after_word and (token[0].isalpha() or token[0] == "@"):
            out.append(" ")
        out.append("\n\n" if token == PAR else token)
        after_word = token[0] == "\\" and (token[-1].isalpha() or token[-1] == "@")
    return "".join(out)
