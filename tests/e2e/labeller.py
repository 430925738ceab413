"""An engine that labels and judges, without a model: `labeller:Labeller`, importable in Spark's workers.

What it does follows from words of the document: `advertisement`, `mumbles` (the first answer is malformed), `raves` (every
answer is), `article` for the judge. The model `fake/second` gives every document another FDC code than `fake/first`.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.protocol import Answer, Request

CODES = {"fake/first": "530.12", "fake/second": "610"}


class Labeller:
    """Each request is written to the file DARWIN_ENGINE_LOG."""

    def __init__(self, model: ModelSettings) -> None:
        self.model = model

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        for request in requests:
            with Path(os.environ["DARWIN_ENGINE_LOG"]).open("a") as log:
                log.write(f"{self.model.model} {request.request_id} {request.attempt}\n")
            system, text = (message["content"] for message in request.messages)
            if "raves" in text or ("mumbles" in text and request.attempt == 1):
                output = "616.8,skip\nand so on"
            else:
                output = self._labels(text) if system == "taxonomy" else _judgement(text)
            yield Answer(request.request_id, request.attempt, output, "stop", 10, 20, 1, "labeller")

    def _labels(self, text: str) -> str:
        doc_type = 6 if "advertisement" in text else 2
        return f"{CODES[self.model.model]},skip\n4,2\n2,skip\n{doc_type},skip\n0,skip\n0,skip\n3,skip\n4,skip\n4,skip\n4,skip"


def _judgement(text: str) -> str:
    return json.dumps({"analysis": "By its words.", "is_article": "article" in text})
