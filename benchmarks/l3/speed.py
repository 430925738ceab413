"""Documents per second on one core, and memory: python -m benchmarks.l3.speed

Documents are 8,192 characters from the start and the middle of real articles. The process imports what a Spark worker imports.
"""

import re
import time
from collections.abc import Sequence
from pathlib import Path

import darwin_spark.levels.l3_classify.level  # noqa: F401  what a worker imports
from benchmarks.l2.corpus import articles
from darwin_spark.levels.l3_classify.annotator import Annotator, Document
from darwin_spark.levels.l3_classify.local.annotator import LocalAnnotator
from darwin_spark.levels.l3_classify.rules_annotator import RulesAnnotator

CHARS = 8_192
PARTS = 5
"""Timings of one annotator; the median counts."""


def main() -> None:
    local = LocalAnnotator()
    local.annotate([Document(head="warm")])
    print(f"memory of a worker with its model: {_megabytes():,.0f} MB", flush=True)
    documents = excerpts()
    for annotator in (RulesAnnotator(), local):
        print(
            f"{annotator.name}: {rate(annotator, documents):,.0f} documents/s on one core, {CHARS} characters each", flush=True
        )


def excerpts() -> list[Document]:
    """About a thousand documents of 8,192 characters."""
    found = []
    for _name, text in articles(limit=100):
        title = text[:120].partition("\n")[0]
        found += [Document(head=text[start : start + CHARS], title=title, chars=CHARS) for start in (0, 8 * 1_024, 24 * 1_024)]
    return [document for document in found if len(document.head) == CHARS]


def rate(annotator: Annotator, documents: Sequence[Document]) -> float:
    """Documents per CPU second: the median of five runs, each over a fifth of the documents."""
    seconds = []
    size = len(documents) // PARTS
    for part in range(PARTS):
        start = time.process_time()
        annotator.annotate(documents[part * size : (part + 1) * size])
        seconds.append(time.process_time() - start)
    return size / sorted(seconds)[PARTS // 2]


def _megabytes() -> float:
    """Peak memory of this program; getrusage would include the memory of the parent at the fork."""
    (peak,) = re.findall(r"VmHWM:\s+([0-9]+) kB", Path("/proc/self/status").read_text())
    return int(peak) / 1_024


if __name__ == "__main__":
    main()
