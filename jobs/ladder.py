"""Climb the ladder: `spark-submit jobs/ladder.py --input s3://bucket/papers --to l5 --workspace catalog:main.science`.

Takes the arguments of `darwin run`. Also the entry point of a Databricks Python-script or wheel task.
"""

from darwin_spark.cli.app import job

if __name__ == "__main__":
    job("run")
