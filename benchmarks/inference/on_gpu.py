"""vLLM on a GPU, alone and as a worker of the project runs it, without Spark: two commands, the first one anywhere.

    python -m benchmarks.inference.on_gpu prepare FOLDER                      the requests, and a model in the shape of 8B
    python -m benchmarks.inference.on_gpu measure FOLDER [--requests 3000]    on the machine with the GPU

The model has the shape of Qwen3-8B, random weights (vLLM's load format `dummy`) and SmolLM2's tokenizer: its answers are
meaningless, but a token has its real cost. Requests are L4's prompt with chunks of real articles; each answer has as many
tokens as docs/throughput.md expects. Sides, each in a process of its own:

raw         LLM.chat on the whole list, with vLLM's defaults: the engine core in a process of its own
one process LLM.chat with the core in the caller's process, as the project's worker must hold it (a killed worker frees the GPU)
worker      `send_batches` of inference/worker/worker.py: Arrow batches in, responses to the journal on disk
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from darwin_spark.config.inference import InferenceSettings
from darwin_spark.config.model import ModelSettings

COUNT = 9_000
ANSWER = 204
"""Tokens (docs/throughput.md)."""
WARM = 64
SIDES = ("raw", "one process", "worker")
SHAPE = {
    "architectures": ["Qwen3ForCausalLM"],
    "model_type": "qwen3",
    "hidden_size": 4096,
    "intermediate_size": 12288,
    "num_hidden_layers": 36,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "head_dim": 128,
    "max_position_embeddings": 40960,
    "rms_norm_eps": 1e-06,
    "rope_theta": 1000000,
    "hidden_act": "silu",
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
    "vocab_size": 49152,
    "bos_token_id": 1,
    "eos_token_id": 2,
}


def prepare(folder: Path) -> None:
    """Write `chats.jsonl`, and in `model` a configuration and a tokenizer."""
    from benchmarks.l2.corpus import articles
    from darwin_spark.inference.chunking import chunks
    from darwin_spark.inference.engines.smollm import small_model
    from darwin_spark.inference.prompts import load, messages

    model = folder / "model"
    model.mkdir(parents=True, exist_ok=True)
    (model / "config.json").write_text(json.dumps(SHAPE))
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        (model / name).write_bytes((small_model() / name).read_bytes())
    prompt = load("darwin_spark.levels.l4_refine", "prompt.md")
    texts = chain.from_iterable(chunks(text, 1_024) for _, text in articles())
    with (folder / "chats.jsonl").open("w") as file:
        file.writelines(json.dumps(messages(prompt, text)) + "\n" for text in islice(texts, COUNT))


def settings(folder: Path, layers: int | None, seqs: int) -> ModelSettings:
    """L4's sampling, answers of ANSWER tokens."""
    overrides = {"hf_overrides": {"num_hidden_layers": layers}} if layers else {}
    return ModelSettings(
        model=str(folder / "model"),
        max_tokens=ANSWER,
        max_model_len=8_192,
        max_num_seqs=seqs,
        engine_options={"load_format": "dummy", **overrides},
    )


def chats(folder: Path, count: int) -> list[list[dict[str, Any]]]:
    with (folder / "chats.jsonl").open() as file:
        return [json.loads(line) for line in islice(file, count)]


def raw(model: ModelSettings, requests: list[list[dict[str, Any]]]) -> tuple[int, float]:
    """Return tokens and seconds of LLM.chat."""
    from vllm import LLM, SamplingParams

    from darwin_spark.inference.engines.vllm_loader import engine_options

    llm = LLM(**engine_options(model))
    sampling = SamplingParams(temperature=model.temperature, top_p=model.top_p, max_tokens=model.max_tokens, seed=1)
    llm.chat(requests[:WARM], sampling, use_tqdm=False)
    begun = time.monotonic()
    outputs = llm.chat(requests[WARM:], sampling, use_tqdm=False)
    return sum(len(output.outputs[0].token_ids) for output in outputs), time.monotonic() - begun


def worker(model: ModelSettings, requests: list[list[dict[str, Any]]]) -> tuple[int, float]:
    """Return tokens and seconds of a task, from its first batch to its last response in the journal."""
    with tempfile.TemporaryDirectory() as root:
        _task(root, "warm", model, requests[:WARM])
        return _task(root, "timed", model, requests[WARM:])


def _task(root: str, name: str, model: ModelSettings, requests: list[list[dict[str, Any]]]) -> tuple[int, float]:
    import pyarrow.parquet as pq

    from benchmarks.inference.occupancy import accept
    from darwin_spark.inference.journal import queue as journal
    from darwin_spark.inference.journal.queue import Queue
    from darwin_spark.inference.prompts import load
    from darwin_spark.inference.task import make_task
    from darwin_spark.inference.worker.worker import WorkerConfig, send_batches

    task = make_task("l4", "vllm", model, load("darwin_spark.levels.l4_refine", "prompt.md"), accept)
    config = WorkerConfig(task, InferenceSettings(), Queue(root, name), name)
    begun = time.monotonic()
    list(send_batches(_batches(name, requests), config, 0, 0, 0))
    seconds = time.monotonic() - begun
    files = [pq.read_table(f"{config.queue.folder}/{entry.name}") for entry in journal.entries(config.queue)]
    return sum(sum(table["completion_tokens"].to_pylist()) for table in files), seconds


def _batches(name: str, requests: list[list[dict[str, Any]]]) -> Iterator[pa.RecordBatch]:
    from pyspark.sql.pandas.types import to_arrow_schema

    from darwin_spark.inference.requests import REQUESTS

    rows = [{"request_id": f"{name}-{n}", "task": "l4", "attempt": 1, "messages": chat} for n, chat in enumerate(requests)]
    for start in range(0, len(rows), 1_000):
        yield pa.RecordBatch.from_pylist(rows[start : start + 1_000], schema=to_arrow_schema(REQUESTS))


def measure(options: argparse.Namespace) -> None:
    """Measure one side in this process, or each in a process of its own."""
    if options.side:
        model, requests = settings(options.folder, options.layers, options.seqs), chats(options.folder, options.requests)
        begun = time.monotonic()
        tokens, seconds = (worker if options.side == "worker" else raw)(model, requests)
        start = time.monotonic() - begun - seconds
        speed = f"{tokens / seconds:,.0f} tokens/s of {tokens:,}"
        print(
            f"{options.side}, {options.seqs} at once: {speed} ({tokens:,} tokens, {seconds:.1f} s; ready after {start:.0f} s)"
        )
        return
    for side in options.sides:
        env = {**os.environ, "VLLM_ENABLE_V1_MULTIPROCESSING": str(int(side == "raw")), "HF_HUB_OFFLINE": "1"}
        subprocess.run([sys.executable, "-m", __spec__.name, *sys.argv[1:], "--side", side], check=False, env=env)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("step", choices=("prepare", "measure"))
    options.add_argument("folder", type=Path)
    options.add_argument("--requests", type=int, default=3_000)
    options.add_argument("--seqs", type=int, default=256, help="max_num_seqs")
    options.add_argument("--layers", type=int, help="of the model, for a quick look")
    options.add_argument("--sides", nargs="+", choices=SIDES, default=SIDES)
    options.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.step == "prepare":
        prepare(chosen.folder)
    else:
        measure(chosen)


if __name__ == "__main__":
    main()
