"""Send requests to models: levels and judges use this client.
A caller describes what to ask as chunks (`requests.CHUNKS`) and a `Task`. The client finds the requests that the response store
cannot answer, sends them in Spark jobs within the limits of the budget, and returns the chunks with all their attempts."""

from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from darwin_spark.config.inference import InferenceSettings
from darwin_spark.events import Event, Report, ignore
from darwin_spark.inference import response_store
from darwin_spark.inference.budget import Budget
from darwin_spark.inference.circuit_breaker import StoppedError
from darwin_spark.inference.images import join_documents
from darwin_spark.inference.job import run_job
from darwin_spark.inference.journal import queue as journal
from darwin_spark.inference.journal.compaction import compact_all
from darwin_spark.inference.journal.queue import JournalError, Queue
from darwin_spark.inference.task import Task
from darwin_spark.inference.worker.placement import gpus_per_engine
from darwin_spark.inference.worker.worker import WorkerConfig
from darwin_spark.storage.workspace import Workspace
from darwin_spark.verdicts import Stage


@dataclass(frozen=True)
class RequestSet:
    """The requests of one task about the chunks of a set of documents: the argument of `Client.answer`."""

    level: str  # who asks, in events and messages
    run_id: str  # names the journal queues and is stored with the responses. Must be new for every run.
    task: Task
    chunks: DataFrame  # CHUNKS
    documents: DataFrame  # doc_id, attempts, priority (larger first, may be null) of the documents of the chunks
    stage: Stage
    images_of: DataFrame | None = None  # if the task shows images: the rows that they are rendered from, by doc_id

    def sources(self) -> DataFrame:
        """Return `images_of`. The task must show images."""
        assert self.images_of is not None, f"the task {self.task.name} shows images: pass images_of"
        return self.images_of


@dataclass(frozen=True)
class Client:
    """Sends requests for one climb (or one judgement) of a workspace."""

    workspace: Workspace
    settings: InferenceSettings
    budget: Budget
    report: Report = ignore

    def recover(self) -> None:
        """Move responses that a crashed job left in the journal to the response store. Call it before any request is sent."""
        root = journal.root_of(self.workspace, self.settings.journal)
        answers, torn = compact_all(self.workspace, root) if root else (0, 0)
        counts = {"responses of a crashed job": answers, "unreadable files, see journal/torn": torn}
        if answers or torn:
            self.report(Event("journal", "compacted", {name: count for name, count in counts.items() if count}))

    def answer(self, asked: RequestSet) -> DataFrame:
        """Send the requests that need a response; return the chunks with `attempts`: all responses to the chunk's request.
        Each of these requests is sent once, or up to `task.max_attempts` times while its responses are rejected. Raises
        StoppedError if a limit or the circuit breaker stopped the job; responses received until then are stored."""
        task, gpus = asked.task, self.settings.num_engines * gpus_per_engine(asked.task.model)
        for turn in range(1, (task.max_attempts or 1) + 1):
            pending, count, allowed = self._pending(asked, turn)
            if not count:
                break
            if allowed:
                requests = join_documents(pending, asked.chunks, asked.sources()) if task.images else pending
                config = WorkerConfig(task, self.settings, self._queue(f"{asked.run_id}-{task.name}-{turn}"), asked.run_id)
                with self.budget.spend(allowed, gpus):
                    seconds = self.budget.seconds_left(gpus)
                    run_job(self.workspace, requests, config, allowed, seconds, self._progress(asked, allowed))
            if allowed < count:
                raise StoppedError(
                    f"{asked.level}: stopped after {allowed:,} of {count:,} requests: max_requests is reached. "
                    "All responses are stored; climb again to go on"
                )
            self.report(Event(asked.level, "answered", {"requests": count}))
        return response_store.with_attempts(asked.chunks, response_store.read(self.workspace))

    def _pending(self, asked: RequestSet, turn: int) -> tuple[DataFrame, int, int]:
        """Return the REQUESTS to send now, how many requests are pending, and how many of these the budget allows."""
        task, stored = asked.task, response_store.read(self.workspace)
        name = f"pending_{task.name}_{turn}"
        found = response_store.pending(asked.chunks, asked.documents, stored, task, self.settings.max_attempts)
        pending = asked.stage(found, name)
        count = pending.count()
        if count or turn == 1:
            self.report(Event(asked.level, "asking", {"requests": count}))
        if count and self.budget.seconds_left(1) == 0:
            raise StoppedError(f"{asked.level}: {count:,} requests were not sent: max_gpu_hours is reached")
        allowed = min(count, self.budget.requests_left())
        if allowed < count:
            first = pending.orderBy(F.desc_nulls_last("priority"), "request_id").limit(allowed)
            pending = asked.stage(first, f"{name}_allowed")
        return pending, count, allowed

    def _progress(self, asked: RequestSet, count: int) -> Callable[[int], None]:
        return lambda answers: self.report(Event(asked.level, "answering", {"answers": answers, "requests": count}))

    def _queue(self, name: str) -> Queue:
        root = journal.root_of(self.workspace, self.settings.journal)
        if root is None:
            raise JournalError(
                f"{self.workspace.schema} is a schema of a catalog, which has no folder for the journal of responses: set "
                "inference.journal to a folder that the driver and all workers reach, for example a volume (/Volumes/...)"
            )
        return Queue(root, name)
