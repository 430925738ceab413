"""Climb to L0: acquire the objects of the inputs. Takes the arguments of `darwin run` but `--to`."""

from darwin_spark.cli.app import job

if __name__ == "__main__":
    job("run", "--to", "l0")
