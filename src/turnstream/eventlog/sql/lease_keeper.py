"""Renews a process's leases; finds turns to stop, answered calls, and turns of dead processes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from turnstream.eventlog.base import LeaseLostError, Signals
from turnstream.eventlog.sql.group_commit import GroupCommit
from turnstream.eventlog.sql.statements import CANCEL, LOOK
from turnstream.redaction import logger_of
from turnstream.store import StorageError

__all__ = ["LeaseKeeper"]

logger = logger_of("turnstream.eventlog")

TICK_S = 0.25
RENEW_EVERY_S = 1.5
SWEEP_EVERY_S = 1.0
TRIM_EVERY_S = 60.0


class LeaseKeeper:
    """One task per process. It does nothing of its own while no turn runs, but for the sweep.

    After the database was away, its clock was set, or this process hung or began, the sweep waits until every
    living process has had time to renew: their leases may have run out meanwhile, and are theirs all the
    same.
    """

    def __init__(
        self,
        commits: GroupCommit,
        signals: Signals,
        *,
        look_at: Callable[[str], None],
        hear_of_calls: Callable[[], Awaitable[None]],
        sweep: Callable[[float], Awaitable[None]],
        trim: Callable[[], Awaitable[bool]],
    ) -> None:
        self._commits = commits
        self._signals = signals
        self._look_at = look_at
        self._hear_of_calls = hear_of_calls
        self._sweep = sweep
        self._trim = trim
        self._task: asyncio.Task[None] | None = None
        self._due: dict[str, float] = {}
        self._sweep_from = 0.0
        self._last_tick: float | None = None
        self._clock_ahead_s: float | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="turnstream lease keeper")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self.tick(loop.time())
            await asyncio.sleep(TICK_S)

    async def tick(self, now: float) -> None:
        """Do what is due at `now`, which rises from call to call."""
        if self._last_tick is None or now - self._last_tick > self._commits.lease_s / 2:
            self._wait_for_others(now)
        self._last_tick = now
        try:
            await self._do_what_is_due(now)
        except StorageError as error:
            logger.warning("the event log cannot reach its database: %s", error)
            self._wait_for_others(now)
        except Exception:
            logger.exception("the event log's maintenance failed; retrying")

    def _wait_for_others(self, now: float) -> None:
        self._sweep_from = now + self._commits.lease_s

    async def _do_what_is_due(self, now: float) -> None:
        if self._is_due("renew", now, RENEW_EVERY_S):
            await self.renew()
        elif self._commits.writers:
            await self._hear_requests()
        await self._hear_of_calls()
        if self._is_due("sweep", now, SWEEP_EVERY_S):
            clock_s = await self._read_clock(now)
            if now >= self._sweep_from:
                await self._sweep(clock_s)
        if self._is_due("trim", now, TRIM_EVERY_S):
            has_more = await self._trim()
            if has_more:  # a little at each tick, so that leases are renewed meanwhile
                self._due["trim"] = now

    async def _read_clock(self, now: float) -> float:
        """Return the database's clock, and notice if it was set since the last look."""
        clock_s = await self._commits.clock()
        before, self._clock_ahead_s = self._clock_ahead_s, clock_s - asyncio.get_running_loop().time()
        if before is not None and abs(self._clock_ahead_s - before) > self._commits.lease_s / 2:
            logger.warning("the database's clock was set by %+.0f s", self._clock_ahead_s - before)
            self._wait_for_others(now)
        return clock_s

    def _is_due(self, what: str, now: float, every_s: float) -> bool:
        if now < self._due.get(what, 0.0):
            return False
        self._due[what] = now + every_s
        return True

    async def renew(self) -> None:
        """Renew every lease of this process, and find out which are no longer held."""
        commits = self._commits
        mine = list(commits.writers)
        if not mine:
            return
        # The lease counts from before the query: this process may hang before it reads the answer.
        asked_at = asyncio.get_running_loop().time()
        # Not all that bear this process's name: one whose beginning was not answered, say, has nobody who
        # ends it.
        values = {"worker": commits.worker, "lease_s": commits.lease_s, "mine": mine}

        async def work(connection: AsyncConnection) -> dict[str, int]:
            rows = await connection.execute(commits.statements.renew, values)
            return {row[0]: row[1] for row in rows}

        held = await commits.write(work)
        commits.renewed_at = asked_at
        for turn_id in mine:
            # A turn may have ended, or begun, while the database answered.
            writer = commits.writers.get(turn_id)
            if turn_id not in held and writer is not None and not writer.is_ending:
                # One that is ending may have ended: its own commit tells.
                writer.fail(LeaseLostError(turn_id))
        self._follow(held)

    async def _hear_requests(self) -> None:
        async def work(connection: AsyncConnection) -> dict[str, int]:
            rows = await connection.execute(
                self._commits.statements.requests, {"worker": self._commits.worker}
            )
            return {row[0]: row[1] for row in rows}

        self._follow(await self._commits.database.read(work))

    def _follow(self, requests: Mapping[str, int]) -> None:
        for turn_id, bits in requests.items():
            if bits & LOOK:
                self._look_at(turn_id)
            if bits & CANCEL:
                self._signals.cancel(turn_id)
