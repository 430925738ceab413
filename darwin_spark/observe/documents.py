"""List documents: title, the highest level that has a row of it, and the verdict and reason there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from darwin_spark.pipeline import registry
from darwin_spark.pipeline.level import AnyLevel, VariantLevel
from darwin_spark.storage.table_reader import TableReader

_ORDER: Final = "CASE verdict WHEN 'kept' THEN 0 WHEN 'passed' THEN 1 WHEN 'failed' THEN 2 ELSE 3 END, coalesce(reason, '')"
"""Of several variants of a document at one level, the best is told."""


@dataclass(frozen=True)
class DocumentRow:
    """One document. `level` is the highest level that has a row of it; `verdict` and `reason` are those of that row."""

    source_id: str
    title: str | None
    level: str
    verdict: str
    reason: str | None
    doc_id: str


@dataclass(frozen=True)
class Wanted:
    """Which documents to list; an empty string stands for any. `pattern`: a glob over the source_id (`*.pdf`), or else a part
    of the source_id or the title, in upper or lower case."""

    level: str = ""
    verdict: str = ""
    reason: str = ""
    pattern: str = ""
    limit: int = 0  # 0: all


def documents(tables: TableReader, wanted: Wanted = Wanted()) -> list[DocumentRow]:
    """Return the documents of a workspace in the order of their source_id."""
    levels = [level for level in registry.levels() if tables.exists(level.name)]
    if not levels:
        return []
    titled = [level for level in reversed(levels) if _has_title(level)]
    columns = ", ".join(f"{level.name}_table.title" for level in titled)
    joins = " ".join(
        f"LEFT JOIN {{{level.name}}} AS {level.name}_table ON {level.name}_table.doc_id = objects.doc_id" for level in titled
    )
    sql = f"""
        WITH rungs AS ({" UNION ALL ".join(_rows(level) for level in levels)}),
        ranked AS (SELECT *, row_number() OVER (PARTITION BY doc_id ORDER BY height DESC, {_ORDER}) AS place FROM rungs),
        listed AS (
            SELECT objects.source_id, coalesce({columns}, NULL) AS title,
                ranked.level, ranked.verdict, ranked.reason, objects.doc_id
            FROM ranked JOIN {{{levels[0].name}}} AS objects ON objects.doc_id = ranked.doc_id {joins}
            WHERE ranked.place = 1
        )
        SELECT * FROM listed WHERE {" AND ".join(_conditions(wanted))} ORDER BY source_id, doc_id
    """
    limit = f" LIMIT {wanted.limit:d}" if wanted.limit else ""
    words = {"wanted_level": wanted.level, "wanted_verdict": wanted.verdict, "wanted_reason": wanted.reason}
    rows = tables.query(sql + limit, **words, pattern=wanted.pattern.lower(), like=_like(wanted.pattern))
    return [DocumentRow(**row) for row in rows]


def reasons(tables: TableReader) -> Sequence[str]:
    """Return all reasons that rows of the workspace have, sorted."""
    levels = [level for level in registry.levels() if tables.exists(level.name)]
    found = [tables.query(f"SELECT DISTINCT reason FROM {{{level.name}}} WHERE reason IS NOT NULL") for level in levels]
    return sorted({str(row["reason"]) for rows in found for row in rows})


def _has_title(level: AnyLevel) -> bool:
    return "title" in level.schema.fieldNames() and not isinstance(level, VariantLevel)


def _rows(level: AnyLevel) -> str:
    height = len(registry.ancestors(level))
    return f"SELECT doc_id, {height} AS height, '{level.name}' AS level, verdict, reason FROM {{{level.name}}}"


def _conditions(wanted: Wanted) -> Iterator[str]:
    yield "true"
    for name, value in (("level", wanted.level), ("verdict", wanted.verdict), ("reason", wanted.reason)):
        if value:
            yield f"{name} = {{wanted_{name}}}"
    if _is_glob(wanted.pattern):
        yield "source_id LIKE {like}"
    elif wanted.pattern:
        yield "(position({pattern} IN lower(source_id)) > 0 OR position({pattern} IN lower(coalesce(title, ''))) > 0)"


def _is_glob(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern


def _like(pattern: str) -> str:
    """Return a glob as a pattern of LIKE; a backslash escapes, as by default in both engines."""
    escaped = pattern.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%").replace("?", "_")
