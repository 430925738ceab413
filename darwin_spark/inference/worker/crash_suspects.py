"""What killed a worker that could say nothing more: notes in the journal about the requests that are suspected.

An engine that dies in native code takes its worker along, and Spark tries the task again in a new one. The first new attempt
goes on as if nothing had been: machines fail too. From the second on the requests that must have been in flight are
suspects, and go in groups of their own (`restarts.py`); each group is noted before it is asked, so that the attempt after
the next death knows it.
"""

import itertools
import json
from collections.abc import Iterable, Iterator

from darwin_spark.inference.engines.protocol import Request
from darwin_spark.inference.journal.queue import Key, Queue
from darwin_spark.inference.worker.crash_recovery import Group
from darwin_spark.storage import atomic_files

PATIENCE = 2
"""From this attempt of a task on (the first is 0) what was in flight is suspected of having killed the ones before."""


def note(queue: Queue, partition: int, group: Group) -> None:
    """Write down what is asked apart."""
    keys = [[request.request_id, request.attempt] for request in group]
    atomic_files.write(f"{queue.folder}/suspects", f"{partition:05d}.json", json.dumps(keys).encode())


def noted(queue: Queue, partition: int) -> list[Key]:
    """What was asked apart when the last attempt of the task ended; empty where nothing was."""
    folder, name = f"{queue.folder}/suspects", f"{partition:05d}.json"
    if not atomic_files.exists(folder, name):
        return []
    return [(request_id, attempt) for request_id, attempt in json.loads(atomic_files.read(folder, name))]


def set_apart(requests: Iterable[Request], keys: Iterable[Key]) -> tuple[Group, Iterator[Request]]:
    """The requests with these keys, and the others, in order. A task's requests come in the same order at every attempt, so
    those that were in flight are among the first.
    """
    wanted = set(keys)
    rest = iter(requests)
    apart: Group = []
    passed: list[Request] = []
    while len(apart) < len(wanted) and (request := next(rest, None)) is not None:
        (apart if (request.request_id, request.attempt) in wanted else passed).append(request)
    return apart, itertools.chain(passed, rest)
