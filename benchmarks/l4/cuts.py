"""Chunks and windows of every real document: python -m benchmarks.l4.cuts [--every 1]

Checks that cutting is lossless, within bounds, and keeps formulas whole. Windows are counted with the tokenizer of SmolLM2: the
whole window, not the sum of its blocks by which it was packed. A test of the suite checks a sample, counted by characters.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.l1.pairs import SHARED
from benchmarks.l4.documents import documents
from darwin_spark.config.l4 import L4Settings
from darwin_spark.config.l5 import L5Settings
from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.chunking import chunks
from darwin_spark.inference.engines.smollm import small_model
from darwin_spark.inference.tokens import token_counter
from darwin_spark.levels.l5_complete.window import blocks, join, windows
from darwin_spark.text.markdown import Kind, kinds

_INLINE = re.compile(r"(?<![\\$])\$(?![\s$])[^$\n]{1,300}?(?<![\s\\])\$(?![\d$])")


@dataclass
class Found:
    """Counts and faults over all documents."""

    documents: int = 0
    chunks: int = 0
    windows: int = 0
    over_size: int = 0
    """Windows of one block between window_tokens and max_block_tokens."""
    cut_in_chunks: int = 0
    """Inline formulas that the end of a chunk cuts."""
    formulas: int = 0
    faults: list[str] = field(default_factory=list)


def measure(name: str, text: str, count: Callable[[str], int], found: Found) -> None:
    """Add a document to `found`; every broken promise is named in `found.faults`."""
    l4, l5 = L4Settings(), L5Settings()
    small = chunks(text, l4.chunk_chars)
    large = windows(text, count, l5.window_tokens, l5.max_block_tokens)
    found.documents += 1
    found.chunks += len(small)
    found.windows += len(large)
    for kind, parts in (("chunks", small), ("windows", large)):
        if "".join(parts) != text or join(parts, [None] * len(parts)) != text:
            found.faults.append(f"{name}: {kind} do not join to the text")
    found.faults += [f"{name}: a chunk of {len(part)}" for part in small if len(part) > l4.chunk_chars]
    found.faults += list(_faults_of_windows(name, large, count, l5, found))
    spans = [match.span() for match in _INLINE.finditer(text)]
    found.formulas += len(spans)
    found.cut_in_chunks += _cut(spans, small)
    if cut := _cut(spans, large):
        found.faults.append(f"{name}: {cut} inline formulas cut by windows")


def _faults_of_windows(name: str, large: list[str], count: Callable[[str], int], l5: L5Settings, found: Found) -> Iterator[str]:
    for window in large:
        tokens = count(window)
        if tokens > l5.window_tokens:
            found.over_size += 1
            if len(list(blocks(window))) > 1:
                yield f"{name}: a window of several blocks with {tokens} tokens"
            if tokens > l5.max_block_tokens and Kind.FORMULA not in kinds(window.split("\n")):
                yield f"{name}: a window of {tokens} tokens"


def _cut(spans: list[tuple[int, int]], parts: list[str]) -> int:
    edges, at = set(), 0
    for part in parts:
        at += len(part)
        edges.add(at)
    return sum(any(place in edges for place in range(start + 1, end)) for start, end in spans)


def measure_all(shared: Path, every: int, count: Callable[[str], int]) -> Found:
    """Measure every `every`-th document."""
    found = Found()
    for name, text in documents(shared, every):
        measure(name, text, count, found)
    return found


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--every", type=int, default=1, help="measure every N-th document")
    count = token_counter(ModelSettings(model=str(small_model())))
    found = measure_all(SHARED, options.parse_args().every, count)
    print(
        f"{found.documents} documents: {found.chunks:,} chunks, {found.windows:,} windows, {found.over_size} of one large block"
    )
    print(f"inline formulas: {found.formulas:,}, {found.cut_in_chunks} of them cut by a chunk's edge, none by a window's")
    print("\n".join(found.faults) or "no fault: lossless, within bounds, formulas whole")
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
