"""Run one turn apart from any connection."""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from turnstream.errors import CustomStreamError, ErrorCode, StreamError
from turnstream.eventlog.base import EventLog, LogReader
from turnstream.turns.recorder import Recorder
from turnstream.types import ErrorEvent, ThreadItem, ThreadMetadata, ThreadStreamEvent

__all__ = ["Turn", "TurnPlan", "TurnStatus"]

logger = logging.getLogger("turnstream.turns")

TurnStatus = Literal["running", "completed", "failed", "cancelled"]
T = TypeVar("T")

YIELD_EVERY = 64
"""Events taken in a row before other tasks get the loop, for a `respond` that never waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnPlan:
    """What a turn is to do: first `open`, before anyone sees it; then the events of `respond`."""

    thread: ThreadMetadata
    context: Any
    open: Callable[[], Awaitable[list[ThreadStreamEvent]]]
    """Stores what the turn starts from and returns the events that announce it."""
    respond: Callable[[], AsyncIterator[ThreadStreamEvent]]
    on_cancelled: Callable[[list[ThreadItem]], Awaitable[None]]
    beside: Callable[[], Coroutine[Any, Any, None]] | None = None
    """Runs beside the response and may change the thread; its failure is logged and harms nothing."""
    beside_grace_s: float = 3.0
    """How long an answered turn waits for `beside` before it ends without it."""


class Turn:
    """One response being made: a task of the server, read through the thread's log.

    It ends in exactly one status. Text that was streamed before an error or a stop is kept.
    """

    def __init__(self, plan: TurnPlan, *, recorder: Recorder, log: EventLog) -> None:
        self.id = f"turn_{secrets.token_hex(16)}"
        self.plan = plan
        self.status: TurnStatus = "running"
        self._recorder = recorder
        self._log = log
        self._reader: LogReader | None = None
        self._task: asyncio.Task[None] | None = None
        self._beside: asyncio.Task[None] | None = None
        self._is_cancelled = False

    async def open(self) -> None:
        """Store what the turn starts from and append the events that say so."""
        for event in await self.plan.open():
            self._recorder.append(event)

    def start(self, *, on_end: Callable[["Turn"], None]) -> None:
        """Begin the response; `on_end` is called once, when the last entry is in the log."""
        self._reader = self._log.read(self.plan.thread.id)
        self._task = asyncio.create_task(self._run(on_end), name=self.id)

    def read(self) -> LogReader:
        """Return a reader of everything from the turn's first event on."""
        if self._reader is None:
            raise RuntimeError("the turn has not started")
        return self._reader

    def cancel(self) -> None:
        """Stop the response, as the user asked. A turn that is over stays as it is."""
        if self._task is not None and not self._is_cancelled and self.status == "running":
            self._is_cancelled = True
            self._task.cancel()

    @property
    def is_ending(self) -> bool:
        return self._is_cancelled

    async def wait(self) -> None:
        """Return when the turn is over and stored."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def save_thread(self) -> None:
        """Save and announce what changed on the turn's thread."""
        await self._recorder.save_thread()

    async def _run(self, on_end: Callable[["Turn"], None]) -> None:
        if self.plan.beside is not None:
            self._beside = asyncio.create_task(self._run_beside(self.plan.beside()))
        try:
            self.status = await self._respond()
        except asyncio.CancelledError:
            self.status = "cancelled"
            await self._keep_cancelled()
        finally:
            self._recorder.close()
            self._log.end(self.plan.thread.id)
            on_end(self)

    async def _respond(self) -> TurnStatus:
        try:
            await self._take_events()
            await self._recorder.close_items()
            await self._wait_beside()
            await self._recorder.save_thread()
        except CustomStreamError as exc:
            await self._fail(ErrorEvent(code="custom", message=exc.message, allow_retry=exc.allow_retry))
        except StreamError as exc:
            await self._fail(ErrorEvent(code=exc.code, allow_retry=exc.allow_retry))
        except Exception:
            logger.exception("turn %s of thread %s failed", self.id, self.plan.thread.id)
            await self._fail(ErrorEvent(code=ErrorCode.STREAM_ERROR, allow_retry=True))
        else:
            return "completed"
        return "failed"

    async def _take_events(self) -> None:
        recorder = self._recorder
        taken = 0
        async with _closing(self.plan.respond()) as events:
            async for event in events:
                if recorder.take_delta(event):
                    if recorder.thread_is_reassigned:
                        await recorder.save_thread()
                else:
                    await recorder.record(event)
                    await recorder.save_thread()
                taken += 1
                if taken % YIELD_EVERY == 0:
                    await asyncio.sleep(0)

    async def _fail(self, error: ErrorEvent) -> None:
        try:
            await self._recorder.close_items()
        except Exception:
            logger.exception("turn %s: what was streamed before the error could not be stored", self.id)
        self._recorder.append(error)
        try:
            await self._recorder.save_thread()
        except Exception:
            logger.exception("turn %s: the thread could not be saved after the error", self.id)

    async def _keep_cancelled(self) -> None:
        try:
            await self.plan.on_cancelled(self._recorder.open_items())
        except Exception:
            logger.exception("turn %s: handle_stream_cancelled failed", self.id)

    async def _run_beside(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
            await self._recorder.save_thread()
        except Exception:
            logger.exception("turn %s: the work beside it failed; the response is unharmed", self.id)

    async def _wait_beside(self) -> None:
        if self._beside is not None:
            await asyncio.wait([self._beside], timeout=self.plan.beside_grace_s)


@asynccontextmanager
async def _closing(events: AsyncIterator[T]) -> AsyncGenerator[AsyncIterator[T]]:
    """Close a generator in the task that iterated it; other iterators have nothing to close."""
    try:
        yield events
    finally:
        if isinstance(events, AsyncGenerator):
            await events.aclose()
