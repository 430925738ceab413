"""Check that an object satisfies the contract of a level, and say in one sentence what is wrong."""

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence

from pyspark.sql.types import StructType

from darwin_spark.config.section import Section
from darwin_spark.config.settings import Settings
from darwin_spark.errors import UserError
from darwin_spark.pipeline.level import (
    AnyLevel,
    IncumbentLevel,
    IndexedLevel,
    Level,
    ModelLevel,
    PreparingLevel,
    ProcessingLevel,
    VariantLevel,
)
from darwin_spark.verdicts import level_schema

_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
_RESERVED = {"runs", "generations", "judgements", "properties", "verdicts", "corpus", "staging", "signatures"}
_SECTIONS = {name for name in Settings.model_fields if not re.fullmatch("l[0-9]", name)}
_METHODS: Mapping[str, tuple[type, int]] = {
    "process": (ProcessingLevel, 3),
    "tasks": (ModelLevel, 1),
    "requests": (ModelLevel, 3),
    "assemble": (ModelLevel, 3),
    "prepare": (PreparingLevel, 3),
    "variant": (VariantLevel, 1),
    "features": (IndexedLevel, 2),
    "independent_of_history": (IncumbentLevel, 1),
}
"""Methods of the contract: the Protocol that each belongs to, and its number of arguments."""
_MODEL_METHODS = ("tasks", "requests", "assemble")
"""The methods of a level that calls a model: all of them or none."""


class ContractError(UserError):
    """A level breaks the contract, or a plugin cannot be imported; the message names the level and says what is wrong."""


def check_contract(candidate: object, ladder: Mapping[str, AnyLevel]) -> AnyLevel:
    """Return the object as a level. `ladder` holds the levels registered so far, by name. Raises ContractError."""
    for problem in _problems(candidate, ladder):
        name = candidate.name if isinstance(candidate, Level) else type(candidate).__name__
        raise ContractError(f"the level {name!r} breaks the contract of a level (darwin_spark.pipeline.level): {problem}")
    assert isinstance(candidate, Level)
    return candidate


def _problems(candidate: object, ladder: Mapping[str, AnyLevel]) -> Iterator[str]:
    if inspect.isclass(candidate):
        yield "it is a class; register an instance of the class"
    missing = [name for name in _members(Level) if inspect.getattr_static(candidate, name, None) is None and name != "below"]
    if missing:
        yield f"`{missing[0]}` is missing"
    if not isinstance(candidate, Level):
        yield "`below` is missing (None for a level that stands on no other)"
        return
    yield from _wrong_facts(candidate, ladder)
    yield from _wrong_methods(candidate)
    yield from _wrong_place(candidate, ladder)


def _members(protocol: type) -> list[str]:
    return [name for name, member in vars(protocol).items() if isinstance(member, property)]


def _wrong_facts(level: AnyLevel, ladder: Mapping[str, AnyLevel]) -> Iterator[str]:
    if not isinstance(level.name, str) or not _NAME.fullmatch(level.name) or level.name in _RESERVED:
        yield f"`name` must be a small-letter name of a table, and none of {', '.join(sorted(_RESERVED))}"
    if level.name in _SECTIONS:
        yield f"{level.name!r} is a section of the settings already; choose another name"
    if level.name in ladder:
        yield f"another level is called {level.name!r}; choose another name"
    if not (isinstance(level.version, str) and isinstance(level.title, str)):
        yield "`version` and `title` must be strings"
    if not (isinstance(level.settings_type, type) and issubclass(level.settings_type, Section)):
        yield f"`settings_type` is {level.settings_type!r}, which is no darwin_spark Section (a group of settings)"
    else:
        try:
            level.settings_type()
        except ValueError:
            yield "every setting of `settings_type` must have a default"
    if not isinstance(level.schema, StructType) or level.schema.fields[:4] != level_schema().fields:
        yield "`schema` must be made by verdicts.level_schema(...)"
    unknown = [name for name in level.hashed if name not in level.schema.fieldNames()]
    if unknown:
        yield f"`hashed` names {unknown[0]!r}, which is no column of `schema`"
    if not isinstance(level.retryable, frozenset):
        yield "`retryable` must be a frozenset of reasons"


def _wrong_methods(level: AnyLevel) -> Iterator[str]:
    lacking = [name for name in _MODEL_METHODS if not _has(level, name)]
    if lacking and len(lacking) < len(_MODEL_METHODS):
        yield f"a level that calls a model needs `tasks`, `requests` and `assemble`; `{lacking[0]}` is missing"
    if not isinstance(level, ProcessingLevel | ModelLevel):
        yield "it needs `process`, or `tasks`, `requests` and `assemble`"
    for name, (_, count) in _METHODS.items():
        if not _has(level, name):
            continue
        method = inspect.getattr_static(type(level), name, None)
        if not inspect.isfunction(method):
            yield f"`{name}` must be a method"
        elif not _takes(method, count + 1):
            yield f"`{name}` must take {count} argument{'s' if count > 1 else ''}, it is {name}{inspect.signature(method)}"
    if isinstance(level, VariantLevel) != ("variant" in level.schema.fieldNames()):
        yield "a level with a method `variant` needs a column `variant` in its `schema`, and the other way round"


def _has(level: object, name: str) -> bool:
    return inspect.getattr_static(level, name, None) is not None


def _takes(method: object, count: int) -> bool:
    assert callable(method)
    try:
        inspect.signature(method).bind(*range(count))
    except TypeError:
        return False
    return True


def _wrong_place(level: AnyLevel, ladder: Mapping[str, AnyLevel]) -> Iterator[str]:
    if level.below is not None and level.below not in ladder:
        yield f"`below` is {level.below!r}: no such level; there are {', '.join(ladder)}"
        return
    ancestors = ancestors_of(level, ladder)
    for table, columns in level.reads.items():
        if table not in ancestors:
            yield f"`reads` names the table {table!r}, which is not below it: {', '.join(ancestors) or 'nothing is'}"
        elif isinstance(columns, str):
            yield f"`reads` must give a tuple or list of column names for {table!r}, not {columns!r}"
        elif wrong := _unknown_columns(columns, ladder[table]):
            yield f"`reads` names the column {table}.{wrong[0]}, which does not exist"
    taken = {name for other in ladder.values() if isinstance(other, IndexedLevel) for name in other.side_tables}
    if isinstance(level, IndexedLevel) and (clash := (taken | set(ladder)) & set(level.side_tables)):
        yield f"the side table {min(clash)!r} exists already"


def _unknown_columns(columns: Sequence[str], level: AnyLevel) -> list[str]:
    return [column for column in columns if column not in level.schema.fieldNames()]


def ancestors_of(level: AnyLevel, ladder: Mapping[str, AnyLevel]) -> list[str]:
    """Return the names of the levels below a level, down to the lowest; the lowest comes first."""
    found: list[str] = []
    below = level.below
    while below is not None:
        found.insert(0, below)
        below = ladder[below].below
    return found
