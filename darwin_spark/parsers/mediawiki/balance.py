"""Remove comments, and the marks of wikitext that have no other half, on which mwparserfromhell takes quadratic time."""

import re

_MARK = re.compile(
    r"<(/?)([a-z][a-z0-9]*)\b[^<>]{0,2000}?(/?)>|^[ \t:]*(\{\|)|^[ \t]*(\|\})|(<)(?=/?[a-z])", re.IGNORECASE | re.MULTILINE
)
"""A tag, the beginning and the end of a table, and the beginning of a tag without an end."""
_BRACES = re.compile(r"\{\{|\}\}")
_OPEN_LINK = re.compile(r"(?<!\[)\[(?=(?:https?|ftp|mailto):(?:[^\[\]\n]|\[\[[^\[\]\n]*\]\])*+(?!\]))")
"""The bracket before an address without a bracket after it in the same line."""
_SINGLE = frozenset({"br", "hr", "li", "dt", "dd", "wbr", "img", "tr", "td", "th"})
"""Tags that need no end tag. mwparserfromhell wants one for others that have none in HTML or MediaWiki, such as `<p>`."""
_VERBATIM = frozenset(
    {"nowiki", "pre", "syntaxhighlight", "source", "math", "chem", "ce", "score", "timeline", "graph", "gallery"}
)
"""Tags whose content is no wikitext, up to their end tag."""
_TABLE = "{|"
_MAX_DEPTH = 20
"""Tags in more tags than this are removed: mwparserfromhell gives up at 40 and begins anew at every one."""

_Span = tuple[int, int]


def balanced(text: str) -> str:
    """Return wikitext without comments in which every table, every template, and every tag that needs an end, also ends.

    `<` before a letter that begins no tag becomes `&lt;`.
    """
    text = _OPEN_LINK.sub("", _without_comments(text))
    text = _without(text, _open_templates(text))
    return _without(text, sorted(_unmatched_tags(text)))


def _without_comments(text: str) -> str:
    """Return the text without comments. If one does not end, only its beginning mark is removed."""
    parts, position = [], 0
    while (start := text.find("<!--", position)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts.append(text[position:start])
        position = end + 3
    return "".join([*parts, text[position:].replace("<!--", "")])


def _open_templates(text: str) -> list[_Span]:
    """Return the places of `{{` that no `}}` closes."""
    stack: list[_Span] = []
    for found in _BRACES.finditer(text):
        if found[0] == "{{":
            stack.append(found.span())
        elif stack:
            stack.pop()
    return stack


def _unmatched_tags(text: str) -> list[_Span]:
    """Return the places of tags and table marks without the other half, and of those that are nested too deep."""
    removed: list[_Span] = []
    stack: list[tuple[str, _Span]] = []
    verbatim = ""
    for found in _MARK.finditer(text):
        if found[6]:
            removed += [] if verbatim else [found.span()]
            continue
        name = _TABLE if found[4] or found[5] else found[2].lower()
        span = found.span(4 if found[4] else 5 if found[5] else 0)
        if name in _SINGLE or found[3] or (verbatim and name != verbatim):
            continue
        if not (found[1] or found[5]):
            stack.append((name, span))
            verbatim = name if name in _VERBATIM else ""
            continue
        verbatim = ""
        lowest = max(len(stack) - _MAX_DEPTH, 0)
        place = next((i for i in range(len(stack) - 1, lowest - 1, -1) if stack[i][0] == name), None)
        if place is None:
            removed.append(span)
            continue
        removed += [stack[place][1], span] if place >= _MAX_DEPTH else []
        removed += [unmatched for _, unmatched in stack[place + 1 :]]
        del stack[place:]
    return removed + [span for _, span in stack]


def _without(text: str, spans: list[_Span]) -> str:
    parts, position = [], 0
    for start, end in spans:
        parts += [text[position:start], "&lt;" if text[start:end] == "<" else ""]
        position = max(end, position)
    return "".join([*parts, text[position:]])
