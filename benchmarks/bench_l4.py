"""All figures of L4 without a model, from ../shared/data: what the rules keep and remove, and their effect on OCR output.

`make bench-l4`, or python -m benchmarks.bench_l4.
"""

import subprocess
import sys

PARTS = ("rules", "ocr")
"""Each runs in a process of its own, so that what one loads does not slow the next."""


def main() -> int:
    codes = []
    for part in PARTS:
        print(f"\n# {part}\n", flush=True)
        codes.append(subprocess.run([sys.executable, "-m", f"benchmarks.l4.{part}"], check=False).returncode)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
