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
from darwin_spark.parsers.latex.frames import Frame
from darwin_spark.parsers.latex.glossaries.commands import COMMANDS as GLOSSARY_COMMANDS
from darwin_spark.parsers.latex.glossaries.glossary import Glossary, GlossaryExpander
from darwin_spark.parsers.latex.glossaries.lists import LIST_MARK, late_text, list_source
from darwin_spark.parsers.latex.languages import family, main_name
from darwin_spark.parsers.latex.marks import with_headings
from darwin_spark.parsers.latex.preamble import article_counters, declare, option, theorem_title
from darwin_spark.parsers.latex.reference_names import default_names
from darwin_spark.parsers.latex.references import BIBLIOGRAPHY_MARK, cited_entries
from darwin_spark.parsers.latex.siunitx import commands as siunitx
from darwin_spark.parsers.latex.unknown import unknown_command
from darwin_spark.parsers.latex.writer import Writer
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.tex import bundle as bundles
from darwin_spark.parsers.tex.bundle import Bundle
from darwin_spark.parsers.tex.primitives import PRIMITIVES
from darwin_spark.parsers.tex.tokens import Source, source_of, tokens_of
from darwin_spark.text.normalize_markdown import normalize_markdown, one_line

_PRIMITIVES = {**PRIMITIVES, **siunitx.commands(), **GLOSSARY_COMMANDS}
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
    tex = GlossaryExpander(bundle=bundle, primitives=_PRIMITIVES, fixed=FIXED, fixed_environments=FIXED_ENVIRONMENTS)
    writer = Writer(tex, COMMANDS, ENVIRONMENTS, unknown_command)
    source, warnings = bundle.decoded(main)
    tex.open(Source(source, main))
    article_counters(writer)
    writer.numbered = _is_complete_document(source)
    writer.run()
    blocks = _all_blocks(writer)
    _fill_bibliography(writer, blocks)
    _fill_glossaries(writer, tex.glossary, blocks)
    _declare_options(writer)
    _set_reference_style(writer)
    writer.refs.late = lambda index: late_text(writer, tex.glossary, index)
    title = writer.refs.filled(writer.head.title)
    text = writer.refs.filled(with_headings("\n\n".join(blocks)))
    if not text.strip():
        raise ParseFailure("empty", f"{main} holds no text that is shown")
    text, fields = _without_gutenberg_frame(normalize_markdown(f"# {title}\n\n{text}" if title else text))
    value = title or fields.get("title") or one_line(tex.evaluated(tokens_of(option(source_of(tex.options), "pdftitle"))))
    if "language" in fields:
        declare(writer, "language", fields["language"])
    return Parsed(text, value or None, warnings=(*warnings, *tex.warnings), declared=writer.head.declared)


def _set_reference_style(writer: Writer) -> None:
    """Set how references are written: by the options of cleveref, the document's language and its own names."""
    tex, refs = writer.tex, writer.refs
    options = tex.packages.get("cleveref", "")
    refs.language = family(main_name(tex))
    refs.sorts = "nosort" not in options
    refs.biblatex = "biblatex" in tex.packages
    refs.clever_vref = "cleveref" in tex.packages
    counters = {unit.counter for unit in refs.labels.values()}
    macros = {counter: f"\\{counter}autorefname" for counter in counters}
    refs.autoref_names = {name: one_line(tex.evaluated([macro])) for name, macro in macros.items() if macro in tex.macros}
    for name, (title, _) in writer.theorems.items():
        if name in counters and name not in refs.names and default_names(name, "") is None:
            text = theorem_title(tex, title)
            refs.names[name] = text, text


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
    """Return the blocks of all frames on the stack except the preamble's, which only counts where there is no other text."""
    writer.frames[-1].flush()
    visible_frames = [frame for frame in writer.frames if not frame.preamble] or writer.frames
    is_empty = not any(frame.blocks for frame in visible_frames)
    if is_empty and len(visible_frames) < len(writer.frames) and not any("not in the bundle" in w for w in writer.tex.warnings):
        visible_frames = writer.frames
        writer.tex.warn("no \\begin{document}")
    return [block for frame in visible_frames for block in frame.blocks]


def _fill_bibliography(writer: Writer, blocks: list[str]) -> None:
    """Replace the reference list's placeholder in `blocks`, in place, with the cited entries of the .bib files as Markdown."""
    if BIBLIOGRAPHY_MARK in blocks:
        position = blocks.index(BIBLIOGRAPHY_MARK)
        blocks[position : position + 1] = _converted(writer, cited_entries(writer), "references")


def _fill_glossaries(writer: Writer, glossary: Glossary, blocks: list[str]) -> None:
    """Replace the placeholders of glossaries in `blocks`, in place, with the lists of the entries that were used."""
    for position in reversed([i for i, block in enumerate(blocks) if block.startswith(LIST_MARK)]):
        source = list_source(writer, glossary, blocks[position])
        blocks[position : position + 1] = _converted(writer, source, "glossary")


def _converted(writer: Writer, source: str, name: str) -> list[str]:
    """Return the blocks of TeX source that is read after the document's end."""
    frame = Frame()
    writer.frames = [frame]
    if source:
        writer.tex.open(Source(source, name))
        writer.run()
    return frame.blocks


def _declare_options(writer: Writer) -> None:
    """Store the keywords of hyperref's option `pdfkeywords` as metadata of the document."""
    value = source_of(writer.tex.options)
    declare(writer, "keywords", writer.tex.evaluated(tokens_of(option(value, "pdfkeywords"))))
