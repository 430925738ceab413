"""Commands about models: judge, estimate, serve, classify."""

from pathlib import Path
from typing import Annotated

import typer

from darwin_spark.cli.options import MODELS, ConfigOption, SetOption, WorkspaceOption, existing_workspace
from darwin_spark.cli.output import out, show_estimate, show_gpu_cost
from darwin_spark.cost import OUTPUT_TOKENS_PER_SECOND, TEXT_BYTES
from darwin_spark.errors import UserError, did_you_mean

app = typer.Typer()


@app.command(rich_help_panel=MODELS)
def judge(
    level: Annotated[str, typer.Argument(help="l4: rule by rule; l5: two variants, pairwise.")],
    variant: Annotated[list[str] | None, typer.Option(help="The variant to judge; twice for a pair at l5.")] = None,
    workspace: WorkspaceOption = "workspace",
    config: ConfigOption = None,
    assign: SetOption = None,
) -> None:
    """Let a model judge what L4 or L5 made. Judgements go to the table `judgements`, figures to MLflow too.

    Examples:

    `darwin judge l4 --variant rules-7`

    `darwin judge l5 --variant qwen3-p1 --variant gpt-oss-120b-p1 --set judge.documents=50`
    """
    from darwin_spark.inference.judges.judge import JUDGES, lines
    from darwin_spark.pipeline.registry import load_settings

    if level not in JUDGES:
        raise UserError(f"no judge for {level!r}: choose one of {', '.join(JUDGES)}{did_you_mean(level, JUDGES)}")
    settings = load_settings(config or [], assign or [])
    with existing_workspace(workspace) as place:
        report = JUDGES[level](place, settings, variant or [])
    for line in lines(report):
        out.print(line, markup=False, highlight=False, soft_wrap=True)


@app.command(rich_help_panel=MODELS)
def estimate(
    documents: Annotated[float, typer.Option(help="Number of documents: 50e6.")],
    level: Annotated[str, typer.Option(help="The level.")] = "l2",
    text_bytes: Annotated[int, typer.Option(help="Bytes of text a document; the paper's mean.")] = TEXT_BYTES,
    gpus: Annotated[int | None, typer.Option(help="GPUs that a model runs on, for a level that calls a model.")] = None,
    tokens_per_second: Annotated[
        float, typer.Option(help="Output tokens a second and GPU, with prefix cache; measure it for your model.")
    ] = OUTPUT_TOKENS_PER_SECOND,
    workspace: Annotated[
        str | None, typer.Option("--workspace", "-w", help="An earlier run, whose response store calibrates the estimate.")
    ] = None,
    config: ConfigOption = None,
    assign: SetOption = None,
) -> None:
    """What a level will cost: core hours, bytes read and shuffled; with --gpus: requests, tokens, GPU hours.

    Examples:

    `darwin estimate --level l2 --documents 50e6`

    `darwin estimate --level l4 --documents 50e6 --gpus 256 --tokens-per-second 6100 --workspace pilot`
    """
    from darwin_spark.observe import cpu_cost, gpu_cost
    from darwin_spark.pipeline.registry import find, load_settings

    settings, level = load_settings(config or [], assign or []), find(level).name
    if gpus is None:
        show_estimate(level, cpu_cost.estimate(level, int(documents), settings, text_bytes))
        return
    costed, shape = gpu_cost.costed_level(level), None
    if workspace is not None:
        with existing_workspace(workspace) as place:
            shape = gpu_cost.measured_shape(place, costed, settings, text_bytes)
    shape = shape or gpu_cost.expected_shape(costed, settings, text_bytes)
    show_gpu_cost(gpu_cost.GpuCost(costed.name, int(documents), gpus, tokens_per_second, shape))


@app.command(rich_help_panel=MODELS)
def serve(
    level: Annotated[
        str, typer.Option(help="Whose model: l4, l5, l1.ocr.olmocr, or any section of the settings with one.")
    ] = "l5",
    discovery: Annotated[
        str | None, typer.Option(help="Folder in which the servers are announced; default: endpoint.discovery of the model.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen at: 0.0.0.0 for a cluster's machines.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The first server's port; the others take the next free ones.")] = 8000,
    announce: Annotated[
        str | None, typer.Option(help="This machine's name for other machines; default: its host name.")
    ] = None,
    gpus: Annotated[str | None, typer.Option(help="0,1,2: these GPUs only.")] = None,
    logs: Annotated[Path | None, typer.Option(help="Folder for the servers' output; default: standard error.")] = None,
    config: ConfigOption = None,
    assign: SetOption = None,
) -> None:
    """Keep one vLLM server running for each GPU (or tensor-parallel group) of this machine, for engine `endpoint`.

    Example: `darwin serve --level l5 --host 0.0.0.0 --discovery /shared/servers --config conf/darwin_science.yaml`
    """
    from darwin_spark.inference.serve import launch
    from darwin_spark.pipeline.registry import load_settings

    own = gpus.split(",") if gpus else None
    where = launch.Where(host, port, announce, discovery, logs, own)
    launch.run(launch.model_of(load_settings(config or [], assign or []), level), where)


@app.command(rich_help_panel=MODELS)
def classify(
    text: Annotated[list[str] | None, typer.Option("--text", "-t", help="A text; repeatable.")] = None,
    file: Annotated[list[Path] | None, typer.Option("--file", "-f", help="A text file, UTF-8; repeatable.")] = None,
) -> None:
    """What L3's annotator `local` says of a text: discipline, FDC code, document type. A line of JSON each; no Spark.

    Example: `darwin classify --text "Every bounded sequence has a convergent subsequence."`
    """
    from darwin_spark.levels.l3_classify.classify import classify_texts, read_text

    texts = [*(text or []), *(read_text(path) for path in file or [])]
    if not texts:
        raise UserError("nothing to classify: give --text TEXT or --file PATH")
    for answer in classify_texts(texts):
        out.print_json(data=answer, indent=None)
