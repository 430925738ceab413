"""Markdown ATX headings ('# Title')."""

MAX_HEADING = 6


def heading(text: str, rank: int) -> str:
    """Return a heading line. `rank` counts from 1; ranks above 6 become 6."""
    return f"{'#' * min(rank, MAX_HEADING)} {text}"
