"""The identity of a request, and the schemas of chunks, requests and responses.
The response store finds a paid response again by `request_id`. So the id covers everything that decides about a response and
nothing else: not the attempt (a column beside it), not where the model runs, not which document contains the chunk."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pyspark.sql.types import ArrayType, DoubleType, IntegerType, LongType, StringType, StructField, StructType

from darwin_spark.columns import column
from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.weights import weights

CHUNKS: Final = StructType(
    [StructField(name, StringType(), False) for name in ("doc_id", "bucket", "request_id", "input")]
    + [StructField("position", IntegerType(), False)]
)
"""What a level asks: one row for each chunk of each document, with the id of the request about it."""

_TURN = StructType([StructField("role", StringType(), False), StructField("content", StringType(), False)])

_KEY = [
    column("request_id", StringType(), "128-bit hash of task, model, prompt, sampling and input, in hex.", False),
    column("task", StringType(), "Kind of request, such as l4, l5 or judge_l4.", False),
    column("attempt", IntegerType(), "Number of the attempt, from 1; each attempt has another seed.", False),
]

REQUESTS: Final = StructType(
    [
        *_KEY,
        StructField("messages", ArrayType(_TURN, False), False),
        StructField("picture", StringType()),
        StructField("priority", DoubleType()),
    ]
)
"""One attempt at a request; larger `priority` first. `picture` names the image to render (`images.py`), never stored."""

RESPONSES: Final = StructType(
    [
        *_KEY,
        column("output", StringType(), "The model's response, raw; null if the request failed."),
        column("finish_reason", StringType(), "Why the model stopped: stop, or length at max_tokens."),
        column("prompt_tokens", IntegerType(), "Tokens of the prompt."),
        column("completion_tokens", IntegerType(), "Tokens of the response, reasoning included."),
        column("latency_ms", LongType(), "Milliseconds from sending the request to its response.", False),
        column("engine", StringType(), "Engine that answered, or the address of the server.", False),
        column("error", StringType(), "Why the request failed, such as server_timeout or engine_crashed; null if it did not."),
    ]
)

_WEIGHT_SUFFIXES = (".safetensors", ".bin", ".gguf", ".pt", ".pth")
_SAMPLES = 16
_SAMPLE_BYTES = 64 * 1024
_OPTIONS_OF_IDENTITY = ("revision", "tokenizer", "tokenizer_revision", "quantization", "hf_overrides")


def request_id(
    task: str, model_digest: str, prompt_version: str, sampling: Mapping[str, Any], messages: Sequence[Mapping[str, str]]
) -> str:
    """Return the id of a request: 128 bits, hex, over the canonical JSON of the arguments. `sampling`: see `sampling_of`.
    A change of this function makes every stored response unreachable; a test holds an id that must never change."""
    turns = [[message["role"], message["content"]] for message in messages]
    return _digest([task, model_digest, prompt_version, dict(sampling), turns])


def sampling_of(model: ModelSettings) -> dict[str, Any]:
    """Return the part of the model settings that decides how a response is sampled, as a dict."""
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
    """Return 128 bits, hex, that identify the weights, tokenizer and chat template, independent of their location.

    A folder is hashed by its files: configuration and tokenizer whole, weight files by name, size and samples of their bytes
    (whole they would be hundreds of gigabytes; fine-tuned weights differ everywhere, so samples tell them apart). A name on the
    hub is hashed with `revision` of `engine_options`: without one, a model that changed on the hub keeps its old responses.
    Call it once a run, on the driver: it reads up to 1 MB of each weight file. Raises EngineError if a folder does not exist.
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
