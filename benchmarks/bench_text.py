"""How faithful the text of PDFs and of web pages is, beside that of other libraries, on ../shared/data.

`make bench-text`, or python -m benchmarks.bench_text. Paper by paper first, then all readers of PDFs, then web pages.
"""

import subprocess
import sys

from benchmarks.environments import provide


def main() -> int:
    peer = str(provide("bench-text"))
    codes = []
    for part, *options in (("fidelity",), ("comparison",), ("web", "--peer", peer)):
        print(f"\n# {part}\n", flush=True)
        codes.append(subprocess.run([sys.executable, "-m", f"benchmarks.l1.{part}", *options], check=False).returncode)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
