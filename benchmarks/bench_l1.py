"""All figures of L1, from ../shared/data: fidelity, throughput, cost of isolation, gain of a second worker, OCR.

`make bench-l1`, or python -m benchmarks.bench_l1.
"""

import subprocess
import sys

PARTS = ("fidelity", "throughput", "isolated", "workers", "ocr")
"""Each runs in a process of its own, so that what one loads does not slow the next."""


def main() -> int:
    codes = []
    for part in PARTS:
        print(f"\n# {part}\n", flush=True)
        codes.append(subprocess.run([sys.executable, "-m", f"benchmarks.l1.{part}"], check=False).returncode)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
