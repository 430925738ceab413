"""Compute one key for the different spellings of a URL (§3 L2.1: deduplication by URL first)."""

from w3lib.url import canonicalize_url

_SCHEMES = ("http://", "https://", "ftp://")


def url_key(url: str | None) -> str | None:
    """Return the canonical http(s) or ftp URL (sorted query, uniform escapes, lower-case host, no fragment), or None."""
    if url is None or not url.strip().lower().startswith(_SCHEMES):
        return None
    try:
        return str(canonicalize_url(url.strip()))
    except ValueError:  # for example a bracket in the host
        return None
