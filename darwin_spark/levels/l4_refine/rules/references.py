"""Delete whole reference lists (§3 L4): found by their heading, and only if what follows reads like references."""

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
"""Minimum number of reference features (years, initials, volumes, pages, DOIs ...) per 100 characters of an entry. In 83 JATS
articles 99 % of the entries lie above it and 85 % of all other paragraphs below it, half of them at 0."""
UNIT_CHARS = 600
"""Entries without blank lines between them are judged in groups of lines of about this many characters."""
GAP_CHARS = 1_500
"""More than this many consecutive characters that do not read like references end the list."""
TAIL_CHARS = 300
"""Text after the last entry is kept if it has at least this many characters, or contains a table."""
MIN_LETTERS = 0.4
"""Minimum share of letters in an entry; the rows of a table of numbers have fewer."""
MIN_SHARE = 0.6
"""Minimum share of the list's characters that must read like references."""
_FEATURE = re.compile(
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
    """Return the lines without sections headed References, Bibliography and the like, as far as these hold references."""
    removed: set[int] = set()
    for section in sections(lines, kinds, REFERENCES):
        body = section._replace(end=_first_non_reference(section, lines, kinds))
        end = _end_of_list(body, lines, kinds)
        removed.update(range(section.heading, end) if end > section.start else ())
    return without(lines, removed)


def _first_non_reference(section: Section, lines: Sequence[str], kinds: Sequence[Kind]) -> int:
    """Return the index of the first line that cannot be in the list (code, formula, caption; a table can), or the end."""
    body = range(section.start, section.end)
    return next((i for i in body if kinds[i] in EXACT or CAPTION.match(lines[i])), section.end)


def _end_of_list(body: Section, lines: Sequence[str], kinds: Sequence[Kind]) -> int:
    """Return the index of the line after the list of references; the start of the body if the body holds no such list."""
    end, reference_chars, gap = body.start, 0, 0
    for first, last in _units(body, lines, kinds):
        length = size(lines[first:last])
        if _reads_like_references(" ".join(lines[first:last])):
            end, reference_chars, gap = last, reference_chars + length, 0
        else:
            gap += length
            if gap > GAP_CHARS:
                break
    if reference_chars < MIN_SHARE * size(lines[body.start : end]) or not reference_chars:
        return body.start
    tail = range(end, body.end)
    return body.end if size(lines[end : body.end]) < TAIL_CHARS and all(kinds[i] is not Kind.TABLE for i in tail) else end


def _units(body: Section, lines: Sequence[str], kinds: Sequence[Kind]) -> Iterator[tuple[int, int]]:
    """Yield groups of lines [first, last) that are judged together: one entry, or part of a block of entries."""
    first, chars = body.start, 0
    for index in range(body.start, body.end):
        if kinds[index] in (Kind.LIST, Kind.TABLE) and chars:
            yield first, index
            first, chars = index, 0
        chars += len(lines[index])
        if chars and (kinds[index] is Kind.BLANK or chars > UNIT_CHARS):
            yield first, index + 1
            first, chars = index + 1, 0
    if chars:
        yield first, body.end


def sign_density(text: str) -> float:
    """Return the number of reference features per 100 characters."""
    return 100 * sum(1 for _ in _FEATURE.finditer(text)) / max(len(text), 1)


def _reads_like_references(text: str) -> bool:
    return sum(map(str.isalpha, text)) > MIN_LETTERS * len(text) and sign_density(text) >= DENSITY
