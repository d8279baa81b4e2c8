"""What `ChatKitServer.process` returns."""

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from functools import cached_property

from turnstream.turns import Turn

__all__ = ["NonStreamingResult", "StreamingResult"]


class NonStreamingResult:
    """A finished answer: `json` is the body."""

    def __init__(self, result: bytes) -> None:
        self.json = result


class StreamingResult(AsyncIterable[bytes]):
    """A turn's server-sent events, for one reader.

    The turn runs whether or not it is read. Leaving `json_events` before its end (closing it, or cancelling the
    task that reads it) cancels the turn, as ChatKit's clients expect of a disconnect.
    """

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    @cached_property
    def json_events(self) -> AsyncGenerator[bytes, None]:
        """One `data: <json>` frame at a time."""
        return self._frames()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self.json_events

    async def next_batch(self) -> bytes:
        """Return all frames that are ready, joined: one write for many events. Empty at the end."""
        frames = await self._turn.read().next()
        return frames[0] if len(frames) == 1 else b"".join(frames)

    def cancel(self) -> None:
        """Stop the turn. Nothing happens if it is over."""
        self._turn.cancel()

    async def _frames(self) -> AsyncGenerator[bytes, None]:
        reader = self._turn.read()
        try:
            while frames := await reader.next():
                for frame in frames:
                    yield frame
        finally:
            self._turn.cancel()
