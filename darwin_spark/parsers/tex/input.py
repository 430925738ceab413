r"""What TeX reads, token by token: the open files, the tokens put back, arguments in braces and brackets.

Bounds: so many files, so deep; brackets are closed within their paragraph; `work` counts what arguments cost.
"""

from dataclasses import dataclass, field

from darwin_spark.parsers.tex.bundle import Bundle
from darwin_spark.parsers.tex.tokens import PAR, Source, Token, source_of

_FREE_WORK, _WORK_A_CHARACTER = 5_000_000, 4
_MAX_OPEN_FILES, _MAX_FILES = 24, 5_000
_MAX_WARNINGS = 20
_MAX_OPTION, _SHORT_OPTION, _MAX_MISSING = 4_000, 60, 50
"""Tokens of an argument in brackets; fewer in a document in which many brackets are not closed."""


@dataclass(kw_only=True)
class Input:
    """The stack of files being read, and what is to be read before them."""

    bundle: Bundle
    pending: list[Token] = field(default_factory=list)
    """Tokens made by expansion or put back, the next one last."""
    warnings: dict[str, None] = field(default_factory=dict)
    work: int = 0
    """Tokens that arguments and expansion have handled."""
    burst: int = 0
    """Tokens that expansion has made since the source was last read."""

    def __post_init__(self) -> None:
        self._files: list[tuple[Source, list[Token]]] = []
        self._source: Source | None = None
        self._files_read = 0
        self._options_missing = 0

    @property
    def source(self) -> Source | None:
        """The file that is being read."""
        return self._source

    def open(self, source: Source) -> None:
        """Read this file before going on. A file that is open already, or too many of them, is left out."""
        names = {file.name for file, _ in self._files} | ({self._source.name} if self._source else set())
        if source.name and source.name in names:
            self.warn(f"{source.name} includes itself")
            return
        if len(self._files) >= _MAX_OPEN_FILES or self._files_read >= _MAX_FILES or self.exhausted:
            self.warn(f"{source.name} is not read: too many files are included")
            return
        self._files_read += 1
        self.work += len(source.text) // 4 if self._files_read > len(self.bundle.files) + 1 else 0
        if self._source is not None:
            self._files.append((self._source, self.pending))
        self._source, self.pending = source, []

    def close_file(self) -> None:
        """Stop reading the file at hand, go on with the one that included it."""
        if self._files:
            self._source, self.pending = self._files.pop()
        else:
            self._source, self.pending = None, []

    def raw(self) -> Token | None:
        """The next token, unexpanded; None at the end of the last file."""
        while True:
            if self.pending:
                return self.pending.pop()
            if self._source is None:
                return None
            token = self._source.next()
            if token is not None:
                self.burst = 0
                return token
            self.close_file()

    @property
    def exhausted(self) -> bool:
        """Whether expansion has cost more than this document may."""
        return self.work > _FREE_WORK + _WORK_A_CHARACTER * self.bundle.characters

    def push(self, tokens: list[Token]) -> None:
        """Read these next."""
        self.pending.extend(reversed(tokens))

    def peek(self) -> Token | None:
        """The next token, which stays."""
        token = self.raw()
        if token is not None:
            self.pending.append(token)
        return token

    def skip_blanks(self) -> None:
        """Pass over blanks (not over an empty line)."""
        while (token := self.raw()) is not None:
            if token != " ":
                self.pending.append(token)
                return

    def character(self) -> Token | None:
        """The next token; of a run of text its first character only."""
        token = self.raw()
        if token is not None and len(token) > 1 and token[0] not in "\\#":
            self.pending.append(token[1:])
            return token[0]
        return token

    def argument(self) -> list[Token]:
        """The next argument: a group's content or a single token."""
        while (token := self.character()) == " ":
            pass
        if token is None:
            return []
        if token == "}":  # a missing argument
            self.pending.append(token)
            return []
        return self.balanced() if token == "{" else [token]

    def balanced(self) -> list[Token]:
        """The tokens up to the brace that closes the group at hand."""
        found: list[Token] = []
        depth = 1
        while (token := self.raw()) is not None:
            if token == "{":
                depth += 1
            elif token == "}":
                depth -= 1
                if not depth:
                    break
            found.append(token)
        self.work += len(found)
        return found

    def optional(self, opening: str = "[", closing: str = "]") -> list[Token] | None:
        """The argument in brackets that follows; None (and nothing read) if none does, or it is not closed in its paragraph."""
        blank = self.peek() == " "
        self.skip_blanks()
        token = self.character()
        if token is None:
            return None
        if token != opening:
            self.push([" ", token] if blank else [token])
            return None
        found: list[Token] = []
        depth = 0
        limit = _MAX_OPTION if self._options_missing < _MAX_MISSING else _SHORT_OPTION
        while (token := self.character()) is not None and token != PAR and len(found) < limit:
            depth += (token == "{") - (token == "}")
            if not depth and token == closing:
                self.work += len(found)
                return _ungrouped(found)
            found.append(token)
        self._options_missing += 1
        self.push([opening, *found, *([token] if token is not None else [])])
        return None

    def star(self) -> bool:
        """Whether a star follows, which is passed over."""
        token = self.character()
        if token is not None and token != "*":
            self.pending.append(token)
        return token == "*"

    def delimited(self, delimiter: tuple[Token, ...]) -> list[Token]:
        """The tokens up to the delimiter outside of braces; a group round all of them is taken off."""
        found: list[Token] = []
        depth = 0
        while (token := self.character() if delimiter[0][0] != "\\" or len(delimiter) > 1 else self.raw()) is not None:
            depth += (token == "{") - (token == "}")
            if depth < 0:  # the group ends without the delimiter
                self.pending.append(token)
                break
            found.append(token)
            if not depth and token == delimiter[-1] and tuple(found[-len(delimiter) :]) == delimiter:
                del found[-len(delimiter) :]
                break
        self.work += len(found)
        return _ungrouped(found)

    def name(self) -> str:
        """An argument as plain characters: a name, a key, a file."""
        return source_of(self.argument()).strip()

    def warn(self, message: str) -> None:
        """Say once what was not understood; the list is bounded."""
        if len(self.warnings) < _MAX_WARNINGS:
            self.warnings[message] = None


def _ungrouped(tokens: list[Token]) -> list[Token]:
    if len(tokens) < 2 or tokens[0] != "{" or tokens[-1] != "}":
        return tokens
    depth = 0
    for token in tokens[:-1]:
        depth += (token == "{") - (token == "}")
        if not depth:
            return tokens
    return tokens[1:-1]
