"""Jupyter notebooks: cells, code and outputs, of all formats since nbformat 2."""

import json
from typing import Any

import pytest

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.notebook import parse
from darwin_spark.parsers.parsed import Parsed, ParseFailure


def _parse(*cells: dict[str, Any], **book: Any) -> Parsed:
    return parse(json.dumps({"cells": cells, "nbformat": 4, "metadata": {}, **book}).encode(), L1Settings())


def _code(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "source": source.splitlines(keepends=True), "outputs": outputs}


def test_cells_become_markdown_and_fenced_code() -> None:
    parsed = _parse(
        {"cell_type": "markdown", "source": ["# Tides\n", "\n", "The sea $h$ rises. ![a map](attachment:m.png)"]},
        _code("x = 1\nprint(x)", {"output_type": "stream", "name": "stdout", "text": ["1\n"]}),
        {"cell_type": "raw", "source": "Raw words."},
        metadata={"language_info": {"name": "python"}},
    )
    assert parsed.text == (
        "# Tides\n\nThe sea $h$ rises. a map\n\n```python\nx = 1\nprint(x)\n```\n\n```\n1\n```\n\nRaw words.\n"
    )
    assert (parsed.title, parsed.warnings) == ("Tides", ())


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ({"data": {"text/plain": "3"}}, "```\n3\n```\n"),
        ({"data": {"text/plain": "<b>", "text/markdown": ["**3** tides"]}}, "**3** tides\n"),
        ({"data": {"text/plain": "x", "text/latex": "$x^2$"}}, "$x^2$\n"),
        (
            {"data": {"text/plain": "a", "text/html": "<div><table><tr><th>a</th></tr><tr><td>1</td></tr></table></div>"}},
            "| a |\n| --- |\n| 1 |\n",
        ),
        ({"output_type": "stream", "text": "10%\r50%\r100%\n"}, "```\n100%\n```\n"),
        (
            {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\x1b[31mE\x1b[0m", "E: v"]},
            "```\nE\nE: v\n```\n",
        ),
        ({"output_type": "stream", "text": "```\ninner\n```"}, "````\n```\ninner\n```\n````\n"),
    ],
)
def test_outputs_are_shown_as_text(output: dict[str, Any], text: str) -> None:
    assert _parse(_code("y", {"output_type": "execute_result", **output})).text == f"```\ny\n```\n\n{text}"


def test_images_are_counted() -> None:
    image = {"output_type": "display_data", "data": {"image/png": "iVBO", "text/plain": "<Figure size 1x1>"}}
    parsed = _parse(_code("plot()", image, image))
    assert (parsed.text, parsed.warnings) == ("```\nplot()\n```\n", ("2 outputs are images and were left out",))


def test_old_formats_are_read() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Ebb"},
        {"cell_type": "code", "language": "python", "input": "1+1", "outputs": [{"output_type": "pyout", "text": ["2"]}]},
    ]
    book = {"nbformat": 3, "worksheets": [{"cells": cells}]}
    assert parse(json.dumps(book).encode("utf-16"), L1Settings()).text == "## Ebb\n\n```python\n1+1\n```\n\n```\n2\n```\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"cells": [', "malformed_json"),
        (b'{"nbformat": 4}', "corrupt_notebook"),
        (b"[1]", "corrupt_notebook"),
        (b'{"cells": [{"cell_type": "code", "source": 5, "outputs": [7, {"data": null}]}]}', "empty"),
        (b"[" * 100_000, "malformed_json"),
    ],
)
def test_broken_notebooks_fail_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(ParseFailure) as failure:
        parse(content, L1Settings())
    assert failure.value.reason == reason
