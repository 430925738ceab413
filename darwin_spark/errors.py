"""The base class of errors that are told to the user in words, and the nearest known name to a mistyped one."""

import difflib
from collections.abc import Iterable


class UserError(Exception):
    """An error for the user, mostly about something outside the program; the message says what is wrong.
    The command line shows it in one paragraph, without a traceback, and exits with its `exit_code`."""

    exit_code = 2


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean X?` with the known name that is nearest to `name`; an empty string if none is near."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""
