"""A prompt for SQL, with the history of earlier sessions and completion of tables, columns and words of SQL."""

import os
from collections.abc import Callable
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.history import FileHistory

_SQL = (
    "SELECT FROM WHERE GROUP BY ALL ORDER HAVING LIMIT JOIN LEFT ANTI ON USING AS AND OR NOT IN IS NULL LIKE BETWEEN CASE "
    "WHEN THEN ELSE END DISTINCT UNION WITH DESC ASC count sum avg min max length lower upper coalesce substr round SHOW"
)


def prompt(words: list[str]) -> Callable[[], str]:
    """Return a function that asks for one query. `words`: names to complete. Raises EOFError at Ctrl-D."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "darwin-spark"
    state.mkdir(parents=True, exist_ok=True)
    session: PromptSession[str] = PromptSession(
        "sql> ",
        history=FileHistory(str(state / "sql_history")),
        auto_suggest=AutoSuggestFromHistory(),
        completer=WordCompleter([*words, *_SQL.split()], ignore_case=True),
        complete_while_typing=False,
    )
    return session.prompt
