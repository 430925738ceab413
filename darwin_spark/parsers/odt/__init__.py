"""Parse OpenDocument texts (ODF 1.3, packed or flat) to Markdown: headings, lists, tables, formulas, notes, text boxes.

Left out on purpose: page headers and footers, tables of contents and other indexes, comments, deleted and hidden text, images.
Other embedded objects contain no readable text; a warning gives their number.
"""

import posixpath
from collections.abc import Callable
from urllib.parse import unquote

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.markdown_headings import heading
from darwin_spark.parsers.math.mathml import to_tex
from darwin_spark.parsers.odt.blocks import Body
from darwin_spark.parsers.odt.inline import Inline
from darwin_spark.parsers.odt.styles import Styles
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.xml_tree import Element, attribute, child, first_within, parse_xml, plain_text, within
from darwin_spark.parsers.zipped import ZippedDocument
from darwin_spark.text.normalize_markdown import normalize_markdown, one_line

_ZIP = b"PK"


def parse(content: bytes, _settings: L1Settings) -> Parsed:
    """Parse an OpenDocument text. Raises ParseFailure with one of the following reasons.

    encrypted, unsupported_media_type, corrupt_odt, corrupt_zip, archive_bomb, malformed_xml, too_deep, empty.
    """
    if not content.startswith(_ZIP):
        root = parse_xml(content)
        return _document(root, [root], root, lambda _: None)
    with ZippedDocument(content) as package:
        if "content.xml" not in package.names:
            raise ParseFailure("corrupt_odt", "no content.xml in the file: it is damaged, or no OpenDocument file")
        manifest = "META-INF/manifest.xml"
        if manifest in package.names and first_within(parse_xml(package.read(manifest)), "encryption-data") is not None:
            raise ParseFailure("encrypted", "the document needs a password")
        files = {
            name: parse_xml(package.read(name)) for name in ("styles.xml", "content.xml", "meta.xml") if name in package.names
        }

        def embedded(name: str) -> Element | None:
            path = posixpath.normpath(posixpath.join(unquote(name), "content.xml"))
            return parse_xml(package.read(path)) if path in package.names else None

        styled = [root for name, root in files.items() if name != "meta.xml"]
        return _document(files["content.xml"], styled, files.get("meta.xml"), embedded)


def _document(
    content: Element, styled: list[Element], meta: Element | None, embedded: Callable[[str], Element | None]
) -> Parsed:
    """Render a document from its content, its files with styles, its metadata and a function that opens embedded objects."""
    body = first_within(content, "body")
    text = child(body, "text") if body is not None else None
    if text is None:
        kind = next((str(part.tag).rsplit("}", 1)[-1] for part in body), "nothing") if body is not None else "nothing"
        raise ParseFailure("unsupported_media_type", f"an OpenDocument file that holds {kind}, not a text")
    styles = Styles()
    styles.read(styled)
    numbers: dict[Element, int] = {}
    objects = _Objects(embedded)
    rendering = Body(styles, Inline(styles, objects.formula, lambda note: numbers.setdefault(note, len(numbers) + 1)))
    blocks = rendering.blocks_of(text)
    blocks += [heading("Endnotes", 2), *rendering.endnotes] if rendering.endnotes else []
    declared = _declared(meta)
    title = rendering.title or declared.pop("title", "")
    if not rendering.title and blocks and blocks[0].startswith("## ") and sum(b.startswith("## ") for b in blocks) == 1:
        title = blocks[0].removeprefix("## ")  # the only heading of the first level, at the beginning
        blocks[0] = heading(title, 1)
    declared.pop("title", None)
    result = normalize_markdown("\n\n".join(blocks))
    if not result:
        raise ParseFailure("empty", "the document holds no text; it may hold pictures only")
    warnings = (f"{objects.others} embedded objects (charts, sheets) were left out",) if objects.others else ()
    return Parsed(result, title or None, warnings=warnings, declared=declared)


class _Objects:
    """Opens embedded objects: formulas are converted to TeX, `others` counts the rest."""

    def __init__(self, embedded: Callable[[str], Element | None]) -> None:
        self._embedded, self.others = embedded, 0

    def formula(self, node: Element) -> str | None:
        """Return the TeX of a drawing object that is a formula, else None."""
        math = first_within(node, "math")
        if math is None:
            root = self._embedded(attribute(node, "href"))
            math = first_within(root, "math") if root is not None else None
        self.others += math is None
        return None if math is None else to_tex(_without_annotation(math))


def _without_annotation(math: Element) -> Element:
    """Return a formula without the source in LibreOffice's own notation."""
    for annotation in list(within(math, "annotation")):
        parent = annotation.getparent()
        if parent is not None:
            parent.remove(annotation)
    return math


def _declared(meta: Element | None) -> dict[str, str]:
    """Return the title and the metadata that the document declares."""
    holder = first_within(meta, "meta") if meta is not None else None
    if holder is None:
        return {}
    facts = {"title": "title", "subjects": "subject", "language": "language"}
    found = {name: child(holder, tag) for name, tag in facts.items()}
    declared = {name: one_line(plain_text(node)) for name, node in found.items() if node is not None}
    declared["keywords"] = "; ".join(filter(None, (one_line(plain_text(node)) for node in within(holder, "keyword"))))
    return {name: value for name, value in declared.items() if value}
