"""The registry of levels: our own, and those that other packages add by an entry point."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Final

from darwin_spark.config.loading import load
from darwin_spark.config.section import Section
from darwin_spark.config.settings import Settings
from darwin_spark.errors import UserError, did_you_mean
from darwin_spark.levels.l0_acquire.level import LEVEL as L0
from darwin_spark.levels.l1_normalize.level import LEVEL as L1
from darwin_spark.levels.l2_filter.level import LEVEL as L2
from darwin_spark.levels.l3_classify.level import LEVEL as L3
from darwin_spark.levels.l4_refine.level import LEVEL as L4
from darwin_spark.levels.l5_complete.level import LEVEL as L5
from darwin_spark.pipeline.contract import ContractError, ancestors_of, check_contract
from darwin_spark.pipeline.level import AnyLevel, Level

ENTRY_POINTS: Final = "darwin_spark.levels"
"""Packages add a level under this group: name = "module:LEVEL", an object that satisfies `pipeline.level.Level`."""

OWN: Final[Sequence[AnyLevel]] = (L0, L1, L2, L3, L4, L5)
"""The levels of this package, the lowest first."""


class UnknownLevelError(UserError):
    """No level of that name is registered; the message names those that are."""


def levels() -> Sequence[AnyLevel]:
    """Return all levels, each after the level below it. Raises ContractError for a plugin that is broken."""
    return tuple(_registered().values())


def find(name: str) -> AnyLevel:
    """Return the level of this name, in any case: `l2`, `L2`. Raises UnknownLevelError."""
    level = _registered().get(name.lower())
    if level is None:
        near = did_you_mean(name.lower(), _registered())
        raise UnknownLevelError(f"no level {name!r}: choose one of {', '.join(_registered())}{near}")
    return level


def path_to(level: AnyLevel) -> Sequence[AnyLevel]:
    """Return the levels that a climb to this level runs: all below it, the lowest first, then the level itself."""
    return [*(find(name) for name in ancestors_of(level, _registered())), level]


def ancestors(level: AnyLevel) -> Sequence[str]:
    """Return the names of all levels below a level, the lowest first."""
    return ancestors_of(level, _registered())


def settings_of(level: AnyLevel, settings: Settings) -> Section:
    """Return the level's section of the settings; its defaults if the settings were loaded without the level."""
    section = settings.section(level.name)
    return section if isinstance(section, level.settings_type) else level.settings_type()


@contextmanager
def registered(level: AnyLevel) -> Iterator[None]:
    """Register a level of this process for the `with` block (tests, notebooks). Raises ContractError."""
    found = _registered()
    found[level.name] = check_contract(level, found)
    try:
        yield
    finally:
        del found[level.name]


def load_settings(files: Sequence[Path | str] = (), assignments: Sequence[str] = ()) -> Settings:
    """Return settings with a section for every registered level: the defaults, then each YAML file, then each `key=value`.
    Raises ConfigError for a file that cannot be read, an unknown key, a wrong value."""
    sections = {level.name: level.settings_type for level in levels() if level not in OWN}
    return load(files, assignments, sections)


@cache
def _registered() -> dict[str, AnyLevel]:
    found: dict[str, AnyLevel] = {level.name: level for level in OWN}
    plugins = sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: (entry.name, entry.value))
    waiting = [(entry, _loaded(entry)) for entry in plugins]
    while waiting:  # a plugin may stand on another plugin, whatever their names
        ready = [(entry, level) for entry, level in waiting if _below(level) in (None, *found)] or waiting
        for entry, level in ready:
            try:
                checked = check_contract(level, found)
            except ContractError as error:
                raise ContractError(f"{error}. It comes from the package {_package(entry)}: mend or uninstall it") from error
            found[checked.name] = checked
        waiting = [item for item in waiting if item not in ready]
    return found


def _loaded(entry: EntryPoint) -> object:
    try:
        return entry.load()
    except (ImportError, AttributeError) as error:
        raise ContractError(
            f"the level {entry.name!r} ({entry.value}) of the package {_package(entry)} cannot be imported: {error}"
        ) from error


def _below(level: object) -> object:
    return level.below if isinstance(level, Level) else None


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else entry.module
