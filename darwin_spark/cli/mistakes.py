"""Say in one line what is wrong with a command line, with the nearest right name, instead of a page of usage."""

import re
from typing import Any

import typer

from darwin_spark.errors import did_you_mean

UsageError: Any = typer.BadParameter.__mro__[1]
"""The base class of all mistakes in a command line. Typer does not export it, and its module depends on Typer's version."""


def sentence(error: Any) -> str:
    """Return the mistake and what to do, as one line. `error` is a UsageError."""
    message = str(error.format_message()).strip().rstrip(".")
    near = ""
    if (found := re.match(r"No such option:? '?(-[^\s'.(]+)", message)) is not None:
        message = f"no such option {found[1]}"
        near = did_you_mean(found[1], _options(error.ctx))
    elif (found := re.match(r"No such command '(.+?)'", message)) is not None:
        message, near = f"no such command {found[1]}", did_you_mean(found[1], error.ctx.command.commands)
    elif "unexpected extra argument" in message:
        message = f"{_lower(message)}: put quotes around a text with blanks"
    else:
        message = _lower(" ".join(message.split()))
    return f"{message}{near or f'; see {_command(error.ctx)} --help'}"


def _options(context: Any) -> list[str]:
    return [name for parameter in context.command.params for name in parameter.opts if name.startswith("--")]


def _command(context: Any) -> str:
    return "darwin" if context is None or context.parent is None else f"darwin {context.info_name}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
