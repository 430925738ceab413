"""Parse the pages of a MediaWiki dump: the wikitext of the last revision of each, by mwparserfromhell, to Markdown.

Left out on purpose: templates without running text (boxes, navigation), categories, links to other languages, galleries, files
(but not the captions of framed images), redirects. Warnings count the templates.
"""

import re

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.markdown_headings import heading
from darwin_spark.parsers.mediawiki.lines import blocks_of
from darwin_spark.parsers.mediawiki.rendering import Rendering
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.xml_tree import Element, child, children, plain_text, read_document, within
from darwin_spark.text.normalize_markdown import normalize_markdown, one_line

_WIKITEXT = ("", "wikitext")
_REDIRECT = re.compile(r"\s*#[^\W\d_]{3,20}\s*:?\s*\[\[([^\]|\n]{1,255})")
_SWITCH = re.compile(r"__[A-Z]{3,25}__")
_TAG = re.compile(r"</?[A-Za-z][\w-]*(?:\s[^<>\n]{0,500})?/?>")
"""A tag that the library left in the text because it has no other half."""


def parse(content: bytes, _settings: L1Settings) -> Parsed:
    """Parse a page, or all pages of a dump. Raises ParseFailure with one of the following reasons.

    malformed_xml, too_deep, unsupported_media_type (a page that is no wikitext, such as a script), empty.
    """
    root, warnings = read_document(content)
    pages = list(within(root, "page")) or [root]
    title, blocks = "", list[str]()
    for page in pages:
        name = _text(page, "title")
        below, left_out = _page(page)
        if below:
            blocks += [heading(name, 1), *below] if name else below
            title = title or name
        warnings += [f"{left_out} templates were left out"] if left_out else []
    text = normalize_markdown("\n\n".join(blocks))
    if not text:
        raise ParseFailure("empty", "the page holds no text, or only leads to another page")
    return Parsed(text, title or None, warnings=tuple(warnings))


def _page(page: Element) -> tuple[list[str], int]:
    """Return the blocks of a page (none of a redirect), and the number of templates left out. Raises ParseFailure."""
    revisions = children(page, "revision")
    latest = max(revisions, key=lambda revision: _text(revision, "timestamp"), default=None)
    if latest is None:
        return [], 0
    model = _text(latest, "model")
    if model not in _WIKITEXT:
        raise ParseFailure("unsupported_media_type", f"a wiki page of the content model {model}, not wikitext")
    node = child(latest, "text")
    source = plain_text(node) if node is not None else ""
    if _REDIRECT.match(source) or child(page, "redirect") is not None:
        return [], 0
    rendering = Rendering()
    text = _TAG.sub("", _SWITCH.sub("", rendering.text(source)))
    blocks = _without_empty_sections(blocks_of(text))
    notes = [f"[^{number}]: {note}" for number, note in enumerate(rendering.notes, start=1) if note]
    return [*blocks, *notes], rendering.left_out


def _without_empty_sections(blocks: list[str]) -> list[str]:
    """Return the blocks without headings that no text follows before the next heading of their rank or a higher one."""
    kept: list[str] = []
    rank_below = 7  # rank of the heading that follows, with text between; 7 for text
    has_text = False
    for block in reversed(blocks):
        found = re.match("#+ ", block)
        if not found:
            has_text, rank_below = True, 7
            kept.append(block)
            continue
        rank = len(found[0]) - 1
        if has_text or rank < rank_below < 7:
            kept.append(block)
            rank_below = rank
        has_text = False
    return kept[::-1]


def _text(node: Element, name: str) -> str:
    found = child(node, name)
    return one_line(plain_text(found)) if found is not None else ""
