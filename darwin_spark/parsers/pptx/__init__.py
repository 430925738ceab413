"""Parse PPTX (PresentationML, ISO 29500-1) to Markdown: a section for each slide, under its title, then the speaker's notes.

Left out on purpose: hidden slides and shapes, dates, footers, slide numbers, comments, images, charts.
"""

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.markdown_headings import heading
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.pptx.package import Package
from darwin_spark.parsers.pptx.shapes import TITLES, Shapes, line_of, placeholder
from darwin_spark.parsers.xml_tree import Element, children, first_within, plain_text, within
from darwin_spark.parsers.zipped import ZippedDocument
from darwin_spark.text.normalize_markdown import normalize_markdown, one_line


def parse(content: bytes, _settings: L1Settings) -> Parsed:
    """Parse a PPTX file. Raises ParseFailure with one of the following reasons.

    encrypted, corrupt_pptx, corrupt_zip, archive_bomb, malformed_xml, too_deep, empty.
    """
    with ZippedDocument(content) as document:
        package = Package(document)
        main = package.first("", "officeDocument") or "ppt/presentation.xml"
        slides = _slides(package, main)
        objects, blocks, title = 0, list[str](), ""
        for number, name in enumerate(slides, start=1):
            found, slide_title, left_out = _slide(package, name, is_first=number == 1)
            blocks += found
            objects += left_out
            title = title or slide_title
        declared = _declared(package.part(package.first("", "core-properties")))
    text = normalize_markdown("\n\n".join(blocks))
    if not text:
        raise ParseFailure("empty", "the slides hold no text; they may hold pictures only")
    warnings = (f"{objects} charts and embedded objects were left out",) if objects else ()
    own_title = declared.pop("title", "")
    return Parsed(text, title or own_title or None, warnings=warnings, declared=declared)


def _slides(package: Package, main: str) -> list[str]:
    """Return the names of the slides in their order. Raises ParseFailure: corrupt_pptx."""
    root = package.part(main)
    if root is None:
        raise ParseFailure("corrupt_pptx", f"no presentation at {main} in the file: it is damaged, or no PowerPoint file")
    related = package.related(main)
    ids = [_relation_id(node) for slides in within(root, "sldIdLst") for node in children(slides, "sldId")]
    return [related[found][1] for found in ids if found in related]


def _slide(package: Package, name: str, is_first: bool) -> tuple[list[str], str, int]:
    """Return the blocks of a slide, its title, and the number of objects that were left out."""
    root = package.part(name)
    tree = first_within(root, "spTree") if root is not None else None
    if root is None or tree is None or root.get("show") in ("0", "false"):
        return [], "", 0
    related = package.related(name)
    shapes = Shapes(lambda relation: _diagram(package.part(related.get(relation, ("", ""))[1])))
    titles = (_title(shape) for shape in within(tree, "sp") if placeholder(shape) in TITLES)
    title = next(filter(None, titles), "")
    body = shapes.blocks(tree)
    notes = _notes(package.part(next((path for kind, path in related.values() if kind == "notesSlide"), None)))
    return [*([heading(title, 1 if is_first else 2)] if title else []), *body, *notes], title, shapes.objects


def _title(shape: Element) -> str:
    return one_line(" ".join(line_of(paragraph) for paragraph in within(shape, "p")))


def _notes(root: Element | None) -> list[str]:
    """Return the speaker's notes of a slide; the first paragraph begins with 'Notes:'."""
    bodies = [shape for shape in within(root, "sp") if placeholder(shape) == "body"] if root is not None else []
    texts = [text for shape in bodies for paragraph in within(shape, "p") if (text := line_of(paragraph))]
    return [f"Notes: {texts[0]}", *texts[1:]] if texts else []


def _diagram(root: Element | None) -> list[str]:
    """Return the texts of the points of a SmartArt diagram in their order."""
    points = within(root, "pt") if root is not None else ()
    return [text for point in points if (text := one_line(" ".join(line_of(p) for p in within(point, "p"))))]


def _relation_id(node: Element) -> str:
    return next((str(value) for key, value in node.items() if str(key).endswith("}id")), "")


def _declared(core: Element | None) -> dict[str, str]:
    facts = {"title": "title", "keywords": "keywords", "subjects": "subject", "language": "language"}
    found = {name: first_within(core, tag) for name, tag in facts.items()} if core is not None else {}
    declared = {name: one_line(plain_text(node)) for name, node in found.items() if node is not None}
    return {name: value for name, value in declared.items() if value and value != "PowerPoint Presentation"}
