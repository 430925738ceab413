"""Commands that climb: `darwin run`."""

from typing import Annotated

import typer

from darwin_spark.cli.options import START, ConfigOption, SetOption, WorkspaceOption, err, workspace_at
from darwin_spark.cli.output import out, show_funnel
from darwin_spark.cli.progress import Progress

app = typer.Typer()


@app.command(rich_help_panel=START)
def run(
    inputs: Annotated[
        list[str] | None,
        typer.Option("--input", "-i", help="File, folder, glob, or urls:FILE (a list of URLs); NAME=PATH names it."),
    ] = None,
    to: Annotated[str, typer.Option(help="The level to climb to.")] = "l5",
    workspace: WorkspaceOption = "workspace",
    config: ConfigOption = None,
    assign: SetOption = None,
    manifest: Annotated[
        str | None, typer.Option(help="CSV or JSONL with title, license, declared_type of objects, by source and source_id.")
    ] = None,
    sample: Annotated[float | None, typer.Option(help="Take this share of the objects, always the same ones.")] = None,
    reprocess: Annotated[list[str] | None, typer.Option(help="Process a level again under the present settings.")] = None,
    max_requests: Annotated[int | None, typer.Option(help="Stop (exit code 3) after this many requests to models.")] = None,
    max_gpu_hours: Annotated[float | None, typer.Option(help="Stop (exit code 3) after this many GPU hours.")] = None,
) -> None:
    """Climb the ladder. Running the same command again does only what is left.

    Examples:

    `darwin run --input papers --to l4`

    `darwin run --input s3://bucket/pdfs --input arxiv=data/tex --to l2 --workspace s3://bucket/corpus --sample 0.01`

    `darwin run --input urls:list.txt --set l0.fetch.user_agent="ours (+https://example.org/bot)"`

    `darwin run --to l4 --reprocess l2 --set l2.min_bytes=4096`
    """
    from darwin_spark.observe.funnel import funnel
    from darwin_spark.pipeline.inputs import parse
    from darwin_spark.pipeline.pipeline import Pipeline, reprocessed
    from darwin_spark.pipeline.registry import find, load_settings, path_to

    limits = {"max_requests": max_requests, "max_gpu_hours": max_gpu_hours}
    options = {"l0.sample": sample} | {f"inference.circuit_breaker.{name}": limit for name, limit in limits.items()}
    assignments = [f"{key}={value}" for key, value in options.items() if value is not None]
    settings = load_settings(config or [], [*(assign or []), *assignments])
    # Mistakes in what was typed are told before Spark starts.
    sources, top = [parse(text) for text in inputs or []], find(to)
    again = sorted(reprocessed(path_to(top), reprocess or []))
    with workspace_at(workspace) as place, Progress(err) as progress:
        pipeline = Pipeline(place, settings, progress.report)
        pipeline.climb(sources, to=top.name, manifest=manifest, reprocess=again)
        progress.stop()
        show_funnel(funnel(place))
        if not place.exists("l0"):
            err.print("No document was found: give --input PATH with files in it.", soft_wrap=True)
        out.print(
            f"Next: darwin explain DOC, darwin sql QUERY, darwin audit (with --workspace {workspace})",
            soft_wrap=True,
            highlight=False,
        )
