"""The mean shape of a level's requests: what GPU cost estimates start from."""

from typing import NamedTuple

from darwin_spark.inference.prompts import Prompt
from darwin_spark.inference.tokens import CHARS_A_TOKEN

TEMPLATE_TOKENS = 30
"""Tokens of the chat template, and at L4 of the tags around the answer."""
ATTEMPTS = 1.05
"""Attempts a request; a guess, until a response store says better."""


class RequestShape(NamedTuple):
    """Means over documents and requests."""

    requests: float
    """Requests a document."""
    instructions: float
    """Tokens of the shared prefix of a request."""
    text: float
    """Tokens of the document's text in a request."""
    answer: float
    """Tokens of a response."""
    attempts: float = ATTEMPTS
    """Attempts a request."""
    is_measured: bool = False
    """Whether the numbers come from a response store."""


def instruction_tokens(prompt: Prompt) -> float:
    """Tokens of the prompt without the document's text, estimated from its characters."""
    return (len(prompt.system) + len(prompt.user_template)) / CHARS_A_TOKEN + TEMPLATE_TOKENS
