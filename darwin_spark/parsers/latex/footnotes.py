r"""Footnotes: \footnote, and \footnotemark with its \footnotetext, which belong together by their number."""

from collections.abc import Callable

from darwin_spark.parsers.latex.writer import Writer
from darwin_spark.parsers.tex.expand import Unit
from darwin_spark.parsers.tex.tokens import Token, source_of

Command = Callable[[Writer], None]


def _number(writer: Writer, explicit: list[Token] | None) -> str:
    return source_of(explicit).strip() if explicit else str(writer.tex.counters.value("footnote"))


def _footnote(writer: Writer) -> None:
    r"""\footnote[n]{text}: write the mark; the text follows the paragraph."""
    explicit = writer.tex.optional()
    if not explicit:
        writer.tex.counters.step("footnote")
    number = _number(writer, explicit)
    label = writer.notes.new(number, has_text=True)
    writer.write(f"[^{label}]")
    _put_text(writer, label, number)


def _mark(writer: Writer) -> None:
    r"""\footnotemark[n]: write the mark of a note whose text a \footnotetext gives, or of a note once more."""
    explicit = writer.tex.optional()
    if not explicit:
        writer.tex.counters.step("footnote")
    writer.write(f"[^{writer.notes.mark(_number(writer, explicit), is_repeated=bool(explicit))}]")


def _text(writer: Writer) -> None:
    r"""\footnotetext[n]{text}: write the text of the mark with number n, by default with the counter's number."""
    number = _number(writer, writer.tex.optional())
    _put_text(writer, writer.notes.text(number), number)


def _put_text(writer: Writer, label: int, number: str) -> None:
    before, writer.current = writer.current, Unit("footnote", number if writer.numbered else "")

    def put(text: str) -> None:
        writer.current = before
        if text:
            writer.frames[-1].waiting.append(f"[^{label}]: {text}")

    writer.capture(put)


def _note_mark(writer: Writer) -> None:
    r"""\tnote{a} of threeparttable, \tablenotemark{a} of AASTeX: write the mark as a superscript."""
    writer.tex.optional()
    writer.capture(lambda text: writer.write(f"^{{{text}}}" if text else ""))


FOOTNOTES: dict[Token, Command] = {
    **dict.fromkeys(
        ("\\footnote", "\\endnote", "\\tablefootnote", "\\sidenote", "\\footnoteA", "\\footnoteB", "\\pagenote"), _footnote
    ),
    **dict.fromkeys(("\\footnotetext", "\\endnotetext", "\\sidenotetext"), _text),
    **dict.fromkeys(("\\footnotemark", "\\endnotemark", "\\sidenotemark"), _mark),
    **dict.fromkeys(("\\tnote", "\\tablenotemark"), _note_mark),
}
