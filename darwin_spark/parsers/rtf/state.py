"""The formats and the destination of a place in an RTF file, and the control words that set formats."""

from dataclasses import dataclass

_SCRIPTS = {"super": "^", "sub": "_", "nosupersub": ""}
_BODY_TEXT = 9
"""The outline level of text that is no heading."""


@dataclass
class State:
    """Formats and destination, which a group inherits and its end restores. `sink`: what text goes to; '' for skipped text."""

    sink: str = "text"
    codec: str = "cp1252"
    font: int = 0
    uc: int = 1
    script: str = ""
    is_hidden: bool = False
    style: int = 0
    outline: int | None = None
    level: int = 0
    in_table: bool = False


@dataclass
class Style:
    """A paragraph style: its name and outline level, if the file gives one."""

    name: str = ""
    outline: int | None = None


def set_format(state: State, name: str, value: int | None) -> bool:
    """Apply a control word to the formats of characters and paragraphs; return False if it sets none."""
    if name == "pard":
        state.style, state.outline, state.in_table, state.level = 0, None, False, 0
    elif name == "plain":
        state.script, state.is_hidden = "", False
    elif name in _SCRIPTS:
        state.script = _SCRIPTS[name] if value != 0 else ""
    elif name in ("v", "deleted"):
        state.is_hidden = value != 0
    elif name == "intbl":
        state.in_table = True
    elif name == "ilvl":
        state.level = value or 0
    elif name == "outlinelevel":
        state.outline = value
    elif name == "s":
        state.style = value or 0
    else:
        return False
    return True


def outline_of(state: State, style: Style) -> int | None:
    """Return the outline level (0 for the first) of a paragraph that is a heading, else None."""
    outline = state.outline if state.outline is not None else style.outline
    words = style.name.lower().split(" ")
    if words[0] == "heading" and words[-1].isdigit():
        outline = int(words[-1]) - 1
    return outline if outline is not None and 0 <= outline < _BODY_TEXT else None
