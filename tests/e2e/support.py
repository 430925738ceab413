"""Climbs in processes of their own, and what they leave in the tables."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from pyspark.sql import functions as F

from darwin_spark.config.loading import load
from darwin_spark.events import Counts, Report, ignore
from darwin_spark.pipeline import registry
from darwin_spark.pipeline.pipeline import Pipeline
from darwin_spark.storage.workspace import Workspace

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
CORPUS = ROOT / "examples" / "corpus"
QUICKSTART = ROOT / "conf" / "quickstart.yaml"
MANIFEST = ROOT / "examples" / "manifest.csv"


_LONG = {"content", "text", "output"}
"""Compared by their hash."""

_VARIES = {"run_id", "processed_at", "answered_at", "latency_ms", "engine"}
"""Run ids, times and latencies: what may differ between two climbs over the same documents."""


def run_python(*arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run this interpreter with the package and the tests importable, in workers too."""
    everything = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(ROOT / "tests" / "inference")]), **(env or {})}
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=everything, cwd=ROOT, check=False)


def darwin(*arguments: str, env: Mapping[str, str] | None = None) -> str:
    """Run the command; answers what it printed. Fails with its output if it fails."""
    done = run_python("-m", "darwin_spark.cli.app", *arguments, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def snapshot(workspace: Workspace, names: Sequence[str] = ()) -> dict[str, list[str]]:
    """All rows of the level and side tables as sorted JSON, without what varies from climb to climb."""
    wanted = names or [*(level.name for level in registry.levels()), "signatures", "generations"]
    return {name: _rows(workspace, name) for name in wanted if workspace.exists(name)}


def _rows(workspace: Workspace, name: str) -> list[str]:
    frame = workspace.read(name)
    columns = [F.sha2(column, 256).alias(column) if column in _LONG else F.col(column) for column in frame.columns]
    rows = frame.select(*(column for column, key in zip(columns, frame.columns, strict=True) if key not in _VARIES)).collect()
    return sorted(json.dumps(row.asDict(recursive=True), sort_keys=True, default=str) for row in rows)


ENGINE = [
    "tracking.enabled=false",
    "l5.engine=engines:Rewriter",
    "l5.window_tokens=128",
    "l5.model.tokenizer=characters",
    "l5.model.model=fake/rewriter",
]
"""An engine without a model, asked about small windows."""


def go(
    workspace: Workspace, corpus: Path | None, to: str, report: Report = ignore, assignments: Sequence[str] = ()
) -> dict[str, Counts]:
    """Climb in this process, with the engine above. Without a corpus, L0 stays as it is and no file is listed."""
    pipeline = Pipeline(workspace, load([QUICKSTART], [*ENGINE, *assignments]), report)
    return pipeline.climb([str(corpus)] if corpus else [], to=to, manifest=str(MANIFEST))


def log(name: str) -> list[str]:
    """What the parsers or the engine of this process's workers wrote down so far."""
    path = Path(os.environ[name])
    return path.read_text().splitlines() if path.exists() else []
