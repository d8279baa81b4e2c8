"""When pending text goes out: at once while little happens, on one shared tick under load."""

import asyncio
from collections.abc import Callable

from anyio.lowlevel import RunVar

__all__ = ["FlushTimer"]

MIN_PERIOD_S = 0.04
MAX_PERIOD_S = 0.08
PERIOD_S_PER_STREAM = 0.0004
"""A write costs what eight tokens cost, so the busier, the more deltas share one: 80 ms at 100 streams."""

PROMPT_PER_PERIOD = 16
"""Flushes that may go out at once in one period: under 2 % of a core."""


_here = RunVar["FlushTimer"]("turnstream.flush_timer")


class FlushTimer:
    """One timer for all turns of an event loop. Per-stream timers cost more than they save."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop  # kept: asking for the running loop costs a system call on Python 3.11
        self._due: dict[Callable[[], None], None] = {}
        self._after_tick: list[Callable[[], None]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._period_ends = 0.0
        self._prompt_left = 0

    @classmethod
    def here(cls) -> "FlushTimer":
        """Return that of the running loop."""
        try:
            return _here.get()
        except LookupError:
            _here.set(timer := cls(asyncio.get_running_loop()))
            return timer

    def request(self, flush: Callable[[], None]) -> None:
        """Call `flush` now or on the next tick; asking again before that changes nothing."""
        if self._timer is not None:
            self._due[flush] = None
            return
        now = self.loop.time()
        if now >= self._period_ends:
            self._period_ends = now + MIN_PERIOD_S
            self._prompt_left = PROMPT_PER_PERIOD
        if self._prompt_left > 0:
            self._prompt_left -= 1
            flush()
        else:
            self._due[flush] = None
            self._timer = self.loop.call_at(self._period_ends, self._tick)

    def after_tick(self, function: Callable[[], None]) -> bool:
        """Call `function` when the next tick has flushed. Return False if none comes: little happens."""
        if self._timer is None:
            return False
        self._after_tick.append(function)
        return True

    def discard(self, flush: Callable[[], None]) -> None:
        """Forget `flush`: its owner flushed by itself or is gone."""
        self._due.pop(flush, None)

    def _tick(self) -> None:
        due, self._due = self._due, {}
        self._timer = None
        self._period_ends = 0.0
        if len(due) > PROMPT_PER_PERIOD:
            period_s = min(MAX_PERIOD_S, MIN_PERIOD_S + PERIOD_S_PER_STREAM * len(due))
            self._timer = self.loop.call_later(period_s, self._tick)
        after_tick, self._after_tick = self._after_tick, []
        for flush in due:
            flush()
        for function in after_tick:
            function()
