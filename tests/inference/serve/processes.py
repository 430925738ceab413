"""Which processes live."""

import psutil


def is_alive(process: psutil.Process) -> bool:
    """Zombies are not: nobody may be there to bury an orphan in a container."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def children() -> list[psutil.Process]:
    """Our own, and theirs."""
    return [child for child in psutil.Process().children(recursive=True) if is_alive(child)]
