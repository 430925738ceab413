r"""What only the whole document tells: heading ranks, the numbers that \ref and \cite stand for.

While the text is written these stand in it as marks made of control characters.
"""

import re
from collections.abc import Mapping

_HEADING = re.compile("^\x01(-?\\d+)\x02", re.MULTILINE)
_REFERENCE = re.compile("\x03([^\x03-\x05]*)\x04([^\x03-\x05]*)\x04([^\x03-\x05]*)\x04([^\x03-\x05]*)\x05")
_NOTHING = "\x06"
_HOLE = re.compile("^\x06 ?| ?\\( ?\x06 ?\\)|(?:,? ?\\b(?:on |see )?(?:pp?\\.|pages?))? ?\x06", re.MULTILINE)
_NATBIB = re.compile(r"(.*)\((\d{4}[a-z]?|[^()]*)\)(.*)", re.DOTALL)
_FIRST_RANK, _LAST_RANK = 2, 6
_KINDS = {
    "part": "Part", "chapter": "Chapter", "section": "Section", "subsection": "Section", "subsubsection": "Section",
    "paragraph": "Section", "appendix": "Appendix", "figure": "Figure", "table": "Table", "equation": "Equation",
    "enumi": "Item", "enumii": "Item", "enumiii": "Item", "footnote": "Footnote", "algorithm": "Algorithm",
    "subfigure": "Figure", "listing": "Listing",
}  # fmt: skip


def heading_mark(level: int, text: str) -> str:
    """A heading of LaTeX's level (part -1, chapter 0, section 1 ...)."""
    return f"\x01{level}\x02{text}"


def reference_mark(kind: str, keys: str, before: str = "", after: str = "") -> str:
    """A reference or citation, by the command's name."""
    return "\x03" + "\x04".join(_plain(part) for part in (kind, keys, before, after)) + "\x05"


def _plain(text: str) -> str:
    return " ".join("".join(c for c in text if c > "\x06").split())


def with_headings(text: str) -> str:
    """Marks of headings as ATX headings: the highest level in use becomes `##`, below the title."""
    levels = sorted({int(level) for level in _HEADING.findall(text)})
    ranks = {level: min(_FIRST_RANK + i, _LAST_RANK) for i, level in enumerate(levels)}
    return _HEADING.sub(lambda match: "#" * ranks[int(match[1])] + " ", text)


def with_references(
    text: str, labels: Mapping[str, tuple[str, str]], names: Mapping[str, str], bibliography: Mapping[str, str]
) -> str:
    """Marks of references as what a reader sees; one that is not known leaves nothing, a citation its key."""

    def fill(match: re.Match[str]) -> str:
        kind, keys, before, after = match.groups()
        if "cite" in kind.lower():
            return _citation(kind, keys, before, after, bibliography)
        return _reference(kind, [key.strip() for key in keys.split(",")], labels, names)

    return _HOLE.sub("", _REFERENCE.sub(fill, text))


def _reference(kind: str, keys: list[str], labels: Mapping[str, tuple[str, str]], names: Mapping[str, str]) -> str:
    known = [labels[key] for key in keys if key in labels and labels[key][1]]
    if not known or kind == "pageref":
        return _NOTHING
    if kind == "eqref":
        return ", ".join(f"({number})" for _, number in known)
    numbers = ", ".join(f"({number})" if what == "equation" and "cref" in kind.lower() else number for what, number in known)
    if kind in ("cref", "Cref", "autoref", "vref", "fullref", "thref"):
        what = known[0][0]
        name = names.get(what) or _KINDS.get(what, "")
        return f"{name} {numbers}".strip()
    return numbers


def _citation(kind: str, keys: str, before: str, after: str, bibliography: Mapping[str, str]) -> str:
    labels = [bibliography.get(key.strip()) or key.strip() for key in keys.split(",") if key.strip()]
    pairs = [_NATBIB.fullmatch(label) for label in labels]
    kind = kind.lower()
    if not labels:
        return _NOTHING
    if not all(pairs):
        inside = ", ".join([*labels, after] if after else labels)
        return f"[{before} {inside}]" if before else f"[{inside}]"
    known = [(pair[1].strip(), pair[2]) for pair in pairs if pair]
    if "author" in kind:
        return "; ".join(author for author, _ in known)
    if "year" in kind:
        return ", ".join(year for _, year in known)
    if kind in ("citep", "parencite", "autocite", "citealp", "footcite"):
        inside = "; ".join(f"{author}, {year}" for author, year in known) + (f", {after}" if after else "")
        inside = f"{before} {inside}" if before else inside
        return inside if kind == "citealp" else f"({inside})"
    tail = f", {after}" if after else ""
    return "; ".join(f"{author} ({year}{tail})" for author, year in known)
