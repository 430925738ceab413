"""What a judge is shown: places of a document, each with what a level made of it.

Only the texts of the tables are read, so every variant can be judged, whatever made it: at L4 the counterpart of a place is
found between word n-grams that both texts have once; at L5 sections keep their headings, and are compared one by one.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

from darwin_spark.inference.checks.answer_checks import WORD
from darwin_spark.inference.checks.content_checks import headers
from darwin_spark.inference.chunking import chunks
from darwin_spark.text.markdown import Kind, kinds

ANCHOR = 4
"""Words that stand in both texts once mark the same place."""


def groups(text: str, chunk_chars: int, count: int, consecutive: int) -> list[tuple[int, int]]:
    """`count` stretches [start, end) of so many consecutive chunks each, spread evenly over the text (B.2: three of three)."""
    cut = chunks(text, chunk_chars)
    ends = [0, *accumulate(map(len, cut))]
    count = min(count, max(1, len(cut) // consecutive))
    last = max(0, len(cut) - consecutive)
    firsts = sorted({round(place * last / max(1, count - 1)) for place in range(count)})
    return [(ends[first], ends[min(first + consecutive, len(cut))]) for first in firsts]


def counterpart(text: str, refined: str, start: int, end: int) -> str:
    """What became of text[start:end]: the part of `refined` between the nearest anchors outside it."""
    places, wanted = _anchors(text), _anchors(refined)
    shared = sorted((place, wanted[gram]) for gram, place in places.items() if gram in wanted)
    firsts = [first for (first, _), _ in shared]
    before = [span for span in shared[: bisect_left(firsts, start)] if span[0][1] <= start]
    after = shared[bisect_left(firsts, end) :]
    low = before[-1][1][1] if before else 0
    high = next((found[0] for _, found in after if found[0] >= low), len(refined))
    return refined[low:high].strip()


def _anchors(text: str) -> dict[tuple[str, ...], tuple[int, int]]:
    """The word n-grams that stand in the text once, each with its place."""
    words = [(match[0].lower(), match.start(), match.end()) for match in WORD.finditer(text)]
    grams = [tuple(word for word, *_ in words[at : at + ANCHOR]) for at in range(len(words) - ANCHOR + 1)]
    once = {gram for gram, times in Counter(grams).items() if times == 1}
    return {gram: (words[at][1], words[at + ANCHOR - 1][2]) for at, gram in enumerate(grams) if gram in once}


def sections(text: str, *rewritten: str, shortest: int = 400, longest: int = 6_000) -> list[tuple[str, ...]]:
    """The sections of `text` of a length that can be judged, each with its form in every rewriting.

    A rewriting keeps the headings, so sections go by them; one whose heading comes twice, or is not in all texts, is left out.
    A text without headings is one section.
    """
    parts = [dict(_by_heading(version)) for version in (text, *rewritten)]
    names = [name for name in parts[0] if all(name in part for part in parts)]
    found = (tuple(part[name] for part in parts) for name in names)
    return [versions for versions in found if shortest <= len(versions[0]) <= longest and all(versions)]


def _by_heading(text: str) -> Iterator[tuple[str, str]]:
    lines = text.split("\n")
    starts = [0, *(place for place, kind in enumerate(kinds(lines)) if kind is Kind.HEADING and place)]
    named = [(next(headers(lines[start]), ""), start) for start in starts]
    times = Counter(name for name, _ in named)
    for (name, start), (_, following) in zip(named, [*named[1:], ("", len(lines))], strict=True):
        if times[name] == 1:
            yield name, "\n".join(lines[start:following]).strip()
