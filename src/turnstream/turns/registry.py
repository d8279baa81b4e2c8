"""The turns of this process: at most one runs per thread."""

import asyncio
from typing import Any
from weakref import WeakValueDictionary

from turnstream.errors import ThreadBusyError
from turnstream.eventlog.base import EventLog
from turnstream.store import Store
from turnstream.turns.pulse import Pulse
from turnstream.turns.recorder import Recorder
from turnstream.turns.turn import Turn, TurnPlan

__all__ = ["Turns"]


class Turns:
    """Starts turns and knows the running one of each thread."""

    def __init__(self, *, store: Store[Any], log: EventLog) -> None:
        self._store = store
        self._log = log
        self._pulse: Pulse | None = None
        self._running: dict[str, Turn] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def lock(self, thread_id: str) -> asyncio.Lock:
        """Return the lock to hold while a turn is planned and started, or while its thread is renamed or deleted.

        What was read of the thread under it stays true until the turn runs: no other turn comes between.
        """
        return self._locks.setdefault(thread_id, asyncio.Lock())

    async def start(self, plan: TurnPlan) -> Turn:
        """Open and start the turn of `plan`.

        Raises:
            ThreadBusyError: a turn of this thread is running.
        """
        thread_id = plan.thread.id
        await self.wait_until_free(thread_id)
        recorder = Recorder(plan.thread, plan.context, store=self._store, log=self._log, pulse=self._pulse_here())
        turn = self._running[thread_id] = Turn(plan, recorder=recorder, log=self._log, on_end=self._forget)
        try:
            await turn.open()
        except BaseException:
            turn.abandon()
            raise
        turn.start()
        return turn

    async def wait_until_free(self, thread_id: str) -> bool:
        """Wait for a turn that was cancelled to end; return whether there was one.

        Raises:
            ThreadBusyError: a turn of this thread is running.
        """
        has_waited = False
        while (turn := self._running.get(thread_id)) is not None:
            if not turn.is_ending:
                raise ThreadBusyError(thread_id, turn.id)
            await turn.wait()
            has_waited = True
        return has_waited

    def running(self, thread_id: str) -> Turn | None:
        """Return the thread's turn that is not over yet, if there is one."""
        return self._running.get(thread_id)

    async def cancel(self, thread_id: str) -> None:
        """Stop the thread's running turn, if any, and wait until what it streamed is stored."""
        turn = self._running.get(thread_id)
        if turn is not None:
            turn.cancel()
            await turn.wait()

    async def close(self) -> None:
        """Cancel every running turn, those that begin meanwhile too, and wait for them."""
        while self._running:
            await asyncio.gather(*(self.cancel(thread_id) for thread_id in list(self._running)))

    def _pulse_here(self) -> Pulse:
        """Return the pulse of the running loop; another loop, as in a test, gets another."""
        loop = asyncio.get_running_loop()
        if self._pulse is None or self._pulse.loop is not loop:
            self._pulse = Pulse(loop)
        return self._pulse

    def _forget(self, turn: Turn) -> None:
        self._running.pop(turn.plan.thread.id, None)
