"""A log in a database: several processes, group commits, a database that may be away or full."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

import pytest
from anyio import create_task_group, wait_all_tasks_blocked
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.eventlog.calls_conformance import ANSWER, CALL
from tests.eventlog.conformance import LAST, REQUEST, read_all, write
from tests.eventlog.conftest import NewLog
from tests.eventlog.processes import (
    Outage,
    end_leases,
    hear,
    sql,
    stored,
)
from turnstream.errors import ThreadBusyError
from turnstream.eventlog import Position, SqlEventLog
from turnstream.eventlog.base import DuplicateRequestError, LeaseLostError, PositionGoneError, Retention
from turnstream.store import StorageError, StorageFullError

AWAY = StorageError("the database is away")
FULL = StorageFullError("the database is full")


class TestTwoProcesses:
    async def test_a_turn_is_followed_live_and_to_its_end(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        writer = await write(a, b"1")
        reader = await b.read("a", None)
        assert list(await reader.next()) == [b"1"]
        writer.append(b"2")
        assert list(await reader.next()) == [b"2"]
        await writer.end("completed", LAST)
        assert await read_all(reader) == [LAST]
        assert reader.is_ended
        assert not reader.must_reattach

    async def test_a_reader_of_the_turn_before_does_not_wait_for_the_one_behind(
        self, new_log: NewLog
    ) -> None:
        a, b = new_log(), new_log()
        first = await write(a, b"1")
        of_first = asyncio.ensure_future(read_all(await b.read("a", None)))
        await first.end("completed", LAST)
        second = await write(a, b"3", turn_id="turn_2")
        of_second = asyncio.ensure_future(
            read_all(await b.read("a", second_start := Position(first.epoch, 2)))
        )
        assert await of_first == [b"1", LAST]
        await second.end("completed", LAST)
        assert await of_second == [b"3", LAST]
        assert second_start.seq == 2

    async def test_readers_of_a_dropped_thread_read_anew(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        await write(a, b"1")
        reader = await b.read("a", None)
        assert list(await reader.next()) == [b"1"]
        await a.drop("a")
        assert list(await reader.next()) == []
        assert reader.must_reattach

    async def test_readers_of_another_epoch_are_told_so(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        await write(a, b"1")
        reader = await b.read("a", None)
        assert list(await reader.next()) == [b"1"]
        await sql(a, "UPDATE turnstream_turns SET epoch = 'ffffffff'")
        with pytest.raises(PositionGoneError):
            await reader.next()

    async def test_who_reads_a_thread_anew_does_not_get_its_old_epoch(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        await write(a, b"1")
        slow = await b.read("a", None)
        assert list(await slow.next()) == [b"1"]
        await sql(a, "UPDATE turnstream_turns SET epoch = 'ffffffff'")
        with pytest.raises(PositionGoneError):
            await slow.next()
        again = await b.read("a", None)  # while the other one still holds its place
        assert list(await again.next()) == [b"1"]
        assert again.position == Position("ffffffff", 1)

    async def test_a_thread_is_busy_for_every_process(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        await a.begin("a", "turn_1", owner="ada", request=REQUEST)
        with pytest.raises(ThreadBusyError) as busy:
            await b.begin("a", "turn_2")
        assert busy.value.turn_id == "turn_1"
        with pytest.raises(DuplicateRequestError) as known:
            await b.begin("b", "turn_3", owner="ada", request=REQUEST)
        assert known.value.turn.id == "turn_1"

    async def test_turns_that_begin_and_end_in_two_processes_never_share_a_number(
        self, new_log: NewLog
    ) -> None:
        async def run(log: SqlEventLog, name: str) -> None:
            for number in range(12):
                while True:
                    try:
                        writer = await log.begin("a", f"{name}_{number}")
                    except ThreadBusyError:
                        await asyncio.sleep(0)
                    else:
                        break
                writer.append(f"{name}_{number}".encode())
                await writer.end("completed", LAST)

        logs = new_log(), new_log()
        await asyncio.gather(*(run(log, name) for log, name in zip(logs, "xy", strict=True)))
        frames = await read_all(await logs[0].read("a", None))
        assert frames[1::2] == [LAST] * 24
        assert set(frames[::2]) == {f"{name}_{number}".encode() for name in "xy" for number in range(12)}

    async def test_a_request_to_stop_reaches_the_process_of_the_turn(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        heard = await hear(a)
        keeper = heard.keeper()
        await write(a, b"1")
        await b.request_cancel("turn_1")
        await keeper.tick(0)
        await keeper.tick(0.25)  # by the leases' renewal at first, then without one
        assert heard.cancelled == ["turn_1", "turn_1"]

    async def test_an_answer_given_to_another_process_is_heard(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        heard = await hear(a)
        await a.calls.register(CALL, timeout_s=300)
        a.waits_for_calls.add(CALL.turn_id)
        await a.hear_of_calls()
        assert heard.resolved == []
        answered = await b.calls.resolve(CALL, "answered", ANSWER)
        await a.hear_of_calls()
        assert heard.resolved == [answered]

    @pytest.mark.parametrize("renews", [True, False])
    async def test_a_request_to_look_is_heard_and_stops_nothing(self, new_log: NewLog, renews: bool) -> None:
        a, b = new_log(), new_log()
        heard = await hear(a)
        keeper = heard.keeper()
        await write(a, b"1")
        if not renews:
            await keeper.tick(0)
        await a.calls.register(CALL, timeout_s=300)
        answered = await b.calls.resolve(CALL, "answered", ANSWER)
        await b.request_look("turn_1")
        await keeper.tick(0.25)
        assert (heard.resolved, heard.cancelled) == ([answered], [])
        await b.request_cancel("turn_1")  # neither request hides the other
        await keeper.tick(0.5)
        assert (heard.resolved, heard.cancelled) == ([answered, answered], ["turn_1"])

    async def test_the_end_of_a_call_s_time_is_told_once(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        received = [await hear(a), await hear(b)]
        await a.calls.register(CALL, timeout_s=-1)
        await asyncio.gather(a.sweep(), b.sweep())
        assert [call.status for heard in received for call in heard.resolved] == ["expired"]

    async def test_an_open_log_does_all_that_by_itself(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        heard = await hear(b)
        b.commits.lease_s = 2
        await b.open(heard.signals)
        await b.open(heard.signals)
        await write(a, b"1")
        await end_leases(a)
        record, _ = await heard.orphan.get()
        assert record.id == "turn_1"


class TestAnUnsureDatabase:
    async def test_a_commit_whose_answer_was_lost_is_not_written_twice(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a = new_log()
        writer = await write(a, b"1")
        reader = writer.read()
        Outage(a, monkeypatch).lose_the_next_answer(AWAY)
        writer.append(b"2")
        committing = asyncio.ensure_future(writer.commit())
        await asyncio.sleep(0)
        writer.append(b"3")
        await committing
        await writer.commit()
        assert await stored(a) == [b"1", b"2", b"3"]
        frames: list[bytes] = []
        while not reader.is_live:
            frames += await reader.next()
        assert frames == [b"1", b"2", b"3"]

    async def test_an_end_whose_answer_was_lost_counts(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a = new_log()
        heard = await hear(a)
        writer = await write(a, b"1")
        reader = writer.read()
        Outage(a, monkeypatch).lose_the_next_answer(AWAY)
        await writer.end("completed", LAST)
        assert await read_all(reader) == [b"1", LAST]
        assert await stored(a) == [b"1", LAST]
        assert heard.lost == []

    async def test_after_a_short_outage_everything_is_there(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a = new_log()
        writer = await write(a, b"1")
        reader = writer.read()
        outage = Outage(a, monkeypatch)
        outage.begin(AWAY)
        writer.append(b"2")
        committing = asyncio.ensure_future(writer.commit())
        await asyncio.sleep(0.01)
        writer.append(b"3")
        assert not committing.done()
        assert list(await reader.next()) == [b"1"]
        outage.over()
        await committing
        await writer.end("completed", LAST)
        assert await read_all(reader) == [b"2", b"3", LAST]
        assert await stored(a) == [b"1", b"2", b"3", LAST]

    async def test_a_long_outage_ends_the_turns_here(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a, b = new_log(), new_log()
        heard = await hear(a)
        writer = await write(a, b"1")
        reader = writer.read()
        outage = Outage(a, monkeypatch)
        outage.begin(AWAY)
        a.commits.patience_s = 0.0
        writer.append(b"2")
        with pytest.raises(StorageError):
            await writer.commit()
        assert await read_all(reader) == [b"1"]
        assert reader.must_reattach
        assert heard.lost == ["turn_1"]
        assert writer.is_congested
        with pytest.raises(StorageError):
            await writer.end("failed", LAST)
        outage.over()
        await heard.keeper().renew()
        await end_leases(a)
        other = await hear(b)
        await b.sweep()
        assert [record.last_seq for record, _ in other.orphans] == [1]

    async def test_followers_outlast_an_outage(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a, b = new_log(), new_log()
        writer = await write(a, b"1")
        reader = await b.read("a", None)
        assert list(await reader.next()) == [b"1"]
        outage = Outage(b, monkeypatch)
        outage.begin(AWAY)
        await writer.end("completed", LAST)
        await asyncio.sleep(0.2)  # at least one poll meets the outage
        outage.over()
        assert await read_all(reader) == [LAST]

    async def test_a_full_storage_is_told_once_and_the_turn_can_end(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a = new_log()
        writer = await write(a, b"1")
        outage = Outage(a, monkeypatch)
        outage.begin(FULL)
        writer.append(b"too much")
        with pytest.raises(StorageFullError):
            await writer.commit()
        await writer.commit()
        outage.over()
        await writer.end("failed", LAST)
        assert await stored(a) == [b"1", LAST]

    async def test_all_turns_end_when_there_is_no_room_for_one(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Those that go on would use up the room that is kept for the last words of the others."""
        a = new_log()
        writer, other = await write(a, b"1"), await write(a, b"1", thread_id="b", turn_id="turn_2")
        outage = Outage(a, monkeypatch)
        outage.begin(FULL)
        writer.append(b"2")
        with pytest.raises(StorageFullError):
            await writer.commit()
        outage.over()
        assert other.is_congested  # so that its turn asks, and hears
        with pytest.raises(StorageFullError):
            await other.commit()
        await asyncio.gather(writer.end("failed", LAST), other.end("failed", LAST))
        assert await stored(a, "b") == [b"1", LAST]

    async def test_an_end_that_finds_no_room_fails(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a = new_log()
        heard = await hear(a)
        writer = await write(a, b"1")
        reader = writer.read()
        Outage(a, monkeypatch).begin(FULL)
        with pytest.raises(StorageFullError):
            await writer.end("failed", LAST)
        assert await read_all(reader) == [b"1"]
        assert reader.must_reattach
        assert heard.lost == ["turn_1"]

    async def test_a_turn_begins_only_where_it_can_end(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a = new_log()

        async def refuse() -> None:
            raise FULL

        with monkeypatch.context() as full:
            full.setattr(a.database, "expect_room", refuse)
            with pytest.raises(StorageFullError):
                await a.begin("a", "turn_1")
        assert await a.newest("a") is None
        await a.begin("a", "turn_1")


class TestGroups:
    async def test_turns_that_append_at_once_share_a_transaction(self, new_log: NewLog) -> None:
        a = new_log()
        writers = [await a.begin(f"thr_{n}", f"turn_{n}") for n in range(20)]
        commits: list[Any] = []
        event.listen(a.database.engine.sync_engine, "commit", commits.append)
        for writer in writers:
            for frame in (b"1", b"2"):
                writer.append(frame)
        await asyncio.gather(*(writer.commit() for writer in writers))
        assert len(commits) == 1
        for n, writer in enumerate(writers):
            assert await stored(a, writer.thread_id) == [b"1", b"2"], n

    async def test_renewing_and_appending_never_wait_for_each_other(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """PostgreSQL notices a deadlock after a second, and until then nobody hears anything."""
        a = new_log()
        write_once, failures = a.database.write, list[StorageError]()

        async def record_failures(work: Callable[[AsyncConnection], Awaitable[Any]], **options: bool) -> Any:
            try:
                return await write_once(work, **options)
            except StorageError as error:
                failures.append(error)
                raise

        writers = [await write(a, thread_id=f"thr_{n}", turn_id=f"turn_{n * 7 % 40}") for n in range(40)]
        keeper = (await hear(a)).keeper()
        monkeypatch.setattr(a.database, "write", record_failures)
        chance = Random(1)
        for _ in range(25):
            chance.shuffle(writers)
            for writer in writers:
                writer.append(b"1")
            await asyncio.gather(keeper.renew(), *(writer.commit() for writer in writers))
        chance.shuffle(writers)
        await asyncio.gather(
            *(writer.end("completed", LAST) for writer in writers), *(keeper.renew() for _ in range(5))
        )
        assert failures == []

    async def test_one_lost_turn_does_not_hold_up_the_others_of_its_transaction(
        self, new_log: NewLog
    ) -> None:
        a, b = new_log(), new_log()
        lost = await write(a, b"1")
        await end_leases(a)
        await hear(b)
        await b.sweep()
        others = [await a.begin(f"thr_{n}", f"other_{n}") for n in range(3)]
        for writer in (lost, *others):
            writer.append(b"2")
        outcomes = await asyncio.gather(
            *(writer.commit() for writer in (lost, *others)), return_exceptions=True
        )
        assert [type(outcome) for outcome in outcomes] == [LeaseLostError, *[type(None)] * 3]
        assert await stored(a) == [b"1"]
        for writer in others:
            assert await stored(a, writer.thread_id) == [b"2"]

    async def test_a_turn_that_cannot_be_written_at_all_does_not_hold_up_the_others(
        self, new_log: NewLog
    ) -> None:
        a = new_log()
        heard = await hear(a)
        spoilt, other = await a.begin("a", "turn_1"), await a.begin("b", "turn_2")
        spoilt.append(b"1", Retention("no database takes \ud800 \0"))
        other.append(b"1")
        outcomes = await asyncio.gather(spoilt.commit(), other.commit(), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [StorageError, type(None)]
        assert await stored(a, "b") == [b"1"]
        assert heard.lost == ["turn_1"]

    async def test_a_turn_with_much_to_store_is_congested(self, new_log: NewLog) -> None:
        writer = await new_log().begin("a", "turn_1")
        for _ in range(5):
            writer.append(b"x" * 256 * 1024)
        assert writer.is_congested
        await writer.commit()
        assert not writer.is_congested


async def test_what_a_turn_says_passes_the_writers_that_wait_for_sqlite(sqlite_url: str) -> None:
    log = SqlEventLog(sqlite_url)
    writer = await write(log, b"1")
    may_end = asyncio.Event()
    found: list[int | None] = []

    async def hold(_connection: AsyncConnection) -> None:
        await may_end.wait()

    async def look(connection: AsyncConnection) -> None:
        statement = "SELECT MAX(last_seq) FROM turnstream_segments"
        found.append((await connection.exec_driver_sql(statement)).scalar_one())

    async with create_task_group() as tasks:
        tasks.start_soon(log.database.write, hold)
        await wait_all_tasks_blocked()
        tasks.start_soon(log.database.write, look)
        await wait_all_tasks_blocked()
        writer.append(b"2")
        tasks.start_soon(writer.commit)
        await wait_all_tasks_blocked()
        may_end.set()
    await log.close()
    assert found == [2]
