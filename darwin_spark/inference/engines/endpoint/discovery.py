"""Find the servers: a list in the settings, and a file or folder that other processes may write meanwhile.

A file holds one URL per line (`#` begins a comment), or JSON: a list of URLs or of objects with `url`, an object with such a
list as `servers`, or one object with `url`. In a folder every file counts whose name does not begin with a dot. `darwin serve`
writes one file per server, so that no two nodes write the same file.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from darwin_spark.config.model import PoolSettings
from darwin_spark.inference.engines.protocol import EngineError


class Found(NamedTuple):
    """Result of reading the discovery file or folder."""

    urls: frozenset[str]
    troubles: frozenset[str]  # messages about entries that are not server URLs, and about files that cannot be read


def configured(settings: PoolSettings) -> frozenset[str]:
    """Return the base URLs in the settings. Raises EngineError for an invalid URL, and if there is no list and no discovery."""
    if not settings.servers and not settings.discovery:
        raise EngineError(
            "engine endpoint knows no server: set model.endpoint.servers to a list of URLs, or model.endpoint.discovery to the "
            "folder that `darwin serve` writes into"
        )
    return frozenset(map(base_url, settings.servers))


def discovered(place: str) -> Found | None:
    """Return the servers that this file or folder names now; None if the folder cannot be listed (it may exist later)."""
    path = Path(place).expanduser()
    try:
        files = [path] if path.is_file() else sorted(file for file in path.iterdir() if not file.name.startswith("."))
    except OSError:
        return None
    urls: set[str] = set()
    troubles: set[str] = set()
    for file in files:
        try:
            entries = _entries(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            continue  # the server left during this loop
        except (OSError, ValueError, TypeError) as error:
            troubles.add(f"{file}: {error}")
            continue
        for entry in entries:
            try:
                urls.add(base_url(entry))
            except EngineError as error:
                troubles.add(f"{file}: {error}")
    return Found(frozenset(urls), frozenset(troubles))


def base_url(text: str) -> str:
    """Return a server's root URL, without `/v1`. Raises EngineError if `text` is no server URL or has a user or password."""
    url = text.strip().rstrip("/").removesuffix("/v1")
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (raises for an invalid port)
    except ValueError as error:
        raise EngineError(f"{text!r} is no URL of a server: {error}") from error
    if parts.username or parts.password:
        raise EngineError(f"the URL of {parts.hostname} holds a password: name an environment variable, endpoint.api_key_env")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise EngineError(f"{text!r} is no URL of a server: http://host:8000 is one")
    return url


def _entries(text: str) -> Iterable[str]:
    if not text.lstrip().startswith(("[", "{")):
        lines = (line.partition("#")[0].strip() for line in text.splitlines())
        return [line for line in lines if line]
    found: Any = json.loads(text)
    entries = found.get("servers", [found]) if isinstance(found, dict) else found
    return [str(entry["url"] if isinstance(entry, dict) and "url" in entry else entry) for entry in entries]
