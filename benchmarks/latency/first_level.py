"""The command `darwin run` on a new workspace, until its first level begins: prints `started` then, and ends.

python -m benchmarks.latency.first_level WORKSPACE
"""

import os
import sys
from importlib import import_module
from pathlib import Path

from darwin_spark.cli import app

ROOT = Path(__file__).resolve().parents[2]


def main(workspace: str) -> None:
    """Climb to L0, and stop this process and its JVM where L0 would begin."""
    acquisition = import_module("darwin_spark.pipeline.acquisition")
    pipeline = import_module("darwin_spark.pipeline.pipeline")

    def begun(context: object, *_arguments: object) -> None:
        print("started", flush=True)
        vars(context)["workspace"].spark.stop()
        os._exit(0)

    assert pipeline.acquisition is acquisition
    acquisition.run_acquisition = begun
    app.main(["run", str(ROOT / "examples" / "corpus"), "--workspace", workspace])


if __name__ == "__main__":
    main(sys.argv[1])
