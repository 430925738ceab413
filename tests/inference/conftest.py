"""The small real model that tests of vLLM run."""

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def smollm() -> Path:
    """The folder of SmolLM2's weights; tests that need vLLM are skipped where it is not installed."""
    if importlib.util.find_spec("vllm") is None:
        pytest.skip("vLLM is not installed (extra llm-cpu or gpu)")
    from darwin_spark.inference.engines.smollm import ModelMissingError, small_model

    try:
        return small_model()
    except ModelMissingError as missing:
        pytest.skip(str(missing))
