"""Events of one run on their way to the response, in the order in which they happened."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from turnstream.types import ThreadStreamEvent

__all__ = ["EventChannel"]

CONGESTED = 1000
"""Events that may wait for a reader that is slower than the model."""


_held_by_us: "ContextVar[EventChannel | None]" = ContextVar("turnstream.channel_held_by_us", default=None)


class EventChannel:
    """What a run and its tools send, for one reader at a time. Sending never waits; `has_room` does."""

    __slots__ = ("_events", "_failure", "_handled", "_held", "_is_read", "_joining", "_sent", "_wake")

    def __init__(self) -> None:
        self._events: deque[ThreadStreamEvent] = deque()
        self._sent = 0
        self._handled = 0
        self._is_read = False
        self._failure: Exception | None = None
        self._held: asyncio.Event | None = None
        self._wake: asyncio.Future[None] | None = None
        self._joining: list[tuple[int, asyncio.Future[None]]] = []

    def send(self, event: ThreadStreamEvent) -> None:
        """Append `event` to those for the reader."""
        self._sent += 1
        self._events.append(event)
        self._wake_reader()

    def fail(self, error: Exception) -> None:
        """End the run with `error`, after earlier events. A framework's callback may call it."""
        self._failure = self._failure or error
        self._wake_reader()

    @contextmanager
    def hold(self) -> Generator[None]:
        """Hold back the events of tools while the producer handles one event of the model.

        Tasks that the block starts may send: the block may wait for them.
        """
        self._held = asyncio.Event()
        token = _held_by_us.set(self)
        try:
            yield
        finally:
            _held_by_us.reset(token)
            self._held.set()
            self._held = None

    async def producer_pauses(self) -> None:
        """Return when the producer awaits the model: a tool's events come after the text before them."""
        while self._held is not None and _held_by_us.get() is not self:
            await self._held.wait()
            await asyncio.sleep(0)  # the producer may read more events, and hold again

    @property
    def is_congested(self) -> bool:
        """Whether the reader, if there is one, is far behind."""
        return len(self._events) > CONGESTED and self._is_read

    async def has_room(self) -> None:
        """Return when the reader is not far behind; at once if there is none."""
        if self.is_congested:
            await self._reached(self._sent - CONGESTED // 2)

    async def join(self) -> None:
        """Return when the reader has dealt with everything that was sent so far; at once if there is none."""
        if self._is_read:
            await self._reached(self._sent)

    async def read(
        self, produce: Callable[[], Coroutine[Any, Any, None]]
    ) -> AsyncGenerator[ThreadStreamEvent]:
        """Run `produce` in a task; yield what is sent meanwhile, and what was sent before.

        Closing the generator cancels the task and waits for it; what was not read is dropped, so that another
        run does not begin with it.

        Raises:
            RuntimeError: another reader is not closed; the two would take events from each other.
            Exception: what `produce` raised or `fail` was given, after the events that came before it.
        """
        if self._is_read:
            raise RuntimeError(
                "a context serves one run at a time, and another one is being read: close that, or give "
                "this one an AgentContext of its own"
            )
        task = asyncio.create_task(produce())
        task.add_done_callback(self._wake_reader)
        self._is_read = True
        try:
            while True:
                while self._events:
                    yield self._events.popleft()
                    self._handled += 1  # only now: who asks for the next one has dealt with this one
                    if self._joining:
                        self._wake_joined()
                if self._failure is not None:
                    raise self._failure
                if task.done():
                    break
                await self._more()
            await task
        finally:
            self._is_read = False
            self._failure = None
            if not task.done():
                task.cancel()
                await asyncio.wait([task])
            if not task.cancelled():
                task.exception()  # marks it as retrieved: it was raised above, or the reader has left
            self._drop()

    async def _more(self) -> None:
        self._wake = asyncio.get_running_loop().create_future()
        try:
            await self._wake
        finally:
            self._wake = None

    def _wake_reader(self, _task: object = None) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    async def _reached(self, count: int) -> None:
        if self._handled < count:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._joining.append((count, future))
            await future

    def _wake_joined(self) -> None:
        joining, self._joining = self._joining, []
        for count, future in joining:
            if count > self._handled:
                self._joining.append((count, future))
            elif not future.done():
                future.set_result(None)

    def _drop(self) -> None:
        self._events.clear()
        self._handled = self._sent
        self._wake_joined()
