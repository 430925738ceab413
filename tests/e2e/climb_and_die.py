"""A climb that is killed: `climb_and_die.py LEVEL:STEP ARGUMENTS...` dies by SIGKILL at the first event of that step.

`LEVEL:STEP` may be `never`, or `after:SECONDS` for a moment counted from the start of the climb.
"""

import os
import signal
import sys
import threading

from darwin_spark.cli import app, progress
from darwin_spark.events import Event


def die(*_: object) -> None:
    """Take the whole process group along, the JVM and the Python workers too, as the end of a machine would."""
    os.killpg(os.getpgid(0), signal.SIGKILL)


def report(_self: object, event: Event) -> None:
    print(f"{event.level}:{event.step}", flush=True)
    if f"{event.level}:{event.step}" == sys.argv[1]:
        die()


if __name__ == "__main__":
    os.setpgrp()
    if sys.argv[1].startswith("after:"):
        threading.Timer(float(sys.argv[1].removeprefix("after:")), die).start()
    progress.Progress.report = report  # type: ignore[method-assign]
    app.main(["run", *sys.argv[2:]])
