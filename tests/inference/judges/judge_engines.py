"""Judges without a model, importable in Spark's Python workers as `judge_engines:Fair`."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.protocol import Answer, Request

NONSENSE = "I cannot say."


class Fair:
    """Answers nonsense to every third question at first. At L5 the text that says `because` wins, else the first.

    Appends a line `request_id attempt` for each request to the file that the engine option `calls` names.
    """

    def __init__(self, model: ModelSettings) -> None:
        self.calls = Path(model.engine_options["calls"])

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        for request in requests:
            with self.calls.open("a") as file:
                file.write(f"{request.request_id} {request.attempt}\n")
            text = request.messages[-1]["content"]
            output = NONSENSE if request.attempt == 1 and int(request.request_id, 16) % 3 == 0 else _judge(text)
            yield Answer(request.request_id, request.attempt, output, "stop", 10, 20, 1, "fair")


def _judge(text: str) -> str:
    parts = {tag: re.search(f"<{tag}>\n(.*?)\n</{tag}>", text, re.S) for tag in ("ORIGINAL", "CLEANED", "FIRST", "SECOND")}
    if parts["CLEANED"]:
        missed = parts["CLEANED"][1].count("http")
        rules = [{"rule": "d12", "missed": missed, "wrong": 0}] if missed else []
        return json.dumps({"rules": rules, "overall": 8, "recommendations": [{"priority": "low", "text": "Addresses."}]})
    assert parts["FIRST"]
    assert parts["SECOND"]
    winner = "SECOND" if "because" in parts["SECOND"][1] and "because" not in parts["FIRST"][1] else "FIRST"
    return "Here it is: " + json.dumps({"fidelity": "EVEN", "accessibility": winner, "flow": "EVEN", "winner": winner})
