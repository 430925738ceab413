"""A bare Spark session with Delta, in the settings for small tables, and one read of a table: what cannot be avoided.

python -m benchmarks.latency.bare [TABLE]
"""

import sys
from importlib import import_module
from pathlib import Path

from pyspark.sql import SparkSession


def main(arguments: list[str]) -> None:
    """Start a session, count the rows of a Delta table if one is given, and stop."""
    session = import_module("darwin_spark.storage.session")
    spark = session.local_session(SparkSession.builder.appName("bare")).getOrCreate()
    print("started", flush=True)
    for table in arguments:
        print(spark.read.format("delta").load(str(Path(table).absolute())).count(), flush=True)
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
