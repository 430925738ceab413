"""What should be left of an article after L4, read from its JATS by lxml alone: abstract and body without what §3 L4 deletes.

Deleted by the spec and therefore no part of the truth: sections of back matter that stand in the body (acknowledgements,
contributions, funding) and addresses (an `ext-link` whose words are its address).
"""

import re
from typing import NamedTuple

from lxml import etree

from benchmarks.l1.jats_truth import Article, read_article

ADDRESS = re.compile(r"(?:https?://|www\.|\bdoi:\s?|\b10\.\d{4,9}/)\S+", re.I)
_MATTER = re.compile(
    r"\W*(?:acknowledge?ments?(?:\W.*)?|authors?\W{0,2}s? contributions?|funding(?:\W.*)?|conflicts? of interests?|"
    r"competing interests?|author(?:ship)? (?:statement|contributions?(?: statement)?))\W*",
    re.I,
)


class Truth(NamedTuple):
    """The article as it stands, the part of it that L4 must keep, and the titles of the works in its reference list."""

    article: Article
    kept: str
    entries: tuple[str, ...]


def read_truth(content: bytes) -> Truth:
    """From the bytes of a JATS file."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    entries = tuple(_title(node) for node in root.iter("ref"))
    for section in list(root.iter("sec", "ack")):
        if section.tag == "ack" or _MATTER.fullmatch(section.findtext("title") or ""):
            section.getparent().remove(section)
    kept = read_article(etree.tostring(root)).core
    return Truth(read_article(content), ADDRESS.sub(" ", kept), entries)


def _title(entry: etree._Element) -> str:
    """What tells an entry from others in the wording that every style prints: its title, or all of an entry without one."""
    for tag in ("article-title", "chapter-title", "source"):
        for node in entry.iter(tag):
            if title := " ".join(" ".join(map(str, node.itertext())).split()):
                return title
    return " ".join(" ".join(map(str, entry.itertext())).split())
