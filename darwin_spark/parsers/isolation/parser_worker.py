"""The parsing child process: reads documents from standard input, writes texts or page images, until its parent ends.

`supervisor.py` starts it as `python -m darwin_spark.parsers.isolation.parser_worker SETTINGS_JSON PARENT_PID`. A parser may
crash or hang here, or reach the memory limit; none of this affects the Spark worker.
"""

import ctypes
import gc
import os
import resource
import signal
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.isolation import heartbeat, messages
from darwin_spark.parsers.ocr.page_view import PageView
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.registry import parser_for
from darwin_spark.parsers.truncate import truncate

_PR_SET_PDEATHSIG = 1
_MEGABYTE = 1024 * 1024
_GC_THRESHOLD = 20_000
"""Threshold of the garbage collector: parsers create many objects and few cycles; the default, 700, costs 2.5 % of the time."""


def main() -> None:
    """Answer requests until standard input is closed. `sys.argv`: the settings as JSON, the process id of the parent."""
    settings = L1Settings.model_validate_json(sys.argv[1])
    _exit_with_parent(int(sys.argv[2]))
    _limit_memory(settings.max_memory_mb * _MEGABYTE)
    gc.set_threshold(_GC_THRESHOLD)
    requests, answers = _detach_standard_streams()
    heartbeat.listener = lambda: messages.write(answers, {"alive": True})
    messages.write(answers, {"alive": True})
    while True:
        try:
            request, content = messages.read(requests)
        except EOFError:
            return
        messages.write(answers, *_answer(request, content, settings))


def _answer(request: Mapping[str, Any], content: bytes, settings: L1Settings) -> tuple[dict[str, Any], bytes]:
    """Return the answer to a request: a parsed document, a page image (PNG bytes), or a failure. Never raises an Exception."""
    try:
        if "page" in request:
            return {}, _draw(request, content, settings)
        parsed: Parsed = parser_for(request["media_type"]).load()(content, settings)
        return messages.answer(truncate(parsed, settings.max_text_chars)), b""
    except ParseFailure as failure:
        return messages.failure(failure.reason, str(failure)), b""
    except MemoryError:
        return messages.failure("parse_memory", f"the parser needs more than l1.max_memory_mb={settings.max_memory_mb}"), b""
    except Exception as error:  # a parser bug fails the document, not the Spark task
        return messages.failure("parse_error", f"{type(error).__name__}: {error}"[:1_000]), b""


def _draw(request: Mapping[str, Any], content: bytes, settings: L1Settings) -> bytes:
    from darwin_spark.parsers.ocr.page_image import draw  # imports pdfium and Pillow, which few documents need

    return draw(request["media_type"], content, PageView(**request["page"]), settings.ocr)


def _detach_standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """Return duplicates of the pipes to the parent, and redirect standard streams to /dev/null because libraries may print."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    dev_null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(dev_null, stream)
    return requests, answers


def _exit_with_parent(parent: int) -> None:
    """Let Linux kill this process when its parent ends, even in a hang; elsewhere it ends on reading from the closed pipe."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit()


def _limit_memory(limit: int) -> None:
    """Set RLIMIT_DATA to `limit` bytes: it stops growth between two checks by the parent, which kills at a lower limit."""
    _, hard_limit = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(
        resource.RLIMIT_DATA, (limit if hard_limit == resource.RLIM_INFINITY else min(limit, hard_limit), hard_limit)
    )


if __name__ == "__main__":
    main()
