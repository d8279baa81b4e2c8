"""Run one turn apart from any connection."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Literal

from turnstream.errors import CustomStreamError, ErrorCode, StreamError
from turnstream.eventlog.base import EventLog, LogReader
from turnstream.turns.closing import closing
from turnstream.turns.recorder import Recorder
from turnstream.types import ErrorEvent, ThreadItem, ThreadMetadata, ThreadStreamEvent

__all__ = ["Turn", "TurnPlan", "TurnStatus"]

logger = logging.getLogger("turnstream.turns")

TurnStatus = Literal["running", "completed", "failed", "cancelled"]

YIELD_EVERY = 64
"""Events taken in a row before other tasks get the loop, for a `respond` that never waits."""

STOP_GRACE_S = 5.0
"""How long a stopped `respond` may take to clean up; then the turn ends without it, and drops what it still yields."""


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
    """One response being made: tasks of the server, read through the thread's log.

    It ends in exactly one status. Text that was streamed before an error or a stop is kept. One task iterates
    `respond`; a second one, which nothing cancels, stores and announces how that ended.
    """

    def __init__(self, plan: TurnPlan, *, recorder: Recorder, log: EventLog) -> None:
        self.id = f"turn_{secrets.token_hex(16)}"
        self.plan = plan
        self.status: TurnStatus = "running"
        self._recorder = recorder
        self._recording = asyncio.Lock()
        self._log = log
        self._reader: LogReader | None = None
        self._task: asyncio.Task[None] | None = None
        self._beside: asyncio.Task[None] | None = None
        self._stopped: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._ended = asyncio.Event()

    async def open(self) -> None:
        """Store what the turn starts from and append the events that say so."""
        for event in await self.plan.open():
            self._recorder.append(event)

    def abandon(self) -> None:
        """Give up a turn that could not be opened: nobody waits for it any longer."""
        self.status = "failed"
        self._end()

    def start(self, *, on_end: Callable[["Turn"], None]) -> None:
        """Begin the response; `on_end` is called once, when the last entry is in the log."""
        self._reader = self._log.read(self.plan.thread.id)
        self._task = asyncio.create_task(self._run(on_end), name=self.id)

    def read(self) -> LogReader:
        """Return the turn's one reader, which begins at the turn's first event."""
        if self._reader is None:
            raise RuntimeError("the turn has not started")
        return self._reader

    def cancel(self) -> None:
        """Stop the response, as the user asked. A response that is complete stays so."""
        if self.status == "running" and not self._stopped.done():
            self._stopped.set_result(None)

    @property
    def is_ending(self) -> bool:
        """Whether the turn was stopped, so that it is over soon."""
        return self._stopped.done()

    async def wait(self) -> None:
        """Return when the turn is over and stored."""
        await self._ended.wait()

    async def save_thread(self) -> bool:
        """Save and announce changes of the turn's thread; return False, with nothing saved, if the turn is over."""
        return await self._recorder.save_thread()

    async def _run(self, on_end: Callable[["Turn"], None]) -> None:
        if self.plan.beside is not None:
            self._beside = asyncio.create_task(self._run_beside(self.plan.beside))
        status: TurnStatus = "failed"
        try:
            status = await self._respond()
        except asyncio.CancelledError:  # the event loop is closing
            status = "cancelled"
            await self._keep_stopped()
        finally:
            try:
                await self._recorder.seal()
            finally:
                self.status = status
                self._end()
                on_end(self)

    def _end(self) -> None:
        self._recorder.close()
        self._log.end(self.plan.thread.id)
        self._ended.set()

    async def _respond(self) -> TurnStatus:
        try:
            if not await self._run_response():
                await self._keep_stopped()
                return "cancelled"
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

    async def _run_response(self) -> bool:
        """Take the events of `respond` until it ends or is stopped; return whether it came to its end."""
        if self.is_ending:
            return False
        response = asyncio.create_task(self._take_events(), name=f"{self.id} respond")
        try:
            await asyncio.wait([response, self._stopped], return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:  # the event loop is closing
            self.cancel()
        if await self._stop(response):
            return False
        if response.cancelled():
            raise RuntimeError("respond() was cancelled, but not by a stop")
        response.result()
        return True

    async def _stop(self, response: asyncio.Task[None]) -> bool:
        """Stop a response that still runs; return False if it had come to its end."""
        async with self._recording:  # an event is stored and sent completely or not at all
            if not response.cancel():
                return response.cancelled() and self.is_ending
        await asyncio.wait([response], timeout=STOP_GRACE_S)
        response.add_done_callback(self._say_how_it_stopped)
        if not response.done():
            logger.error(
                "turn %s: respond() still runs %g s after it was stopped; what it yields is dropped",
                self.id,
                STOP_GRACE_S,
            )
        return True

    def _say_how_it_stopped(self, response: asyncio.Task[None]) -> None:
        if not response.cancelled() and response.exception() is not None:
            logger.warning("turn %s: respond() failed when it was stopped", self.id, exc_info=response.exception())

    async def _take_events(self) -> None:
        recorder = self._recorder
        taken = 0
        async with closing(self.plan.respond()) as events:
            async for event in events:
                if recorder.take_delta(event):
                    if recorder.thread_is_reassigned:
                        await recorder.save_thread()
                else:
                    async with self._recording:
                        await recorder.record(event)
                        await recorder.save_thread()
                taken += 1
                if taken % YIELD_EVERY == 0:
                    await asyncio.sleep(0)

    async def _fail(self, error: ErrorEvent) -> None:
        await self._end_beside()
        try:
            await self._recorder.close_items()
        except Exception:
            logger.exception("turn %s: what was streamed before the error could not be stored", self.id)
        self._recorder.append(error)
        await self._save_thread_at_last()

    async def _keep_stopped(self) -> None:
        await self._end_beside()
        try:
            await self._recorder.save_stored_items()
            await self.plan.on_cancelled(self._recorder.open_items())
        except Exception:
            logger.exception("turn %s: handle_stream_cancelled failed", self.id)
        await self._save_thread_at_last()

    async def _save_thread_at_last(self) -> None:
        try:
            await self._recorder.save_thread()
        except Exception:
            logger.exception("turn %s: the thread could not be saved at its end", self.id)

    async def _run_beside(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await work()
            await self._recorder.save_thread()
        except Exception:
            logger.exception("turn %s: the work beside it failed; the response is unharmed", self.id)

    async def _wait_beside(self) -> None:
        if self._beside is not None:
            await asyncio.wait(
                [self._beside, self._stopped],
                timeout=self.plan.beside_grace_s,
                return_when=asyncio.FIRST_COMPLETED,
            )
            await self._end_beside()

    async def _end_beside(self) -> None:
        if self._beside is not None and self._beside.cancel():
            await asyncio.wait([self._beside], timeout=STOP_GRACE_S)
