"""A log in the memory of one process: a thread's frames live as long as its turn or a reader of it."""

import asyncio
from collections.abc import Sequence

from turnstream.eventlog.base import EventLog, LogReader

__all__ = ["MemoryEventLog"]


class MemoryEventLog(EventLog):
    """Keeps the running turns' frames; an ended turn is dropped with its last reader."""

    def __init__(self) -> None:
        self._threads: dict[str, _Frames] = {}

    def append(self, thread_id: str, frame: bytes) -> int:
        frames = self._threads.get(thread_id)
        if frames is None:
            frames = self._threads[thread_id] = _Frames()
        frames.append(frame)
        return len(frames)

    def end(self, thread_id: str) -> None:
        frames = self._threads.pop(thread_id, None)
        if frames is not None:
            frames.end()

    def read(self, thread_id: str, *, after: int = 0) -> LogReader:
        frames = self._threads.get(thread_id)
        if frames is None:
            frames = self._threads[thread_id] = _Frames()
        return _MemoryReader(frames, after)


class _Frames(list[bytes]):
    __slots__ = ("is_ended", "waiting")

    def __init__(self) -> None:
        super().__init__()
        self.is_ended = False
        self.waiting: list[asyncio.Future[None]] = []

    def append(self, frame: bytes) -> None:
        super().append(frame)
        if self.waiting:
            self.wake()

    def end(self) -> None:
        self.is_ended = True
        self.wake()

    def wake(self) -> None:
        for future in self.waiting:
            if not future.done():
                future.set_result(None)
        self.waiting.clear()


class _MemoryReader(LogReader):
    __slots__ = ("_frames", "_index", "_loop")

    def __init__(self, frames: _Frames, after: int) -> None:
        self._frames = frames
        self._index = after
        self._loop = asyncio.get_running_loop()  # kept: asking costs a system call on Python 3.11

    async def next(self) -> Sequence[bytes]:
        frames = self._frames
        while self._index >= len(frames) and not frames.is_ended:
            future = self._loop.create_future()
            frames.waiting.append(future)
            await future
        fresh = frames[self._index :]
        self._index += len(fresh)
        return fresh
