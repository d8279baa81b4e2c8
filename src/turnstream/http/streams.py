"""Send a turn's events to one connection."""

import asyncio

from starlette.datastructures import MutableHeaders
from starlette.types import Receive, Scope, Send

from turnstream.server import StreamingResult

__all__ = ["EventStreamResponse"]

HEADERS = (
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
)


class EventStreamResponse:
    """The ASGI response of a streaming operation: all frames that are ready go out in one write.

    A disconnect cancels the turn at once: this client could never come back to it.
    """

    def __init__(self, result: StreamingResult) -> None:
        self._result = result
        self.raw_headers: list[tuple[bytes, bytes]] = list(HEADERS)

    @property
    def headers(self) -> MutableHeaders:
        return MutableHeaders(raw=self.raw_headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        result = self._result
        gone = asyncio.create_task(_cancel_when_gone(receive, result))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            while batch := await result.next_batch():
                await send({"type": "http.response.body", "body": batch, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            result.cancel()


async def _cancel_when_gone(receive: Receive, result: StreamingResult) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    result.cancel()
