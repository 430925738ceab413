r"""Placeholders for what is known only at the end of the document: heading levels, and the numbers of \ref and \cite.

While the text is written, each of them is a mark of control characters; the functions `with_...` replace the marks.
"""

import re
from collections.abc import Mapping

_HEADING = re.compile("^\x01(-?\\d+)\x02", re.MULTILINE)
_REFERENCE = re.compile("\x03([^\x03-\x05]*)\x04([^\x03-\x05]*)\x04([^\x03-\x05]*)\x04([^\x03-\x05]*)\x05")
_UNRESOLVED = "\x06"
_UNRESOLVED_WITH_CONTEXT = re.compile("^\x06 ?| ?\\( ?\x06 ?\\)|(?:,? ?\\b(?:on |see )?(?:pp?\\.|pages?))? ?\x06", re.MULTILINE)
_NATBIB = re.compile(r"(.*)\((\d{4}[a-z]?|[^()]*)\)(.*)", re.DOTALL)
_FIRST_RANK, _LAST_RANK = 2, 6
_COUNTER_NAMES = {
    "part": "Part", "chapter": "Chapter", "section": "Section", "subsection": "Section", "subsubsection": "Section",
    "paragraph": "Section", "appendix": "Appendix", "figure": "Figure", "table": "Table", "equation": "Equation",
    "enumi": "Item", "enumii": "Item", "enumiii": "Item", "footnote": "Footnote", "algorithm": "Algorithm",
    "subfigure": "Figure", "listing": "Listing",
}  # fmt: skip


def heading_mark(level: int, text: str) -> str:
    """Return the heading `text` after a placeholder for its Markdown level. `level`: part -1, chapter 0, section 1 ..."""
    return f"\x01{level}\x02{text}"


def reference_mark(kind: str, keys: str, before: str = "", after: str = "") -> str:
    """Return a placeholder of command `kind` (ref, citep) with comma-separated `keys` and the notes `before`, `after` them."""
    return "\x03" + "\x04".join(_without_control_chars(part) for part in (kind, keys, before, after)) + "\x05"


def _without_control_chars(text: str) -> str:
    return " ".join("".join(c for c in text if c > "\x06").split())


def with_headings(text: str) -> str:
    """Return `text` with heading marks replaced: highest level by `##` (the title has `#`), next by `###`, at most `######`."""
    levels = sorted({int(level) for level in _HEADING.findall(text)})
    ranks = {level: min(_FIRST_RANK + i, _LAST_RANK) for i, level in enumerate(levels)}
    return _HEADING.sub(lambda match: "#" * ranks[int(match[1])] + " ", text)


def with_references(
    text: str, labels: Mapping[str, tuple[str, str]], names: Mapping[str, str], bibliography: Mapping[str, str]
) -> str:
    """Return `text` with references filled in: unknown labels and pages vanish (with "page"), unknown citations show keys."""

    def fill(match: re.Match[str]) -> str:
        kind, keys, before, after = match.groups()
        if "cite" in kind.lower():
            return _citation(kind, keys, before, after, bibliography)
        return _reference(kind, [key.strip() for key in keys.split(",")], labels, names)

    return _UNRESOLVED_WITH_CONTEXT.sub("", _REFERENCE.sub(fill, text))


def _reference(kind: str, keys: list[str], labels: Mapping[str, tuple[str, str]], names: Mapping[str, str]) -> str:
    resolved = [labels[key] for key in keys if key in labels and labels[key][1]]
    if not resolved or kind == "pageref":
        return _UNRESOLVED
    if kind == "eqref":
        return ", ".join(f"({number})" for _, number in resolved)
    numbers = ", ".join(
        f"({number})" if counter == "equation" and "cref" in kind.lower() else number for counter, number in resolved
    )
    if kind in ("cref", "Cref", "autoref", "vref", "fullref", "thref"):
        counter = resolved[0][0]
        name = names.get(counter) or _COUNTER_NAMES.get(counter, "")
        return f"{name} {numbers}".strip()
    return numbers


def _citation(kind: str, keys: str, before: str, after: str, bibliography: Mapping[str, str]) -> str:
    labels = [bibliography.get(key.strip()) or key.strip() for key in keys.split(",") if key.strip()]
    natbib_labels = [_NATBIB.fullmatch(label) for label in labels]
    kind = kind.lower()
    if not labels:
        return _UNRESOLVED
    if not all(natbib_labels):
        inside = ", ".join([*labels, after] if after else labels)
        return f"[{before} {inside}]" if before else f"[{inside}]"
    resolved = [(pair[1].strip(), pair[2]) for pair in natbib_labels if pair]
    if "author" in kind:
        return "; ".join(author for author, _ in resolved)
    if "year" in kind:
        return ", ".join(year for _, year in resolved)
    if kind in ("citep", "parencite", "autocite", "citealp", "footcite"):
        inside = "; ".join(f"{author}, {year}" for author, year in resolved) + (f", {after}" if after else "")
        inside = f"{before} {inside}" if before else inside
        return inside if kind == "citealp" else f"({inside})"
    tail = f", {after}" if after else ""
    return "; ".join(f"{author} ({year}{tail})" for author, year in resolved)
