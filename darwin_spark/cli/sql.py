"""The command `darwin sql`: one query, or a prompt that asks for queries and starts Spark once."""

import sys
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from darwin_spark.cli.options import LOOK, WorkspaceOption, check_choice, err, existing_workspace, tables_at
from darwin_spark.cli.output import FORMATS, show_rows
from darwin_spark.errors import UserError

if TYPE_CHECKING:
    from pyspark.errors import AnalysisException

    from darwin_spark.storage.delta_files import DeltaFiles
    from darwin_spark.storage.workspace import Workspace

app = typer.Typer()

_ENGINES = ("spark", "datafusion")
Ask = Callable[[str], None]
"""Run a query and print its rows. Raises UserError for a wrong query."""


@app.command(rich_help_panel=LOOK)
def sql(
    query: Annotated[
        str, typer.Argument(help="SQL over the views l0 ... l5, l1_kept ..., verdicts, corpus, runs; none: a prompt.")
    ] = "",
    workspace: WorkspaceOption = "workspace",
    form: Annotated[str, typer.Option("--format", "-f", help="table, json (a line a row) or csv.")] = "table",
    limit: Annotated[int, typer.Option(help="Maximum number of rows shown; 0 shows all.")] = 1000,
    engine: Annotated[
        str, typer.Option(help="spark; or datafusion: without a JVM, over the tables of a local workspace, without views.")
    ] = "spark",
) -> None:
    """Run a SQL query on the workspace; without a query, ask for queries until the end of the input (Ctrl-D).

    Examples:

    `darwin sql "SELECT level, verdict, reason, count(*) FROM verdicts GROUP BY ALL ORDER BY ALL"`

    `darwin sql "SELECT title, text FROM corpus WHERE discipline = 'physics'" --format json`

    `darwin sql "SELECT verdict, count(*) AS documents FROM l2 GROUP BY verdict" --engine datafusion`
    """
    check_choice("--format", form, FORMATS)
    check_choice("--engine", engine, _ENGINES)
    if engine == "datafusion":
        from darwin_spark.storage.delta_files import DeltaFiles

        with tables_at(workspace) as tables:
            if not isinstance(tables, DeltaFiles):
                raise UserError("--engine datafusion reads a workspace in a folder of this machine, with `deltalake` installed")
            _answer(query, _datafusion(tables, form, limit), tables.names())
        return
    with existing_workspace(workspace) as place:
        _answer(query, _spark(place, form, limit), place.reader.names())


def _answer(query: str, ask: Ask, words: list[str]) -> None:
    """Run the query, or else all queries that are typed; of these, a wrong one does not end the prompt."""
    if query:
        ask(query)
        return
    for typed in _typed(words) if sys.stdin.isatty() else sys.stdin.read().split(";"):
        if not typed.strip(" \n;"):
            continue
        try:
            ask(typed.strip(" \n;"))
        except UserError as error:
            err.print(f"darwin: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
            if not sys.stdin.isatty():
                raise typer.Exit(error.exit_code) from error


def _typed(words: list[str]) -> Iterator[str]:
    """Yield the queries that a person types, with history and completion if `prompt_toolkit` is installed."""
    read = _prompt(words)
    while True:
        try:
            yield read()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


def _prompt(words: list[str]) -> Callable[[], str]:
    try:
        from darwin_spark.cli import sql_prompt
    except ImportError:
        return lambda: input("sql> ")
    return sql_prompt.prompt(words)


def _spark(workspace: "Workspace", form: str, limit: int) -> Ask:
    from pyspark.errors import AnalysisException

    from darwin_spark.config.renamed import reasons_in
    from darwin_spark.observe.views import open_views_of

    def ask(query: str) -> None:
        for old, new in reasons_in(query).items():
            err.print(f"Note: the reason {old} is now called {new}.", highlight=False)
        open_views_of(workspace, query)
        try:
            answer = workspace.spark.sql(query)
            rows = (answer.limit(limit) if limit else answer).toLocalIterator()
            show_rows(form, answer.columns, (row.asDict(recursive=True).values() for row in rows))
        except AnalysisException as error:
            raise UserError(_sentence(error)) from error

    return ask


def _sentence(error: "AnalysisException") -> str:
    """Return what is wrong with a query, and where; without Spark's plan and the JVM's stack."""
    return str(error).split("\n\nJVM")[0].split(";\n")[0].strip()


def _datafusion(tables: "DeltaFiles", form: str, limit: int) -> Ask:
    def ask(query: str) -> None:
        columns, rows = tables.stream(query)
        show_rows(form, columns, islice(rows, limit or None))

    return ask
