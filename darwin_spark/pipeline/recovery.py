"""Finish the runs that crashes interrupted: publish those that were staged completely, record the others as abandoned."""

from darwin_spark.pipeline import publish, registry, run_log
from darwin_spark.pipeline.run_context import RunContext, Timings
from darwin_spark.storage import staging


def recover(context: RunContext) -> None:
    """Store journaled responses, publish or abandon unfinished runs, delete staging tables."""
    context.client.recover()
    for run in run_log.unfinished(context.workspace):
        level = registry.find(run.level)
        if publish.is_staged(context.workspace, run):
            staged = staging.read(context.workspace, run.staging(level.name))
            publish.publish(context, run, level, publish.check(staged, level, None), Timings())
        else:
            run_log.record(context.workspace, run, run_log.ABANDONED)
    staging.clean_all(context.workspace)
