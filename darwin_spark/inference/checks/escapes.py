r"""Restore LaTeX commands whose backslash a model's answer lost to JSON escapes: one rule for all levels.

A model that does not double the backslashes in JSON writes `\alpha`, which is no JSON, and `\beta`, `\frac`, `\nu`, `\rho` or
`\theta`, which JSON reads as a control character and the rest of the name. A control character before the rest of a command's
name becomes a backslash and a letter again. An answer whose formulas cannot be restored is refused.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

DAMAGED: Final = "damaged_escapes"
"""Rejection reason of an answer with formulas whose backslashes cannot be restored."""

_LETTERS = {"\b": "b", "\f": "f", "\t": "t", "\r": "r", "\n": "n"}
_COMMANDS = {
    "\b": "[A-Za-z]+",
    "\f": "[a-z][A-Za-z]*",
    "\t": (
        "heta(?:sym)?|herefore|hick(?:approx|sim|space)|hinspace|ilde|imes|frac|binom|woheadrightarrow|oprule|abular|tfamily"
        "|ext(?:bf|it|rm|sf|tt|sc|up|md|normal|style|color|superscript|subscript|width|height)?"
        "|riangle(?:down|left|right|lefteq|righteq|q)?"
    ),
    "\r": (
        "ho|ight(?:arrow|leftarrows?|leftharpoons|harpoonup|harpoondown|squigarrow|arrows|threetimes)?|angle|eal|ceil|floor"
        "|brace|brack|vert|Vert|group|moustache|ef|oot|ule|times|hd|isingdotseq|aisebox|enewcommand|m|q|e"
    ),
    "\n": (
        "abla|otin|olimits|onumber|leq|geq|subseteq|supseteq|leftarrow|rightarrow|Leftarrow|Rightarrow|earrow|warrow"
        "|vdash|vDash|triangleleft|triangleright|atural|orm|ormalsize|oindent|ewline|ewcommand|icefrac|obreak"
    ),
}
"""By control character: the rest of the names of commands that begin with its letter, and that begin no line of a text."""
_SHORT = {"\t": "o|an|anh|au|op|ag|r|t|iny", "\n": "u|e|eq|eg|i|ot|exists|parallel|mid|less|gtr|cong|sim|prec|succ"}
"""The same for names whose rest may also begin a line or a cell of a text: they are commands in formulas only."""
_BROKEN = re.compile("|".join(f"{control}(?:{rest})(?![A-Za-z])" for control, rest in _COMMANDS.items()))
_TOKEN = re.compile(
    r"(?P<mark>\\[()\[\]]|\$\$?|\n\s*\n)|\\.|(?P<short>"
    + "|".join(f"{control}(?:{rest})(?![A-Za-z])" for control, rest in _SHORT.items())
    + ")",
    re.S,
)
_ESCAPE = re.compile(r"""\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|\\'|\\""")
_UNESCAPED_COMMAND = re.compile(r"(?<!\\)(?:\\\\)*\\(?!u[0-9a-fA-F]{4}|[bfnrt])[A-Za-z]")
_ROW_BREAK = re.compile(r"(?<!\\)\\\\(?=\s|\\n)")
_INLINE = re.compile(r"(?<![\\$])\$(?![\s$])([^$\n]{1,500}?)(?<![\s\\])\$(?![\d$])")
_EATEN = re.compile("[\b\f\t\r]")
_AT_LINE_START = re.compile(r"(?:\$\$|\\\[|\\\\|\n)[ ]*\Z")


class DamagedEscapes(ValueError):  # noqa: N818  (a verdict on an answer, not a program error)
    """The formulas of an answer cannot be restored."""


def loads(answer: str) -> Any:
    """Return the value of a JSON answer, with the LaTeX in its strings restored; line breaks within strings are allowed.

    Raises ValueError and RecursionError as json.loads does, and DamagedEscapes, a ValueError.
    """
    doubled = _ESCAPE.sub(_doubled, answer)
    value = json.loads(doubled, strict=False)
    if "\\" not in answer:
        return value
    is_damaged = _UNESCAPED_COMMAND.search(answer) is not None or any(map(_BROKEN.search, _strings(value)))
    if is_damaged:
        value = json.loads(_ROW_BREAK.sub(lambda _: "\\" * 4, doubled), strict=False)
    return _restored_strings(value, is_damaged)


def restored(text: str) -> str:
    """Return a text with its commands restored, except those whose rest may begin a line or a cell of a text."""
    return _BROKEN.sub(_command, text)


def _doubled(escape: re.Match[str]) -> str:
    return escape[0] if len(escape[0]) > 1 and escape[0] != "\\'" else "'" if escape[0] == "\\'" else "\\\\"


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def _restored_strings(value: Any, is_damaged: bool) -> Any:
    if isinstance(value, str):
        return _with_short_commands(restored(value), is_damaged)
    if isinstance(value, dict):
        return {key: _restored_strings(part, is_damaged) for key, part in value.items()}
    return [_restored_strings(part, is_damaged) for part in value] if isinstance(value, list) else value


def _with_short_commands(text: str, is_damaged: bool) -> str:
    """Return the text with the commands of _SHORT restored in its formulas. Raises DamagedEscapes.

    In an inline formula they are commands. In a display formula they are where a blank precedes them, or where the answer has
    other damaged commands; at the start of a line they may be either.
    """
    parts: list[str] = []
    at, formula = 0, ""
    for token in _TOKEN.finditer(text):
        if token["mark"]:
            formula = _formula_after(token["mark"], formula)
        elif token["short"] and formula:
            before = text[max(token.start() - 40, 0) : token.start()]
            is_display = formula in ("$$", "\\[")
            if is_display and is_damaged and _AT_LINE_START.search(before):
                raise DamagedEscapes(DAMAGED)
            if not is_display or is_damaged or (before.endswith(" ") and not _AT_LINE_START.search(before)):
                parts += [text[at : token.start()], _command(token)]
                at = token.end()
    text = "".join([*parts, text[at:]])
    if any(_EATEN.search(formula[1]) for formula in _INLINE.finditer(text)):
        raise DamagedEscapes(DAMAGED)
    return text


def _formula_after(mark: str, formula: str) -> str:
    """Return the mark that opened the formula after a mark; '' outside formulas. A blank line ends an inline formula."""
    if mark[0] == "\n":
        return formula if formula in ("$$", "\\[") else ""
    if mark[0] == "$":
        return "" if formula == mark else formula or mark
    return mark if mark in ("\\(", "\\[") and not formula else "" if mark in ("\\)", "\\]") else formula


def _command(match: re.Match[str]) -> str:
    return f"\\{_LETTERS[match[0][0]]}{match[0][1:]}"
