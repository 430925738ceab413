"""A reference implementation of the published signals, from their definitions: slow, and easy to check by eye."""

import re
from collections import Counter
from collections.abc import Sequence

import regex

PUNCTUATION = set(
    "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~–—’“”„…∶━►、。〈〉《》「」【】«´»！％（），．１：；？～"
    + "".join(map(chr, (*range(9), *range(11, 32), *range(127, 160))))
)


def is_symbol(word: str) -> bool:
    return all(c in PUNCTUATION or regex.match(r"\p{Sentence_Terminal}", c) for c in word)


def repeats(things: Sequence[str]) -> tuple[int, int]:
    seen: set[str] = set()
    number = chars = 0
    for thing in things:
        if thing in seen:
            number, chars = number + 1, chars + len(thing)
        seen.add(thing)
    return number, chars


def share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def gopher_quality(text: str, words: Sequence[str]) -> dict[str, float]:
    spoken = [word for word in words if not is_symbol(word)]
    lines = text.splitlines()
    stop_words = {"the", "be", "to", "of", "and", "that", "have", "with"}
    return {
        "gopher_words": len(spoken),
        "gopher_mean_word_length": share(sum(map(len, spoken)), len(spoken)),
        "gopher_hash_ratio": share(text.count("#"), len(words)),
        "gopher_ellipsis_ratio": share(text.count("...") + text.count("…"), len(words)),
        "gopher_bullet_line_ratio": share(sum(line.lstrip().startswith(("•", "-")) for line in lines), len(lines)),
        "gopher_ellipsis_line_ratio": share(sum(line.rstrip().endswith(("...", "…")) for line in lines), len(lines)),
        "gopher_alpha_word_ratio": share(sum(any(map(str.isalpha, word)) for word in words), len(words)),
        "gopher_stop_words": len(stop_words & set(words)),
    }


def gopher_repetition(text: str, words: Sequence[str]) -> dict[str, float]:
    lines = re.split("\n+", text) if text else []
    paragraphs = re.split("\n{2,}", text.strip()) if text.strip() else []
    (line_number, line_chars), (paragraph_number, paragraph_chars) = repeats(lines), repeats(paragraphs)
    found = {
        "gopher_duplicate_line_ratio": share(line_number, len(lines)),
        "gopher_duplicate_line_char_ratio": share(line_chars, len(text)),
        "gopher_duplicate_paragraph_ratio": share(paragraph_number, len(paragraphs)),
        "gopher_duplicate_paragraph_char_ratio": share(paragraph_chars, len(text)),
    }
    for size in (2, 3, 4):
        grams = Counter(" ".join(words[at : at + size]) for at in range(len(words) - size + 1))
        top, times = grams.most_common(1)[0] if grams else ("", 0)
        found[f"gopher_top_{size}_gram_ratio"] = share(len(top) * times, len(text))
    for size in range(5, 11):
        found[f"gopher_duplicate_{size}_gram_ratio"] = share(walk(words, size), len(text))
    return found


def walk(words: Sequence[str], size: int) -> int:
    """Characters of duplicate n-grams: skip a whole n-gram that occurred before, else go one word further."""
    met: set[tuple[str, ...]] = set()
    chars = at = 0
    while at + size <= len(words):
        gram = tuple(words[at : at + size])
        if gram in met:
            chars, at = chars + sum(map(len, gram)), at + size
        else:
            met.add(gram)
            at += 1
    return chars


def c4(text: str) -> dict[str, float]:
    policies = ("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    lowered = [line.lower() for line in lines]
    bare = [re.sub(r"\[\d*]|\[edit]|\[citation needed]", "", line) for line in lines]
    terminal = [line.endswith((".", "?", "!", '"', "'")) and not line.endswith("...") for line in bare]
    script = ["javascript" in line for line in lowered]
    policy = [any(phrase in line for phrase in policies) for line in lowered]
    sizes = [[len(word) for word in line.split()] for line in lines]
    read = [end and len(size) >= 3 and max(size) <= 1_000 for end, size in zip(terminal, sizes, strict=True)]
    kept = [r and not s and not p for r, s, p in zip(read, script, policy, strict=True)]
    return {
        "c4_terminal_line_ratio": share(sum(terminal), len(lines)),
        "c4_few_word_line_ratio": share(sum(len(size) < 3 for size in sizes), len(lines)),
        "c4_javascript_line_ratio": share(sum(script), len(lines)),
        "c4_policy_line_ratio": share(sum(policy), len(lines)),
        "c4_kept_line_ratio": share(sum(kept), len(lines)),
        "c4_lorem_ipsum_lines": sum(r and "lorem ipsum" in line for r, line in zip(read, lowered, strict=True)),
        "c4_curly_bracket_lines": sum(r and not s and "{" in line for r, s, line in zip(read, script, lines, strict=True)),
        "c4_max_word_length": max((size for line in sizes for size in line), default=0),
    }


def fineweb(text: str, words: Sequence[str]) -> dict[str, float]:
    lines = [line for line in text.split("\n") if line.strip()]
    ends = [bool(regex.match(r"[\p{Sentence_Terminal}៖៙៚]", line[-1])) for line in lines]
    return {
        "fineweb_punctuated_line_ratio": share(sum(ends), len(lines)),
        "fineweb_short_line_ratio": share(sum(len(line) <= 30 for line in lines), len(lines)),
        "fineweb_duplicate_char_ratio": share(repeats(lines)[1], len(text.replace("\n", ""))),
        "fineweb_line_feed_ratio": share(text.count("\n"), len(words)),
    }
