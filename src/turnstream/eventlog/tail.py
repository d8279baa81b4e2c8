"""The newest frames of one turn, in memory, and readers that follow them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal

from turnstream.eventlog.base import LogReader, Position, PositionGoneError

__all__ = ["Load", "Tail", "TailReader"]

BATCH_BYTES = 256 * 1024
"""What a reader takes at once, about: a reader that is behind costs no more than this."""

Load = Callable[[Position, int], Awaitable[Sequence[bytes]]]
"""Returns frames that follow a position, up to the entry of the number given, fewer if they are many."""


class Tail:
    """The durable frames behind `base`, and who waits for more. Ends once."""

    __slots__ = (
        "__weakref__",
        "base",
        "epoch",
        "frames",
        "max_bytes",
        "size",
        "state",
        "thread_id",
        "wakeups",
    )

    def __init__(self, thread_id: str, position: Position, *, max_bytes: int | None = None) -> None:
        self.thread_id = thread_id
        self.epoch = position.epoch
        self.base = position.seq
        self.frames: list[bytes] = []
        self.size = 0
        self.max_bytes = max_bytes
        self.state: Literal["open", "ended", "moved", "gone"] = "open"
        self.wakeups: list[asyncio.Future[None]] = []

    @property
    def seq(self) -> int:
        """The number of the last frame."""
        return self.base + len(self.frames)

    def append(self, frame: bytes) -> None:
        self.frames.append(frame)
        if self.wakeups:
            self.wake()

    def extend(self, frames: Sequence[bytes]) -> None:
        """Add frames; the oldest are dropped where a reader can load them from elsewhere."""
        self.frames += frames
        if self.max_bytes is not None:
            self.size += sum(map(len, frames))
            if self.size > self.max_bytes:
                self._shed(self.max_bytes // 2)
        if self.wakeups:
            self.wake()

    def end(self, state: Literal["ended", "moved", "gone"] = "ended") -> None:
        if self.state == "open":
            self.state = state
            self.wake()

    def wake(self) -> None:
        for future in self.wakeups:
            if not future.done():
                future.set_result(None)
        self.wakeups.clear()

    def _shed(self, target: int) -> None:
        dropped = 0
        while self.size > target:
            self.size -= len(self.frames[dropped])
            dropped += 1
        del self.frames[:dropped]
        self.base += dropped


class TailReader(LogReader):
    """Reads what comes before a tail with `load`, then the tail."""

    __slots__ = ("_is_interrupted", "_load", "_loop", "_seq", "_tail", "_wakeup")

    def __init__(self, tail: Tail, seq: int, load: Load) -> None:
        self._tail = tail
        self._seq = seq
        self._load = load
        self._loop = asyncio.get_running_loop()  # kept: asking costs a system call on Python 3.11
        self._wakeup: asyncio.Future[None] | None = None
        self._is_interrupted = False

    @property
    def position(self) -> Position:
        return Position(self._tail.epoch, self._seq)

    @property
    def is_live(self) -> bool:
        return self._seq >= self._tail.seq

    @property
    def is_ended(self) -> bool:
        return self._seq >= self._tail.seq and self._tail.state != "open"

    @property
    def must_reattach(self) -> bool:
        return self._tail.state == "moved"

    async def next(self) -> Sequence[bytes]:
        tail = self._tail
        while self._seq >= tail.seq:
            if tail.state == "gone":
                raise PositionGoneError(f"the log of thread {tail.thread_id} was lost after {self.position}")
            if tail.state != "open" or self._is_interrupted:
                self._is_interrupted = False
                return ()
            self._wakeup = self._loop.create_future()
            tail.wakeups.append(self._wakeup)
            await self._wakeup
        fresh = await self._load_earlier() if self._seq < tail.base else self._read_tail()
        self._seq += len(fresh)
        return fresh

    def interrupt(self) -> None:
        self._is_interrupted = True
        if self._wakeup is not None and not self._wakeup.done():
            # Or a turn that says nothing would gather one at each heartbeat.
            self._tail.wakeups.remove(self._wakeup)
            self._wakeup.set_result(None)

    def _read_tail(self) -> Sequence[bytes]:
        start = self._seq - self._tail.base
        fresh = self._tail.frames[start:]
        if len(fresh) == 1:
            return fresh
        size = 0
        for count, frame in enumerate(fresh):
            size += len(frame)
            if size > BATCH_BYTES and count:
                return fresh[:count]
        return fresh

    async def _load_earlier(self) -> Sequence[bytes]:
        frames = await self._load(self.position, self._tail.base)
        if not frames:
            raise PositionGoneError(
                f"the log of thread {self._tail.thread_id} no longer has the entries after {self.position}"
            )
        return frames
