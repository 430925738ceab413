r"""Footnotes and captions, which are written apart from the paragraph that contains them."""

from darwin_spark.parsers.latex.algorithms import Algorithm
from darwin_spark.parsers.latex.writer import Tabular, Writer


def footnote(writer: Writer) -> None:
    _add_footnote(writer, marked=True)


def footnote_text(writer: Writer) -> None:
    _add_footnote(writer, marked=False)


def _add_footnote(writer: Writer, marked: bool) -> None:
    writer.tex.optional()
    if marked:
        writer.notes += 1
        writer.write(f"[^{writer.notes}]")
    number = max(writer.notes, 1)

    def put(text: str) -> None:
        if text:
            writer.frames[-1].waiting.append(f"[^{number}]: {text}")

    writer.capture(put)


def footnote_mark(writer: Writer) -> None:
    writer.tex.optional()
    writer.notes += 1
    writer.write(f"[^{writer.notes}]")


def caption(writer: Writer) -> None:
    starred = writer.tex.star()
    writer.tex.optional()
    kind = next((k for g in reversed(writer.tex.groups[-100:]) if (k := _FLOAT_KINDS.get(g.environment or ""))), "figure")
    _put_caption(writer, kind, numbered=not starred)


def caption_of(writer: Writer) -> None:
    starred = writer.tex.star()
    kind = writer.tex.name()
    writer.tex.optional()
    _put_caption(writer, kind, numbered=not starred)


def _put_caption(writer: Writer, kind: str, numbered: bool) -> None:
    number = writer.step(kind) if numbered else ""
    is_subcaption = kind.startswith("sub")
    label = (f"({number})" if is_subcaption else f"{writer.names.get(kind, kind.capitalize())} {number}.") if number else ""

    def put(text: str) -> None:
        frame = writer.frames[-1]
        caption_text = text if text.lower().startswith(("fig. ", "figure ", "table ")) else f"{label} {text}".strip()
        if isinstance(frame, (Tabular, Algorithm)):
            frame.captions.append(caption_text)
        else:
            frame.flush(paragraph_ends=False)
            frame.blocks.append(caption_text)

    writer.capture(put)


_FLOAT_KINDS = {
    **dict.fromkeys(("figure", "figure*", "wrapfigure", "SCfigure", "sidewaysfigure", "marginfigure"), "figure"),
    **dict.fromkeys(("table", "table*", "longtable", "wraptable", "sidewaystable", "supertabular", "xltabular"), "table"),
    **dict.fromkeys(("algorithm", "algorithm*", "algorithm2e", "algorithm2e*"), "algorithm"),
    **dict.fromkeys(("listing", "lstlisting"), "listing"),
    "subfigure": "subfigure", "subtable": "subtable",
}  # fmt: skip


def subfloat(writer: Writer) -> None:
    r"""\subfloat[caption]{content}: write the caption as a block; the content is read as usual."""
    writer.optional_text(lambda text: writer.block(text))
