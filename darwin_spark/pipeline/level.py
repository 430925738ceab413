"""The contract of a level: Protocols that the pipeline, the audit and `darwin_spark.testing.check_level` rely on.

A level is an object (a class with constants and methods, instantiated once) that satisfies `Level` and at least one of
`ProcessingLevel` (DataFrames in, DataFrames out) and `ModelLevel` (the pipeline sends requests to models between `requests` and
`assemble`). Levels that need a model only under some settings (L1, L3, L4) satisfy both; `process` runs if `tasks` is empty.
The other Protocols are optional. A level reads and writes no table, logs nothing to MLflow, and starts no Spark session.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar, runtime_checkable

from pyspark.sql import DataFrame
from pyspark.sql.types import StructType

from darwin_spark.config.section import Section
from darwin_spark.cost import CpuCost
from darwin_spark.inference.cost import RequestShape
from darwin_spark.inference.task import Task
from darwin_spark.verdicts import Stage, Tables

S = TypeVar("S", bound=Section)
SettingsOut = TypeVar("SettingsOut", bound=Section, covariant=True)
SettingsIn = TypeVar("SettingsIn", bound=Section, contravariant=True)


@runtime_checkable
class Level(Protocol[SettingsOut]):
    """The facts about a level. All members are constants."""

    @property
    def name(self) -> str:
        """Name of the level, of its table and of its section in the settings: `l2`."""

    @property
    def title(self) -> str:
        """What people call the level: `Rule-based Filtering`."""

    @property
    def version(self) -> str:
        """Version of the level's code. Raise it whenever the same input and settings give another row."""

    @property
    def below(self) -> str | None:
        """Name of the level below: each of its kept and passed documents must have a row at this level. None for the lowest."""

    @property
    def reads(self) -> Mapping[str, Sequence[str]]:
        """Columns that the level reads, by table name. The pipeline joins them by `doc_id` into the DataFrame `documents`."""

    @property
    def schema(self) -> StructType:
        """Schema of the rows that the level returns, made by `verdicts.level_schema(...)`."""

    @property
    def hashed(self) -> Sequence[str]:
        """Names of the columns in `output_hash`: if one of them changes, the rows of levels that read this table are stale."""

    @property
    def retryable(self) -> frozenset[str]:
        """Failure reasons that are worth another attempt at the next climb."""

    @property
    def settings_type(self) -> type[SettingsOut]:
        """The class of the level's settings, a `Section`."""


@runtime_checkable
class ProcessingLevel(Level[S], Protocol[S]):
    """A level that needs no model, at least under some settings."""

    def process(self, tables: Tables, settings: S, stage: Stage) -> Tables:
        """Return tables by name; that of the level's name has one row of `schema` for every row of `tables["documents"]`.
        L0 and indexed levels get other tables (see IndexedLevel)."""


@runtime_checkable
class ModelLevel(Level[S], Protocol[S]):
    """A level that sends requests to models."""

    def tasks(self, settings: S) -> Sequence[Task]:
        """Return the kinds of request, in order; none if these settings need no model."""

    def requests(self, tables: Tables, settings: S, task: Task) -> DataFrame:
        """Return the chunks to ask about (`inference.requests.CHUNKS`). `tables` has `documents` and, by the name of the task,
        the answered chunks of earlier tasks."""

    def assemble(self, tables: Tables, settings: S, tasks: Sequence[Task]) -> DataFrame:
        """Return one row of `schema` for every document, from the answered chunks in `tables[task.name]`."""


@runtime_checkable
class PreparingLevel(Protocol[SettingsIn]):
    """A ModelLevel with a step of its own before the first request (L1 parses every document once)."""

    def prepare(self, tables: Tables, settings: SettingsIn, stage: Stage) -> Tables:
        """Return DataFrames by name, which `requests` and `assemble` get in `tables` beside `documents`."""


@runtime_checkable
class VariantLevel(Protocol[SettingsIn]):
    """A level with several results for one document: a row for each (doc_id, variant). Its schema has a column `variant`."""

    def variant(self, settings: SettingsIn) -> str:
        """Return the name of the variant under these settings, for example model and prompt version."""


@runtime_checkable
class IndexedLevel(ProcessingLevel[S], Protocol[S]):
    """A level that must see all of its table at once (deduplication). It keeps side tables, keyed by `doc_id`.
    `process` gets, in place of `documents`: `features`, the unchanged rows of its own table (with RETRY_COLUMNS) and of its
    side tables under their names; unless documents were only added, their other rows under `removed_rows(side_table)`."""

    @property
    def side_tables(self) -> Mapping[str, StructType]:
        """Schemas of the side tables, by name."""

    def features(self, documents: DataFrame, settings: S) -> DataFrame:
        """Return what the level needs of each text: this is the only pass over the texts."""


@runtime_checkable
class IncumbentLevel(Protocol):
    """An IndexedLevel that keeps a document although a better one arrives later (L2): its rows depend on the history."""

    def independent_of_history(self, tables: Tables) -> DataFrame:
        """Return rows by `doc_id`: what in the level's tables depends on the set of documents alone."""


@runtime_checkable
class PreloadingLevel(Protocol):
    """A level with tables and models that every Python worker needs."""

    def preload(self) -> None:
        """Load the tables and models once, in the process that Spark forks its Python workers from (local sessions only)."""


@runtime_checkable
class CpuCostedLevel(Protocol[SettingsIn]):
    """A level whose CPU cost was measured, so that `darwin estimate` can tell it before a run."""

    def cpu_cost(self, settings: SettingsIn, documents: int, text_bytes: int) -> CpuCost:
        """Return the cost of processing this number of documents, of `text_bytes` bytes each."""


@runtime_checkable
class BalancedLevel(Protocol):
    """A level that may ask for documents repartitioned by row count: the cost of a row does not track its bytes (parsing)."""

    @property
    def balance_rows(self) -> bool:
        """Whether the pipeline repartitions the documents by row count."""


@runtime_checkable
class CorpusLevel(Protocol):
    """A level with columns that describe a document in the view `corpus` (title, discipline ...)."""

    @property
    def corpus_columns(self) -> Sequence[str]:
        """Names of the columns that the view takes from the level's table."""


@runtime_checkable
class AuditedLevel(Protocol):
    """A level with promises of its own, which `darwin audit` checks."""

    def promises(self, rows: DataFrame) -> Mapping[str, DataFrame]:
        """Return a mapping from promise (a sentence) to the rows that break it. `rows`: the level's table, with no columns
        but doc_id, bucket, verdict, reason, variant, duplicate_of and rule."""


@runtime_checkable
class ExplainedLevel(Protocol):
    """A level that describes the values of its struct columns in words, for `darwin explain`."""

    def describe(self, column: str, value: Mapping[str, object]) -> str | None:
        """Return one line for a person about the value of a struct column; None for the default rendering."""


@runtime_checkable
class CostedLevel(Protocol[SettingsIn]):
    """A ModelLevel whose GPU cost can be estimated before it runs."""

    def request_shape(self, settings: SettingsIn, text_bytes: int) -> RequestShape:
        """Return the mean numbers of requests and tokens for a document of `text_bytes` bytes."""

    @property
    def size_columns(self) -> tuple[str, str]:
        """Names of two columns of the level's table: a document's number of requests, and the size of its input."""

    @property
    def bytes_per_size(self) -> float:
        """Bytes of text for one unit of the size column: 1 for characters, 4 for tokens."""


AnyLevel = Level[Section]
"""A level of any settings type. `registry.settings_of` gives the settings that fit it."""


def key_columns(level: AnyLevel) -> list[str]:
    """Return the names of the columns that identify a row of the level's table, beside `bucket`."""
    return ["doc_id", "variant"] if isinstance(level, VariantLevel) else ["doc_id"]


def variant_of(level: AnyLevel, settings: Section) -> str | None:
    """Return the name of the variant under these settings; None if the level has no variants."""
    return level.variant(settings) if isinstance(level, VariantLevel) else None


def tasks_of(level: AnyLevel, settings: Section) -> Sequence[Task]:
    """Return the kinds of request of a level under these settings; none if the level needs no model."""
    return level.tasks(settings) if isinstance(level, ModelLevel) else ()


def side_tables_of(level: AnyLevel) -> Mapping[str, StructType]:
    """Return the schemas of the level's side tables, by name; none if the level has no index."""
    return level.side_tables if isinstance(level, IndexedLevel) else {}
