"""Join two lines or two parts of a paragraph: dehyphenation at line ends, and at page or column breaks."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST_WORD = re.compile(r"([^\W\d_]+)-$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_BROKEN_URL = re.compile(r"(?:\S*://|\W*www\.)\S*[/.:_=&?%#~+-]|\W*https?:")
_URL_CONTINUATION = re.compile(r"[a-z\d/%_]|\S+[./]\S")
"""How a URL continues on the next line: not with a capitalised word, which begins a sentence."""
_PREFIXES = frozenset({
    "anti", "counter", "further", "here", "hyper", "inter", "micro", "multi", "non", "over", "pre", "some", "sub", "super",
    "there", "through", "un", "under", "where", "with",
})  # fmt: skip
"""Words that are more often the beginning of a longer word than the first part of a hyphenated compound."""
_HYPHENATED_HEADS = frozenset({"high", "near", "self", "well"})
"""Words that are often the first part of a hyphenated compound."""
_MAX_SUFFIX_LETTERS = 5
"""Maximum letters of a second part that may follow such a word without a hyphen ("nearest", "wellbeing"; not "highlighted")."""
_HYPHENATED_TAILS = frozenset({
    "based", "dependent", "dimensional", "driven", "effective", "formatted", "induced", "informed", "level", "like", "mediated",
    "oriented", "performance", "quality", "related", "scale", "speaking", "specific", "term", "wide",
})  # fmt: skip
"""Words that are usually written with a hyphen when they are the second part of a compound."""
_CONJUNCTION = re.compile(r"(?:and|or|to|und|oder|bis|et|ou|y|o)\s")
"""Text after a suspended hyphen, which stands for the end of a later word: "water- and fat-soluble"."""


def vocabulary(texts: Iterable[str]) -> Counter[str]:
    """Return how often each word (lower case, inner hyphens kept) occurs in the texts; `joined` looks up spellings there."""
    return Counter(_WORD.findall("\n".join(texts).lower()))


def joined(above: str, below: str, words: Mapping[str, int]) -> str:
    """Return two lines joined; a hyphen at the end of `above` is removed if `words` (see `vocabulary`) has the word without it.

    The hyphen of an unknown word is removed too: most are only line breaks. Exceptions: both parts are words ("water-soluble"),
    the first is a word and a hyphen follows the second ("nitric-oxide-cGMP"), or the word lists here say so. A hyphen before a
    conjunction, a capital or a digit is kept. URL parts, and a dash or slash before a letter or digit, get no space.
    """
    is_url = _is_broken_url(above[-200:], below)
    if not is_url and not above.endswith(("-", "–", "/")):
        return f"{above} {below}"
    last, first = _LAST_WORD.search(above[-80:]), _FIRST_WORD.match(below)
    if last is None or first is None:
        return above + below if is_url or below[:1].isalnum() else f"{above} {below}"
    head, tail = last.group(1).lower(), first.group().lower()
    if _CONJUNCTION.match(below) and not is_url and not words.get(head + tail, 0):
        return f"{above} {below}"
    if is_url or _is_compound(head, below[first.end() :], words):
        keeps_hyphen = not words.get(head + tail, 0)
    else:
        keeps_hyphen = not below[0].islower() or _keeps_hyphen(head, tail, words)
    return above + below if keeps_hyphen else above[:-1] + below


def _is_compound(head: str, rest: str, words: Mapping[str, int]) -> bool:
    return rest.startswith("-") and words.get(head, 0) > 1 and head not in _PREFIXES


def _is_broken_url(above: str, below: str) -> bool:
    token = above[above.rfind(" ") + 1 :]
    if not _BROKEN_URL.fullmatch(token):
        return False
    return (
        below.startswith("//")
        if token.endswith(("http:", "https:"))
        else bool(_URL_CONTINUATION.match(below)) or token.endswith("/")
    )


def _keeps_hyphen(head: str, tail: str, words: Mapping[str, int]) -> bool:
    """Whether `head-tail` is spelled with its hyphen: by the document's `words`, else by the word lists and both parts."""
    solid, hyphenated = words.get(head + tail, 0), words.get(f"{head}-{tail}", 0)
    if solid or hyphenated:
        return hyphenated > solid
    if tail in _HYPHENATED_TAILS and head not in _PREFIXES:
        return True
    if head in _HYPHENATED_HEADS and (words.get(tail, 0) > 1 or (head != "high" and len(tail) > _MAX_SUFFIX_LETTERS)):
        return True
    are_words = words.get(head, 0) > 1 and words.get(tail, 0) > 1
    return are_words and min(len(head), len(tail)) > 3 and head not in _PREFIXES
