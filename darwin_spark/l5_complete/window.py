"""Cuts a paper into windows of about 1,024 tokens at its own seams, and puts the rewritten ones together (§3 L5)."""

import re
from collections.abc import Callable, Iterable, Iterator

from darwin_spark.generation.seams import join
from darwin_spark.markdown import Kind, kinds

__all__ = ["join", "windows"]

CountTokens = Callable[[str], int]

SEAM_TOKENS = 2
"""Allowance for each seam inside a window. Counts of paragraphs are nearly additive: a tokenizer merges or splits a token or
two where they meet; so every block is counted once, and no window is counted as a whole."""
CHARS_A_TOKEN = 16
"""More characters than this a token no text has on average: a longer block is over the limit without counting it."""

_SENTENCE_SEAM = re.compile(r"""(?<=[.!?])["'”’)\]]{0,3}\s+(?=["'“‘(\[]{0,2}[A-Z0-9$\\])""")
_WORD_SEAM = re.compile(r"\s+")


def windows(text: str, count_tokens: CountTokens, size: int = 1_024, max_block: int = 4_096) -> list[str]:
    """The text in windows of at most `size` tokens; `"".join(windows(text, ...)) == text`.

    A window ends at a blank line. Code fences, display formulas and tables stay whole: a block over `size` is a window of its
    own up to `max_block` tokens; above that a table, code or formula is split between its lines, prose between sentences, and
    a line without any between words, in the end anywhere. `count_tokens` may be costly: it sees a block, or a piece of a split
    block, once.
    """
    return list(_pack(_measured(text, count_tokens, size, max_block), size))


def blocks(text: str) -> Iterator[str]:
    """What stands between blank lines, each with the blank lines after it; a fence or a formula is one block."""
    lines = text.split("\n")
    line_kinds = kinds(lines)
    start = offset = 0
    for index, line in enumerate(lines):
        if index and line_kinds[index - 1] is Kind.BLANK and line_kinds[index] is not Kind.BLANK and text[start:offset].strip():
            yield text[start:offset]
            start = offset
        offset += len(line) + 1
    if text[start:]:
        yield text[start:]


def _measured(text: str, count_tokens: CountTokens, size: int, max_block: int) -> Iterator[tuple[str, int]]:
    for block in blocks(text):
        tokens = count_tokens(block) if len(block) <= max_block * CHARS_A_TOKEN else max_block + 1
        if tokens <= max_block:
            yield block, tokens
        else:
            yield from ((piece, count_tokens(piece)) for piece in _pieces(block, size))


def _pieces(block: str, size: int) -> Iterator[str]:
    """A block cut fine enough for windows of `size` tokens: no piece has more characters than that, unless it is one line of
    a table, code or formula, or one sentence."""
    rows = kinds(block.strip().split("\n"))[0] in (Kind.TABLE, Kind.CODE, Kind.FORMULA)
    for part in block.splitlines(keepends=True) if rows else _split_after(_SENTENCE_SEAM, block):
        if len(part) <= size * 4:
            yield part
            continue
        for words in _group(_split_after(_WORD_SEAM, part), size):
            yield from (words[at : at + size] for at in range(0, len(words), size))


def _split_after(seam: re.Pattern[str], text: str) -> Iterator[str]:
    start = 0
    for match in seam.finditer(text):
        yield text[start : match.end()]
        start = match.end()
    if start < len(text):
        yield text[start:]


def _group(words: Iterable[str], size: int) -> Iterator[str]:
    """Words put together to pieces of at most `size` characters."""
    held: list[str] = []
    length = 0
    for word in words:
        if held and length + len(word) > size:
            yield "".join(held)
            held, length = [], 0
        held.append(word)
        length += len(word)
    if held:
        yield "".join(held)


def _pack(pieces: Iterable[tuple[str, int]], size: int) -> Iterator[str]:
    """Greedy: a window takes the next piece as long as the counts, with the seams' allowance, add up to at most `size`."""
    held: list[str] = []
    total = 0
    for piece, tokens in pieces:
        if held and total + SEAM_TOKENS + tokens > size:
            yield "".join(held)
            held, total = [], 0
        total += tokens + (SEAM_TOKENS if held else 0)
        held.append(piece)
    if held:
        yield "".join(held)
