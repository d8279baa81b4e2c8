"""How a log in a database deletes much, and that nothing is left of it: in the database, and in Redis."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Executable, event

from tests.eventlog.conformance import LAST, read_all, write, write_turn
from tests.eventlog.conftest import NewLog
from tests.eventlog.processes import Outage, redis_of, rows, sql, stored, stored_entries
from tests.services import Redis
from turnstream.eventlog import SqlEventLog
from turnstream.eventlog.base import LeaseLostError
from turnstream.eventlog.redis import RedisEventLog
from turnstream.eventlog.redis.streams import Publication
from turnstream.eventlog.sql import entries
from turnstream.eventlog.sql.entries import Entry
from turnstream.store import StorageError
from turnstream.store.database import BATCH_ROWS

COPY_TURN = """
    INSERT INTO turnstream_turns (id, thread_id, worker, status, epoch, first_seq, last_seq, lease_until,
      ended_at,
        cancel_requested, is_trimmed, owner)
    WITH RECURSIVE counted(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM counted WHERE x < {count})
    SELECT 'copy_' || x, thread_id, worker, status, epoch, first_seq, last_seq, lease_until, ended_at,
        cancel_requested, 1, owner FROM turnstream_turns, counted"""


class Deleted:
    """How many rows each transaction deleted, of those that deleted any or tried to."""

    def __init__(self, log: SqlEventLog) -> None:
        self.rows: list[int] = []
        self._now: int | None = None
        event.listen(log.database.engine.sync_engine, "after_cursor_execute", self._executed)
        event.listen(log.database.engine.sync_engine, "commit", self._committed)

    def _executed(self, _connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if "DELETE FROM" in statement:
            self._now = (self._now or 0) + cursor.rowcount

    def _committed(self, _connection: Any) -> None:
        if self._now is not None:
            self.rows.append(self._now)
        self._now = None


@pytest.fixture
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each entry is a segment."""
    monkeypatch.setattr(entries, "SEGMENT_BYTES", 0)


async def age(log: SqlEventLog, seconds: float) -> None:
    await sql(log, f"UPDATE turnstream_turns SET ended_at = ended_at - {seconds}")


class TestDropping:
    @pytest.mark.usefixtures("small_segments")
    async def test_a_long_log_goes_in_short_transactions(self, new_log: NewLog) -> None:
        a = new_log()
        await write_turn(a, *[b"x"] * (2 * BATCH_ROWS + 7))
        deleted = Deleted(a)
        await a.drop("a")
        # Segments, entries, calls, turns, and what came meanwhile.
        assert deleted.rows == [BATCH_ROWS, BATCH_ROWS, 8, 0, 0, 1, 0, 0, 0]

    @pytest.mark.usefixtures("small_segments")
    async def test_what_an_outage_leaves_is_deleted_by_the_next_drop(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a = new_log()
        await write_turn(a, *[b"x"] * (BATCH_ROWS + 7))
        outage = Outage(a, monkeypatch)

        def go_away(_connection: Any) -> None:
            outage.begin(StorageError("the database is away"))

        event.listen(a.database.engine.sync_engine, "commit", go_away, once=True)
        with pytest.raises(StorageError):
            await a.drop("a")
        outage.over()
        assert [seq for seq, _ in await stored_entries(a)] == [*range(1, 9)]
        assert await a.newest("a") is not None
        await a.drop("a")
        assert await stored(a) == []

    async def test_what_a_turn_writes_meanwhile_goes_too(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a, b = new_log(), new_log()
        writer = await write(a, b"1")
        delete_in_steps = b.database.delete_in_steps

        async def write_between(statement: Executable, values: Mapping[str, Any]) -> int:
            if "turnstream_turns" in str(statement):
                writer.append(b"2")
                await writer.commit()
            return await delete_in_steps(statement, values)

        monkeypatch.setattr(b.database, "delete_in_steps", write_between)
        await b.drop("a")
        assert writer.seq == 2
        assert await stored(a) == []


class TestTrimming:
    @pytest.mark.usefixtures("small_segments")
    async def test_a_long_turn_goes_a_little_at_a_time(self, new_log: NewLog) -> None:
        """Leases are renewed between two calls."""
        a = new_log()
        await write_turn(a, *[b"x"] * (2 * BATCH_ROWS))
        await age(a, 3700)
        deleted = Deleted(a)
        assert [await a.trim() for _ in range(3)] == [True, True, False]
        assert deleted.rows == [BATCH_ROWS, BATCH_ROWS, 1, 0]
        assert await read_all(await a.read("a", None)) == []

    async def test_old_turns_are_forgotten_a_little_at_a_time(self, new_log: NewLog) -> None:
        a = new_log()
        await write_turn(a, b"1")
        await sql(a, COPY_TURN.format(count=BATCH_ROWS + 10))
        await write_turn(a, b"1", turn_id="turn_2")
        await age(a, 3 * 86_400)
        deleted = Deleted(a)
        while await a.trim():
            pass
        assert await rows(a, "SELECT id FROM turnstream_turns") == [("turn_2",)]
        assert max(deleted.rows) == BATCH_ROWS


@pytest.mark.needs("redis-server")
class TestRedis:
    async def test_dropping_a_thread_deletes_its_streams(self, empty_redis: Redis, tmp_path: Path) -> None:
        log = redis_log(empty_redis, tmp_path)
        for thread_id in ("a", "b"):
            turn_id = f"turn_{thread_id}"
            writer = await write(log, b"secret", thread_id=thread_id, turn_id=turn_id)
            while not exists(empty_redis, turn_id):  # noqa: ASYNC110 - a turn that ends before gets none
                await asyncio.sleep(0.01)
            await writer.end("completed", LAST)
        await redis_of(log).publisher.close()
        assert exists(empty_redis, "turn_a")
        await log.drop("a")
        assert not exists(empty_redis, "turn_a")
        assert exists(empty_redis, "turn_b")
        await log.close()

    async def test_a_running_turn_whose_thread_was_dropped_puts_nothing_there_again(
        self, empty_redis: Redis, tmp_path: Path
    ) -> None:
        log, other = redis_log(empty_redis, tmp_path), redis_log(empty_redis, tmp_path)
        writer = await write(log, b"secret")
        await other.drop("a")
        late = Publication(
            "turn_1", [Entry(2, b"secret", None)], after=1, saved_seq=1, is_first=True, is_last=False
        )
        assert await redis_of(log).streams.publish([late]) == ["refused"]
        assert empty_redis.say("XLEN", "turnstream:turn_1") == ":1"  # the fence
        assert 0 < int(empty_redis.say("TTL", "turnstream:turn_1")[1:]) <= 60
        with suppress(LeaseLostError):
            await writer.commit()
        for each in (log, other):
            await each.close()

    async def test_while_redis_is_away_nothing_is_dropped_by_half(
        self, own_redis: Redis, tmp_path: Path
    ) -> None:
        log = redis_log(own_redis, tmp_path)
        await (await write(log, b"1")).end("completed", LAST)
        own_redis.close()
        with pytest.raises(StorageError, match="Redis is away"):
            await log.drop("a")
        assert await stored(log) == [b"1", LAST]
        own_redis.start()
        await log.drop("a")
        assert await stored(log) == []
        await log.close()

    async def test_while_redis_is_away_old_turns_stay_findable(
        self, own_redis: Redis, tmp_path: Path
    ) -> None:
        log = redis_log(own_redis, tmp_path)
        await (await write(log, b"1")).end("completed", LAST)
        await age(log, 3700)
        own_redis.close()
        assert await log.trim() is False
        assert await rows(log, "SELECT is_trimmed FROM turnstream_turns") == [(0,)]
        own_redis.start()
        assert await log.trim() is False
        assert await rows(log, "SELECT is_trimmed FROM turnstream_turns") == [(1,)]
        await log.close()


def redis_log(server: Redis, folder: Path) -> RedisEventLog:
    return RedisEventLog(server.url, f"sqlite:///{folder / 'chat.sqlite'}")


def exists(server: Redis, turn_id: str) -> bool:
    return server.say("EXISTS", f"turnstream:{turn_id}") == ":1"
