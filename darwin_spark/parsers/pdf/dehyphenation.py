"""How two pieces of a paragraph become one: hyphens at line ends, and paragraphs that a page or column break cut."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST_WORD = re.compile(r"([^\W\d_]+)-$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"(?:\S*://|\W*www\.)\S*[/.:_=&?%#~+-]|\W*https?:")
_GOES_ON = re.compile(r"[a-z\d/%_]|\S+[./]\S")
"""What stands on the next line where an address goes on: not a capitalised word, which begins a sentence."""
_PREFIXES = frozenset({
    "anti", "counter", "further", "here", "hyper", "inter", "micro", "multi", "non", "over", "pre", "some", "sub", "super",
    "there", "through", "un", "under", "where", "with",
})  # fmt: skip
"""Words that more often begin one word than stand before a hyphen."""
_HYPHENED_HEADS = frozenset({"high", "near", "self", "well"})
_LONGEST_SUFFIX = 5
"""Letters of what may follow such a word without a hyphen ("nearest", "selfless", "wellbeing"; but "highlighted")."""
_HYPHENED_TAILS = frozenset({
    "based", "dependent", "dimensional", "driven", "effective", "formatted", "induced", "informed", "level", "like", "mediated",
    "oriented", "performance", "quality", "related", "scale", "speaking", "specific", "term", "wide",
})  # fmt: skip
"""Words that seldom share one word with what stands before or behind a hyphen."""
_CONJUNCTION = re.compile(r"(?:and|or|to|und|oder|bis|et|ou|y|o)\s")
"""What follows a hyphen that stands for the end of a later word: "water- and fat-soluble"."""


def vocabulary(texts: Iterable[str]) -> Counter[str]:
    """How often each word stands whole inside a line: what tells a hyphen of the author from one of the typesetter."""
    return Counter(_WORD.findall("\n".join(texts).lower()))


def joined(above: str, below: str, words: Mapping[str, int]) -> str:
    """Two lines as one; a hyphen at the end goes where the document writes the word without it.

    Unknown words are joined too (most hyphens at a line's end are the typesetter's), unless both halves are words of the
    document in their own right ("water-soluble"), or the first one is and the compound goes on ("nitric-oxide-cGMP").
    Web addresses break behind any of their marks, and keep them all.
    """
    is_address = _is_cut_address(above[-200:], below)
    if not is_address and not above.endswith(("-", "–", "/")):
        return f"{above} {below}"
    last, first = _LAST_WORD.search(above[-80:]), _FIRST_WORD.match(below)
    if last is None or first is None:
        return above + below if is_address or below[:1].isalnum() else f"{above} {below}"
    head, tail = last.group(1).lower(), first.group().lower()
    if _CONJUNCTION.match(below) and not is_address and not words.get(head + tail, 0):
        return f"{above} {below}"
    if is_address or _is_compound(head, below[first.end() :], words):
        keeps = not words.get(head + tail, 0)
    else:
        keeps = not below[0].islower() or _keeps_hyphen(head, tail, words)
    return above + below if keeps else above[:-1] + below


def _is_compound(head: str, rest: str, words: Mapping[str, int]) -> bool:
    """Whether a word of the document stands before a hyphen, and `rest`, behind the second one, has another."""
    return rest.startswith("-") and words.get(head, 0) > 1 and head not in _PREFIXES


def _is_cut_address(above: str, below: str) -> bool:
    token = above[above.rfind(" ") + 1 :]
    if not _ADDRESS.fullmatch(token):
        return False
    return below.startswith("//") if token.endswith(("http:", "https:")) else bool(_GOES_ON.match(below)) or token.endswith("/")


def _keeps_hyphen(head: str, tail: str, words: Mapping[str, int]) -> bool:
    whole, hyphened = words.get(head + tail, 0), words.get(f"{head}-{tail}", 0)
    if whole or hyphened:
        return hyphened > whole
    if tail in _HYPHENED_TAILS and head not in _PREFIXES:
        return True
    if head in _HYPHENED_HEADS and (words.get(tail, 0) > 1 or (head != "high" and len(tail) > _LONGEST_SUFFIX)):
        return True
    are_words = words.get(head, 0) > 1 and words.get(tail, 0) > 1
    return are_words and min(len(head), len(tail)) > 3 and head not in _PREFIXES
