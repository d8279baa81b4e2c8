"""Run one turn apart from any connection."""

import asyncio
import sys
import traceback
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Literal, NamedTuple

from turnstream.errors import CustomStreamError, ErrorCode, LimitError, StreamError
from turnstream.eventlog.base import LeaseLostError, LogReader, TurnStatus, TurnWriter
from turnstream.limits import Limits, limits_of_turn
from turnstream.redaction import logger_of, redacted, secrets_of
from turnstream.store import StorageError, StorageFullError
from turnstream.turns.client_calls import ClientCalls, calls_of_turn
from turnstream.turns.closing import closing
from turnstream.turns.program import TurnProgram
from turnstream.turns.recorder import ItemChange, Recorder
from turnstream.turns.yielded import check_event, events_of
from turnstream.types import (
    ClientToolCallItem,
    ErrorEvent,
    NoticeEvent,
    ThreadItem,
    ThreadItemDoneEvent,
    ThreadStreamEvent,
)
from turnstream.types.durable import AnswerEndedEvent, AnswerError, TurnEndedEvent
from turnstream.wire.frames import event_frame

__all__ = ["Turn"]

logger = logger_of("turnstream.turns")

YIELD_EVERY = 64
"""Events taken in a row before other tasks get the loop, for a `respond` that never waits."""

PACKAGE = Path(__file__).parents[1]

NO_EVENTS = (
    "respond() ended without an event, so the person sees no answer: yield events, such as those of "
    "`stream_text(thread, pieces)`"
)

FAILED = ErrorEvent(code=ErrorCode.STREAM_ERROR, allow_retry=True)

STOP_GRACE_S = 5.0
"""Seconds that a stopped `respond` has to clean up; the turn then ends and drops what it still yields."""


EXIT_GRACE_S = 2.0
"""The same when the server ends, and has little time."""


class _Outcome(NamedTuple):
    """How a turn ended, and why, if that is for the client."""

    status: TurnStatus
    reason: str | None = None
    error: LimitError | None = None
    """What the person is told where a limit ended the turn."""


LOST = _Outcome("interrupted", "fenced")
"""Another process ended the turn: nothing more is written for it."""


class Turn:
    """One response being made: a task of the server, read through the thread's log.

    It ends in exactly one status, which is the log's last entry of it. Text that was streamed before an error
    or a stop is kept. One task iterates `respond`; when that is over, a second one, which nothing cancels,
    stores and announces how it ended.
    """

    __slots__ = (
        "_conclusion",
        "_deadline",
        "_ended",
        "_grace",
        "_is_interrupted",
        "_is_recording",
        "_limits",
        "_on_end",
        "_reader",
        "_recorder",
        "_response",
        "_side_task",
        "_stop",
        "_writer",
        "calls",
        "id",
        "program",
        "status",
    )

    def __init__(
        self,
        program: TurnProgram,
        *,
        recorder: Recorder,
        writer: TurnWriter,
        calls: ClientCalls,
        on_end: Callable[["Turn"], None],
        limits: Limits,
    ) -> None:
        self.id = writer.turn_id
        self._limits = limits
        self._deadline: asyncio.TimerHandle | None = None
        self.program = program
        self.calls = calls
        self.status: TurnStatus = "running"
        self._recorder = recorder
        self._writer = writer
        self._on_end = on_end
        self._reader: LogReader | None = None
        self._response: asyncio.Task[None] | None = None
        self._conclusion: asyncio.Task[None] | None = None
        self._side_task: asyncio.Task[None] | None = None
        self._grace: asyncio.TimerHandle | None = None
        self._ended: asyncio.Future[None] | None = None
        self._is_recording = False
        self._stop: _Outcome | None = None
        self._is_interrupted = False

    async def open(self) -> None:
        """Store what the turn starts from and append the events that say so.

        Raises:
            LeaseLostError: this process hung for longer than the lease, and another one has ended the turn.
        """
        await self._writer.check()
        with self._writer.fenced():
            events = await self.program.open()
        for event in events:
            self._recorder.append(event)

    async def abandon(self) -> None:
        """Give up a turn that could not be opened, as if it had never begun."""
        try:
            await self._writer.withdraw()
        except StorageError:
            logger.exception("turn %s could not be withdrawn; it ends when its lease runs out", self.id)
            self._writer.abandon()
        finally:
            self._end("failed")

    def start(self) -> None:
        """Begin the response. `on_end` is called once, when the last entry is in the log."""
        self._reader = self._writer.read()
        # A stop can come while `open` stores what the turn starts from: the response then never begins.
        if self._stop is not None:
            self._conclude_soon(None)
            return
        self._response = asyncio.create_task(self._record_events(), name=self.id)
        self._response.add_done_callback(self._conclude_soon)
        if self._limits.turn_timeout_s is not None:
            loop = asyncio.get_running_loop()
            self._deadline = loop.call_later(self._limits.turn_timeout_s, self._time_out)
        side_task = self.program.side_task()
        if side_task is not None:
            self._side_task = asyncio.create_task(self._run_side_task(side_task))

    def read(self) -> LogReader:
        """Return the turn's one reader, which begins at the turn's first event."""
        if self._reader is None:
            raise RuntimeError("the turn has not started")
        return self._reader

    def cancel(self) -> None:
        """Stop the response, as the user asked. A response that is complete stays so."""
        self._stop_with(_Outcome("cancelled"))

    def interrupt(self, reason: str) -> None:
        """Stop the response because the server must. What it said is kept, and the client may ask again."""
        self._stop_with(_Outcome("interrupted", reason), grace_s=EXIT_GRACE_S)

    def _time_out(self) -> None:
        """Stop a response that has taken too long. What it said is kept."""
        logger.warning(
            "turn %s: it was stopped after %g s (turn_timeout_s)", self.id, self._limits.turn_timeout_s
        )
        error = LimitError("The answer took too long and was ended.", code="turn_timeout")
        self._stop_with(_Outcome("failed", "turn_timeout", error))

    def lose(self) -> None:
        """Stop the response and write nothing more: another process ended the turn."""
        self._stop_with(LOST)

    def _stop_with(self, outcome: _Outcome, *, grace_s: float | None = None) -> None:
        # A person, the time limit, a drain and a lost lease can stop a turn at the same time: the first
        # decides.
        if self.status != "running" or self._stop is not None:
            return
        self._stop = outcome
        if self._response is None:
            self._is_interrupted = True
        elif not self._response.done():
            self._is_interrupted = True
            # A stop while an event is being stored leaves the task alone; `_record` ends it afterwards.
            if not self._is_recording:  # an event is stored and sent completely or not at all
                self._response.cancel()
            self._grace = asyncio.get_running_loop().call_later(grace_s or STOP_GRACE_S, self._leave_behind)
        # The response is complete, and the conclusion may be waiting for the title.
        elif self._side_task is not None:
            self._side_task.cancel()

    @property
    def is_ending(self) -> bool:
        """Whether the turn was stopped, so that it is over soon."""
        return self._stop is not None

    async def wait(self) -> None:
        """Return when the turn is over and stored."""
        if self.status == "running":
            self._ended = self._ended or asyncio.get_running_loop().create_future()
            await asyncio.wait([self._ended])

    async def save_thread(self) -> bool:
        """Save and announce changes of the turn's thread; return False, with nothing saved, after its end."""
        return await self._recorder.save_thread()

    async def change_item(self, item_id: str, change: ItemChange) -> ThreadItem | None:
        """See `Recorder.change_item`."""
        return await self._recorder.change_item(item_id, change)

    async def _record_events(self) -> None:
        recorder, writer = self._recorder, self._writer
        max_bytes = self._limits.max_answer_bytes or sys.maxsize
        calls_of_turn.set(self.calls)
        limits_of_turn.set(self._limits)
        count = 0
        # Or a process that hung would ask the model for a turn that another one has ended.
        await writer.check()
        async with closing(events_of(self.program.respond(), self.program.method)) as events:
            async for event in events:
                if recorder.record_delta(event):
                    if recorder.thread_is_reassigned:
                        await recorder.save_thread()
                else:
                    await self._record(event)
                if writer.is_congested:
                    await writer.commit()
                if recorder.appended_bytes > max_bytes:
                    raise LimitError("The answer became too long and was ended.", code="answer_too_large")
                count += 1
                if count % YIELD_EVERY == 0:
                    await asyncio.sleep(0)
        if count == 0 and self.program.message_id is not None:
            logger.warning("turn %s: %s", self.id, NO_EVENTS)
            if self.program.shows_errors:
                recorder.append(NoticeEvent(level="warning", message=NO_EVENTS))

    async def _record(self, event: ThreadStreamEvent) -> None:
        check_event(event, self.program.method)
        self._is_recording = True
        try:
            if isinstance(event, ThreadItemDoneEvent):
                await self._note_call(event.item)
            await self._recorder.record(event)
            await self._recorder.save_thread()
        finally:
            self._is_recording = False
        # The stop that came while this event was being stored, when `_stop_with` did not cancel the task.
        if self._stop is not None:
            raise asyncio.CancelledError

    async def _note_call(self, item: ThreadItem) -> None:
        if isinstance(item, ClientToolCallItem) and item.status == "pending":
            await self.calls.register(item)

    def _leave_behind(self) -> None:
        """End without a `respond` that does not end when it is stopped."""
        # The grace timer and the end of `respond` can come in the same loop iteration: the end wins.
        if self._conclusion is None:
            logger.error(
                "turn %s: respond() still runs some seconds after it was stopped; what it yields is dropped",
                self.id,
            )
            self._recorder.leave_behind()
            self._conclude_soon(None)

    def _conclude_soon(self, response: asyncio.Task[None] | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        if self._grace is not None:
            self._grace.cancel()
        if response is not None and self._is_interrupted:
            self._say_how_it_stopped(response)
        # The response's end, the grace timer and `start` all lead here; whichever is first concludes the
        # turn.
        if self._conclusion is None:
            self._conclusion = asyncio.create_task(self._conclude(), name=f"{self.id} end")

    def _say_how_it_stopped(self, response: asyncio.Task[None]) -> None:
        error = None if response.cancelled() else response.exception()
        if error is not None and not isinstance(error, LeaseLostError):  # which the writer has logged
            logger.warning(
                "turn %s: respond() raised an exception when it was stopped", self.id, exc_info=error
            )

    async def _conclude(self) -> None:
        outcome = _Outcome("failed")
        try:
            outcome = await self._determine_outcome()
        finally:
            try:
                # A `respond` left behind, a side task and a rename may still append: nothing may come after
                # the end.
                await self._recorder.seal()
            finally:
                await self._write_end(outcome)

    async def _write_end(self, outcome: _Outcome) -> None:
        status, reason, _ = outcome
        try:
            if outcome is LOST:
                self._writer.abandon()
            else:
                ended = TurnEndedEvent.model_validate(
                    {"turn_id": self.id, "status": status, "reason": reason}
                )
                await self._writer.end(status, event_frame(ended))
        except (LeaseLostError, StorageError) as exc:
            logger.warning("turn %s ended here as %s, but that could not be stored: %s", self.id, status, exc)
            self._writer.abandon()
            status = "interrupted"
        finally:
            self._end(status)

    def _end(self, status: TurnStatus) -> None:
        self.status = status
        self.calls.forget()
        self._recorder.close()
        self._on_end(self)
        if self._ended is not None:
            self._ended.set_result(None)

    async def _determine_outcome(self) -> _Outcome:
        try:
            return await self._outcome_under_lease()
        except LeaseLostError:
            await self._end_side_task()
            return LOST

    async def _outcome_under_lease(self) -> _Outcome:
        # An answer of the page can arrive until the calls are closed; after that, `resolve` refuses it.
        if self._stop is not LOST:
            await self.calls.close()
        if self._is_interrupted or self._response is None:
            return await self._keep_stopped()
        try:
            if self._response.cancelled():
                raise RuntimeError("respond() was cancelled, but not by a stop")
            self._response.result()
            await self._recorder.close_items()
            # The title may arrive after the last event: the thread is saved again before the turn's end.
            await self._wait_for_side_task()
            await self._recorder.save_thread()
            await self._writer.commit()
        except LimitError as exc:
            return await self._fail_at_limit(exc)
        except CustomStreamError as exc:
            message = redacted(exc.message, secrets_of(exc))
            return await self._fail(ErrorEvent(code=exc.code, message=message, allow_retry=exc.allow_retry))
        except StreamError as exc:
            return await self._fail(ErrorEvent(code=exc.code, allow_retry=exc.allow_retry))
        except LeaseLostError:
            raise
        except Exception as exc:
            logger.exception("turn %s of thread %s failed", self.id, self.program.thread.id)
            return await self._fail(_failure(exc, is_shown=self.program.shows_errors), reason=_reason(exc))
        return _Outcome("completed")

    async def _fail_at_limit(self, error: LimitError) -> _Outcome:
        event = ErrorEvent(code=error.code, message=error.message, allow_retry=error.allow_retry)
        return await self._fail(event, reason=error.code)

    async def _fail(self, error: ErrorEvent, *, reason: str | None = None) -> _Outcome:
        await self._end_side_task()
        await self._close_items()
        self._say_unfinished("failed", error)
        self._recorder.append(error)
        await self._save_thread_at_last()
        return _Outcome("failed", reason)

    def _say_unfinished(
        self, status: Literal["failed", "cancelled", "interrupted"], error: ErrorEvent | None = None
    ) -> None:
        """Append an entry for pages that load later; it is kept longer than the turn's other entries."""
        if self.program.message_id is not None:
            self._recorder.append(unfinished(self.program.message_id, status, error))

    async def _close_items(self) -> None:
        try:
            await self._recorder.close_items()
        except LeaseLostError:
            raise
        except Exception:
            logger.exception("turn %s: the events before its end could not be stored", self.id)

    async def _keep_stopped(self) -> _Outcome:
        outcome = self._stop or _Outcome("failed")
        if outcome.error is not None:
            return await self._fail_at_limit(outcome.error)
        await self._end_side_task()
        if outcome is LOST:
            return outcome
        if outcome.status == "interrupted":
            await self._close_items()
            self._say_unfinished("interrupted")
            self._recorder.append(FAILED)
        else:
            await self._keep_cancelled()
            self._say_unfinished("cancelled")
        await self._save_thread_at_last()
        return outcome

    async def _keep_cancelled(self) -> None:
        try:
            await self._recorder.save_stored_items()
            pending = self._recorder.open_items()
            await self._writer.commit()
            await self.program.cancelled(pending)
        except LeaseLostError:
            raise
        except Exception:
            logger.exception("turn %s: handle_stream_cancelled failed", self.id)

    async def _save_thread_at_last(self) -> None:
        try:
            await self._recorder.save_thread()
        except LeaseLostError:
            raise
        except Exception:
            logger.exception("turn %s: the thread could not be saved at its end", self.id)

    async def _run_side_task(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
            await self._recorder.save_thread()
        except Exception:
            logger.exception("turn %s: its side task failed; the response is unaffected", self.id)

    async def _wait_for_side_task(self) -> None:
        if self._side_task is not None:
            # A stop during this wait cancels the side task, so the wait ends at once.
            if self._stop is None:
                await asyncio.wait([self._side_task], timeout=self.program.side_task_grace_s)
            await self._end_side_task()

    async def _end_side_task(self) -> None:
        if self._side_task is not None and self._side_task.cancel():
            await asyncio.wait([self._side_task], timeout=STOP_GRACE_S)


def unfinished(
    item_id: str, status: Literal["failed", "cancelled", "interrupted"], error: ErrorEvent | None = None
) -> AnswerEndedEvent:
    """Return the event that records why the answer to a message is incomplete."""
    answer_error = None
    if error is not None:
        answer_error = AnswerError(code=error.code, message=error.message, allow_retry=error.allow_retry)
    return AnswerEndedEvent(item_id=item_id, status=status, error=answer_error)


def _failure(error: Exception, *, is_shown: bool) -> ErrorEvent:
    """Return the client's message about an app's exception: its text in development, else a generic one."""
    if not is_shown:
        return FAILED
    message = f"{type(error).__name__}: {error}"
    frames = traceback.extract_tb(error.__traceback__)
    of_the_app = [frame for frame in frames if not _is_of_a_library(frame.filename)]
    if of_the_app:
        message += f" ({of_the_app[-1].filename}, line {of_the_app[-1].lineno})"
    return ErrorEvent(code="custom", message=redacted(message, secrets_of(error)), allow_retry=True)


def _is_of_a_library(filename: str) -> bool:
    path = Path(filename)
    return path.is_relative_to(PACKAGE) or "site-packages" in path.parts


def _reason(error: Exception) -> str | None:
    match error:
        case StorageFullError():
            return "storage_full"
        case StorageError():
            return "storage_unavailable"
        case _:
            return None
