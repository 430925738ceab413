"""Audit a workspace: `spark-submit jobs/audit.py --workspace catalog:main.science`; exits with 1 if a promise is broken."""

from darwin_spark.cli.app import job

if __name__ == "__main__":
    job("audit")
