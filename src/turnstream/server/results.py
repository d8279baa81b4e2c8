"""What `ChatKitServer.process` returns."""

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any

from turnstream.errors import ErrorCode
from turnstream.eventlog.base import LogReader, PositionGoneError
from turnstream.redaction import logger_of
from turnstream.store import StorageError
from turnstream.turns import event_frame
from turnstream.types import ErrorEvent
from turnstream.types.durable import LIVE, RECONNECT, RESET
from turnstream.wire.reading import CALL_WAITING, TURN_ENDED, is_extension, type_of, without_extensions

__all__ = ["NonStreamingResult", "StreamingResult", "TurnSource"]

logger = logger_of("turnstream.server")

BROKEN = event_frame(ErrorEvent(code=ErrorCode.STREAM_ERROR, allow_retry=True))


class NonStreamingResult:
    """A finished answer: `json` is the body."""

    def __init__(self, result: bytes) -> None:
        self.json = result


class TurnSource:
    """Where a stream comes from: a reader, the turn that it follows, and how to stop that."""

    __slots__ = ("instead", "reader", "stop", "turn_id")

    def __init__(
        self,
        reader: LogReader | None,
        *,
        turn_id: str = "",
        stop: Callable[[], None] = lambda: None,
        instead: bytes = RESET,
    ) -> None:
        self.reader = reader
        self.instead = instead
        """What a client of durable turns is told where there is no reader."""
        self.turn_id = turn_id
        self.stop = stop


class StreamingResult(AsyncIterable[bytes]):
    """A turn's server-sent events, for one reader.

    The turn runs whether or not it is read. A plain result is for clients that can only stop by leaving and
    cannot come back: leaving `json_events` before its end (closing it, or cancelling the task that reads it)
    cancels the turn. An `is_durable` one carries positions and the events of durable turns, and leaving it
    changes nothing.
    """

    def __init__(self, source: TurnSource, *, is_durable: bool = False, is_attached: bool = False) -> None:
        self.turn_id = source.turn_id
        self.is_durable = is_durable
        self._reader = source.reader
        self._instead = source.instead
        self._stop = source.stop
        self._is_announced = not is_attached
        self._is_over = False

    @cached_property
    def json_events(self) -> AsyncGenerator[bytes, None]:
        """One `data: <json>` frame at a time."""
        return _Frames(self)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return _Frames(self)

    async def next_batch(self) -> bytes | None:
        """Return all frames that are ready, joined: one write for many events.

        Empty at the end; None when `interrupt` was called and nothing is ready.
        """
        frames = await self.next_frames()
        if frames is None:
            return None
        return frames[0] if len(frames) == 1 else b"".join(frames)

    def interrupt(self) -> None:
        """Let a waiting `next_batch` return at once."""
        if self._reader is not None:
            self._reader.interrupt()

    def leave(self) -> None:
        """Say that nobody reads any longer. It stops the turn of a plain result that is not over."""
        if not self.is_durable and not self._is_over:
            self.cancel()

    def cancel(self) -> None:
        """Stop the turn. Nothing happens if it is over."""
        self._stop()

    async def next_frames(self) -> Sequence[bytes] | None:
        """Return what `next_batch` does, frame by frame."""
        reader = self._reader
        if self._is_over:
            return ()
        if reader is None:
            return self._last(self._instead)
        if reader.is_live and not self._is_announced:
            self._is_announced = True
            return (LIVE,)
        try:
            frames = await reader.next()
        except PositionGoneError:
            return self._last(RESET)
        except StorageError as exc:
            logger.warning("disconnecting a reader of turn %s, which will reconnect: %s", self.turn_id, exc)
            return self._last(RECONNECT)
        if not frames:
            if not reader.is_ended:
                return None
            return self._last(RECONNECT if reader.must_reattach else None)
        return self._numbered(frames, reader) if self.is_durable else self._plain(frames)

    def _last(self, frame: bytes | None) -> Sequence[bytes]:
        self._is_over = True
        if frame is None:
            return ()
        return (frame,) if self.is_durable else (BROKEN,)

    def _numbered(self, frames: Sequence[bytes], reader: LogReader) -> Sequence[bytes]:
        position = reader.position
        first = position.seq - len(frames) + 1
        epoch = position.epoch.encode()
        return [b"id: %b.%d\n%b" % (epoch, seq, frame) for seq, frame in enumerate(frames, first)]

    def _plain(self, frames: Sequence[bytes]) -> Sequence[bytes] | None:
        """What an official client may see.

        Its stream ends where the turn waits for it, and goes on with its answer.
        """
        plain: list[bytes] = []
        for frame in frames:
            if not is_extension(frame):
                plain.append(without_extensions(frame))
            elif type_of(frame) in {CALL_WAITING, TURN_ENDED}:
                self._is_over = True
                break
        return plain or (() if self._is_over else None)


class _Frames(AsyncGenerator[bytes, None]):
    """The frames of a result one by one; closing it, dropping it or failing in it before the end leaves the
    result.

    No generator function does that: it is not told when it is closed before its first step.
    """

    def __init__(self, result: StreamingResult) -> None:
        self._result = result
        self._ready: deque[bytes] = deque()
        self._is_begun = False
        self._is_closed = False

    async def __anext__(self) -> bytes:
        self._is_begun = True
        try:
            while not self._ready and not self._is_closed:
                frames = await self._result.next_frames()
                self._is_closed = frames is not None and not frames
                self._ready.extend(frames or ())
        except BaseException:
            await self.aclose()
            raise
        if not self._ready:
            raise StopAsyncIteration
        return self._ready.popleft()

    async def asend(self, value: None) -> bytes:
        return await anext(self)

    async def athrow(self, typ: Any, val: Any = None, tb: Any = None) -> bytes:
        await self.aclose()
        raise val or typ

    async def aclose(self) -> None:
        self._is_closed = True
        self._ready.clear()
        self._result.leave()

    def __del__(self) -> None:
        if self._is_begun and not self._is_closed:
            with suppress(RuntimeError):  # the loop is over, and the turn with it
                self._result.leave()
