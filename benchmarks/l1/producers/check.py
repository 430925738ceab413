"""Check the text of a made document against what it was made of."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from benchmarks.l1.producers.model import Document, Equation, Heading, Hidden, Paragraph, Table
from darwin_spark.parsers.parsed import Parsed

MIN_SHARE = 0.995  # minimum share of the words that come in order; of other words as many are allowed as may be missing
_TOKEN = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_NOTE_MARK = re.compile(r"\[?\^\{?\(?\d{1,2}\)?\}?\]?:?")
_NO_BLANKS = ("chinese", "japanese", "japanese_vertical")
_SAME = str.maketrans({"\u2206": "Δ", "\u00b5": "μ", "\u2126": "Ω", "’": "'"})
_EAST_ASIAN = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
_BLANK_INSIDE = re.compile(rf"{_EAST_ASIAN.pattern} +(?={_EAST_ASIAN.pattern})")


class Fault(NamedTuple):
    """What does not hold: a word that names it, and details."""

    name: str
    detail: str


def words(text: str, document: Document) -> list[str]:
    """Return the words of a text, in lower case; the characters where a script has no blanks.

    Inner hyphens count in the kind `hyphens` alone: no reader knows whether an uncommon word broken at its hyphen has one.
    """
    if document.script in _NO_BLANKS:
        return [c for c in text if _EAST_ASIAN.match(c) or c.isalnum()]
    found = _TOKEN.findall(_NOTE_MARK.sub(" ", text).translate(_SAME).lower())
    return found if document.kind == "hyphens" else [word.replace("-", "") for word in found]


def lcs(wanted: Sequence[str], found: Sequence[str]) -> int:
    """Return the length of the longest common subsequence (bit-parallel, Hyyrö 2004)."""
    masks: dict[str, int] = {}
    for i, word in enumerate(wanted):
        masks[word] = masks.get(word, 0) | 1 << i
    full = (1 << len(wanted)) - 1
    row = full
    for word in found:
        both = row & masks.get(word, 0)
        row = ((row + both) | (row - both)) & full
    return len(wanted) - row.bit_count()


def body_of(document: Document) -> list[str]:
    """Return the words of the body in order, without footnotes and the letters of equations."""
    parts = [document.title]
    for block in document.blocks:
        if isinstance(block, Paragraph):
            parts.append(block.text)
        elif isinstance(block, Heading):
            parts.append(block.whole)
        elif isinstance(block, Table):
            parts += [block.caption, *(cell for row in block.rows for cell in row)]
        elif isinstance(block, Equation):
            parts.append(block.number)
    return [word for part in parts for word in words(part, document)]


def faults(document: Document, parsed: Parsed) -> list[Fault]:
    """Return all that does not hold; empty if the text is right."""
    document, text = document.readable, parsed.text
    found = words(text.replace("|", " "), document)
    return [
        *_words(document, found),
        *_blanks(document, text),
        *_absent(document, text, parsed.warnings),
        *_headings(document, text),
        *_tables(document, text),
    ]


def _words(document: Document, found: list[str]) -> Iterable[Fault]:
    wanted = body_of(document)
    notes = [words(b.note, document) for b in document.blocks if isinstance(b, Paragraph) and b.note]
    share = lcs(wanted, found) / len(wanted)
    everything = Counter(wanted) + Counter(word for note in notes for word in note)
    lost = everything - Counter(found)
    if share < MIN_SHARE:
        name = "lost" if lost.total() > (1 - MIN_SHARE) * len(wanted) else "order"
        yield Fault(name, f"{share:.3f} of {len(wanted)} words in order; lost: {_some(lost)}")
    for note in notes:
        if lcs(note, found) < MIN_SHARE * len(note):
            yield Fault("note", " ".join(note[:8]))
    letters = {c for b in document.blocks if isinstance(b, Equation) for c in b.body.lower()}
    extra = Counter(w for w in (Counter(found) - everything).elements() if len(w) > 2 or not letters.issuperset(w))
    numbers = [w for w in extra if w.isdigit()]
    if extra.total() > (1 - MIN_SHARE) * len(wanted):
        yield Fault("extra", _some(extra))
    elif len(numbers) > len(notes):
        yield Fault("numbers", " ".join(numbers))


def _blanks(document: Document, text: str) -> Iterable[Fault]:
    """Yield a fault if blanks stand in text that is written without them."""
    found = _BLANK_INSIDE.findall(text) if document.script in _NO_BLANKS else []
    if len(found) > (1 - MIN_SHARE) * len(text):
        yield Fault("extra", f"{len(found)} blanks, {found[0]!r}")


def _some(counts: Counter[str]) -> str:
    return " ".join(f"{w}*{n}" if n > 1 else w for w, n in counts.most_common(12))


def _absent(document: Document, text: str, warnings: Iterable[str]) -> Iterable[Fault]:
    flat = " ".join(text.split())
    hidden = [b.text for b in document.blocks if isinstance(b, Hidden)]
    for string in (*hidden, *document.absent):
        if string in flat:
            yield Fault("shown", string)
    if hidden and not any("hidden" in warning for warning in warnings):
        yield Fault("warning", "no warning of hidden text")
    if "bad_page" in document.after.split() and not any("page 2" in warning for warning in warnings):
        yield Fault("warning", "no warning of page 2")


def _headings(document: Document, text: str) -> Iterable[Fault]:
    wanted = [document.title, *(b.whole for b in document.blocks if isinstance(b, Heading))]
    wanted = [" ".join(words(title, document)) for title in wanted if title]
    found = [" ".join(words(line, document)) for line in text.splitlines() if line.startswith("#")]
    missing = len(wanted) - lcs(wanted, found)
    if missing:
        yield Fault("heading", "; ".join(title for title in wanted if title not in found) or "order")
    elif len(found) > len(wanted):
        yield Fault("no heading", "; ".join(title for title in found if title not in wanted) or "twice")


def _tables(document: Document, text: str) -> Iterable[Fault]:
    rows = [
        words(line.replace("|", " "), document)
        for line in text.splitlines()
        if line.startswith("|") and not line.startswith("| ---")
    ]
    tables = [block for block in document.blocks if isinstance(block, Table)]
    wanted = [words(" ".join(row), document) for table in tables for row in table.rows]
    if rows and not tables:
        yield Fault("false table", " ".join(rows[0][:12]))
    elif tables and any(row not in rows for row in wanted):
        yield Fault("table", " ".join(next(row for row in wanted if row not in rows)))
    elif len(rows) > len(wanted):
        yield Fault("false table", "; ".join(" ".join(row) for row in rows if row not in wanted))
