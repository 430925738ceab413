"""An engine without a model, to try the level on a laptop: it answers with the most frequent long words of a document."""

import re
from collections import Counter
from collections.abc import Iterator

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.protocol import Answer, Request

_WORD = re.compile(r"[a-z]{8,}")
_TERMS = 5


class FrequentWords:
    """Answers with up to five words of at least eight letters, the most frequent first; an empty answer if there are none."""

    def __init__(self, _model: ModelSettings) -> None:
        """Take the settings of the model, which this engine does not have."""

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        """Answer each request at once."""
        for request in requests:
            words = _WORD.findall(str(request.messages[-1]["content"]).removeprefix("The document:").lower())
            ranked = sorted(Counter(words).items(), key=lambda item: (-item[1], item[0]))
            output = "\n".join(word for word, _ in ranked[:_TERMS])
            yield Answer(request.request_id, request.attempt, output, "stop", len(words), len(ranked), 1, "frequent-words")
