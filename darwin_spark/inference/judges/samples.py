"""Sample text ranges of a document for a judge, each with the corresponding text of a level.
Only the texts of the tables are needed, so a variant of any origin can be judged. At L4 the corresponding text is located by
word n-grams that occur exactly once in both texts; at L5 sections are matched by their headings."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

from darwin_spark.inference.checks.answer_checks import WORD
from darwin_spark.inference.checks.content_checks import headers
from darwin_spark.inference.chunking import chunks
from darwin_spark.text.markdown import Kind, kinds

ANCHOR = 4  # length in words of the n-grams that align two texts: one that occurs exactly once in both marks the same place


def groups(text: str, chunk_chars: int, count: int, consecutive: int) -> list[tuple[int, int]]:
    """Return up to `count` character ranges [start, end) of `consecutive` chunks each, evenly spread (B.2: 3 of 3).
    A text with fewer than `count` * `consecutive` chunks gives fewer ranges, at least one."""
    chunk_texts = chunks(text, chunk_chars)
    offsets = [0, *accumulate(map(len, chunk_texts))]
    count = min(count, max(1, len(chunk_texts) // consecutive))
    last = max(0, len(chunk_texts) - consecutive)
    firsts = sorted({round(place * last / max(1, count - 1)) for place in range(count)})
    return [(offsets[first], offsets[min(first + consecutive, len(chunk_texts))]) for first in firsts]


def counterpart(text: str, refined: str, start: int, end: int) -> str:
    """Return the part of `refined` for text[start:end]: what lies between the n-grams (ANCHOR) shared before and after it."""
    anchors, refined_anchors = _anchors(text), _anchors(refined)
    shared = sorted((place, refined_anchors[gram]) for gram, place in anchors.items() if gram in refined_anchors)
    firsts = [first for (first, _), _ in shared]
    before = [span for span in shared[: bisect_left(firsts, start)] if span[0][1] <= start]
    after = shared[bisect_left(firsts, end) :]
    low = before[-1][1][1] if before else 0
    high = next((found[0] for _, found in after if found[0] >= low), len(refined))
    return refined[low:high].strip()


def _anchors(text: str) -> dict[tuple[str, ...], tuple[int, int]]:
    """Return the word n-grams that occur exactly once in the text, each with its character range [start, end)."""
    words = [(match[0].lower(), match.start(), match.end()) for match in WORD.finditer(text)]
    grams = [tuple(word for word, *_ in words[at : at + ANCHOR]) for at in range(len(words) - ANCHOR + 1)]
    once = {gram for gram, times in Counter(grams).items() if times == 1}
    return {gram: (words[at][1], words[at + ANCHOR - 1][2]) for at, gram in enumerate(grams) if gram in once}


def sections(text: str, *rewritten: str, shortest: int = 400, longest: int = 6_000) -> list[tuple[str, ...]]:
    """Return the sections of `text`, each a tuple with the same section of every text in `rewritten`, matched by heading.
    Left out are sections whose heading occurs twice in a text or is missing in one, whose original has fewer than `shortest` or
    more than `longest` characters, or that are empty in one text. A text without headings is one section."""
    parts = [dict(_sections_by_heading(version)) for version in (text, *rewritten)]
    names = [name for name in parts[0] if all(name in part for part in parts)]
    found = (tuple(part[name] for part in parts) for name in names)
    return [versions for versions in found if shortest <= len(versions[0]) <= longest and all(versions)]


def _sections_by_heading(text: str) -> Iterator[tuple[str, str]]:
    lines = text.split("\n")
    starts = [0, *(place for place, kind in enumerate(kinds(lines)) if kind is Kind.HEADING and place)]
    named = [(next(headers(lines[start]), ""), start) for start in starts]
    times = Counter(name for name, _ in named)
    for (name, start), (_, following) in zip(named, [*named[1:], ("", len(lines))], strict=True):
        if times[name] == 1:
            yield name, "\n".join(lines[start:following]).strip()
