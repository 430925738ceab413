"""Old names are found where they name something, and ordinary words pass."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.check_names import ROOT, check, load

NAMES = load()


def findings(root: Path, path: str, text: str) -> list[str]:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return [str(found).removeprefix(f"{path}:") for found in check(root, NAMES)]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("darwin_spark/pipeline/work.py", "", "1: module: work -> changes"),
        ("tests/inference/test_brakes.py", "", "1: module: brakes -> circuit_breaker"),
        ("tests/levels/l3_classify/test_l3_words.py", "", "1: module: words -> hashed_tokens"),
        ("darwin_spark/generation/task.py", "", "1: package: generation -> inference"),
        ("darwin_spark/levels/l2_filter/level.py", "class L2:\n    def judge(self): ...", "2: function: judge -> process"),
        ("darwin_spark/pipeline/publish.py", "async def seal(): ...", "1: function: seal -> mark_staged"),
        ("darwin_spark/pipeline/run_context.py", "class Climb: ...", "1: class: Climb -> RunContext"),
        ("darwin_spark/verdicts.py", "A, MARKS = 1, 2", "1: constant: MARKS -> RETRY_COLUMNS"),
        ("darwin_spark/pipeline/changes.py", "ORPHAN: str = 'o'", "1: constant: ORPHAN -> DELETED"),
        ("darwin_spark/inference/task.py", "class Task:\n    hopeless: set[str]", "2: name: hopeless -> non_retryable"),
        ("tests/inference/test_task.py", "make_task(useless=None)", "1: name: useless -> is_rejected"),
        ("jobs/ladder.py", "print(task.useless)", "1: name: useless -> is_rejected"),
        ("darwin_spark/inference/rejoin.py", "def join(pieces): ...", "1: name: pieces -> chunks"),
        ("benchmarks/l2/ours.py", "edges(new, firm=old)", "1: name: firm -> indexed"),
        (
            "darwin_spark/config/model.py",
            "class ModelSettings(Section):\n    tries: int = 3",
            "2: setting: tries -> max_attempts",
        ),
        (
            "darwin_spark/config/inference.py",
            "class InferenceSettings(Section):\n    engines: int = 1",
            "2: setting: inference.engines -> num_engines",
        ),
        ("darwin_spark/config/settings.py", "class Settings(Section):\n    runner: X = X()", "2: section: runner -> pipeline"),
        ("conf/mine.yaml", "l3:\n  eai:\n    attempts: 3\n", "3: setting: attempts -> max_attempts"),
        ("conf/mine.yaml", "inference:\n  # how many\n  engines: 3\n", "3: setting: inference.engines -> num_engines"),
        ("conf/mine.yaml", "l3:\n  judge:\n    engine: vllm\n", "2: section: l3.judge -> l3.paper_judge"),
        ("examples/mine.yaml", "l2:\n  min_ok: 0.5 # share\n", "2: setting: min_ok -> min_success_ratio"),
        ("tests/test_x.py", "load(['judge.attempts=1'])", "1: setting: attempts -> max_attempts"),
        ("tests/test_x.py", "load(['generation.journal=/tmp'])", "1: section: generation -> inference"),
        ("tests/test_x.py", "L0Settings(inline_limit=1)", "1: setting: inline_limit -> max_inline_bytes"),
        ("tests/test_x.py", "FetchSettings(attempts=1)", "1: setting: attempts -> max_attempts"),
        ("tests/test_x.py", "'l2.rules=[gopher_few_words]'", "1: setting: gopher_few_words -> gopher_min_words"),
        ("darwin_spark/x.py", '"""\n\nRaises nothing_left."""', "1: reason: nothing_left -> empty_after_refinement"),
        ("darwin_spark/x.py", "raise FetchError('robots', url)", "1: reason: robots -> blocked_by_robots"),
        ("darwin_spark/x.py", "row = {'reason': 'language'}", "1: reason: language -> wrong_language"),
        ("darwin_spark/x.py", "REASONS = ('garbled', 'language')", "1: reason: language -> wrong_language"),
        ("darwin_spark/x.py", "row.reason == 'language'", "1: reason: language -> wrong_language"),
        ("darwin_spark/x.py", "F.col('reason') != 'language'", "1: reason: language -> wrong_language"),
        ("darwin_spark/x.py", "answer(reason='robots')", "1: reason: robots -> blocked_by_robots"),
        ("tests/test_x.py", "assert row == ('d', 'dropped', 'language')", "1: reason: language -> wrong_language"),
        ("tests/test_x.py", "counts['dropped.language']", "1: reason: language -> wrong_language"),
        ("tests/test_x.py", "rows.where(\"reason IN ('a', 'language')\")", "1: reason: language -> wrong_language"),
        ("conf/mine.yaml", 'l2:\n  rules: ["too_small", "language"]\n', "2: reason: language -> wrong_language"),
    ],
)
def test_an_old_name_is_found(tmp_path: Path, path: str, text: str, expected: str) -> None:
    assert findings(tmp_path, path, text) == [expected]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("darwin_spark/storage/frames.py", "def run(command): ...\nwork = 'The rest of the work: run it, seal it, at rest.'"),
        ("darwin_spark/inference/judges/judge.py", "def judge(row): ..."),
        ("darwin_spark/inference/response_store.py", "TABLE = 'generations'\nwhere = 'docs/generation.md'"),
        ("darwin_spark/parsers/html/inline.py", "def pieces(text): ..."),
        (
            "darwin_spark/parsers/pdf/words/words.py",
            "from darwin_spark.inference.engines.protocol import Engine\nx = 'inference.engines.x'",
        ),
        ("darwin_spark/levels/l2_filter/features.py", "row = {'language': 'en'}\nassert found['language'] == 'und'"),
        ("darwin_spark/verdicts.py", "def f(row):\n    return row.attempts < tries"),
        ("tests/x.py", "class Run(Section):\n    max_attempts: int = 3\nassert page == ('robots.txt', 'robots')"),
        ("conf/mine.yaml", "l2:\n  languages: [en] # language, runner\nlanguage: en\n"),
        ("docs/x.py", "class Climb: ..."),
    ],
)
def test_ordinary_words_and_other_things_of_the_name_pass(tmp_path: Path, path: str, text: str) -> None:
    assert findings(tmp_path, path, text) == []


@pytest.mark.parametrize(
    "path", ["darwin_spark/config/renamed.py", "darwin_spark/pipeline/upgrade/to_2.py", "tests/config/test_renamed.py"]
)
def test_the_modules_that_migrate_old_names_hold_them(tmp_path: Path, path: str) -> None:
    text = "SETTINGS = {'l0.inline_limit': 'l0.max_inline_bytes'}\nREASON = 'language'"
    assert findings(tmp_path, path, text) == []
    assert len(findings(tmp_path, "darwin_spark/config/other.py", text)) == 2


def test_findings_fail_the_check_and_are_printed_in_order(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    for name in ("check_names.py", "old_names.csv"):
        shutil.copy(ROOT / "scripts" / name, tmp_path / "scripts")
    command = [sys.executable, str(tmp_path / "scripts" / "check_names.py")]
    assert subprocess.run(command, capture_output=True, check=True, text=True).stdout == "names: none of the old ones\n"
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "a.py").write_text("pass\nMARKS = 1\nclass Asking: ...\n")
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    lines = "jobs/a.py:2: constant: MARKS -> RETRY_COLUMNS\njobs/a.py:3: class: Asking -> WorkerConfig\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, lines, "")


def test_every_old_name_has_a_kind_that_is_checked() -> None:
    kinds = {"module", "package", "function", "class", "constant", "name", "setting", "section", "reason"}
    assert {name.kind for name in NAMES} == kinds
    assert all(name.old != name.new and name.new for name in NAMES)
