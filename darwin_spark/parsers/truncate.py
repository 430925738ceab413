"""A text beyond `l1.max_text_chars` is cut, at the end of a page where there are pages, else of a paragraph; it says so."""

from dataclasses import replace

from darwin_spark.parsers.parsed import Parsed


def truncate(parsed: Parsed, limit: int) -> Parsed:
    """The document with at most `limit` characters; as it is if it is no longer."""
    if len(parsed.text) <= limit:
        return parsed
    whole = [page for page in parsed.pages if page.end <= limit and page.end > 0]
    end = whole[-1].end if whole else _end_of_paragraph(parsed.text, limit)
    where = f" after page {len(whole)} of {len(parsed.pages)}" if whole else ""
    warning = f"the text was cut{where}: {len(parsed.text)} characters, more than l1.max_text_chars={limit}"
    pages = tuple(page._replace(end=min(page.end, end)) for page in parsed.pages if page.start < end)
    return replace(parsed, text=parsed.text[:end], pages=pages, warnings=(*parsed.warnings, warning))


def _end_of_paragraph(text: str, limit: int) -> int:
    """The last blank line in the second half of the limit, else the limit itself."""
    found = text.rfind("\n\n", limit // 2, limit)
    return found if found > 0 else limit
