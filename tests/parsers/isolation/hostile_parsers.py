"""The parser process with parsers that misbehave, each in its own way; run by test_isolation.py."""

import ctypes
import os
import signal
import time
from pathlib import Path

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers import registry
from darwin_spark.parsers.isolation import heartbeat, parser_worker
from darwin_spark.parsers.parsed import Parsed


def crash(content: bytes, _settings: L1Settings) -> Parsed:
    ctypes.string_at(0)
    return Parsed(content.decode())


def crash_once(content: bytes, _settings: L1Settings) -> Parsed:
    """Killed at the first document; the file that the document names records that it happened."""
    mark = Path(content.decode())
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return Parsed("second time\n")


def hang(content: bytes, _settings: L1Settings) -> Parsed:
    while True:
        time.sleep(60)
    return Parsed(content.decode())


def work_long(content: bytes, _settings: L1Settings) -> Parsed:
    for _ in range(8):
        time.sleep(0.25)
        heartbeat.beat()
    return Parsed(content.decode())


def hoard(content: bytes, _settings: L1Settings) -> Parsed:
    held = []
    while True:
        held.append(b"\1" * 4_000_000)
        time.sleep(0.002)
    return Parsed(content.decode())


def ask_for_too_much(content: bytes, _settings: L1Settings) -> Parsed:
    return Parsed(str(len(bytearray(50_000_000_000))) + content.decode())


def raise_an_error(content: bytes, _settings: L1Settings) -> Parsed:
    raise ZeroDivisionError(content.decode())


def chatter(content: bytes, _settings: L1Settings) -> Parsed:
    """Prints as libraries may do; the output must not reach the messages."""
    os.write(1, b"noise on standard output")
    print("more noise", flush=True)
    return Parsed(content.decode())


def name_the_process(_content: bytes, _settings: L1Settings) -> Parsed:
    return Parsed(f"{os.getpid()}\n")


for parser in (crash, crash_once, hang, work_long, hoard, ask_for_too_much, raise_an_error, chatter, name_the_process):
    registry.PARSERS[f"test/{parser.__name__}"] = registry.Parser(parser.__name__, "1", f"hostile_parsers:{parser.__name__}")

if __name__ == "__main__":
    parser_worker.main()
