"""Build Office Math from its control words in RTF, which are the names of its elements after an `m`: `\\mf` is `f`."""

from lxml import etree

from darwin_spark.parsers.math.omml import to_tex
from darwin_spark.parsers.xml_tree import Element

_PROPERTIES = "Pr"


class Formula:
    """Builder of one formula: `open` and `close` for each group, `word` and `text` for what is in it."""

    def __init__(self) -> None:
        self.root: Element = etree.Element("oMath")
        self._stack: list[Element] = [self.root]
        self._is_new = False

    def open(self) -> None:
        """Begin a group; the next control word may name its element."""
        self._stack.append(self._stack[-1])
        self._is_new = True

    def word(self, name: str) -> None:
        """Take a control word: the first one in a group names its element if it begins with `m`."""
        if self._is_new and name.startswith("m") and len(name) > 1:
            self._stack[-1] = etree.SubElement(self._stack[-1], name[1:])
        self._is_new = False

    def text(self, text: str) -> None:
        """Take text of a run, or the value of a property."""
        self._is_new = False
        text = "".join(filter(str.isprintable, text))
        node = self._stack[-1]
        parent = node.getparent()
        if parent is not None and str(parent.tag).endswith(_PROPERTIES):
            node.set("val", (node.get("val") or "") + text.strip())
        elif str(node.tag) == "r":
            etree.SubElement(node, "t").text = text

    def close(self) -> bool:
        """End a group; return whether that was the formula."""
        self._is_new = False
        self._stack.pop()
        return not self._stack

    def tex(self) -> str:
        """Return the formula as TeX, without dollar signs."""
        return to_tex(self.root)
