"""The budget of a climb: how many requests and GPU hours models may still use (`inference.circuit_breaker`)."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from darwin_spark.config.inference import CircuitBreakerSettings


@dataclass
class Budget:
    """What one climb has used of its limits. Mutable: every job adds what it used."""

    limits: CircuitBreakerSettings
    requests: int = 0
    gpu_seconds: float = 0.0

    def requests_left(self) -> int:
        """Requests that may still be sent."""
        return sys.maxsize if self.limits.max_requests is None else max(self.limits.max_requests - self.requests, 0)

    def seconds_left(self, gpus: int) -> float | None:
        """Seconds for which this number of GPUs may still work; None: no limit."""
        if self.limits.max_gpu_hours is None:
            return None
        return max(self.limits.max_gpu_hours * 3600 - self.gpu_seconds, 0.0) / gpus

    @contextmanager
    def spend(self, requests: int, gpus: int) -> Iterator[None]:
        """Record the use of the block: requests sent, and its seconds on this number of GPUs. Also if the block fails."""
        begun = time.monotonic()
        try:
            yield
        finally:
            self.requests += requests
            self.gpu_seconds += gpus * (time.monotonic() - begun)
