"""Build the body of a chat completion request, and classify the response: reply, refusal or server failure.
Requests use the same sampling as in `vllm.py`. A vLLM server also gets explicit defaults that override the model's own
`generation_config.json`, which the in-process engine does not read either."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.protocol import BAD_REQUEST, PROMPT_TOO_LONG, Request, temperature

SERVER_ERROR: Final = "server_error"
"""Error after the last try: HTTP 5xx, 408, 409 or 425, or a server that cannot be used (`UnusableServer`)."""
SERVER_TIMEOUT: Final = "server_timeout"
"""Error after the last try: no answer within `timeout_seconds`."""
SERVER_CLOSED: Final = "server_closed"
"""Error after the last try: the connection ended before the answer. The request may be what kills the server."""
INVALID_SERVER_RESPONSE: Final = "invalid_server_response"
"""Error after the last try: the response was not a chat completion."""
CONTENT_FILTER: Final = "content_filter"
"""The provider of the server withholds the answer."""

_TOO_LONG = re.compile(r"context.length|maximum model length|max_model_len", re.IGNORECASE)
_PROMPT_TOKENS = re.compile(r"(\d+) (?:input tokens|tokens in the messages)|Input length \((\d+)\)")
_VLLM_DEFAULTS = {"top_k": 0, "min_p": 0.0, "repetition_penalty": 1.0}
_RETRYABLE = (408, 409, 425)
_MISFIT = (401, 403, 404, 405)


@dataclass(frozen=True, slots=True)
class Reply:
    """The server returned an answer of the model."""

    output: str
    finish_reason: str
    prompt_tokens: int | None
    completion_tokens: int | None


@dataclass(frozen=True, slots=True)
class Refused:
    """The request is at fault: it is not sent again, to this or any other server."""

    error: str
    detail: str
    prompt_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The server is at fault, or both server and request: the request is sent again until it failed `max_attempts` times."""

    error: str
    detail: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """There was no connection: the request did not reach the server."""

    detail: str


@dataclass(frozen=True, slots=True)
class Busy:
    """The server is overloaded at the moment; the request is sent again later."""

    seconds: float | None
    """Seconds to wait before the next request, if the server says so."""


@dataclass(frozen=True, slots=True)
class UnusableServer:
    """The server cannot be used with our settings: unknown model or path, or a rejected API key."""

    detail: str


Outcome = Reply | Refused | Failed | Unreachable | Busy | UnusableServer


def body(model: ModelSettings, request: Request, vllm: bool) -> dict[str, Any]:
    """Return the JSON body of a request to /v1/chat/completions. `vllm`: the server is vLLM and knows its own extensions."""
    template = {"chat_template_kwargs": model.chat_template_options} if model.chat_template_options else {}
    schema = {"name": "answer", "schema": model.json_schema, "strict": True}
    format_options = {"response_format": {"type": "json_schema", "json_schema": schema}} if model.json_schema else {}
    return {
        "model": model.endpoint.served_model or model.model,
        "messages": request.messages,
        "temperature": temperature(model, request.attempt),
        "top_p": model.top_p,
        "max_tokens": model.max_tokens,
        "seed": request.attempt,
        **template,
        **format_options,
        **(_VLLM_DEFAULTS if vllm else {}),
    }


def read(status: int, retry_after: str | None, text: bytes, model: ModelSettings, opens_reasoning: bool) -> Outcome:
    """Return the Outcome that an HTTP response means, from its status, Retry-After header and body (`text`)."""
    if status == 200:
        return _reply(text, model, opens_reasoning)
    excerpt = text[:500].decode("utf-8", "replace").strip()
    detail = f"HTTP {status}: {excerpt}"
    if status == 429 or (status == 503 and retry_after):
        return Busy(_seconds(retry_after))
    if status in _RETRYABLE or status >= 500:
        return Failed(SERVER_ERROR, detail)
    if status in _MISFIT:
        return UnusableServer(detail)
    if status < 400:
        return Failed(INVALID_SERVER_RESPONSE, detail)
    if _TOO_LONG.search(excerpt):
        tokens = _PROMPT_TOKENS.search(excerpt)
        return Refused(PROMPT_TOO_LONG, detail, int(tokens[1] or tokens[2]) if tokens else None)
    return Refused(BAD_REQUEST, detail)


def _reply(text: bytes, model: ModelSettings, opens_reasoning: bool) -> Reply | Refused | Failed:
    try:
        found = json.loads(text)
        choice = found["choices"][0]
        message = choice["message"]
        usage = found.get("usage") or {}
        output = _output(message, opens_reasoning)
        reason = choice["finish_reason"]
        prompt, completion = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        return Failed(INVALID_SERVER_RESPONSE, f"{type(error).__name__} in {text[:200]!r}")
    if reason == "content_filter":
        return Refused(CONTENT_FILTER, "finish_reason content_filter", prompt)
    if reason not in ("stop", "length", "repetition"):
        return Failed(INVALID_SERVER_RESPONSE, f"finish_reason {reason!r}")
    if reason == "length" and prompt and prompt + model.max_tokens > model.max_model_len and completion != model.max_tokens:
        return Refused(PROMPT_TOO_LONG, f"{prompt} tokens leave too little room for an answer, which was cut", prompt)
    return Reply(output, reason, prompt, completion)


def _output(message: dict[str, Any], opens_reasoning: bool) -> str:
    """Return reasoning and answer as one text, as `reasoning.raw` does, also if the server split them. Raises TypeError."""
    content = message["content"]
    reasoning = message.get("reasoning") or message.get("reasoning_content")
    if not isinstance(content or "", str) or not isinstance(reasoning or "", str):
        raise TypeError("the content is no text")
    if reasoning:
        return f"<think>{reasoning}" + ("" if content is None else f"</think>{content}")
    if content is None:
        raise TypeError("no content")
    return f"<think>{content}" if opens_reasoning and not content.lstrip().startswith("<think>") else str(content)


def _count(usage: dict[str, Any], name: str) -> int | None:
    value = usage.get(name)
    return None if value is None else int(value)


def _seconds(retry_after: str | None) -> float | None:
    """Return the header Retry-After in seconds; None if it is missing or a date, which model servers do not send."""
    try:
        return max(0.0, float(retry_after)) if retry_after else None
    except ValueError:
        return None
