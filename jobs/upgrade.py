"""Upgrade a workspace to this code's format: `spark-submit jobs/upgrade.py --workspace catalog:main.science --dry-run`."""

from darwin_spark.cli.app import job

if __name__ == "__main__":
    job("upgrade")
