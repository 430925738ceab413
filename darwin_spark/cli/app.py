"""The command `darwin`. All work is done elsewhere; commands parse options and show results.
Exit codes: 0 done; 1 the audit found something; 2 the command, its input or its configuration is wrong; 3 a limit or the
circuit breaker stopped the climb, and the same command continues it."""

import logging
import sys
from typing import Annotated

import typer
from pyspark.logger import PySparkLogger

from darwin_spark.cli import climb, look, models, workspaces
from darwin_spark.cli.options import err
from darwin_spark.errors import UserError
from darwin_spark.storage import quiet

app = typer.Typer(
    help="Data Darwinism on Spark: documents climb from L0 to L5.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
for theme in (climb, look, models, workspaces):
    app.add_typer(theme.app)


@app.callback()
def verbose(
    show: Annotated[bool, typer.Option("--verbose", "-v", help="Show what Spark, the JVM and MLflow log as well.")] = False,
) -> None:
    """Data Darwinism on Spark: documents climb from L0 to L5."""
    quiet.set_verbose(show)
    logging.basicConfig(level=logging.INFO if show else logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    # PySpark logs a wrong query with its plan and both stacks, before the message that names the error.
    PySparkLogger.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)


def job(*command: str) -> None:
    """Run `darwin COMMAND` as a Spark job: `job("run", "--to", "l2")`. The arguments of the script or task are appended."""
    main([*command, *sys.argv[1:]])


def main(arguments: list[str] | None = None) -> None:
    """Run the command line. A UserError is printed as one paragraph, without a traceback; it sets the exit code."""
    try:
        app(arguments)
    except UserError as error:
        err.print(f"darwin: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
