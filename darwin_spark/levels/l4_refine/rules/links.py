"""Remove images and web addresses (§3 L4); keep captions, alternative texts and the text of links."""

import re
from collections.abc import Sequence

from darwin_spark.levels.l4_refine.rules.headings import with_emptied
from darwin_spark.levels.l4_refine.rules.text import KEPT_KINDS, outside_exact
from darwin_spark.text.markdown import Kind

_IMAGE = re.compile(
    r"!\[([^\[\]\n]{0,2000})\]\([^()\n]{0,2000}(?:\([^()\n]{0,200}\)[^()\n]{0,500})?\)(?:\{[#.][^{}\n]{0,200}\})?|<img\b[^<>\n]{0,2000}>",
    re.I,
)
_ALT = re.compile(r"""\balt\s*=\s*["']([^"'\n]*)["']""", re.I)
_GENERIC_ALT = re.compile(
    r"\s*(?:image|img|figure|fig|picture|photo|graphic|illustration|refer to caption)?[\s_.-]*\d*\s*"
    r"|[^\s]+\.(?:png|jpe?g|gif|svg|tiff?|pdf|eps|webp)",
    re.I,
)
_ILLUSTRATION = re.compile(r"\[(?:Illustration|Figure|Image|Picture)s?(?: omitted)?(?::\s*([^\[\]\n]{1,1000}))?\]", re.I)

_TARGET = (
    r"(?:(?:https?|ftp|mailto):|www\.|[#/]|\.{1,2}/|[\w./-]{1,200}\.(?:x?html?|xml|pdf|md|php|aspx?)\b)"
    r"[^\s()]{0,2000}(?:\([^\s()]{0,200}\)[^\s()]{0,500})?"
)
_LINK = re.compile(rf'(?<!!)\[([^\[\]\n]{{1,500}})\]\(\s*<?{_TARGET}>?(?:\s+"[^"\n]{{0,300}}")?\s*\)')
_URL = re.compile(
    r"(?:(?:https?|ftp)://|\bwww\.(?=\w)|\bdoi:\s{0,3}(?=10\.\d{4,9}/)|\b(?=10\.\d{4,9}/))[^\s<>\"`|{}\\^]+", re.I
)
_LEAD_IN = re.compile(r"(?:\b(?:see|via|from|at|url|link|doi)\b[\s,:]*){1,5}$", re.I)
_DANGLING = re.compile(
    r"(\b(?:available|obtained|archived|retrieved|accessed|provided|online|hosted|found|downloaded|access)(?: online)?)"
    r"\s+(?:at|from|on|via|under|in)\s*:?$|\s*\b(?:doi|url)\s*:?\s*$",
    re.I,
)
_TRAILING_PREPOSITION = re.compile(r"\s+(?:at|from|on|via|under)\s*:?$")
"""A preposition that only introduced the address, where the sentence ends after the address."""
_BEFORE_CLOSING = re.compile(
    r"(?:[\s,;:/|–—-]|\be\.g\.|\b(?:and|or|see|via|from|at|available|accessed|online|website|webpage|homepage|url|link|doi|repository|here)\b){1,60}$",
    re.I,
)
"""What only led to an address at the end of a bracket: "(Netherlands, available at ...)"."""
_KEPT_TAIL = 160
"""Characters before an address that its removal may change."""
_IN_CITATION = re.compile(r"\[[^\[\]()]{0,300}$")
_COMMAS = re.compile(r",(?:\s?,)+ ?")
_EMPTY_NOTE = re.compile(r"(\[\^[^\[\]\n]{1,40}\]):\s*$")
_ONLY_MARKERS = re.compile(r"[\s#*+•.:;,<>()\[\]-]*(?:\^\{[^{}\n]{1,4}\}[\s.:]*)?")
"""What remains of a line that held only an address: the markers of a heading, list item or footnote."""
_BRACKETS = {"(": ")", "[": "]", "<": ">"}
_PUNCTUATION = ".,;:!?'\"”’*_"


def images(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Return the lines with images replaced by alternative text or caption unless generic; tables, code, formulas stay."""
    out: list[str] = []
    for line, kind in zip(lines, kinds, strict=True):
        if kind in KEPT_KINDS or not ("![" in line or "<img" in line or "[" in line):
            out.append(line)
            continue
        changed = _ILLUSTRATION.sub(lambda match: match[1] or "", _IMAGE.sub(_alternative, line))
        if changed == line or changed.strip():  # a line left empty is deleted
            out.append(changed)
    return out


def _alternative(image: re.Match[str]) -> str:
    alt = image[1] if image[1] is not None else (_ALT.search(image[0]) or [None, ""])[1]
    return "" if not alt or _GENERIC_ALT.fullmatch(alt) else alt.strip()


def urls(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Return the lines with links replaced by their text, without bare addresses; tables, code, formulas, citations stay."""
    out: list[str] = []
    for line, kind in zip(lines, kinds, strict=True):
        if kind in KEPT_KINDS or not ("](" in line or "://" in line or "www." in line or "10." in line):
            out.append(line)
            continue
        changed = outside_exact(line, lambda part: _without_urls(_LINK.sub(_link_text, part)))
        if changed == line or not _ONLY_MARKERS.fullmatch(changed):
            out.append(changed)
    return out


def empty_notes(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Return the lines without empty footnotes, such as those that held only an address, and without the marks for them."""
    next_kinds = [*kinds[1:], Kind.BLANK]
    empty = {
        index: note[1]
        for index, line in enumerate(lines)
        if len(line) < 60
        and kinds[index] is Kind.PROSE
        and next_kinds[index] is not Kind.INDENTED
        and (note := _EMPTY_NOTE.match(line))
    }
    if not empty:
        return list(lines)
    marks = re.compile("|".join(re.escape(mark) for mark in set(empty.values())))
    removed = with_emptied(set(empty), lines, kinds)
    return [
        line if kinds[index] in KEPT_KINDS or "[^" not in line else marks.sub("", line)
        for index, line in enumerate(lines)
        if index not in removed
    ]


def _link_text(link: re.Match[str]) -> str:
    """Return the text of a link; a linked number is a citation or footnote mark and keeps its square brackets."""
    return f"[{link[1]}]" if link[1].strip().isdecimal() else link[1]


def _without_urls(text: str) -> str:
    parts: list[str] = []
    start, tail = 0, ""
    for match in _URL.finditer(text):
        end = match.start() + len(_trimmed(match[0]))
        if end <= start or _is_citation(match, text):
            continue
        before = tail + text[start : match.start()]
        parts.append(before[:-_KEPT_TAIL])
        tail, after = _clean_around(before[-_KEPT_TAIL:], text[end : end + 8])
        start = end + after
    return _COMMAS.sub(", ", "".join([*parts, tail, text[start:]])) if start else text


def _is_citation(url: re.Match[str], text: str) -> bool:
    """Whether a bare DOI is the key of an in-text citation in square brackets: [10.5555/1102024, Smith2018]."""
    return url[0].startswith("10.") and _IN_CITATION.search(text[max(url.start() - 300, 0) : url.start()]) is not None


def _trimmed(url: str) -> str:
    """Return an address without the punctuation after it, and without closing brackets that were opened before it."""
    round_, square = url.count(")") - url.count("("), url.count("]") - url.count("[")
    end = len(url)
    while end and (
        url[end - 1] in _PUNCTUATION or (url[end - 1] == ")" and round_ > 0) or (url[end - 1] == "]" and square > 0)
    ):
        round_ -= url[end - 1] == ")"
        square -= url[end - 1] == "]"
        end -= 1
    return url[:end]


def _clean_around(before: str, after: str) -> tuple[str, int]:
    """Return the text `before` a deleted address without bracket and lead-in, and how many characters of `after` to delete."""
    head, tail = before[:-80], before[-80:]
    opened = _LEAD_IN.sub("", tail).rstrip()
    if after[:1] in (")", "]", ">"):
        closed = _BEFORE_CLOSING.sub("", tail)
        if not closed or after[0] != _BRACKETS.get(closed[-1]):
            return head + closed, 0
        kept = (head + closed[:-1]).rstrip(" ")
        if after[1:2] in (")", "]"):
            kept, more = _clean_around(kept, after[1:])
            return kept, more + 1
        return kept, 1
    if opened[-1:] in _BRACKETS and after[:1] in (",", ";", ":"):
        return head + opened, 2 if after[1:2] == " " else 1
    tail = _DANGLING.sub(lambda lead: lead[1] or "", tail.rstrip(" ")).rstrip(" ")
    if not after or after[0] in ".,;)":
        tail = _TRAILING_PREPOSITION.sub("", tail)
    if after[:1] == "." and not after[1:2].strip():
        tail = tail.rstrip(" ,;:")  # the stop ends the sentence: "as follows: https://... ."
        if tail.endswith("."):  # the sentence had already ended: "2:e01299. doi: 10.7554/eLife.01299. Published"
            return head + tail, 1
    if after[:1] == ";" and tail.endswith((",", ":")):
        return head + tail[:-1], 0
    if tail[-1:] in ("(", "[", ",", ";", ":") and after[:1] in (",", ";", ":"):
        return head + tail, 2 if after[1:2] == " " and tail[-1] in "([" else 1
    return head + tail + (" " if not tail and after[:1] == " " else ""), 0
