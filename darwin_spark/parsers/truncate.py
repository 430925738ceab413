"""Truncate a text longer than `l1.max_text_chars`, if possible at the end of a page or a paragraph, with a warning."""

from dataclasses import replace

from darwin_spark.parsers.parsed import Parsed


def truncate(parsed: Parsed, limit: int) -> Parsed:
    """Return `parsed` with at most `limit` characters: cut after a page, else at a paragraph, else at `limit`."""
    if len(parsed.text) <= limit:
        return parsed
    complete_pages = [page for page in parsed.pages if page.end <= limit and page.end > 0]
    end = complete_pages[-1].end if complete_pages else _paragraph_end(parsed.text, limit)
    where = f" after page {len(complete_pages)} of {len(parsed.pages)}" if complete_pages else ""
    warning = f"the text was cut{where}: {len(parsed.text)} characters, more than l1.max_text_chars={limit}"
    pages = tuple(page._replace(end=min(page.end, end)) for page in parsed.pages if page.start < end)
    return replace(parsed, text=parsed.text[:end], pages=pages, warnings=(*parsed.warnings, warning))


def _paragraph_end(text: str, limit: int) -> int:
    """Return the offset of the last blank line in the second half of the first `limit` characters, else `limit`."""
    blank_line = text.rfind("\n\n", limit // 2, limit)
    return blank_line if blank_line > 0 else limit
