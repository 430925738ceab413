"""Test a level, ours or a plugin's, against the promises that every level keeps: `check_level(LEVEL, documents)`.

from darwin_spark.testing import check_level

def test_glossary(spark):
    check_level(LEVEL, [{"text": "..."}, {"text": "..."}, {"text": "..."}], GlossarySettings(engine="my_engines:Fake"))
"""

from darwin_spark.testing.check import check_level
from darwin_spark.testing.promises import BrokenPromiseError, Promise

__all__ = ["BrokenPromiseError", "Promise", "check_level"]
