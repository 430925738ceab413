"""Convert BibTeX in a page to printed references. Supports what Distill's own script supports: no macros, no crossref."""

import re
import unicodedata

from darwin_spark.text.normalize_markdown import one_line

_ENTRY = re.compile(r"@(\w+)\s*\{\s*([^\s,{}]+)\s*,")
_FIELD = re.compile(r"\s*,?\s*([A-Za-z][\w-]*)\s*=\s*")
_BARE_WORD = re.compile(r"[^\s,{}]+")
_ACCENT = re.compile(r"\{?\\([`'^\"~=.uvHcr])\s*\{?(\\?[A-Za-z])\}?\}?")
_COMBINING = dict(zip("`'^\"~=.uvHcr", "̧̀́̂̈̃̄̇̆̌̋̊", strict=True))
_LETTER_COMMAND = re.compile(r"\\(ss|aa|AA|ae|AE|oe|OE|o|O|l|L|i|j)(?![A-Za-z])\s*")
_SPECIAL_LETTERS = {
    "ss": "ß", "aa": "å", "AA": "Å", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł",
    "i": "i", "j": "j",
}  # fmt: skip


def entries_of(source: str) -> dict[str, dict[str, str]]:
    """Return {entry key: {field name in lower case: value as plain text}} of BibTeX source."""
    entries: dict[str, dict[str, str]] = {}
    starts = list(_ENTRY.finditer(source))
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        end = following.start() if following else len(source)
        entries[start.group(2)] = _fields(source, start.end(), end)
    return entries


def printed(entry: dict[str, str]) -> str:
    """Return an entry as 'Authors (year). Title. Source volume(number), pages. DOI or URL.'"""
    names = [_person(name) for name in re.split(r"\s+and\s+", entry.get("author", entry.get("editor", ""))) if name]
    year, volume, number = (entry.get(name, "") for name in ("year", "volume", "number"))
    source = next((entry[n] for n in ("journal", "booktitle", "publisher", "school", "institution") if entry.get(n)), "")
    issue = f"{volume}({number})" if number else volume
    where = ", ".join(filter(None, (" ".join(filter(None, (source, issue))), entry.get("pages", ""))))
    authors = ", ".join(names) + (f" ({year})" if year else "")
    address = f"doi:{entry['doi']}" if entry.get("doi") else entry.get("url", "")
    return (
        ". ".join(part.strip().rstrip(". ") for part in (authors, entry.get("title", ""), where, address) if part.strip()) + "."
    )


def _person(name: str) -> str:
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma else name.strip()


def _fields(source: str, start: int, end: int) -> dict[str, str]:
    fields: dict[str, str] = {}
    while (field := _FIELD.match(source, start, end)) is not None:
        start = _value_end(source, field.end(), end)
        fields[field.group(1).lower()] = _plain_text(source[field.end() : start].strip().strip('"'))
    return fields


def _value_end(source: str, start: int, end: int) -> int:
    """Return the offset after the value that begins at `start`: text in braces or quotes, or a bare word."""
    if start < end and source[start] not in '{"':
        bare = _BARE_WORD.match(source, start, end)
        return bare.end() if bare else end
    quoted, depth = source[start] == '"' if start < end else False, 0
    for position in range(start, end):
        character = source[position]
        depth += (character == "{") - (character == "}")
        if depth == 0 and (character == "}" or (quoted and character == '"' and position > start)):
            return position + 1
    return end


def _plain_text(value: str) -> str:
    value = _ACCENT.sub(lambda m: unicodedata.normalize("NFC", m[2].lstrip("\\") + _COMBINING[m[1]]), value)
    value = _LETTER_COMMAND.sub(lambda m: _SPECIAL_LETTERS[m[1]], value)
    return one_line(re.sub(r"[{}]|\\(?=[&%$#_])", "", value).replace("--", "–").replace("~", " "))
