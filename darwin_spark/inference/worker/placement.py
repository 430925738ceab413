"""GPU placement: bind each Python worker to the GPUs of its task, and allow one engine per group of GPUs. Spark assigns GPUs to
a task; CUDA reads them only when initialized. So a worker takes the GPUs of its first task, keeps them and its engine until it
ends, and locks them against other workers of the executor: Spark may keep an idle worker for a minute."""

import os
import tempfile
from pathlib import Path

from filelock import FileLock, Timeout
from pyspark import TaskContext
from pyspark.resource import ResourceProfile, ResourceProfileBuilder, TaskResourceRequests

from darwin_spark.config.inference import InferenceSettings
from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.protocol import EngineError

_LOCK_TIMEOUT_SECONDS = 90.0  # time-out for a GPU lock. Longer than the 60 s after which Spark ends an idle worker.

_gpu_locks: list[FileLock] = []


def gpus_per_engine(model: ModelSettings) -> int:
    """Return the number of GPUs of one engine: tensor-parallel size times pipeline-parallel size."""
    options = model.engine_options
    return int(options.get("tensor_parallel_size", 1)) * int(options.get("pipeline_parallel_size", 1))


def profile(settings: InferenceSettings, model: ModelSettings) -> ResourceProfile | None:
    """Return the resource profile (GPUs per task) of the tasks that run an engine; None if `placement` is `cluster`."""
    if settings.placement == "cluster":
        return None
    return ResourceProfileBuilder().require(TaskResourceRequests().resource("gpu", gpus_per_engine(model))).build


def bind_gpus(model: ModelSettings) -> None:
    """Lock the GPUs that Spark assigned to this worker's task and set CUDA_VISIBLE_DEVICES. Call before building an engine.
    No-op if Spark assigned no GPUs or if this worker holds its GPUs already. Raises EngineError if the number of GPUs is not
    the number that the model needs, or if another engine holds one of them."""
    context = TaskContext.get()
    assigned = context.resources().get("gpu") if context else None
    if assigned is None or _gpu_locks:
        return
    addresses, wanted = sorted(assigned.addresses), gpus_per_engine(model)
    if len(addresses) != wanted:
        raise EngineError(
            f"Spark gives a task {len(addresses)} GPUs, the model {model.model} takes {wanted} (tensor_parallel_size x "
            f"pipeline_parallel_size): set spark.task.resource.gpu.amount={wanted}, or inference.placement=profile"
        )
    _lock_gpus(addresses)
    os.environ["CUDA_VISIBLE_DEVICES"] = ",".join(addresses)


def _lock_gpus(addresses: list[str]) -> None:
    # Engine workers have their own worker pool (`worker.engine_workers`), so all of one executor have the same parent process.
    folder = Path(tempfile.gettempdir()) / f"darwin-gpus-{os.getuid()}-{os.getppid()}"
    folder.mkdir(exist_ok=True)
    for address in addresses:
        lock = FileLock(folder / f"{address}.lock")
        try:
            lock.acquire(timeout=_LOCK_TIMEOUT_SECONDS)
        except Timeout as error:
            for acquired in _gpu_locks:
                acquired.release()
            _gpu_locks.clear()
            raise EngineError(f"another engine of this executor holds GPU {address}; give executors one engine each") from error
        _gpu_locks.append(lock)
