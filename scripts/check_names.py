"""Check that no name comes back that was replaced: modules, functions, settings and reasons in scripts/old_names.csv.

    python3 scripts/check_names.py

Prints one line a finding, `file:line: kind: old -> new`, and exits with 1 if there are any. Needs Python only.

What counts depends on the kind, so that ordinary words and other things of the same name pass:

    module      the name of a .py file (of a test: without `test_` and the level)
    package     the name of a folder
    function    a definition of a function or method
    class       a definition of a class
    constant    an assignment at the top of a module
    name        any identifier: a variable, an argument, an attribute, a field
    setting     a field of a Section, a key in YAML, a dotted key in a string (`judge.attempts`); a name that holds an
                underscore also as an identifier or a word in a string
    section     the same, and before the dots of a key in a string (`generation.journal`)
    reason      a string; `language` and `robots`, which are words of their own, only where the code says that it is a reason

The column `where` limits a name to files that match one of its patterns, below darwin_spark/, tests/ and so on.
"""

import ast
import csv
import itertools
import re
import sys
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("darwin_spark", "jobs", "tests", "benchmarks", "scripts", "conf", "examples")
EXCEPTIONS = (
    "darwin_spark/config/renamed.py",  # refuses old settings with their new names
    "darwin_spark/pipeline/upgrade/*",  # migrates workspaces with old names
    "tests/config/test_renamed.py",
    "tests/config/data/*",
    "tests/pipeline/upgrade/*",
    "tests/pipeline/test_upgrade*",
    "scripts/check_names.py",
    "tests/scripts/test_check_names.py",
)
SECTIONS = (
    "l0",
    "l1",
    "l2",
    "l3",
    "l4",
    "l5",
    "workspace",
    "pipeline",
    "runner",
    "inference",
    "generation",
    "judge",
    "tracking",
)
_DOTTED = re.compile(rf"(?<![\w./])(?:{'|'.join(SECTIONS)})(?:\.[a-z0-9_]+)+")
_FAILING = ("dropped", "failed", "DROPPED", "FAILED")


class OldName(NamedTuple):
    """A name that was replaced. `where`: patterns of the files that it must not come back in; empty for all."""

    kind: str
    old: str
    new: str
    where: tuple[str, ...]

    @property
    def is_distinct(self) -> bool:
        """Whether the word has no other meaning: no English word holds an underscore."""
        return "_" in self.old

    def applies_to(self, path: str) -> bool:
        """Whether a file, relative to the project's root, must not hold the name."""
        below = path.partition("/")[2]
        return not self.where or any(fnmatch(below, pattern) for pattern in self.where)


class Use(NamedTuple):
    """A name in a file, and the kind of thing that it names."""

    line: int
    kind: str
    name: str


class Finding(NamedTuple):
    """A name that came back."""

    path: str
    line: int
    name: OldName

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.name.kind}: {self.name.old} -> {self.name.new}"


def load(path: Path = ROOT / "scripts" / "old_names.csv") -> list[OldName]:
    """Read the table of old names."""
    with path.open(encoding="utf-8", newline="") as file:
        return [OldName(row["kind"], row["old"], row["new"], tuple(row["where"].split())) for row in csv.DictReader(file)]


def check(root: Path, names: Iterable[OldName]) -> list[Finding]:
    """The findings in all files below FOLDERS, in order of path and line."""
    names = list(names)
    found = set()
    for path in files(root):
        relative = path.relative_to(root).as_posix()
        known = _by_kind(name for name in names if name.applies_to(relative))
        uses = [*uses_of_path(relative), *_uses_of_content(path, known)]
        found.update(Finding(relative, use.line, name) for use in uses for name in _matches(use, known))
    return sorted(found)


def _uses_of_content(path: Path, known: dict[tuple[str, str], OldName]) -> Iterable[Use]:
    """The names in a file; none if it holds no word that is looked for: most files need not be parsed then."""
    text = path.read_text(encoding="utf-8")
    if {word for kind, word in known if kind not in ("module", "package")}.isdisjoint(re.findall(r"\w+", text)):
        return ()
    return uses_of_yaml(text) if path.suffix == ".yaml" else uses_of_python(text)


def files(root: Path) -> Iterator[Path]:
    """The Python and YAML files to check."""
    for folder in FOLDERS:
        for path in (root / folder).rglob("*"):
            relative = path.relative_to(root).as_posix()
            excepted = any(fnmatch(relative, pattern) for pattern in EXCEPTIONS)
            if path.suffix in (".py", ".yaml") and not excepted and path.is_file():
                yield path


def _by_kind(names: Iterable[OldName]) -> dict[tuple[str, str], OldName]:
    """Old names by kind and by their last word: `engines` for `inference.engines`."""
    return {(name.kind, name.old.rpartition(".")[2]): name for name in names}


def _matches(use: Use, names: dict[tuple[str, str], OldName]) -> Iterator[OldName]:
    """The old names that a use names. An identifier or a string may be several kinds of thing."""
    last = use.name.rpartition(".")[2]
    if use.kind in ("identifier", "string"):
        if use.kind == "identifier" and (found := names.get(("name", use.name))):
            yield found
        for kind in ("setting", "section", "reason"):
            if (found := names.get((kind, last))) and found.is_distinct:
                yield found
        return
    for kind in ("setting", "section") if use.kind == "setting" else (use.kind,):
        found = names.get((kind, last))
        if found and f".{use.name}".endswith(f".{found.old}"):
            yield found


def uses_of_path(path: str) -> Iterator[Use]:
    """The packages and the module that a path names."""
    *folders, file = path.split("/")
    yield from (Use(1, "package", folder) for folder in folders)
    if file.endswith(".py"):
        yield Use(1, "module", re.sub(r"^test_(l\d_)?", "", file.removesuffix(".py")))


def uses_of_yaml(text: str) -> Iterator[Use]:
    """The dotted keys of a configuration, and the names of rules: they are reasons."""
    path: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        match = re.match(r"( *)([a-z][a-z0-9_]*):(?: +(.*))?$", line)
        if not match:
            continue
        indent = len(match[1])
        path = [(depth, key) for depth, key in path if depth < indent] + [(indent, match[2])]
        yield Use(number, "setting", ".".join(key for _, key in path))
        if match[2] in ("rules", "reason"):
            yield from (Use(number, "reason", word) for word in re.findall(r"\w+", (match[3] or "").partition("#")[0]))


def uses_of_python(text: str) -> Iterator[Use]:
    """The names in a Python module."""
    tree = ast.parse(text)
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            words = [node for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]
            yield from (Use(word.lineno, "constant", word.id) for word in words)
    for node in ast.walk(tree):
        yield from _uses_of_node(node)


def _uses_of_node(node: ast.AST) -> Iterator[Use]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield Use(node.lineno, "function", node.name)
            yield Use(node.lineno, "identifier", node.name)
        case ast.ClassDef():
            yield Use(node.lineno, "class", node.name)
            yield from _settings(node)
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
            yield Use(node.lineno, "identifier", name)
        case ast.Constant(value=str(text)):
            yield from _uses_of_string(node.lineno, text)
        case ast.Call():
            yield from _uses_of_call(node)
        case ast.Dict():
            pairs = zip(node.keys, node.values, strict=True)
            yield from (use for key, value in pairs if _text(key) == "reason" for use in _reasons(value))
        case ast.Tuple() | ast.List():
            yield from _reasons_after_verdicts(node.elts)
        case ast.Compare():
            yield from _reasons_beside([node.left, *node.comparators])
        case ast.Assign():
            yield from _reasons_beside([*node.targets, node.value])
        case _:
            return


def _settings(node: ast.ClassDef) -> Iterator[Use]:
    """The fields of a group of settings, under the group's name: `inference.num_engines` in `InferenceSettings`."""
    if not any(_name(base).endswith(("Section", "Settings")) for base in node.bases):
        return
    group = node.name.removesuffix("Settings").lower()
    for field in node.body:
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            yield Use(field.lineno, "setting", f"{group}.{field.target.id}")


def _uses_of_call(node: ast.Call) -> Iterator[Use]:
    called = _name(node.func)
    for keyword in node.keywords:
        if keyword.arg:
            yield Use(keyword.value.lineno, "identifier", keyword.arg)
            if called.endswith(("Settings", "Section")):
                group = called.removesuffix("Settings").lower()
                yield Use(keyword.value.lineno, "setting", f"{group}.{keyword.arg}")
        if keyword.arg == "reason":
            yield from _reasons(keyword.value)
    if called.endswith(("Error", "Rule")) and node.args:
        yield from _reasons(node.args[0])
    yield from _reasons_after_verdicts(node.args)


def _uses_of_string(line: int, text: str) -> Iterator[Use]:
    """Settings and reasons in a string. Words of a text are looked at alone: only a distinct name can be found among them."""
    yield from (Use(line, "string", word) for word in set(re.findall(r"\w+", text)))
    for found in _DOTTED.findall(text):
        keys = found.split(".")
        yield Use(line, "setting", found)
        yield from (Use(line, "section", ".".join(keys[:size])) for size in range(1, len(keys)))
    yield from (Use(line, "reason", word) for word in re.findall(r"\b(?:dropped|failed)\.(\w+)", text))
    for condition in re.findall(r"\breason\s*(?:=|==|!=|<>|(?:NOT )?IN)\s*(\(.*?\)|'\w+')", text, re.IGNORECASE):
        yield from (Use(line, "reason", word) for word in re.findall(r"'(\w+)'", condition))


def _name(node: ast.AST) -> str:
    """The last word of a name: `b` of `a.b`; empty for another expression."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _text(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _reasons(node: ast.AST) -> Iterator[Use]:
    """A string, or the strings of a tuple, list or set, as reasons."""
    for item in node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]:
        if (text := _text(item)) is not None:
            yield Use(item.lineno, "reason", text)


def _reasons_after_verdicts(items: list[ast.expr]) -> Iterator[Use]:
    """The reasons in pairs of a verdict and a reason: `("dropped", "garbled")`, `FAILED, "too_large"`."""
    for before, item in itertools.pairwise(items):
        if (_text(before) or _name(before)) in _FAILING:
            yield from _reasons(item)


def _reasons_beside(sides: list[ast.expr]) -> Iterator[Use]:
    """The reasons that are compared with, or assigned to, something that is called a reason."""
    if any(_is_reason(side) for side in sides):
        yield from (use for side in sides for use in _reasons(side))


def _is_reason(side: ast.expr) -> bool:
    """`reason`, `row.reason`, `row["reason"]`, `F.col("reason")`, `GOOD_REASONS`."""
    words = (_text(node) or _name(node) for node in ast.walk(side)) if _text(side) is None else ()
    return any(re.fullmatch(r"(\w*_)?reasons?", word, re.IGNORECASE) for word in words)


if __name__ == "__main__":
    findings = check(ROOT, load())
    print("\n".join(map(str, findings)) if findings else "names: none of the old ones")
    sys.exit(1 if findings else 0)
