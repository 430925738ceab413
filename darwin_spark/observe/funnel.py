"""The funnel: how many documents came to each level, and what became of them."""

from collections import Counter
from dataclasses import dataclass

from pyspark.sql import SparkSession

from darwin_spark.pipeline import registry
from darwin_spark.storage import tables
from darwin_spark.storage.tables import Workspace


@dataclass(frozen=True)
class Funnel:
    """One level (and variant): its rows by verdict, and the reasons, the most frequent first."""

    level: str
    name: str
    rows: int
    kept: int
    passed: int
    dropped: int
    failed: int
    reasons: tuple[tuple[str, int], ...]


def funnel(spark: SparkSession, workspace: Workspace) -> list[Funnel]:
    """The levels that have a table, from the bottom; a level with variants gives a row for each."""
    return [
        line
        for level in registry.IMPLEMENTED
        if tables.exists(spark, workspace, level.table)
        for line in _of_level(spark, workspace, level)
    ]


def _of_level(spark: SparkSession, workspace: Workspace, level: registry.Level) -> list[Funnel]:
    variants = registry.keys(level)[1:]
    counted = tables.read(spark, workspace, level.table).groupBy(*variants, "verdict", "reason").count().collect()
    by_variant: dict[str, list[tuple[str, str | None, int]]] = {}
    for row in counted:
        by_variant.setdefault(row.variant if variants else "", []).append((row.verdict, row.reason, row["count"]))
    return [_line(level, variant, rows) for variant, rows in sorted(by_variant.items())]


def _line(level: registry.Level, variant: str, rows: list[tuple[str, str | None, int]]) -> Funnel:
    verdicts, reasons = Counter[str](), Counter[str]()
    for verdict, reason, count in rows:
        verdicts[verdict] += count
        if reason:
            reasons[reason] += count
    return Funnel(
        level=f"L{level.number}" + (f" {variant}" if variant else ""),
        name=level.name,
        rows=verdicts.total(),
        kept=verdicts["kept"],
        passed=verdicts["passed"],
        dropped=verdicts["dropped"],
        failed=verdicts["failed"],
        reasons=tuple(reasons.most_common()),
    )
