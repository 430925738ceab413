"""The pipeline: climb level after level, and process at each only the documents that need it."""

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from darwin_spark.config.settings import Settings
from darwin_spark.errors import UserError
from darwin_spark.events import Counts, Event, Report, ignore
from darwin_spark.inference.budget import Budget
from darwin_spark.inference.client import Client
from darwin_spark.pipeline import acquisition, changes, configured, inputs, level_run, registry, run_log
from darwin_spark.pipeline.acquisition import Sources
from darwin_spark.pipeline.inputs import Input
from darwin_spark.pipeline.level import AnyLevel
from darwin_spark.pipeline.recovery import recover
from darwin_spark.pipeline.run_context import RunContext
from darwin_spark.pipeline.tracking import tracked_climb
from darwin_spark.storage import session, workspace_metadata
from darwin_spark.storage.workspace import Workspace


class ReprocessError(UserError):
    """A level is to be processed again by a climb that does not reach it."""


@dataclass(frozen=True)
class Pipeline:
    """Runs the levels on one workspace, under one configuration."""

    workspace: Workspace
    settings: Settings
    report: Report = ignore
    """Called with every step of a climb."""

    def climb(
        self,
        sources: Sequence[Input | str] = (),
        *,
        to: str | None = None,
        manifest: str | None = None,
        reprocess: Sequence[str] = (),
    ) -> dict[str, Counts]:
        """Climb to a level; return how many rows of each level got each verdict and reason. Without `to`, climb to the highest
        level that the settings can reach (`configured.highest`).

        `sources`: files, folders, globs, lists of URLs (`inputs.parse`); without them the objects of L0 stay.
        `manifest`: a CSV or JSONL that describes objects. `reprocess`: levels whose rows are processed again under the present
        settings. Raises UserError (ReprocessError, InputError, TableError, PublishError, StoppedError ...).
        """
        path = self.path(configured.highest(self.settings).name if to is None else to)
        again = reprocessed(path, reprocess)
        parsed = [inputs.parse(source) if isinstance(source, str) else source for source in sources]
        with self.workspace.lock():
            context = self._context()
            known = _prepare(context, parsed, manifest)
            recover(context)
            history = run_log.history(self.workspace)
            processed: dict[str, Counts] = {}
            with tracked_climb(self.settings, self.workspace) as log_level:
                for level in path:
                    begun, past = time.monotonic(), history.get(level.name, run_log.History())
                    is_again = level.name in again
                    config_hash = changes.config_hash(level, self.settings, past.reprocessed + is_again)
                    wanted = config_hash if is_again else None
                    if level.below is None:
                        found = Sources(parsed, known.get("manifest"))
                        counts = acquisition.run_acquisition(context, found, config_hash, wanted)
                    else:
                        counts = level_run.run_level(context, level, config_hash, wanted)
                    if is_again:
                        run_log.record(self.workspace, context.new_run(level, []), run_log.REPROCESSED)
                    session.tune_for_rows(self.workspace.spark, past.rows + sum(counts.values()))
                    seconds = time.monotonic() - begun
                    if counts:
                        log_level(level, counts, seconds)
                    self.report(Event(level.name, "done", counts, seconds))
                    processed[level.name] = counts
        return processed

    def path(self, to: str) -> Sequence[AnyLevel]:
        """Return the levels that a climb to `to` runs, the lowest first."""
        return registry.path_to(registry.find(to))

    def _context(self) -> RunContext:
        sequence = itertools.count(run_log.last_sequence(self.workspace) + 1)
        inference = self.settings.inference
        client = Client(self.workspace, inference, Budget(inference.circuit_breaker), self.report)
        return RunContext(self.workspace, self.settings, client, self.report, uuid4().hex, sequence)


def reprocessed(path: Sequence[AnyLevel], names: Sequence[str]) -> frozenset[str]:
    """Return the names of the levels to process again. Raises ReprocessError if a climb along `path` does not reach one."""
    wanted, reached = [registry.find(name).name for name in names], [level.name for level in path]
    for name in wanted:
        if name not in reached:
            raise ReprocessError(
                f"a climb to {reached[-1]} does not reach {name}, which is to be processed again: climb to {name} (--to {name})"
            )
    return frozenset(wanted)


def _prepare(context: RunContext, sources: Sequence[Input], manifest: str | None) -> dict[str, str]:
    """Record what is fixed for the workspace, or refuse settings that do not fit; return the workspace's properties.
    A manifest is remembered until another one is given."""
    workspace, settings = context.workspace, context.settings
    workspace.create_schema()
    known = workspace_metadata.read(workspace.reader)
    workspace_metadata.check_format(workspace, known)
    workspace_metadata.check_buckets(known, settings.workspace.buckets)
    fixed = {"buckets": str(settings.workspace.buckets), **inputs.roots(sources, known)}
    fixed |= workspace_metadata.with_format()
    fixed |= {"manifest": inputs.manifest_path(manifest)} if manifest else {}
    fixed |= {"journal": settings.inference.journal} if settings.inference.journal else {}
    return workspace_metadata.update(workspace, known, fixed)
