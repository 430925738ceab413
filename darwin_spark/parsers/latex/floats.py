r"""Captions of figures, tables and their parts: \caption, \subfloat, \subcaptionbox, and the parts' letters."""

from collections.abc import Callable

from darwin_spark.parsers.latex.algorithms import Algorithm
from darwin_spark.parsers.latex.frames import Tabular
from darwin_spark.parsers.latex.languages import printed_name
from darwin_spark.parsers.latex.writer import Writer
from darwin_spark.parsers.tex.counters import styled
from darwin_spark.parsers.tex.expand import Unit
from darwin_spark.parsers.tex.skipping import skip_arguments
from darwin_spark.parsers.tex.tokens import Token
from darwin_spark.text.normalize_markdown import one_line

Command = Callable[[Writer], None]
_FLOAT_KINDS = {
    **dict.fromkeys(("figure", "figure*", "wrapfigure", "SCfigure", "sidewaysfigure", "marginfigure"), "figure"),
    **dict.fromkeys(("table", "table*", "longtable", "wraptable", "sidewaystable", "supertabular", "xltabular"), "table"),
    **dict.fromkeys(("deluxetable", "deluxetable*", "longtable*", "longtblr", "sidewaystable*", "margintable"), "table"),
    **dict.fromkeys(("algorithm", "algorithm*", "algorithm2e", "algorithm2e*"), "algorithm"),
    **dict.fromkeys(("listing", "lstlisting"), "listing"),
    **dict.fromkeys(("subfigure", "subcaptionblock", "subcaptiongroup"), "subfigure"), "subtable": "subtable",
}  # fmt: skip
_OWN_LABELS = ("fig. ", "figure ", "table ", "abb. ", "abbildung ", "tabelle ")
"""Beginnings of captions that hold their label already."""


def open_float(writer: Writer) -> None:
    """Begin to count the parts of a float anew."""
    writer.captioned = False
    for kind in ("subfigure", "subtable"):
        writer.tex.counters.set(kind, 0)


def _current_kind(writer: Writer) -> str:
    groups = reversed(writer.tex.groups[-100:])
    return next((kind for group in groups if (kind := _FLOAT_KINDS.get(group.environment or ""))), "figure")


def _caption(writer: Writer) -> None:
    starred = writer.tex.star()
    writer.tex.optional()
    _put_caption(writer, _current_kind(writer), numbered=not starred)


def _caption_of(writer: Writer) -> None:
    r"""\captionof{figure}[short]{text}."""
    starred = writer.tex.star()
    kind = writer.tex.name()
    writer.tex.optional()
    _put_caption(writer, kind, numbered=not starred)


def _caption_of_kind(kind: str) -> Command:
    def put(writer: Writer) -> None:
        writer.tex.optional()
        _put_caption(writer, kind, numbered=True)

    return put


def _bilingual_caption(writer: Writer) -> None:
    r"""\bicaption{text}{text}: write one caption with both texts."""
    skip_arguments(writer.tex, "oo")
    first, second = writer.tex.argument(), writer.tex.argument()
    writer.tex.push(["{", *first, " ", "/", " ", *second, "}"])
    _put_caption(writer, _current_kind(writer), numbered=True)


def _put_caption(writer: Writer, kind: str, numbered: bool, then: Callable[[], None] = lambda: None) -> None:
    label = _step(writer, kind) if numbered else ""
    unit = writer.current if numbered else Unit(kind)

    def put(text: str) -> None:
        unit.title = text
        caption_text = text if text.lower().startswith(_OWN_LABELS) else f"{label} {text}".strip()
        if text or not kind.startswith("sub"):
            put_block(writer, caption_text)
        then()

    writer.capture(put)


def _step(writer: Writer, kind: str) -> str:
    """Count a float or a part of one, which becomes the current unit; return the label before its caption."""
    if kind.startswith("sub") and kind.removeprefix("sub") in ("figure", "table"):
        return _step_part(writer, kind)
    number = writer.step(kind)
    writer.captioned = True
    return f"{printed_name(writer.tex, kind, kind.capitalize())} {number}." if number else ""


def _step_part(writer: Writer, kind: str) -> str:
    """Count a part, `(a)`, of the float whose caption may follow; a reference to the part prints the float's number too."""
    counters, parent = writer.tex.counters, kind.removeprefix("sub")
    part = counters.value(kind) + 1
    counters.set(kind, part)
    letter = styled(part, "alph")
    value = counters.value(parent)
    if not writer.captioned:
        counters.set(parent, value + 1)
    number = one_line(writer.tex.evaluated([f"\\the{parent}"])) if writer.numbered else ""
    counters.set(parent, value)
    own = f"({letter})" if "subfigure" in writer.tex.packages else letter
    writer.current = Unit(kind, number + own if number else "")
    return f"({letter})"


def put_block(writer: Writer, text: str) -> None:
    """Write a caption: as a block, in tables and algorithms before them."""
    frame = writer.frames[-1]
    if not text:
        return
    if isinstance(frame, (Tabular, Algorithm)):
        frame.captions.append(text)
    else:
        frame.flush(paragraph_ends=False)
        frame.blocks.append(text)


def _part_kind(writer: Writer) -> str:
    return "subtable" if _current_kind(writer).endswith("table") else "subfigure"


def _subfloat(writer: Writer) -> None:
    r"""\subfloat[list entry][caption]{content}, \subfigure[caption]{content}: write the caption; read the content as usual."""
    first = writer.tex.optional()
    if first is None:
        return
    second = writer.tex.optional()
    writer.tex.push(["{", *(first if second is None else second), "}"])
    _put_caption(writer, _part_kind(writer), numbered=True)


def _subcaption(writer: Writer) -> None:
    starred = writer.tex.star()
    writer.tex.optional()
    _put_caption(writer, _part_kind(writer), numbered=not starred)


def _caption_box(is_part: bool) -> Command:
    r"""Return the handler of \subcaptionbox[list]{caption}[width][position]{content} or \captionbox: write the caption."""

    def put(writer: Writer) -> None:
        starred = writer.tex.star()
        writer.tex.optional()
        kind = _part_kind(writer) if is_part else _current_kind(writer)
        _put_caption(writer, kind, not starred, lambda: skip_arguments(writer.tex, "oo"))

    return put


def _without_text(is_part: bool) -> Command:
    def count(writer: Writer) -> None:
        _step(writer, _part_kind(writer) if is_part else _current_kind(writer))

    return count


def _continued(writer: Writer) -> None:
    r"""\ContinuedFloat: give the next caption the number of the last one."""
    kind = _current_kind(writer)
    writer.tex.counters.set(kind, max(writer.tex.counters.value(kind) - 1, 0))


FLOATS: dict[Token, Command] = {
    **dict.fromkeys(("\\caption", "\\captionabove", "\\captionbelow", "\\tablecaption", "\\topcaption"), _caption),
    "\\captionof": _caption_of,
    "\\bicaption": _bilingual_caption,
    **dict.fromkeys(("\\figcaption", "\\figurecaption"), _caption_of_kind("figure")),
    **dict.fromkeys(("\\tabcaption", "\\tblcaption"), _caption_of_kind("table")),
    "\\subcaption": _subcaption,
    **dict.fromkeys(("\\subfloat", "\\subfigure", "\\subtable"), _subfloat),
    "\\subcaptionbox": _caption_box(is_part=True),
    "\\captionbox": _caption_box(is_part=False),
    "\\phantomsubcaption": _without_text(is_part=True),
    "\\phantomcaption": _without_text(is_part=False),
    "\\ContinuedFloat": _continued,
}
