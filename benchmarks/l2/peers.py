"""The peers of deduplication, run by an interpreter that has them (constraints/bench.txt). Imports nothing of this package.

    python peers.py datatrove FOLDER    four stages on FOLDER/jsonl, two workers; prints JSON: seconds by stage, documents left
    python peers.py rensa FOLDER        signatures of FOLDER/jsonl on one core; prints JSON: bytes, seconds

Parameters are the paper's: 14 bands x 8 hashes, 64 bits, word 5-grams.
"""

import json
import os
import sys
import time
from pathlib import Path

BANDS, ROWS, SHINGLE = 14, 8, 5


def datatrove(folder: Path) -> dict[str, float]:
    """The pipeline of datatrove's own example, end to end."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import (
        MinhashDedupBuckets,
        MinhashDedupCluster,
        MinhashDedupFilter,
        MinhashDedupSignature,
    )
    from datatrove.pipeline.dedup.minhash import MinhashConfig
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers.jsonl import JsonlWriter
    from datatrove.utils.hashing import HashConfig

    config = MinhashConfig(n_grams=SHINGLE, num_buckets=BANDS, hashes_per_bucket=ROWS, hash_config=HashConfig(precision=64))
    out = folder / "datatrove"
    reader = JsonlReader(str(folder / "jsonl"))
    clusters = str(out / "remove_ids")
    stages = {
        "signatures": ([reader, MinhashDedupSignature(str(out / "signatures"), config)], 2),
        "buckets": ([MinhashDedupBuckets(str(out / "signatures"), str(out / "buckets"), config=config)], BANDS),
        "clusters": ([MinhashDedupCluster(str(out / "buckets"), clusters, config=config)], 1),
        "survivors": ([reader, MinhashDedupFilter(clusters), JsonlWriter(str(out / "kept"), compression=None)], 2),
    }
    answer: dict[str, float] = {}
    for name, (pipeline, tasks) in stages.items():
        begun = time.monotonic()
        LocalPipelineExecutor(pipeline, tasks=tasks, workers=min(tasks, 2), logging_dir=str(out / "logs" / name)).run()
        answer[name] = time.monotonic() - begun
    answer["kept"] = sum(1 for file in (out / "kept").glob("*.jsonl") for _ in file.open())
    return answer


def rensa(folder: Path, limit_s: float = 60.0) -> dict[str, float]:
    """Compute words, shingles and signature of one text after the other, for `limit_s` CPU seconds at most."""
    from rensa import RMinHash

    texts = [json.loads(line)["text"] for line in (folder / "jsonl" / "0.jsonl").open()]
    size, begun = 0, time.process_time()
    for text in texts:
        words = text.lower().split()
        sketch = RMinHash(num_perm=BANDS * ROWS, seed=1)
        sketch.update([" ".join(words[start : start + SHINGLE]) for start in range(max(len(words) - SHINGLE + 1, 1))])
        sketch.digest()
        size += len(text.encode())
        if time.process_time() - begun > limit_s:
            break
    return {"bytes": size, "seconds": time.process_time() - begun}


if __name__ == "__main__":
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    print(json.dumps({"datatrove": datatrove, "rensa": rensa}[sys.argv[1]](Path(sys.argv[2]))))
