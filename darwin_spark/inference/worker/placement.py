"""One engine a group of GPUs: those that Spark assigned to the task, and no other engine on them.

Spark assigns GPUs to a task; CUDA reads them from the environment when it starts, and a process cannot change them later. So
a worker takes the GPUs of its first task, keeps them and its engine for as long as it lives, and locks them against other
workers of the same executor: Spark may keep an idle worker, engine and all, for a minute.
"""

import os
import tempfile
from pathlib import Path

from filelock import FileLock, Timeout
from pyspark import TaskContext
from pyspark.resource import ResourceProfile, ResourceProfileBuilder, TaskResourceRequests

from darwin_spark.config.inference import GenerationSettings
from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.protocol import EngineError

_PATIENCE = 90.0
"""Seconds for a lock; Spark ends a worker that idles for 60."""

_held: list[FileLock] = []


def gpus_of(model: ModelSettings) -> int:
    """GPUs that one engine of this model takes."""
    options = model.engine_options
    return int(options.get("tensor_parallel_size", 1)) * int(options.get("pipeline_parallel_size", 1))


def profile(settings: GenerationSettings, model: ModelSettings) -> ResourceProfile | None:
    """What the tasks that hold an engine ask for beyond other tasks; None where the cluster gives every task its GPUs."""
    if settings.placement == "cluster":
        return None
    return ResourceProfileBuilder().require(TaskResourceRequests().resource("gpu", gpus_of(model))).build


def settle(model: ModelSettings) -> None:
    """Bind this worker to the GPUs that Spark assigned to its task, before an engine is built in it; once.

    Where Spark assigns none, the environment stays as it is. Raises EngineError if they are not as many as the model wants,
    or another engine has them.
    """
    context = TaskContext.get()
    assigned = context.resources().get("gpu") if context else None
    if assigned is None or _held:
        return
    addresses, wanted = sorted(assigned.addresses), gpus_of(model)
    if len(addresses) != wanted:
        raise EngineError(
            f"Spark gives a task {len(addresses)} GPUs, the model {model.model} takes {wanted} (tensor_parallel_size x "
            f"pipeline_parallel_size): set spark.task.resource.gpu.amount={wanted}, or generation.placement=profile"
        )
    _lock(addresses)
    os.environ["CUDA_VISIBLE_DEVICES"] = ",".join(addresses)


def _lock(addresses: list[str]) -> None:
    # Engines have a pool of workers of their own (`run.engine_workers`), and so one parent in each executor.
    folder = Path(tempfile.gettempdir()) / f"darwin-gpus-{os.getuid()}-{os.getppid()}"
    folder.mkdir(exist_ok=True)
    for address in addresses:
        lock = FileLock(folder / f"{address}.lock")
        try:
            lock.acquire(timeout=_PATIENCE)
        except Timeout as error:
            for taken in _held:
                taken.release()
            _held.clear()
            raise EngineError(f"another engine of this executor holds GPU {address}; give executors one engine each") from error
        _held.append(lock)
