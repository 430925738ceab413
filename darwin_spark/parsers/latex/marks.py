r"""Placeholders for what is known only at the end of the document: heading levels, and the numbers of \ref and \cite.

While the text is written, each of them is a mark of control characters; `with_headings` and `replace_references`
replace the marks.
"""

import re
from collections.abc import Callable

_HEADING = re.compile("^\x01(-?\\d+)\x02", re.MULTILINE)
_REFERENCE = re.compile("\x03(\\d+)\x05")
UNRESOLVED = "\x06"
"""Text of a reference to an unknown label or page, which vanishes with its context (`without_unresolved`)."""
_UNRESOLVED_WITH_CONTEXT = re.compile(
    "^\x06 ?| ?\\\\tag\\*?\\{\x06\\}| ?\\( ?\x06 ?\\)|(?:,? ?\\b(?:on |see )?(?:pp?\\.|pages?))? ?\x06", re.MULTILINE
)
_FIRST_RANK, _LAST_RANK = 2, 6


def heading_mark(level: int, text: str) -> str:
    """Return the heading `text` after a placeholder for its Markdown level. `level`: part -1, chapter 0, section 1 ..."""
    return f"\x01{level}\x02{text}"


def reference_mark(number: int) -> str:
    """Return the placeholder of the reference that has this number in the list of the document's references."""
    return f"\x03{number}\x05"


def with_headings(text: str) -> str:
    """Return `text` with heading marks replaced: highest level by `##` (the title has `#`), next by `###`, at most `######`."""
    levels = sorted({int(level) for level in _HEADING.findall(text)})
    ranks = {level: min(_FIRST_RANK + i, _LAST_RANK) for i, level in enumerate(levels)}
    return _HEADING.sub(lambda match: "#" * ranks[int(match[1])] + " ", text)


def replace_references(text: str, text_of: Callable[[int], str]) -> str:
    """Return `text` with each placeholder of a reference replaced by the text of the reference with that number."""
    return _REFERENCE.sub(lambda match: text_of(int(match[1])), text) if "\x03" in text else text


def without_unresolved(text: str) -> str:
    """Return `text` without unresolved references, and without the parentheses or the word "page" around them."""
    return _UNRESOLVED_WITH_CONTEXT.sub("", text)
