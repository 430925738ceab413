"""Requests and characters that the rules save a model at L4 (`l4.prepass: rules`): python -m benchmarks.l4.prepass [--every 8]

Counted over the real documents of ../shared/data as L1 writes them, with and without the rules before the model. The
instructions, which are the same in every request, are not counted: a prefix cache computes them once.
"""

import argparse
import time
from collections import Counter

from benchmarks.l4.documents import documents
from darwin_spark.inference.chunking import chunks
from darwin_spark.levels.l4_refine.rules import refine


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--every", type=int, default=8, help="measure every N-th document")
    totals: Counter[str] = Counter()
    deletions: Counter[str] = Counter()
    for _, text in documents(every=options.parse_args().every):
        begin = time.process_time()
        refined = refine(text)
        totals["seconds"] += time.process_time() - begin  # type: ignore[assignment]
        for name, held in (("before", text), ("after", refined.text)):
            totals[f"{name} chars"] += len(held)
            totals[f"{name} chunks"] += len(chunks(held))
        totals["documents"] += 1
        deletions.update(refined.deletions)
    print(f"{totals['documents']} documents, rules {totals['documents'] / totals['seconds']:.1f} documents/s a core")
    for what in ("chars", "chunks"):
        before, after = totals[f"before {what}"], totals[f"after {what}"]
        print(f"{what}: {before:,} -> {after:,}, saved {1 - after / before:.3f}")
    for rule, count in deletions.most_common():
        print(f"  {rule:22} {count / totals['before chars']:.4f} of the characters")


if __name__ == "__main__":
    main()
