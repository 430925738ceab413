"""HTTP client of one server: chat completions and health probes."""

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.endpoint import chat
from darwin_spark.inference.engines.endpoint.chat import Failed, Outcome, Unreachable
from darwin_spark.inference.engines.protocol import Request

CONNECT_SECONDS: Final = 10.0
MAX_BYTES: Final = 64 * 1024 * 1024  # maximum size of a response in bytes; a larger one cannot be a model's answer
_KEEP_ALIVE = 4.0
"""Seconds that an idle connection is kept: fewer than the 5 s of a vLLM server, else requests go into closing connections."""
_NO_SUCH_PATH = (404, 405, 501)
_TOKEN_SPACES = " \t\r\nĊĠ▁"


@dataclass(frozen=True, slots=True)
class Identity:
    """What a successful probe found out about the server."""

    vllm: bool
    opens_reasoning: bool  # the chat template ends with `<think>`, so this tag is missing from the answer


class ProbeError(Exception):
    """The server is not healthy or cannot be used with our settings; the message says why."""


class Client:
    """The connections to one server. `lose` closes them, so that pending requests fail at once."""

    def __init__(self, url: str, model: ModelSettings, key: str | None) -> None:
        self._url = url
        self._model = model
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._session: aiohttp.ClientSession | None = None
        self._identity = Identity(vllm=False, opens_reasoning=False)

    async def ask(self, request: Request) -> Outcome:
        """Send one request to the server, once, and return the outcome."""
        payload = chat.body(self._model, request, self._identity.vllm)
        try:
            status, retry_after, text = await self._call(
                "POST", "/v1/chat/completions", self._model.endpoint.timeout_seconds, payload
            )
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return Unreachable(_describe(error))
        except TimeoutError:
            return Failed(chat.SERVER_TIMEOUT, f"no answer in {self._model.endpoint.timeout_seconds:g} s")
        except aiohttp.ClientResponseError as error:
            return Failed(chat.INVALID_SERVER_RESPONSE, _describe(error))
        except (aiohttp.ClientError, OSError) as error:
            return Failed(chat.SERVER_CLOSED, _describe(error))
        return chat.read(status, retry_after, text, self._model, self._identity.opens_reasoning)

    async def probe(self) -> None:
        """Check /health and /v1/models, if they exist: the server is alive, has our model, takes our key. Raises ProbeError."""
        probe_timeout = self._model.endpoint.probe_seconds
        try:
            status, _, _ = await self._call("GET", "/health", probe_timeout)
            if status != 200 and status not in _NO_SUCH_PATH:
                raise ProbeError(f"/health says HTTP {status}")
            status, _, text = await self._call("GET", "/v1/models", probe_timeout)
            if status in (401, 403):
                raise ProbeError(f"HTTP {status}: it does not take the API key: see endpoint.api_key_env")
            if status != 200 and status not in _NO_SUCH_PATH:
                raise ProbeError(f"/v1/models says HTTP {status}")
            vllm = status == 200 and self._serves(text)
        except TimeoutError as error:
            raise ProbeError(f"no answer to a probe in {probe_timeout:g} s") from error
        except (aiohttp.ClientError, OSError) as error:
            raise ProbeError(_describe(error)) from error
        self._identity = Identity(vllm, vllm and await self._opens_reasoning())

    async def lose(self) -> None:
        """Close all connections."""
        session, self._session = self._session, None
        if session:
            await session.close()

    async def _call(self, method: str, path: str, seconds: float, payload: Any = None) -> tuple[int, str | None, bytes]:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE)
            self._session = aiohttp.ClientSession(connector=connector, headers=self._headers)
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS)
        pending = self._session.request(method, self._url + path, json=payload, timeout=timeout, allow_redirects=False)
        async with pending as response:
            text = bytearray()
            async for part in response.content.iter_any():
                text += part
                if len(text) > MAX_BYTES:
                    raise aiohttp.ClientPayloadError(f"a response of more than {MAX_BYTES:,} bytes")
            return response.status, response.headers.get("Retry-After"), bytes(text)

    def _serves(self, text: bytes) -> bool:
        """Return whether this list of models (`text`) comes from vLLM. Raises ProbeError if our model is not in the list."""
        wanted = self._model.endpoint.served_model or self._model.model
        try:
            served = {str(entry["id"]): entry.get("owned_by") for entry in json.loads(text)["data"]}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ProbeError(f"/v1/models says no list of models: {text[:200]!r}") from error
        if wanted not in served:
            raise ProbeError(f"it serves {', '.join(served) or 'no model'}, not {wanted}: see endpoint.served_model")
        return bool(served[wanted] == "vllm")

    async def _opens_reasoning(self) -> bool:
        """Whether the chat template ends a prompt with `<think>`, as shown by vLLM's /tokenize; False if unknown."""
        template_query = {
            "model": self._model.endpoint.served_model or self._model.model,
            "messages": [{"role": "user", "content": "?"}],
            "chat_template_kwargs": self._model.chat_template_options,
            "return_token_strs": True,
        }
        with suppress(aiohttp.ClientError, OSError, TimeoutError, ValueError, TypeError, AttributeError):
            status, _, text = await self._call("POST", "/tokenize", self._model.endpoint.probe_seconds, template_query)
            tokens = json.loads(text).get("token_strs") or [] if status == 200 else []
            visible = [str(token).strip(_TOKEN_SPACES) for token in tokens]
            return next((token for token in reversed(visible) if token), "") == "<think>"
        return False


def _describe(error: BaseException) -> str:
    """Return the type and the message of an error as text; some errors have no message."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
