"""The base class of errors that a user can fix."""


class UserError(Exception):
    """Something outside the program is wrong; the message says what, where, and what to do next.
    The command line shows it in one paragraph, without a traceback, and exits with its `exit_code`."""

    exit_code = 2
