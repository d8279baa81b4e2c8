"""The measured servers: the same answer from turnstream, from `openai-chatkit` and from a bare ASGI app.

turnstream is measured twice: with `stream_text`, and with the same events built by hand that `openai-chatkit`
gets.

python -m bench.emit_server turnstream|models|official|bare|memory|sqlite|postgresql|redis PORT

The last four are turnstream with one of the logs of `bench.logs`.
"""

import asyncio
import gc
import random
import string
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import partial
from types import ModuleType
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

LOGS = "memory", "sqlite", "postgresql", "redis"
TOKEN = " tok~"
RANDOM = random.Random(50)
TOKENS = ["".join([" ", *RANDOM.choices(string.ascii_lowercase, k=3), "~"]) for _ in range(997)]
"""As long as `TOKEN`, whose `~` is counted. Random letters are no easier to compress than English."""

PERIOD_S = 0.02
"""50 tokens a second."""


class Ticks:
    """One of the pacer's phases, as a stream sees it: its own tokens fall due one period apart."""

    def __init__(self, phase: "Phase") -> None:
        self._phase = phase
        self._first = phase.number + 1

    async def wait(self, number: int) -> None:
        """Return when token `number` is due; a stream that is behind does not wait."""
        while self._phase.number < self._first + number:
            await self._phase.next()


class Phase:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.number = 0
        self._loop = loop
        self._wakeups: list[asyncio.Future[None]] = []

    def next(self) -> asyncio.Future[None]:
        future = self._loop.create_future()
        self._wakeups.append(future)
        return future

    def tick(self) -> None:
        self.number += 1
        wakeups, self._wakeups = self._wakeups, []
        for future in wakeups:
            if not future.done():
                future.set_result(None)


class Pacer:
    """The clock of all streams: ten phases, 2 ms apart, each ticking 50 times a second.

    One timer stands for the many sockets that tokens really come from; a timer per stream would cost more
    than the servers that are measured.
    """

    def __init__(self) -> None:
        self._phases: list[Phase] = []
        self._joined = 0
        self._ticks = 0

    def join(self) -> Ticks:
        if not self._phases:
            self._loop = asyncio.get_running_loop()
            self._start = self._loop.time()
            self._phases = [Phase(self._loop) for _ in range(10)]
            self._tick()
        self._joined += 1
        return Ticks(self._phases[self._joined % 10])

    def _tick(self) -> None:
        self._phases[self._ticks % 10].tick()
        self._ticks += 1
        self._loop.call_at(self._start + self._ticks * PERIOD_S / 10, self._tick)


PACER = Pacer()


def answer(types: ModuleType, thread_id: str, seconds: float) -> AsyncIterator[Any]:
    """Yield one message of `seconds`, as an app would write it by hand, with the models of `types`."""

    async def events() -> AsyncIterator[Any]:
        item_id = "msg_0123456789abcdef0123456789abcdef"
        item = types.AssistantMessageItem(
            id=item_id,
            thread_id=thread_id,
            created_at=datetime.now(UTC),
            content=[types.AssistantMessageContent(text="")],
        )
        yield types.ThreadItemAddedEvent(item=item)
        ticks = PACER.join()
        for number in range(int(seconds / PERIOD_S)):
            await ticks.wait(number)
            delta = types.AssistantMessageContentPartTextDelta(
                content_index=0, delta=TOKENS[number % len(TOKENS)]
            )
            yield types.ThreadItemUpdatedEvent(item_id=item_id, update=delta)
        if seconds == 0:
            await asyncio.sleep(3600)
        yield types.ThreadItemDoneEvent(item=item)

    return events()


async def tokens(seconds: float) -> AsyncIterator[str]:
    """Yield the same answer as plain text."""
    ticks = PACER.join()
    for number in range(int(seconds / PERIOD_S)):
        await ticks.wait(number)
        yield TOKENS[number % len(TOKENS)]
    if seconds == 0:
        await asyncio.sleep(3600)


def seconds_of(message: Any) -> float:
    return float(message.content[0].text)


def turnstream_app(*, as_text: bool, log: str = "memory") -> Any:
    from bench.logs import log_of
    from bench.unlimited import UNLIMITED
    from turnstream import types
    from turnstream.http import create_app
    from turnstream.server import ChatKitServer, stream_text
    from turnstream.store import MemoryStore

    class Server(ChatKitServer[Any]):
        def respond(self, thread: Any, input_user_message: Any, context: Any) -> AsyncIterator[Any]:
            seconds = seconds_of(input_user_message)
            return stream_text(thread, tokens(seconds)) if as_text else answer(types, thread.id, seconds)

    server = Server(MemoryStore(), log=log_of(log))
    return create_app(server, authenticate=lambda request: "bench", limits=UNLIMITED)


def official_app() -> Any:
    from chatkit import types
    from chatkit.server import ChatKitServer

    from bench.official_store import MemoryStore

    class Server(ChatKitServer[Any]):
        def respond(self, thread: Any, input_user_message: Any, context: Any) -> AsyncIterator[Any]:
            return answer(types, thread.id, seconds_of(input_user_message))

    server = Server(MemoryStore())

    async def chat(request: Request) -> StreamingResponse:
        result: Any = await server.process(await request.body(), "bench")
        return StreamingResponse(result, media_type="text/event-stream")

    return Starlette(routes=[Route("/chatkit", chat, methods=["POST"])])


def bare_app() -> Any:
    frame = (
        b'data: {"type":"thread.item.updated","item_id":"msg_0123456789abcdef0123456789abcdef",'
        b'"update":{"type":"assistant_message.content_part.text_delta",'
        b'"content_index":0,"delta":" tok~"}}\n\n'
    )

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = (await receive())["body"]
        seconds = float(body.split(b'"text":"')[1].split(b'"')[0])
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"data: {}\n\n", "more_body": True})
        ticks = PACER.join()
        for number in range(int(seconds / PERIOD_S)):
            await ticks.wait(number)
            await send({"type": "http.response.body", "body": frame, "more_body": True})
        if seconds == 0:
            await receive()
        await send({"type": "http.response.body", "body": b""})

    return app


APPS: dict[str, Callable[[], Any]] = {
    "turnstream": partial(turnstream_app, as_text=True),
    "models": partial(turnstream_app, as_text=False),
    "official": official_app,
    "bare": bare_app,
    **{kind: partial(turnstream_app, as_text=True, log=kind) for kind in LOGS},
}


def serve(app: Any, port: int, *, has_lifespan: bool = False) -> None:
    """Serve as in production: a full collection would stop all streams for 30 to 200 ms."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 100)
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=port,
        log_level="error",
        access_log=False,
        loop="uvloop",
        http="httptools",
        lifespan="on" if has_lifespan else "off",
    )


def main() -> None:
    kind, port = sys.argv[1], int(sys.argv[2])
    serve(APPS[kind](), port, has_lifespan=kind in LOGS)


if __name__ == "__main__":
    main()
