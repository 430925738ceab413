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
        typer.Argument(help="Files, folders, globs, or urls:FILE (a list of URLs); NAME=PATH names one.", show_default=False),
    ] = None,
    more: Annotated[list[str] | None, typer.Option("--input", "-i", help="The same as an argument; repeatable.")] = None,
    to: Annotated[
        str | None, typer.Option(help="The level to climb to; default: the highest one that these settings can reach.")
    ] = None,
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

    `darwin run papers`

    `darwin run ~/papers/*.pdf more/ --to l2`

    `darwin run s3://bucket/pdfs arxiv=data/tex --to l2 --workspace s3://bucket/corpus --sample 0.01`

    `darwin run urls:list.txt --set l0.fetch.user_agent="ours (+https://example.org/bot)"`

    `darwin run --to l4 --reprocess l2 --set l2.min_bytes=4096`
    """
    from darwin_spark.observe.funnel import funnel
    from darwin_spark.pipeline import configured
    from darwin_spark.pipeline.inputs import check_manifest, parse
    from darwin_spark.pipeline.pipeline import Pipeline, reprocessed
    from darwin_spark.pipeline.registry import find, load_settings, path_to

    limits = {"max_requests": max_requests, "max_gpu_hours": max_gpu_hours}
    options = {"l0.sample": sample} | {f"inference.circuit_breaker.{name}": limit for name, limit in limits.items()}
    assignments = [f"{key}={value}" for key, value in options.items() if value is not None]
    settings = load_settings(config or [], [*(assign or []), *assignments])
    # Mistakes in what was typed are told before Spark starts.
    top = find(to) if to else configured.highest(settings)
    configured.check_models(top, settings)
    sources = [parse(text) for text in [*(inputs or []), *(more or [])]]
    check_manifest(manifest)
    again = sorted(reprocessed(path_to(top), reprocess or []))
    with workspace_at(workspace) as place, Progress(err) as progress:
        pipeline = Pipeline(place, settings, progress.report)
        pipeline.climb(sources, to=top.name, manifest=manifest, reprocess=again)
        progress.stop()
        show_funnel(funnel(place.reader))
        if not place.exists("l0"):
            err.print("No document was found: give PATH with files in it, `darwin run PATH`.", soft_wrap=True)
        looks = f"darwin list, darwin explain DOC, darwin sql QUERY, darwin audit (with --workspace {workspace})"
        lines = [f"Next: {looks}", *configured.next_step(top, settings)]
        for line in lines:
            out.print(line, soft_wrap=True, highlight=False)
