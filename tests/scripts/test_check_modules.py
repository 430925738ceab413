"""Modules that are too long, and modules that probe objects where types are known, are found."""

from pathlib import Path

import pytest

from scripts.check_modules import LONG_LINES, MAX_LINES, findings, long_modules


def write(package: Path, path: str, text: str) -> None:
    (package / path).parent.mkdir(parents=True, exist_ok=True)
    (package / path).write_text(text, encoding="utf-8")


def test_a_module_may_be_as_long_as_the_limit(tmp_path: Path) -> None:
    package = tmp_path / "darwin_spark"
    for path, lines in (("a.py", MAX_LINES + 1), ("b.py", MAX_LINES), ("c.py", LONG_LINES + 1), ("d.py", LONG_LINES)):
        write(package, f"text/{path}", "x = 1\n" * lines)
    assert list(findings(package)) == [
        "darwin_spark/text/a.py:401: 401 lines; at most 400 are allowed: split the module by theme"
    ]
    assert long_modules(package) == [(400, "text/b.py"), (251, "text/c.py")]


@pytest.mark.parametrize("folder", ["pipeline", "levels/l1_normalize", "observe", "cli"])
def test_objects_are_not_probed(tmp_path: Path, folder: str) -> None:
    package = tmp_path / "darwin_spark"
    write(package, f"{folder}/a.py", "import inspect\n\nb = getattr(a, 'b', None)\nc = any(map(hasattr, d))  # hasattr(\n")
    write(package, f"{folder}/b.py", "import inspect\n\nb = inspect.getattr_static(a, 'b')\n")
    write(package, "parsers/a.py", "b = getattr(a, 'b', None)\n")
    assert list(findings(package)) == [
        f"darwin_spark/{folder}/a.py:{line}: {called}: let a type say what the object has"
        for line, called in ((3, "getattr"), (4, "hasattr"))
    ]
