"""Join the rewritten pieces of a text so that the cuts between them are not visible."""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence


def join(originals: Sequence[str], rewritten: Sequence[str | None]) -> str:
    """Join the pieces of a text, each replaced by its rewritten form (None keeps the original). Models drop the white space
    around a piece, so separators come from the originals. An emptied piece leaves one separator and never joins the words
    beside it. Without rewriting the result is the original, byte for byte. Raises ValueError if lengths differ."""
    if len(originals) != len(rewritten):
        raise ValueError(f"{len(originals)} pieces but {len(rewritten)} answers: both must come from the same cut of the text")
    parts: list[str] = []
    breaks = [""]  # white space since the last text that stays; more than one run where pieces were emptied
    for original, answer in zip(originals, rewritten, strict=True):
        lead, core, trail = _split(original)
        breaks[-1] += lead
        text = core if answer is None else answer.strip()
        if core and text:
            parts += [_separator(breaks, inside=bool(parts)), text]
            breaks = [trail]
        elif core:
            breaks.append(trail)
        else:
            breaks[-1] += trail
    return "".join([*parts, _final_space(breaks, inside=bool(parts))])


def _split(piece: str) -> tuple[str, str, str]:
    """Return three parts of a piece: the white space before the text, the text, and the white space after it."""
    left = piece.lstrip()
    core = left.rstrip()
    return piece[: len(piece) - len(left)], core, left[len(core) :]


def _separator(breaks: list[str], *, inside: bool) -> str:
    """Return the white space before a text: the original one, or after emptied pieces the strongest of those around them."""
    if len(breaks) == 1:
        return breaks[0]
    if not inside:
        return ""
    strongest = max(run.count("\n") for run in breaks)
    return "\n\n" if strongest > 1 else "\n" if strongest else " "


def _final_space(breaks: list[str], *, inside: bool) -> str:
    """Return the white space at the end: the original, or at most one line break where the last piece was emptied."""
    if len(breaks) == 1:
        return breaks[0]
    return "\n" if inside and "\n" in breaks[-1] else ""


def outside(whole: re.Pattern[str], text: str, longest: int | None = None) -> Callable[[int], bool]:
    """Return a function that says whether a cut at an offset splits no match of `whole` (of at most `longest` characters)."""
    spans = [match.span() for match in whole.finditer(text) if longest is None or match.end() - match.start() <= longest]
    starts = [start for start, _ in spans]

    def is_outside(place: int) -> bool:
        index = bisect_left(starts, place) - 1
        return index < 0 or place >= spans[index][1]

    return is_outside
