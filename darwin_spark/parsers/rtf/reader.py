"""Read an RTF file: its groups, formats and destinations, by the RTF specification 1.9.1."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from darwin_spark.parsers.docx.symbol_fonts import decode as decode_symbols
from darwin_spark.parsers.docx.symbol_fonts import is_symbol_font
from darwin_spark.parsers.rtf.charsets import CHARSETS, DOCUMENT_SETS, codec_of, text_of
from darwin_spark.parsers.rtf.flow import Flow, Properties
from darwin_spark.parsers.rtf.formulas import Formula
from darwin_spark.parsers.rtf.state import State, Style, outline_of, set_format
from darwin_spark.parsers.rtf.tokens import Kind, Token

_CHARACTERS = {
    "tab": "\t", "line": "\n", "lbr": "\n", "softline": " ", "emdash": "—", "endash": "–", "emspace": " ", "enspace": " ",
    "qmspace": " ", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
}  # fmt: skip
_SYMBOLS = {"~": "\u00a0", "_": "-", "\t": "\t", "\n": "\n", "\r": "\n", "{": "{", "}": "}", "\\": "\\"}
_SKIPPED = frozenset({
    "aftnsep", "aftnsepc", "annotation", "atnauthor", "atndate", "atnicn", "atnid", "atnref", "atntime", "background",
    "bkmkend", "bkmkstart", "colorschememapping", "colortbl", "datafield", "datastore", "docvar", "factoidname", "falt",
    "fchars", "filetbl", "fldinst", "fname", "fontemb", "footer", "footerf", "footerl", "footerr", "ftnsep", "ftnsepc",
    "generator", "header", "headerf", "headerl", "headerr", "latentstyles", "lchars", "listoverridetable", "listtable",
    "mailmerge", "mmathPict", "mmathPr", "nonshppict", "objclass", "objdata", "panose", "pict", "pnseclvl", "revtbl",
    "rsidtbl", "rxe", "shprslt", "sp", "tc", "tcn", "template", "themedata", "userprops", "wgrffmtfilter", "xe", "xmlnstbl",
})  # fmt: skip
"""Destinations that hold no text of the page."""
_READ_STARRED = frozenset({
    "shpinst", "shptxt", "moMath", "moMathPara", "footnote", "shppict", "pn", "listtext", "pntext", "mmath",
})  # fmt: skip
"""Destinations marked by `\\*`, which a reader may skip, whose text belongs to the page or is counted."""
_INFO = frozenset({"title", "subject", "keywords"})
_SINKS = {"fonttbl": "font", "stylesheet": "style", "info": "info", "listtext": "mark", "pntext": "mark"}
"""Destinations whose text is no text of the page, and where it goes."""


@dataclass
class Reader:
    """Reader of one file. `read` returns its blocks and sets `title`, `info`, and the numbers of `pictures` and `objects`."""

    info: dict[str, str] = field(default_factory=dict)
    pictures: int = 0
    objects: int = 0
    title: str = ""

    def __post_init__(self) -> None:
        self.state = State()
        self.stack: list[tuple[State, Flow | None]] = []
        self.flows = [Flow()]
        self.fonts: dict[int, str] = {}
        self.font_names: dict[int, str] = {}
        self.styles: dict[int, Style] = {}
        self.document_codec = "cp1252"
        self.mark = ""
        self.notes = 0
        self.formula: Formula | None = None
        self.to_skip = 0
        self.pending = ""
        self.is_first, self.is_starred = False, False

    def read(self, source: Iterable[Token]) -> list[str]:
        """Read all tokens and return the blocks of the body."""
        for token in source:
            if token.kind is not Kind.TEXT:
                self._flush()
            if token.kind is Kind.TEXT:
                self._text(token)
            elif token.kind is Kind.OPEN:
                self._open()
            elif token.kind is Kind.CLOSE:
                self._close()
            elif token.kind is Kind.WORD:
                self._word(token)
            else:
                self._symbol(token.text)
        self._flush()
        while self.stack:
            self._close()
        return self.flows[0].finish(self._properties())

    @property
    def flow(self) -> Flow:
        """The text flow that is being read."""
        return self.flows[-1]

    def _open(self) -> None:
        self.stack.append((replace(self.state), None))
        self.is_first, self.is_starred, self.to_skip = True, False, 0
        if self.formula is not None:
            self.formula.open()

    def _close(self) -> None:
        if not self.stack:
            return
        ended = self.state
        self.state, flow = self.stack.pop()
        self.is_first, self.to_skip = False, 0
        if self.formula is not None and self.formula.close():
            self.flow.add(f"${tex}$" if (tex := self.formula.tex()) else "")
            self.formula = None
        if flow is not None:
            blocks = self.flows.pop().finish(Properties())
            self.flow.note([f"[^{self.notes}]: {blocks[0]}", *blocks[1:]] if ended.sink == "note" and blocks else blocks)

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self.is_starred = True
            return
        self.is_first = False
        if symbol in "\r\n":
            self._paragraph()
        elif symbol in _SYMBOLS:
            self._put(_SYMBOLS[symbol])

    def _text(self, token: Token) -> None:
        """Take text as bytes; bytes of one character that stand apart are decoded together."""
        text = token.text
        if self.to_skip:
            skipped = min(self.to_skip, len(text))
            text, self.to_skip = text[skipped:], self.to_skip - skipped
        self.is_first = False
        if text and self.state.sink:
            self.pending += text

    def _flush(self) -> None:
        if self.pending:
            data, self.pending = self.pending, ""
            is_symbol = is_symbol_font(self.font_names.get(self.state.font, ""))
            self._put(data if is_symbol else text_of(data, self.state.codec))

    def _put(self, text: str) -> None:
        """Put text where the current destination wants it."""
        state = self.state
        if self.formula is not None:
            self.formula.text(text)
        elif state.sink == "mark":
            self.mark += text
        elif state.sink == "style":
            style = self.styles.setdefault(state.style, Style())
            style.name = (style.name + text).rstrip(";")
        elif state.sink == "font":
            self.font_names[state.font] = (self.font_names.get(state.font, "") + text).rstrip(";")
        elif state.sink in _INFO:
            self.info[state.sink] = self.info.get(state.sink, "") + text
        elif state.sink in ("text", "note") and not state.is_hidden:
            font = self.font_names.get(state.font, "")
            self.flow.add(decode_symbols(text, font) if is_symbol_font(font) else text, state.script)

    def _word(self, token: Token) -> None:
        name, value = token.text, token.value
        is_first, self.is_first = self.is_first, False
        if self.formula is not None:
            self.formula.word(name)
        if name == "u" and value is not None:
            self._put(chr(value % 65_536))
            self.to_skip = self.state.uc
            return
        self.to_skip = 0
        if is_first and self._destination(name):
            return
        if name in _CHARACTERS:
            self._put(_CHARACTERS[name])
        elif self.state.sink:
            self._format(name, value)

    def _destination(self, name: str) -> bool:
        """Enter the destination that the first control word of a group names; return False if it names none."""
        state = self.state
        if not state.sink:
            return True
        self.pictures += name == "pict"
        self.objects += name == "object"
        if name == "moMath":
            self.formula = Formula()
        elif name in _SKIPPED or (self.is_starred and name not in _READ_STARRED):
            state.sink = ""
        elif name in ("footnote", "shptxt"):
            self._enter_flow(is_note=name == "footnote")
        elif name in _INFO and state.sink == "info":
            state.sink = name
        elif name in _SINKS:
            state.sink = _SINKS[name]
            self.mark = "" if state.sink == "mark" else self.mark
        else:
            return False
        return True

    def _enter_flow(self, is_note: bool) -> None:
        if is_note:
            self.notes += 1
            self.flow.add(f"[^{self.notes}]")
        self.flows.append(Flow())
        self.stack[-1] = (self.stack[-1][0], self.flows[-1])
        self.state = State("note" if is_note else "text", self.document_codec, uc=self.state.uc)

    def _format(self, name: str, value: int | None) -> None:
        """Apply a control word that ends a paragraph, cell or row, or sets a format."""
        if name in ("par", "sect", "page"):
            self._paragraph()
        elif name == "cell":
            self.flow.end_cell()
        elif name == "nestcell":
            self._put(" ")
        elif name == "row":
            self.flow.end_row()
        elif name == "outlinelevel" and self.state.sink == "style":
            self.styles.setdefault(self.state.style, Style()).outline = value
        elif not set_format(self.state, name, value):
            self._character_set(name, value)

    def _character_set(self, name: str, value: int | None) -> None:
        """Apply a control word that sets the font or the encoding."""
        state = self.state
        if name == "f" and value is not None:
            state.font = value
            state.codec = self.fonts.get(value, self.document_codec) if state.sink != "font" else state.codec
        elif name == "uc":
            state.uc = max(value or 0, 0)
        elif name == "fcharset" and value in CHARSETS:
            self.fonts[state.font] = CHARSETS[value]
        elif name == "cpg" and value and (codec := codec_of(value)):
            self.fonts[state.font] = codec
        elif name == "ansicpg" and value is not None:
            state.codec = self.document_codec = codec_of(value) or state.codec
        elif name in DOCUMENT_SETS:
            state.codec = self.document_codec = DOCUMENT_SETS[name]

    def _paragraph(self) -> None:
        if self.state.sink in ("text", "note"):
            properties = self._properties()
            if self.styles.get(self.state.style, Style()).name.lower() == "title" and not self.title:
                self.title = "".join(text for _, text in self.flow.line).strip()
                properties = properties._replace(rank=1)
            self.flow.end_paragraph(properties)
            self.mark = ""

    def _properties(self) -> Properties:
        """Return the properties of the current paragraph. A heading of the first level has rank 2: the title has 1."""
        state = self.state
        outline = outline_of(state, self.styles.get(state.style, Style()))
        rank = 0 if outline is None or state.in_table else min(outline + 2, 6)
        return Properties(rank, "" if rank else self.mark.strip(), state.level, state.in_table)
