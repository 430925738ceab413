"""Listings of a PDF column: runs of lines in a fixed-width font keep their line breaks and indentation."""

import re
from collections.abc import Iterator, Sequence

from darwin_spark.parsers.pdf.layout import Line

_MAX_INDENT = 40
_CODE = re.compile(r"(?<!\})[ ([=]|(?<![\^_])\{")
"""What a listing holds somewhere, and a long address set in the same font does not."""


def split_code(lines: Sequence[Line]) -> Iterator[tuple[str | None, Sequence[Line]]]:
    """Runs of lines in order: (None, others) or (fenced block, its lines). One line alone is taken for inline code."""
    begin = at = 0
    while at < len(lines):
        end = _run_end(lines, at)
        if end - at < 2 or not any(_CODE.search(line.text) for line in lines[at:end]):
            at = max(end, at + 1)
            continue
        if begin < at:
            yield None, lines[begin:at]
        yield _fenced(lines[at:end]), lines[at:end]
        begin = at = end
    if begin < len(lines):
        yield None, lines[begin:]


def _run_end(lines: Sequence[Line], begin: int) -> int:
    end = begin
    while end < len(lines) and lines[end].mono and (end == begin or _step(lines, end) < 3.5 * lines[end].size):
        end += 1
    return end


def _step(lines: Sequence[Line], at: int) -> float:
    return lines[at].baseline - lines[at - 1].baseline


def _fenced(lines: Sequence[Line]) -> str:
    left = min(line.left for line in lines)
    widths = sorted((line.right - line.left) / len(line.text) for line in lines if line.text)
    char = max(widths[len(widths) // 2], 1.0)
    steps = [_step(lines, i) for i in range(1, len(lines))]
    usual = sorted(steps)[len(steps) // 2]
    out = []
    for i, line in enumerate(lines):
        if i and steps[i - 1] > 1.6 * usual:
            out.append("")
        out.append(" " * min(round((line.left - left) / char), _MAX_INDENT) + line.text)
    return "\n".join(["```", *out, "```"])
