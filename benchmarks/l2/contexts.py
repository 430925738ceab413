"""The context that the pipeline gives to a level run, for benchmarks that run L2 alone."""

from itertools import count

from darwin_spark.config.settings import Settings
from darwin_spark.events import ignore
from darwin_spark.inference.budget import Budget
from darwin_spark.inference.client import Client
from darwin_spark.pipeline import run_log
from darwin_spark.pipeline.run_context import RunContext
from darwin_spark.storage.workspace import Workspace


def bench_context(workspace: Workspace, settings: Settings) -> RunContext:
    """The context of one climb that reports nothing. Its runs are numbered after the last run of the workspace."""
    inference = settings.inference
    client = Client(workspace, inference, Budget(inference.circuit_breaker))
    numbers = count(run_log.last_sequence(workspace) + 1)
    return RunContext(workspace, settings, client, ignore, "bench", numbers)
