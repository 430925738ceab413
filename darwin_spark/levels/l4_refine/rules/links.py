"""Links and images (§3 L4): addresses go, the words that carry them stay."""

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
_SAYS_NOTHING = re.compile(
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
_LEAD_IN = re.compile(
    r"(?:\b(?:see|via|from|at|available|accessed|online|website|webpage|url|link|doi|repository|here)\b[\s:,]*){1,5}$", re.I
)
_DANGLING = re.compile(
    r"(\b(?:available|obtained|archived|retrieved|accessed|provided|online|hosted|found|downloaded|access)(?: online)?)"
    r"\s+(?:at|from|on|via|under|in)\s*:?$|\s*\b(?:doi|url)\s*:?\s*$",
    re.I,
)
_LEFT_OVER = re.compile(r"\s+(?:at|from|on|via|under)\s*:?$")
"""A preposition that only led to the address, where the sentence ends behind it."""
_IN_CITATION = re.compile(r"\[[^\[\]()]{0,300}$")
_COMMAS = re.compile(r",(?:\s?,)+ ?")
_EMPTY_NOTE = re.compile(r"(\[\^[^\[\]\n]{1,40}\]):\s*$")
_NOTHING_LEFT = re.compile(r"[\s#*+•.:;,<>()\[\]-]*(?:\^\{[^{}\n]{1,4}\}[\s.:]*)?")
"""What an address alone leaves of its line: the marks of a heading, an item, a footnote."""
_BRACKETS = {"(": ")", "[": "]", "<": ">"}
_PUNCTUATION = ".,;:!?'\"”’*_"


def images(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Images and placeholders to their alternative text or caption; nothing where that is a file name or a number."""
    out: list[str] = []
    for line, kind in zip(lines, kinds, strict=True):
        if kind in KEPT_KINDS or not ("![" in line or "<img" in line or "[" in line):
            out.append(line)
            continue
        changed = _ILLUSTRATION.sub(lambda match: match[1] or "", _IMAGE.sub(_alternative, line))
        if changed == line or changed.strip():
            out.append(changed)
    return out


def _alternative(image: re.Match[str]) -> str:
    alt = image[1] if image[1] is not None else (_ALT.search(image[0]) or [None, ""])[1]
    return "" if not alt or _SAYS_NOTHING.fullmatch(alt) else alt.strip()


def urls(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Markdown links to their text, bare addresses away. Tables, code and formulas keep theirs."""
    out: list[str] = []
    for line, kind in zip(lines, kinds, strict=True):
        if kind in KEPT_KINDS or not ("](" in line or "://" in line or "www." in line or "10." in line):
            out.append(line)
            continue
        changed = outside_exact(line, lambda part: _without_urls(_LINK.sub(_link_text, part)))
        if changed == line or not _NOTHING_LEFT.fullmatch(changed):
            out.append(changed)
    return out


def empty_notes(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Footnotes that held an address and nothing else go, with the marks that point to them."""
    follows = [*kinds[1:], Kind.BLANK]
    gone = {
        index: note[1]
        for index, line in enumerate(lines)
        if len(line) < 60
        and kinds[index] is Kind.PROSE
        and follows[index] is not Kind.INDENTED
        and (note := _EMPTY_NOTE.match(line))
    }
    if not gone:
        return list(lines)
    marks = re.compile("|".join(re.escape(mark) for mark in set(gone.values())))
    all_gone = with_emptied(set(gone), lines, kinds)
    return [
        line if kinds[index] in KEPT_KINDS or "[^" not in line else marks.sub("", line)
        for index, line in enumerate(lines)
        if index not in all_gone
    ]


def _link_text(link: re.Match[str]) -> str:
    """The words of a link; a linked number is an in-text citation, or a note's mark, and keeps its brackets."""
    return f"[{link[1]}]" if link[1].strip().isdecimal() else link[1]


def _without_urls(text: str) -> str:
    parts: list[str] = []
    start = 0
    for match in _URL.finditer(text):
        end = match.start() + len(_trimmed(match[0]))
        if end <= start or _is_citation(match, text):
            continue
        before, after = _around(text[start : match.start()], text[end : end + 8])
        parts.append(before)
        start = end + after
    return _COMMAS.sub(", ", "".join([*parts, text[start:]])) if start else text


def _is_citation(url: re.Match[str], text: str) -> bool:
    """Whether a bare DOI stands in square brackets as the key of an in-text citation: [10.5555/1102024, Smith2018]."""
    return url[0].startswith("10.") and _IN_CITATION.search(text[max(url.start() - 300, 0) : url.start()]) is not None


def _trimmed(url: str) -> str:
    """An address without the punctuation that follows it, and without the brackets that opened before it."""
    round_, square = url.count(")") - url.count("("), url.count("]") - url.count("[")
    end = len(url)
    while end and (
        url[end - 1] in _PUNCTUATION or (url[end - 1] == ")" and round_ > 0) or (url[end - 1] == "]" and square > 0)
    ):
        round_ -= url[end - 1] == ")"
        square -= url[end - 1] == "]"
        end -= 1
    return url[:end]


def _around(before: str, after: str) -> tuple[str, int]:
    """What stays before an address, and how many characters after it go too: brackets that held nothing else, a stray mark."""
    head, near = before[:-80], before[-80:]
    opened = _LEAD_IN.sub("", near).rstrip()
    if opened and after[:1] == _BRACKETS.get(opened[-1]):
        return (head + opened[:-1]).rstrip(" "), 1
    near = _DANGLING.sub(lambda lead: lead[1] or "", near.rstrip(" ")).rstrip(" ")
    if not after or after[0] in ".,;)":
        near = _LEFT_OVER.sub("", near)
    if after[:1] == "." and not after[1:2].strip():
        near = near.rstrip(" ,;:")  # "as follows: https://... ." ends its sentence
        if near.endswith("."):  # "eLife 2:e01299. doi: 10.7554/eLife.01299. Published" had ended it
            return head + near, 1
    if near[-1:] in ("(", "[", ",", ";", ":") and after[:1] in (",", ";", ":"):
        return head + near, 2 if after[1:2] == " " and near[-1] in "([" else 1
    return head + near + (" " if not near and after[:1] == " " else ""), 0
