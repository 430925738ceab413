"""An OpenAI-compatible server without a model: it returns the text of the request reversed, or fails as it is told to.

python fake_server.py PORT [OPTIONS AS JSON]      # until it is killed
"""

import asyncio
import json
import socket
import sys
import threading
from contextlib import suppress
from typing import Any

from aiohttp import web

from darwin_spark.inference.prompts import SLOT, load


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Behaviour:
    """The handlers. `how` may change while the server runs: well, error, hang, close, half, garbage, busy, key."""

    def __init__(
        self, how: str = "well", latency: float = 0.0, model: str = "small", healthy: bool = True, says: str = "back"
    ) -> None:
        self.how = how
        self.says = {"back": said_back, "refined": refined}[says]
        self.latency = latency
        self.model = model
        self.healthy = healthy
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.at_once = 0
        self.most_at_once = 0
        self.broken_off = 0

    def application(self) -> web.Application:
        application = web.Application(client_max_size=1 << 24)
        application.router.add_post("/v1/chat/completions", self.chat)
        application.router.add_get("/v1/models", self.models)
        application.router.add_get("/health", self.health)
        return application

    async def health(self, _: web.Request) -> web.Response:
        if not self.healthy:
            await asyncio.sleep(3600)
        return web.Response()

    async def models(self, request: web.Request) -> web.Response:
        if self.how == "key" and request.headers.get("Authorization") != "Bearer open sesame":
            return web.Response(status=401)
        return web.json_response({"data": [{"id": self.model, "owned_by": "vllm"}]})

    async def chat(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        self.asked.append(asked)
        self.headers.append(dict(request.headers))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.latency)
            return await self._answer(request, asked)
        except asyncio.CancelledError:
            self.broken_off += 1
            raise
        finally:
            self.at_once -= 1

    async def _answer(self, request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
        text = asked["messages"][-1]["content"]
        how = "error" if text == "poison" else self.how
        if text == "bad":
            return web.json_response({"error": {"message": "no such role"}}, status=400)
        if text == "long":
            said = "This model's maximum context length is 10 tokens. However, your prompt contains 99 input tokens"
            return web.json_response({"error": {"message": said}}, status=400)
        match how:
            case "error":
                return web.Response(status=500, text="Internal Server Error")
            case "hang":
                await asyncio.sleep(3600)
            case "close":
                assert request.transport
                request.transport.abort()
                return web.Response()
            case "half":
                response = web.StreamResponse(headers={"Content-Length": "1000"})
                await response.prepare(request)
                await response.write(b'{"choices": [')
                assert request.transport
                request.transport.close()
                return response
            case "garbage":
                return web.Response(text="<html>Welcome to nginx!</html>")
            case "busy":
                return web.Response(status=429, headers={"Retry-After": "0.2"})
        message = {"role": "assistant", "content": self.says(text, asked["seed"])}
        usage = {"prompt_tokens": len(text), "completion_tokens": 3}
        return web.json_response({"choices": [{"message": message, "finish_reason": "stop"}], "usage": usage})


def said_back(text: str, seed: int) -> str:
    return f"{seed}: {text[::-1]}"


def refined(text: str, _seed: int) -> str:
    """The answer of L4's refiner to a chunk in which nothing is to be cleaned."""
    chunk = text.removeprefix(load("darwin_spark.levels.l4_refine", "prompt.md").user_template.removesuffix(SLOT))
    return f"<CLEANED_TEXT>{chunk}</CLEANED_TEXT>"


class FakeServer(Behaviour):
    """A server in a thread, which may die and come back at the same port."""

    def __init__(self, how: str = "well", port: int | None = None, **more: Any) -> None:
        super().__init__(how, **more)
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._loop: asyncio.AbstractEventLoop | None = None

    def __enter__(self) -> "FakeServer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.die()

    def start(self) -> None:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._live, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(10)

    def die(self) -> None:
        """Stop at once, with requests in flight."""
        if self._loop:
            self._loop.call_soon_threadsafe(self._task.cancel)
            self._thread.join(10)
            self._loop = None

    def _live(self, ready: threading.Event) -> None:
        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            task = asyncio.current_task()
            assert task
            self._task = task
            runner = web.AppRunner(self.application(), handler_cancellation=True, shutdown_timeout=0)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", self.port, reuse_address=True).start()
            ready.set()
            try:
                await asyncio.sleep(3600)
            finally:
                await runner.cleanup()

        with suppress(asyncio.CancelledError):
            asyncio.run(serve())


if __name__ == "__main__":
    behaviour = Behaviour(**json.loads(sys.argv[2]) if len(sys.argv) > 2 else {})
    web.run_app(behaviour.application(), host="127.0.0.1", port=int(sys.argv[1]), print=None)
