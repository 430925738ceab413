"""A task: one kind of question to one model, and what makes an answer to it acceptable."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import Any

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.checks.answer_checks import Checked, refused
from darwin_spark.inference.engines.protocol import Answer, Message
from darwin_spark.inference.images import Pictures
from darwin_spark.inference.prompts import Prompt, messages, text_of
from darwin_spark.inference.reasoning import final_part
from darwin_spark.inference.requests import model_digest, request_id, sampling_of

Check = Callable[[str, str | None, str | None], Checked]
"""input, output, finish_reason -> the text to use, or the reason why not."""


@dataclass(frozen=True)
class Task:
    """What is asked (`prompt`), of whom (`engine`, `model`), and how an answer is checked."""

    name: str
    engine: str
    model: ModelSettings
    model_digest: str
    prompt: Prompt
    check: Check
    pictures: Pictures | None = None
    """What is shown with each question, where the question is about a picture; the question's input then names its object."""
    attempts: int | None = None
    """How often a question may be asked, all in one climb; None: once a climb, `generation.max_attempts` times in all."""
    hopeless: Set[str] = frozenset()
    """Reasons after which asking again cannot help."""

    def messages(self, text: str) -> list[Message]:
        """The chat that asks about a piece of text, or about the picture that comes with it."""
        return messages(self.prompt, "" if self.pictures else text)

    def request_id(self, text: str) -> str:
        """The identity of the question about a piece of text or a picture, whichever document it stands in."""
        shown = [{"role": "picture", "content": text}] if self.pictures else []
        turns = [*self.messages(text), *shown]
        return request_id(self.name, self.model_digest, self.prompt.digest, sampling_of(self.model), turns)

    def useless(self, asked: Sequence[Message], answer: Answer) -> bool:
        """Whether an answer to these messages will be refused, as far as it can be told without its document."""
        if answer.error or self.pictures:
            return bool(answer.error) or answer.finish_reason == "length"
        given = text_of(self.prompt, asked[-1]["content"])
        return self.check(given, final_part(answer.output or ""), answer.finish_reason).text is None

    def may_ask(self, text: str, attempts: Sequence[Any], limit: int) -> bool:
        """Whether another attempt, of `limit` at the most, may bring the answer that these have not."""
        chosen = choose(self.check, text, attempts)
        return chosen.text is None and len(attempts) < limit and chosen.reason not in self.hopeless


def make_task(name: str, engine: str, model: ModelSettings, prompt: Prompt, check: Check, **more: Any) -> Task:
    """A task, `more` being its other fields; the model's digest is computed here, once, on the driver."""
    return Task(name, engine, model, model_digest(model), prompt, check, **more)


def variant_of(model: ModelSettings, prompt: Prompt) -> str:
    """What a task's results are called in the tables: the model's short name and the prompt's version."""
    return f"{model.model.rstrip('/').rsplit('/', 1)[-1].lower()}-p{prompt.version}"


def choose(check: Check, text: str, attempts: Sequence[Any]) -> Checked:
    """The first acceptable answer among the attempts at a piece of text, else why the last one was refused.

    Each attempt has `attempt`, `output`, `finish_reason`, `error`. Without any attempt the reason is `not_asked`.
    """
    chosen = refused("not_asked")
    for attempt in sorted(attempts, key=lambda attempt: int(attempt["attempt"])):
        if attempt["error"]:
            chosen = refused(attempt["error"])
            continue
        chosen = check(text, final_part(attempt["output"] or ""), attempt["finish_reason"])
        if chosen.reason is None:
            return chosen
    return chosen
