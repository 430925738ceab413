"""A document made whole: for each page that was left to the model its answer, else its text layer, else nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from darwin_spark.arrow_udf import Row
from darwin_spark.config.l1 import L1Settings
from darwin_spark.inference.task import Task, choose
from darwin_spark.levels.l1_normalize.normalize import failed, kept
from darwin_spark.levels.l1_normalize.olmocr.answer import last_text
from darwin_spark.levels.l1_normalize.olmocr.answer_merge import fill
from darwin_spark.parsers.ocr.page_view import OLMOCR
from darwin_spark.parsers.ocr.pages import is_better, page_numbers, require_text
from darwin_spark.parsers.parsed import Page, Parsed, ParseFailure
from darwin_spark.parsers.pdf.front import front_matter
from darwin_spark.parsers.truncate import truncate

TEXT_LAYER: Final = "text_layer"
"""The engine of a page whose text layer, though it looks broken, had to do."""


@dataclass
class _Pages:
    """What stands on the pages that were left to the model, by index, who says so, and what went wrong, by page."""

    read: dict[int, str] = field(default_factory=dict)
    engines: dict[int, str] = field(default_factory=dict)
    problems: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    lost: list[str] = field(default_factory=list)
    """Why pages stay empty that show something."""
    waiting: list[int] = field(default_factory=list)
    """Pages that may still be asked for."""

    def warnings(self) -> list[str]:
        seen = sorted(index for index, engine in self.engines.items() if engine == OLMOCR)
        told = [f"read by {OLMOCR}: {page_numbers(seen)}"] if seen else []
        return told + [f"{page_numbers(indexes)}: {problem}" for problem, indexes in self.problems.items()]


def finished(row: Row, settings: L1Settings, task: Task) -> Row:
    """The level's columns for a parsed row with `unread` pages and their answered `pieces`."""
    found = _answered(row["pieces"], {page["page"]: page["layer"] for page in row["unread"]}, task)
    if found.waiting:
        where = page_numbers(found.waiting)
        return failed("unreadable", f"{where}: not drawn, since the object could not be read again; climb again")
    text, pages = fill(row["text"] or "", [Page(**page) for page in row["pages"]], found.read)
    named = [page._replace(engine=found.engines.get(index, page.engine)) for index, page in enumerate(pages)]
    warnings = (*row["warnings"], *found.warnings())
    blank = sum(not text[page.start : page.end].strip() for page in named)
    try:
        require_text(blank, len(named), next(iter(found.lost), None), scanned=True)
    except ParseFailure as failure:
        return failed(failure.reason, str(failure), warnings)
    declared = {**front_matter(found.read.get(0, "").split("\n")), **dict(row["declared"])}
    whole = Parsed(text, row["title"] or _heading(text), tuple(named), warnings, declared)
    return kept(truncate(whole, settings.max_text_chars), None)


def _answered(pieces: Iterable[Any], layers: Mapping[int, str | None], task: Task) -> _Pages:
    found = _Pages()
    for piece in pieces:
        index, attempts = piece["position"], piece["attempts"] or []
        if task.may_ask(piece["input"], attempts, task.attempts or 1):
            found.waiting.append(index)
        else:
            _settle(found, index, layers.get(index), choose(task.check, piece["input"], attempts), last_text(attempts))
    return found


def _settle(found: _Pages, index: int, layer: str | None, chosen: Any, doubtful: str | None) -> None:
    """The answer, if it betters the layer; the layer where it does not, or where there is none; else nothing."""
    text = chosen.text if chosen.text is not None else doubtful
    if text is None:
        _fall_back(found, index, layer, chosen.reason)
        return
    if layer and not (text.strip() and is_better(text, layer)):
        found.read[index] = layer
        return
    found.read[index], found.engines[index] = text, OLMOCR
    if chosen.text is None:
        found.problems[f"{OLMOCR} doubts, however the page is turned, that it stands upright"].append(index)


def _fall_back(found: _Pages, index: int, layer: str | None, reason: str | None) -> None:
    problem = f"{OLMOCR} gives no usable answer ({reason})"
    if layer:
        found.read[index], found.engines[index] = layer, TEXT_LAYER
        found.problems[f"{problem}; the text layer stands, though it looks broken"].append(index)
    else:
        found.lost.append(problem)
        found.problems[problem].append(index)


def _heading(text: str) -> str | None:
    """What stands as the first line's heading."""
    first = text.split("\n", 1)[0]
    return first.removeprefix("# ").strip() or None if first.startswith("# ") else None
