"""The ten levels of Data Darwinism (§2) as data, and where each is implemented.

What implements a level is a package with a module `level`, whose names are the contract:

- `VERSION`: raised whenever the same input and settings would give another row;
- `READS`: the columns it reads, by table; the runner joins them by `doc_id` into the frame `documents`;
- `SCHEMA`: the columns that it answers; `HASHED`: those of them that levels above read;
- `RETRYABLE`: failure reasons worth another try at the next climb;
- `SPREAD`: set where rows cost far more than their bytes say (parsing), so that they are dealt out evenly;
- `judge(tables, settings, stage)`: named frames in, named frames out, one row for every document;
- for a level that calls a model, instead of `judge`: `requests`, `assemble` and `task`; `variant(settings)` names who did it;
  `prepare(tables, settings, stage)`, where it has one, comes first: named frames that both of them are given (L1: what the
  parsers made of the documents); `prompt(settings)`, where it has one, is registered with MLflow;
- for a level that puts several questions, one after the other, `tasks(settings)` in place of `task` (L3: labels, then book or
  paper): `requests` is called for each task in turn and sees the answered pieces of those before it under their tasks'
  names; `assemble(tables, settings, tasks)` is given all of them so. Without a task the level is judged by `judge`;
- `SIDE_TABLES`: the schemas of tables beside its own that it reads and writes (L2: `signatures`); such a level judges all of
  its table at once. `features(documents, settings)` answers what it needs of the texts, and `judge` is given that as
  `features`, the standing rows under the tables' names, and the side tables' rows that leave or are judged anew, if there
  may be any, under `verdicts.leaving(name)`. Rows of its own table come with `verdicts.MARKS`, and go with them where it
  answers them again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Final

from pyspark.sql.types import StructType

from darwin_spark.config.section import Section
from darwin_spark.config.settings import Settings
from darwin_spark.errors import UserError
from darwin_spark.inference.task import Task

SELECTION: Final = "selection and preservation"
TRANSFORMATION: Final = "transformation"
SYNTHESIS: Final = "synthesis"


@dataclass(frozen=True)
class Level:
    """A rung of the ladder: its number and name, what it does, and the package that does it (none yet above L5)."""

    number: int
    name: str
    kind: str
    summary: str
    package: str | None = None

    @property
    def table(self) -> str:
        """The level's table: `l0` ... `l9`."""
        return f"l{self.number}"


LEVELS: Final = (
    Level(0, "Data Acquisition", SELECTION, "collects raw objects and keeps their provenance", "levels.l0_acquire"),
    Level(1, "Format Normalization", SELECTION, "turns every format into faithful Markdown text", "levels.l1_normalize"),
    Level(
        2, "Rule-based Filtering", SELECTION, "drops duplicates, short, garbled and foreign texts by rule", "levels.l2_filter"
    ),
    Level(
        3, "Lightweight Model Filtering", SELECTION, "labels topic and kind, drops what teaches nothing", "levels.l3_classify"
    ),
    Level(4, "Generative Refinement", TRANSFORMATION, "removes noise, repairs structure, adds nothing", "levels.l4_refine"),
    Level(5, "Cognitive Completion", TRANSFORMATION, "makes the implicit reasoning of papers explicit", "levels.l5_complete"),
    Level(6, "Contextual Completion", TRANSFORMATION, "resolves citations and undefined concepts by retrieval"),
    Level(7, "Environment Synthesis", SYNTHESIS, "builds the executable environment that the content describes"),
    Level(8, "Ecosystem Synthesis", SYNTHESIS, "grows multi-agent interaction from the content"),
    Level(9, "World Synthesis", SYNTHESIS, "simulates whole worlds seeded by the content"),
)

IMPLEMENTED: Final = tuple(level for level in LEVELS if level.package)


class UnknownLevelError(UserError):
    """No level of that name is implemented; the message names those that are."""


def find(table: str) -> Level:
    """The implemented level `l0` ... `l5`. Raises UnknownLevelError."""
    for level in IMPLEMENTED:
        if level.table == table.lower():
            return level
    raise UnknownLevelError(f"no level {table!r}: choose one of {', '.join(level.table for level in IMPLEMENTED)}")


def module(level: Level) -> ModuleType:
    """The module that holds the level's contract."""
    return import_module(f"darwin_spark.{level.package}.level")


def settings_of(level: Level, settings: Settings) -> Section:
    """The level's own section of the settings."""
    section = getattr(settings, level.table)
    assert isinstance(section, Section)
    return section


def side_tables(level: Level) -> Mapping[str, StructType]:
    """The tables beside its own that the level writes, with their schemas."""
    found: Mapping[str, StructType] = getattr(module(level), "SIDE_TABLES", {})
    return found


def tasks(level: Level, own: Section) -> list[Task]:
    """What models are asked at a level under its own settings, in order; nothing where it asks none."""
    contract = module(level)
    if hasattr(contract, "tasks"):
        return list(contract.tasks(own))
    task = contract.task(own) if hasattr(contract, "task") else None
    return [task] if task else []


def asks_several(level: Level) -> bool:
    """Whether the level may put several questions, so that its answered pieces go by the names of their tasks."""
    return hasattr(module(level), "tasks")


def variant(level: Level, settings: Settings) -> str | None:
    """The variant (model and prompt) that these settings make, at levels that have several; else null."""
    name = getattr(module(level), "variant", None)
    return str(name(settings_of(level, settings))) if name else None


def keys(level: Level) -> list[str]:
    """The columns of which one row's values are unique in the level's table."""
    return ["doc_id", "variant"] if hasattr(module(level), "variant") else ["doc_id"]
