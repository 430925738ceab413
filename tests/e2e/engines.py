"""An engine without a model for the machinery around one: `engines:Rewriter`, importable in Spark's workers."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.protocol import Answer, Request
from darwin_spark.inference.prompts import SLOT, load


def die_at(number: int) -> None:
    """End this process, if it was told to at this number, once all that it answered before is in the journal."""
    kill = Path(os.environ["DARWIN_ENGINE_LOG"] + ".kill")
    if not kill.exists() or not kill.read_text().startswith(f"{number} "):
        return
    journal = Path(kill.read_text().split(" ", 1)[1])
    while sum(int(file.name.split("-")[3]) for file in journal.glob("*/*.parquet")) < number - 1:
        time.sleep(0.1)
    kill.unlink()
    os.kill(os.getpid(), signal.SIGKILL)


class Rewriter:
    """Answers a window with itself and one sentence more; at the first attempt it cuts every third answer short.

    Each request is written to the file DARWIN_ENGINE_LOG. If there is a file of that name with `.kill` behind it, the worker
    dies by SIGKILL when it is asked for the n-th time, n and the journal's folder being what that file says.
    """

    def __init__(self, _model: ModelSettings) -> None:
        self.prefix = load("darwin_spark.levels.l5_complete", "prompt.md").user_template.removesuffix(SLOT)

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        for number, request in enumerate(requests, 1):
            with Path(os.environ["DARWIN_ENGINE_LOG"]).open("a") as log:
                log.write(f"{request.request_id} {request.attempt}\n")
            die_at(number)
            window = request.messages[-1]["content"].removeprefix(self.prefix)
            cut = request.attempt == 1 and int(request.request_id, 16) % 3 == 0
            reason = "length" if cut else "stop"
            output = f"{window.rstrip()}\n\nThat step matters, because the next one rests on it."
            yield Answer(request.request_id, request.attempt, output, reason, 10, 20, 1, "rewriter")


class SlowRewriter(Rewriter):
    """The same, a quarter of a second for each answer; it also writes down the processes that it lives in."""

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        with Path(os.environ["DARWIN_ENGINE_LOG"] + ".pids").open("a") as log:
            log.write(f"{os.getpid()}\n")
        for answer in super().answer(requests):
            time.sleep(0.25)
            yield answer
