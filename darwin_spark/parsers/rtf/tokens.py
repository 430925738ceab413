"""Split an RTF file into its tokens: groups, control words, bytes in hexadecimal, text. Binary data is skipped."""

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """Kind of a token."""

    OPEN = "{"
    CLOSE = "}"
    WORD = "word"
    SYMBOL = "symbol"
    TEXT = "text"


class Token(NamedTuple):
    """A token: `text` is the control word, the symbol, or bytes as Latin-1; `value` the number of a control word, if any."""

    kind: Kind
    text: str
    value: int | None = None


_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\", re.DOTALL
)


def tokens(source: str) -> Iterator[Token]:
    """Yield the tokens of a file that was decoded as Latin-1. Line ends mean nothing in RTF; `\\bin` skips its bytes."""
    at = 0
    while (found := _TOKEN.match(source, at)) is not None:
        at = found.end()
        word, value, byte, symbol, brace, text = found.groups()
        if word:
            number = int(value) if value else None
            if word == "bin" and number and number > 0:
                at += number
            else:
                yield Token(Kind.WORD, word, number)
        elif text:
            yield Token(Kind.TEXT, text)
        elif byte:
            yield Token(Kind.TEXT, chr(int(byte, 16)), 1)
        elif brace:
            yield Token(Kind.OPEN if brace == "{" else Kind.CLOSE, brace)
        elif symbol:
            yield Token(Kind.SYMBOL, symbol)
