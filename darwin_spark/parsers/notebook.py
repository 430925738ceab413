"""Parse Jupyter notebooks (nbformat 2 to 4) to Markdown: Markdown cells, code as fenced blocks, and the output of the code.

Left out on purpose: images, widgets, and the contents of attachments. Source: https://nbformat.readthedocs.io.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.decoding import decode
from darwin_spark.parsers.jats.table import table_of
from darwin_spark.parsers.markdown_headings import heading
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.text.normalize_markdown import normalize_markdown, one_line

_TERMINAL_CODES = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]")
_OVERWRITTEN = re.compile(r"^.*\r(?!\n)", re.MULTILINE)
"""What a progress bar wrote before it returned to the beginning of its line."""
_EMBEDDED_IMAGE = re.compile(r"!\[([^\]\n]{0,300})\]\((?:attachment:[^)\s]*|data:[^)]*)\)")
_TITLE = re.compile(r"^#[ \t]+([^\n]{1,300}?)[ \t#]*$", re.MULTILINE)
_FORMULA = re.compile(r"\s*(?:\$|\\\[|\\begin\{(?:equation|align|gather))")
_FENCE = re.compile(r"^`{3,}", re.MULTILINE)
_OLD_FIELDS = {"text": "text/plain", "html": "text/html", "latex": "text/latex", "png": "image/png", "jpeg": "image/jpeg"}
"""Fields of an output in nbformat 2 and 3, and the media types that nbformat 4 calls them."""


def parse(content: bytes, _settings: L1Settings) -> Parsed:
    """Parse a notebook. Raises ParseFailure: malformed_json, corrupt_notebook, empty."""
    text, warnings = decode(content)
    try:
        book = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise ParseFailure("malformed_json", f"not JSON that can be read: {one_line(str(error))}") from error
    cells = list(_cells(book))
    if not cells:
        raise ParseFailure("corrupt_notebook", "the JSON holds no cells")
    language = _language(_mapping(book.get("metadata")))
    blocks = [block for cell in cells for block in _cell_blocks(cell, language) if block.strip()]
    if not blocks:
        raise ParseFailure("empty", "no cell of the notebook holds text")
    result = normalize_markdown("\n\n".join(blocks))
    title = _mapping(book.get("metadata")).get("title")
    found = _TITLE.search("\n\n".join(block for block in blocks if not block.startswith("`")))
    own_title = one_line(title) if isinstance(title, str) else found.group(1) if found else None
    images = sum(1 for cell in cells for data in _outputs(cell) if _is_image(data))
    warnings += [f"{images} outputs are images and were left out"] if images else []
    return Parsed(result, own_title, warnings=tuple(warnings))


def _cells(book: object) -> Iterator[Mapping[str, Any]]:
    """Yield the cells: of the notebook, or of its worksheets (nbformat 2 and 3)."""
    sheets = _mapping(book).get("worksheets")
    for sheet in [book, *(sheets if isinstance(sheets, list) else [])]:
        cells = _mapping(sheet).get("cells")
        yield from (cell for cell in cells if isinstance(cell, dict)) if isinstance(cells, list) else ()


def _cell_blocks(cell: Mapping[str, Any], language: str) -> Iterator[str]:
    """Yield the blocks of a cell: its source, then its outputs."""
    source = _joined(cell.get("source", cell.get("input")))
    kind = cell.get("cell_type")
    if kind == "code":
        yield _fenced(source, str(cell.get("language") or language))
        for data in _outputs(cell):
            yield _shown(data)
    elif kind == "heading":
        level = cell.get("level")
        yield heading(one_line(source), level if isinstance(level, int) else 1)
    else:
        yield _EMBEDDED_IMAGE.sub(r"\1", source)


def _outputs(cell: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    """Yield what each output of a code cell shows, by media type."""
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else ():
        fields = _mapping(output)
        kind = fields.get("output_type")
        if kind == "stream":
            yield {"text/plain": _joined(fields.get("text"))}
        elif kind in ("error", "pyerr"):
            yield {"text/plain": _joined(fields.get("traceback"), "\n") or f"{fields.get('ename')}: {fields.get('evalue')}"}
        elif "data" in fields:
            yield {name: _joined(value) for name, value in _mapping(fields["data"]).items()}
        else:
            yield {kind: _joined(fields[name]) for name, kind in _OLD_FIELDS.items() if name in fields}


def _shown(data: Mapping[str, str]) -> str:
    """Return an output as Markdown: its Markdown, HTML tables or TeX, the first it has; else '' for an image; else its text."""
    if data.get("text/markdown", "").strip():
        return _EMBEDDED_IMAGE.sub(r"\1", data["text/markdown"])
    if "<table" in data.get("text/html", ""):
        return _tables(data["text/html"])
    if _FORMULA.match(data.get("text/latex", "")):
        return data["text/latex"]
    return "" if _is_image(data) else _fenced(_OVERWRITTEN.sub("", _TERMINAL_CODES.sub("", data.get("text/plain", ""))), "")


def _tables(source: str) -> str:
    """Return the tables of an output in HTML, such as a data frame, as Markdown."""
    root = etree.fromstring(source, etree.HTMLParser())
    return "\n\n".join(filter(None, map(table_of, root.iter("table")))) if root is not None else ""


def _is_image(data: Mapping[str, str]) -> bool:
    return any(name.startswith(("image/", "application/vnd.", "video/", "audio/")) for name in data)


def _fenced(code: str, language: str) -> str:
    """Return code in a fence that is longer than any fence in it; '' without code."""
    code = code.strip("\n")
    fence = "`" * max(3, *(len(found) + 1 for found in _FENCE.findall(code)), 3)
    return f"{fence}{language}\n{code}\n{fence}" if code.strip() else ""


def _language(metadata: Mapping[str, Any]) -> str:
    """Return the programming language that the notebook declares, or ''."""
    names = (_mapping(metadata.get("language_info")).get("name"), _mapping(metadata.get("kernelspec")).get("language"))
    return next((name for name in names if isinstance(name, str) and name.isprintable() and " " not in name), "")


def _joined(value: object, separator: str = "") -> str:
    """Return a text that JSON holds as one string or as a list of lines; '' for anything else."""
    if isinstance(value, list):
        return separator.join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
