"""What is posted to a server, and how every kind of HTTP response is read."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.endpoint.chat import Busy, Failed, Refused, Reply, UnusableServer, body, read
from darwin_spark.inference.engines.protocol import Request
from darwin_spark.inference.reasoning import final_part

MODEL = ModelSettings(model="small", temperature=0.3, retry_temperatures=(0.9,), max_tokens=100, max_model_len=1_000)
HELLO = [{"role": "user", "content": "hello"}]


def completion(reason: str = "stop", tokens: tuple[int, int] = (10, 20), **message: Any) -> bytes:
    usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1]}
    return json.dumps(
        {"choices": [{"message": {"role": "assistant", **message}, "finish_reason": reason}], "usage": usage}
    ).encode()


def test_a_request_is_sampled_as_in_process() -> None:
    asked = body(MODEL, Request("r", 2, HELLO), vllm=False)
    assert asked == {
        **{"model": "small", "messages": HELLO, "max_tokens": 100},
        **{"temperature": 0.9, "top_p": 0.95, "seed": 2},
    }


def test_a_vllm_server_adds_no_sampling_defaults() -> None:
    asked = body(MODEL, Request("r", 1, HELLO), vllm=True)
    assert (asked["top_k"], asked["min_p"], asked["repetition_penalty"]) == (0, 0.0, 1.0)


def test_template_options_and_a_schema_are_posted() -> None:
    schema = {"type": "object"}
    model = MODEL.model_copy(update={"chat_template_options": {"enable_thinking": False}, "json_schema": schema})
    asked = body(model, Request("r", 1, HELLO), vllm=True)
    assert asked["chat_template_kwargs"] == {"enable_thinking": False}
    assert asked["response_format"]["json_schema"]["schema"] == schema


def test_an_answer_is_read() -> None:
    assert read(200, None, completion(content="hi"), MODEL, False) == Reply("hi", "stop", 10, 20)


@pytest.mark.parametrize(
    ("status", "text", "error"),
    [
        (400, b"This model's maximum context length is 8192 tokens. However, you requested", "prompt_too_long"),
        (400, b"Input length (9000) exceeds model's maximum context length (8192).", "prompt_too_long"),
        (400, b'{"error": {"code": "context_length_exceeded"}}', "prompt_too_long"),
        (400, b"The decoder prompt (length 9) is longer than the maximum model length of 8", "prompt_too_long"),
        (400, b"roles must alternate", "bad_request"),
        (413, b"", "bad_request"),
        (422, b"{}", "bad_request"),
    ],
)
def test_a_bad_request_has_a_stable_error(status: int, text: bytes, error: str) -> None:
    refused = read(status, None, text, MODEL, False)
    assert isinstance(refused, Refused)
    assert refused.error == error


def test_an_answer_cut_for_lack_of_room_is_prompt_too_long() -> None:
    """vLLM's server reduces max_tokens to the room that is left; in process the request is rejected."""
    assert isinstance(read(200, None, completion("length", (950, 50), content="cut"), MODEL, False), Refused)
    assert isinstance(read(200, None, completion("length", (400, 100), content="long"), MODEL, False), Reply)
    assert isinstance(read(200, None, completion("stop", (950, 20), content="short"), MODEL, False), Reply)


@pytest.mark.parametrize("status", [408, 409, 425, 500, 502, 503, 504, 529])
def test_a_failing_server_is_not_a_bad_request(status: int) -> None:
    assert read(status, None, b"oops", MODEL, False) == Failed("server_error", f"HTTP {status}: oops")


@pytest.mark.parametrize(
    ("status", "header", "seconds"), [(429, "7", 7.0), (429, None, None), (429, "Wed, 21 Oct", None), (503, "0.5", 0.5)]
)
def test_a_busy_server_says_for_how_long(status: int, header: str | None, seconds: float | None) -> None:
    assert read(status, header, b"", MODEL, False) == Busy(seconds)


@pytest.mark.parametrize("status", [401, 403, 404, 405])
def test_an_unusable_server_is_distinguished_from_a_failing_one(status: int) -> None:
    assert isinstance(read(status, None, b"", MODEL, False), UnusableServer)


@pytest.mark.parametrize(
    "text",
    [
        *(b"", b"<html>Welcome</html>", b"null", b"[]", b"{}", b'{"choices": []}', b'{"choices": [{"message": {}}]}'),
        *(completion(content=None), completion(content=["part"]), completion("abort", content="half"), b"\xff\xfe"),
    ],
)
def test_garbage_is_distinguished_from_answers(text: bytes) -> None:
    failed = read(200, None, text, MODEL, False)
    assert isinstance(failed, Failed)
    assert failed.error == "invalid_server_response"


@given(st.integers(200, 599), st.binary(max_size=200))
def test_every_http_response_is_read(status: int, text: bytes) -> None:
    assert isinstance(read(status, None, text, MODEL, True), Reply | Refused | Failed | Busy | UnusableServer)


@settings(max_examples=50)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["choices", "message", "content", "finish_reason", "usage", "prompt_tokens"]), inner
            )
        ),
    )
)
def test_every_json_is_read(found: Any) -> None:
    assert isinstance(read(200, None, json.dumps(found).encode(), MODEL, False), Reply | Refused | Failed)


@pytest.mark.parametrize(
    ("message", "opens"),
    [
        ({"content": "42", "reasoning": "six times seven"}, False),
        ({"content": "42", "reasoning_content": "six times seven"}, True),
        ({"content": "six times seven</think>\n\n42"}, True),
        ({"content": "<think>six times seven</think>42"}, True),
        ({"content": "<think>six times seven</think>42"}, False),
    ],
)
def test_reasoning_is_kept_as_in_process(message: dict[str, str], opens: bool) -> None:
    reply = read(200, None, completion(**message), MODEL, opens)
    assert isinstance(reply, Reply)
    assert reply.output.startswith("<think>six times seven</think>")
    assert final_part(reply.output) == "42"


def test_an_answer_that_is_cut_while_reasoning_is_all_reasoning() -> None:
    reply = read(200, None, completion("length", content=None, reasoning="six times"), MODEL, False)
    assert reply == Reply("<think>six times", "length", 10, 20)
