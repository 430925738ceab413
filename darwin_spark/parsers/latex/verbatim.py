r"""Source that is read without TeX processing: \verb, verbatim and listings, URLs, and environments without text."""

import re
from functools import lru_cache

from darwin_spark.parsers.latex.preamble import option
from darwin_spark.parsers.latex.writer import Writer
from darwin_spark.parsers.tex.tokens import source_of, tokens_of

_URL_ARGUMENT = re.compile(r"\s*\{([^{}\n]*(?:\{[^{}\n]*\}[^{}\n]*)*)\}")
_VERB = re.compile(r"\*?(?:\[[^\]\n]*\])?(?:\{([^{}\n]*)\}|([^\w\s*{])(.*?)\2)")
_MINTINLINE_ARGUMENTS = re.compile(r"(?:\[[^\]\n]*\])?\{[^{}\n]*\}")
_OPTIONS = re.compile(r"[ \t]*(?:\[((?:[^\]{}]|\{(?:[^{}]|\{[^{}]*\})*\}){0,2000})\])?[ \t]*(?:\{([\w+#-]{0,30})\})?[ \t]*\n?")
_NO_OPTIONS = re.compile(r"[ \t]*\n?()()")
_ALLTT_COMMAND = re.compile(r"\\([{}\\%#$&_~^])|\\[a-zA-Z]+\*?[ ]?|[{}]")
_LANGUAGE = re.compile(r"language=\{?(?:\[[^\]]*\])?([\w+#-]{1,30})")
CODE = frozenset({
    "verbatim", "verbatim*", "Verbatim", "Verbatim*", "BVerbatim", "LVerbatim", "lstlisting", "lstlisting*", "minted", "alltt",
    "code", "SaveVerbatim", "pyconsole", "pycode", "Highlighting", "spverbatim", "sageblock", "sagecode", "semiverbatim",
    "Code", "CodeInput", "CodeOutput", "Sinput", "Soutput", "boxedverbatim",
})  # fmt: skip
NO_TEXT = frozenset({
    "comment", "filecontents", "filecontents*", "tikzpicture", "picture", "pspicture", "pspicture*", "pgfpicture", "CCSXML",
    "asy", "feynmandiagram", "fmffile", "fmfgraph", "fmfgraph*", "axis", "forest", "circuitikz", "mpost", "asydef",
    "luacode", "luacode*", "scope", "tikzcd*",
})  # fmt: skip
_MAX_CACHED_PATTERNS = 1_024


def verb(writer: Writer) -> None:
    r"""Write \verb|..|, \lstinline|..| and \mintinline{python}|..| as inline code."""
    source = writer.tex.source
    if writer.tex.pending or source is None:
        _verb_of_tokens(writer)
        return
    if source.text[max(source.position - 12, 0) : source.position].rstrip().endswith("\\mintinline"):
        language = _MINTINLINE_ARGUMENTS.match(source.text, source.position)
        source.position = language.end() if language else source.position
    match = _VERB.match(source.text, source.position)
    if match is None:
        writer.tex.warn("\\verb without an end")
        return
    source.position = match.end()
    _inline_code(writer, match[1] if match[1] is not None else match[3])


def _verb_of_tokens(writer: Writer) -> None:
    r"""Write the text of \verb, read from pushed-back tokens (a macro's argument), where spaces may differ from the source."""
    writer.tex.star()
    mark = writer.tex.character()
    if mark is None:
        return
    tokens = writer.tex.balanced() if mark == "{" else writer.tex.delimited((mark,))
    _inline_code(writer, source_of(tokens))


def _inline_code(writer: Writer, code: str) -> None:
    code = " ".join(code.split("\n"))
    if "`" in code:
        writer.write(f"`` {code} ``" if "``" not in code else code)
    elif code.strip():
        writer.write(f"`{code}`")


def url(writer: Writer) -> None:
    r"""\url{..}: write the URL, read from the source where possible, because `%` and `#` are part of it."""
    source = writer.tex.source
    match = _URL_ARGUMENT.match(source.text, source.position) if source is not None and not writer.tex.pending else None
    if match is not None and source is not None:
        source.position = match.end()
        address = match[1]
    else:
        address = writer.tex.name()
    writer.write(re.sub(r"\\([%#_&~{}])", r"\1", "".join(address.split())))


def raw_body(writer: Writer, name: str) -> str | None:
    r"""Consume and return the source up to \end{name} (consumed), or up to the \end of the user environment around; or None."""
    ends = [name]
    group = writer.tex.groups[-1] if writer.tex.groups else None
    if group is not None and group.environment and group.closing is not None:
        ends.append(group.environment)
    source = writer.tex.source
    if source is None:
        return None
    writer.tex.pending.clear()
    start = source.position
    found = source.until(_end_pattern(tuple(ends)))
    if found is not None and not source.text.startswith(f"\\end{{{name}}}", start + len(found)):
        source.position = start + len(found)
    return found


@lru_cache(maxsize=_MAX_CACHED_PATTERNS)
def _end_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\\end\s*\{{{re.escape(name)}\}}" for name in names))


def code(writer: Writer, name: str) -> None:
    """Read code environment `name`; write it with its caption as a fenced block, or as inline code in inline frames."""
    source = writer.tex.source
    language = option_text = ""
    from_source = not writer.tex.pending and source is not None
    if from_source and source is not None:
        options = (_NO_OPTIONS if name in ("verbatim", "verbatim*", "alltt") else _OPTIONS).match(source.text, source.position)
        if options is not None:
            source.position = options.end()
            option_text = options[1] or ""
            language_match = _LANGUAGE.search(option_text)
            language = (options[2] or "") if name == "minted" else (language_match[1] if language_match else "")
    body = raw_body(writer, name)
    if body is None:
        writer.tex.warn(f"\\begin{{{name}}} without an end")
        return
    if name in ("alltt", "semiverbatim"):
        body = _ALLTT_COMMAND.sub(lambda match: match[1] or "", body)
    body = body.strip("\n").rstrip()
    if not body.strip():
        return
    frame = writer.frames[-1]
    if frame.inline:
        frame.line.append(f"`{' '.join(body.split())}`")
        return
    fence = "~~~" if "```" in body else "```"
    writer.block(f"{fence}{language.lower()}\n{body}\n{fence}")
    _put_caption(writer, option_text)


def _put_caption(writer: Writer, options: str) -> None:
    r"""Number the listing of [caption=..,label=..], store its label, push back the caption as \captionof, to be read next."""
    caption_text = re.sub(r"^\[[^\]]*\]", "", option(options, "caption"))
    label = option(options, "label")
    number = ""
    if caption_text:
        before = writer.current
        number = f"Listing {writer.step('listing')}".strip() + ". "
        if label:
            writer.refs.labels.setdefault(label, writer.current)
        writer.current = before
    caption_text = caption_text or option(options, "title")
    if caption_text:
        writer.tex.push(["\\captionof", "*", "{", "listing", "}", "{", *tokens_of(number + caption_text), "}"])


def no_text(writer: Writer, name: str) -> None:
    """Skip environment `name`, whose content is not text, such as a drawing or a comment."""
    if raw_body(writer, name) is None:
        writer.tex.warn(f"\\begin{{{name}}} without an end")
