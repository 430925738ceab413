"""The budget of a climb: how many requests and GPU hours models may still use (`inference.circuit_breaker`)."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from darwin_spark.config.inference import CircuitBreakerSettings


@dataclass
class Budget:
    """The limits of one climb (or judgement), and the requests and GPU seconds used so far. Mutable: `spend` adds to them."""

    limits: CircuitBreakerSettings
    requests: int = 0
    gpu_seconds: float = 0.0

    def requests_left(self) -> int:
        """Return how many more requests may be sent; `sys.maxsize` if there is no limit."""
        return sys.maxsize if self.limits.max_requests is None else max(self.limits.max_requests - self.requests, 0)

    def seconds_left(self, gpus: int) -> float | None:
        """Return for how many more seconds `gpus` GPUs may work at the same time; None if there is no limit."""
        if self.limits.max_gpu_hours is None:
            return None
        return max(self.limits.max_gpu_hours * 3600 - self.gpu_seconds, 0.0) / gpus

    @contextmanager
    def spend(self, requests: int, gpus: int) -> Iterator[None]:
        """Add `requests`, and the seconds of the `with` block times `gpus`, to what is used. Also if the block fails."""
        begun = time.monotonic()
        try:
            yield
        finally:
            self.requests += requests
            self.gpu_seconds += gpus * (time.monotonic() - begun)
