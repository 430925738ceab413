"""A climb's context without a climb, for tests of single steps of the pipeline."""

import itertools

from darwin_spark.config.loading import load
from darwin_spark.events import ignore
from darwin_spark.inference.budget import Budget
from darwin_spark.inference.client import Client
from darwin_spark.pipeline.run_context import RunContext
from darwin_spark.storage.workspace import Workspace


def context_of(workspace: Workspace, *assignments: str) -> RunContext:
    """The context of a climb over a workspace, under the default settings and these `key=value` pairs."""
    settings = load([], assignments)
    client = Client(workspace, settings.inference, Budget(settings.inference.circuit_breaker))
    return RunContext(workspace, settings, client, ignore, "climb", itertools.count(1))
