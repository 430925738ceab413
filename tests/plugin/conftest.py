"""Make the example plugin and its broken variants importable by name, without installing them."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2] / "examples" / "plugin" / "src")]
