"""Logs that share a database, as processes do, and what happens to them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import starmap
from typing import Any, TypeVar

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from turnstream.eventlog import SqlEventLog, TurnRecord, TurnWriter
from turnstream.eventlog.base import Signals
from turnstream.eventlog.call_store import CallRecord
from turnstream.eventlog.redis.transport import RedisTransport
from turnstream.eventlog.sql.entries import Row, numbered
from turnstream.eventlog.sql.lease_keeper import LeaseKeeper
from turnstream.eventlog.sql.statements import Statements, now_of

T = TypeVar("T")


def redis_of(log: SqlEventLog) -> RedisTransport:
    assert isinstance(log.live, RedisTransport)
    return log.live


@dataclass
class Heard:
    """What a process was told, and a keeper that ticks when the test says so."""

    log: SqlEventLog
    cancelled: list[str] = field(default_factory=list[str])
    lost: list[str] = field(default_factory=list[str])
    orphans: list[tuple[TurnRecord, TurnWriter]] = field(default_factory=list[tuple[TurnRecord, TurnWriter]])
    orphan: asyncio.Queue[tuple[TurnRecord, TurnWriter]] = field(
        default_factory=asyncio.Queue[tuple[TurnRecord, TurnWriter]]
    )
    resolved: list[CallRecord] = field(default_factory=list[CallRecord])

    @property
    def signals(self) -> Signals:
        return Signals(
            cancel=self.cancelled.append,
            lost=self.lost.append,
            orphan=self._adopt,
            resolved=self.resolved.append,
        )

    def _adopt(self, record: TurnRecord, writer: TurnWriter) -> None:
        self.orphans.append((record, writer))
        self.orphan.put_nowait((record, writer))

    def keeper(self, trim: Callable[[], Awaitable[bool]] | None = None) -> LeaseKeeper:
        async def nothing() -> bool:
            return False

        return LeaseKeeper(
            self.log.commits,
            self.signals,
            look_at=self.log.waits_for_calls.add,
            hear_of_calls=self.log.hear_of_calls,
            sweep=self.log.sweep,
            trim=trim or nothing,
        )


async def hear(log: SqlEventLog) -> Heard:
    """Hear what `log` tells, without the task that makes it tell by itself."""
    heard = Heard(log)
    log.listen(heard.signals)
    return heard


async def sql(log: SqlEventLog, statement: str) -> None:
    async def work(connection: AsyncConnection) -> None:
        await connection.execute(text(statement))

    await log.database.write(work)


async def rows(log: SqlEventLog, query: str) -> list[tuple[Any, ...]]:
    async def work(connection: AsyncConnection) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await connection.execute(text(query))]

    return await log.database.read(work)


async def end_leases(log: SqlEventLog) -> None:
    await sql(log, "UPDATE turnstream_turns SET lease_until = 0 WHERE status = 'running'")


class Outage:
    """A database that answers nothing until `over`, or that loses the answers to what it did."""

    def __init__(self, log: SqlEventLog, monkeypatch: pytest.MonkeyPatch) -> None:
        self._log = log
        self._patch = monkeypatch

    def begin(self, error: Exception) -> None:
        async def fail(_work: object, **_options: bool) -> None:
            await asyncio.sleep(0)
            raise error

        self._patch.setattr(self._log.database, "write", fail)
        self._patch.setattr(self._log.database, "read", fail)

    def lose_the_next_answer(self, error: Exception) -> asyncio.Event:
        """Return what is set when it was done, and lost."""
        write = self._log.database.write
        is_done = asyncio.Event()

        async def lose(work: Callable[[AsyncConnection], Awaitable[Any]], **options: bool) -> None:
            self._patch.setattr(self._log.database, "write", write)
            await write(work, **options)
            is_done.set()
            raise error

        self._patch.setattr(self._log.database, "write", lose)
        return is_done

    def over(self) -> None:
        self._patch.undo()


async def stored(log: SqlEventLog, thread_id: str = "a") -> list[bytes]:
    """Return the frames in the database, each as often as it is there."""
    return [frame for _, frame in await stored_entries(log, thread_id)]


async def stored_entries(log: SqlEventLog, thread_id: str = "a") -> list[tuple[int, bytes]]:
    segments = (
        f"SELECT first_seq, last_seq, frames, 1 FROM turnstream_segments WHERE thread_id = '{thread_id}'"
    )
    single = f"SELECT seq, seq, frame, 0 FROM turnstream_entries WHERE thread_id = '{thread_id}'"
    return sorted(numbered(starmap(Row, await rows(log, f"{segments} UNION ALL {single}"))))


def set_clocks(logs: list[SqlEventLog], by_s: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for log in logs:
        commits = log.commits
        there = Statements(log.database.dialect, clock=f"({now_of(log.database.dialect)} + {by_s})")
        monkeypatch.setattr(commits, "statements", there)
        monkeypatch.setattr(log, "_statements", there)


async def at_100(heard: Heard) -> LeaseKeeper:
    """A keeper that has waited by then, as it does at its start."""
    keeper = heard.keeper()
    for now in (94, 96, 98, 100):
        await keeper.tick(now)
    return keeper


async def age(log: SqlEventLog, seconds: float) -> None:
    await sql(log, f"UPDATE turnstream_turns SET ended_at = ended_at - {seconds}")
