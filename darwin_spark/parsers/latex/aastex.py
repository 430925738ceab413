r"""AASTeX: the commands of its deluxetable, of its front matter, and its names of journals and units.

Spec: the AASTeX 6 author guide. A document's own definitions of the same names take precedence.
"""

from collections.abc import Callable

from darwin_spark.parsers.latex.floats import put_block
from darwin_spark.parsers.latex.frames import Tabular
from darwin_spark.parsers.latex.writer import Writer
from darwin_spark.parsers.tex.counters import roman
from darwin_spark.parsers.tex.skipping import skip_arguments
from darwin_spark.parsers.tex.tokens import Token

Command = Callable[[Writer], None]


def _table_head(writer: Writer) -> None:
    r"""\tablehead{\colhead{A} & \colhead{B}}: read the rows of the header."""
    tokens = writer.tex.argument()
    if isinstance(writer.frames[-1], Tabular):
        writer.tex.push([*tokens, "\\deluxe@head"])


def _end_head(writer: Writer) -> None:
    frame = writer.frames[-1]
    if isinstance(frame, Tabular):
        frame.end_row()
        frame.header, frame.rows, frame.rules = frame.rows, [], []


def _column_numbers(writer: Writer) -> None:
    r"""\colnumbers: add a row `(1) (2) ..` to the header."""
    frame = writer.frames[-1]
    if isinstance(frame, Tabular) and frame.header and frame.columns:
        frame.header.append([(f"({i + 1})", 1) for i in range(len(frame.columns))])


def _row_of_text(writer: Writer) -> None:
    r"""\cutinhead{text}, \sidehead{text}: write a row of one cell."""
    tokens = writer.tex.argument()
    frame = writer.frames[-1]
    if isinstance(frame, Tabular):
        frame.end_row()
        writer.tex.push(["{", *tokens, "}", "\\tabularnewline"])
    else:
        writer.tex.push(tokens)


def _note(label: str) -> Command:
    r"""Return the handler of \tablecomments{text} or \tablerefs{text}: write the text, after `label`, below the table."""

    def put(writer: Writer) -> None:
        writer.capture(lambda text: _below(writer, f"{label} {text}" if text else ""))

    return put


def _note_text(writer: Writer) -> None:
    r"""\tablenotetext{a}{text}: write the note below the table."""

    def put(texts: list[str]) -> None:
        _below(writer, f"^{{{texts[0]}}} {texts[1]}" if texts[0] else texts[1])

    mark, note = writer.tex.argument(), writer.tex.argument()
    writer.texts([mark, note], put)


def _below(writer: Writer, text: str) -> None:
    if not text:
        return
    frame = writer.frames[-1]
    if isinstance(frame, Tabular):
        frame.waiting.append(text)
    else:
        put_block(writer, text)


def _ion(writer: Writer) -> None:
    r"""\ion{C}{4}: write `C IV`."""
    element, stage = writer.tex.argument(), writer.tex.name()
    number = roman(int(stage)).upper() if stage.isdecimal() and len(stage) < 3 else stage
    writer.tex.push(["{", *element, "}", " ", number] if number else element)


def _math_head(writer: Writer) -> None:
    r"""\dcolhead{x}: write a column's head that is a formula."""
    writer.tex.push(["$", *writer.tex.argument(), "$"])


def _paragraph_with_label(label: str) -> Command:
    def put(writer: Writer) -> None:
        writer.capture(lambda text: writer.block(f"{label}: {text}" if text else ""))

    return put


def _table_number(writer: Writer) -> None:
    r"""\tablenum{2}: a number of siunitx where that package is loaded; in AASTeX the number of the table, which is skipped."""
    number = writer.tex.argument()
    if "siunitx" in writer.tex.packages:
        writer.tex.push(["\\num", "{", *number, "}"])


def _skip(kinds: str) -> Command:
    return lambda writer: skip_arguments(writer.tex, kinds)


def _symbol(text: str) -> Command:
    return lambda writer: writer.write(text)


_SYMBOLS = {
    "nodata": "…", "apj": "ApJ", "apjl": "ApJL", "apjlett": "ApJL", "apjs": "ApJS", "aj": "AJ", "mnras": "MNRAS",
    "araa": "ARA&A", "aaps": "A&AS", "aapr": "A&A Rev.", "nat": "Nature", "pasp": "PASP", "pasj": "PASJ", "prd": "Phys. Rev. D",
    "prl": "Phys. Rev. Lett.", "prc": "Phys. Rev. C", "pra": "Phys. Rev. A", "physrep": "Phys. Rep.", "ssr": "Space Sci. Rev.",
    "jcap": "JCAP", "icarus": "Icarus", "actaa": "Acta Astron.", "apss": "Ap&SS", "solphys": "Sol. Phys.",
    "jgr": "J. Geophys. Res.", "planss": "Planet. Space Sci.", "memras": "MmRAS", "procspie": "Proc. SPIE",
    "degr": "°", "arcmin": "′", "arcsec": "″",
    "fdg": "°.", "farcm": "′.", "farcs": "″.", "micron": "µm", "fs": "s.",
}  # fmt: skip
AASTEX: dict[Token, Command] = {
    **{f"\\{name}": _symbol(text) for name, text in _SYMBOLS.items()},
    "\\tablehead": _table_head,
    "\\deluxe@head": _end_head,
    **dict.fromkeys(("\\colnumbers", "\\decimalcolnumbers"), _column_numbers),
    **dict.fromkeys(("\\cutinhead", "\\sidehead"), _row_of_text),
    "\\tablecomments": _note("Note."),
    "\\tablerefs": _note("References."),
    "\\tablenotetext": _note_text,
    "\\tablenum": _table_number,
    "\\ion": _ion,
    "\\dcolhead": _math_head,
    **dict.fromkeys(("\\facilities", "\\facility"), _paragraph_with_label("Facilities")),
    "\\software": _paragraph_with_label("Software"),
    **{
        f"\\{name}": _skip(kinds)
        for kinds, names in {
            "": "startdata enddata tablebreak tableline colhead rotate decimals startlongtable object objectname twocolhead",
            "m": "tablewidth tabletypesize tablecolumns nocolhead plotone epsscale figurenum watermark "
                 "tablespace turnoffedit setwatermarkfontsize",
            "mm": "plottwo tablecolumnsep",
            "mmmmmmm": "plotfiddle",
            "l": "movetabledown movetableright",
            "om": "correspondingauthor",
        }.items()
        for name in names.split()
    },
}  # fmt: skip
AASTEX["\\tablenotemark"] = lambda writer: writer.capture(lambda text: writer.write(f"^{{{text}}}" if text else ""))
