"""Parse TEI P5 (https://tei-c.org/release/doc/tei-p5-doc/en/html/) to Markdown: GROBID's articles and encoded books.

Left out on purpose: the header except title and abstract, running headers (`fw`, `note place="headnote"`), page and column
breaks, index entries, images, deletions (`del`), the original readings that an editor corrected, and
variant readings (`rdg`).
"""

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.markdown_headings import heading
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.tei.apparatus import resolve_apparatus
from darwin_spark.parsers.tei.blocks import Blocks, figures_by_id
from darwin_spark.parsers.tei.header import declared_metadata, title_of
from darwin_spark.parsers.tei.notes import number_notes
from darwin_spark.parsers.xml_tree import Element, child, children, first_within, local_name, read_document
from darwin_spark.text.normalize_markdown import normalize_markdown


def parse(content: bytes, _settings: L1Settings) -> Parsed:
    """Parse a TEI file. Raises ParseFailure: malformed_xml, too_deep, empty."""
    root, warnings = read_document(content)
    resolve_apparatus(root)
    number_notes(root)
    # A corpus (teiCorpus, or TEI within TEI) becomes one text: its documents in order.
    documents = [root, *(n for n in root.iterdescendants("{*}TEI", "{*}TEI.2"))]
    header = first_within(root, "teiHeader")
    title = next((found for document in documents if (found := title_of(child(document, "teiHeader")))), "")
    blocks = [block for document in documents for block in _document(document)]
    if not blocks:
        raise ParseFailure("empty", "the TEI file holds no abstract and no text")
    if title and blocks[0] != heading(title, 1):
        blocks.insert(0, heading(title, 1))
    text = normalize_markdown("\n\n".join(blocks))
    return Parsed(text, title or None, warnings=tuple(warnings), declared=declared_metadata(header, root))


def _document(document: Element) -> list[str]:
    """Return the blocks of one `TEI` element: title, abstracts, texts."""
    header = child(document, "teiHeader")
    blocks: list[str] = []
    for abstract in header.iter("{*}abstract") if header is not None else ():
        words = Blocks().flow(abstract, 3)
        blocks += words if not words or words[0].startswith("#") else [heading("Abstract", 2), *words]
    for text in children(document, "text"):
        blocks += _text(text)
    title = title_of(header)
    return [heading(title, 1), *blocks] if title and blocks else blocks


def _text(text: Element) -> list[str]:
    """Return the blocks of front, body and back of a text, or of the texts grouped in it; each part restarts at rank 2."""
    blocks: list[str] = []
    for part in text:
        if local_name(part) in ("group", "text"):
            blocks += _text(part)
        elif local_name(part):
            blocks += Blocks(waiting=figures_by_id(part)).division(part, 2)
    return blocks
