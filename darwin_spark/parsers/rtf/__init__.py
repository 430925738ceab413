"""Parse RTF to Markdown: headings by style or outline level, lists, tables, notes, text boxes, formulas of Office Math.

Left out on purpose: headers and footers, hidden and deleted text, comments, index entries, images, the data of embedded
objects such as old equations; a warning gives the number of the objects.
"""

import re

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.markdown_headings import heading
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.rtf.reader import Reader
from darwin_spark.parsers.rtf.tokens import tokens
from darwin_spark.text.normalize_markdown import normalize_markdown, one_line

_START = re.compile(r"[\s\xef\xbb\xbf]*\{\\rtf")


def parse(content: bytes, _settings: L1Settings) -> Parsed:
    """Parse an RTF file. Raises ParseFailure: corrupt_rtf, empty."""
    source = content.decode("latin-1")
    start = _START.match(source)
    if start is None:
        raise ParseFailure("corrupt_rtf", "the file does not begin with {\\rtf")
    reader = Reader()
    blocks = reader.read(tokens(source[source.index("{") :]))
    title = reader.title or one_line(reader.info.get("title", ""))
    first_rank = [block for block in blocks if block.startswith("## ")]
    if not reader.title and len(first_rank) == 1 and blocks[0] is first_rank[0]:
        title = blocks[0].removeprefix("## ")
        blocks[0] = heading(title, 1)
    text = normalize_markdown(_joined_surrogates("\n\n".join(blocks)))
    if not text:
        raise ParseFailure("empty", "the document holds no text; it may hold pictures only")
    warnings = [f"{reader.objects} embedded objects were left out"] if reader.objects else []
    facts = {"keywords": reader.info.get("keywords", ""), "subjects": reader.info.get("subject", "")}
    declared = {name: value for name, found in facts.items() if (value := one_line(found))}
    return Parsed(text, title or None, warnings=tuple(warnings), declared=declared)


def _joined_surrogates(text: str) -> str:
    """Return the text with the two halves of a character beyond 16 bits, which RTF writes one by one, joined."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
