"""Count tokens as a model counts them."""

from collections.abc import Callable
from functools import cache

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.weights import weights

CHARS_A_TOKEN = 4  # 1,024 characters are about 256 tokens (§3 L4)


def token_counter(model: ModelSettings) -> Callable[[str], int]:
    """Return a function that counts tokens: by the model's tokenizer, or one per 4 characters if it is `characters`."""
    if model.tokenizer == "characters":
        return lambda text: -(-len(text) // CHARS_A_TOKEN)
    tokenizer = _tokenizer(model.tokenizer or model.model)
    return lambda text: len(tokenizer(text, add_special_tokens=False)["input_ids"])


@cache
def _tokenizer(name: str):  # type: ignore[no-untyped-def]
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(weights(name) or name, trust_remote_code=False)
