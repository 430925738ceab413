"""The time of each parser grows with the size of the document, not faster, also for long repeats of one mark."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from xml.sax.saxutils import escape

import pytest

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.parsers.registry import PARSERS

UNITS = (
    "\\(", "$", "|---|", "Page 1\n", "a)\n", "1. a\n", "http://", "**", "A\n", "!\n", "`", "[", "{", "<b>", "&", "{{",
    "\\item ", "\\'e9", "\\par ",
)  # fmt: skip
SIZES = 1_000, 16_000
MAX_RATIO = 40
"""Maximum ratio of the times, where the sizes are as 1 to 16: 16 if linear, 256 if quadratic."""
MIN_SECONDS = 0.003
"""Shorter times are the clock's, not the text's."""


def _notebook(text: str) -> str:
    output = {"output_type": "stream", "text": text}
    cells = [{"cell_type": "markdown", "source": text}, {"cell_type": "code", "source": text, "outputs": [output]}]
    return json.dumps({"nbformat": 4, "cells": cells})


def _s2orc(text: str) -> str:
    return json.dumps({"paper_id": "1", "body_text": [{"text": text, "section": "A", "cite_spans": [], "ref_spans": []}]})


DOCUMENTS: dict[str, tuple[str, Callable[[str], str]]] = {
    "text": ("text/plain", str),
    "markdown": ("text/markdown", str),
    "html": ("text/html", lambda text: f"<p>{text}</p>"),
    "html, escaped": ("text/html", lambda text: f"<p>{escape(text)}</p>"),
    "tex": ("text/x-tex", lambda text: f"\\documentclass{{article}}\\begin{{document}}\n{text}\n\\end{{document}}"),
    "tex preamble": ("text/x-tex", lambda text: f"\\documentclass{{article}}\n{text}\n\\begin{{document}}x\\end{{document}}"),
    "tex formula": ("text/x-tex", lambda text: f"\\documentclass{{article}}\\begin{{document}}\n$${text}$$\n\\end{{document}}"),
    "rtf": ("application/rtf", lambda text: f"{{\\rtf1\\ansi x {text}}}"),
    "jats": ("application/jats+xml", lambda text: f"<article><body><p>{escape(text)}</p></body></article>"),
    "jats, ill-formed": ("application/jats+xml", lambda text: f"<article><body><p>{text}</p></body></article>"),
    "tei": ("application/tei+xml", lambda text: f"<TEI><text><body><p>{escape(text)}</p></body></text></TEI>"),
    "notebook": ("application/x-ipynb+json", _notebook),
    "s2orc": ("application/x-s2orc+json", _s2orc),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_repeats_take_linear_time(name: str) -> None:
    media_type, wrap = DOCUMENTS[name]
    parse = PARSERS[media_type].load()

    def seconds(text: str) -> float:
        content = wrap(text).encode()
        start = time.process_time()
        with suppress(ParseFailure):  # a document without text
            parse(content, L1Settings())
        return time.process_time() - start

    def ratio(unit: str) -> float:
        small, large = (seconds(unit * (size // len(unit))) for size in SIZES)
        return large / max(small, MIN_SECONDS)

    seconds("A text that builds the tables of a parser. é")
    slow = {
        unit for unit in UNITS if ratio(unit) > MAX_RATIO and ratio(unit) > MAX_RATIO
    }  # machines are shared: measured twice
    assert not slow
