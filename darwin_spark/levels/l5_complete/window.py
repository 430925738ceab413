"""Cut a paper into windows of limited size, mostly at block boundaries, and join the rewritten windows (§3 L5)."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from darwin_spark.inference.rejoin import join, outside
from darwin_spark.text.markdown import Kind, kinds

__all__ = ["join", "windows"]

CountTokens = Callable[[str], int]

SEAM_TOKENS = 2
"""Token allowance for each block boundary inside a window. Token counts of paragraphs are nearly additive: a tokenizer merges
or splits one or two tokens where paragraphs meet. Every block is therefore counted once, and no window is counted as a whole.
"""
CHARS_A_TOKEN = 16
"""No text has more characters per token than this on average, so a block that is longer than the limit allows is not tokenized.
"""
_SENTENCE_BOUNDARY = re.compile(r"""(?<=[.!?])["'”’)\]]{0,3}\s+(?=["'“‘(\[]{0,2}[A-Z0-9$\\])""")
_INLINE = re.compile(r"(?<![\\$])\$(?![\s$])[^$\n]{1,2000}?(?<![\s\\])\$(?![\d$])|\\\((?:[^\\\n]|\\[^()\n]){1,2000}+\\\)")
"""An inline formula. It holds no mark that begins one, so that many marks without their ends take linear time."""
_WORD_BOUNDARY = re.compile(r"\s+")


def windows(text: str, count_tokens: CountTokens, size: int = 1_024, max_block: int = 4_096) -> list[str]:
    """Cut the text into windows of at most `size` tokens, larger blocks excepted; `"".join(windows(text, ...)) == text`.

    A window ends at a blank line, unless a block is split. Code fences, display formulas and tables stay whole: a block over
    `size` is a window of its own, up to `max_block` tokens. A larger block is split: a table, list or code between lines, prose
    between sentences, a single line between words, and as a last resort anywhere. A display formula is never split; an inline
    formula only where an oversized line has no blank outside formulas near its middle. `count_tokens` is not called for whole
    windows, only for blocks and for the parts of a block over `max_block`.
    """
    return list(_pack(_measured(text, count_tokens, size, max_block), size))


def blocks(text: str) -> Iterator[str]:
    """Yield the blocks between blank lines, each with the blank lines after it; a code fence or formula is one block."""
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
    """Yield (text, tokens) of each block, or of each part of a block over `max_block`."""
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
    """Return the tokens of a part; `limit + 1`, without counting, if the part is certainly over the limit."""
    return count_tokens(part) if len(part) <= limit * CHARS_A_TOKEN else limit + 1


def _parts(block: str) -> Iterator[tuple[str, bool]]:
    """Yield (part, is_formula): the rows, code lines and sentences of a block, and each display formula whole."""
    lines = block.splitlines(keepends=True)
    found = kinds([line.rstrip("\r\n") for line in lines])
    for kind, run in groupby(zip(lines, found, strict=True), key=lambda pair: _split_kind(pair[1])):
        group = [line for line, _ in run]
        if kind is Kind.FORMULA:
            yield "".join(group), True
        elif kind is Kind.TABLE:
            yield from ((line, False) for line in group)
        else:
            yield from ((sentence, False) for sentence in _split_after(_SENTENCE_BOUNDARY, "".join(group)))


def _split_kind(kind: Kind) -> Kind:
    """Return how lines of this kind are split: FORMULA (never), TABLE (between lines; also code and lists) or PROSE."""
    if kind is Kind.FORMULA:
        return kind
    return Kind.TABLE if kind in (Kind.TABLE, Kind.CODE, Kind.LIST) else Kind.PROSE


def _split_after(boundary: re.Pattern[str], text: str) -> Iterator[str]:
    """Yield the parts of a text, split after each match of `boundary` whose end is outside inline formulas."""
    is_outside = outside(_INLINE, text)
    start = 0
    for match in boundary.finditer(text):
        if is_outside(match.end()):
            yield text[start : match.end()]
            start = match.end()
    if start < len(text):
        yield text[start:]


def _halved(part: str, count_tokens: CountTokens, size: int) -> Iterator[tuple[str, int]]:
    """Yield (text, tokens) of each part of a row, sentence or line, halved at best cuts (`_middle`) until each fits `size`."""
    boundaries = [match.end() for match in _WORD_BOUNDARY.finditer(part)]
    good = list(filter(outside(_INLINE, part), boundaries))
    pending = [(0, len(part))]
    while pending:
        start, end = pending.pop()
        tokens = _count(part[start:end], count_tokens, size) if end - start <= size * CHARS_A_TOKEN else size + 1
        if tokens <= size or end - start < 2:
            yield part[start:end], tokens
        else:
            middle = _middle(start, end, good, boundaries)
            pending += [(middle, end), (start, middle)]


def _middle(start: int, end: int, good: Sequence[int], boundaries: Sequence[int]) -> int:
    """Return the offset of the best cut near the middle: after a blank outside formulas, else any blank, else the middle."""
    length = end - start
    centre, low, high = start + length // 2, start + max(length // 4, 1), start + length * 3 // 4
    for places in (good, boundaries):
        at = bisect_left(places, centre)
        near = [place for place in places[max(at - 1, 0) : at + 1] if low <= place < high]
        if near:
            return min(near, key=lambda place: abs(place - centre))
    return centre


def _pack(pieces: Iterable[tuple[str, int]], size: int) -> Iterator[str]:
    """Yield windows, filled greedily while token counts of the pieces, with boundary allowances, sum to at most `size`."""
    group: list[str] = []
    total = 0
    for piece, tokens in pieces:
        if group and total + SEAM_TOKENS + tokens > size:
            yield "".join(group)
            group, total = [], 0
        total += tokens + (SEAM_TOKENS if group else 0)
        group.append(piece)
    if group:
        yield "".join(group)
