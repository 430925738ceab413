"""Load settings from YAML files and `key=value` pairs. An unknown key is refused; the message names the nearest key."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError, create_model

from darwin_spark.config import renamed
from darwin_spark.config.section import Section
from darwin_spark.config.settings import Settings
from darwin_spark.errors import UserError, did_you_mean


class ConfigError(UserError):
    """A setting is unknown or has a wrong value; the message names the key and says what to do."""


def load(
    files: Sequence[Path | str] = (), assignments: Sequence[str] = (), sections: Mapping[str, type[Section]] | None = None
) -> Settings:
    """Return settings from the defaults, each YAML file, each `key=value`, in order. `sections`: those of plugins' levels.
    Raises ConfigError for a file that cannot be read, an assignment without `=`, an unknown key, a wrong value."""
    tree: dict[str, Any] = {}
    for file in files:
        tree = _merge(tree, _read(Path(file)))
    for assignment in assignments:
        tree = _merge(tree, _parse_assignment(assignment))
    return build(tree, sections)


def build(tree: Mapping[str, Any], sections: Mapping[str, type[Section]] | None = None) -> Settings:
    """Return settings from the defaults and a nested mapping that overrides them. Raises ConfigError."""
    model = _with_sections(sections or {})
    defaults = model().model_dump()
    try:
        return model.model_validate(_merge(defaults, dict(tree)))
    except ValidationError as error:
        known = list(_keys(defaults))
        lines = (_explain(e["loc"], e["type"], e["msg"], e.get("input"), known) for e in error.errors())
        raise ConfigError("\n".join(itertools.chain.from_iterable(lines))) from error


def _with_sections(sections: Mapping[str, type[Section]]) -> type[Settings]:
    if not sections:
        return Settings
    fields: dict[str, Any] = {name: (section, section()) for name, section in sections.items()}
    return create_model("Settings", __base__=Settings, **fields)


def _read(file: Path) -> dict[str, Any]:
    try:
        tree = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        near = did_you_mean(file.name, [path.name for path in file.parent.glob("*.y*ml")])
        raise ConfigError(f"cannot read the configuration file {file}: {error.strerror}{near}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not UTF-8 (byte {error.start}): save the configuration file in UTF-8") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{file} is not valid YAML: {error}") from error
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        raise ConfigError(f"{file} must hold sections such as 'l2:', not a {type(tree).__name__}")
    return tree


def _parse_assignment(assignment: str) -> dict[str, Any]:
    key, equals, value = assignment.partition("=")
    if not equals or not key.strip():
        raise ConfigError(f"--set {assignment!r} is not of the form key=value, for example l2.min_bytes=4096")
    try:
        tree: Any = yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise ConfigError(f"--set {key}: {value!r} is not valid YAML: {error}") from error
    for part in reversed(key.strip().split(".")):
        tree = {part: tree}
    return dict(tree)


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _explain(location: tuple[int | str, ...], kind: str, message: str, value: Any, known: Sequence[str]) -> list[str]:
    """Return the messages about one wrong key: one, or in a renamed section one for each setting that was renamed too."""
    key = ".".join(str(part) for part in location)
    if kind != "extra_forbidden":
        said = message.removeprefix("Value error, ")
        return [f"setting {key}: {said}" + ("" if isinstance(value, dict) else f" (got {value!r})")]
    moved = [pair for pair in renamed.settings_below(key, value) if pair[1] in known]
    if moved or renamed.setting(key) in known:
        return [f"setting {old} is now called {new}" for old, new in moved or [(key, renamed.setting(key))]]
    hint = did_you_mean(key, known) or "; see conf/base.yaml for all of them"
    return [f"unknown setting {key}{hint}"]


def _keys(tree: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in tree.items():
        yield prefix + key
        if isinstance(value, dict):
            yield from _keys(value, f"{prefix}{key}.")
