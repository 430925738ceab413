"""A level that breaks the contract is refused at registration, with the member and what is expected, in one sentence."""

from collections.abc import Mapping, Sequence

import pytest
from pydantic import Field
from pyspark.sql import DataFrame
from pyspark.sql.types import LongType, StringType, StructField, StructType

from darwin_spark.config.section import Section
from darwin_spark.inference.task import Task
from darwin_spark.pipeline import registry
from darwin_spark.pipeline.contract import ContractError, check_contract
from darwin_spark.pipeline.level import AnyLevel
from darwin_spark.verdicts import Stage, Tables, level_schema

LADDER = {level.name: level for level in registry.OWN}


class WordSettings(Section):
    """Settings of the level below."""

    min_words: int = 3


class WordLevel:
    """A sound level above L1: it counts words."""

    name = "words"
    title = "Word count"
    version = "1"
    below: str | None = "l1"
    reads: Mapping[str, Sequence[str]] = {"l1": ("text",), "l0": ("title",)}
    schema = level_schema(StructField("words", LongType()))
    hashed: Sequence[str] = ("words",)
    retryable = frozenset({"timeout"})
    settings_type: type = WordSettings

    def process(self, tables: Tables, settings: WordSettings, stage: Stage) -> Tables:
        """Nothing here is called."""
        raise NotImplementedError


class AskingLevel(WordLevel):
    """A sound level that calls a model."""

    def tasks(self, settings: WordSettings) -> Sequence[Task]:
        """Nothing here is called."""
        raise NotImplementedError

    def requests(self, tables: Tables, settings: WordSettings, task: Task) -> DataFrame:
        """Nothing here is called."""
        raise NotImplementedError

    def assemble(self, tables: Tables, settings: WordSettings, tasks: Sequence[Task]) -> DataFrame:
        """Nothing here is called."""
        raise NotImplementedError


class OnlyRequests:
    """The facts of a level, and one of the three methods that calling a model takes."""

    name, title, version, below = "words", "Word count", "1", "l1"
    reads, schema, hashed = {"l1": ("text",)}, WordLevel.schema, ("words",)
    retryable, settings_type = frozenset[str](), WordSettings
    requests, tasks = AskingLevel.requests, AskingLevel.tasks


class Nothing(OnlyRequests):
    """The facts of a level, and no method."""

    requests = tasks = None  # type: ignore[assignment]


class NoDefault(Section):
    """A section that cannot be built without being told a value."""

    threshold: int = Field(...)


class NoSection:
    """Settings that are no Section."""


def takes_nothing(_self: object) -> None:
    """A method without an argument."""


def takes_tables(_self: object, _tables: object) -> None:
    """A method with one argument."""


def takes_settings(_self: object, _settings: object) -> None:
    """A method with one argument."""


def takes_two(_self: object, _documents: object, _settings: object) -> None:
    """A method with two arguments."""


def takes_four(_self: object, _tables: object, _settings: object, _tasks: object, _more: object) -> None:
    """A method with four arguments."""


def broken(**members: object) -> object:
    """The sound level with some members replaced."""
    return type("BrokenLevel", (AskingLevel,), members)()


def without(member: str) -> object:
    """The sound level without a member."""
    return type("BrokenLevel", (), {name: value for name, value in vars(WordLevel).items() if name != member})()


def refusal(candidate: object, ladder: Mapping[str, AnyLevel] = LADDER) -> str:
    """The sentence with which a candidate is refused, after the part that is the same for all."""
    with pytest.raises(ContractError) as error:
        check_contract(candidate, ladder)
    named, _, problem = str(error.value).partition(" breaks the contract of a level (darwin_spark.pipeline.level): ")
    assert named.startswith("the level ")
    assert problem
    assert "\n" not in problem
    return problem


@pytest.mark.parametrize("level", [WordLevel(), AskingLevel(), *LADDER.values()])
def test_sound_levels_are_accepted(level: AnyLevel) -> None:
    below = {name: other for name, other in LADDER.items() if name < level.name} if level.name in LADDER else LADDER
    assert check_contract(level, below) is level


@pytest.mark.parametrize(
    "member", ["name", "title", "version", "below", "reads", "schema", "hashed", "retryable", "settings_type"]
)
def test_a_missing_fact_is_named(member: str) -> None:
    assert refusal(without(member)).startswith(f"`{member}` is missing")


def test_a_class_is_no_level() -> None:
    assert refusal(WordLevel) == "it is a class; register an instance of the class"


def test_a_method_with_other_arguments_is_shown() -> None:
    assert refusal(broken(process=takes_tables)) == (
        "`process` must take 3 arguments, it is process(_self: object, _tables: object) -> None"
    )
    assert refusal(broken(tasks=takes_nothing)) == "`tasks` must take 1 argument, it is tasks(_self: object) -> None"
    assert refusal(broken(assemble=takes_four)).startswith("`assemble` must take 3")
    assert refusal(broken(process="a text")) == "`process` must be a method"


def test_methods_belong_together() -> None:
    assert refusal(OnlyRequests()) == (
        "a level that calls a model needs `tasks`, `requests` and `assemble`; `assemble` is missing"
    )
    assert refusal(Nothing()) == "it needs `process`, or `tasks`, `requests` and `assemble`"


def test_a_level_that_processes_may_not_call_a_model_by_halves() -> None:
    half = type("HalfLevel", (WordLevel,), {"tasks": AskingLevel.tasks, "requests": AskingLevel.requests})()
    assert refusal(half) == "a level that calls a model needs `tasks`, `requests` and `assemble`; `assemble` is missing"


def test_settings_must_be_a_section_with_defaults() -> None:
    assert "NoSection'>, which is no darwin_spark Section" in refusal(broken(settings_type=NoSection))
    assert "which is no darwin_spark Section" in refusal(broken(settings_type=WordSettings()))
    assert refusal(broken(settings_type=NoDefault)) == "every setting of `settings_type` must have a default"


def test_a_level_reads_known_columns_of_levels_below_it() -> None:
    assert refusal(broken(reads={"l1": ("texts",)})) == "`reads` names the column l1.texts, which does not exist"
    assert refusal(broken(reads={"l2": ("language",)})) == "`reads` names the table 'l2', which is not below it: l0, l1"
    assert refusal(broken(reads={"l1": "text"})) == "`reads` must give a tuple or list of column names for 'l1', not 'text'"
    assert refusal(broken(below="l7")) == "`below` is 'l7': no such level; there are l0, l1, l2, l3, l4, l5"
    assert refusal(broken(below=None)) == "`reads` names the table 'l1', which is not below it: nothing is"


def test_names_are_unique_and_not_reserved() -> None:
    assert refusal(broken(name="l2")) == "another level is called 'l2'; choose another name"
    for name in ("runs", "generations", "corpus", "properties", "signatures", "staging", "Words", "", 7):
        assert refusal(broken(name=name)).startswith("`name` must be a small-letter name of a table, and none of ")


@pytest.mark.parametrize("name", ["inference", "pipeline", "tracking", "judge", "workspace"])
def test_a_section_of_the_settings_is_no_name_of_a_level(name: str) -> None:
    assert f"{name!r} is a section of the settings" in refusal(broken(name=name))


def test_variants_need_a_column_and_a_method() -> None:
    schema = level_schema(StructField("variant", StringType()), StructField("words", LongType()))
    wanted = "a level with a method `variant` needs a column `variant` in its `schema`, and the other way round"
    assert refusal(broken(schema=schema)) == wanted
    assert refusal(broken(variant=takes_settings)) == wanted
    sound = broken(schema=schema, variant=takes_settings)
    assert check_contract(sound, LADDER) is sound


def test_rows_have_the_pipelines_columns_first() -> None:
    assert refusal(broken(schema=StructType([StructField("words", LongType())]))) == (
        "`schema` must be made by verdicts.level_schema(...)"
    )
    assert refusal(broken(hashed=("text",))) == "`hashed` names 'text', which is no column of `schema`"
    assert refusal(broken(retryable=["timeout"])) == "`retryable` must be a frozenset of reasons"
    assert refusal(broken(version=1)) == "`version` and `title` must be strings"


def test_side_tables_are_unique() -> None:
    index = StructType([StructField("doc_id", StringType()), StructField("bucket", StringType())])
    members = {"side_tables": {"signatures": index}, "features": takes_two}
    assert refusal(broken(**members)) == "the side table 'signatures' exists already"
    assert refusal(broken(**members | {"side_tables": {"l3": index}})) == "the side table 'l3' exists already"
    sound = broken(**members | {"side_tables": {"word_index": index}})
    assert check_contract(sound, LADDER) is sound


def test_a_level_is_registered_for_a_block_and_refused_twice() -> None:
    level = WordLevel()
    with registry.registered(level):
        assert registry.find("WORDS") is level
        assert [found.name for found in registry.path_to(level)] == ["l0", "l1", "words"]
        with pytest.raises(ContractError, match="another level is called 'words'"), registry.registered(WordLevel()):
            pass
    with pytest.raises(registry.UnknownLevelError):
        registry.find("words")
