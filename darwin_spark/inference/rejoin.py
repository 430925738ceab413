"""A text cut in pieces, each piece rewritten on its own, and the pieces put together again without a trace of the cuts."""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence


def join(originals: Sequence[str], rewritten: Sequence[str | None]) -> str:
    """The text again, with each piece replaced by its rewritten form (None: the original stands).

    Models answer without the white space around a piece, so the seams take theirs from the originals. A piece that was
    emptied leaves one seam, not two, and never glues the words on its two sides. If nothing was rewritten, the result is
    the original text to the byte. Raises ValueError if the lengths differ.
    """
    if len(originals) != len(rewritten):
        raise ValueError(f"{len(originals)} pieces but {len(rewritten)} answers: both must come from the same cut of the text")
    parts: list[str] = []
    breaks = [""]  # the runs of white space since the last text that stays; more than one where pieces have vanished
    for original, answer in zip(originals, rewritten, strict=True):
        lead, core, trail = _split(original)
        breaks[-1] += lead
        text = core if answer is None else answer.strip()
        if core and text:
            parts += [_seam(breaks, inside=bool(parts)), text]
            breaks = [trail]
        elif core:
            breaks.append(trail)
        else:
            breaks[-1] += trail
    return "".join([*parts, _end(breaks, inside=bool(parts))])


def _split(piece: str) -> tuple[str, str, str]:
    """The white space before, the text, the white space after."""
    left = piece.lstrip()
    core = left.rstrip()
    return piece[: len(piece) - len(left)], core, left[len(core) :]


def _seam(breaks: list[str], *, inside: bool) -> str:
    """The white space before a text: the original's, or the strongest of those that met where pieces have vanished."""
    if len(breaks) == 1:
        return breaks[0]
    if not inside:
        return ""
    strongest = max(run.count("\n") for run in breaks)
    return "\n\n" if strongest > 1 else "\n" if strongest else " "


def _end(breaks: list[str], *, inside: bool) -> str:
    """The white space at the end: the original's, at most one line break where the last piece has vanished."""
    if len(breaks) == 1:
        return breaks[0]
    return "\n" if inside and "\n" in breaks[-1] else ""


def outside(whole: re.Pattern[str], text: str, longest: int | None = None) -> Callable[[int], bool]:
    """Whether a cut at a place leaves every match of `whole` (of at most `longest` characters) in one piece."""
    spans = [match.span() for match in whole.finditer(text) if longest is None or match.end() - match.start() <= longest]
    starts = [start for start, _ in spans]

    def is_outside(place: int) -> bool:
        before = bisect_left(starts, place) - 1
        return before < 0 or place >= spans[before][1]

    return is_outside
