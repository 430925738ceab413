"""A member of an archive, as every kind of archive shows it."""

import struct
import tarfile
import zipfile
from dataclasses import dataclass
from typing import Any

from darwin_spark.storage.archives import compression

DAMAGED = (tarfile.TarError, zipfile.BadZipFile, struct.error, RuntimeError, ValueError, *compression.BROKEN)
"""What the archive modules raise on damaged, encrypted or exotic input."""

_LONGEST_NAME = 4_096
"""Bytes; no file system has longer paths."""


@dataclass(frozen=True, slots=True)
class Member:
    """`stream` holds its content until the next member is asked for; where there is none, `problem` says why.

    `offset`, `size`: where the same bytes stand in the archive, if they stand there as they are.
    """

    name: str
    stream: Any = None
    problem: str | None = None
    offset: int | None = None
    size: int = 0


def problem_of_name(name: str) -> str | None:
    """`no_name` (nothing could lead to it again), `name_too_long`, or None.

    Paths that climb (`../x`, `/x`) are labels like others: nothing is ever written to them.
    """
    if not name:
        return "no_name"
    return "name_too_long" if len(name.encode("utf-8", "surrogatepass")) > _LONGEST_NAME else None


class BrokenArchiveError(Exception):
    """The archive cannot be read (any further)."""


class TooManyMembersError(Exception):
    """The archive's directory lists more members than are taken."""
