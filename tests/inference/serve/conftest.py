"""Free ports for the servers of tests that may run in parallel."""

import itertools
import os

import pytest

from darwin_spark.inference.serve import placement


@pytest.fixture
def free_ports() -> list[int]:
    return list(itertools.islice(placement.free_ports(20_000 + os.getpid() % 20_000, "127.0.0.1"), 3))
