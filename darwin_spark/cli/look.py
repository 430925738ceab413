"""Commands that look at a workspace: status, list, runs, explain, sql, audit, levels."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from darwin_spark.cli.options import LOOK, START, WorkspaceOption, err, existing_workspace, tables_at
from darwin_spark.cli.output import out, show_csv, show_funnel, show_json, show_table
from darwin_spark.errors import UserError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.errors import AnalysisException
    from pyspark.sql import DataFrame

app = typer.Typer()


@app.command(rich_help_panel=START)
def status(workspace: WorkspaceOption = "workspace") -> None:
    """The funnel: how many documents each level kept, dropped, failed and passed, and why.

    Example: `darwin status --workspace workspace`
    """
    from darwin_spark.observe.funnel import funnel

    with tables_at(workspace) as tables:
        show_funnel(funnel(tables))


@app.command(rich_help_panel=START)
def explain(
    document: Annotated[str, typer.Argument(help="doc_id, the beginning of one, or a source_id.")],
    workspace: WorkspaceOption = "workspace",
) -> None:
    """A document's way, level by level: verdicts, reasons, numbers, and what changed in its text.

    Example: `darwin explain pdf/kater-pendulum.pdf`
    """
    from darwin_spark.observe import explain as explanations

    with existing_workspace(workspace) as place:
        for line in explanations.explain(place, document):
            out.print(line, markup=False, highlight=False, soft_wrap=True)


@app.command(rich_help_panel=LOOK)
def sql(
    query: Annotated[str, typer.Argument(help="SQL over the views l0 ... l5, l1_kept ..., verdicts, corpus, runs.")],
    workspace: WorkspaceOption = "workspace",
    form: Annotated[str, typer.Option("--format", "-f", help="table, json (a line a row) or csv.")] = "table",
    limit: Annotated[int, typer.Option(help="Maximum number of rows shown; 0 shows all.")] = 1000,
) -> None:
    """Run a SQL query on the workspace.

    Examples:

    `darwin sql "SELECT level, verdict, reason, count(*) FROM verdicts GROUP BY ALL ORDER BY ALL"`

    `darwin sql "SELECT title, text FROM corpus WHERE discipline = 'physics'" --format json`
    """
    from pyspark.errors import AnalysisException

    from darwin_spark.config.renamed import reasons_in
    from darwin_spark.observe.views import open_views

    shows: dict[str, Callable[[DataFrame], None]] = {"table": show_table, "json": show_json, "csv": show_csv}
    if form not in shows:
        raise UserError(f"--format {form!r}: choose one of {', '.join(shows)}{did_you_mean(form, shows)}")
    for old, new in reasons_in(query).items():
        err.print(f"Note: the reason {old} is now called {new}.", highlight=False)
    with existing_workspace(workspace) as place:
        open_views(place)
        try:
            answer = place.spark.sql(query)
            shows[form](answer.limit(limit) if limit else answer)
        except AnalysisException as error:
            raise UserError(_sentence(error)) from error


def _sentence(error: "AnalysisException") -> str:
    """Return what is wrong with a query, and where; without Spark's plan and the JVM's stack."""
    return str(error).split("\n\nJVM")[0].split(";\n")[0].strip()


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
