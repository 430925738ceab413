"""Real prose for made documents: paragraphs and section titles of the JATS articles of ../shared/data."""

import random
import re
import tarfile
import unicodedata
from functools import cache
from typing import NamedTuple

from lxml import etree

from benchmarks.l1.pairs import SHARED

_ARTICLES = 200
_ALLOWED = re.compile(r"[\x20-\x5b\x5d\x5f\x61-\x7d\u00c0-\u00ff“”‘’–—]+")
r"""What all producers can set: ASCII without \ ^ ` ~, letters of Latin-1, quotation marks and dashes."""
_CITATIONS = re.compile(r"\s?[(\[][^()\[\]]*[)\]]")
_UNSEEN = {"table-wrap", "fig", "disp-formula", "inline-formula", "tex-math", "sup", "sub", "media", "supplementary-material"}


class Prose(NamedTuple):
    """Paragraphs of 200 to 900 characters and titles of sections of 8 to 60, of the first articles."""

    paragraphs: list[str]
    titles: list[str]


@cache
def prose() -> Prose:
    """Return the prose of the first articles of the eLife set, which allows any use."""
    paragraphs: list[str] = []
    titles: list[str] = []
    with tarfile.open(SHARED / "jats" / "elife.tar.xz") as archive:
        for _, member in zip(range(_ARTICLES), archive, strict=False):
            file = archive.extractfile(member)
            body = etree.parse(file).find("body") if file is not None else None
            for node in body.iter("p", "title") if body is not None else ():
                text = _plain(node)
                if not _ALLOWED.fullmatch(text):
                    continue
                if node.tag == "title" and 8 <= len(text) <= 60 and text[0].isupper():
                    titles.append(text.rstrip(".:"))
                elif node.tag == "p" and 200 <= len(text) <= 900 and text[0].isupper() and text.endswith("."):
                    paragraphs.append(text)
    return Prose(list(dict.fromkeys(paragraphs)), list(dict.fromkeys(titles)))


def _plain(node: etree._Element) -> str:
    for unseen in node.iter(*_UNSEEN):
        unseen.text, unseen[:] = "", []
    text = unicodedata.normalize("NFC", "".join(map(str, node.itertext())))
    return " ".join(_CITATIONS.sub("", text).split()).replace(" .", ".").replace(" ,", ",")


class Source:
    """Draws prose: a seed gives the same texts each time, none twice."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)
        self._paragraphs = self.random.sample(prose().paragraphs, 60)
        self._titles = self.random.sample(prose().titles, 40)

    def paragraphs(self, count: int) -> list[str]:
        return [self._paragraphs.pop() for _ in range(count)]

    def paragraph(self) -> str:
        return self._paragraphs.pop()

    def title(self) -> str:
        """Return a title of three words or more: "Introduction" is the title of no document."""
        title = self._titles.pop()
        return title if len(title.split()) > 2 else self.title()

    def words(self, count: int) -> list[str]:
        """Draw lower-case words of 4 to 9 letters from the paragraphs that are left; a word may come twice."""
        found = re.findall(r"\b[a-z]{4,9}\b", " ".join(self._paragraphs))
        return self.random.sample(found, count)
