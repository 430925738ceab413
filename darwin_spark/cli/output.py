"""Print results on a terminal as tables of rich, or as JSON and CSV for other programs."""

import csv
import itertools
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from darwin_spark.cost import CpuCost

if TYPE_CHECKING:
    from darwin_spark.observe.funnel import FunnelRow
    from darwin_spark.observe.gpu_cost import GpuCost

out = Console(width=None if sys.stdout.isatty() else 160)


def show_funnel(rows: "list[FunnelRow]") -> None:
    """Print the funnel as a table, one row for each level (and variant)."""
    table = Table("level", "name", title="The funnel")
    for name in ("rows", "kept", "passed", "dropped", "failed"):
        table.add_column(name, justify="right")
    table.add_column("reasons")
    for row in rows:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in row.reasons)
        numbers = (f"{number:,}" for number in (row.rows, row.kept, row.passed, row.dropped, row.failed))
        table.add_row(row.level, row.title, *numbers, reasons)
    out.print(table)


FORMATS = ("table", "json", "csv")
_TABLE_ROWS = 1_000  # rows of one table on the screen; more rows are further tables, so that they never fill memory


def show_rows(form: str, columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> None:
    """Print rows in one of FORMATS. They are printed as they come: a million rows do not fill memory."""
    shows = {"table": _show_table, "json": _show_json, "csv": _show_csv}
    shows[form](columns, iter(rows))


def _show_table(columns: Sequence[str], rows: Iterator[Iterable[Any]]) -> None:
    """Print all rows as tables of at most _TABLE_ROWS rows; long values are cut."""
    while chunk := list(itertools.islice(rows, _TABLE_ROWS)):
        table = Table(*columns)
        for row in chunk:
            table.add_row(*(_cell(value) for value in row))
        out.print(table)


def _cell(value: Any) -> Text:
    text = "" if value is None else str(value)
    return Text(text if len(text) <= 300 else f"{text[:300]}...")


def _show_json(columns: Sequence[str], rows: Iterator[Iterable[Any]]) -> None:
    """Print each row as one line of JSON."""
    for row in rows:
        print(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False, default=str))


def _show_csv(columns: Sequence[str], rows: Iterator[Iterable[Any]]) -> None:
    """Print a header and all rows as CSV."""
    writer = csv.writer(sys.stdout)
    writer.writerow(columns)
    writer.writerows(rows)


def show_estimate(level: str, found: CpuCost) -> None:
    """Print the CPU cost of each step, then of all steps together."""
    table = Table("step", "reads", "shuffles", "core hours", title=f"{level} over {found.documents:,} documents")
    for step in found.steps:
        table.add_row(step.name, decimal(int(step.reads)), decimal(int(step.shuffles)), f"{step.core_hours:,.1f}")
    out.print(table)
    stored, partitions = decimal(int(found.stored)), found.partitions
    out.print(
        f"{found.core_hours:,.0f} core hours; {stored} stored; spark.sql.shuffle.partitions={partitions}", highlight=False
    )


def show_gpu_cost(cost: "GpuCost") -> None:
    """Print requests, tokens and GPU-hours, and where the shape of a request comes from."""
    shape = cost.shape
    table = Table("", "a request", "in all", title=f"{cost.level} over {cost.documents:,} documents on {cost.gpus:,} GPUs")
    for column in table.columns[1:]:
        column.justify = "right"
    table.add_row("requests, attempts included", "", f"{cost.requests:,.0f}")
    both = shape.instructions + shape.text
    table.add_row("prompt tokens, without prefix cache", f"{both:,.0f}", f"{cost.prompt_tokens:,.0f}")
    table.add_row("prompt tokens, with prefix cache", f"{shape.text:,.0f}", f"{cost.cached_prompt_tokens:,.0f}")
    table.add_row("output tokens", f"{shape.answer:,.0f}", f"{cost.output_tokens:,.0f}")
    table.add_row("GPU-hours, with prefix cache", "", f"{cost.gpu_hours:,.0f}")
    table.add_row("GPU-hours, without", "", f"{cost.gpu_hours_without_cache:,.0f}")
    out.print(table)
    source = (
        "the response store of the workspace"
        if shape.is_measured
        else "the paper and the real set (no response store was given)"
    )
    out.print(
        f"{cost.days:,.1f} days at {cost.tokens_per_second:,.0f} output tokens a second and GPU; {shape.requests:,.1f} requests"
        f" a document, {shape.attempts:.2f} attempts a request, from {source}",
        highlight=False,
    )
