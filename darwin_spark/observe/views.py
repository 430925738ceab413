"""Temporary SQL views over the tables of a workspace, for queries in a session (`open_views`):

- the table of every level, its side tables, `generations`, `judgements`, `runs` (one row a run, its latest state);
- `l1_kept` ... `l5_kept`: the documents that go on from a level, with the text that holds there;
- `verdicts`: every level's verdict on every document;
- `corpus`: the texts to train on, one row for each document, level and variant: what L4 kept, and again what L5 kept (§3.7).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial, reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from darwin_spark.inference import response_store
from darwin_spark.inference.judges import judge
from darwin_spark.pipeline import registry, run_log
from darwin_spark.pipeline.level import AnyLevel, CorpusLevel, VariantLevel, side_tables_of
from darwin_spark.storage.delta_files import mentioned
from darwin_spark.storage.workspace import Workspace
from darwin_spark.verdicts import climbs

_KEYS = ["doc_id", "bucket"]


def open_views(workspace: Workspace) -> list[str]:
    """Create the temporary views above (see the module) whose tables exist; return the names of the views."""
    views = _views(workspace)
    for name, frame in views.items():
        frame().createOrReplaceTempView(name)
    return list(views)


def open_views_of(workspace: Workspace, query: str) -> None:
    """Create those of the temporary views that a query mentions, or all of them for a query about views themselves (SHOW ...).
    Each view that is opened costs a fraction of a second."""
    views = _views(workspace)
    wanted = mentioned(query, views)
    if mentioned(query, ["show", "describe", "desc"]) or not wanted:
        wanted = list(views)
    for name in wanted:
        views[name]().createOrReplaceTempView(name)


def _views(workspace: Workspace) -> dict[str, Callable[[], DataFrame]]:
    """Return by name how each view is made, so that nothing is read for a view that nobody needs."""
    exists = workspace.reader.exists
    levels = [level for level in registry.levels() if exists(level.name)]
    found = _Frames(workspace)
    others = [*(name for level in levels for name in side_tables_of(level)), response_store.TABLE, judge.TABLE]
    tables = [*(level.name for level in levels), *(name for name in others if exists(name))]
    views: dict[str, Callable[[], DataFrame]] = {name: partial(found.__getitem__, name) for name in tables}
    if exists(run_log.TABLE):
        views[run_log.TABLE] = partial(run_log.latest, workspace)
    views |= {f"{level.name}_kept": partial(_kept, level, found, levels) for level in levels if level.below}
    if levels:
        views["verdicts"] = lambda: _union([_verdicts(level, found) for level in levels])
    if any(isinstance(level, VariantLevel) for level in levels):
        views["corpus"] = lambda: _corpus(levels, found)
    return views


class _Frames(dict[str, DataFrame]):
    """Tables of a workspace by name, each read when it is first asked for."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def __missing__(self, name: str) -> DataFrame:
        self[name] = self.workspace.read(name)
        return self[name]


def _has_text(level: AnyLevel) -> bool:
    return "text" in level.schema.fieldNames()


def _kept(level: AnyLevel, found: Mapping[str, DataFrame], levels: Sequence[AnyLevel]) -> DataFrame:
    """Return the rows that go on, with the level's own text, or that of the nearest level below with one text a document."""
    kept = found[level.name].where(climbs())
    if _has_text(level):
        return kept.where(F.col("text").isNotNull())
    existing = {existing.name for existing in levels}
    below = [registry.find(name) for name in reversed(registry.ancestors(level)) if name in existing]
    source = next(source for source in below if _has_text(source) and not isinstance(source, VariantLevel))
    texts = found[source.name].select(*_KEYS, "title", "text")
    return kept.join(texts, on=_KEYS, how="inner")


def _verdicts(level: AnyLevel, found: Mapping[str, DataFrame]) -> DataFrame:
    columns = ("doc_id", "verdict", "reason", "attempts", "run_id", "processed_at")
    return found[level.name].select(F.lit(level.name).alias("level"), _variant(level), *columns)


def _variant(level: AnyLevel) -> Column:
    return F.col("variant") if isinstance(level, VariantLevel) else F.lit(None).cast("string").alias("variant")


def _union(frames: list[DataFrame]) -> DataFrame:
    return reduce(lambda some, more: some.unionByName(more), frames)


def _corpus(levels: list[AnyLevel], found: Mapping[str, DataFrame]) -> DataFrame:
    """Return the kept texts of all levels with variants, joined with the columns by which other levels describe a document."""
    union = _union([_texts(level, found) for level in levels if isinstance(level, VariantLevel)])
    for level in reversed(levels):
        if isinstance(level, CorpusLevel):
            union = union.join(found[level.name].select(*_KEYS, *level.corpus_columns), on=_KEYS, how="inner")
    return union


def _texts(level: AnyLevel, found: Mapping[str, DataFrame]) -> DataFrame:
    kept = found[level.name].where((F.col("verdict") == "kept") & F.col("text").isNotNull())
    number = F.lit(len(registry.ancestors(level)))
    return kept.select(*_KEYS, number.alias("level"), "variant", "text")
