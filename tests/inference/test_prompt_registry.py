"""Prompts in a real MLflow registry (SQLite)."""

from dataclasses import replace
from pathlib import Path

import pytest
from mlflow import MlflowClient

from darwin_spark.inference.prompt_registry import register
from darwin_spark.inference.prompts import load


def test_a_prompt_is_registered_once_for_each_content(tmp_path: Path) -> None:
    client = MlflowClient(f"sqlite:///{tmp_path}/mlflow.db")
    prompt = load("darwin_spark.levels.l4_refine", "prompt.md")
    assert [register(client, "darwin-l4", prompt) for _ in range(2)] == [1, 1]
    assert register(client, "darwin-l4", replace(prompt, digest="another")) == 2
    held = client.load_prompt("prompts:/darwin-l4/1")
    assert held.template[0]["content"] == prompt.system
    assert held.template[1]["content"].endswith("{{text}}")
    assert held.tags["digest"] == prompt.digest


def test_a_server_without_a_registry_gives_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    assert register(object(), "darwin-l4", load("darwin_spark.levels.l4_refine", "prompt.md")) is None  # type: ignore[arg-type]
    assert "prompt registry does not take darwin-l4" in caplog.text
