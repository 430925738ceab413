"""The funnel: how many documents reached each level, and with which verdicts and reasons."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from darwin_spark.pipeline import registry
from darwin_spark.pipeline.level import AnyLevel, key_columns
from darwin_spark.storage.table_reader import TableReader


@dataclass(frozen=True)
class FunnelRow:
    """One level (and variant): the number of its rows by verdict, and by reason, the most frequent reason first."""

    level: str
    title: str
    rows: int
    kept: int
    passed: int
    dropped: int
    failed: int
    reasons: tuple[tuple[str, int], ...]


def funnel(tables: TableReader) -> list[FunnelRow]:
    """Return a row for each level that has a table, the lowest first; for a level with variants, a row for each variant."""
    levels = [level for level in registry.levels() if tables.exists(level.name)]
    return [row for level in levels for row in _rows(tables, level)]


def _rows(tables: TableReader, level: AnyLevel) -> Iterator[FunnelRow]:
    variants = key_columns(level)[1:]
    names = ", ".join([*variants, "verdict", "reason"])
    counted = tables.query(f"SELECT {names}, count(*) AS documents FROM {{{level.name}}} GROUP BY {names}")
    by_variant: dict[str, list[tuple[str, str | None, int]]] = {}
    for row in counted:
        by_variant.setdefault(row["variant"] if variants else "", []).append((row["verdict"], row["reason"], row["documents"]))
    for variant, rows in sorted(by_variant.items()):
        verdicts, reasons = Counter[str](), Counter[str]()
        for verdict, reason, count in rows:
            verdicts[verdict] += count
            if reason:
                reasons[reason] += count
        yield FunnelRow(
            level=level.name.upper() + (f" {variant}" if variant else ""),
            title=level.title,
            rows=verdicts.total(),
            kept=verdicts["kept"],
            passed=verdicts["passed"],
            dropped=verdicts["dropped"],
            failed=verdicts["failed"],
            reasons=tuple(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
        )
