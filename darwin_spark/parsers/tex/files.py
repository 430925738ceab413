r"""Commands that read another file of the bundle: \input, \include, \import and similar, \usepackage, the document class."""

import posixpath
from collections.abc import Callable

from darwin_spark.parsers.tex.expand import Expander
from darwin_spark.parsers.tex.tokens import Source, Token, group_of, source_of

_TEXT_ENDINGS, _PACKAGE_ENDINGS, _CLASS_ENDINGS = (".tex", ".ltx"), (".sty", ".tex"), (".cls",)
_MAX_OPTIONS = 2_000  # characters of a package's options


def read_file(tex: Expander, name: str, folder: str | None = None) -> bool:
    r"""Open file `name` of the bundle, so that the file is read next. Return False if the bundle has no such file.

    `name` is searched in the current file's `Source.folder`, then the main file's folder; or in subfolder `folder` of each
    (\import), and then names in the opened file are relative to the folder of the opened file.
    """
    current_folder = tex.source.folder if tex.source is not None else ""
    folders = (posixpath.join(current_folder, folder), folder) if folder is not None else (current_folder, "")
    path = tex.bundle.find(name, folders, _TEXT_ENDINGS)
    if path is None:
        return False
    tex.open(Source(tex.bundle.text(path), path, posixpath.dirname(path) if folder is not None else current_folder))
    return True


def _input(tex: Expander) -> None:
    tex.skip_blanks()
    if tex.peek() == "{":
        name = tex.name()
    else:  # the primitive form, `\input name`: the name ends at a space
        name = ""
        while (token := tex.raw()) is not None and token[0] not in " \\{}$":
            name += token
        if token is not None and token != " ":
            tex.push([token])
    name = name.strip()
    if not read_file(tex, name):
        tex.warn(f"not in the bundle: {name[:100]}")


def _input_if_exists(tex: Expander) -> None:
    r"""\InputIfFileExists{file}{then}{else}: read the tokens `then` and the file, or the tokens `else`."""
    name, yes, no = tex.name(), tex.argument(), tex.argument()
    exists = tex.bundle.find(name, ("",), _TEXT_ENDINGS) is not None
    tex.push([*yes, "\\input", *group_of(name)] if exists else no)


def _import(tex: Expander) -> None:
    folder, name = tex.name(), tex.name()
    if not read_file(tex, name, folder):
        tex.warn(f"not in the bundle: {posixpath.join(folder, name)[:100]}")


def _subfile(tex: Expander) -> None:
    name = tex.name()
    if not read_file(tex, posixpath.basename(name), posixpath.dirname(name)):
        tex.warn(f"not in the bundle: {name[:100]}")


def _usepackage(tex: Expander) -> None:
    options = tex.optional()
    names = [name.strip() for name in tex.name().split(",")]
    tex.optional()
    for name in names:
        if len(tex.packages.get(name, "")) < _MAX_OPTIONS:
            tex.packages[name] = f"{tex.packages.get(name, '')},{source_of(options or [])[:_MAX_OPTIONS]}".strip(",")
    if "hyperref" in names:
        tex.options += [*(options or []), ","]
    for name in reversed(names):
        path = tex.bundle.find(name, ("",), _PACKAGE_ENDINGS)
        if path is not None and path.endswith(".sty"):
            tex.open(Source(tex.bundle.text(path), path, package=True))


def read_class(tex: Expander, name: str) -> None:
    path = tex.bundle.find(name, ("",), _CLASS_ENDINGS)
    if path is not None and path.endswith(".cls"):
        tex.open(Source(tex.bundle.text(path), path, package=True))


def _endinput(tex: Expander) -> None:
    tex.close_file()


FILES: dict[Token, Callable[[Expander], None]] = {
    "\\input": _input,
    "\\include": _input,
    "\\@input": _input,
    "\\InputIfFileExists": _input_if_exists,
    "\\import": _import,
    "\\subimport": _import,
    "\\includefrom": _import,
    "\\subfile": _subfile,
    "\\usepackage": _usepackage,
    "\\RequirePackage": _usepackage,
    "\\endinput": _endinput,
}
