"""The command that vLLM is started with, and its GPUs."""

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.config.model import ModelSettings, PoolSettings
from darwin_spark.inference.engines.protocol import EngineError
from darwin_spark.inference.serve import launch
from darwin_spark.inference.serve.announcing import announce, folder, withdraw
from darwin_spark.inference.serve.command import command, environment, flags
from darwin_spark.inference.serve.launch import Where, servings
from darwin_spark.inference.serve.placement import free_ports, groups

MODEL = ModelSettings(
    model="openai/gpt-oss-120b",
    max_model_len=8192,
    max_num_seqs=64,
    engine_options={"tensor_parallel_size": 2, "quantization": "fp8", "async_scheduling": False},
    endpoint=PoolSettings(api_key_env="OUR_KEY"),
)


@given(st.integers(1, 16), st.integers(1, 4), st.integers(1, 2))
def test_every_server_gets_its_own_gpus_and_as_many_as_it_needs(count: int, tensor: int, pipeline: int) -> None:
    gpus = [str(gpu) for gpu in range(count)]
    options = {"tensor_parallel_size": tensor, "pipeline_parallel_size": pipeline}
    if count < tensor * pipeline:
        with pytest.raises(EngineError, match=f"{tensor * pipeline} GPUs .* there are {count}"):
            groups(gpus, options)
        return
    made = groups(gpus, options)
    assert all(len(group) == tensor * pipeline for group in made)
    placed = [gpu for group in made for gpu in group]
    assert placed == gpus[: len(placed)]
    assert count - len(placed) < tensor * pipeline


def test_options_become_flags_of_vllm() -> None:
    options = {"max_model_len": 8, "enforce_eager": True, "async_scheduling": False, "seed": None, "hf_overrides": {"a": 1}}
    assert list(flags(options)) == [
        *("--max-model-len", "8", "--enforce-eager", "--no-async-scheduling"),
        *("--hf-overrides", json.dumps({"a": 1})),
    ]


def test_the_key_is_in_the_environment_and_not_on_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUR_KEY", "open sesame")
    line = command(MODEL, "0.0.0.0", 8001)
    assert "open sesame" not in " ".join(line)
    made = environment(MODEL, ["2", "3"], 4)
    assert (made["VLLM_API_KEY"], made["CUDA_VISIBLE_DEVICES"]) == ("open sesame", "2,3")
    pairs = dict(itertools.pairwise(line))
    assert pairs["--served-model-name"] == pairs["--model"] == "openai/gpt-oss-120b"
    assert pairs["--generation-config"] == "vllm"


def test_eight_gpus_make_four_servers_of_two(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OUR_KEY", "open sesame")
    made = servings(MODEL, Where("127.0.0.1", 23_000, "node7", logs=tmp_path / "logs", gpus=list("01234567")))
    assert [one.environment["CUDA_VISIBLE_DEVICES"] for one in made] == ["0,1", "2,3", "4,5", "6,7"]
    assert len({one.announced for one in made}) == len({one.name for one in made}) == 4
    assert all(one.announced.startswith("http://node7:") and one.probed.startswith("http://127.0.0.1:") for one in made)


def test_a_port_in_use_is_skipped() -> None:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        taken = listener.getsockname()[1]
        assert next(free_ports(taken, "127.0.0.1")) > taken


def test_a_server_is_announced_whole_and_withdrawn(tmp_path: Path) -> None:
    place = folder(str(tmp_path / "new" / "servers"))
    announce(place, "node7-8000", "http://node7:8000")
    assert [(file.name, file.read_text()) for file in place.iterdir()] == [("node7-8000.url", "http://node7:8000\n")]
    withdraw(place, "node7-8000")
    withdraw(place, "node7-8000")
    assert not list(place.iterdir())


def test_settings_that_cannot_be_served_are_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="--discovery"):
        launch.run(MODEL, Where())
    (tmp_path / "file").touch()
    with pytest.raises(EngineError, match="is a file"):
        launch.run(MODEL, Where(discovery=str(tmp_path / "file")))
    unsafe = MODEL.model_copy(update={"engine_options": {"trust_remote_code": True}, "endpoint": PoolSettings()})
    with pytest.raises(EngineError, match="trust_remote_code"):
        launch.run(unsafe, Where(discovery=str(tmp_path / "folder"), gpus=["0"]))
