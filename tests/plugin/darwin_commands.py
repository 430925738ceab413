"""Run several `darwin` commands in one process, which share its Spark session: `darwin_commands.py [[ARGUMENT, ...], ...]`.

Prints a line `$ ARGUMENTS`, what the command prints, and a line `exit CODE`.
"""

import json
import sys

from darwin_spark.cli.app import main
from darwin_spark.storage.session import spark_session

if __name__ == "__main__":
    with spark_session():
        for arguments in json.loads(sys.argv[1]):
            print("$", *arguments, flush=True)
            code: object = 0
            try:
                main(arguments)
            except SystemExit as end:
                code = end.code
            print("exit", code or 0, flush=True)
