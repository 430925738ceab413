"""Check the limits of the package's modules that ruff has no rule for: their length, and no `getattr` or `hasattr`.

    python3 scripts/check_modules.py

A module longer than 400 lines is a finding; those longer than 250 are listed in one line as a warning. In the folders of
STATIC a type says what an object has, so `getattr` and `hasattr` are findings there. Exits with 1 if there are any findings.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "darwin_spark"
MAX_LINES = 400
LONG_LINES = 250
STATIC = ("pipeline", "levels", "observe", "cli")


def findings(package: Path) -> Iterator[str]:
    """One line a finding, in order of path."""
    for path in sorted(package.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        name, below = path.relative_to(package.parent), path.relative_to(package)
        if (lines := len(text.splitlines())) > MAX_LINES:
            yield f"{name}:{MAX_LINES + 1}: {lines} lines; at most {MAX_LINES} are allowed: split the module by theme"
        if below.parts[0] in STATIC and "attr(" in text:
            yield from (f"{name}:{line}: {called}: let a type say what the object has" for line, called in probes(text))


def probes(text: str) -> Iterator[tuple[int, str]]:
    """Line and name of each use of `getattr` and `hasattr`."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name) and node.id in ("getattr", "hasattr"):
            yield node.lineno, node.id


def long_modules(package: Path) -> list[tuple[int, str]]:
    """Lines and path of the modules that are long but allowed, the longest first."""
    lengths = ((len(path.read_text(encoding="utf-8").splitlines()), path) for path in package.rglob("*.py"))
    found = [(lines, str(path.relative_to(package))) for lines, path in lengths if LONG_LINES < lines <= MAX_LINES]
    return sorted(found, reverse=True)


if __name__ == "__main__":
    found = list(findings(PACKAGE))
    print("\n".join(found) if found else f"modules: none above {MAX_LINES} lines")
    if long := long_modules(PACKAGE):
        longest = ", ".join(f"{path} {lines}" for lines, path in long[:3])
        print(f"warning: {len(long)} modules have more than {LONG_LINES} lines: {longest} ...")
    sys.exit(1 if found else 0)
