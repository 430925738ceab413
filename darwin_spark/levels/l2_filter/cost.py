"""Estimate the CPU cost of L2.

The speed of the features pass (benchmarks/l2/signals.py, one core of a small machine) and the bytes of a row and a key
(benchmarks/l2/scale.py, 6,000 documents) are measured. The other speeds are guesses until scale.py has run at full size: the
sums only show the order of magnitude.
"""

from typing import Final

from darwin_spark.config.l2 import L2Settings
from darwin_spark.cost import CpuCost, CpuStep

_FEATURES_MB_PER_SECOND: Final = 5.0
"""Text through the features pass, MB a second and core: signatures, signals, garbled ratio, language."""
_KEY_BYTES: Final = 48
"""One (key, doc_id) row in a shuffle, compressed."""
_ROW_BYTES: Final = 200
"""A row of `l2` on disk: signals, verdict, bookkeeping, without the signature."""
_DUPLICATE_SHARE: Final = 0.22
"""Share of the documents that deduplication removed (§3 L2.1); each gives an edge or two."""
_EDGE_BYTES: Final = 60
_ROUNDS: Final = 10
"""Rounds of joins until the components converge, above `l2.max_single_task_edges`."""


def cpu_cost(settings: L2Settings, documents: int, text_bytes: int) -> CpuCost:
    """Return the estimated cost of one run of L2 over `documents` new documents of `text_bytes` bytes each."""
    bands, hashes = settings.bands, settings.bands * settings.rows
    signature = 8 * (bands + hashes) + 100
    text = documents * text_bytes
    keys = documents * (bands + 1)
    edges = documents * _DUPLICATE_SHARE * 2
    rounds = 0 if edges <= settings.max_single_task_edges else _ROUNDS
    features = documents * (signature + _ROW_BYTES)
    steps = (
        CpuStep("features: one pass over the text", text, 0, text / 1e6 / _FEATURES_MB_PER_SECOND / 3600),
        CpuStep("edges: keys by value", documents * (8 * bands + 80), keys * _KEY_BYTES, keys / 1e6 / 3600),
        CpuStep(
            f"components: {rounds or 'no'} rounds",
            edges * _EDGE_BYTES,
            4 * rounds * edges * _EDGE_BYTES,
            edges * rounds / 1e5 / 3600,
        ),
        CpuStep("survivors: elections", documents * 200, documents * _DUPLICATE_SHARE * 2 * 200, documents / 2e5 / 3600),
        CpuStep("publication", features, 2 * features, documents / 2e4 / 3600),
    )
    return CpuCost(documents, steps, features)
