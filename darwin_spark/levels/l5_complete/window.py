"""Cuts a paper into windows of about 1,024 tokens at its own seams, and puts the rewritten ones together (§3 L5)."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from darwin_spark.inference.rejoin import join, outside
from darwin_spark.text.markdown import Kind, kinds

__all__ = ["join", "windows"]

CountTokens = Callable[[str], int]

SEAM_TOKENS = 2
"""Allowance for each seam inside a window. Counts of paragraphs are nearly additive: a tokenizer merges or splits a token or
two where they meet; so every block is counted once, and no window is counted as a whole."""
CHARS_A_TOKEN = 16
"""More characters than this a token no text has on average: a longer block is over the limit without counting it."""

_SENTENCE_SEAM = re.compile(r"""(?<=[.!?])["'”’)\]]{0,3}\s+(?=["'“‘(\[]{0,2}[A-Z0-9$\\])""")
_INLINE = re.compile(r"(?<![\\$])\$(?![\s$])[^$\n]{1,2000}?(?<![\s\\])\$(?![\d$])|\\\([^\n]{1,2000}?\\\)")
_WORD_SEAM = re.compile(r"\s+")


def windows(text: str, count_tokens: CountTokens, size: int = 1_024, max_block: int = 4_096) -> list[str]:
    """The text in windows of at most `size` tokens; `"".join(windows(text, ...)) == text`.

    A window ends at a blank line. Code fences, display formulas and tables stay whole: a block over `size` is a window of its
    own up to `max_block` tokens; above that a table, list or code is split between its lines, prose between sentences, and a
    line without any between words, in the end anywhere. A display formula is never split, whatever its size, and an inline
    formula only where it alone is over the limit. `count_tokens` may be costly: it sees a block once, and the parts of one
    that is too large a few times.
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
    """Blocks, or the parts of those that are too large, each with its tokens."""
    for block in blocks(text):
        if (tokens := _count(block, count_tokens, max_block)) <= max_block:
            yield block, tokens
            continue
        for part, is_formula in _parts(block):
            tokens = _count(part, count_tokens, max_block)
            if tokens <= max_block or is_formula:
                yield part, tokens
            else:
                yield from _halved(part, count_tokens, size)


def _count(part: str, count_tokens: CountTokens, limit: int) -> int:
    """The tokens of a part; of one that is over the limit for certain, only that it is."""
    return count_tokens(part) if len(part) <= limit * CHARS_A_TOKEN else limit + 1


def _parts(block: str) -> Iterator[tuple[str, bool]]:
    """A block's rows, lines of code and sentences; each formula whole, and said to be one."""
    lines = block.splitlines(keepends=True)
    found = kinds([line.rstrip("\r\n") for line in lines])
    for kind, run in groupby(zip(lines, found, strict=True), key=lambda pair: _sort(pair[1])):
        held = [line for line, _ in run]
        if kind is Kind.FORMULA:
            yield "".join(held), True
        elif kind is Kind.TABLE:
            yield from ((line, False) for line in held)
        else:
            yield from ((sentence, False) for sentence in _split_after(_SENTENCE_SEAM, "".join(held)))


def _sort(kind: Kind) -> Kind:
    """How a block of this kind is split: as a formula (not at all), a table (between rows, as code is) or prose."""
    if kind is Kind.FORMULA:
        return kind
    return Kind.TABLE if kind in (Kind.TABLE, Kind.CODE, Kind.LIST) else Kind.PROSE


def _split_after(seam: re.Pattern[str], text: str) -> Iterator[str]:
    """At every seam that lies in no inline formula."""
    uncut = outside(_INLINE, text)
    start = 0
    for match in seam.finditer(text):
        if uncut(match.end()):
            yield text[start : match.end()]
            start = match.end()
    if start < len(text):
        yield text[start:]


def _halved(part: str, count_tokens: CountTokens, size: int) -> Iterator[tuple[str, int]]:
    """One row, sentence or endless line over the limit: in halves between words, outside formulas, until they fit."""
    tokens = _count(part, count_tokens, size)
    if tokens <= size or len(part) < 2:
        yield part, tokens
        return
    middle = _middle(part)
    yield from _halved(part[:middle], count_tokens, size)
    yield from _halved(part[middle:], count_tokens, size)


def _middle(part: str) -> int:
    """The best place to cut near the middle: a blank that lies in no formula, any blank, the middle itself."""
    centre = len(part) // 2
    near = range(len(part) // 4, len(part) * 3 // 4)
    seams = [match.end() for match in _WORD_SEAM.finditer(part) if match.end() in near]
    uncut = outside(_INLINE, part)
    return min([*filter(uncut, seams)] or seams or [centre], key=lambda place: abs(place - centre))


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
