"""Repairs of line and page breaks (§3 L4): split words, hard-wrapped paragraphs, paragraphs printed twice, white space."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

from darwin_spark.levels.l4_refine.rules.text import CAPTION, names, outside_exact
from darwin_spark.text.markdown import Kind

MIN_WIDTH = 35
MAX_WIDTH = 160
"""Columns are so many characters wide; wider lines were not wrapped, narrower ones are lists, addresses, verse."""
FULL = 0.8
"""A line is full if the next word would have made it longer than this share of the column: letters differ in width."""
LOWER = 0.35
"""In wrapped prose at least this share of the lines goes on in lower case; in verse nearly none does."""
OPEN_CHARS = 60
"""A paragraph at least so long that ends within a sentence goes on in the next, if that begins in lower case."""
TWICE_CHARS = 200
"""A paragraph at least so long that directly follows its own copy was read twice by the OCR; a shorter one may be a refrain."""

_HYPHEN_END = re.compile(r"([^\W\d_]{2,})[-\u2010\u00ac]$")
_FIRST_WORD = re.compile(r"([^\W\d_]+)(.*)", re.S)
_WORDS = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]{2,})*")
_SPLIT_WORD = re.compile(r"\b([^\W\d_]{2,})[-\u00ac] ([a-zà-ÿ]{2,})\b")
_KEPT_PREFIXES = names("""
    self; well; non; cross; high; low; long; short; half; quasi; all; ex; vice; one; two; three; four; five; six; first;
    second; third
""")
_ALIGNED = re.compile(r"\S {3,}\S.*\S {3,}\S|\t")
_ENDS_OPEN = re.compile(r"(?:(?<=\s)|^)(?:[(“\"']?[^\W_]{1,40}[)”\"']?[,;]?\s){3}[^\W\d_]{2,40}[,-]?$")
_GOES_ON = re.compile(r"(?:a|[^\W\d_A-Z]{2,40})[,;]?\s(?:[(“\"']?[^\W_]{1,40}[)”\"']?[,;:.]?(?:\s|$)){2}")
_BLANKS = re.compile(r"(?<=\S) {2,}(?=\S)")
_JOINABLE = (Kind.PROSE, Kind.LIST)


class Vocabulary:
    """How often a document says each word, counted when it is first asked: most documents have no word to mend."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(word for line in self._lines for word in _WORDS.findall(line.lower()))


def broken_lines(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Hard-wrapped prose as one line a paragraph, words that were split at line ends in one piece.

    Verse, addresses, lists, aligned columns, tables, code and formulas keep their lines.
    """
    words = Vocabulary(lines)
    width = _column([len(line) for line, kind in zip(lines, kinds, strict=True) if kind is Kind.PROSE])
    out: list[str] = []
    for start, end in _groups(kinds):
        group = lines[start:end]
        out += _unwrapped(group, width, words) if end - start > 1 else group
    return out


def _column(lengths: list[int]) -> int:
    """The usual width of a full line: nine lines in ten are not longer."""
    return sorted(lengths)[int(len(lengths) * 0.9)] if lengths else 0


def _groups(kinds: Sequence[Kind]) -> Iterator[tuple[int, int]]:
    """Runs of lines [start, end) of prose, or of an item of a list with the prose that follows it; other lines alone."""
    start = 0
    for index in range(1, len(kinds) + 1):
        if index < len(kinds) and kinds[index] is Kind.PROSE and kinds[index - 1] in _JOINABLE:
            continue
        yield start, index
        start = index


def _unwrapped(group: Sequence[str], width: int, words: Vocabulary) -> list[str]:
    lower = sum(line.lstrip()[:1].islower() for line in group[1:])
    longest = max(map(len, group))
    if longest > MAX_WIDTH or longest < MIN_WIDTH or any(map(_ALIGNED.search, group)):
        return list(group)
    wrapped = lower >= LOWER * (len(group) - 1)
    column = longest if wrapped and len(group) > 4 else max(longest, min(width, MAX_WIDTH))
    prose = wrapped or (lower > 0 and all(_full(line, following, column) for line, following in pairwise(group)))
    paragraphs: list[list[str]] = [[group[0]]]
    for line, following in pairwise(group):
        if _goes_on(line, following, column, prose):
            paragraphs[-1].append(following)
        else:
            paragraphs.append([following])
    out: list[str] = []
    for before, paragraph in pairwise([[], *paragraphs]):
        out += [""] if before and max(len(before), len(paragraph)) > 1 and before[-1].rstrip()[-1:] in '.!?:"”’)' else []
        out.append(_join(paragraph, words))
    return out


def _goes_on(line: str, following: str, column: int, prose: bool) -> bool:
    """Whether the paragraph of `line` goes on in `following`."""
    text, start = line.rstrip(), following.lstrip()
    if _HYPHEN_END.search(text) and start[:1].islower():
        return True
    if not _full(text, start, column) or CAPTION.match(start):
        return False
    if text[-1:] in ".!?:" and len(start) < FULL * column * 0.7 and start[-1:] not in ".!?;,)":
        return False
    return start[:1].islower() or prose


def _full(line: str, following: str, column: int) -> bool:
    return len(line.rstrip()) + 1 + len(following.lstrip().split(" ", 1)[0]) > FULL * column


def _join(paragraph: list[str], words: Vocabulary) -> str:
    text = paragraph[0].rstrip()
    parts = [text]
    for line in paragraph[1:]:
        following = line.strip()
        parts[-1], glue = _seam(parts[-1], following, words)
        parts += [glue, following] if glue else [following]
    return "".join(parts)


def _seam(before: str, after: str, words: Vocabulary) -> tuple[str, str]:
    """The end of a line as it stands when joined, and what stands between it and the next line."""
    if after[:1] in ",.;:)":
        return before, ""
    split, rest = _HYPHEN_END.search(before[-80:]), _FIRST_WORD.match(after[:80])
    if split is None or rest is None or not after[0].islower():
        return before, "" if before.endswith("-") and not before.endswith((" -", "--")) and after[:1].isalnum() else " "
    left, right = split[1].lower(), rest[1].lower()
    one, two = words.counts[left + right], words.counts[f"{left}-{right}"]
    compound = before[: -len(split[0])].endswith("-") or left in _KEPT_PREFIXES
    keep = two > one or (one == 0 and compound)
    return (before if keep else before[:-1]), ""


def split_words(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """'in- vestigate' in the middle of a line to one word, if the document holds that word elsewhere."""
    prose = (*_JOINABLE, Kind.QUOTE)
    words = Vocabulary(lines)

    def mend(match: re.Match[str]) -> str:
        return (
            match[1] + match[2]
            if words.counts[(match[1] + match[2]).lower()] and match[2] not in ("and", "or", "to")
            else match[0]
        )

    return [
        _SPLIT_WORD.sub(mend, line) if kind in prose and "- " in line else line for line, kind in zip(lines, kinds, strict=True)
    ]


def broken_paragraphs(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Paragraphs that a page break cut within a sentence, in one piece again."""
    words = Vocabulary(lines)
    out: list[str] = []
    last: int | None = None  # the place in `out` of the last line, if it is prose that may go on
    for line, kind in zip(lines, kinds, strict=True):
        if kind is Kind.PROSE and last is not None and last < len(out) - 1 and _is_cut(out[last], line):
            joined = _join([out[last], line], words)
            del out[last:]
            out.append(joined)
        else:
            out.append(line)
        if kind is not Kind.BLANK:
            last = len(out) - 1 if kind in _JOINABLE else None
    return out


def _is_cut(before: str, after: str) -> bool:
    """Whether a sentence goes on from one paragraph to the next: plain words on both sides, no stop, no capital."""
    return (
        len(before) >= OPEN_CHARS
        and len(after) >= OPEN_CHARS // 2
        and _ENDS_OPEN.search(before[-200:]) is not None
        and _GOES_ON.match(after[:200]) is not None
        and not CAPTION.match(before)
        and not (_ALIGNED.search(before) or _ALIGNED.search(after))
    )


def twice_read(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """A long paragraph that directly follows its own copy, once."""
    out: list[str] = []
    last = ""
    for line, kind in zip(lines, kinds, strict=True):
        if kind is Kind.PROSE and len(line) >= TWICE_CHARS and line == last:
            continue
        out.append(line)
        last = last if kind is Kind.BLANK else line
    return out


def white_space(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """One blank between words, none at line ends, at most one blank line in a row; aligned columns keep theirs."""
    out: list[str] = []
    for line, kind in zip(lines, kinds, strict=True):
        text = line if kind is Kind.CODE else line.rstrip()
        if kind in (*_JOINABLE, Kind.QUOTE, Kind.HEADING) and "  " in text and not _ALIGNED.search(text):
            text = outside_exact(text, lambda part: _BLANKS.sub(" ", part))
        if kind is Kind.CODE or text or (out and out[-1]):
            out.append(text)
    while out and not out[-1].strip():
        out.pop()
    return out
