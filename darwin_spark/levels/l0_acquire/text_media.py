"""Detect the format of a text by its content (mail, markup, RTF, PostScript, LaTeX, JSON formats) and by its name's suffix."""

import re
from pathlib import PurePosixPath

from darwin_spark.levels.l0_acquire.markup_media import HTML, PAGE_SUFFIXES, has_tags, markup_start, markup_type

TEXT = "text/plain"
S2ORC = "application/x-s2orc+json"
"""A paper in the JSON of s2orc-doc2json and CORD-19: paragraphs, sections, figures and references."""
NOTEBOOK = "application/x-ipynb+json"
RTF = "application/rtf"
POSTSCRIPT = "application/postscript"
TEX = "text/x-tex"
BY_SUFFIX = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".tex": TEX,
    ".latex": TEX,
    ".ltx": TEX,
    ".json": "application/json",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".bib": "text/x-bibtex",
    ".cls": TEX,
    ".sty": TEX,
    ".css": "text/css",
    ".js": "text/javascript",
    ".ipynb": NOTEBOOK,
}
_S2ORC = re.compile(rb'^\{\s*"paper_id"\s*:[\s\S]*"(?:pdf_parse|latex_parse|jats_parse|body_text)"\s*:')
_NOTEBOOK = re.compile(rb'"nbformat"\s*:\s*\d|"cells"\s*:\s*\[[\s\S]*"cell_type"\s*:\s*"(?:markdown|code|raw|heading)"')
_RTF = re.compile(rb"\{\\rtf\d?\s*[\\{]")
_POSTSCRIPT = re.compile(rb"\x04?%!(?:PS(?:-Adobe-\d.*)?)?\s*[\r\n]")
_MAIL = re.compile(rb"(?:[A-Za-z][\w-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){0,60}?MIME-Version:\s*1", re.IGNORECASE)
_MANUAL_PAGE = re.compile(rb"(?:['.]\\\"[^\n]*\n|[ \t]*\n)*\.(?:TH|Dd)[ \t]+\S")
_LATEX = re.compile(rb"^[ \t]*\\document(?:class|style)\b", re.MULTILINE)
_FILE_CONTENTS = re.compile(rb"\\begin\{filecontents\*?\}[\s\S]*?\\end\{filecontents\*?\}")
_LATEX_END = re.compile(rb"^[ \t]*\\end\s*\{document\}", re.MULTILINE)
_PROSE_WORD = re.compile(rb"(?<![\\\w{])[a-z]{2,}(?=[\s,.;:)])")
_MIN_PROSE_WORDS = 10


def text_type(head: bytes, name: str) -> str:
    """Return the media type of a text from its beginning in an encoding that contains ASCII, and its name."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    suffix = PurePosixPath(name).suffix.lower()
    if _MAIL.match(start):
        return "message/rfc822"
    marked_up = markup_start(start)
    kind = markup_type(start[marked_up:], suffix) if marked_up is not None else None
    if kind:
        return kind
    if suffix in PAGE_SUFFIXES and has_tags(start):
        return HTML
    if _RTF.match(start):
        return RTF
    if _POSTSCRIPT.match(start):
        return POSTSCRIPT
    if (suffix in BY_SUFFIX and BY_SUFFIX[suffix] == TEX) or is_latex(head):
        return TEX
    if start.startswith(b"{"):
        if _S2ORC.search(start):
            return S2ORC
        if _NOTEBOOK.search(start):
            return NOTEBOOK
    return BY_SUFFIX.get(suffix, "text/troff" if _MANUAL_PAGE.match(start) else TEXT)


def is_latex(head: bytes) -> bool:
    r"""Return whether the text is a LaTeX document, not one that quotes `\documentclass` between words of its own."""
    found = _LATEX.search(head)
    if not found or not _is_preamble(_FILE_CONTENTS.sub(b"", head[: found.start()])):
        return False
    end = _LATEX_END.search(head, found.end())
    after = b"" if end is None else head[end.end() :]
    words = len(_PROSE_WORD.findall(after))
    return words < _MIN_PROSE_WORDS or words <= len(_PROSE_WORD.findall(head[found.end() : len(head) - len(after)]))


def _is_preamble(before: bytes) -> bool:
    """Return whether lines are what may stand before the document class: comments, commands and their arguments."""
    depth = 0
    for line in before.splitlines():
        text = line.lstrip(b"\xef\xbb\xbf \t").partition(b"%")[0]
        if text.strip() and depth <= 0 and not text.startswith((b"\\", b"{", b"}", b"]")):
            return False
        depth += text.count(b"{") - text.count(b"}")
    return True
