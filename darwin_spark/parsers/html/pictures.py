"""Replace images inside running text (an initial, a metrical sign, a letter missing in fonts) by their alt text.

An image in a block without text, or directly in a figure, div, body or section, is removed: its caption is text already. So is
an image without alt text or with a long one.
"""

from darwin_spark.parsers.html.inline import is_block
from darwin_spark.parsers.xml_tree import Element, drop
from darwin_spark.text.normalize_markdown import one_line

_MAX_ALT = 60  # maximum number of characters of an alt text that is used; a longer one describes an image


def resolve(root: Element) -> None:
    """Replace each `img` below `root` by its alt text, or remove it."""
    has_words: dict[Element, bool] = {}
    for picture in list(root.iter("img")):
        block = next((a for a in picture.iterancestors() if is_block(a)), root)
        if block not in has_words:
            has_words[block] = any(text.strip() for text in block.itertext())
        alt = one_line(picture.get("alt") or "")
        if has_words[block] and alt and len(alt) <= _MAX_ALT and block.tag not in ("figure", "div", "body", "section"):
            picture.tail = alt + (picture.tail or "")
        drop(picture)
