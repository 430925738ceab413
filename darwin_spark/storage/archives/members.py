"""The archive member that all archive formats yield, and the errors that they share."""

import struct
import tarfile
import zipfile
from dataclasses import dataclass
from typing import Any

from darwin_spark.storage.archives import compression

DAMAGED = (tarfile.TarError, zipfile.BadZipFile, struct.error, RuntimeError, ValueError, *compression.BROKEN)
"""Exceptions that the archive modules raise on damaged, encrypted or unsupported input."""
_MAX_NAME_BYTES = 4_096  # no file system has longer paths


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an archive: `stream` is its content, valid until the next member is requested; None if there is a `problem`.
    `offset`, `size`: where the content lies in a tar, in bytes (`offset` is None if it is sparse); None and 0 in a zip."""

    name: str
    stream: Any = None
    problem: str | None = None
    offset: int | None = None
    size: int = 0


def problem_of_name(name: str) -> str | None:
    """Return the problem of a member's name: `no_name` (it is empty), `name_too_long`, or None if the name can be used.
    Names such as `../x` and `/x` are accepted: they are only labels, no file is ever written under them."""
    if not name:
        return "no_name"
    return "name_too_long" if len(name.encode("utf-8", "surrogatepass")) > _MAX_NAME_BYTES else None


class BrokenArchiveError(Exception):
    """The archive, or the rest of it, cannot be read."""


class TooManyMembersError(Exception):
    """The archive has more members than allowed."""
