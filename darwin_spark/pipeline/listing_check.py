"""Skip L0 while a local workspace's inputs list the same files as when L0 last had nothing left to acquire.

Comparing the listing with the table of L0 takes Spark many seconds. So the last climb leaves a file in the workspace: a digest
of its listing (each file's name, size and time), and the last commit of L0's table. While both are the same there is nothing
to acquire. The file only saves time: without it, or after any other commit to the table, the listing is compared again.
"""

import hashlib
import json
from collections.abc import Sequence
from itertools import islice
from typing import Final

from darwin_spark.levels.l0_acquire.level import LEVEL as L0
from darwin_spark.pipeline import changes, inputs
from darwin_spark.pipeline.inputs import Input
from darwin_spark.pipeline.run_context import RunContext
from darwin_spark.storage import atomic_files, delta, uri_reader

_FILE: Final = "listing.json"
_MAX_FILES: Final = 200_000
"""More files are listed by Spark only: the driver lists some 50,000 a second."""
_BITS: Final = 1 << 128


def digest(context: RunContext, sources: Sequence[Input], manifest: str | None) -> str | None:
    """Return a digest of all that decides which files L0 acquires, beside its own table. None if it cannot be told quickly: the
    workspace or an input is not on this machine, or there are too many files."""
    addresses = [source.root for source in sources] + ([uri_reader.address(manifest)] if manifest else [])
    if not context.workspace.is_local or not all(address.startswith("file:") for address in addresses):
        return None
    inputs.check_manifest(manifest)
    settings = context.settings
    rows = (row for root in inputs.roots_of(sources) for row in inputs.walk(root, settings.l0.sample))
    total, count = 0, 0
    for row in islice(rows, _MAX_FILES + 1):  # a sum, because folders are listed in no order
        name = "\0".join((row["source"], row["source_file"], row["version"]))
        total = (total + int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:16], "big")) % _BITS
        count += 1
    if count > _MAX_FILES:
        return None
    entries = hashlib.sha256(uri_reader.read(uri_reader.address(manifest))).hexdigest() if manifest else ""
    deciding = [changes.ALGORITHM, count, total, entries, sorted(L0.retryable), settings.pipeline.max_attempts]
    return hashlib.sha256(json.dumps(deciding).encode()).hexdigest()


def is_unchanged(context: RunContext, listed: str | None) -> bool:
    """Whether the last climb had nothing left to acquire from this listing, and nobody has written L0's table since."""
    if listed is None or not atomic_files.exists(context.workspace.folder, _FILE):
        return False
    return atomic_files.read(context.workspace.folder, _FILE) == _note(context, listed)


def leave_note(context: RunContext, listed: str | None) -> None:
    """Record that nothing is left to acquire from this listing."""
    if listed is not None and context.workspace.exists(L0.name):
        atomic_files.write(context.workspace.folder, _FILE, _note(context, listed))


def _note(context: RunContext, listed: str) -> bytes:
    last = delta.last_commit(context.workspace, L0.name)
    return json.dumps({"listing": listed, "commit": [last.version, last.at] if last else []}).encode()
