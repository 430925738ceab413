"""The pages of docs/ fit the code: commands, settings, YAML, Python examples, links."""

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from pyspark.sql import SparkSession
from typer.core import TyperGroup

from darwin_spark.cli.app import app
from darwin_spark.config import renamed
from darwin_spark.config.l1 import L1Settings
from darwin_spark.config.loading import build, load
from darwin_spark.config.model import ModelSettings
from darwin_spark.config.section import Section
from darwin_spark.config.settings import Settings
from darwin_spark.inference.engines.protocol import Request
from darwin_spark.pipeline import registry
from darwin_spark.pipeline.contract import check_contract
from scripts.reference_docs import FILES

ROOT = Path(__file__).parents[1]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
WRITTEN = [page for page in PAGES if str(page.relative_to(ROOT)) not in FILES and page.name != "README.md"]
"""Written by hand; the README has its own rules."""
TEXTS = {page.name: page.read_text(encoding="utf-8") for page in PAGES}
names = pytest.mark.parametrize("name", TEXTS)


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def commands() -> Iterator[tuple[str, str]]:
    """Every `darwin` command in an indented or fenced block, its lines joined."""
    for name, text in TEXTS.items():
        code = "\n".join(re.findall(r"^    (.*)$", text, re.MULTILINE) + blocks(text, "sh"))
        joined = re.sub(r"\n +", " ", code.replace("\\\n", " "))
        for line in joined.splitlines():
            if found := re.match(r"(?:SPARK_REMOTE=\S+ )?(?:\.venv/bin/)?darwin (.*)", line):
                yield name, found[1]


def test_there_are_commands_to_check() -> None:
    assert len(list(commands())) > 30


@pytest.mark.parametrize(("name", "line"), sorted(set(commands())))
def test_a_command_is_one_that_darwin_takes(name: str, line: str) -> None:
    words = shlex.split(line.replace(" ...", "").replace("\\`", "`"), comments=True)
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup), name
    known = group.commands[words[0]]
    context = known.make_context(words[0], words[1:])
    if (assigned := context.params.get("assign")) or context.params.get("config"):
        files = [ROOT / path for path in context.params["config"] or () if (ROOT / path).exists()]
        load(files, assigned or [])


def keys(section: Section, prefix: str = "") -> Iterator[str]:
    for name, value in section:
        yield f"{prefix}{name}"
        if isinstance(value, Section):
            yield from keys(value, f"{prefix}{name}.")


@pytest.mark.parametrize("name", sorted(TEXTS.keys() - {"CHANGELOG.md"}))
def test_a_setting_that_a_page_names_exists(name: str) -> None:
    known = {*keys(Settings())}
    tops = "|".join(sorted({key.split(".")[0] for key in known}))
    for key in re.findall(rf"`((?:{tops})\.[a-z0-9_.]+)(?:=[^`]*|: [^`]*)?`", TEXTS[name]):
        column = key.split(".")[0] in Settings().model_dump() and key.split(".")[1] in _columns(key.split(".")[0])
        assert key in known or column or key.endswith((".py", ".md")), f"{name} names the setting {key}"


def test_the_changelog_names_what_is_refused_and_what_is_right() -> None:
    rows = re.findall(r"^\| (`[^|]*`) \| (`[^|]*`) \|$", TEXTS["CHANGELOG.md"], re.MULTILINE)
    pairs = [pair for old, new in rows for pair in zip(_quoted(old), _quoted(new), strict=True)]
    assert len(pairs) > 40
    for old, new in pairs:
        found = (renamed.setting(old), renamed.rule(old))
        assert new in found or "_N_" in old, f"{old} is now called {found}"
    written = {old for old, _ in pairs}
    assert {old for old in renamed.RULES_2 if not re.search(r"_\d+_", old)} <= written


def _quoted(cell: str) -> list[str]:
    return [key.removesuffix(".*").replace("*", "l5.model") for key in re.findall(r"`([^`]*)`", cell)]


def _columns(table: str) -> list[str]:
    return [*registry.find(table).schema.fieldNames()] if re.fullmatch(r"l\d", table) else []


@names
def test_yaml_of_a_page_is_valid_settings(name: str) -> None:
    for block in blocks(TEXTS[name], "yaml"):
        build(yaml.safe_load(block))


@names
def test_links_of_a_page_lead_somewhere(name: str) -> None:
    page = next(page for page in PAGES if page.name == name)
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXTS[name]):
        if target.startswith("http"):
            continue
        path, _, anchor = target.partition("#")
        found = page.parent / path if path else page
        assert found.exists(), f"{name} links to {target}"
        if anchor:
            headings = re.findall(r"^#+ (.*)$", found.read_text(encoding="utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}
            assert anchor in anchors, f"{name} links to {target}"


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)
def test_lines_of_a_page_are_short(page: Path) -> None:
    assert [line for line in TEXTS[page.name].splitlines() if len(line) > 100] == []


@names
def test_modules_that_a_page_names_exist(name: str) -> None:
    folders = [ROOT, ROOT / "darwin_spark", ROOT / "darwin_spark" / "parsers"]
    for path in re.findall(r"`((?:[a-z0-9_]+/)+(?:[a-z0-9_]+\.(?:py|md|csv|yaml))?)`", TEXTS[name]):
        if path not in ("parsers/odt.py",):
            assert any((folder / path).exists() for folder in folders), f"{name} names {path}"


def examples() -> list[Mapping[str, Any]]:
    """The modules that the Python examples of docs/extending.md make: a level, a parser, an engine."""
    made = []
    for source in blocks(TEXTS["extending.md"], "python"):
        module: dict[str, Any] = {}
        exec(compile(source, "docs/extending.md", "exec"), module)
        made.append(module)
    return made


def test_the_level_of_the_guide_keeps_the_contract(spark: SparkSession) -> None:
    level = examples()[0]["LEVEL"]
    assert check_contract(level, {known.name: known for known in registry.OWN}) is level
    documents = spark.createDataFrame([("a", "all", "one two  three"), ("b", "all", " four ")], ["doc_id", "bucket", "text"])
    rows = level.process({"documents": documents}, level.settings_type(), lambda frame, _name: frame)["length"]
    assert rows.columns == level.schema.fieldNames()
    assert {(row.doc_id, row.verdict, row.words) for row in rows.collect()} == {("a", "kept", 3), ("b", "kept", 1)}


def test_the_parser_of_the_guide_parses() -> None:
    parsed = examples()[1]["parse"](b"a\tb\n1\t2\n", L1Settings())
    assert parsed.text == "| a | b |\n| --- | --- |\n| 1 | 2 |\n"


def test_the_engine_of_the_guide_answers() -> None:
    engine = examples()[2]["Echo"](ModelSettings(model="none"))
    (answer,) = engine.answer(iter([Request("1", 1, [{"role": "user", "content": "Hello"}])]))
    assert (answer.output, answer.finish_reason, answer.engine) == ("Hello", "stop", "echo:none")
