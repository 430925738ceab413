"""Join two lines or two parts of a paragraph: dehyphenation at line ends, and at page or column breaks."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from darwin_spark.text.common_words import frequency

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ASCII_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")
"""The same in small ASCII letters, for which it is several times faster."""
_LAST_WORD = re.compile(r"([^\W\d_]+)-$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_WITHOUT_BLANKS = re.compile(r"[\u2e80-\u2fdf\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uffef\U00020000-\U0003ffff]")
"""A character of Chinese or Japanese, which are written without blanks."""
_BROKEN_URL = re.compile(r"(?:\S*://|\W*www\.)\S*[/.:_=&?%#~+-]|\W*https?:")
_URL_CONTINUATION = re.compile(r"[a-z\d/%_]|\S+[./]\S")
"""How a URL continues on the next line: not with a capitalised word, which begins a sentence."""
_PREFIXES = frozenset({
    "aero", "agro", "anti", "audio", "auto", "bio", "cardio", "chemo", "counter", "cryo", "cyber", "cyto", "eco", "electro",
    "extra", "fore", "further", "geo", "here", "hetero", "homo", "hydro", "hyper", "hypo", "immuno", "infra", "inter", "intra",
    "iso", "macro", "meta", "micro", "mid", "mono", "multi", "nano", "neuro", "non", "out", "over", "para", "photo", "poly",
    "post", "pre", "pseudo", "radio", "re", "retro", "some", "sub", "super", "tele", "there", "thermo", "through", "trans",
    "ultra", "un", "under", "up", "where", "with",
})  # fmt: skip
"""Words that are more often the beginning of a longer word than the first part of a hyphenated compound."""
_SUFFIXES = frozenset({
    "able", "age", "ally", "ant", "ase", "ate", "ative", "ent", "ful", "ide", "ine", "ing", "ion", "ism", "ist", "ity", "ive",
    "ous", "tic", "tics", "tion", "tions",
})  # fmt: skip
"""Ends of words that the list of English words holds too."""
_COMPOUND_TAILS = frozenset({
    "based", "containing", "deficient", "dependent", "derived", "driven", "free", "induced", "inducible", "informed", "labeled",
    "labelled", "like", "mediated", "negative", "oriented", "positive", "related", "resistant", "rich", "sensitive", "specific",
    "type",
})  # fmt: skip
"""Words that follow a rare or foreign word with a hyphen: "alloxan-induced"."""
_DOUBLED_VOWEL = re.compile(r"(?:re|pre|de)-e|(?:anti|semi|multi)-i|(?:co|micro|bio)-o")
_COMMON = 300  # frequency of a common English word: "preeminent" is one, "reelected" is not
_FOREIGN_ARTICLES = ("der", "die", "les", "des", "los", "que", "het", "di")
_OPENING = "([<{"
_CONJUNCTION = re.compile(r"(?:and|or|to|und|oder|bis|et|ou|y|o)\s")
"""Text after a suspended hyphen, which stands for the end of a later word: "water- and fat-soluble"."""


def vocabulary(texts: Iterable[str]) -> Counter[str]:
    """Return how often each word (lower case, inner hyphens kept) occurs in the texts; `joined` looks up spellings there."""
    by_kind: tuple[list[str], list[str]] = ([], [])
    for text in texts:
        by_kind[text.isascii()].append(text)
    words = Counter(_ASCII_WORD.findall("\n".join(by_kind[True]).lower()))
    words.update(_WORD.findall("\n".join(by_kind[False]).lower()))
    return words


def joined(above: str, below: str, words: Mapping[str, int]) -> str:
    """Return two lines joined; a hyphen at the end of `above` is removed if it only marks the line break.

    By evidence, in this order: how the document's `words` (see `vocabulary`) are spelled; a part that no hyphenation leaves
    alone ("X-ray", "DNA-binding"); the list of English words, for the whole word ("information") and for its two parts
    ("ice-free"). Without evidence it is removed: most are only line breaks. It is kept before a digit and, unless the document
    spells the word without it, before a conjunction or a capital, and where another hyphen follows the second part
    ("nitric-oxide-cGMP"). Parts of a URL, a dash or slash before a letter or digit, and lines of Chinese or Japanese get no
    space.
    """
    if _WITHOUT_BLANKS.match(below) and _WITHOUT_BLANKS.match(above[-1:]):
        return above + below
    is_url = _is_broken_url(above[-200:], below)
    if not is_url and not above.endswith(("-", "–", "/")):
        return f"{above} {below}"
    last, first = _LAST_WORD.search(above[-80:]), _FIRST_WORD.match(below)
    if last is None or first is None:
        return above + below if is_url or below[:1].isalnum() or below[:1] in _OPENING else f"{above} {below}"
    head, tail = last.group(1).lower(), first.group().lower()
    if _CONJUNCTION.match(below) and not is_url and not words.get(head + tail, 0):
        return f"{above} {below}"
    if is_url or _is_compound(head, below[first.end() :], words):
        keeps_hyphen = not words.get(head + tail, 0)
    else:
        keeps_hyphen = _keeps_hyphen(last.group(1), tail, words) if below[0].islower() else not _is_solid(head, tail, words)
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
    """Whether `head-tail` is spelled with its hyphen, by the evidence that `joined` lists; `head` may have capitals."""
    whole = (head + tail).lower()
    solid, hyphenated = _count(whole, words), _count(f"{head}-{tail}".lower(), words)
    if solid or hyphenated:
        return hyphenated > solid
    if len(head) == 1 or (2 * sum(map(str.isupper, head)) >= len(head) and not head.istitle()):
        return True
    if not _is_english(words):
        return False
    if _DOUBLED_VOWEL.match(f"{head}-{tail}".lower()):
        return frequency(whole) < _COMMON
    if frequency(whole) or head.lower() in _PREFIXES or tail in _SUFFIXES or len(tail) < 3:
        return False
    if frequency(head.lower()):
        return frequency(tail) > 0
    return tail in _COMPOUND_TAILS or (head[0].isupper() and len(tail) > 4 and frequency(tail) > 0)


def _is_solid(head: str, tail: str, words: Mapping[str, int]) -> bool:
    """Whether a word whose second part begins with a capital occurs more often without a hyphen than with it: "MathProg"."""
    return _count(head + tail, words) > _count(f"{head}-{tail}", words)


def _count(word: str, words: Mapping[str, int]) -> int:
    """Return how often a word occurs in the document, in the singular or the plural."""
    return words.get(word, 0) + words.get(word.removesuffix("s") if word.endswith("s") else f"{word}s", 0)


def _is_english(words: Mapping[str, int]) -> bool:
    """Whether the document seems to be English: no article of another language is more frequent than "the"."""
    return words.get("the", 0) >= max(words.get(article, 0) for article in _FOREIGN_ARTICLES)
