r"""Preamble commands that affect the text or the metadata: class, title, theorems, keywords, names for references."""

import re
from collections.abc import Callable

from darwin_spark.parsers.latex.frames import Frame
from darwin_spark.parsers.latex.languages import printed_name
from darwin_spark.parsers.latex.writer import Writer
from darwin_spark.parsers.tex.expand import Expander, Macro
from darwin_spark.parsers.tex.files import read_class
from darwin_spark.parsers.tex.primitives import make_counter, number_form
from darwin_spark.parsers.tex.tokens import Token, source_of, tokens_of
from darwin_spark.text.normalize_markdown import one_line

_BOOK_CLASSES = ("book", "report", "memoir", "scrbook", "scrreprt", "amsbook", "svmono", "extbook", "extreport", "tufte-book")
_MAX_FORMAT = 200
_SECTION_COUNTERS = ("section", "subsection", "subsubsection", "paragraph", "subparagraph")


def document_class(writer: Writer) -> None:
    r"""\documentclass: start the preamble (up to \begin{document}), set a book class's counters, read a bundled .cls file."""
    options = writer.tex.optional()
    name = writer.tex.name()
    writer.tex.optional()
    writer.tex.packages.setdefault("class", source_of(options or []))
    if not writer.in_preamble:
        writer.frames.append(Frame(preamble=True))
    if name in _BOOK_CLASSES and not writer.head.book:
        _book_counters(writer)
    read_class(writer.tex, name)


def article_counters(writer: Writer) -> None:
    """Create the counters of class article and of chapters, algorithms, listings, subfigures and subtables."""
    tex = writer.tex
    outer = None
    for name in ("part", "chapter", "section"):
        make_counter(tex, name)
    for name in _SECTION_COUNTERS:
        make_counter(tex, name, outer)
        outer = name
    for name in ("equation", "figure", "table", "algorithm", "listing", "enumi", "footnote"):
        make_counter(tex, name)
    for name, outer in (("enumii", "enumi"), ("enumiii", "enumii"), ("enumiv", "enumiii")):
        make_counter(tex, name)
        tex.counters.nest(name, outer)
    for name, style, outer in (("subfigure", "alph", "figure"), ("subtable", "alph", "table")):
        make_counter(tex, name)
        tex.counters.nest(name, outer)
        number_form(tex, name, style)
    number_form(tex, "part", "Roman")
    tex.counters.set("secnumdepth", 3)


def _book_counters(writer: Writer) -> None:
    tex = writer.tex
    writer.head.book = True
    make_counter(tex, "section", "chapter")
    for name in ("equation", "figure", "table"):
        make_counter(tex, name, "chapter")
    tex.counters.set("secnumdepth", 2)


def _title(writer: Writer) -> None:
    writer.tex.optional()
    frame = Frame(inline=True)

    def store() -> None:
        frame.waiting.clear()
        writer.head.title = writer.head.title or frame.text()

    writer.argument_into(frame, store)


def _subtitle(writer: Writer) -> None:
    def store(text: str) -> None:
        if writer.head.title and text:
            writer.head.title = f"{writer.head.title}: {text}"

    writer.capture(store)


def _metadata_command(name: str) -> Callable[[Writer], None]:
    def read(writer: Writer) -> None:
        writer.tex.optional()
        writer.capture(lambda text: declare(writer, name, text))

    return read


def _doi(writer: Writer) -> None:
    r"""\doi{10.1/x}: metadata in the preamble, and before any text if the document has no DOI yet; else text."""
    if writer.in_preamble or not _has_begun(writer):
        _metadata_command("doi")(writer)
    else:
        writer.write(f"doi:{writer.tex.name()}".replace("\\_", "_").replace("\\%", "%").replace("\\#", "#"))


def _has_begun(writer: Writer) -> bool:
    return (
        len(writer.frames) > 1
        or "doi" in writer.head.declared
        or bool(writer.frames[-1].blocks or one_line("".join(writer.frames[-1].line)))
    )


def declare(writer: Writer, name: str, text: str) -> None:
    """Store `text`, cut to 1,000 characters, as metadata `name`; ignore it if it is empty or `name` has a value already.

    Keywords are no exception; their text is first split at `,`, `;` and `·`, and joined by `; ` without repetitions.
    """
    if name == "keywords":
        words = (word.strip(" .") for word in text.replace("·", ",").replace(";", ",").split(","))
        text = "; ".join(dict.fromkeys(filter(None, words)))
    if text:
        writer.head.declared.setdefault(name, one_line(text)[:1_000])


def _abstract(writer: Writer) -> None:
    r"""Read \abstract{..}, the command form of the abstract, and write it or store it (`put_abstract`)."""
    frame = Frame()
    writer.argument_into(frame, lambda: put_abstract(writer, frame))


def put_abstract(writer: Writer, frame: Frame) -> None:
    r"""Write the blocks of `frame` under the heading Abstract; in the preamble, store them until \begin{document}."""
    frame.flush()
    if not frame.blocks:
        return
    if writer.in_preamble:
        writer.head.abstract += frame.blocks
    else:
        writer.heading(0 if writer.head.book else 1, "", printed_name(writer.tex, "abstract", "Abstract"))
        writer.frames[-1].blocks += frame.blocks


def _new_theorem(writer: Writer) -> None:
    r"""Define the theorem of \newtheorem{name}[shared counter]{Title}[outer counter]; the starred form has no numbers."""
    tex = writer.tex
    starred = tex.star()
    name = tex.name()
    shared = tex.optional()
    title = tex.argument()
    within = tex.optional()
    _make_theorem(writer, name, title, None if starred else name, source_of(shared or []), source_of(within or []))


def _make_theorem(writer: Writer, name: str, title: list[Token], counter: str | None, shared: str, within: str) -> None:
    tex = writer.tex
    if counter and shared and shared != name:
        tex.counters.alias(name, shared)
        tex.macros[f"\\the{name}"] = Macro((), (f"\\the{shared}",))
    elif counter and not shared:
        make_counter(tex, name, within or None)
    if name:
        writer.theorems[name] = title, counter or ""


def theorem_title(tex: Expander, title: list[Token]) -> str:
    r"""Return a theorem's title. An undefined macro such as LyX' \theoremname gives its own word: Theorem."""
    text = one_line(tex.evaluated(title))
    if text:
        return text
    words = [token[1:].removesuffix("name") for token in title if token[0] == "\\" and token.endswith("name")]
    return words[0].capitalize() if words else ""


def _declare_theorem(writer: Writer) -> None:
    r"""Define the theorem of thmtools' \declaretheorem[name=Theorem,sibling=lemma,numberwithin=section,numbered=no]{thm}."""
    options = _parse_options(source_of(writer.tex.optional() or []))
    name = writer.tex.name()
    options |= _parse_options(source_of(writer.tex.optional() or []))
    counter = None if options.get("numbered", "yes") in ("no", "false") else name
    title = options.get("name") or options.get("title") or name.capitalize()
    shared = options.get("sibling") or options.get("numberlike") or options.get("sharenumber") or ""
    within = options.get("numberwithin") or options.get("parent") or options.get("within") or ""
    _make_theorem(writer, name, tokens_of(title), counter, shared, within)


def option(options: str, name: str) -> str:
    """Return the value of `name=value` or `name={value}` in a comma-separated string of options; '' if the name is absent."""
    match = re.search(rf"(?<![\w{{])\b{name}\s*=\s*(?:\{{((?:[^{{}}]|\{{[^{{}}]*\}})*)\}}|([^,{{}}]*))", options)
    return (match[1] or match[2] or "").strip() if match else ""


def _parse_options(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(","))
    return {name.strip(): value.strip().strip("{}") for name, _, value in pairs if name.strip()}


def _reference_name(capital: bool) -> Callable[[Writer], None]:
    r"""Return the handler of \crefname{thm}{theorem}{theorems} and, with `capital`, of \Crefname: store both names."""

    def read(writer: Writer) -> None:
        kind = writer.tex.name()
        one, many = (one_line(writer.tex.evaluated(writer.tex.argument())) for _ in range(2))
        if one:
            (writer.refs.capital_names if capital else writer.refs.names)[kind] = one, many or one

    return read


def _reference_format(prefix: str) -> Callable[[Writer], None]:
    r"""Return the handler of \crefformat{equation}{eq.~#2#1#3} (also \Crefformat, \creflabelformat): store the text."""

    def read(writer: Writer) -> None:
        kinds, tokens = writer.tex.name(), writer.tex.argument()
        text = one_line(writer.tex.evaluated([token for token in tokens if token not in ("#2", "#3")]))
        for kind in kinds.split(","):
            writer.refs.formats[prefix + kind.strip()] = text[:_MAX_FORMAT]

    return read


def _multiple_format(writer: Writer) -> None:
    r"""\crefmultiformat{section}{first}{second of two}{middle}{last}: store the four texts."""
    kinds = writer.tex.name().split(",")
    parts = [[token for token in writer.tex.argument() if token not in ("#2", "#3")] for _ in range(4)]
    texts = [writer.tex.evaluated(part)[:_MAX_FORMAT] for part in parts]
    for kind in kinds:
        writer.refs.formats |= {f"multi{i}:{kind.strip()}": text for i, text in enumerate(texts)}


def _hyper_setup(writer: Writer) -> None:
    writer.tex.options += [*writer.tex.argument(), ","]


SETUP: dict[Token, Callable[[Writer], None]] = {
    "\\documentclass": document_class,
    "\\documentstyle": document_class,
    "\\title": _title,
    "\\subtitle": _subtitle,
    "\\keywords": _metadata_command("keywords"),
    "\\keyword": _metadata_command("keywords"),
    "\\doi": _doi,
    "\\license": _metadata_command("license"),
    "\\journal": _metadata_command("journal"),
    "\\journalname": _metadata_command("journal"),
    "\\abstract": _abstract,
    "\\newtheorem": _new_theorem,
    "\\spnewtheorem": _new_theorem,
    "\\declaretheorem": _declare_theorem,
    "\\crefname": _reference_name(capital=False),
    "\\Crefname": _reference_name(capital=True),
    "\\crefformat": _reference_format(""),
    "\\Crefformat": _reference_format("Cref:"),
    **dict.fromkeys(("\\crefmultiformat", "\\Crefmultiformat"), _multiple_format),
    "\\creflabelformat": _reference_format("label:"),
    "\\crefalias": lambda writer: writer.tex.counters.alias(writer.tex.name(), writer.tex.name()),
    "\\hypersetup": _hyper_setup,
}
