"""Repair line and page breaks (§3 L4): split words, hard-wrapped paragraphs, duplicated paragraphs, white space."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from darwin_spark.levels.l4_refine.rules.text import CAPTION, outside_exact
from darwin_spark.parsers.pdf.dehyphenation import joined, vocabulary
from darwin_spark.text.common_words import frequency
from darwin_spark.text.markdown import Kind

MIN_WIDTH = 35
MAX_WIDTH = 160
"""Range of column widths in characters. Wider lines were not hard-wrapped; narrower ones are lists, addresses or verse."""
FULL = 0.8
"""A line is full if the next line's first word would take it over this share of the column width; letters differ in width."""
LOWER = 0.35
"""In hard-wrapped prose at least this share of the lines begins in lower case; in verse almost none does."""
OPEN_CHARS = 60
"""Minimum characters of a paragraph that ends within a sentence and is joined with a next one that begins in lower case."""
TWICE_CHARS = 200
"""Minimum characters of a paragraph deleted as an OCR copy of the one directly before it; a shorter copy may be a refrain."""
_HYPHEN_END = re.compile(r"\s\S*[^\W_][-\u2010\u00ac]$")
"""The end of a line that a word runs over; a line of one word, such as a prefix in a list, is none."""
_TAIL_CHARS = 400  # characters of a paragraph's end that decide how the next line is joined to it
_HYPHENS = ("-", "\u2010", "\u00ac")
_LAST_PART = re.compile(r"-([^\W\d_]+)[-\u2010\u00ac]$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_PREFIX = re.compile(r"\S+-$")
_SPLIT_WORD = re.compile(r"\b([^\W\d_]{2,})[-\u00ac] ([a-zà-ÿ]{2,})\b")
_ALIGNED = re.compile(r"\S {3,}\S.*\S {3,}\S|\t")
_ENDS_OPEN = re.compile(r"(?:(?<=\s)|^)(?:[(“\"']?[^\W_]{1,40}[)”\"']?[,;]?\s){3}[^\W\d_]{2,40}[,-]?$")
_CONTINUATION = re.compile(r"(?:a|[^\W\d_A-Z]{2,40})[,;]?\s(?:[(“\"']?[^\W_]{1,40}[)”\"']?[,;:.]?(?:\s|$)){2}")
_SPACES = re.compile(r"(?<=\S) {2,}(?=\S)")
_JOINABLE = (Kind.PROSE, Kind.LIST)


class Vocabulary:
    """Word counts of a document, computed at first use: most documents have no word to repair."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    @cached_property
    def counts(self) -> Counter[str]:
        return vocabulary(self._lines)


def broken_lines(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Return the lines with hard-wrapped prose and split words joined, one line per paragraph; verse, lists, columns stay."""
    words = Vocabulary(lines)
    width = _column_width([len(line) for line, kind in zip(lines, kinds, strict=True) if kind is Kind.PROSE])
    out: list[str] = []
    for start, end in _groups(kinds):
        group = lines[start:end]
        out += _unwrap(group, width, words) if end - start > 1 else group
    return out


def _column_width(lengths: list[int]) -> int:
    """Return the 90th percentile of the line lengths, which is the usual width of a full line; 0 without lines."""
    return sorted(lengths)[int(len(lengths) * 0.9)] if lengths else 0


def _groups(kinds: Sequence[Kind]) -> Iterator[tuple[int, int]]:
    """Yield groups of lines [start, end): prose, or a list item with the prose after it; any other line alone."""
    start = 0
    for index in range(1, len(kinds) + 1):
        if index < len(kinds) and kinds[index] is Kind.PROSE and kinds[index - 1] in _JOINABLE:
            continue
        yield start, index
        start = index


def _unwrap(group: Sequence[str], width: int, words: Vocabulary) -> list[str]:
    lower = sum(line.lstrip()[:1].islower() for line in group[1:])
    longest = max(map(len, group))
    if any(map(_ALIGNED.search, group)):
        return list(group)
    if longest > MAX_WIDTH or longest < MIN_WIDTH:
        return _whole_words(group, words)
    is_wrapped = lower >= LOWER * (len(group) - 1)
    column = longest if is_wrapped and len(group) > 4 else max(longest, min(width, MAX_WIDTH))
    prose = is_wrapped or (lower > 0 and all(_is_full(line, following, column) for line, following in pairwise(group)))
    paragraphs: list[list[str]] = [[group[0]]]
    for line, following in pairwise(group):
        if _continues(line, following, column, prose):
            paragraphs[-1].append(following)
        else:
            paragraphs.append([following])
    out: list[str] = []
    for before, paragraph in pairwise([[], *paragraphs]):
        out += [""] if before and max(len(before), len(paragraph)) > 1 and before[-1].rstrip()[-1:] in '.!?:"”’)' else []
        out.append(_join(paragraph, words))
    return out


def _whole_words(group: Sequence[str], words: Vocabulary) -> list[str]:
    """Return the lines; those between which a word is broken are joined."""
    paragraphs: list[list[str]] = [[group[0]]]
    for line, following in pairwise(group):
        if _runs_over(line.rstrip(), following.lstrip()):
            paragraphs[-1].append(following)
        else:
            paragraphs.append([following])
    return [_join(paragraph, words) if len(paragraph) > 1 else paragraph[0] for paragraph in paragraphs]


def _runs_over(text: str, following: str) -> bool:
    """Whether a word at the end of a line goes on in the next line, in lower case."""
    return _HYPHEN_END.search(text[-80:]) is not None and following[:1].islower() and not _PREFIX.match(following[:80])


def _continues(line: str, following: str, column: int, prose: bool) -> bool:
    text, start = line.rstrip(), following.lstrip()
    if _runs_over(text, start):
        return True
    if not _is_full(text, start, column) or CAPTION.match(start):
        return False
    if text[-1:] in ".!?:" and len(start) < FULL * column * 0.7 and start[-1:] not in ".!?;,)":
        return False
    return start[:1].islower() or prose


def _is_full(line: str, following: str, column: int) -> bool:
    return len(line.rstrip()) + 1 + len(following.lstrip().split(" ", 1)[0]) > FULL * column


def _join(paragraph: list[str], words: Vocabulary) -> str:
    text = paragraph[0].rstrip()
    parts = [text]
    for line in paragraph[1:]:
        following = line.strip()
        parts[-1], separator = _join_parts(parts[-1], following, words)
        parts += [separator, following] if separator else [following]
    return "".join(parts)


def _join_parts(before: str, after: str, words: Vocabulary) -> tuple[str, str]:
    if after[:1] in ",.;:)":
        return before, ""
    if before[-1:] not in _HYPHENS or before.endswith((" -", "--")):
        return before, " "
    if _is_part_of_compound(before, after, words):
        return before, ""
    whole = joined(f"{before[:-1]}-", after, words.counts)
    start = whole[: len(whole) - len(after)]
    return (start[:-1], " ") if start.endswith(" ") else (start, "")


def _is_part_of_compound(before: str, after: str, words: Vocabulary) -> bool:
    """Whether the hyphen follows another one in its word, and what it breaks is no word: 'virtual-mysql-' 'testsuite'."""
    last, first = _LAST_PART.search(before[-80:]), _FIRST_WORD.match(after)
    whole = f"{last[1]}{first[0]}".lower() if last and first else ""
    return bool(whole) and not words.counts[whole] and not frequency(whole)


def split_words(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Return the lines with 'in- vestigate' within a line joined to one word, if the document contains that word elsewhere."""
    prose = (*_JOINABLE, Kind.QUOTE)
    words = Vocabulary(lines)

    def join_word(match: re.Match[str]) -> str:
        return (
            match[1] + match[2]
            if words.counts[(match[1] + match[2]).lower()] and match[2] not in ("and", "or", "to")
            else match[0]
        )

    return [
        _SPLIT_WORD.sub(join_word, line) if kind in prose and "- " in line else line
        for line, kind in zip(lines, kinds, strict=True)
    ]


def broken_paragraphs(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Return the lines, with the two parts of a paragraph joined that a page break cut within a sentence."""
    words = Vocabulary(lines)
    out: list[str] = []
    last: _Paragraph | None = None  # the last non-blank line, if it is prose or a list item, and what was joined to it
    for line, kind in zip(lines, kinds, strict=True):
        if kind is Kind.PROSE and last is not None and last.index < len(out) - 1 and last.is_cut_before(line):
            del out[last.index + 1 :]
            last.add(line, words)
            continue
        out.append(line)
        if kind is not Kind.BLANK:
            _put(last, out, words)
            last = _Paragraph(len(out) - 1, [line], line[-_TAIL_CHARS:]) if kind in _JOINABLE else None
    _put(last, out, words)
    return out


@dataclass
class _Paragraph:
    """A paragraph on line `index` of the result, the parts that it is joined of, its end, and whether it has columns."""

    index: int
    parts: list[str]
    tail: str
    is_aligned: bool | None = None

    def is_cut_before(self, after: str) -> bool:
        """Whether a sentence continues in `after`: plain words at the cut, no full stop, capital, caption, columns."""
        if len(self.tail) < OPEN_CHARS or len(after) < OPEN_CHARS // 2 or _ENDS_OPEN.search(self.tail[-200:]) is None:
            return False
        if _CONTINUATION.match(after[:200]) is None or CAPTION.match(self.parts[0]):
            return False
        if self.is_aligned is None:
            self.is_aligned = _ALIGNED.search(self.parts[0]) is not None
        return not self.is_aligned and not _ALIGNED.search(after)

    def add(self, line: str, words: Vocabulary) -> None:
        self.parts.append(line)
        self.tail = _join([self.tail, line], words)[-_TAIL_CHARS:]


def _put(paragraph: _Paragraph | None, out: list[str], words: Vocabulary) -> None:
    if paragraph is not None and len(paragraph.parts) > 1:
        out[paragraph.index] = _join(paragraph.parts, words)


def duplicate_paragraphs(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Return the lines without each long paragraph that directly follows its own copy."""
    out: list[str] = []
    last = ""
    for line, kind in zip(lines, kinds, strict=True):
        if kind is Kind.PROSE and len(line) >= TWICE_CHARS and line == last:
            continue
        out.append(line)
        last = last if kind is Kind.BLANK else line
    return out


def white_space(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Return the lines without trailing blanks, repeated blank lines, or repeated spaces in prose; code and columns stay."""
    out: list[str] = []
    for line, kind in zip(lines, kinds, strict=True):
        text = line if kind is Kind.CODE else line.rstrip()
        if kind in (*_JOINABLE, Kind.QUOTE, Kind.HEADING) and "  " in text and not _ALIGNED.search(text):
            text = outside_exact(text, lambda part: _SPACES.sub(" ", part))
        if kind is Kind.CODE or text or (out and out[-1]):
            out.append(text)
    while out and not out[-1].strip():
        out.pop()
    return out
