"""Assemble a document: each page that was left to the model gets the answer, or its text layer if no answer is better."""

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
from darwin_spark.parsers.pdf.page_furniture.front import front_matter
from darwin_spark.parsers.truncate import truncate

TEXT_LAYER: Final = "text_layer"
"""Engine name of a page that falls back to its text layer, although the layer looks broken."""


@dataclass
class _Pages:
    """Results for the pages that were left to the model: text and engine by page index, and page indexes by problem."""

    read: dict[int, str] = field(default_factory=dict)
    engines: dict[int, str] = field(default_factory=dict)
    problems: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    lost: list[str] = field(default_factory=list)
    """Problems of pages that stay empty although something is on them."""
    waiting: list[int] = field(default_factory=list)
    """Pages that may still be requested."""

    def warnings(self) -> list[str]:
        model_pages = sorted(index for index, engine in self.engines.items() if engine == OLMOCR)
        summary = [f"read by {OLMOCR}: {page_numbers(model_pages)}"] if model_pages else []
        return summary + [f"{page_numbers(indexes)}: {problem}" for problem, indexes in self.problems.items()]


def finished(row: Row, settings: L1Settings, task: Task) -> Row:
    """Return the L1 columns of `row`: a row of the table `parsed` with `unread` pages and their answered `chunks`.

    The verdict is `failed` with `unreadable` while pages may still be requested, and with a reason of `require_text` if too
    little text was read.
    """
    found = _answered(row["chunks"], {page["page"]: page["layer"] for page in row["unread"]}, task)
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
    document = Parsed(text, row["title"] or _heading(text), tuple(named), warnings, declared)
    return kept(truncate(document, settings.max_text_chars), None)


def _answered(chunks: Iterable[Any], layers: Mapping[int, str | None], task: Task) -> _Pages:
    found = _Pages()
    for chunk in chunks:
        index, attempts = chunk["position"], chunk["attempts"] or []
        if task.may_retry(chunk["input"], attempts, task.max_attempts or 1):
            found.waiting.append(index)
        else:
            _set_page(found, index, layers.get(index), choose(task.check, chunk["input"], attempts), last_text(attempts))
    return found


def _set_page(found: _Pages, index: int, layer: str | None, chosen: Any, doubtful: str | None) -> None:
    """Set page `index` to the model's text (`chosen`, else `doubtful` with a warning), or to `layer` if the text is no better.

    If the model gave no text, warn and set the page to `layer`; without a layer the page stays empty and counts as lost.
    """
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
    first = text.split("\n", 1)[0]
    return first.removeprefix("# ").strip() or None if first.startswith("# ") else None
