"""The base class of errors that are told to the user in words."""


class UserError(Exception):
    """An error for the user, mostly about something outside the program; the message says what is wrong.
    The command line shows it in one paragraph, without a traceback, and exits with its `exit_code`."""

    exit_code = 2
