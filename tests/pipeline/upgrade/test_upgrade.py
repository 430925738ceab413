"""A workspace of format 1 becomes one of format 2: nothing but the renamed words changes, however often it is killed."""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import format_1
import pytest
from pyspark.sql import SparkSession

from darwin_spark.cli import app
from darwin_spark.config.settings import Settings
from darwin_spark.inference import response_store
from darwin_spark.inference.judges import judge
from darwin_spark.pipeline import registry
from darwin_spark.pipeline.upgrade.step import Change, UpgradeError
from darwin_spark.pipeline.upgrade.upgrade import upgrade
from darwin_spark.storage import atomic_files, delta, staging, workspace_metadata
from darwin_spark.storage.frames import frame_of_rows
from darwin_spark.storage.workspace import TableError, Workspace

CHANGES = [
    ("l0", "reason renamed", 1),
    ("l1", "reasons in warnings renamed", 1),
    ("l2", "reason renamed", 2),
    ("l3", "abstained renamed", 1),
    ("l4", "reason renamed", 1),
    ("generations", "error renamed", 2),
    ("runs", "settings renamed", 17),
    ("generations", "responses of judges added", 3),
    ("judgements", "rewritten as one row a request", 4),
]
Tables = Mapping[str, list[dict[str, object]]]


@pytest.fixture(scope="module")
def original(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("format_1") / "workspace"
    format_1.write(Workspace.at(spark, str(folder)), format_1.rows())
    return folder


@pytest.fixture
def old(spark: SparkSession, original: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(original, tmp_path / "workspace")
    return Workspace.at(spark, str(tmp_path / "workspace"))


class Upgraded(NamedTuple):
    """An upgrade that was made at once: the tables before and after it, and what it said of its changes."""

    workspace: Workspace
    before: Tables
    after: Tables
    changes: list[tuple[str, str, int]]


@pytest.fixture(scope="module")
def upgraded(spark: SparkSession, original: Path, tmp_path_factory: pytest.TempPathFactory) -> Upgraded:
    folder = tmp_path_factory.mktemp("upgraded") / "workspace"
    shutil.copytree(original, folder)
    workspace = Workspace.at(spark, str(folder))
    before = contents(workspace)
    changes = made(list(upgrade(workspace)))
    return Upgraded(workspace, before, contents(workspace), changes)


@pytest.fixture
def schema(spark: SparkSession, tmp_path: Path) -> Iterator[str]:
    spark.sql(f"CREATE SCHEMA old_science LOCATION '{tmp_path}/old_science'")
    yield "old_science"
    spark.sql("DROP SCHEMA old_science CASCADE")


def rows(workspace: Workspace, table: str) -> list[dict[str, object]]:
    if not workspace.exists(table):
        return []
    found = [row.asDict(recursive=True) for row in workspace.read(table).collect()]
    return sorted(found, key=lambda row: json.dumps(row, default=str, sort_keys=True))


def contents(workspace: Workspace) -> Tables:
    return {table: rows(workspace, table) for table in format_1.SCHEMAS}


def commits(workspace: Workspace) -> Mapping[str, delta.Commit | None]:
    return {table: delta.last_commit(workspace, table) for table in format_1.SCHEMAS}


def made(changes: list[Change]) -> list[tuple[str, str, int]]:
    return [(change.table, change.what, change.rows) for change in changes]


def differences(before: Tables, after: Tables, table: str) -> list[tuple[object, str, object, object]]:
    """doc_id or request_id, column, old and new value of what changed in a table of which no row came or went."""
    keys = ("doc_id", "request_id", "attempt", "sequence", "state", "variant")

    def by_key(found: list[dict[str, object]]) -> dict[tuple[object, ...], dict[str, object]]:
        return {tuple(row.get(key) for key in keys): row for row in found}

    old, new = by_key(before[table]), by_key(after[table])
    assert old.keys() == new.keys()
    assert len(old) == len(before[table]) == len(after[table])
    return [
        (row.get("doc_id") or row.get("request_id") or row["sequence"], column, value, new[key][column])
        for key, row in sorted(old.items(), key=str)
        for column, value in row.items()
        if new[key][column] != value
    ]


def test_a_dry_run_by_command_shows_all_changes_and_writes_nothing(old: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    before = commits(old)
    app.main(["upgrade", "--workspace", old.location, "--dry-run"])
    said = [f"{table}: {what}, {rows} {'row' if rows == 1 else 'rows'}" for table, what, rows in CHANGES]
    assert capsys.readouterr().out.splitlines() == [*said, "Dry run: nothing was written."]
    assert commits(old) == before
    with pytest.raises(TableError, match=r"has format version 1, .* run `darwin upgrade --workspace .*`"):
        workspace_metadata.check_format(old, workspace_metadata.read(old))


def test_an_upgrade_changes_the_renamed_words_alone_and_a_second_one_nothing(upgraded: Upgraded) -> None:
    workspace, before, after, changes = upgraded
    assert changes == CHANGES
    assert differences(before, after, "l0") == [("b1", "reason", "robots", "blocked_by_robots")]
    assert differences(before, after, "l2") == [
        ("a2", "reason", "language", "wrong_language"),
        ("b2", "reason", "gopher_few_words", "gopher_min_words"),
    ]
    assert differences(before, after, "l3") == [("a1", "abstained", "server_garbage", "invalid_server_response")]
    assert differences(before, after, "l4") == [("b1", "reason", "nothing_left", "empty_after_refinement")]
    ((document, column, _, warnings),) = differences(before, after, "l1")
    assert (document, column) == ("a1", "warnings")
    told = "olmocr gives no usable answer ({}); the text layer stands, though it looks broken"
    assert warnings == [
        "cut at 3 characters",
        f"page 1: {told.format('missing_front_matter')}",
        f"page 2: {told.format('invalid_server_response')}",
    ]
    known = workspace_metadata.read(workspace)
    assert known == {"buckets": "16", "source.papers": "file:///papers", "format_version": "2"}
    workspace_metadata.check_format(workspace, known)
    last = commits(workspace)
    assert upgrade(workspace) == []
    assert commits(workspace) == last


def test_runs_keep_all_but_the_names_in_settings_and_counts(upgraded: Upgraded) -> None:
    _, before, after, _ = upgraded
    changed = differences(before, after, "runs")
    assert {column for _, column, _, _ in changed} == {"settings", "counts"}
    counts = {sequence: new for sequence, column, _, new in changed if column == "counts"}
    assert counts == {
        1: {"kept": 1, "failed.blocked_by_robots": 1, "failed.robots_unreachable": 1},
        3: {"kept": 2, "dropped.wrong_language": 1, "dropped.gopher_min_words": 1},
        6: {"kept": 1, "dropped.empty_after_refinement": 1},
    }  # not 4, whose `language` is a rule of one's own, nor 8, a level of another package
    settings = {row["sequence"]: str(row["settings"]) for row in after["runs"]}
    for sequence, name in ((1, "l0"), (2, "l1"), (3, "l2"), (5, "l3"), (6, "l4"), (7, "l5")):
        read = registry.find(name).settings_type.model_validate_json(settings[sequence])
        assert read == Settings().section(name)
    own = json.loads(settings[4])
    assert own["rules"] == ["too_small", "gopher_min_words", "c4", format_1.OWN_RULES[-1]]
    assert json.loads(settings[8]) == {"attempts": 2, "model": {"endpoint": {"max_attempts": 3}}}
    assert settings[10] == ""


def test_raw_responses_of_judges_move_to_the_response_store_once(upgraded: Upgraded) -> None:
    workspace, before, after, _ = upgraded
    assert workspace.read("judgements").columns == judge.SCHEMA.fieldNames()
    judged_at = {(row["request_id"], row["attempt"]): row["judged_at"] for row in reversed(before["judgements"])}
    assert {row["request_id"]: (row["judgement"], row["reason"], row["judged_at"]) for row in after["judgements"]} == {
        "q1": ('{"overall": 7}', None, judged_at["q1", 2]),
        "q2": (None, "invalid_server_response", judged_at["q2", 1]),
    }
    assert len(after["judgements"]) == 2
    assert workspace.read("generations").schema.simpleString() == response_store.SCHEMA.simpleString()
    stored = {(row["request_id"], row["attempt"]): row for row in after["generations"]}
    assert len(stored) == len(after["generations"]) == len(before["generations"]) + 3
    errors = {key: row["error"] for key, row in stored.items() if row["error"]}
    assert errors == {
        ("r1", 1): "invalid_server_response",
        ("r2", 1): "render_failed",
        ("r2", 2): "prompt_too_long",
        ("q2", 1): "invalid_server_response",
    }
    judged, expected = stored["q1", 2], {"answered_at": judged_at["q1", 2]}
    expected |= {"task": "judge_l4", "output": "raw", "finish_reason": "stop", "latency_ms": 0, "engine": "unknown"}
    expected |= {"model": "judge", "prompt_version": "j1", "run_id": "upgrade"}
    assert {name: judged[name] for name in expected} == expected
    assert stored["q2", 1]["task"] == "judge_l5"


class KilledError(Exception):
    """The upgrade ends here."""


@pytest.mark.slow
def test_an_upgrade_that_breaks_off_after_any_change_goes_on_where_it_was(old: Workspace, upgraded: Upgraded) -> None:
    done: list[Change] = []

    def die(change: Change) -> None:
        done.append(change)
        raise KilledError

    for number in range(len(CHANGES)):
        with pytest.raises(KilledError):
            upgrade(old, report=die)
        assert made(done) == CHANGES[: number + 1]
        assert workspace_metadata.format_version(workspace_metadata.read(old)) == 1
    assert upgrade(old) == []
    assert contents(old) == upgraded.after


@pytest.mark.slow
def test_responses_appended_by_an_upgrade_that_was_given_up_are_not_appended_again(old: Workspace) -> None:
    def stop_before_judgements(change: Change) -> None:
        if change.what == "responses of judges added":
            raise KilledError

    with pytest.raises(KilledError):
        upgrade(old, report=stop_before_judgements)
    more = format_1.judged("l4", "q3", 1, judgement="{}")  # the old code judged once more
    format_1.write(old, {"judgements": [more]})
    assert made(list(upgrade(old))) == [(*CHANGES[-2][:2], 1), (*CHANGES[-1][:2], 5)]
    keys = [(row["request_id"], row["attempt"]) for row in rows(old, "generations")]
    assert len(keys) == len(set(keys)) == 8
    assert sorted(row["request_id"] for row in rows(old, "judgements")) == ["q1", "q2", "q3"]


@pytest.mark.slow
def test_a_workspace_on_another_storage_and_one_in_a_catalog_are_upgraded_alike(
    spark: SparkSession, original: Path, upgraded: Upgraded, schema: str, tmp_path: Path
) -> None:
    shutil.copytree(original, tmp_path / "elsewhere")
    elsewhere = Workspace.at(spark, f"file://{tmp_path}/elsewhere")
    assert not elsewhere.is_local
    catalog = Workspace.at(spark, f"catalog:{schema}")
    format_1.write(catalog, {table: found for table, found in format_1.rows().items() if table != "generations"})
    for workspace in (elsewhere, catalog):
        found = made(list(upgrade(workspace)))
        assert found == [change for change in CHANGES if workspace is elsewhere or change[1] != "error renamed"]
        assert upgrade(workspace) == []
    assert contents(elsewhere) == upgraded.after
    moved = [row for row in upgraded.after["generations"] if row["run_id"] == "upgrade"]
    assert contents(catalog) == {**upgraded.after, "generations": moved}


def test_a_workspace_that_has_no_models_and_an_empty_table_of_judgements(old: Workspace) -> None:
    shutil.rmtree(old.path("generations"))
    old.spark.sql(f"DELETE FROM {old.name('judgements')}")
    assert made(list(upgrade(old)))[-2:] == [CHANGES[6], ("judgements", "rewritten as one row a request", 0)]
    assert not old.exists("generations")
    assert old.read("judgements").columns == judge.SCHEMA.fieldNames()


def test_what_cannot_be_upgraded_is_refused_in_a_sentence_and_stays(old: Workspace, tmp_path: Path) -> None:
    spark, before = old.spark, commits(old)
    nowhere = tmp_path / "nowhere"
    with pytest.raises(TableError, match="no tables in the workspace"):
        upgrade(Workspace.at(spark, str(nowhere)))
    assert not nowhere.exists()

    run = f"{9:032x}"  # started and not published
    marker = f"staging/{run}/orphans"
    staging.write(frame_of_rows(spark, [{"key": "a"}], workspace_metadata.SCHEMA), old, marker)
    with pytest.raises(UpgradeError, match=rf"the run {run} broke off .*: climb once with the darwin-spark that made"):
        upgrade(old, dry_run=True)
    staging.clean(old, f"staging/{run}")

    journal = f"{old.folder}/journal/some-run-l4-1"
    atomic_files.write(journal, "00000-1-000000-1-1-0.parquet", b"rows")
    with pytest.raises(UpgradeError, match=r"the journal holds responses of a crashed job .*: climb once with"):
        upgrade(old)
    elsewhere = str(tmp_path / "journal")
    atomic_files.move(journal, "00000-1-000000-1-1-0.parquet", f"{elsewhere}/some-run", "00000-1-000000-1-1-0.parquet")
    known = workspace_metadata.read(old)
    known = workspace_metadata.update(old, known, {"journal": elsewhere})
    with pytest.raises(UpgradeError, match="the journal holds responses of a crashed job"):
        upgrade(old)
    atomic_files.delete_folder(elsewhere)

    with old.lock(), pytest.raises(TableError, match="another climb is at work"):
        upgrade(old)
    workspace_metadata.update(old, known, workspace_metadata.with_format(3))
    with pytest.raises(workspace_metadata.FormatError, match=r"format version 3, written by a newer darwin-spark"):
        upgrade(old)
    after = commits(old)
    assert {table for table in after if after[table] != before[table]} == {"properties"}
