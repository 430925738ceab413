"""Write the reference files from the code: conf/base.yaml, docs/settings.md, docs/data-dictionary.md.

make docs, or .venv/bin/python -m scripts.reference_docs [FILE ...]
"""

import inspect
import json
import re
import sys
import textwrap
import types
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pyspark.sql.types import ArrayType, DataType, IntegerType, StringType, StructField, StructType

from darwin_spark.columns import column, comment_of
from darwin_spark.config.l2_rules import OwnRule
from darwin_spark.config.l3_labels import CustomLabel, LabelRule, Taxonomy
from darwin_spark.config.model import ModelSettings
from darwin_spark.config.section import Section
from darwin_spark.config.settings import Settings
from darwin_spark.inference import response_store
from darwin_spark.inference.judges import judge
from darwin_spark.pipeline import registry, run_log
from darwin_spark.pipeline.changes import BOOKKEEPING, table_schema
from darwin_spark.pipeline.level import AnyLevel, CorpusLevel, VariantLevel, key_columns, side_tables_of
from darwin_spark.storage import workspace_metadata
from darwin_spark.verdicts import level_schema

ROOT = Path(__file__).resolve().parents[1]
PAPER = re.compile(r"\s*\((§[^()]+|[A-C]\.\d+)\)")
"""A section of the paper at the end of a description."""

# conf/base.yaml ------------------------------------------------------------------------------------------------------------

_BASE_HEAD = """\
# Every setting at its default, which is the paper's value where the paper gives one (arXiv 2602.07824, section in parentheses).
# Written by `make docs` from darwin_spark/config. Put your own values into another file: darwin run --config mine.yaml
"""


def base_config() -> str:
    """conf/base.yaml: every setting with its default and description."""
    return _BASE_HEAD + "\n" + "\n".join(_yaml(Settings())).rstrip() + "\n"


def _yaml(section: Section, indent: str = "") -> Iterator[str]:
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, Section):
            yield f"{indent}{name}: # {about(type(value))}"
            yield from _yaml(value, indent + "  ")
        else:
            yield f"{indent}{name}: {json.dumps(section.model_dump(mode='json')[name])} # {field.description}"
        if not indent:
            yield ""


def about(section: type[Section]) -> str:
    """The first line of a section's docstring."""
    return (inspect.getdoc(section) or "").splitlines()[0]


# docs/settings.md ----------------------------------------------------------------------------------------------------------

_SETTINGS_HEAD = """\
# Settings

<!-- Written by `make docs` from darwin_spark/config; a test keeps this page equal to the code. -->

Settings are YAML files that are laid over the defaults, and single assignments; later ones win:

    darwin run --config mine.yaml --set l2.min_bytes=4096

A key of the tables below is written as nested YAML (`l2: {min_bytes: 4096}`). An unknown key is an
error that names the nearest known key; a renamed key is an error with the new name. The last column
is the section of the paper (arXiv 2602.07824) that a setting or its default comes from.
[conf/base.yaml](../conf/base.yaml) holds all defaults.
"""
_MODEL_TEXT = """
Every section `*.model` has these settings. The second table lists the defaults of each place that
differ from the first one.
"""
_VALUE_TYPES: Final = (OwnRule, LabelRule, Taxonomy, CustomLabel)
"""Groups of settings that are items of a list or values of a map."""


def settings_page() -> str:
    """docs/settings.md: every setting with type, default, description and section of the paper."""
    defaults = Settings()
    parts = [_SETTINGS_HEAD]
    for name, section in defaults:
        parts.append(
            f"\n## {name}\n\n{_wrapped(_sentence(about(type(section))))}\n\n" + _settings_table(_rows(section, f"{name}."))
        )
    model = ModelSettings(model="")
    parts.append(f"\n## Models\n{_MODEL_TEXT}\n" + _settings_table(_rows(model, "*.model.")) + "\n" + _model_defaults(defaults))
    parts.append("\n## Rules and taxonomies\n")
    for kind in _VALUE_TYPES:
        parts.append(f"\n### {_kind(kind)}\n\n{_wrapped(_sentence(about(kind)))}\n\n" + _settings_table(_fields(kind)))
    return "".join(parts)


class _Setting(NamedTuple):
    key: str
    type: str
    default: str
    description: str


def _rows(section: Section, prefix: str) -> Iterator[_Setting]:
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, ModelSettings):
            yield _Setting(f"{prefix}{name}", "section", "", f"The model, see [Models](#models): {value.model}")
        elif isinstance(value, Section):
            yield _Setting(f"{prefix}{name}", "section", "", about(type(value)))
            yield from _rows(value, f"{prefix}{name}.")
        else:
            default = "" if field.is_required() else _code(section.model_dump(mode="json")[name])
            yield _Setting(prefix + name, _type(field), default, field.description or "")


def _fields(kind: type[Section]) -> Iterator[_Setting]:
    for name, field in kind.model_fields.items():
        default = "required" if field.is_required() else _code(field.get_default(call_default_factory=True))
        yield _Setting(name, _type(field), default, field.description or "")


def _settings_table(rows: Iterator[_Setting]) -> str:
    lines = ["| setting | type | default | description | paper |", "|---|---|---|---|---|"]
    for row in rows:
        found = PAPER.search(row.description)
        text = _sentence(PAPER.sub("", row.description))
        lines.append(_line(f"`{row.key}`", row.type, row.default, text, found[1] if found else ""))
    return "\n".join(lines) + "\n"


def _model_defaults(defaults: Section) -> str:
    places = dict(_models(defaults))
    common = ModelSettings(model="").model_dump(mode="json")
    lines = [_line("setting", *(f"`{place}`" for place in places)), "|---" * (len(places) + 1) + "|"]
    for name, value in common.items():
        values = [model.model_dump(mode="json")[name] for model in places.values()]
        if any(other != value for other in values):
            lines.append(_line(f"`{name}`", *("" if other == value else _code(other) for other in values)))
    return "\n".join(lines) + "\n"


def _models(section: Section, prefix: str = "") -> Iterator[tuple[str, ModelSettings]]:
    for name, value in section:
        if isinstance(value, ModelSettings):
            yield f"{prefix}{name}", value
        elif isinstance(value, Section):
            yield from _models(value, f"{prefix}{name}.")


def _type(field: FieldInfo) -> str:
    return _type_name(field.annotation)


def _type_name(of: Any) -> str:
    origin, inner = get_origin(of), get_args(of)
    if origin is Annotated:
        return _type_name(inner[0])
    if origin in (Union, types.UnionType):
        return " or ".join(_type_name(part) for part in inner)
    if origin is Literal:
        return "one of " + ", ".join(map(str, inner))
    if origin is tuple and Ellipsis in inner:
        return f"list of {_type_name(inner[0])}"
    if origin is tuple:
        return f"list of {len(inner)} {_type_name(inner[0])}"
    if origin is dict:
        return "map" if inner[1] is Any else f"map of {_type_name(inner[1])}"
    if of is types.NoneType:
        return "null"
    return _kind(of) if issubclass(of, Section) else ("string" if of is str else of.__name__)


def _kind(of: type[Section]) -> str:
    return {OwnRule: "signal rule", LabelRule: "label rule", CustomLabel: "custom label"}.get(of, of.__name__.lower())


# docs/data-dictionary.md ---------------------------------------------------------------------------------------------------

_DICTIONARY_HEAD = """\
# Data dictionary

<!-- Written by `make docs` from the schemas of the code; a test keeps them equal. -->

Every table of a workspace is a Delta table: `WORKSPACE/tables/NAME` in a folder, `SCHEMA.NAME` in a
catalog. The comments below are column comments in Delta too (`DESCRIBE TABLE`). `darwin sql` opens
the tables and views under these names (`properties` aside). `a.b` is a field of the struct `a`,
`a[].b` of the structs in the list `a`. Level tables and side tables are partitioned by `bucket`.
"""


class Table(NamedTuple):
    """A table with what a reader must know beside its columns."""

    name: str
    about: str
    key: str
    schema: StructType


class View(NamedTuple):
    """A view; `base` is the table whose columns it begins with."""

    name: str
    about: str
    base: str
    schema: StructType


def dictionary_page() -> str:
    """docs/data-dictionary.md: every table and view with its columns."""
    common = StructType([*level_schema().fields, *(table_schema(registry.OWN[0])[name] for name in BOOKKEEPING)])
    parts = [_DICTIONARY_HEAD, "\n## Columns of every level table\n\n", _columns_table(common)]
    parts.append("\nA level returns `doc_id`, `bucket`, `verdict` and `reason`; the pipeline adds the other columns.\n")
    for level in registry.OWN:
        own = StructType([field for field in level.schema if field.name not in common.fieldNames()])
        parts.append(f"\n## {level.name}: {level.title}\n\n{_level_text(level)}\n\n" + _columns_table(own))
    for table in _tables():
        text = _wrapped(f"{table.about} Key: {table.key}.")
        parts.append(f"\n## {table.name}\n\n{text}\n\n" + _columns_table(table.schema))
    parts.append("\n## Views\n\nTemporary views that `darwin sql` and `open_views` create.\n")
    for view in views():
        own = StructType([field for field in view.schema if not view.base or field.name not in _base(view).fieldNames()])
        first = f" It has all columns of `{view.base}`" if view.base else ""
        first += (", and:" if own.fields else ".") if view.base else ""
        parts.append(
            f"\n### {view.name}\n\n{_wrapped(view.about + first)}\n" + (f"\n{_columns_table(own)}" if own.fields else "")
        )
    return "".join(parts)


def _base(view: View) -> StructType:
    return table_schema(registry.find(view.base))


def _level_text(level: AnyLevel) -> str:
    module = type(level).__module__.rpartition(".")[0].replace(".", "/")
    keys = " and ".join(f"`{name}`" for name in key_columns(level))
    below = registry.find(level.below) if level.below else None
    row = "object of the inputs" if below is None else f"document that {below.name} kept or passed"
    row = f"variant of each {row}" if isinstance(level, VariantLevel) else row
    reads = "; ".join(f"{table}: {', '.join(columns)}" for table, columns in level.reads.items())
    text = f"One row for each {row}. Key: {keys}. Written by `{module}`." + (f" Reads {reads}." if reads else "")
    return _wrapped(text)


def _tables() -> Iterator[Table]:
    for level in registry.OWN:
        for name, schema in side_tables_of(level).items():
            about = f"Side table of {level.name}: its index, one row for each document of {level.name}."
            yield Table(name, about, "`doc_id`", schema)
    yield Table(
        response_store.TABLE,
        "The response store: every response of a model, append-only. Levels, OCR and judges look here before they send "
        "a request. Written by `darwin_spark/inference/journal`.",
        "`request_id` and `attempt`",
        response_store.SCHEMA,
    )
    yield Table(
        judge.TABLE,
        "One row for each question of a judgement (`darwin judge`), append-only. Written by `darwin_spark/inference/judges`.",
        "`request_id` and `judged_at`",
        judge.SCHEMA,
    )
    yield Table(
        run_log.TABLE,
        "The run log: a row for each state that a level run reaches, append-only. The view `runs` of `darwin sql` has "
        "one row for each run: its latest state. Written by `darwin_spark/pipeline/run_log.py`.",
        "`sequence` and `state`",
        run_log.SCHEMA,
    )
    yield Table(
        workspace_metadata.TABLE,
        "Facts about the workspace as a whole. Written by `darwin_spark/storage/workspace_metadata.py`.",
        "`key`",
        workspace_metadata.SCHEMA,
    )


def views() -> list[View]:
    """The views over the tables of this package's levels, with their columns."""
    return [*(_kept(level) for level in registry.OWN if level.below), _verdicts(), _corpus()]


def _kept(level: AnyLevel) -> View:
    base = table_schema(level)
    about_rows = f"The documents that go on from {level.name} (kept or passed)"
    if "text" in base.fieldNames():
        return View(f"{level.name}_kept", f"{about_rows} and have a text there.", level.name, base)
    l1 = table_schema(registry.find("l1"))
    return View(f"{level.name}_kept", f"{about_rows}, with their text.", level.name, base.add(l1["title"]).add(l1["text"]))


def _verdicts() -> View:
    level = column("level", StringType(), "Level: l0 to l5.")
    variant = column("variant", StringType(), "Variant at L4 and L5; null at the other levels.")
    rows = table_schema(registry.OWN[0])
    names = ("doc_id", "verdict", "reason", "attempts", "run_id", "processed_at")
    schema = StructType([level, variant, *(rows[name] for name in names)])
    return View("verdicts", "The verdict of every level on every document.", "", schema)


def _corpus() -> View:
    columns: list[StructField] = []
    for level in registry.OWN[::-1]:
        if isinstance(level, CorpusLevel):
            columns += [level.schema[name] for name in level.corpus_columns]
    l4 = registry.find("l4").schema
    number = column("level", IntegerType(), "Level that made the text: 4 or 5.")
    schema = StructType([l4["doc_id"], l4["bucket"], number, l4["variant"], l4["text"], *columns])
    return View("corpus", "The texts to train on: all kept documents at L4, papers at L5 too (§3.7).", "", schema)


def _columns_table(schema: StructType) -> str:
    lines = ["| column | type | comment |", "|---|---|---|"]
    lines += [_line(f"`{name}`", _spark_type(field.dataType), comment_of(field)) for name, field in _flat(schema)]
    return "\n".join(lines) + "\n"


def _flat(schema: StructType, prefix: str = "") -> Iterator[tuple[str, StructField]]:
    """All columns and nested fields; the fields of a struct type once, where it occurs first."""
    seen: list[StructType] = []
    for field in schema:
        yield prefix + field.name, field
        inner, mark = (field.dataType.elementType, "[]") if isinstance(field.dataType, ArrayType) else (field.dataType, "")
        if isinstance(inner, StructType) and inner not in seen:
            seen.append(inner)
            yield from _flat(inner, f"{prefix}{field.name}{mark}.")


def _spark_type(of: DataType) -> str:
    if isinstance(of, StructType):
        return "struct"
    return f"array<{_spark_type(of.elementType)}>" if isinstance(of, ArrayType) else of.simpleString()


# Markdown ------------------------------------------------------------------------------------------------------------------


def _line(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _code(value: Any) -> str:
    return f"`{json.dumps(value)}`"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 100, break_long_words=False, break_on_hyphens=False)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "...")) else f"{text}."


FILES: Final[Mapping[str, Callable[[], str]]] = {
    "conf/base.yaml": base_config,
    "docs/settings.md": settings_page,
    "docs/data-dictionary.md": dictionary_page,
}
"""What this script writes, and how."""


def main(names: list[str]) -> None:
    """Write the named files, or all."""
    for name in names or FILES:
        (ROOT / name).write_text(FILES[name](), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
