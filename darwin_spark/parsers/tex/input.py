"""Input of the TeX reader: read tokens and arguments from a stack of open files and from pushed-back tokens.

Limits: 5,000 files read; files nested 24 deep; the length of a bracket argument, which ends in its paragraph; total `work`.
"""

from dataclasses import dataclass, field

from darwin_spark.parsers.tex.bundle import Bundle
from darwin_spark.parsers.tex.tokens import PAR, Source, Token, source_of

_BASE_WORK, _WORK_PER_BYTE = 5_000_000, 4
_MAX_OPEN_FILES, _MAX_FILES = 24, 5_000
_MAX_WARNINGS = 20
_MAX_OPTION_TOKENS, _MAX_OPTION_TOKENS_LATER, _MAX_UNCLOSED_OPTIONS = 4_000, 60, 50
"""A bracket argument has at most 4,000 commands and characters; 60 after 50 unclosed brackets in the document."""


@dataclass(kw_only=True)
class Input:
    """Stack of open files and, for each file, the pushed-back tokens, which are read before the rest of the file."""

    bundle: Bundle
    pending: list[Token] = field(default_factory=list)
    """Tokens that macro expansion produced or a reader pushed back, in reverse order: the last one is read next."""
    warnings: dict[str, None] = field(default_factory=dict)
    work: int = 0
    """Tokens in arguments and expansions so far, plus 1/4 per character of files read beyond the number of bundled files."""
    burst: int = 0  # tokens from macro expansion since the last token from a file

    def __post_init__(self) -> None:
        self._including_files: list[tuple[Source, list[Token]]] = []
        self._source: Source | None = None
        self._files_read = 0
        self._unclosed_options = 0

    @property
    def source(self) -> Source | None:
        """The file that is being read; None before the first file and after the last one."""
        return self._source

    def open(self, source: Source) -> None:
        """Read `source` next, then the rest of the current file; only warn if `source` is open or a limit is reached."""
        names = {file.name for file, _ in self._including_files} | ({self._source.name} if self._source else set())
        if source.name and source.name in names:
            self.warn(f"{source.name} includes itself")
            return
        if len(self._including_files) >= _MAX_OPEN_FILES or self._files_read >= _MAX_FILES or self.exhausted:
            self.warn(f"{source.name} is not read: too many files are included")
            return
        self._files_read += 1
        self.work += len(source.text) // 4 if self._files_read > len(self.bundle.files) + 1 else 0
        if self._source is not None:
            self._including_files.append((self._source, self.pending))
        self._source, self.pending = source, source.pending

    def close_file(self) -> None:
        """Drop the rest of the current file and its pushed-back tokens; continue in the file that included the current one."""
        if self._including_files:
            self._source, self.pending = self._including_files.pop()
        else:
            self._source, self.pending = None, []

    def raw(self) -> Token | None:
        """Consume and return the next token, not expanded; None at the end of the last file."""
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
        """Whether `work` exceeds its limit: 5,000,000 tokens plus 4 for each byte of the bundle."""
        return self.work > _BASE_WORK + _WORK_PER_BYTE * self.bundle.characters

    def push(self, tokens: list[Token]) -> None:
        """Push tokens back: they are read next, in the given order."""
        self.pending.extend(reversed(tokens))

    def peek(self) -> Token | None:
        """Return the next token, not expanded, without consuming it; None at the end of the last file."""
        token = self.raw()
        if token is not None:
            self.pending.append(token)
        return token

    def skip_blanks(self) -> None:
        r"""Consume the space tokens that follow, but not an empty line (`\par`)."""
        while (token := self.raw()) is not None:
            if token != " ":
                self.pending.append(token)
                return

    def character(self) -> Token | None:
        """Consume and return the next token, not expanded; of a run of text only the first character."""
        token = self.raw()
        if token is not None and len(token) > 1 and token[0] not in "\\#":
            self.pending.append(token[1:])
            return token[0]
        return token

    def argument(self) -> list[Token]:
        """Consume and return the next argument, not expanded: a group's content, a command or one character; [] at `}`."""
        while (token := self.character()) == " ":
            pass
        if token is None:
            return []
        if token == "}":  # a missing argument
            self.pending.append(token)
            return []
        return self.balanced() if token == "{" else [token]

    def balanced(self) -> list[Token]:
        """Consume the rest of a group whose `{` is already consumed; return the tokens before the closing `}`, not expanded."""
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
        """Consume the `[..]` that follows and return the tokens inside, without `{..}` around; None if absent or unclosed."""
        space_before = self.peek() == " "
        self.skip_blanks()
        token = self.character()
        if token is None:
            return None
        if token != opening:
            self.push([" ", token] if space_before else [token])
            return None
        found: list[Token] = []
        depth = 0
        limit = _MAX_OPTION_TOKENS if self._unclosed_options < _MAX_UNCLOSED_OPTIONS else _MAX_OPTION_TOKENS_LATER
        while (token := self.character()) is not None and token != PAR and len(found) < limit:
            depth += (token == "{") - (token == "}")
            if not depth and token == closing:
                self.work += len(found)
                return _without_outer_braces(found)
            found.append(token)
        self._unclosed_options += 1
        self.push([opening, *found, *([token] if token is not None else [])])
        return None

    def star(self, mark: Token = "*") -> bool:
        """Consume `mark` if it is the next character; return whether it was."""
        token = self.character()
        if token is not None and token != mark:
            self.pending.append(token)
        return token == mark

    def delimited(self, delimiter: tuple[Token, ...]) -> list[Token]:
        """Consume and return the tokens before `delimiter` or the group's end, without `{..}` around; consume `delimiter`."""
        found: list[Token] = []
        depth, before = 0, len(delimiter) - 1
        while (token := self.character() if delimiter[0][0] != "\\" or before else self.raw()) is not None:
            if not depth and token == delimiter[-1] and tuple(found[len(found) - before :]) == delimiter[:-1]:
                del found[len(found) - before :]
                break
            depth += (token == "{") - (token == "}")
            if depth < 0:  # the group ends without the delimiter
                self.pending.append(token)
                break
            found.append(token)
        self.work += len(found)
        return _without_outer_braces(found)

    def name(self) -> str:
        """Consume the next argument (a name, a key, a file name); return it as stripped source text, not expanded."""
        return source_of(self.argument()).strip()

    def warn(self, message: str) -> None:
        """Record a warning; a repeated warning is kept once, and at most 20 are kept."""
        if len(self.warnings) < _MAX_WARNINGS:
            self.warnings[message] = None


def _without_outer_braces(tokens: list[Token]) -> list[Token]:
    if len(tokens) < 2 or tokens[0] != "{" or tokens[-1] != "}":
        return tokens
    depth = 0
    for token in tokens[:-1]:
        depth += (token == "{") - (token == "}")
        if not depth:
            return tokens
    return tokens[1:-1]
