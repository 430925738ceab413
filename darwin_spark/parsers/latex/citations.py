r"""Text of citations: of one command, or of biblatex's \cites, \parencites .. with notes for each key."""

import re
from collections.abc import Mapping
from typing import Protocol

from darwin_spark.parsers.latex.marks import UNRESOLVED

_NATBIB = re.compile(r"(.*)\((\d{4}[a-z]?|[^()]*)\)(.*)", re.DOTALL)
_PAGES = re.compile(r"\d+[a-z]?\Z")
_PAGE_RANGES = re.compile(r"\d+[a-z]?\s*(?:[-–—]+\s*\d+[a-z]?|,\s*\d+|f|ff)[\d\s,–—-]*\.?\Z")
_PARENTHETICAL = (
    "citep",
    "parencite",
    "autocite",
    "citealp",
    "footcite",
    "parencites",
    "autocites",
    "footcites",
    "smartcite",
    "smartcites",
)


class Citation(Protocol):
    """A citation command: its name, keys and notes, and the further citations of a command with many."""

    kind: str
    keys: tuple[str, ...]
    before: str
    after: str

    @property
    def more(self) -> tuple["Citation", ...]: ...


def citation(request: Citation, entries: Mapping[str, str], biblatex: bool) -> str:
    """Return the text of a citation. `entries`: labels of the reference list by key; a key that is not there is shown."""
    parts = [part for part in (request.more or (request,)) if any(key.strip() for key in part.keys)]
    if not parts:
        return UNRESOLVED
    labels = [[entries.get(key.strip()) or key.strip() for key in part.keys if key.strip()] for part in parts]
    notes = [(part.before, _page_note(part.after) if biblatex else part.after) for part in parts]
    outer = (request.before, request.after) if request.more else ("", "")
    pairs = [[_NATBIB.fullmatch(label) for label in group] for group in labels]
    if not all(pair for group in pairs for pair in group):
        inside = ", ".join(_noted(", ".join(group), *note) for group, note in zip(labels, notes, strict=True))
        return f"[{_noted(inside, *outer)}]"
    named = [[(pair[1].strip(), pair[2]) for pair in group if pair] for group in pairs]
    return _by_author(request.kind.lower(), named, notes, outer)


def _noted(text: str, before: str, after: str) -> str:
    return f"{before} {text}".strip() + (f", {after}" if after else "")


def _page_note(note: str) -> str:
    """Return a note as biblatex prints it: `p.` before a page number, `pp.` before several."""
    if _PAGES.match(note):
        return f"p. {note}"
    return f"pp. {note}" if _PAGE_RANGES.match(note) else note


def _by_author(kind: str, groups: list[list[tuple[str, str]]], notes: list[tuple[str, str]], outer: tuple[str, str]) -> str:
    pairs = [pair for group in groups for pair in group]
    if "author" in kind:
        return "; ".join(author for author, _ in pairs)
    if "year" in kind:
        return ", ".join(year for _, year in pairs)
    if kind in _PARENTHETICAL:
        texts = ["; ".join(f"{author}, {year}" for author, year in group) for group in groups]
        inside = _noted("; ".join(_noted(text, *note) for text, note in zip(texts, notes, strict=True)), *outer)
        return inside if kind == "citealp" else f"({inside})"
    texts = []
    for group, (before, after) in zip(groups, notes, strict=True):
        tail = f", {after}" if after else ""
        start = f"{before} " if before and len(notes) > 1 else ""
        texts.append(start + "; ".join(f"{author} ({year}{tail})" for author, year in group))
    return "; ".join(texts)
