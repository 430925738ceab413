"""One key for the many spellings of an address (§3 L2.1: deduplication by URL first)."""

from w3lib.url import canonicalize_url

_SCHEMES = ("http://", "https://", "ftp://")


def url_key(url: str | None) -> str | None:
    """The canonical form of an address: query sorted, escapes alike, host in lower case, no fragment; null for what is none."""
    if url is None or not url.strip().lower().startswith(_SCHEMES):
        return None
    try:
        return str(canonicalize_url(url.strip()))
    except ValueError:  # for example a bracket in the host
        return None
