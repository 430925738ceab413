"""Parse DOCX (Office Open XML, ISO 29500-1) to Markdown: headings by style, lists, tables, formulas, notes, text boxes.

Left out on purpose: page headers and footers, tables of contents, comments, hidden text, text deleted by a tracked change,
images and charts. Embedded objects (old MathType formulas) contain no readable text; a warning counts them.
"""

import posixpath

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.docx.blocks import Body
from darwin_spark.parsers.docx.fields import keep_results
from darwin_spark.parsers.docx.numbering import Numbering
from darwin_spark.parsers.docx.styles import Styles
from darwin_spark.parsers.docx.symbol_fonts import SymbolFonts, uses_symbol_font
from darwin_spark.parsers.markdown_headings import heading
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.xml_tree import Element, attribute, child, first_within, parse_xml, plain_text, within
from darwin_spark.parsers.zipped import ZippedDocument
from darwin_spark.text.normalize_markdown import normalize_markdown, one_line

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLD_FILES = {
    "WordDocument": "a Word 97-2003 file (.doc)",
    "PowerPoint Document": "a PowerPoint 97-2003 file (.ppt)",
    "Workbook": "an Excel 97-2003 file (.xls)",
    "__properties_version1.0": "an Outlook message (.msg)",
}
"""Kinds of old Office files by the stream that each contains."""


def parse(content: bytes, _settings: L1Settings) -> Parsed:
    """Parse a DOCX file. Raises ParseFailure with one of the following reasons.

    encrypted, unsupported_media_type, corrupt_docx, corrupt_zip, archive_bomb, malformed_xml, too_deep, empty.
    """
    if content.startswith(_OLE):
        raise _old_office_file(content)
    with ZippedDocument(content) as package:
        return _document(package)


def _old_office_file(content: bytes) -> ParseFailure:
    if _ENCRYPTED in content:
        return ParseFailure("encrypted", "the document needs a password")
    kind = next((kind for stream, kind in _OLD_FILES.items() if stream.encode("utf-16-le") in content), "an old Office file")
    return ParseFailure("unsupported_media_type", f"{kind}; save it in the newer format and bring that")


def _document(package: ZippedDocument) -> Parsed:
    main = _related_part(package, "", "officeDocument") or "word/document.xml"
    root = _part(package, main)
    text = child(root, "body") if root is not None else None
    if text is None:
        raise ParseFailure("corrupt_docx", f"no document body at {main} in the file: it is damaged, or no Word document")
    styles = Styles(_part(package, _related_part(package, main, "styles")))
    numbering = Numbering(_part(package, _related_part(package, main, "numbering")))
    footnotes, endnotes = (_part(package, _related_part(package, main, name)) for name in ("footnotes", "endnotes"))
    stories = [story for story in (text, footnotes, endnotes) if story is not None]
    for story in stories:
        keep_results(story)
    fonts = SymbolFonts(styles.symbol_fonts, bool(styles.symbol_fonts) or any(map(uses_symbol_font, stories)))
    body = Body(styles, numbering, _notes(footnotes), _notes(endnotes), fonts)
    blocks = body.blocks_of(text) + body.endnotes()
    result = normalize_markdown("\n\n".join(blocks))
    if not result:
        raise ParseFailure("empty", "the document holds no text; it may hold pictures only")
    declared = _declared(_part(package, _related_part(package, "", "core-properties")), styles)
    title = body.title or declared.pop("title", "")
    if not body.title and blocks[0].startswith("## ") and sum(block.startswith("## ") for block in blocks) == 1:
        # The document begins with its only heading of the first rank: this heading is the title.
        title = blocks[0].removeprefix("## ")
        result = normalize_markdown("\n\n".join([heading(title, 1), *blocks[1:]]))
    declared.pop("title", None)
    return Parsed(result, title or None, warnings=tuple(body.warnings()), declared=declared)


def _part(package: ZippedDocument, name: str | None) -> Element | None:
    return parse_xml(package.read(name)) if name and name in package.names else None


def _related_part(package: ZippedDocument, source: str, kind: str) -> str | None:
    """Return the name of the first part of type `kind` that `source` ('': the package) refers to (ISO 29500-2 §9), or None."""
    folder, name = posixpath.split(source)
    relations = _part(package, posixpath.join(folder, "_rels", f"{name}.rels"))
    for relation in within(relations, "Relationship") if relations is not None else ():
        if relation.get("Type", "").endswith(f"/{kind}") and relation.get("TargetMode") != "External":
            target = relation.get("Target", "")
            return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
    return None


def _notes(root: Element | None) -> dict[str, Element]:
    """Return footnotes or endnotes by id, without the separators that Word stores as notes."""
    found = within(root, "footnote", "endnote") if root is not None else ()
    return {attribute(n, "id"): n for n in found if attribute(n, "type", "normal") == "normal"}


def _declared(core: Element | None, styles: Styles) -> dict[str, str]:
    facts = {"title": "title", "keywords": "keywords", "subjects": "subject", "language": "language"}
    if core is None:
        return {"language": styles.language} if styles.language else {}
    found = {name: first_within(core, tag) for name, tag in facts.items()}
    declared = {name: value for name, n in found.items() if n is not None and (value := one_line(plain_text(n)))}
    if styles.language:
        declared.setdefault("language", styles.language)
    return declared
