"""A consumer cheap enough not to be the bottleneck: raw sockets, tokens counted by a marker byte."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any, cast

from bench.emit_server import PERIOD_S


@dataclass
class Totals:
    """What all streams of one run saw inside the measured window."""

    tokens: int = 0
    received_bytes: int = 0
    gaps_s: list[float] = field(default_factory=list)
    lateness_s: list[float] = field(default_factory=list)
    is_open: bool = False


class Stream(asyncio.Protocol):
    """One request and its stream. `first_event_s` is the time from the request to the first event."""

    def __init__(self, seconds: float, totals: Totals) -> None:
        self._request = _request(seconds)
        self._totals = totals
        self._tokens = 0
        self._last = 0.0
        self._sent = 0.0
        self._began = 0.0
        self.first_event_s: float | None = None
        self.begun = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._sent = self._last = time.perf_counter()
        self.transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        totals = self._totals
        if self.first_event_s is None and b"data: " in data:
            self.first_event_s = now - self._sent
            if not self.begun.done():
                self.begun.set_result(None)
        fresh = data.count(b"~")
        if fresh and not self._tokens:
            self._began = now - (fresh - 1) * PERIOD_S
        if totals.is_open:
            totals.received_bytes += len(data)
            totals.tokens += fresh
            if fresh:
                totals.gaps_s.append(now - self._last)
                totals.lateness_s.append(now - self._began - self._tokens * PERIOD_S)
        if fresh:
            self._tokens += fresh
            self._last = now

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.begun.done():
            self.begun.set_exception(ConnectionError("the stream broke before its first event"))
            self.begun.exception()

    async def wait_first_event(self) -> float:
        await self.begun
        return cast("float", self.first_event_s)

    def close(self) -> None:
        self.transport.abort()


async def open_stream(port: int, seconds: float, totals: Totals) -> Stream:
    """Connect and ask for an answer of `seconds`; 0 asks for one that stays open without a token."""
    loop = asyncio.get_running_loop()
    _, protocol = await loop.create_connection(lambda: Stream(seconds, totals), "127.0.0.1", port)
    return protocol


def _request(seconds: float) -> bytes:
    message: dict[str, Any] = {
        "content": [{"type": "input_text", "text": str(seconds)}],
        "attachments": [],
        "inference_options": {},
    }
    body = json.dumps(
        {"type": "threads.create", "params": {"input": message}}, separators=(",", ":")
    ).encode()
    return (
        b"POST /chatkit HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    )
