"""The process that Spark's Python workers are forked from, with what every worker needs already imported.

Spark ends a Python worker that idled for a minute and forks new ones; each of them would import pyarrow, pandas and numpy
anew, one to three seconds of a core. Set as `spark.python.daemon.module` on a laptop, where a climb is many small queries.
Nothing imported here may start a thread: threads do not survive the fork.
"""

import numpy  # noqa: F401
import pandas  # noqa: F401
import pyarrow.compute  # noqa: F401
import pyspark.daemon
import pyspark.sql.pandas.serializers
import pyspark.worker

if __name__ == "__main__":
    pyspark.daemon.manager()
