r"""LaTeX to Markdown: one .tex file, or a project as a bundle of files (`tex/bundle.py`).

Macros are expanded, files included, headings, theorems, captions and formulas numbered, references resolved as LaTeX would.
Left out on purpose: the preamble, authors and addresses, keywords (declared), table of contents, index, running heads,
drawings (tikz, pgf, picture), comments, and all that only says how the page looks.
"""

import re

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.gutenberg import unframed
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

_CLASS = re.compile(r"^[^%\n]*\\document(?:class|style)\s*(?:\[[^\]]*\])?\s*\{(?!subfiles\})", re.MULTILINE)
_HEAD = 4_000
r"""Characters in which a file that holds no \documentclass itself may include the one that does."""


def parse(content: bytes, _settings: L1Settings) -> Parsed:
    """One .tex file. Raises ParseFailure empty."""
    return _parsed(*bundles.single(content))


def parse_project(content: bytes, _settings: L1Settings) -> Parsed:
    """A project's bundle. Raises ParseFailure corrupt_tar, empty."""
    return _parsed(*bundles.unpacked(content))


def _parsed(main: str, bundle: Bundle) -> Parsed:
    tex = Expander(bundle=bundle, primitives=PRIMITIVES, fixed=FIXED, fixed_environments=FIXED_ENVIRONMENTS)
    writer = Writer(tex, COMMANDS, ENVIRONMENTS, unknown_command)
    source, warnings = bundles.text_of(bundle.files[main], bundle.encoding)
    tex.open(Source(source, main))
    article_counters(writer)
    writer.numbered = _is_whole(source)
    writer.run()
    blocks = _all_blocks(writer)
    _fill_bibliography(writer, blocks)
    _declare_options(writer)
    title = with_references(writer.head.title, writer.labels, writer.names, writer.references)
    text = with_references(with_headings("\n\n".join(blocks)), writer.labels, writer.names, writer.references)
    if not text.strip():
        raise ParseFailure("empty", f"{main} holds no text that is shown")
    text, fields = _unframed(normalize_markdown(f"# {title}\n\n{text}" if title else text))
    told = title or fields.get("title") or one_line(tex.evaluated(tokens_of(option(source_of(tex.options), "pdftitle"))))
    if "language" in fields:
        declare(writer, "language", fields["language"])
    return Parsed(text, told or None, warnings=(*warnings, *tex.warnings), declared=writer.head.declared)


def _unframed(text: str) -> tuple[str, dict[str, str]]:
    """Without Project Gutenberg's framing, whose marks stand in listings here, and the fields of its header."""
    book = unframed(text)
    if book is None:
        return text, {}
    body, fields = book
    body = body.strip("\n").removeprefix("```\n").removesuffix("\n```")
    return normalize_markdown(body), fields


def _is_whole(source: str) -> bool:
    """Whether the file is a document of its own, not a piece of one (a chapter, a subfile)."""
    return _CLASS.search(source) is not None or "\\input" in source[:_HEAD]


def _all_blocks(writer: Writer) -> list[str]:
    """The document's blocks; of a file that never begins its document, what there is."""
    writer.frames[-1].flush()
    shown = [frame for frame in writer.frames if not frame.preamble] or writer.frames
    return [block for frame in shown for block in frame.blocks]


def _fill_bibliography(writer: Writer, blocks: list[str]) -> None:
    """The cited entries of the .bib files, where the reference list stands."""
    if BIBLIOGRAPHY_MARK not in blocks:
        return
    place = blocks.index(BIBLIOGRAPHY_MARK)
    source = cited_entries(writer)
    frame = Frame()
    writer.frames = [frame]
    if source:
        writer.tex.open(Source(source, "references"))
        writer.run()
    blocks[place : place + 1] = frame.blocks


def _declare_options(writer: Writer) -> None:
    """What hyperref is told for the PDF's properties."""
    told = source_of(writer.tex.options)
    declare(writer, "keywords", writer.tex.evaluated(tokens_of(option(told, "pdfkeywords"))))
