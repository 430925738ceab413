"""What a rewritten window must be, so that it may take the window's place (§3 L5: the musts that a program can see)."""

import re
from collections.abc import Iterator

from darwin_spark.generation import prompts
from darwin_spark.generation.checks import Checked, echoes, loops, refused
from darwin_spark.markdown import Kind, kinds

SHORTER_RATIO = 0.8
"""The result is longer than the window; below 80 % of its characters it was summarised (the slack: white space, LaTeX)."""
LONGER_RATIO = 10.0
LONGER_CHARS = 4_000
"""The paper's windows grow 2.5 times on the average; over ten times and 4,000 characters the answer has left its window."""
NUMBERS_SHARE = 0.9
"""Share of the window's distinct numbers that must come back; a tenth may be written differently ('1,000' as '10^3')."""
INLINE_SHARE = 0.9
"""Share of the window's inline formulas that must come back; of display formulas all must."""

_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.S)
_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?![\w])")
_INLINE = re.compile(r"(?<![\\$])\$(?![\s$])([^$\n]{1,500}?)(?<![\s\\])\$(?![\d$])|\\\(([^\n]{1,500}?)\\\)")
_DISPLAY_MARKS = re.compile(r"\$\$|\\\[|\\\]")
_LAYOUT = re.compile(r"\s+|[{}]|\\[,;:! ]|\\(?:left|right|quad|qquad|displaystyle)(?![a-zA-Z])")
_META = re.compile(
    r"\b(?:the|this|that) (?:original|given|provided|source|input|rewritten) "
    r"(?:text|passage|paragraph|excerpt|window|chunk|content)\b"
    r"|\bthis (?:passage|excerpt|snippet)\b|\b(?:rewritten|expanded|revised) (?:version|text|window|passage)\b"
    r"|\bas (?:an|a large) (?:AI|language model)\b|\bI(?:'ve| have) (?:rewritten|expanded|revised|preserved|kept)\b"
    r"|\A\W*(?:here(?:'s| is| are)|sure|certainly|of course|okay|below is)\b.{0,80}?(?:[:!]|version|rewrit|window|passage)",
    re.I,
)


def check(window: str, output: str | None, finish_reason: str | None) -> Checked:
    """The rewritten window, or the reason for refusing it.

    cut_by_length, empty_output, prompt_echo, repetition, meta_talk, headers_lost, formulas_lost, numbers_lost,
    too_short, too_long.
    """
    if finish_reason == "length":
        return refused("cut_by_length")
    text = _THOUGHT.sub("", output or "", count=1).strip()
    if not text:
        return Checked("") if not window.strip() else refused("empty_output")
    reason = _fault(window, text)
    return refused(reason) if reason else Checked(text)


def _fault(window: str, text: str) -> str | None:
    if echoes(prompts.load("darwin_spark.l5_complete", "prompt.md"), text, window):
        return "prompt_echo"
    if loops(text, window):
        return "repetition"
    if talks_about_the_text(window, text):
        return "meta_talk"
    if not _headers_kept(window, text):
        return "headers_lost"
    if not _formulas_kept(window, text):
        return "formulas_lost"
    if not _numbers_kept(window, text):
        return "numbers_lost"
    if len(text) < SHORTER_RATIO * len(window.strip()):
        return "too_short"
    return "too_long" if len(text) > LONGER_RATIO * len(window) + LONGER_CHARS else None


def talks_about_the_text(window: str, text: str) -> bool:
    """Whether the answer speaks of the text as a text, in words that the window does not use itself."""
    said = " ".join(window.split()).casefold()
    return any(" ".join(phrase[0].split()).casefold() not in said for phrase in _META.finditer(text))


def _headers_kept(window: str, text: str) -> bool:
    """All headings of the window, word for word, in their order; the answer may hold no others before or between them."""
    left = iter(_headers(text))
    return all(header in left for header in _headers(window))


def _headers(text: str) -> Iterator[str]:
    lines = text.split("\n")
    for line, kind in zip(lines, kinds(lines), strict=True):
        if kind is Kind.HEADING:
            yield " ".join(line.replace("*", "").strip("# ").split())


def _formulas_kept(window: str, text: str) -> bool:
    said = _bare(_DISPLAY_MARKS.sub("", text))
    if not all(_bare(formula) in said for formula in _displays(window)):
        return False
    inline = {_bare(match[1] or match[2]) for match in _INLINE.finditer(window)}
    return sum(formula in said for formula in inline) >= INLINE_SHARE * len(inline)


def _displays(window: str) -> Iterator[str]:
    """The display formulas of the window without their marks."""
    lines = window.split("\n")
    held: list[str] = []
    for line, kind in [*zip(lines, kinds(lines), strict=True), ("", Kind.BLANK)]:
        if kind is Kind.FORMULA:
            held.append(line)
        elif held:
            yield from (part for part in _DISPLAY_MARKS.split("\n".join(held)) if part.strip())
            held = []


def _bare(formula: str) -> str:
    """A formula without what only lays it out: white space, braces, spacing and sizing commands."""
    return _LAYOUT.sub("", formula).replace("$", "")


def _numbers_kept(window: str, text: str) -> bool:
    """Single digits do not count: they number things, and are written as words."""
    wanted = {number for number in _NUMBER.findall(window) if len(number) > 1}
    found = set(_NUMBER.findall(text))
    return len(wanted - found) <= max(1, (1 - NUMBERS_SHARE) * len(wanted))
