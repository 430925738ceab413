"""Run our commands beside installed packages."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PLUGIN = ROOT / "examples" / "plugin"
SOURCE = PLUGIN / "src"


def run(script: Path | str, *arguments: str, path: Path | str) -> subprocess.CompletedProcess[str]:
    """Run a script, or `-m MODULE`, with `path` as the only place where packages beside ours are installed."""
    wide = {**os.environ, "PYTHONPATH": str(path), "COLUMNS": "200"}
    command = [sys.executable, *([str(script)] if isinstance(script, Path) else ["-m", script]), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=wide, cwd=ROOT, check=False)
