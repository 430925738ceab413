"""Judges with an engine without a model: what is shown, counted and stored; no request is sent twice."""

import shutil
from pathlib import Path

import pytest
from judge_engines import NONSENSE
from mlflow import MlflowClient
from pyspark.sql import SparkSession

from darwin_spark.config.inference import JudgeSettings
from darwin_spark.config.model import ModelSettings
from darwin_spark.config.settings import Settings
from darwin_spark.errors import UserError
from darwin_spark.inference import response_store
from darwin_spark.inference.chunking import chunks
from darwin_spark.inference.journal import queue as journal
from darwin_spark.inference.judges import judge
from darwin_spark.inference.judges.answers import check_l4, check_l5
from darwin_spark.inference.judges.judge import judge_l4, judge_l5, lines
from darwin_spark.inference.judges.questions import Question, l4_questions, l4_summary, l5_questions, l5_summary
from darwin_spark.inference.judges.samples import counterpart, groups, sections
from darwin_spark.levels.l4_refine.rules import refine
from darwin_spark.storage import delta
from darwin_spark.storage.workspace import TableError, Workspace

OWN = JudgeSettings(engine="judge_engines:Fair", documents=2)
TEXT = "# Decay\n\n" + "\n\n".join(
    f"## Section {i}\n\n" + " ".join(f"Run {i} at {j} kelvin gave rate {i * 7 + j} in cell {j * 13 + i}." for j in range(20))
    for i in range(9)
)
NOISY = TEXT.replace("## Section 4", "Received: 12 May 2014; Accepted: 3 June 2014\n\n## Section 4")


def test_three_groups_of_three_consecutive_chunks_spread_over_the_document() -> None:
    cut = chunks(TEXT, 1_024)
    found = groups(TEXT, 1_024, 3, 3)
    assert len(found) == 3
    assert (found[0][0], found[-1][1]) == (0, len(TEXT))
    assert all(TEXT[start:end] in {"".join(cut[i : i + 3]) for i in range(len(cut))} for start, end in found)
    assert groups("short", 1_024, 3, 3) == [(0, 5)]


def test_the_counterpart_of_a_range_is_its_refined_text() -> None:
    refined = refine(NOISY).text
    for start, end in groups(NOISY, 1_024, 3, 3):
        found = counterpart(NOISY, refined, start, end)
        assert "Received" not in found
        assert NOISY[start + 60 : start + 200].strip() in found or "Received" in NOISY[start:end]
        assert abs(len(found) - (end - start)) < 300
    assert counterpart(TEXT, TEXT, 500, 900) in TEXT


def test_sections_are_compared_by_their_headings() -> None:
    one, two = TEXT.replace("gave", "yielded"), TEXT.replace("## Section 3", "## Another")
    found = sections(TEXT, one, two)
    assert len(found) == 8
    assert all(a.splitlines()[0] == b.splitlines()[0] == c.splitlines()[0] for a, b, c in found)


def test_a_pair_is_shown_in_both_orders_and_a_text_cannot_close_its_tag() -> None:
    asked = list(l5_questions("d", TEXT, {"a": TEXT, "b": TEXT.replace("gave", "gave </FIRST>")}, OWN))
    assert len(asked) == 6
    assert [q.variants for q in asked[:2]] == [("a", "b"), ("b", "a")]
    assert all(q.text.count("</FIRST>") == 1 for q in asked)
    assert len(list(l4_questions("d", TEXT, TEXT, "v", OWN))) == 3


def test_a_section_that_the_order_decides_is_a_tie() -> None:
    def judged(place: int, variants: tuple[str, str], winner: str) -> tuple[Question, str]:
        return Question("d", place, variants, ""), (
            f'{{"fidelity": "EVEN", "accessibility": "EVEN", "flow": "EVEN", "winner": "{winner}", "reason": ""}}'
        )

    found = [
        *(judged(0, ("x", "y"), "FIRST"), judged(0, ("y", "x"), "SECOND")),  # x, x
        *(judged(1, ("x", "y"), "FIRST"), judged(1, ("y", "x"), "FIRST")),  # x, y: the order decides
        judged(2, ("x", "y"), "FIRST"),  # the other order has no answer
    ]
    assert l5_summary(found, ("x", "y")) == {"places": 2, "wins_a": 1, "wins_b": 0, "ties": 1, "by_order": 0.5}


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        (None, "not_json"),
        ("The cleaning is good.", "not_json"),
        ('{"rules": [', "not_json"),
        ('{"rules": [], "overall": 11, "recommendations": []}', "wrong_form"),
        ('{"rules": [{"rule": "delete", "missed": 1, "wrong": 0}], "overall": 5, "recommendations": []}', "wrong_form"),
    ],
)
def test_answers_of_the_wrong_form_are_rejected(output: str | None, reason: str) -> None:
    assert check_l4("", output, "stop").reason == reason
    assert check_l4("", '{"rules": [], "overall": 5, "recommendations": []}', "length").reason == "cut_by_length"
    assert check_l5("", '{"winner": "NONE"}', "stop").reason == "wrong_form"


def test_mistakes_are_counted_per_group() -> None:
    answers = ['{"rules": [{"rule": "d2", "missed": 3, "wrong": 0}], "overall": 4, "recommendations": []}'] * 2
    found = l4_summary([(Question("d", place, ("v",), ""), answer) for place, answer in enumerate(answers)])
    assert found == {"groups": 2, "overall": 4, "d2_missed": 3}


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    """The file that names every request that the judge's engine got."""
    path = tmp_path / "calls"
    path.touch()
    return path


@pytest.fixture
def settings(calls: Path) -> Settings:
    model = ModelSettings(model="fair/fair", engine_options={"calls": str(calls)})
    return Settings(judge=OWN.model_copy(update={"model": model}))


@pytest.fixture(scope="module")
def climbed(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Three documents with their texts at L1, L4 and L5."""
    workspace = Workspace.at(spark, str(tmp_path_factory.mktemp("climbed")))
    texts = {f"{i}": NOISY.replace("kelvin", f"kelvin{i}") for i in range(3)}
    completed = {name: text.replace("gave", "gave, because it is warm,") for name, text in texts.items()}
    _write(workspace, "l1", [(name, None, text) for name, text in texts.items()])
    _write(workspace, "l4", [(name, "rules-3", refine(text).text) for name, text in texts.items()])
    _write(workspace, "l5", [(name, "good-p1", text) for name, text in completed.items()])
    return workspace


@pytest.fixture
def workspace(climbed: Workspace, tmp_path: Path) -> Workspace:
    """A copy of `climbed` to judge."""
    return Workspace.at(climbed.spark, str(shutil.copytree(climbed.folder, tmp_path / "w")))


def test_a_workspace_is_judged_and_no_request_is_sent_twice(workspace: Workspace, settings: Settings, calls: Path) -> None:
    first = judge_l4(workspace, settings)
    assert (first.variants, first.figures["groups"], first.figures["overall"], first.unanswered) == (("rules-3",), 6, 8, 0)
    sent = calls.read_text().splitlines()
    assert len(sent) >= 6
    assert judge_l4(workspace, settings) == first
    assert calls.read_text().splitlines() == sent

    pairwise = judge_l5(workspace, settings)
    assert pairwise.variants == ("good-p1", "l4")
    assert pairwise.figures["wins_a"] == pairwise.figures["places"] == 6
    assert "wins_a: 6.000" in "\n".join(lines(pairwise))

    rows = workspace.read(judge.TABLE).collect()
    assert sorted(row.level for row in rows) == ["l4"] * 12 + ["l5"] * 12  # L4 was judged twice
    assert len({(row.level, row.doc_id, row.place, tuple(row.variants)) for row in rows}) == 6 + 12
    assert all(row.judgement and row.reason is None and row.model == "fair/fair" for row in rows)

    stored = response_store.read(workspace).collect()
    assert sorted(f"{row.request_id} {row.attempt}" for row in stored) == sorted(calls.read_text().splitlines())
    assert {row.request_id for row in stored} == {row.request_id for row in rows}
    assert {row.task for row in stored} == {"judge_l4", "judge_l5"}
    nonsense = {(int(row.request_id, 16) % 3, row.attempt) for row in stored if row.output == NONSENSE}
    assert nonsense == {(0, 1)}  # rejected responses are stored too, as they came
    assert all(row.output.startswith("Here it is: {") for row in stored if row.task == "judge_l5" and row.output != NONSENSE)
    assert len({row.run_id for row in stored}) == 2  # one of each judgement that sent requests
    assert journal.queues(f"{workspace.folder}/journal") == []
    assert not list(Path(workspace.path("staging")).glob("*"))

    client = MlflowClient(f"sqlite:///{workspace.folder}/mlflow.db")
    (experiment,) = (e for e in client.search_experiments() if e.name == "darwin-spark")
    runs = client.search_runs([experiment.experiment_id])
    assert {run.data.tags["prompt"] for run in runs} == {"darwin-judge-l4/1", "darwin-judge-l5/1"}
    assert len(list(Path(workspace.folder).glob("mlartifacts/*/artifacts/report.md"))) == 3  # beside the database

    with pytest.raises(UserError, match="no variant 'other' at l4: there is rules-3"):
        judge_l4(workspace, settings, ["other"])


def test_a_question_without_an_acceptable_response_has_a_row_with_the_reason(
    workspace: Workspace, settings: Settings, calls: Path
) -> None:
    once = Settings(judge=settings.judge.model_copy(update={"max_attempts": 1}), tracking={"enabled": False})
    pairwise = judge_l5(workspace, once)
    rejected = [row for row in workspace.read(judge.TABLE).collect() if row.judgement is None]
    assert pairwise.unanswered == len(rejected) > 0
    assert {row.reason for row in rejected} == {"not_json"}
    sent = len(calls.read_text().splitlines())
    assert judge_l5(workspace, settings).unanswered == 0
    assert len(calls.read_text().splitlines()) == sent + len(rejected)  # only the rejected ones are sent again


def test_a_climb_in_progress_refuses_a_judge(workspace: Workspace, settings: Settings, calls: Path) -> None:
    with workspace.lock(), pytest.raises(TableError, match="another climb is at work"):
        judge_l4(workspace, settings)
    assert calls.read_text() == ""
    assert not workspace.exists(judge.TABLE)


def test_a_workspace_without_the_level_cannot_be_judged(spark: SparkSession, tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(UserError, match="the workspace has no l4; climb to it first"):
        judge_l4(Workspace.at(spark, str(tmp_path / "empty")), settings)


def _write(workspace: Workspace, table: str, rows: list[tuple[str, str | None, str]]) -> None:
    frame = workspace.spark.createDataFrame(
        [(name, variant, text, "kept") for name, variant, text in rows],
        "doc_id string, variant string, text string, verdict string",
    )
    delta.write(frame, workspace, table)
