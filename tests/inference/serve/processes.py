"""Which processes are alive."""

import psutil


def is_alive(process: psutil.Process) -> bool:
    """Whether the process runs. Zombies do not: in a container nobody may wait for an orphan."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def children() -> list[psutil.Process]:
    """The child processes of this process and their children."""
    return [child for child in psutil.Process().children(recursive=True) if is_alive(child)]
