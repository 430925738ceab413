"""What names a request for ever, and how requests and answers look as rows.

The ledger finds a paid answer again by `request_id`, so the id holds all that decides about an answer and nothing else:
not the attempt (a column beside it), not where the model runs, not which document asked.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pyspark.sql.types import ArrayType, DoubleType, IntegerType, LongType, StringType, StructField, StructType

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.protocol import weights

_TURN = StructType([StructField("role", StringType(), False), StructField("content", StringType(), False)])

_ASKED = [
    StructField("request_id", StringType(), False),
    StructField("task", StringType(), False),
    StructField("attempt", IntegerType(), False),
]

REQUESTS: Final = StructType(
    [
        *_ASKED,
        StructField("messages", ArrayType(_TURN, False), False),
        StructField("picture", StringType()),
        StructField("priority", DoubleType()),
    ]
)
"""`picture` names what is to be drawn for a question that shows one (`pictures.py`); the picture itself is never stored.
What has the larger `priority` is asked first."""

ANSWERS: Final = StructType(
    [
        *_ASKED,
        StructField("output", StringType()),
        StructField("finish_reason", StringType()),
        StructField("prompt_tokens", IntegerType()),
        StructField("completion_tokens", IntegerType()),
        StructField("latency_ms", LongType(), False),
        StructField("engine", StringType(), False),
        StructField("error", StringType()),
    ]
)

_WEIGHT_SUFFIXES = (".safetensors", ".bin", ".gguf", ".pt", ".pth")
_SAMPLES = 16
_SAMPLE_BYTES = 64 * 1024
_OPTIONS_OF_IDENTITY = ("revision", "tokenizer", "tokenizer_revision", "quantization", "hf_overrides")


def request_id(
    task: str, model_digest: str, prompt_version: str, sampling: Mapping[str, Any], messages: Sequence[Mapping[str, str]]
) -> str:
    """128 bits, hex, of the canonical JSON of the arguments. `sampling`: see `sampling_of`.

    A change of this function orphans every ledger there is; a test holds an id that must never change.
    """
    turns = [[message["role"], message["content"]] for message in messages]
    return _digest([task, model_digest, prompt_version, dict(sampling), turns])


def sampling_of(model: ModelSettings) -> dict[str, Any]:
    """The part of the settings that decides how an answer is drawn."""
    retries = {"retry_temperatures": list(model.retry_temperatures)} if model.retry_temperatures else {}
    schema = {"json_schema": model.json_schema} if model.json_schema else {}
    return {
        "temperature": model.temperature,
        "top_p": model.top_p,
        "max_tokens": model.max_tokens,
        "chat_template_options": model.chat_template_options,
        **retries,
        **schema,
    }


def model_digest(model: ModelSettings) -> str:
    """128 bits, hex, that stand for the weights, the tokenizer and the chat template, wherever they lie.

    A folder counts by its files: configuration and tokenizer whole, weights by name, size and samples of their bytes (whole
    they would be hundreds of gigabytes; fine-tuned weights differ all over, so samples tell them apart). A hub name counts
    as the name with `revision` of `engine_options`: without a revision, a model changed on the hub keeps its old answers.
    Call it once a run, on the driver: it reads up to 1 MB of each weight file. Raises EngineError if a folder is not there.
    """
    options = {key: model.engine_options[key] for key in _OPTIONS_OF_IDENTITY if model.engine_options.get(key) is not None}
    folder = weights(model.model)
    identity: Any = model.model if folder is None else [_file(path) for path in sorted(folder.iterdir()) if _counts(path)]
    return _digest([identity, options])


def _counts(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".") and path.suffix.lower() != ".md"


def _file(path: Path) -> list[Any]:
    size = path.stat().st_size
    with path.open("rb") as file:
        if not path.name.lower().endswith(_WEIGHT_SUFFIXES) or size <= _SAMPLES * _SAMPLE_BYTES:
            return [path.name, size, hashlib.file_digest(file, "sha256").hexdigest()]
        digest = hashlib.sha256()
        for sample in range(_SAMPLES):
            file.seek((size - _SAMPLE_BYTES) * sample // (_SAMPLES - 1))
            digest.update(file.read(_SAMPLE_BYTES))
        return [path.name, size, digest.hexdigest()]


def _digest(value: Any) -> str:
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()[:32]
