"""The process that parses: documents in on standard input, texts or pictures of pages out, until its parent is gone.

Started by `supervisor.py` as `python -m darwin_spark.parsers.isolation.parser_worker SETTINGS`. A parser may crash here,
hang, or use all the memory that it is allowed; none of this reaches the Spark worker.
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
_ALLOCATIONS = 20_000
"""Between two looks for cycles; parsers make many objects and few cycles, and Python's 700 costs a fortieth of their time."""


def main() -> None:
    settings = L1Settings.model_validate_json(sys.argv[1])
    _die_with(int(sys.argv[2]))
    _limit_memory(settings.max_memory_mb * _MEGABYTE)
    gc.set_threshold(_ALLOCATIONS)
    requests, answers = _own_streams()
    heartbeat.listener = lambda: messages.write(answers, {"alive": True})
    messages.write(answers, {"alive": True})
    while True:
        try:
            request, content = messages.read(requests)
        except EOFError:
            return
        messages.write(answers, *_answer(request, content, settings))


def _answer(request: Mapping[str, Any], content: bytes, settings: L1Settings) -> tuple[dict[str, Any], bytes]:
    """A document's text, or the picture of one of its pages, or why there is none."""
    try:
        if "page" in request:
            return {}, _draw(request, content, settings)
        parsed: Parsed = parser_for(request["media_type"]).load()(content, settings)
        return messages.answer(truncate(parsed, settings.max_text_chars)), b""
    except ParseFailure as failure:
        return messages.failure(failure.reason, str(failure)), b""
    except MemoryError:
        return messages.failure("parse_memory", f"the parser needs more than l1.max_memory_mb={settings.max_memory_mb}"), b""
    except Exception as error:  # a parser met what its author did not think of: the document pays, not the task
        return messages.failure("parse_error", f"{type(error).__name__}: {error}"[:1_000]), b""


def _draw(request: Mapping[str, Any], content: bytes, settings: L1Settings) -> bytes:
    from darwin_spark.parsers.ocr.page_image import draw  # and with it pdfium and Pillow, which few documents need

    return draw(request["media_type"], content, PageView(**request["page"]), settings.ocr)


def _own_streams() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the parent, out of reach of libraries that print."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    return requests, answers


def _die_with(parent: int) -> None:
    """Linux ends this process when its parent ends, even in the middle of a hang; elsewhere the closed pipe does."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit()


def _limit_memory(limit: int) -> None:
    """A hard end for what grows faster than the parent looks; the parent's own limit is lower (isolation.py)."""
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (limit if most == resource.RLIM_INFINITY else min(limit, most), most))


if __name__ == "__main__":
    main()
