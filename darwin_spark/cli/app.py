"""The command `darwin`. All work is done elsewhere; commands parse options and show results.
Exit codes: 0 done; 1 the audit found something; 2 the command, its input or its configuration is wrong; 3 a limit or the
circuit breaker stopped the climb, and the same command continues it."""

import logging
import sys
from typing import Annotated

import typer

from darwin_spark.cli import climb, look, models, sql, workspaces
from darwin_spark.cli.mistakes import UsageError, sentence
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
for theme in (climb, look, sql, models, workspaces):
    app.add_typer(theme.app)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"darwin-spark {version('darwin-spark')}")
        raise typer.Exit


@app.callback()
def verbose(
    show: Annotated[bool, typer.Option("--verbose", "-v", help="Show what Spark, the JVM and MLflow log as well.")] = False,
    version: Annotated[  # noqa: ARG001  (its callback answers)
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version of darwin-spark.")
    ] = False,
) -> None:
    """Data Darwinism on Spark: documents climb from L0 to L5."""
    quiet.set_verbose(show)
    logging.basicConfig(level=logging.INFO if show else logging.WARNING, format="%(levelname)s %(name)s: %(message)s")


def job(*command: str) -> None:
    """Run `darwin COMMAND` as a Spark job: `job("run", "--to", "l2")`. The arguments of the script or task are appended."""
    main([*command, *sys.argv[1:]])


def main(arguments: list[str] | None = None) -> None:
    """Run the command line. A UserError and a mistake in the command line are printed as one paragraph, without a traceback;
    they set the exit code. Returns after success, so that a platform may call it as an entry point."""
    try:
        code = app(arguments, standalone_mode=False)
    except UserError as error:
        _tell(str(error))
        code = error.exit_code
    except UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # the help has been printed
            error.show()
        else:
            _tell(sentence(error))
        code = error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        _tell("interrupted; the same command goes on where this one was")
        code = 130
    if code:
        sys.exit(code)


def _tell(message: str) -> None:
    err.print(f"darwin: {message}", style="red", markup=False, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
