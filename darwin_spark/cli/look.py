"""Commands that look at a workspace: status, list, runs, explain, audit, levels."""

from dataclasses import astuple, fields
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from darwin_spark.cli.options import LOOK, START, WorkspaceOption, check_choice, existing_workspace, tables_at
from darwin_spark.cli.output import FORMATS, out, show_funnel, show_rows

if TYPE_CHECKING:
    from darwin_spark.observe.run_list import RunRow

app = typer.Typer()


@app.command(rich_help_panel=START)
def status(workspace: WorkspaceOption = "workspace") -> None:
    """The funnel: how many documents each level kept, dropped, failed and passed, and why.

    Example: `darwin status --workspace workspace`
    """
    from darwin_spark.observe.funnel import funnel

    with tables_at(workspace) as tables:
        show_funnel(funnel(tables))


app.command("funnel", hidden=True)(status)


@app.command("list", rich_help_panel=START)
def list_documents(
    pattern: Annotated[
        str, typer.Argument(help="A glob over the source_id such as '*.pdf', or a part of it or of the title.")
    ] = "",
    workspace: WorkspaceOption = "workspace",
    level: Annotated[str, typer.Option(help="Only documents whose highest level is this one.")] = "",
    verdict: Annotated[str, typer.Option(help="Only this verdict: kept, dropped, failed or passed.")] = "",
    reason: Annotated[str, typer.Option(help="Only this reason.")] = "",
    form: Annotated[str, typer.Option("--format", "-f", help="table, json (a line a row) or csv.")] = "table",
    limit: Annotated[int, typer.Option(help="Maximum number of documents; 0 lists all.")] = 1000,
) -> None:
    """Documents: title, the highest level that each reached, its verdict there and why.

    Examples:

    `darwin list --verdict dropped`

    `darwin list "*.pdf" --level l2 --reason too_small --format csv`
    """
    from darwin_spark.observe.documents import DocumentRow, Wanted, documents, reasons
    from darwin_spark.pipeline.registry import find
    from darwin_spark.verdicts import VERDICTS

    check_choice("--format", form, FORMATS)
    if verdict:
        check_choice("--verdict", verdict, VERDICTS)
    wanted = Wanted(find(level).name if level else "", verdict, reason, pattern, limit)
    with tables_at(workspace) as tables:
        found = documents(tables, wanted)
        if reason and not found:
            check_choice("--reason", reason, reasons(tables))
    show_rows(form, [field.name for field in fields(DocumentRow)], (astuple(row) for row in found))


@app.command("runs", rich_help_panel=LOOK)
def list_runs(
    workspace: WorkspaceOption = "workspace",
    level: Annotated[str, typer.Option(help="Only runs of this level.")] = "",
    form: Annotated[str, typer.Option("--format", "-f", help="table, json (a line a row) or csv.")] = "table",
    limit: Annotated[int, typer.Option(help="Maximum number of runs, the latest first; 0 lists all.")] = 50,
) -> None:
    """Runs: what each climb did at each level, when, and how long it took.

    Example: `darwin runs --level l2`
    """
    from darwin_spark.observe.run_list import RunRow, runs
    from darwin_spark.pipeline.registry import find

    check_choice("--format", form, FORMATS)
    wanted = find(level).name if level else ""
    with tables_at(workspace) as tables:
        found = runs(tables, wanted, limit)
    show_rows(form, [field.name for field in fields(RunRow)], (_run_cells(row) for row in found))


def _run_cells(row: "RunRow") -> list[Any]:
    counts = ", ".join(f"{name} {count:,}" for name, count in row.counts)
    values = {field.name: value for field, value in zip(fields(row), astuple(row), strict=True)}
    return list((values | {"counts": counts, "started_at": f"{row.started_at:%Y-%m-%d %H:%M:%S}Z"}).values())


@app.command(rich_help_panel=START)
def explain(
    document: Annotated[str, typer.Argument(help="doc_id, the beginning of one, or a source_id.")],
    workspace: WorkspaceOption = "workspace",
    full: Annotated[bool, typer.Option("--full", help="Also each response of a model, checked again; starts Spark.")] = False,
) -> None:
    """A document's way, level by level: verdicts, reasons, numbers, and what changed in its text.

    Example: `darwin explain pdf/kater-pendulum.pdf`
    """
    from darwin_spark.observe import explain as explanations

    with existing_workspace(workspace) if full else tables_at(workspace) as tables:
        for line in explanations.explain(tables, document):
            out.print(line, markup=False, highlight=False, soft_wrap=True)


@app.command(rich_help_panel=LOOK)
def audit(workspace: WorkspaceOption = "workspace") -> None:
    """Check conservation, schemas, unique rows, orphans. If a promise is broken, exits with 1 and shows ids that break it.

    Example: `darwin audit --workspace workspace`
    """
    from darwin_spark.observe import audit as audits

    with existing_workspace(workspace) as place:
        findings = audits.audit(place)
    for finding in findings:
        ids = "\n    ".join(finding.ids)
        out.print(f"{finding.table}: broken for {finding.count:,}: {finding.promise}\n    {ids}", markup=False, highlight=False)
    if findings:
        raise typer.Exit(1)
    out.print("The audit is clean: nothing lost, nothing doubled, nothing orphaned.")


@app.command(rich_help_panel=LOOK)
def levels() -> None:
    """The ten levels of Data Darwinism, and the levels of other packages.

    Example: `darwin levels`
    """
    from darwin_spark.pipeline import registry
    from darwin_spark.pipeline.ladder import LADDER

    known = {level.name: level for level in registry.levels()}
    table = Table("level", "name", "kind", "what it does", "implemented in")
    for rung in LADDER:
        level = known.pop(rung.name, None)
        where = type(level).__module__.removesuffix(".level") if level else "-"
        table.add_row(rung.name.upper(), rung.title, rung.kind, rung.summary, where)
    for level in known.values():
        table.add_row(level.name, level.title, f"above {level.below}", "", type(level).__module__)
    out.print(table)
