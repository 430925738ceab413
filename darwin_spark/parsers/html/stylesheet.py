"""Read the rules of a page's `style` elements that set `display` or `visibility` in a browser window of 1,280 pixels.

Understood: `@media`, `@supports` and `@layer` blocks (layers count as unlayered), `!important`. Not read: linked stylesheets
(nothing is fetched), `@import`, and nested rules.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from darwin_spark.parsers.xml_tree import Element, plain_text

_WIDTH = 1_280  # pixels; the usual width of a desktop window
_PIXELS = {"px": 1, "em": 16, "rem": 16}
_TOKEN = re.compile(r"""[{}]|"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+'""", re.DOTALL)
_DECLARATION = re.compile(r"(?:^|[;\s{])(display|visibility)\s{0,9}:\s{0,9}([a-z-]{1,30})\s{0,9}(!\s{0,9}important)?")
_MEDIA_PART = re.compile(r"\(\s*([a-z-]+)\s*(?::\s*([^()]{1,40}?)\s*)?\)|(\bnot\b)|\bonly\b|\band\b|([a-z-]+)", re.IGNORECASE)
_LENGTH = re.compile(r"(\d{1,5}(?:\.\d{1,4})?)(px|r?em)")


class Declaration(NamedTuple):
    """One declaration of `display` or `visibility` (`name`). `hides` says whether its value hides the element."""

    name: str
    hides: bool
    important: bool


class Rule(NamedTuple):
    """The selectors of one style rule, as text, and its declarations."""

    selectors: str
    declarations: list[Declaration]


def rules_of(root: Element) -> list[Rule]:
    """Return the rules of all `style` elements in a page, in order, that apply on a screen and set display or visibility."""
    found: list[Rule] = []
    for sheet in root.iter("style"):
        parent = sheet.getparent()
        if (parent is not None and parent.tag in ("noscript", "template")) or not _applies(sheet.get("media") or ""):
            continue
        css = plain_text(sheet)
        if "display" in css or "visibility" in css:
            found += _rules(_without_comments(css))
    return found


def declarations_of(style: str) -> list[Declaration]:
    """Return the declarations of display and visibility in the text of a rule's block or of a `style` attribute, in order."""
    lower = style.lower()
    if "display" not in lower and "visibility" not in lower:
        return []
    return [Declaration(m[1], m[2] in ("none", "hidden", "collapse"), bool(m[3])) for m in _DECLARATION.finditer(lower)]


def _without_comments(css: str) -> str:
    kept, end = [], 0
    while (start := css.find("/*", end)) >= 0:
        kept.append(css[end:start])
        end = css.find("*/", start + 2) + 2
        if end < 2:
            return "".join(kept)
    return "".join([*kept, css[end:]])


def _rules(css: str) -> Iterator[Rule]:
    """Yield the rules that set display or visibility and lie in blocks that apply."""
    blocks: list[bool] = []  # for each open block, whether rules in it apply
    start, selectors = 0, ""
    for token in _TOKEN.finditer(css):
        mark, applies = token.group(), all(blocks[-1:])
        if mark == "{":
            prelude = css[start : token.start()].rpartition(";")[2].strip()
            blocks.append(applies and _opens_rules(prelude))
            selectors = "" if prelude.startswith("@") or not applies else prelude
        elif mark == "}":
            declarations = declarations_of(css[start : token.start()]) if selectors else []
            if declarations:
                yield Rule(selectors, declarations)
            selectors = ""
            del blocks[-1:]
        else:
            continue
        start = token.end()


def _opens_rules(prelude: str) -> bool:
    """Return whether rules inside the block with this prelude apply."""
    name, _, condition = prelude.partition(" ")
    if prelude.lower().startswith("@media"):
        return _applies(prelude[len("@media") :])
    return name in ("@supports", "@layer") and not condition.lstrip().startswith("not")


def _applies(media: str) -> bool:
    """Return whether a list of media queries matches a screen `_WIDTH` pixels wide. An unknown feature does not match."""
    return not media.strip() or any(_query_matches(query) for query in media[:500].split(","))


def _query_matches(query: str) -> bool:
    negated, matches = False, True
    for part in _MEDIA_PART.finditer(query):
        feature, value, negation, media_type = part.groups()
        if negation:
            negated = True
        elif feature:
            matches = matches and _feature_matches(feature.lower(), value or "")
        elif media_type:
            matches = matches and media_type.lower() in ("all", "screen")
    return matches != negated


def _feature_matches(feature: str, value: str) -> bool:
    length = _LENGTH.match(value)
    if feature in ("min-width", "max-width") and length:
        pixels = float(length[1]) * _PIXELS[length[2]]
        return pixels <= _WIDTH if feature == "min-width" else pixels >= _WIDTH
    return (feature, value) in (("hover", "hover"), ("pointer", "fine"), ("orientation", "landscape"), ("color", ""))
