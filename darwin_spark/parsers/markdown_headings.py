"""Markdown's ATX headings."""

MAX_HEADING = 6


def heading(text: str, rank: int) -> str:
    """A heading of a rank from 1; those below the sixth are of the sixth."""
    return f"{'#' * min(rank, MAX_HEADING)} {text}"
