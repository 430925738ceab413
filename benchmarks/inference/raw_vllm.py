"""vLLM without Spark: `LLM.chat` on the whole list. Answers each line `TURN` on its input with JSON: tokens, seconds."""

import json
import sys
import time

from benchmarks.inference.chats import chats, model
from darwin_spark.inference.engines.vllm_loader import engine_options


def main() -> None:
    import os

    os.environ |= {"VLLM_ENABLE_V1_MULTIPROCESSING": "0", "VLLM_LOGGING_LEVEL": "ERROR", "HF_HUB_OFFLINE": "1"}
    from vllm import LLM, SamplingParams

    settings = model()
    llm = LLM(**engine_options(settings))
    sampling = SamplingParams(temperature=settings.temperature, top_p=settings.top_p, max_tokens=settings.max_tokens, seed=1)
    print("ready", flush=True)
    for line in sys.stdin:
        llm.chat(chats(0)[:4], sampling, use_tqdm=False)  # as through_spark.py does
        asked = chats(int(line))
        begun = time.monotonic()
        outputs = llm.chat(asked, sampling, use_tqdm=False)
        seconds = time.monotonic() - begun
        tokens = sum(len(output.outputs[0].token_ids) for output in outputs)
        print(json.dumps({"tokens": tokens, "seconds": seconds, "requests": len(outputs)}), flush=True)


if __name__ == "__main__":
    main()
