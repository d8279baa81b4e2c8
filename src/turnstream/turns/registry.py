"""The turns of this process: at most one runs per thread, in this and every process that shares the log."""

import asyncio
import secrets
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from math import ceil
from typing import Any
from weakref import WeakValueDictionary

from turnstream.errors import ShuttingDownError, ThreadBusyError, TooManyRequestsError
from turnstream.eventlog.base import (
    EventLog,
    LeaseLostError,
    RequestKey,
    Signals,
    TurnRecord,
    TurnStatus,
    TurnWriter,
)
from turnstream.eventlog.call_store import CallRecord
from turnstream.eventlog.recent_turns import RECENT_S, RecentTurns
from turnstream.limits import Limits
from turnstream.redaction import logger_of
from turnstream.store import StorageError, Store
from turnstream.turns.client_calls import CALL_TIMEOUT_S, ClientCalls
from turnstream.turns.flush_timer import FlushTimer
from turnstream.turns.program import TurnProgram
from turnstream.turns.recorder import Recorder
from turnstream.turns.recovery import complete_call, end_orphan
from turnstream.turns.turn import Turn

__all__ = ["Turns"]

logger = logger_of("turnstream.turns")

RUNNING_RETRY_S = 5
"""Seconds after which a client with too many running turns may try again."""

REMOTE_POLL_S = 0.05
REMOTE_STOP_S = 15.0
"""How long another process may take to end a turn: its lease, the sweep after it, and some."""


class Turns:
    """Starts turns and knows those that run, here or elsewhere.

    `restore_context` makes the context of an owner for whom nobody is connected: that of a turn whose process
    died.
    """

    def __init__(
        self,
        *,
        store: Store[Any],
        log: EventLog,
        restore_context: Callable[[str], Any] = lambda owner: owner,
        call_timeout_s: float = CALL_TIMEOUT_S,
        limits: Limits | None = None,
    ) -> None:
        self.log = log
        self.limits = limits or Limits()
        self._store = store
        self._restore_context = restore_context
        self._call_timeout_s = call_timeout_s
        self._running: dict[str, Turn] = {}
        self._by_id: dict[str, Turn] = {}
        self._beginning: set[asyncio.Future[None]] = set()
        self._recoveries: set[asyncio.Task[None]] = set()
        self._recent = RecentTurns()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._is_open = False
        self._opening = asyncio.Lock()
        self.is_closing = False

    def lock(self, thread_id: str) -> asyncio.Lock:
        """Return the lock to hold while a turn is planned and started, or while its thread is renamed or
        deleted.

        What was read of the thread under it stays true until the turn runs: no other turn of this process
        comes between. The log's lease keeps those of other processes away.
        """
        return self._locks.setdefault(thread_id, asyncio.Lock())

    @property
    def is_open(self) -> bool:
        """Whether the turns of dead processes are ended here."""
        return self._is_open

    async def open(self) -> None:
        """Begin to renew leases and to end the turns of dead processes. Called by the first turn at the
        latest.

        Turns that are known to be dead now have ended when it returns.
        """
        async with self._opening:
            # The first two turns of a process may both come here: the second finds the log open.
            if not self._is_open:
                await self.log.open(
                    Signals(
                        cancel=self._cancel_here, lost=self._lose, orphan=self._adopt, resolved=self.resolved
                    )
                )
                if self._recoveries:
                    await asyncio.wait(self._recoveries)
                self._is_open = True

    async def start(
        self,
        thread_id: str,
        make_program: Callable[[], Awaitable[TurnProgram]],
        *,
        owner: str = "",
        request: RequestKey | None = None,
        is_continuation: bool = False,
    ) -> Turn:
        """Begin a turn, then make, open and start its program: what it reads stays true until the turn runs.

        A turn that continues a response, after a client tool's answer, does not count towards its owner's
        limits.

        Raises:
            ThreadBusyError: a turn of this thread is running.
            TooManyRequestsError: the owner has reached a limit.
            KnownRequestError: this request started a turn before.
            ShuttingDownError: this process takes no more turns.
        """
        if self.is_closing:
            raise ShuttingDownError
        # A drain that begins now must wait for this turn, which is not among the running ones yet.
        begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._beginning.add(begun)
        try:
            return await self._start(thread_id, make_program, owner, request, is_continuation=is_continuation)
        finally:
            self._beginning.discard(begun)
            begun.set_result(None)

    async def _start(
        self,
        thread_id: str,
        make_program: Callable[[], Awaitable[TurnProgram]],
        owner: str,
        request: RequestKey | None,
        *,
        is_continuation: bool,
    ) -> Turn:
        if not self._is_open:
            await self.open()
        await self.wait_until_free(thread_id)
        if owner and not is_continuation:
            await self._check_activity(owner)
        # Another process may begin a turn of this thread between the wait and this line: the lease decides.
        writer = await self.log.begin(
            thread_id,
            f"turn_{secrets.token_hex(16)}",
            owner=owner,
            request=request,
            is_continuation=is_continuation,
        )
        try:
            turn = self._make(await make_program(), writer, owner)
        except BaseException:
            # The request was refused by its plan, or cancelled: without a turn, the same key may begin again.
            await writer.withdraw()
            raise
        try:
            await turn.open()
        # This process hung while it stored the message, and another one ended the turn meanwhile.
        except LeaseLostError as exc:
            await turn.abandon()
            raise StorageError(f"{exc} before it could begin: ask again") from exc
        except BaseException:
            await turn.abandon()
            raise
        turn.start()
        if owner and not is_continuation:
            self._recent.add(owner, time.monotonic())
        return turn

    async def _check_activity(self, owner: str) -> None:
        """Refuse a turn beyond its owner's limits.

        Turns that begin at the same moment may exceed them by a few.
        """
        limits = self.limits
        if limits.running_turns_per_owner is None and limits.messages_per_minute is None:
            return
        activity = await self.log.activity(owner)
        if activity.running >= (limits.running_turns_per_owner or sys.maxsize):
            raise TooManyRequestsError(
                "Too many responses are running. Wait for one to end, or stop it.",
                code="too_many_turns",
                retry_after_s=RUNNING_RETRY_S,
            )
        # The log forgets the turns of threads that were deleted, this process does not.
        now_s = time.monotonic()
        if max(activity.recent, self._recent.count(owner, now_s)) >= (
            limits.messages_per_minute or sys.maxsize
        ):
            oldest_s = max(activity.oldest_s, self._recent.oldest_s(owner, now_s))
            raise TooManyRequestsError(
                "Too many messages within a minute. Wait a moment and try again.",
                code="rate_limited",
                retry_after_s=max(1, ceil(RECENT_S - oldest_s)),
            )

    async def wait_until_free(self, thread_id: str) -> None:
        """Wait for a turn that was stopped to end.

        Raises:
            ThreadBusyError: a turn of this thread is running in this process.
        """
        while (turn := self._running.get(thread_id)) is not None:
            if not turn.is_ending:
                raise ThreadBusyError(thread_id, turn.id)
            await turn.wait()

    def running(self, thread_id: str) -> Turn | None:
        """Return the thread's turn that runs in this process, if there is one."""
        return self._running.get(thread_id)

    async def cancel(self, thread_id: str) -> None:
        """Stop the thread's running turn, wherever it runs, and wait until what it streamed is stored."""
        turn = self._running.get(thread_id)
        if turn is not None:
            turn.cancel()
            await turn.wait()
        else:
            newest = await self.log.newest(thread_id)
            if newest is not None and newest.status == "running":
                await self._cancel_there(newest)

    async def wait_for(self, thread_id: str, turn_id: str) -> None:
        """Return when a turn of the thread is over, wherever it runs.

        Raises:
            ThreadBusyError: it takes longer than 15 s.
        """
        here = self._by_id.get(turn_id)
        if here is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(here.wait(), REMOTE_STOP_S)
        if await self._end_of(thread_id, turn_id) == "running":
            raise ThreadBusyError(thread_id, turn_id)

    async def cancel_turn(self, thread_id: str, turn_id: str) -> TurnStatus | None:
        """Stop one turn, and return how it ended; None if the thread has no such turn."""
        # A turn can end, here or elsewhere, between these looks: the record in the log has the last word.
        here = self._by_id.get(turn_id)
        if here is not None and here.program.thread.id == thread_id:
            here.cancel()
            await here.wait()
        record = await self.log.find(thread_id, turn_id)
        if record is not None and record.status == "running":
            return await self._cancel_there(record)
        return record.status if record is not None else None

    def stop_reading(self, reader_of: str) -> None:
        """Stop the turn of this id because its only client left; nothing waits for the end."""
        if (turn := self._by_id.get(reader_of)) is not None:
            turn.cancel()
        else:
            self._soon(self.log.request_cancel(reader_of))

    async def drain(self, timeout_s: float) -> None:
        """Start no more turns; give the running ones `timeout_s` seconds, then interrupt them, and wait."""
        self.is_closing = True
        if self._running and timeout_s > 0:
            logger.warning(
                "shutting down: waiting up to %.0f s for %d running turn(s)", timeout_s, len(self._running)
            )
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                # A turn that was beginning may be running by the time the others have ended, so both are
                # asked again.
                while self._running or self._beginning:  # whoever was just beginning has as much time
                    begun = [asyncio.shield(begun) for begun in self._beginning]
                    await asyncio.gather(*begun, *(turn.wait() for turn in self._running.values()))
        # A turn that began just before the drain may appear after the first round of interruptions.
        while self._running:
            turns = list(self._running.values())
            for turn in turns:
                turn.interrupt("shutdown")
            await asyncio.gather(*(turn.wait() for turn in turns))

    async def close(self) -> None:
        """Interrupt the turns that run here, and end what `open` began."""
        await self.drain(0.0)
        if self._recoveries:
            await asyncio.wait(self._recoveries)
        await self.log.close()

    def _make(self, program: TurnProgram, writer: TurnWriter, owner: str) -> Turn:
        recorder = Recorder(
            program.thread,
            program.context,
            store=self._store,
            writer=writer,
            flush_timer=FlushTimer.here(),
        )
        record = TurnRecord(
            id=writer.turn_id,
            thread_id=writer.thread_id,
            owner=owner,
            status="running",
            epoch=writer.epoch,
            first_seq=writer.seq,
            last_seq=writer.seq,
        )
        calls = ClientCalls(
            self.log,
            recorder,
            turn=record,
            make_id=lambda kind: self._store.generate_item_id(kind, program.thread, program.context),
            timeout_s=self._call_timeout_s,
        )
        turn = Turn(
            program, recorder=recorder, writer=writer, calls=calls, on_end=self._forget, limits=self.limits
        )
        self._running[program.thread.id] = self._by_id[turn.id] = turn
        return turn

    async def _cancel_there(self, turn: TurnRecord) -> TurnStatus:
        """Ask another process to stop a turn, and wait for its end."""
        await self.log.request_cancel(turn.id)
        status = await self._end_of(turn.thread_id, turn.id)
        if status == "running":
            raise StorageError(f"turn {turn.id} did not end within {REMOTE_STOP_S:g} s")
        return status or "cancelled"

    async def _end_of(self, thread_id: str, turn_id: str) -> TurnStatus | None:
        """How a turn ended, as soon as it has; `running` if that takes long, None if it is unknown."""
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + REMOTE_STOP_S
        while (record := await self.log.find(thread_id, turn_id)) is not None and record.status == "running":
            if loop.time() > give_up_at:
                return "running"
            await asyncio.sleep(REMOTE_POLL_S)
        return record.status if record is not None else None

    def _cancel_here(self, turn_id: str) -> None:
        if (turn := self._by_id.get(turn_id)) is not None:
            turn.cancel()

    def _lose(self, turn_id: str) -> None:
        if (turn := self._by_id.get(turn_id)) is not None:
            turn.lose()

    def _adopt(self, turn: TurnRecord, writer: TurnWriter) -> None:
        self._soon(end_orphan(self.log, self._store, turn, writer, self._restore_context))

    def resolved(self, call: CallRecord) -> None:
        """Let the turn that waits for this call go on, or end if the user went on, if it runs here."""
        # The process that received the answer and the one that runs the turn may both report it; see
        # `resolved`.
        turn = self._by_id.get(call.turn_id)
        if turn is not None and turn.calls.is_passed_over(call):
            # Whoever marked the call stops the turn next: until then it would go on without an answer.
            turn.cancel()
        elif turn is not None:
            turn.calls.resolved(call)
        elif call.status == "expired" and not call.is_inline:
            self._soon(complete_call(self._store, call, self._restore_context(call.owner)))

    def _soon(self, work: Awaitable[object]) -> None:
        task = asyncio.ensure_future(_logged(work))
        self._recoveries.add(task)
        task.add_done_callback(self._recoveries.discard)

    def _forget(self, turn: Turn) -> None:
        self._running.pop(turn.program.thread.id, None)
        self._by_id.pop(turn.id, None)


async def _logged(work: Awaitable[object]) -> None:
    try:
        await work
    except Exception:
        logger.exception("work after a turn failed")
