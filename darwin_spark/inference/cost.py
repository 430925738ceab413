"""The mean number and size of a level's requests, from which the GPU cost is estimated."""

from typing import NamedTuple

from darwin_spark.inference.prompts import Prompt
from darwin_spark.inference.tokens import CHARS_A_TOKEN

TEMPLATE_TOKENS = 30  # tokens of the chat template, and at L4 of the tags around the answer
ATTEMPTS = 1.05  # attempts a request; a guess, until a response store says better


class RequestShape(NamedTuple):
    """Mean number of requests of a document, and mean number of tokens and attempts of a request."""

    requests: float  # requests a document
    instructions: float  # tokens of the shared prefix of a request
    text: float  # tokens of the document's text in a request
    answer: float  # tokens of a response
    attempts: float = ATTEMPTS  # attempts a request
    is_measured: bool = False  # whether the numbers come from a response store


def instruction_tokens(prompt: Prompt) -> float:
    """Return the number of tokens of a request without the document's text, estimated from the prompt's characters."""
    return (len(prompt.system) + len(prompt.user_template)) / CHARS_A_TOKEN + TEMPLATE_TOKENS
