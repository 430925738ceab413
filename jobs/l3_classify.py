"""Climb to L3: classify what L2 kept, after what is left below. Takes the arguments of `darwin run` but `--to`."""

from darwin_spark.cli.app import job

if __name__ == "__main__":
    job("run", "--to", "l3")
