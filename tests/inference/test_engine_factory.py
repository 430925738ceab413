import subprocess
import sys

import pytest
from fakes import Echo

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines import factory
from darwin_spark.inference.engines.factory import open_engine
from darwin_spark.inference.engines.protocol import EngineError
from darwin_spark.inference.weights import weights

MODEL = ModelSettings(model="some/model")


def test_an_engine_is_built_once_for_the_same_name_and_settings(monkeypatch):
    monkeypatch.setattr(factory, "_opened", {})
    built = Echo.built
    first = open_engine("fakes:Echo", MODEL)
    assert open_engine("fakes:Echo", MODEL.model_copy()) is first
    assert open_engine("fakes:Echo", MODEL.model_copy(update={"temperature": 0.1})) is not first
    assert Echo.built == built + 2


@pytest.mark.parametrize("name", ["fakes:Missing", "no_such_module:Engine", "rules"])
def test_an_engine_that_cannot_be_imported_is_named(name):
    with pytest.raises(EngineError, match=name.replace(":", ".")):
        open_engine(name, MODEL)


def test_weights_are_a_folder_or_a_hub_name_and_never_a_mistyped_path(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "model").mkdir()
    assert weights("~/model") == tmp_path / "model"
    assert weights("openai/gpt-oss-120b") is None
    with pytest.raises(EngineError, match="~/modle"):
        weights("~/modle")


def test_the_driver_imports_neither_vllm_nor_torch():
    code = (
        "import sys, darwin_spark.inference.worker.worker, darwin_spark.inference.engines.vllm\n"
        "sys.exit(bool({'torch', 'vllm'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
