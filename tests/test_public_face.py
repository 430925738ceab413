"""The public names of the package: lazy, complete, and used as the README shows."""

import doctest
import os
import subprocess
import sys
from pathlib import Path

import pytest

import darwin_spark

ROOT = Path(__file__).parents[1]


def test_importing_the_package_imports_none_of_its_modules() -> None:
    script = "import sys, darwin_spark; print([name for name in sys.modules if name.startswith(('darwin_spark.', 'pyspark'))])"
    # Without the hook of tests/e2e/hooks, which other tests put on PYTHONPATH.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == "[]"


def test_every_public_name_can_be_imported_and_says_what_it_is() -> None:
    assert len(darwin_spark.__all__) >= 8
    assert set(darwin_spark.__all__) <= set(dir(darwin_spark))
    for name in darwin_spark.__all__:
        assert vars(darwin_spark).get(name, darwin_spark.__getattr__(name)).__doc__


def test_an_unknown_name_lists_the_public_ones() -> None:
    with pytest.raises(AttributeError, match=r"public names: .*Pipeline"):
        darwin_spark.__getattr__("Nothing")


@pytest.mark.usefixtures("spark")
def test_the_example_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("examples", "conf"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    monkeypatch.chdir(tmp_path)
    result = doctest.testfile(str(ROOT / "README.md"), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert result.attempted > 5
    assert result.failed == 0
