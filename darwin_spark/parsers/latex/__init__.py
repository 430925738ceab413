r"""Convert LaTeX to Markdown: a single .tex file, or a project packed as a bundle of files (`tex/bundle.py`).

Macros are expanded, files included, headings, theorems, captions and formulas numbered, and references resolved as in LaTeX.
Left out on purpose: the preamble, authors and addresses, keywords (returned as metadata), table of contents, index, running
headers, drawings (tikz, pgf, picture), comments, and all layout commands.
"""

import re

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.gutenberg import strip_gutenberg_frame
from darwin_spark.parsers.latex.commands import COMMANDS, FIXED
from darwin_spark.parsers.latex.environments import ENVIRONMENTS, FIXED_ENVIRONMENTS
from darwin_spark.parsers.latex.marks import with_headings, with_references
from darwin_spark.parsers.latex.preamble import article_counters, declare, option
from darwin_spark.parsers.latex.references import BIBLIOGRAPHY_MARK, cited_entries
from darwin_spark.parsers.latex.unknown import unknown_command
from darwin_spark.parsers.latex.writer import Frame, Writer
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.tex import bundle as bundles
from darwin_spark.parsers.tex.bundle import Bundle
from darwin_spark.parsers.tex.expand import Expander
from darwin_spark.parsers.tex.primitives import PRIMITIVES
from darwin_spark.parsers.tex.tokens import Source, source_of, tokens_of
from darwin_spark.text.normalize_markdown import normalize_markdown, one_line

_DOCUMENT_CLASS = re.compile(r"^[^%\n]*\\document(?:class|style)\s*(?:\[[^\]]*\])?\s*\{(?!subfiles\})", re.MULTILINE)
_INPUT_SEARCH_CHARS = 4_000
r"""Number of leading characters in which a main file without \documentclass may have the \input of the file that has it."""


def parse(content: bytes, _settings: L1Settings) -> Parsed:
    """Convert the bytes of one .tex file to Markdown. Raises ParseFailure empty if no text is left."""
    return _convert(*bundles.single(content))


def parse_project(content: bytes, _settings: L1Settings) -> Parsed:
    """Convert a project's tar to Markdown. Raises ParseFailure corrupt_tar (unreadable tar), empty (no files or no text)."""
    return _convert(*bundles.unpacked(content))


def _convert(main: str, bundle: Bundle) -> Parsed:
    tex = Expander(bundle=bundle, primitives=PRIMITIVES, fixed=FIXED, fixed_environments=FIXED_ENVIRONMENTS)
    writer = Writer(tex, COMMANDS, ENVIRONMENTS, unknown_command)
    source, warnings = bundles.text_of(bundle.files[main], bundle.encoding)
    tex.open(Source(source, main))
    article_counters(writer)
    writer.numbered = _is_complete_document(source)
    writer.run()
    blocks = _all_blocks(writer)
    _fill_bibliography(writer, blocks)
    _declare_options(writer)
    title = with_references(writer.head.title, writer.labels, writer.names, writer.references)
    text = with_references(with_headings("\n\n".join(blocks)), writer.labels, writer.names, writer.references)
    if not text.strip():
        raise ParseFailure("empty", f"{main} holds no text that is shown")
    text, fields = _without_gutenberg_frame(normalize_markdown(f"# {title}\n\n{text}" if title else text))
    value = title or fields.get("title") or one_line(tex.evaluated(tokens_of(option(source_of(tex.options), "pdftitle"))))
    if "language" in fields:
        declare(writer, "language", fields["language"])
    return Parsed(text, value or None, warnings=(*warnings, *tex.warnings), declared=writer.head.declared)


def _without_gutenberg_frame(text: str) -> tuple[str, dict[str, str]]:
    """Return the text without Project Gutenberg's frame and the code fences around, and the frame's header fields, by name."""
    book = strip_gutenberg_frame(text)
    if book is None:
        return text, {}
    body, fields = book
    body = body.strip("\n").removeprefix("```\n").removesuffix("\n```")
    return normalize_markdown(body), fields


def _is_complete_document(source: str) -> bool:
    r"""Return whether a main file is a document, not a chapter or subfile: it has \documentclass, or \input near its start."""
    return _DOCUMENT_CLASS.search(source) is not None or "\\input" in source[:_INPUT_SEARCH_CHARS]


def _all_blocks(writer: Writer) -> list[str]:
    """Return the blocks of all frames on the stack except the preamble's; of all frames if every one is a preamble."""
    writer.frames[-1].flush()
    visible_frames = [frame for frame in writer.frames if not frame.preamble] or writer.frames
    return [block for frame in visible_frames for block in frame.blocks]


def _fill_bibliography(writer: Writer, blocks: list[str]) -> None:
    """Replace the reference list's placeholder in `blocks`, in place, with the cited entries of the .bib files as Markdown."""
    if BIBLIOGRAPHY_MARK not in blocks:
        return
    position = blocks.index(BIBLIOGRAPHY_MARK)
    source = cited_entries(writer)
    frame = Frame()
    writer.frames = [frame]
    if source:
        writer.tex.open(Source(source, "references"))
        writer.run()
    blocks[position : position + 1] = frame.blocks


def _declare_options(writer: Writer) -> None:
    """Store the keywords of hyperref's option `pdfkeywords` as metadata of the document."""
    value = source_of(writer.tex.options)
    declare(writer, "keywords", writer.tex.evaluated(tokens_of(option(value, "pdfkeywords"))))
