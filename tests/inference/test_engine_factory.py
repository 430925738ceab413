import importlib
import subprocess
import sys

import pytest
from fakes import Echo, OrderedEcho

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


def install(folder, package, engine):
    """Install a package that adds an engine, as an installer leaves it: its metadata."""
    metadata = folder / f"{package}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[darwin_spark.engines]\n{engine}\n")


def test_another_package_adds_an_engine_and_two_of_one_name_are_an_error(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    install(tmp_path, "parrot", "parrot = fakes:OrderedEcho")
    assert isinstance(open_engine("parrot", MODEL), OrderedEcho)
    with pytest.raises(EngineError, match="engine 'rules' is none of vllm, endpoint, parrot and not of the form"):
        open_engine("rules", MODEL)
    install(tmp_path, "cockatoo", "parrot = fakes:Echo")
    importlib.invalidate_caches()
    with pytest.raises(EngineError, match="the packages cockatoo and parrot both have an engine parrot: uninstall one"):
        open_engine("parrot", MODEL.model_copy(update={"temperature": 0.2}))


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
