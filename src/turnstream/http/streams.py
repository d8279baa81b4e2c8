"""Send a turn's events to one connection, and look after all connections together."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.types import Receive, Scope, Send

from turnstream.redaction import logger_of
from turnstream.server import StreamingResult
from turnstream.types.durable import RECONNECT, RECONNECT_LATER

__all__ = ["EventStreamResponse", "OpenStreams", "Reader"]

logger = logger_of("turnstream.http")

HEADERS = (
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
)

COMMENT = b": \n\n"
COMMENT_EVERY_S = 15.0
"""Proxies cut what is silent for 60 s, and clients what is silent for 45."""

SEND_TIMEOUT_S = 30.0
"""How long a client may take nothing of what it is sent."""

LIFETIME_S = 600.0
"""Then the client attaches again: by the next deployment, and as whoever it is by then."""

LOOK_EVERY_S = 1.0

RECHECK_EVERY_S = 60.0
"""How long a stream may continue after its reader has lost the right to read it."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The owner who reads a stream, and the check of their right to read it."""

    owner: str = ""
    """Empty where the store's contexts have no owner: such streams are not counted."""
    may_read: Callable[[], Awaitable[bool]] | None = None
    """Asks the app's `authenticate` again; None if the app has none."""


ANYBODY = Reader()


class OpenStreams:
    """The streams of one app. One timer serves them all.

    An owner has at most `per_owner` of them that can be attached again: a further one sends the oldest away.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, per_owner: int | None = None) -> None:
        self.per_owner = per_owner
        self.now = 0.0
        """The clock's time, a second old at most: asking for each write would cost more than it tells."""
        self._clock = clock
        self._open: set[EventStreamResponse] = set()
        self._by_owner: defaultdict[str, dict[EventStreamResponse, None]] = defaultdict(dict)
        """Those whose owner is known, in the order in which they were opened."""
        self._is_closing = False
        self._task: asyncio.Task[None] | None = None

    def add(self, stream: "EventStreamResponse") -> None:
        self._open.add(stream)
        if stream.reader.owner:
            self._by_owner[stream.reader.owner][stream] = None
            self._send_oldest_away(stream.reader.owner)
        if self._task is None:
            self.now = self._clock()
            self._task = asyncio.create_task(self._look_again(), name="turnstream streams")
        if self._is_closing:  # its request was being answered when the others were sent away
            stream.send_away()

    def discard(self, stream: "EventStreamResponse") -> None:
        self._open.discard(stream)
        owner = stream.reader.owner
        if owner:
            self._by_owner[owner].pop(stream, None)
            if not self._by_owner[owner]:
                del self._by_owner[owner]
        if not self._open and self._task is not None:
            self._task.cancel()
            self._task = None

    def send_away(self) -> None:
        """Ask every client that can come back to do so elsewhere, from now on."""
        self._is_closing = True
        for stream in list(self._open):
            stream.send_away()

    def revoke(self, owner: str) -> None:
        """End the owner's streams at once."""
        for stream in list(self._by_owner.get(owner, ())):
            stream.end()

    def _send_oldest_away(self, owner: str) -> None:
        streams = [stream for stream in self._by_owner[owner] if stream.can_be_sent_away]
        surplus = len(streams) - (self.per_owner or len(streams))
        for stream in streams[: max(0, surplus)]:
            stream.send_away(RECONNECT_LATER)
            stream.cut_if_blocked()

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            self.look_after()

    def look_after(self) -> None:
        """Keep streams awake, send the old ones elsewhere, give up those that are stuck."""
        self.now = self._clock()
        for stream in list(self._open):
            stream.look_after(self.now)


class EventStreamResponse:
    """The ASGI response of a streaming operation: all frames that are ready go out in one write.

    A client of durable turns may leave and come back. A disconnect of any other cancels the turn at once: it
    could never come back to it.
    """

    def __init__(self, result: StreamingResult, streams: OpenStreams, reader: Reader = ANYBODY) -> None:
        self.reader = reader
        self.raw_headers: list[tuple[bytes, bytes]] = list(HEADERS)
        if result.is_durable:
            self.raw_headers.append((b"turnstream-turn", result.turn_id.encode()))
        self._result = result
        self._streams = streams
        self._written_at = 0.0
        self._leaves_at = 0.0
        self._is_sending = False
        self._is_gone = False
        self._last_frame: bytes | None = None
        self._rechecked_at = 0.0
        self._rechecking: asyncio.Task[None] | None = None
        self._is_stuck = False
        self._task: asyncio.Task[None] | None = None

    @property
    def headers(self) -> MutableHeaders:
        return MutableHeaders(raw=self.raw_headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        gone = asyncio.create_task(self._watch(receive))
        self._task = asyncio.current_task()
        # The disconnect may come before the first frame, while the response is being written, or never.
        self._streams.add(self)
        self._leaves_at = self._streams.now + LIFETIME_S * random.uniform(0.9, 1.0)
        self._rechecked_at = self._streams.now - RECHECK_EVERY_S * random.uniform(0.0, 0.2)
        try:
            await self._send_all(send)
        except asyncio.CancelledError:
            # `cut_if_blocked` and a server that shuts down can both cancel this task: only our own is
            # swallowed.
            if not self._is_stuck or self._task is None or self._task.uncancel():
                raise  # somebody else's
        finally:
            gone.cancel()
            if self._rechecking is not None:
                self._rechecking.cancel()
            self._streams.discard(self)
            self._result.leave()

    def look_after(self, now: float) -> None:
        """Called about once a second."""
        if now - self._rechecked_at >= RECHECK_EVERY_S - 2 * LOOK_EVERY_S:
            self._rechecked_at = now
            self._recheck()
        if self._is_sending:
            if now - self._written_at > SEND_TIMEOUT_S:
                self.cut_if_blocked()
        elif self._result.is_durable:
            if now > self._leaves_at:
                self.send_away()
            elif now - self._written_at >= COMMENT_EVERY_S:
                self._result.interrupt()

    @property
    def can_be_sent_away(self) -> bool:
        """Whether the client can attach again, and was not asked to."""
        return self._result.is_durable and self._last_frame is None

    def send_away(self, last_frame: bytes = RECONNECT) -> None:
        """Ask the client to attach again, if it can."""
        if self.can_be_sent_away:
            self._last_frame = last_frame
            self._result.interrupt()

    def cut_if_blocked(self) -> None:
        """Cut a connection whose client takes nothing, so that it cannot hear that it is sent away."""
        if self._is_sending and self._task is not None and not self._is_stuck:
            self._is_stuck = True
            self._task.cancel()

    def end(self) -> None:
        """End the connection. A client that can attach again is asked who it is when it does."""
        self.send_away()
        if not self._result.is_durable:
            self._is_gone = True
            self._result.leave()
            self._result.interrupt()

    def _recheck(self) -> None:
        """Ask whether the client may still read, unless the last answer is still awaited."""
        may_read = self.reader.may_read
        if may_read is not None and (self._rechecking is None or self._rechecking.done()):
            self._rechecking = asyncio.create_task(self._end_unless(may_read))

    async def _end_unless(self, may_read: Callable[[], Awaitable[bool]]) -> None:
        try:
            if await may_read():
                return
        except Exception:
            logger.exception("authenticate failed for an open stream, which ends")
        self.end()

    async def _send_all(self, send: Send) -> None:
        result = self._result
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        self._written_at = self._streams.now
        while not self._is_gone:
            # `send_away`, `end` and a disconnect interrupt this wait; what was ready by then still goes out.
            batch = await result.next_batch()
            if self._last_frame is not None and batch != b"":
                batch = (batch or b"") + self._last_frame
            elif batch is None:
                if self._streams.now - self._written_at < COMMENT_EVERY_S:
                    continue
                batch = COMMENT
            if not batch:
                break
            await self._write(batch, send)
            if self._last_frame is not None:
                break
        await send({"type": "http.response.body", "body": b""})

    async def _write(self, batch: bytes, send: Send) -> None:
        self._is_sending = True
        self._written_at = self._streams.now
        await send({"type": "http.response.body", "body": batch, "more_body": True})
        self._is_sending = False

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._is_gone = True
        self._result.leave()
        self._result.interrupt()
