"""Climb to L2: filter what L1 normalised, after what is left below. Takes the arguments of `darwin run` but `--to`."""

from darwin_spark.cli.app import job

if __name__ == "__main__":
    job("run", "--to", "l2")
