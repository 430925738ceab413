"""A task: one kind of request to one model, and what makes a response acceptable."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.checks.answer_checks import Checked, refused
from darwin_spark.inference.engines.protocol import Answer, Message
from darwin_spark.inference.images import Images
from darwin_spark.inference.prompts import Prompt, messages, text_of
from darwin_spark.inference.reasoning import UNFINISHED, final_part
from darwin_spark.inference.requests import model_digest, request_id, sampling_of

Check = Callable[[str, str | None, str | None], Checked]
"""input, output, finish_reason -> the text to use, or the reason why the response is rejected."""
Attempt = Mapping[str, Any]
"""One stored response: `attempt`, `output`, `finish_reason`, `error`. A Spark Row has the same access by name."""


@dataclass(frozen=True)
class Task:
    """What is asked (`prompt`), which model answers (`engine`, `model`), and how a response is checked.
    The name is part of every `request_id`: a renamed task pays for all its responses again."""

    name: str
    engine: str
    model: ModelSettings
    model_digest: str
    prompt: Prompt
    check: Check
    images: Images | None = None
    """How to render the image that a request shows. The chunk's input then names the image and is not text."""
    max_attempts: int | None = None
    """Attempts a request in all, which one climb may use up; None: one attempt a climb, `inference.max_attempts` in all."""
    non_retryable: Set[str] = frozenset()
    """Rejection reasons after which another attempt cannot help."""

    def messages(self, text: str) -> list[Message]:
        """Return the chat messages of a request: the prompt with the chunk `text`; for an image, the prompt without it."""
        return messages(self.prompt, "" if self.images else text)

    def request_id(self, text: str) -> str:
        """Return the id of the request about a chunk of text (or an image's name), which does not depend on the document."""
        shown = [{"role": "picture", "content": text}] if self.images else []
        turns = [*self.messages(text), *shown]
        return request_id(self.name, self.model_digest, self.prompt.digest, sampling_of(self.model), turns)

    def is_rejected(self, asked: Sequence[Message], answer: Answer) -> bool:
        """Whether a response is rejected, as the worker can tell: for an image, only errors and cut answers are rejected."""
        if answer.error or self.images:
            return bool(answer.error) or answer.finish_reason == "length"
        given = text_of(self.prompt, asked[-1]["content"])
        return checked(self.check, given, answer.output, answer.finish_reason).text is None

    def choose(self, text: str, attempts: Sequence[Attempt]) -> Checked:
        """Return the Checked of the first acceptable attempt at a chunk (`text`), else that of the last, with its reason."""
        return choose(self.check, text, attempts)

    def may_retry(self, text: str, attempts: Sequence[Attempt], limit: int) -> bool:
        """Whether to try again: no attempt is acceptable, there are fewer than `limit`, and the last reason is retryable."""
        chosen = self.choose(text, attempts)
        return chosen.text is None and len(attempts) < limit and chosen.reason not in self.non_retryable


def make_task(name: str, engine: str, model: ModelSettings, prompt: Prompt, check: Check, **more: Any) -> Task:
    """Return a Task; `more` are its other fields. This computes the model's digest: call it once, on the driver."""
    return Task(name, engine, model, model_digest(model), prompt, check, **more)


def variant_of(model: ModelSettings, prompt: Prompt) -> str:
    """Return the name of a variant in the tables: the model's short name and the prompt's version, such as `qwen3-p1`."""
    return f"{model.model.rstrip('/').rsplit('/', 1)[-1].lower()}-p{prompt.version}"


def choose(check: Check, text: str, attempts: Sequence[Attempt]) -> Checked:
    """Return the Checked of the first acceptable attempt, else that of the last one; `not_asked` if there is no attempt."""
    chosen = refused("not_asked")
    for attempt in sorted(attempts, key=lambda attempt: int(attempt["attempt"])):
        if attempt["error"]:
            chosen = refused(attempt["error"])
            continue
        chosen = checked(check, text, attempt["output"], attempt["finish_reason"])
        if chosen.reason is None:
            return chosen
    return chosen


def checked(check: Check, text: str, output: str | None, finish_reason: str | None) -> Checked:
    """Return the Checked of an output about a text, without its reasoning.

    If the reasoning has no end: `unfinished_reasoning`, or what `check` says of an empty output that was cut by length.
    """
    answer = final_part(output or "", text)
    if answer is None and finish_reason != "length":
        return refused(UNFINISHED)
    return check(text, answer or "", finish_reason)
