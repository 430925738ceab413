"""Join two lines or two parts of a paragraph: dehyphenation at line ends, and at page or column breaks."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from string import ascii_letters

from darwin_spark.text.common_words import frequency

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ASCII_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")
"""The same in small ASCII letters."""
_SMALL_LETTERS = bytes(ord(chr(code).lower()) if code in f"{ascii_letters}-".encode() else ord(" ") for code in range(256))
"""For each character of ASCII: the small letter, "-", or a blank for all that is in no word."""
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_WITHOUT_BLANKS = re.compile(r"[\u2e80-\u2fdf\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uffef\U00020000-\U0003ffff]")
"""A character of Chinese or Japanese, which are written without blanks."""
_FIRST_WITHOUT_BLANKS = "\u2e80"
_BROKEN_URL = re.compile(r"(?:\S*://|\W*www\.)\S*[/.:_=&?%#~+-]|\W*https?:")
_URL_CONTINUATION = re.compile(r"[a-z\d/%_]|\S+[./]\S")
"""How a URL continues on the next line: not with a capitalised word, which begins a sentence."""
_PREFIXES = frozenset({
    "aero", "agro", "anti", "audio", "auto", "bi", "bio", "cardio", "chemo", "counter", "cryo", "cyber", "cyto", "eco",
    "electro", "extra", "fore", "further", "geo", "here", "hetero", "homo", "hydro", "hyper", "hypo", "immuno", "infra",
    "inter", "intra", "iso", "macro", "meta", "micro", "mid", "mono", "multi", "nano", "neuro", "non", "out", "over",
    "para", "photo", "poly", "post", "pre", "pseudo", "radio", "re", "retro", "some", "sub", "super", "tele", "there",
    "thermo", "through", "trans", "ultra", "un", "under", "up", "where", "with",
})  # fmt: skip
"""Words that are more often the beginning of a longer word than the first part of a hyphenated compound."""
_PARTED_PREFIXES = frozenset({"anti", "auto", "eco", "intra", "mid", "non", "post", "pre"})
"""Prefixes that scientists write with a hyphen before a word, where the whole is not in the list of English words."""
_PARTICLES = frozenset({"by", "in", "of", "on", "to", "up"})
"""Second parts of compounds that are shorter than what hyphenation leaves: "gain-of-function"."""
_SUFFIXES = frozenset({
    "able", "age", "ally", "ant", "ase", "ate", "ative", "ent", "ful", "ide", "ine", "ing", "ion", "ism", "ist", "ity", "ive",
    "ous", "tic", "tics", "tion", "tions",
})  # fmt: skip
"""Ends of words that the list of English words holds too."""
_COMPOUND_TAILS = frozenset({
    "activated", "associated", "based", "biased", "binding", "bound", "buffered", "coated", "conjugated", "containing",
    "controlled", "deficient", "dependent", "derived", "dimensional", "driven", "enriched", "expressing", "free",
    "friendly", "generated", "independent", "induced", "inducible", "inducing", "infected", "inflammatory", "informed",
    "labeled", "labelled", "like", "linked", "localized", "mediated", "negative", "oriented", "positive", "related",
    "resistant", "responsive", "rich", "scale", "sensitive", "shaped", "specific", "stranded", "tagged", "targeting",
    "terminal", "terminus", "throughput", "transformed", "treated", "type", "wide",
})  # fmt: skip
"""Words that follow a rare or foreign word with a hyphen: "alloxan-induced"."""
_DOUBLED_VOWEL = re.compile(r"(?:re|pre|de)-e|(?:anti|semi|multi)-i|(?:co|micro|bio)-o")
_VOWEL = re.compile(r"[aeiouyAEIOUY]|[^\W\d_a-zA-Z]")  # every syllable has one: "Wnt-signalling" is no hyphenated word
_COMMON = 300  # frequency of a common English word: "preeminent" is one, "reelected" is not
_FOREIGN_ARTICLES = ("der", "die", "les", "des", "los", "que", "het", "di")
_OPENING = "([<{"
_HYPHENS = ("-", "\u2010")
_LINE_ENDS = (*_HYPHENS, "–", "/")
_HARD = "-"
"""Key of a vocabulary: set if no "-" at a line end was put there by hyphenation, as in a document without hyphenation."""
_HARD_ENDS = 3
"""Minimum number of hyphens at line ends that belong to compounds, where no "\u2010" stands at one; and for each that does not:
some compounds are spelled without a hyphen too."""
_CAMEL_CASE = re.compile(r"[a-z]+(?=[A-Z])")
_MAX_NAME, _MAX_URL = 80, 200  # characters of a name, and of a URL, that are looked at
_CONJUNCTION = re.compile(r"(?:and|or|to|und|oder|bis|et|ou|y|o)\s")
"""Text after a suspended hyphen, which stands for the end of a later word: "water- and fat-soluble"."""


def vocabulary(texts: Iterable[str]) -> Counter[str]:
    """Return how often each word (lower case, inner hyphens kept) occurs in the texts; `joined` looks up spellings there.

    `texts`: parts of lines, in order. Words broken at line ends do not count. There are further keys: "long-" and "-term" for
    the parts of "long-term", and "-" if a "-" at a line end always belongs to its word.
    """
    found = list(texts)
    broken = [_without_ends(found, i) for i, text in enumerate(found[:-1]) if text.endswith(_HYPHENS)]
    words = _ascii_words(" ".join([text for text in found if text.isascii()]))
    words.update(_WORD.findall("\n".join([text for text in found if not text.isascii()]).lower()))
    for word in [word for word in words if "-" in word]:
        parts, count = word.split("-"), words[word]
        for head, tail in pairwise(parts):
            words[f"{head}-"] += count
            words[f"-{tail}"] += count
    if _are_hard([ends for ends in broken if ends is not None], words):
        words[_HARD] = 1
    return words


def _ascii_words(text: str) -> Counter[str]:
    """Return how often each word occurs in a text of ASCII characters, twice as fast as a regular expression tells."""
    words = Counter(text.encode("ascii").translate(_SMALL_LETTERS).decode("ascii").split())
    for piece in [piece for piece in words if "-" in piece and not _ASCII_WORD.fullmatch(piece)]:  # "long-", "--"
        count = words.pop(piece)
        for word in _ASCII_WORD.findall(piece):
            words[word] += count
    return words


def _without_ends(texts: list[str], at: int) -> tuple[str, str, str] | None:
    """Return (hyphen, both parts) of the word that is broken after `texts[at]`, and remove its parts from the texts."""
    above, below = texts[at], texts[at + 1]
    last, first = _last_word(above), _FIRST_WORD.match(below)
    if not last or first is None:
        return None
    texts[at], texts[at + 1] = above[: -len(last) - 1], below[first.end() :]
    return above[-1], last.lower(), first.group().lower()


def _last_word(text: str) -> str:
    """Return the letters before the hyphen at the end of a text; empty if it does not end with a word and a hyphen."""
    if not text.endswith(_HYPHENS):
        return ""
    word = text[text.rfind(" ") + 1 : -1]
    if word.isalpha():
        return word
    begin = end = len(text) - 1
    while begin and text[begin - 1].isalnum() and not text[begin - 1].isdecimal():
        begin -= 1
    return text[begin:end]


def _are_hard(broken: Sequence[tuple[str, str, str]], words: Mapping[str, int]) -> bool:
    """Whether "-" at line ends belongs to compounds, as those that are known in one spelling only show."""
    solid = compound = 0
    for hyphen, head, tail in broken:
        whole = head + tail
        if hyphen == "-" and (words.get(whole, 0) or frequency(whole) >= _COMMON):
            solid += 1
        elif hyphen == "-" and (words.get(f"{head}-{tail}", 0) or (frequency(head) and frequency(tail))):
            compound += 1
    if _HARD_ENDS * solid > compound:
        return False
    has_other = any(hyphen != "-" for hyphen, _, _ in broken)
    return compound >= _HARD_ENDS or (has_other and sum("-" in word[1:-1] for word in words) >= _HARD_ENDS)


def joined(above: str, below: str, words: Mapping[str, int]) -> str:
    """Return two lines joined; a hyphen at the end of `above` is removed if it only marks the line break.

    By evidence, in this order: how the document's `words` (see `vocabulary`) are spelled; whether it hyphenates words at all; a
    part that no hyphenation leaves alone ("X-ray", "DNA-binding"); the list of English words, for the whole word
    ("information"); compounds of the document with one of its parts, or both as words of their own; the list of English words,
    for its two parts ("ice-free"). Without evidence it is removed: most are only line breaks. It is kept before a digit and,
    unless the document spells the word without it, before a conjunction or a capital, and where another hyphen follows the
    second part ("nitric-oxide-cGMP"). Parts of a URL or of a name, a dash or slash before a letter or digit, and lines of
    Chinese or Japanese get no space; a dash with a blank before it gets one.
    """
    if below[:1] >= _FIRST_WITHOUT_BLANKS and _WITHOUT_BLANKS.match(below) and _WITHOUT_BLANKS.match(above[-1:]):
        return above + below
    token = above[above.rfind(" ") + 1 :]
    is_url = (":" in token or "www." in token) and _is_broken_url(token[-_MAX_URL:], below)
    if not is_url and (not above.endswith(_LINE_ENDS) or above[-2:-1].isspace()):
        return above + below if _is_broken_name(token[-_MAX_NAME:], below, words) else f"{above} {below}"
    last, first = _last_word(above), _FIRST_WORD.match(below)
    if not last or first is None:
        return above + below if is_url or below[:1].isalnum() or below[:1] in _OPENING else f"{above} {below}"
    head, tail = last.lower(), first.group().lower()
    if _CONJUNCTION.match(below) and not is_url and not words.get(head + tail, 0):
        return f"{above} {below}"
    is_common = frequency(head + tail) >= max(_COMMON, frequency(tail))
    if words.get(_HARD, 0):
        keeps_hyphen = above[-1] == "-" and (is_url or not (is_common or _is_solid(head, tail, words)))
    elif is_url or _is_compound(head, tail, below[first.end() :], words):
        keeps_hyphen = not words.get(head + tail, 0)
    else:
        is_capital = not below[0].islower()  # in a heading of capitals, words are hyphenated too
        is_solid = is_capital and (_is_solid(head, tail, words) or (is_common and last.isupper()))
        keeps_hyphen = not is_solid if is_capital else _keeps_hyphen(last, tail, words)
    return f"{above[:-1]}-{below}" if keeps_hyphen else above[:-1] + below


def _is_compound(head: str, tail: str, rest: str, words: Mapping[str, int]) -> bool:
    return rest.startswith("-") and words.get(head, 0) > 1 and head not in _PREFIXES and not frequency(head + tail)


def _is_broken_name(token: str, below: str, words: Mapping[str, int]) -> bool:
    """Whether a name, as of a file, is broken without a hyphen: "notes.ipy|nb", "mi|nted", "Distribut|edLoadH", "a_b|_c".

    The evidence: the document, or the list of English words, has the whole or its first word, but not a part. `token`: what
    stands behind the last blank of the line above.
    """
    if not token[-1:].isalnum():
        return False
    word = below.partition(" ")[0]
    if token.isalpha() and word.isalpha() and word.islower() and words.get(word, 0) > 1:  # as most lines do
        return False
    first = _FIRST_WORD.match(below)
    if first is None and below[:1] != "_":
        return False
    if first is None:
        return "_" in token[:-1] and token[-1].isalnum() and below[1:2].islower()
    if token.isalpha() and first.group().islower() and words.get(first.group(), 0) > 1:
        return False
    at = max(token.rfind("."), token.rfind("_"), token.rfind("/")) + 1
    if not (len(token) > at != 1 and token[at:].isalpha()):
        return False
    head, tail = token[at:].lower(), first.group().lower()
    if at:
        is_whole = words.get(head + tail, 0) > 0
        return is_whole and not frequency(head) and max(words.get(head, 0), words.get(tail, 0)) < 2
    if not below[0].islower() or (words.get(tail, 0) > 1 and words.get(head, 0) > 1):
        return False
    if capital := _CAMEL_CASE.match(below):
        return _is_known(head + capital[0], words) and not frequency(head)
    return words.get(tail, 0) < 2 and _is_known(head + tail, words) and not frequency(tail)


def _is_known(word: str, words: Mapping[str, int]) -> bool:
    return words.get(word, 0) > 0 or frequency(word) >= _COMMON


def _is_broken_url(token: str, below: str) -> bool:
    """Whether a URL is broken after `token`, what stands behind the last blank of the line above."""
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
    if not _VOWEL.search(head):
        return True
    known = frequency(whole)
    if not known and _has_parts(head.lower(), tail, words):
        return True
    if not _is_english(words):
        return False
    if _DOUBLED_VOWEL.match(f"{head}-{tail}".lower()):
        return known < _COMMON
    return not known and _are_words(head, tail, words)


def _has_parts(head: str, tail: str, words: Mapping[str, int]) -> bool:
    """Whether the document has other compounds with one of the parts, or both parts as words."""
    if words.get(f"{head}-", 0) or words.get(f"-{tail}", 0):
        return True
    return words.get(head, 0) > 0 and words.get(tail, 0) > 0


def _are_words(head: str, tail: str, words: Mapping[str, int]) -> bool:
    """Whether both parts are words that make a compound, by the list of English words; `head` may have a capital."""
    first, is_known = head.lower(), frequency(tail) > 0
    if tail in _COMPOUND_TAILS:
        return True
    if first in _PREFIXES:
        return first in _PARTED_PREFIXES and is_known
    if tail in _SUFFIXES or not is_known or (len(tail) < 3 and tail not in _PARTICLES):
        return False
    if not head.istitle():
        return frequency(first) > 0
    if words.get(tail, 0) or (words.get(first, 0) and len(tail) > 4):  # else it may be a name: "Silver-man"
        return True
    return frequency(first) > 0 and len(tail) > 6


def _is_solid(head: str, tail: str, words: Mapping[str, int]) -> bool:
    """Whether a word whose second part begins with a capital occurs more often without a hyphen than with it: "MathProg"."""
    return _count(head + tail, words) > _count(f"{head}-{tail}", words)


def _count(word: str, words: Mapping[str, int]) -> int:
    """Return how often a word occurs in the document, in the singular or the plural."""
    return words.get(word, 0) + words.get(word.removesuffix("s") if word.endswith("s") else f"{word}s", 0)


def _is_english(words: Mapping[str, int]) -> bool:
    """Whether the document seems to be English: no article of another language is more frequent than "the"."""
    return words.get("the", 0) >= max(words.get(article, 0) for article in _FOREIGN_ARTICLES)
