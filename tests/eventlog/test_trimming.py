"""What of ended turns is deleted, and when."""

import secrets
from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

import turnstream.eventlog.sql.statements
import turnstream.eventlog.sql.trimming
from tests.eventlog.conformance import LAST, REQUEST, read_all, retained_frames, write, write_turn
from tests.eventlog.conftest import NewLog
from tests.eventlog.processes import age, rows, sql, stored
from tests.services import Postgres
from turnstream.eventlog import Position, SqlEventLog
from turnstream.eventlog.base import PositionGoneError, Retention
from turnstream.eventlog.sql.partitions import Partitions
from turnstream.eventlog.sql.statements import Statements, now_of

HOURS_S = 3 * 3600


async def pass_hours(log: SqlEventLog, hours_s: int = HOURS_S) -> None:
    """Do what is due with partitions when the hour of what is stored now is over."""
    dialect = log.database.dialect
    later = Statements(dialect, clock=f"({now_of(dialect)} + {hours_s})")
    await Partitions(log.database, later).renew()


class TestTrimming:
    async def test_entries_go_and_what_is_kept_stays(self, new_log: NewLog) -> None:
        a = new_log()
        writer = await a.begin("a", "turn_1", owner="ada", request=REQUEST)
        writer.append(b"kept", Retention())
        writer.append(b"plain")
        await writer.end("completed", LAST)
        await age(a, 3000)
        await a.trim()
        assert await stored(a) == [b"kept", b"plain", LAST]
        await age(a, 700)
        await a.trim()
        await pass_hours(a)
        assert await stored(a) == [b"kept"]
        assert await retained_frames(a, "a", 3) == {1: b"kept"}
        for seq in (0, 2):
            with pytest.raises(PositionGoneError):
                await a.read("a", Position(writer.epoch, seq))
        assert (await a.read("a", Position(writer.epoch, 3))).is_ended
        assert await read_all(await a.read("a", None)) == []
        assert await a.known("ada", REQUEST) is not None

    async def test_it_is_told_whether_there_is_more_to_trim(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(turnstream.eventlog.sql.statements, "TRIM_TURNS", 2)
        monkeypatch.setattr(turnstream.eventlog.sql.trimming, "TRIM_TURNS", 2)
        a = new_log()
        for n in range(3):
            await (await a.begin(f"thr_{n}", f"turn_{n}")).end("completed", LAST)
        await age(a, 3700)
        assert [await a.trim(), await a.trim()] == [True, False]
        await pass_hours(a)
        assert [await stored(a, f"thr_{n}") for n in range(3)] == [[], [], []]

    async def test_a_reader_that_is_overtaken_is_told(self, new_log: NewLog) -> None:
        a = new_log()
        position = await write_turn(a, b"1")
        reader = await a.read("a", Position(position.epoch, 0))
        await age(a, 3700)
        await a.trim()
        await pass_hours(a)
        with pytest.raises(PositionGoneError):
            await reader.next()

    async def test_a_running_turn_is_not_trimmed_and_numbers_go_on(self, new_log: NewLog) -> None:
        a = new_log()
        await write_turn(a, b"1")
        await age(a, 3700)
        writer = await write(a, b"3", turn_id="turn_2")
        await a.trim()
        assert writer.seq == 3
        assert await stored(a) == [b"3"]
        assert list(await (await a.read("a", None)).next()) == [b"3"]

    async def test_after_a_day_all_but_the_newest_turn_is_forgotten(self, new_log: NewLog) -> None:
        a = new_log()
        for number in range(3):
            await write_turn(a, b"1", turn_id=f"turn_{number}")
        position = await write_turn(a, b"1", thread_id="b", turn_id="turn_b")
        await age(a, 3700)
        await a.trim()
        await write_turn(a, b"1", thread_id="c", turn_id="turn_c")
        await age(a, 86_400)
        await a.trim()
        assert sorted(await rows(a, "SELECT id FROM turnstream_turns")) == [
            ("turn_2",),
            ("turn_b",),
            ("turn_c",),
        ]
        writer = await write(a, b"1", thread_id="b", turn_id="turn_d")
        assert (writer.epoch, writer.seq) == (position.epoch, position.seq + 1)


@pytest.mark.needs("initdb")
class TestPartitions:
    @pytest.fixture
    async def log(self, postgres: Postgres) -> AsyncIterator[SqlEventLog]:
        log = SqlEventLog(postgres.create_database(f"partitions_{secrets.token_hex(4)}"))
        yield log
        await log.close()

    async def test_an_hour_has_a_partition_before_it_begins(self, log: SqlEventLog) -> None:
        await write_turn(log, b"1")
        assert await partitions_of(log) == ["turnstream_segments_default"]
        await Partitions(log.database, Statements("postgresql", clock="(12 * 3600)")).renew()
        assert await partitions_of(log) == [f"turnstream_segments_{name}" for name in (12, 13, 14, "default")]
        await Partitions(log.database, Statements("postgresql", clock="(13 * 3600)")).renew()
        assert await partitions_of(log) == [
            f"turnstream_segments_{name}" for name in (12, 13, 14, 15, "default")
        ]

    async def test_an_hour_goes_when_its_turns_are_trimmed(self, log: SqlEventLog) -> None:
        await log.trim()
        [hour, *_] = await partitions_of(log)
        await write_turn(log, b"1")
        running = await write(log, b"1", thread_id="b", turn_id="turn_2")
        assert sorted(await rows(log, f"SELECT DISTINCT thread_id FROM {hour}")) == [("a",), ("b",)]
        await age(log, 3700)
        await log.trim()
        await pass_hours(log)
        assert hour in await partitions_of(log)
        await running.end("completed", LAST)
        await pass_hours(log)
        assert hour in await partitions_of(log)
        await age(log, 3700)
        await log.trim()
        await pass_hours(log, 3600)  # the next hour: clocks may differ
        assert hour in await partitions_of(log)
        await pass_hours(log)
        assert hour not in await partitions_of(log)

    async def test_what_has_no_partition_is_deleted_with_its_turn(self, log: SqlEventLog) -> None:
        await write_turn(log, b"1")
        assert await rows(log, "SELECT DISTINCT thread_id FROM turnstream_segments_default") == [("a",)]
        await age(log, 3700)
        await log.trim()
        assert await stored(log) == []

    async def test_an_hour_that_began_without_a_partition_stays_without(self, log: SqlEventLog) -> None:
        await write_turn(log, b"1")
        [(hour,)] = await rows(log, "SELECT DISTINCT hour FROM turnstream_segments_default")
        await log.trim()
        assert await partitions_of(log) == [
            f"turnstream_segments_{name}" for name in (hour + 1, hour + 2, "default")
        ]
        assert await stored(log) == [b"1", LAST]

    async def test_while_the_table_is_in_use_nothing_waits_long(self, log: SqlEventLog) -> None:
        await log.database.open()

        async def hold(connection: AsyncConnection) -> None:
            await connection.exec_driver_sql("SELECT count(*) FROM turnstream_segments")
            assert await log.trim() is False
            await write_turn(log, b"1")

        await log.database.read(hold)
        assert await partitions_of(log) == ["turnstream_segments_default"]

    async def test_a_role_that_does_not_own_the_tables_does_without(
        self, log: SqlEventLog, postgres: Postgres
    ) -> None:
        await log.database.open()
        role = f"guest_{secrets.token_hex(4)}"
        url = log.database.engine.url
        for statement in (
            f"CREATE ROLE {role} LOGIN",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
        ):
            postgres.query(statement, database=str(url.database))
        guest = SqlEventLog(url.set(username=role))
        await write_turn(guest, b"1")
        await age(guest, 3700)
        assert await guest.trim() is False
        assert await stored(guest) == []
        assert await partitions_of(guest) == ["turnstream_segments_default"]
        await guest.close()

    async def test_nothing_is_left_to_vacuum(self, log: SqlEventLog) -> None:
        await log.trim()
        for n in range(20):
            await write_turn(log, *[b"x"] * 10, thread_id=f"thr_{n}", turn_id=f"turn_{n}")
        await age(log, 3700)
        await log.trim()
        await pass_hours(log)
        await sql(log, "SELECT pg_stat_force_next_flush()")
        tables = "SELECT sum(n_dead_tup) FROM pg_stat_user_tables WHERE relname LIKE '%segments%'"
        assert await rows(log, tables) == [(0,)]
        assert await rows(log, "SELECT count(*) FROM turnstream_segments") == [(0,)]


async def partitions_of(log: SqlEventLog) -> list[str]:
    names = await rows(
        log,
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'turnstream_segments'::regclass",
    )
    return sorted(name for (name,) in names)
