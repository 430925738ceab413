"""Show a climb while it runs: one line for each level, and the step at work with its seconds."""

import time
from types import TracebackType

from rich.console import Console
from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from darwin_spark.events import Event


class Progress:
    """Shows the events of a climb: on a terminal with a spinner, elsewhere as plain lines (a cluster's log)."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.bars = Bars(
            SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console, transient=True
        )
        self.task = self.bars.add_task("reading the tables", total=None)
        self.begun = time.monotonic()

    def __enter__(self) -> "Progress":
        if self.console.is_terminal:
            self.bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """Remove the spinner."""
        self.bars.stop()

    def report(self, event: Event) -> None:
        """Show one event; without a terminal, only some of the steps are shown."""
        said = ", ".join(f"{count:,} {name}" for name, count in sorted(event.counts.items(), key=lambda item: -item[1]))
        if event.step == "done":
            self._print(f"{event.level}: {said or 'nothing to do'} ({event.seconds:.1f} s)")
        elif self.console.is_terminal:
            self.bars.reset(self.task, description=f"{event.level}: {event.step} {said}".rstrip())
        elif event.counts and event.step in ("found", "asking", "compacted"):
            self._print(f"{event.level}: {event.step} {said}")

    def _print(self, line: str) -> None:
        self.console.print(line, highlight=False, soft_wrap=True)
