"""One Spark session for the whole suite, with real Delta; at the end, why tests were skipped."""

import gc
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from pyspark.sql import SparkSession

from darwin_spark.storage.session import LOCAL_CONF, local_session, prepare

# Machines are shared: how long one example takes says nothing.
hypothesis.settings.register_profile("shared", deadline=None)
hypothesis.settings.load_profile("shared")

SHARED = Path(os.environ.get("DARWIN_SHARED", Path(__file__).parents[2] / "shared" / "data"))


LONGEST = (
    *("test_vllm_served", "test_crash", "test_bucket_groups", "test_olmocr_climb", "test_examples_climb", "test_vllm_in_spark"),
    *("test_check_level", "test_upgrade", "test_installed_plugin", "test_cli"),
    *("test_judges", "test_hostile", "test_elsewhere", "test_labels_climb", "test_l2_level", "test_catalog", "test_l0_climb"),
)
"""Modules that take minutes, in the order in which they start: short ones then fill what time is left on either core."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONGEST)))


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what is loaded: its rounds over a large process spoil the tests of linear time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many tests were skipped, one line a reason: a missing folder of test data must be seen."""
    reports = terminalreporter.stats.get("skipped", [])
    reasons = Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in reports)
    for reason, count in reasons.most_common():
        terminalreporter.write_line(f"SKIPPED {count} {'test' if count == 1 else 'tests'}: {reason}", yellow=True)


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    here = Path(__file__).parent
    # What the Python workers can import: fake engines, and the hook that writes down each call of a parser.
    folders = ("inference", "inference/judges", "e2e", "e2e/hooks", "plugin", "../examples/plugin/src")
    own = [str(here / folder) for folder in folders]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [*own, os.environ.get("PYTHONPATH")]))
    logs = tmp_path_factory.mktemp("logs")
    os.environ["DARWIN_PARSE_LOG"] = str(logs / "parser")
    os.environ["DARWIN_ENGINE_LOG"] = str(logs / "engine")
    builder = local_session(SparkSession.builder.appName("darwin-spark-tests")).config("spark.sql.shuffle.partitions", "1")
    # Two test processes share few cores: a collector without threads of its own costs a tenth less.
    options = f"{LOCAL_CONF['spark.driver.extraJavaOptions']} -XX:+UseSerialGC"
    session = builder.config("spark.driver.extraJavaOptions", options).getOrCreate()
    prepare(session)
    yield session
    session.stop()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents; tests that need it are skipped where it is not."""
    if not SHARED.is_dir():
        pytest.skip(f"no real documents at {SHARED} (set DARWIN_SHARED)")
    return SHARED
