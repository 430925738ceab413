"""Pictures inside running text (an initial, a metrical sign, a letter no font had) become their alt text.

A picture that stands alone, in a block without words of its own, is left out: its caption speaks for it.
"""

from darwin_spark.parsers.html.inline import is_block
from darwin_spark.parsers.xml_tree import Element, drop
from darwin_spark.text.normalize_markdown import one_line

_MAX_ALT = 60
"""Characters; a longer one describes a picture."""


def resolve(root: Element) -> None:
    """Replace each `img` below `root` by its alt text, or by nothing."""
    has_words: dict[Element, bool] = {}
    for picture in list(root.iter("img")):
        block = next((a for a in picture.iterancestors() if is_block(a)), root)
        if block not in has_words:
            has_words[block] = any(text.strip() for text in block.itertext())
        alt = one_line(picture.get("alt") or "")
        if has_words[block] and alt and len(alt) <= _MAX_ALT and block.tag not in ("figure", "div", "body", "section"):
            picture.tail = alt + (picture.tail or "")
        drop(picture)
