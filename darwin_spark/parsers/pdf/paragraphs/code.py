"""Detect code listings in a PDF column: runs of lines in a fixed-width font. Line breaks and indentation are kept."""

import re
from collections.abc import Iterator, Sequence

from darwin_spark.parsers.pdf.lines import Line
from darwin_spark.parsers.pdf.paragraphs.numbered_listings import without_numbers

_MAX_INDENT = 40  # characters
_CODE = re.compile(r"(?<!\})[ ([=]|(?<![\^_])\{")
"""Characters that a listing contains but a long URL in the same font does not; `{` after `^` or `_` marks a script."""

_STATEMENT = re.compile(r"(?:[;{}\\]|[^\W\d]\w*!?\s?\(.*\))$|\s(?:=|:=|<-|\+=)\s")
"""A line that ends like a statement or a call, or holds an assignment."""
_PROMPT = re.compile(r"[\w@:~/.-]{0,20}[$>%#]\s\S|>>>\s|In\s?\[\d+\]:")
_NEAR = 12  # number of lines above and below that tell the usual distance of lines
_APART = 1.2  # minimum distance of a single line of code from the text, in usual distances


def split_code(lines: Sequence[Line]) -> Iterator[tuple[str | None, Sequence[Line]]]:
    """Yield runs of lines in order: (fenced code block, its lines) or (None, other lines). Numbers of lines are left out.

    A single line is a block only if it stands apart from the text and is a statement, a call or a command.
    """
    lines = without_numbers(lines)
    if not any(line.mono for line in lines):
        yield None, lines
        return
    begin = index = 0
    while index < len(lines):
        end = _run_end(lines, index)
        is_block = any(_CODE.search(line.text) for line in lines[index:end])
        if not is_block or (end - index < 2 and not _is_statement(lines, index)):
            index = max(end, index + 1)
            continue
        if begin < index:
            yield None, lines[begin:index]
        yield _fenced(lines[index:end]), lines[index:end]
        begin = index = end
    if begin < len(lines):
        yield None, lines[begin:]


def _run_end(lines: Sequence[Line], begin: int) -> int:
    """Return the index after the run of fixed-width lines (no wide gap) that begins at `begin`; `begin` if there is none."""
    end = begin
    while end < len(lines) and lines[end].mono and (end == begin or _line_distance(lines, end) < 3.5 * lines[end].size):
        end += 1
    return end


def _is_statement(lines: Sequence[Line], index: int) -> bool:
    """Whether a single line in regular type, farther from the lines above and below than these are apart, is code."""
    line = lines[index]
    if line.bold or not (_STATEMENT.search(line.text) or _PROMPT.match(line.text)):
        return False
    near = [_line_distance(lines, i) for i in (index, index + 1) if 0 < i < len(lines)]
    usual = [_line_distance(lines, i) for i in range(max(index - _NEAR, 1), min(index + _NEAR, len(lines)))]
    usual = sorted(step for step in usual if step > 0.5 * line.size)
    return bool(near and usual) and min(near) > _APART * usual[len(usual) // 4]


def _line_distance(lines: Sequence[Line], index: int) -> float:
    return lines[index].baseline - lines[index - 1].baseline


def _fenced(lines: Sequence[Line]) -> str:
    """Return the lines as a fenced code block: indentation in median character widths, a blank line for each wide gap."""
    left = min(line.left for line in lines)
    widths = sorted((line.right - line.left) / len(line.text) for line in lines if line.text)
    char = max(widths[len(widths) // 2], 1.0)
    distances = [_line_distance(lines, i) for i in range(1, len(lines))]
    # a low one, since a listing may have a blank line after each second line
    leading = sorted(distances)[len(distances) // 4] if distances else 0.0
    code_lines = []
    for i, line in enumerate(lines):
        if i and distances[i - 1] > 1.6 * leading:
            code_lines.append("")
        code_lines.append(" " * min(round((line.left - left) / char), _MAX_INDENT) + line.text)
    return "\n".join(["```", *code_lines, "```"])
