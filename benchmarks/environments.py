"""Environments of the peers that benchmarks compare with: none of them is a dependency of this project."""

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def provide(name: str) -> Path:
    """Return the Python of `.cache/NAME`, made from `constraints/NAME.txt` (pinned) and remade when that file changes.

    Where the whole cannot be installed, the peers of `constraints/NAME.in` are installed one by one; one that fails is told
    on stderr and is missing.
    """
    folder, pinned = ROOT / ".cache" / name, ROOT / "constraints" / f"{name}.txt"
    python, made_from = folder / "bin" / "python", folder / "made-from.txt"
    if made_from.exists() and made_from.read_bytes() == pinned.read_bytes():
        return python
    venv.create(folder, with_pip=True, clear=True)
    if not _installed(python, "-r", str(pinned)):
        for line in pinned.with_suffix(".in").read_text().splitlines():
            requirement = line.partition("#")[0].strip()
            if requirement and not _installed(python, "-c", str(pinned), requirement):
                print(f"cannot install {requirement}", file=sys.stderr)
    made_from.write_bytes(pinned.read_bytes())
    return python


def _installed(python: Path, *requirements: str) -> bool:
    return subprocess.run([python, "-m", "pip", "install", "--quiet", *requirements], check=False).returncode == 0
