"""Reference lists, whole (§3 L4): found by their heading, believed only if what follows reads like references."""

import re
from collections.abc import Iterator, Sequence

from darwin_spark.levels.l4_refine.rules.headings import Section, sections
from darwin_spark.levels.l4_refine.rules.text import CAPTION, names, size, without
from darwin_spark.text.markdown import EXACT, Kind

REFERENCES = names("""
    referencias; bibliografía; literatur; literaturverzeichnis; références; bibliographie; bibliografia;
    supplementary references; references and further reading; bibliographical references; bibliographic references;
    further reading; suggested reading; suggested readings; recommended reading; additional references; sources;
    references; reference; references cited; reference list; list of references; references and notes;
    notes and references; bibliography; selected bibliography; literature; literature cited; works cited;
    cited literature; citations
""")
DENSITY = 1.0
"""Signs of a reference in 100 characters. In 83 JATS articles 99 % of the entries lie above it, 85 % of all other paragraphs
below, half of them at 0."""
UNIT_CHARS = 600
"""An entry without blank lines around it is judged in groups of lines of about so many characters."""
GAP_CHARS = 1_500
"""So much text in a row that does not read like references ends the list."""
TAIL_CHARS = 300
"""Text after the last entry that is at least so long stays."""
MIN_LETTERS = 0.4
"""Share of letters; the rows of a table of figures have fewer."""
MIN_SHARE = 0.6
"""Share of the list's characters that must read like references."""

_SIGN = re.compile(
    r"""\b(?:1[6-9]|20)\d\d[a-z]?\b                                                     # a year
    | \b[A-Z]\.(?:[\s-]?[A-Z]\.){0,3} | \b[A-Z][a-zà-ÿ'’-]{1,30},?\s[A-Z]{1,3}(?=[,.;\s])  # initials, with the name or without
    | \b[A-Z][a-zà-ÿ'’-]{1,30},(?=\s(?:and\s)?[A-Z]) | \band\s[A-Z][a-zà-ÿ'’-]{1,30}\s[A-Z]  # names in a row
    | \d\s?[-–—]\s?e?\d | \b\d{1,4}\s?\(\d{1,4}\) | \d:\s?\d                                # pages, volume(number), volume:page
    | \bdoi\b | \b10\.\d{4} | https?:// | arXiv | \bet\sal\b | \bIn\s[A-Z]
    | \b(?:pp|vol|eds?|no|Proc|Int|Trans|Univ)\.
    | \b(?:Press|Journal|Proceedings|Conference|Springer|Elsevier|Wiley|Cambridge|Oxford|New\sYork|London|University)\b
    | \b(?:IEEE|ACM|Retrieved|Accessed|PLo?S|Nature|Science|Available)\b""",
    re.X,
)


def reference_lists(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """The lines without the sections named References, Bibliography ... as far as they hold references."""
    gone: set[int] = set()
    for section in sections(lines, kinds, REFERENCES):
        body = section._replace(end=_first_kept(section, lines, kinds))
        end = _end_of_list(body, lines, kinds)
        gone.update(range(section.heading, end) if end > section.start else ())
    return without(lines, gone)


def _first_kept(section: Section, lines: Sequence[str], kinds: Sequence[Kind]) -> int:
    """A formula, code or a caption ends the list: floats of the text stand there. A table may be the list, as L1 read it."""
    body = range(section.start, section.end)
    return next((i for i in body if kinds[i] in EXACT or CAPTION.match(lines[i])), section.end)


def _end_of_list(body: Section, lines: Sequence[str], kinds: Sequence[Kind]) -> int:
    """The line after the last entry; the body's start if it is no list of references."""
    end, dense, gap = body.start, 0, 0
    for first, last in _units(body, lines, kinds):
        length = size(lines[first:last])
        if _reads_like_references(" ".join(lines[first:last])):
            end, dense, gap = last, dense + length, 0
        else:
            gap += length
            if gap > GAP_CHARS:
                break
    if dense < MIN_SHARE * size(lines[body.start : end]) or not dense:
        return body.start
    tail = range(end, body.end)
    return body.end if size(lines[end : body.end]) < TAIL_CHARS and all(kinds[i] is not Kind.TABLE for i in tail) else end


def _units(body: Section, lines: Sequence[str], kinds: Sequence[Kind]) -> Iterator[tuple[int, int]]:
    """Runs of lines [first, last) that are judged together: an entry, or a piece of a block of entries."""
    first, held = body.start, 0
    for index in range(body.start, body.end):
        if kinds[index] in (Kind.LIST, Kind.TABLE) and held:
            yield first, index
            first, held = index, 0
        held += len(lines[index])
        if held and (kinds[index] is Kind.BLANK or held > UNIT_CHARS):
            yield first, index + 1
            first, held = index + 1, 0
    if held:
        yield first, body.end


def sign_density(text: str) -> float:
    """Signs of a reference in 100 characters."""
    return 100 * sum(1 for _ in _SIGN.finditer(text)) / max(len(text), 1)


def _reads_like_references(text: str) -> bool:
    return sum(map(str.isalpha, text)) > MIN_LETTERS * len(text) and sign_density(text) >= DENSITY
