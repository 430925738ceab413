"""Crash suspects: record in the journal which requests may have crashed the worker process.

An engine that crashes in native code kills its Python worker, and Spark retries the task in a new one: first as usual, because
the machine may have failed; from the second retry on, the requests that can have been in flight are suspects, sent in groups of
their own (`crash_recovery.py`). Each group is recorded in the journal first: the next attempt knows which was running.
"""

import itertools
import json
from collections.abc import Iterable, Iterator

from darwin_spark.inference.engines.protocol import Request
from darwin_spark.inference.journal.queue import Key, Queue
from darwin_spark.inference.worker.crash_recovery import Group
from darwin_spark.storage import atomic_files

PATIENCE = 2  # first attempt number of a task (counted from 0) that treats the requests possibly in flight before as suspects


def note(queue: Queue, partition: int, group: Group) -> None:
    """Record the group of suspects that is sent next, in place of the group recorded before."""
    keys = [[request.request_id, request.attempt] for request in group]
    atomic_files.write(f"{queue.folder}/suspects", f"{partition:05d}.json", json.dumps(keys).encode())


def recorded_suspects(queue: Queue, partition: int) -> list[Key]:
    """Return the keys of the group that this partition recorded last; empty if none was recorded."""
    folder, name = f"{queue.folder}/suspects", f"{partition:05d}.json"
    if not atomic_files.exists(folder, name):
        return []
    return [(request_id, attempt) for request_id, attempt in json.loads(atomic_files.read(folder, name))]


def set_apart(requests: Iterable[Request], keys: Iterable[Key]) -> tuple[Group, Iterator[Request]]:
    """Return a list of the requests with these keys, and an iterator over the other requests, both in order.
    Reads `requests` only until all keys are found. These are among the first: each attempt of a task has the same order."""
    wanted = set(keys)
    remaining = iter(requests)
    apart: Group = []
    skipped: list[Request] = []
    while len(apart) < len(wanted) and (request := next(remaining, None)) is not None:
        (apart if (request.request_id, request.attempt) in wanted else skipped).append(request)
    return apart, itertools.chain(skipped, remaining)
