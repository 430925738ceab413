"""The command `darwin`: climb, look, explain, audit. All work is done elsewhere; here it is named and shown.

Exit codes: 0 done; 1 the audit found something; 2 the command, its input or its configuration is wrong; 3 a brake
stopped the climb, and the same command goes on where it was.
"""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from pyspark.errors import AnalysisException
from pyspark.logger import PySparkLogger
from pyspark.sql import DataFrame, SparkSession
from rich.console import Console
from rich.table import Table

from darwin_spark.cli.output import out, show_csv, show_estimate, show_funnel, show_generation_cost, show_json, show_table
from darwin_spark.cli.progress import Progress
from darwin_spark.config.loading import ConfigError, load
from darwin_spark.errors import UserError
from darwin_spark.inference import response_store
from darwin_spark.inference.judges import run as judges
from darwin_spark.levels.l3_classify import classify_texts
from darwin_spark.levels.l3_classify.classify import read_text
from darwin_spark.observe import audit as audits
from darwin_spark.observe import cpu_cost as estimates
from darwin_spark.observe import explain as explanations
from darwin_spark.observe import gpu_cost as costs
from darwin_spark.observe.funnel import funnel
from darwin_spark.observe.views import open_views
from darwin_spark.pipeline import registry as ladder
from darwin_spark.pipeline.inputs import parse
from darwin_spark.pipeline.pipeline import climb
from darwin_spark.storage import tables
from darwin_spark.storage.session import spark_session
from darwin_spark.storage.tables import TableError, Workspace

app = typer.Typer(
    help="Data Darwinism on Spark: documents climb from L0 to L5.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
err = Console(stderr=True)

WorkspaceOption = Annotated[str, typer.Option("--workspace", "-w", help="Folder, object-store prefix, or catalog:SCHEMA.")]
ConfigOption = Annotated[list[Path] | None, typer.Option("--config", "-c", help="YAML overlay; repeatable, later ones win.")]
SetOption = Annotated[list[str] | None, typer.Option("--set", "-s", help="One setting: l2.min_bytes=4096; repeatable.")]


@app.command()
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
        str | None, typer.Option(help="CSV or JSONL that says title, license, declared_type by source_id.")
    ] = None,
    sample: Annotated[float | None, typer.Option(help="Take this share of the objects, always the same ones.")] = None,
    reprocess: Annotated[list[str] | None, typer.Option(help="Judge a level anew under the present settings.")] = None,
    max_requests: Annotated[int | None, typer.Option(help="Stop (exit code 3) when models were asked so often.")] = None,
    max_gpu_hours: Annotated[float | None, typer.Option(help="Stop (exit code 3) when GPUs worked so long.")] = None,
) -> None:
    """Climb the ladder. Running the same command again does what is left, and nothing twice.

    Examples:

    `darwin run --input papers --to l4`

    `darwin run --input s3://bucket/pdfs --input arxiv=data/tex --to l2 --workspace s3://bucket/corpus --sample 0.01`

    `darwin run --input urls:list.txt --set l0.fetch.user_agent="ours (+https://example.org/bot)"`

    `darwin run --to l4 --reprocess l2 --set l2.min_bytes=4096`
    """
    named = {"l0.sample": sample, "generation.brakes.max_requests": max_requests}
    named |= {"generation.brakes.max_gpu_hours": max_gpu_hours}
    settings = load(config or [], [*(assign or []), *(f"{key}={value}" for key, value in named.items() if value is not None)])
    sources = [parse(text) for text in inputs or []]
    with _session() as spark, Progress(err) as progress:
        place = Workspace.parse(workspace)
        climb(spark, place, settings, sources, to=to, manifest=manifest, reprocess=reprocess or [], report=progress.report)
        progress.stop()
        show_funnel(funnel(spark, place))
        if not tables.exists(spark, place, "l0"):
            err.print("No document was found: give --input PATH with files in it.", soft_wrap=True)
        out.print(
            f"Next: darwin explain DOC, darwin sql QUERY, darwin audit (with --workspace {workspace})",
            soft_wrap=True,
            highlight=False,
        )


@app.command()
def status(workspace: WorkspaceOption = "workspace") -> None:
    """The funnel: how many documents each level kept, dropped, failed and passed, and why.

    Example: `darwin status --workspace workspace`
    """
    with _session() as spark:
        show_funnel(funnel(spark, _existing(spark, workspace)))


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="SQL over the views l0 ... l5, l1_kept ..., verdicts, corpus, runs.")],
    workspace: WorkspaceOption = "workspace",
    form: Annotated[str, typer.Option("--format", "-f", help="table, json (a line a row) or csv.")] = "table",
    limit: Annotated[int, typer.Option(help="Rows shown at the most; 0 shows all.")] = 1000,
) -> None:
    """Ask the tables.

    Examples:

    `darwin sql "SELECT level, verdict, reason, count(*) FROM verdicts GROUP BY ALL ORDER BY ALL"`

    `darwin sql "SELECT title, text FROM corpus WHERE discipline = 'physics'" --format json`
    """
    shows: dict[str, Callable[[DataFrame], None]] = {"table": show_table, "json": show_json, "csv": show_csv}
    if form not in shows:
        raise ConfigError(f"--format {form!r}: choose one of {', '.join(shows)}")
    with _session() as spark:
        open_views(spark, _existing(spark, workspace))
        try:
            answer = spark.sql(query)
            shows[form](answer.limit(limit) if limit else answer)
        except AnalysisException as error:
            raise ConfigError(_sentence(error)) from error


@app.command()
def explain(
    document: Annotated[str, typer.Argument(help="doc_id, the beginning of one, or a source_id.")],
    workspace: WorkspaceOption = "workspace",
) -> None:
    """A document's way, level by level: verdicts, reasons, numbers, and what changed in its text.

    Example: `darwin explain pdf/kater-pendulum.pdf`
    """
    with _session() as spark:
        place = _existing(spark, workspace)
        doc_id = explanations.find_document(spark, place, document)
        out.print(f"document {doc_id}", highlight=False)
        for line in explanations.explain(spark, place, doc_id):
            out.print(line, markup=False, highlight=False, soft_wrap=True)


@app.command()
def audit(workspace: WorkspaceOption = "workspace") -> None:
    """Check conservation, schemas, one row each, orphans. Exits with 1 and the ids that break a promise.

    Example: `darwin audit --workspace workspace`
    """
    with _session() as spark:
        findings = audits.audit(spark, _existing(spark, workspace))
    for finding in findings:
        ids = "\n    ".join(finding.ids)
        out.print(f"{finding.table}: broken for {finding.count:,}: {finding.promise}\n    {ids}", markup=False, highlight=False)
    if findings:
        raise typer.Exit(1)
    out.print("The audit is clean: nothing lost, nothing doubled, nothing orphaned.")


@app.command()
def judge(
    level: Annotated[str, typer.Argument(help="l4: rule by rule; l5: two variants, pairwise.")],
    variant: Annotated[list[str] | None, typer.Option(help="The variant to judge; twice for a pair at l5.")] = None,
    workspace: WorkspaceOption = "workspace",
    config: ConfigOption = None,
    assign: SetOption = None,
) -> None:
    """Let a model judge what L4 or L5 made. Answers go to the table `judgements`, the figures to MLflow too.

    Examples:

    `darwin judge l4 --variant rules-5`

    `darwin judge l5 --variant qwen3-p1 --variant gpt-oss-120b-p1 --set judge.documents=50`
    """
    if level not in judges.JUDGES:
        raise ConfigError(f"no judge for {level!r}: choose one of {', '.join(judges.JUDGES)}")
    settings = load(config or [], assign or [])
    with _session() as spark:
        found = judges.JUDGES[level](spark, _existing(spark, workspace), settings, variant or [])
    for line in judges.lines(found):
        out.print(line, markup=False, highlight=False, soft_wrap=True)


@app.command()
def estimate(
    documents: Annotated[float, typer.Option(help="How many documents: 50e6.")],
    level: Annotated[str, typer.Option(help="The level.")] = "l2",
    text_bytes: Annotated[int, typer.Option(help="Bytes of text a document; the paper's mean.")] = estimates.TEXT_BYTES,
    gpus: Annotated[int | None, typer.Option(help="GPUs that a model runs on: l4 or l5 by a model.")] = None,
    tokens_per_second: Annotated[
        float, typer.Option(help="Output tokens a second and GPU, with prefix cache; measure it for your model.")
    ] = costs.REWRITTEN_TOKENS_S,
    workspace: Annotated[str | None, typer.Option("--workspace", "-w", help="An earlier run, whose ledger calibrates.")] = None,
    config: ConfigOption = None,
    assign: SetOption = None,
) -> None:
    """What a level will cost: core hours, bytes read and shuffled; with --gpus: requests, tokens, GPU-hours.

    Examples:

    `darwin estimate --level l2 --documents 50e6`

    `darwin estimate --level l4 --documents 50e6 --gpus 256 --tokens-per-second 6100 --workspace pilot`
    """
    settings = load(config or [], assign or [])
    if gpus is None:
        show_estimate(level, estimates.estimate(level, int(documents), settings, text_bytes))
        return
    shape = None
    if workspace is not None:
        with _session() as spark:
            place = _existing(spark, workspace)
            if tables.exists(spark, place, response_store.TABLE) and tables.exists(spark, place, level):
                asked, rows = response_store.read(spark, place), tables.read(spark, place, level)
                shape = costs.measured(level, settings, text_bytes, asked, rows)
    show_generation_cost(costs.generation_cost(level, int(documents), settings, gpus, tokens_per_second, text_bytes, shape))


@app.command()
def serve(
    level: Annotated[str, typer.Option(help="Whose model: l4, l5, l1.ocr, or any section of the settings with one.")] = "l5",
    discovery: Annotated[
        str | None, typer.Option(help="Folder in which the servers are announced; default: endpoint.discovery of the model.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen at: 0.0.0.0 for a cluster's machines.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The first server's port; the others take the next free ones.")] = 8000,
    announce: Annotated[str | None, typer.Option(help="What other machines call this one; default: its host name.")] = None,
    gpus: Annotated[str | None, typer.Option(help="0,1,2: these GPUs only.")] = None,
    logs: Annotated[Path | None, typer.Option(help="Folder for the servers' output; default: standard error.")] = None,
    config: ConfigOption = None,
    assign: SetOption = None,
) -> None:
    """Keep up one vLLM server a GPU (or tensor-parallel group) of this machine, for engine `endpoint`, until it is stopped.

    Example: `darwin serve --level l5 --host 0.0.0.0 --discovery /shared/servers --config conf/darwin_science.yaml`
    """
    from darwin_spark.inference.serve import launch

    own = gpus.split(",") if gpus else None
    where = launch.Where(host, port, announce, discovery, logs, own)
    launch.run(launch.model_of(load(config or [], assign or []), level), where)


@app.command()
def classify(
    text: Annotated[list[str] | None, typer.Option("--text", "-t", help="A text; repeatable.")] = None,
    file: Annotated[list[Path] | None, typer.Option("--file", "-f", help="A text file, UTF-8; repeatable.")] = None,
) -> None:
    """What the annotator `local` says of a text: discipline, FDC code, document type. A line of JSON each; no Spark.

    Example: `darwin classify --text "Every bounded sequence has a convergent subsequence."`
    """
    texts = [*(text or []), *(read_text(path) for path in file or [])]
    if not texts:
        raise ConfigError("nothing to classify: give --text TEXT or --file PATH")
    for answer in classify_texts(texts):
        out.print_json(data=answer, indent=None)


@app.command()
def levels() -> None:
    """The ten levels of Data Darwinism, and which are implemented.

    Example: `darwin levels`
    """
    table = Table("level", "name", "kind", "what it does", "implemented")
    for level in ladder.LEVELS:
        table.add_row(f"L{level.number}", level.name, level.kind, level.summary, level.package or "-")
    out.print(table)


def job(*command: str) -> None:
    """A command as a Spark job: `job("run", "--to", "l2")` runs it with the arguments of the script or task."""
    main([*command, *sys.argv[1:]])


def main(arguments: list[str] | None = None) -> None:
    """The entry point: errors that a person can mend are told in one paragraph, without a traceback."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    # PySpark logs a wrong query with its plan and both stacks, before anybody could say what is wrong.
    PySparkLogger.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    try:
        app(arguments)
    except UserError as error:
        err.print(f"darwin: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(error.exit_code)


def _sentence(error: AnalysisException) -> str:
    """What is wrong with a query, and where; without Spark's plan of it and the stack of the JVM."""
    return str(error).split("\n\nJVM")[0].split(";\n")[0].strip()


@contextmanager
def _session() -> Iterator[SparkSession]:
    with err.status("starting Spark"):
        opened = spark_session()
        spark = opened.__enter__()
    try:
        yield spark
    finally:
        opened.__exit__(None, None, None)


def _existing(spark: SparkSession, workspace: str) -> Workspace:
    place = Workspace.parse(workspace)
    if not tables.exists(spark, place, "l0"):
        raise TableError(
            f"no tables in the workspace {workspace}: climb first, `darwin run --input PATH --workspace {workspace}`"
        )
    return place


if __name__ == "__main__":
    main()
