"""Damaged documents through L1 with isolation: python -m benchmarks.l1.damage [--count 10000] [--first 0] [--giants]

Real documents of every media type (damage_inputs.py) are damaged with a fixed seed (mutations.py) and given to L1's
`normalize`, which parses in a child process as in a Spark worker. Each must give one row: kept, or failed for a reason that
docs/formats.md lists. All are parsed twice, in two orders: the row must not depend on what was parsed before. L0 must find
at least one object in each, without `acquire_error`.

The table has, by media type: files, kept, the slowest in CPU seconds of the child, the peak of its memory, how often the child
was replaced, and the reasons. Findings (a different second row, a reason that is not documented, `parse_error`, a crash, a
timeout, too much memory, more CPU than `--slow`) are listed, written to `--keep DIR`, and make the exit status 1.
`--giants` parses documents that are huge or made to be (giants.py) instead, and allows `parse_memory` there.
"""

import argparse
import hashlib
import io
import json
import os
import random
import re
import sys
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from benchmarks.l1 import damage_inputs
from benchmarks.l1.giants import giants
from benchmarks.l1.mutations import mutated
from benchmarks.l1.worker_usage import children, cpu_seconds, peak_memory, reset_peak
from darwin_spark.config.l0 import L0Settings
from darwin_spark.config.l1 import L1Settings, OcrSettings
from darwin_spark.levels.l0_acquire.archive_walker import open_object
from darwin_spark.levels.l0_acquire.rows import SourceFile
from darwin_spark.levels.l1_normalize.normalize import normalize

DOCS = Path(__file__).resolve().parents[2] / "docs/formats.md"
SETTINGS = L1Settings(ocr=OcrSettings(engine="none"))
OCR_SETTINGS = L1Settings()
GIANT_SETTINGS = L1Settings(max_seconds=900, ocr=OcrSettings(engine="none"))
"""The limit is on wall-clock time, which a busy machine stretches; the CPU time of giants is held against the usual limit."""
_SHARES = {
    "application/pdf": 24, "text/html": 10, "text/x-tex": 10, "application/jats+xml": 8, "application/epub+zip": 5,
    "application/x-tex-project": 5, "text/markdown": 4, "text/plain": 4, "application/rtf": 4, damage_inputs.SCAN: 4,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": 8, "application/x-ipynb+json": 3,
    "application/tei+xml": 3,
}  # fmt: skip
"""Files of a media type among about 115; 2 of those that are not listed."""
_MEGABYTE = 1024 * 1024
_REASON = re.compile(r"`([a-z_*0-9]+)`")
_BUGS = frozenset(("parse_error", "parse_crash", "parse_timeout", "parse_memory"))


class Case(NamedTuple):
    """A document: `number` names it, `is_scan` if OCR reads it."""

    number: int
    media_type: str
    content: bytes
    is_scan: bool = False


class Outcome(NamedTuple):
    """The row of L1 (`digest` of all that it shows), CPU seconds, peak memory in MB, and whether the child was replaced."""

    reason: str
    digest: str
    seconds: float
    peak: float
    is_replaced: bool
    warning: str


class Cases:
    """All damaged documents by number; each is made anew when it is asked for."""

    def __init__(self, seed: int) -> None:
        self.documents = damage_inputs.documents()
        self.seed = seed
        self.schedule = [name for name in sorted(self.documents) for _ in range(_SHARES.get(name, 2))]
        random.Random(seed).shuffle(self.schedule)

    def name(self, number: int) -> str:
        """The media type of a document, or SCAN."""
        return self.schedule[number % len(self.schedule)]

    def is_scan(self, number: int) -> bool:
        return self.name(number) == damage_inputs.SCAN

    def case(self, number: int) -> Case:
        rng, name = random.Random(f"{self.seed}:{number}"), self.name(number)
        content = rng.choice(self.documents[name])
        media_type = damage_inputs.image_type(content) if name == damage_inputs.SCAN else name
        return Case(number, media_type, mutated(content, media_type, rng), name == damage_inputs.SCAN)


def outcome(case: Case, settings: L1Settings) -> Outcome:
    """Parse a document as L1 does, and measure its child."""
    before = children()
    for process in before:
        reset_peak(process)
    cpu = sum(map(cpu_seconds, before))
    document = {"media_type": case.media_type, "content": case.content, "bytes": len(case.content), "title": None}
    begin = time.monotonic()
    try:
        row = normalize(document, settings)
        reason = row.get("reason") or str(row["verdict"])
    except Exception as error:  # the worst finding: the Spark task would fail
        row, reason = {"warnings": [repr(error)]}, "raised"
    wall, after = time.monotonic() - begin, children()
    is_same = [process.pid for process in after] == [process.pid for process in before]
    spent = sum(map(cpu_seconds, after)) - (cpu if is_same else 0) if after else wall
    shown = {key: row.get(key) for key in ("text", "title", "warnings", "declared", "pages")}
    digest = hashlib.sha256(json.dumps([reason, shown]).encode()).hexdigest()[:16]
    is_replaced = bool(before) and not is_same
    peak = max(map(peak_memory, after), default=0.0)
    return Outcome(reason, digest, spent, peak, is_replaced, str(list(row["warnings"])[:1])[:150])


@cache
def documented() -> re.Pattern[str]:
    """A pattern of the reasons that L1 may give: "kept" and those in the table of docs/formats.md."""
    table = DOCS.read_text(encoding="utf-8").split("## Why a document failed")[1]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    names = [re.escape(name).replace(r"\*", "[a-z0-9_]+") for cell in cells for name in _REASON.findall(cell)]
    return re.compile("|".join(["kept", *names]))


def l0_fault(case: Case) -> str:
    """What is wrong with L0's rows of a document; '' if nothing."""
    row = {
        "source": "damage", "source_file": f"{case.number}.bin", "uri": "file:///damage.bin", "version": "1",
        "bytes": len(case.content), "parts": None, "is_url": False, "content": case.content,
    }  # fmt: skip
    file = SourceFile(row, L0Settings()).kept_inline()
    try:
        rows = list(islice(open_object(file, file.place, io.BytesIO(case.content)), 10_000))
    except Exception as error:
        name = type(error).__name__
        return "" if name == "ArchiveBombError" else f"L0 raised {name}: {error}"[:150]
    return "" if rows else "L0 found nothing"


def faults(result: Outcome, slow: float) -> Iterator[str]:
    """What is wrong with the outcome of a document."""
    if result.reason in _BUGS or not documented().fullmatch(result.reason):
        yield result.reason
    if result.seconds > slow:
        yield f"slow: {result.seconds:.1f} s"
    if result.peak > (cap := SETTINGS.max_memory_mb):
        yield f"memory: {result.peak:.0f} MB, above l1.max_memory_mb={cap}"


def in_turn(cases: Cases, numbers: Iterable[int]) -> Iterator[tuple[Case, Outcome]]:
    """The outcomes of these documents in this order, those for OCR last: other settings need another child."""
    for number in sorted(numbers, key=cases.is_scan):
        case = cases.case(number)
        yield case, outcome(case, OCR_SETTINGS if case.is_scan else SETTINGS)


def table(found: Sequence[tuple[str, Outcome]]) -> None:
    by_type: dict[str, list[Outcome]] = defaultdict(list)
    for media_type, result in found:
        by_type[media_type].append(result)
    print(f"{'media type':42} {'files':>6} {'kept':>6} {'slowest':>8} {'MB':>6} {'new':>4}  reasons")
    for media_type, results in sorted(by_type.items()):
        reasons = Counter(result.reason for result in results if result.reason != "kept")
        told = ", ".join(f"{name} {count}" for name, count in reasons.most_common())
        kept = len(results) - reasons.total()
        slowest, peak = max(r.seconds for r in results), max(r.peak for r in results)
        name = media_type if len(media_type) < 43 else f"...{media_type[-39:]}"
        replaced = sum(r.is_replaced for r in results)
        print(f"{name:42} {len(results):6} {kept:6} {slowest:7.1f}s {peak:6.0f} {replaced:4}  {told}")


def run_mutations(options: argparse.Namespace) -> int:
    """Parse the damaged documents twice; return how many have findings."""
    cases, bad = Cases(options.seed), set()
    numbers = [n for n in range(options.first, options.first + options.count) if options.media in cases.name(n)]

    def tell(case: Case, said: Sequence[str], warning: str) -> None:
        if said:
            bad.add(case.number)
            print(f"{case.number} {case.media_type} {len(case.content)} bytes: {'; '.join(said)}  {warning}", flush=True)
            if options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"{case.number}.bin").write_bytes(case.content)

    first = {}
    for case, result in in_turn(cases, numbers):
        first[case.number] = (case.media_type, result)
        tell(case, [*faults(result, options.slow), *filter(None, [l0_fault(case)])], result.warning)
    random.Random(options.seed + 1).shuffle(numbers)
    for case, result in in_turn(cases, numbers):
        before = first[case.number][1]
        is_same = (before.reason, before.digest) == (result.reason, result.digest)
        changed = [] if is_same else [f"unstable: {before.reason} {before.warning}, then {result.reason}"]
        tell(case, [*changed, *(faults(result, options.slow) if case.number not in bad else [])], result.warning)
    table(list(first.values()))
    return len(bad)


def run_giants(wanted: str) -> int:
    """Parse every giant once; a finding is a reason that is not documented, a crash, a timeout, or memory above the cap."""
    bad = 0
    print(f"{'giant':34} {'MB':>6} {'reason':>16} {'CPU s':>8} {'peak MB':>8}")
    for name, media_type, content in giants():
        if wanted.lower() not in f"{name} {media_type}".lower():
            continue
        result = outcome(Case(0, media_type, content), GIANT_SETTINGS)
        said = list(faults(result, SETTINGS.max_seconds))
        bad += any(word != "parse_memory" for word in said)
        figures = f"{len(content) / _MEGABYTE:6.1f} {result.reason:>16} {result.seconds:8.1f} {result.peak:8.0f}"
        print(f"{name:34} {figures} {'; '.join(said)} {result.warning}", flush=True)
    return bad


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=10_000, help="how many damaged documents")
    options.add_argument("--first", type=int, default=0, help="number of the first, to run in parts")
    options.add_argument("--media", default="", help="only media types (and names of giants) that contain this")
    options.add_argument("--seed", type=int, default=19, help="seed of the damage")
    options.add_argument("--slow", type=float, default=20.0, help="CPU seconds above which a document is a finding")
    options.add_argument("--keep", type=Path, help="folder to which documents with findings are written")
    options.add_argument("--giants", action="store_true", help="huge documents instead of damaged ones")
    given = options.parse_args()
    os.nice(10)
    warnings.simplefilter("ignore", UserWarning)  # zipfile's, about names that mutations double
    bad = run_giants(given.media) if given.giants else run_mutations(given)
    print(f"{bad} documents with findings")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
