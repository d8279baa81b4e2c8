"""What only a log in a database has: several processes, leases, a database that may be away or full."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

import turnstream.eventlog.sql.log
import turnstream.eventlog.sql.statements
import turnstream.store.database
from tests.eventlog.calls_conformance import ANSWER, CALL
from tests.eventlog.conformance import LAST, REQUEST, read_all, retained_frames, write, write_turn
from tests.eventlog.conftest import NewLog
from tests.eventlog.processes import Heard, Outage, end_leases, hear, rows, sql
from turnstream.errors import ThreadBusyError
from turnstream.eventlog import Position, SqlEventLog
from turnstream.eventlog.base import DuplicateRequestError, LeaseLostError, PositionGoneError, Retention
from turnstream.eventlog.sql.lease_keeper import LeaseKeeper
from turnstream.eventlog.sql.statements import Statements, now_of
from turnstream.store import StorageError, StorageFullError

AWAY = StorageError("the database is away")
FULL = StorageFullError("the database is full")


async def stored(log: SqlEventLog, thread_id: str = "a") -> list[bytes]:
    query = f"SELECT frame FROM turnstream_entries WHERE thread_id = '{thread_id}' ORDER BY seq"
    return [bytes(frame) for (frame,) in await rows(log, query)]


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


class TestLeases:
    async def test_an_orphan_is_taken_over_once(self, new_log: NewLog) -> None:
        a, b, c = new_log(), new_log(), new_log()
        await write(a, b"1")
        await end_leases(a)
        received = [await hear(b), await hear(c)]
        await asyncio.gather(b.sweep(), c.sweep())
        [(record, writer)] = [orphan for heard in received for orphan in heard.orphans]
        assert (record.id, record.last_seq, record.status) == ("turn_1", 1, "running")
        await writer.end("interrupted", LAST)
        assert await stored(a) == [b"1", LAST]
        newest = await a.newest("a")
        assert newest is not None
        assert newest.status == "interrupted"

    async def test_a_zombie_s_append_is_refused(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        zombie, received = await hear(a), await hear(b)
        writer = await write(a, b"1")
        reader = writer.read()
        await end_leases(a)
        await b.sweep()
        writer.append(b"of the dead")
        with pytest.raises(LeaseLostError):
            await writer.commit()
        assert await read_all(reader) == [b"1"]
        assert reader.must_reattach
        assert zombie.lost == ["turn_1"]
        await received.orphans[0][1].end("interrupted", LAST)
        with pytest.raises(LeaseLostError):
            await writer.end("completed", LAST)
        assert await stored(a) == [b"1", LAST]
        again = await a.read("a", reader.position)
        assert await read_all(again) == [LAST]

    @pytest.mark.needs("initdb")
    async def test_a_sweep_leaves_a_turn_whose_entries_are_being_stored_for_the_next_one(
        self, postgres_url: str
    ) -> None:
        """Were it to wait, a process that is stopped within a transaction would hold up what renews the
        leases here.
        """
        a, b = SqlEventLog(postgres_url), SqlEventLog(postgres_url)
        heard = await hear(b)
        await write(a, b"1")
        await end_leases(a)
        lock = "EXISTS (SELECT 1 FROM turnstream_turns WHERE id = 'turn_1' FOR KEY SHARE)"
        assert "FOR KEY SHARE)" in b.commits.statements.append
        async with a.database.engine.begin() as connection:
            await connection.execute(text(f"SELECT {lock}"))
            await b.sweep()
            assert heard.orphans == []
        await b.sweep()
        assert len(heard.orphans) == 1
        await a.close()
        await b.close()

    @pytest.mark.needs("initdb")
    async def test_a_transaction_that_its_process_left_open_is_ended(
        self, postgres_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(turnstream.store.database, "_IDLE_IN_TRANSACTION_MS", 50)
        a, b = SqlEventLog(postgres_url), SqlEventLog(postgres_url)
        heard = await hear(b)
        writer = await write(a, b"1")
        await end_leases(a)
        async with a.database.engine.connect() as connection:
            values = {"turn_id": writer.turn_id, "worker": a.commits.worker}
            await connection.execute(a.commits.statements.fence, values)
            while not heard.orphans:
                await b.sweep()
            with pytest.raises(DBAPIError, match="idle-in-transaction timeout"):
                await connection.execute(text("SELECT 1"))
        await a.close()
        await b.close()

    async def test_a_zombie_stores_nothing_within_its_fence(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        writer = await write(a, b"1")

        async def rename(connection: AsyncConnection) -> None:
            await connection.execute(text("UPDATE turnstream_turns SET owner = owner || '+'"))

        async def owner() -> str:
            [(name,)] = await rows(b, "SELECT owner FROM turnstream_turns")
            return name

        before = await owner()
        with writer.fenced():
            await a.database.write(rename)
        assert await owner() == f"{before}+"
        await end_leases(a)
        await hear(b)
        await b.sweep()
        with writer.fenced(), pytest.raises(LeaseLostError):
            await a.database.write(rename)
        assert await owner() == f"{before}+"
        with writer.fenced():  # a task that is started here may outlive it
            await asyncio.create_task(a.database.write(rename))
        await a.database.write(rename)
        assert await owner() == f"{before}+++"

    async def test_a_zombie_cannot_end_its_turn(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        writer = await write(a, b"1")
        await end_leases(a)
        await hear(b)
        await b.sweep()
        with pytest.raises(LeaseLostError):
            await writer.end("completed", LAST)
        newest = await b.newest("a")
        assert newest is not None
        assert newest.status == "running"

    async def test_a_renewed_lease_keeps_others_away(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        writer = await write(a, b"1")
        await end_leases(a)
        await (await hear(a)).keeper().renew()
        heard = await hear(b)
        await b.sweep()
        assert heard.orphans == []
        await writer.check()

    async def test_renewing_finds_what_was_lost(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        heard = await hear(a)
        lost = await write(a, b"1")
        other = await write(a, b"1", thread_id="b", turn_id="turn_2")
        await sql(a, "UPDATE turnstream_turns SET lease_until = 0 WHERE id = 'turn_1'")
        await hear(b)
        await b.sweep()
        await heard.keeper().renew()
        assert heard.lost == ["turn_1"]
        with pytest.raises(LeaseLostError):
            await lost.commit()
        await other.check()

    async def test_renewing_leaves_a_turn_alone_whose_end_was_not_answered(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a = new_log()
        heard = await hear(a)
        writer = await write(a, b"1")
        is_stored = Outage(a, monkeypatch).lose_the_next_answer(AWAY)
        ending = asyncio.ensure_future(writer.end("completed", LAST))
        await is_stored.wait()
        await heard.keeper().renew()
        assert not ending.done()  # it asks again
        await ending
        assert heard.lost == []

    async def test_a_turn_that_was_given_up_is_not_renewed(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        heard = await hear(a)
        (await write(a, b"1")).abandon()
        await write(a, b"1", thread_id="b", turn_id="turn_2")
        await end_leases(a)
        await heard.keeper().renew()
        other = await hear(b)
        await b.sweep()
        assert [record.id for record, _ in other.orphans] == ["turn_1"]

    @pytest.mark.parametrize("lost", ["begin", "withdraw"])
    async def test_a_turn_that_the_database_has_and_nobody_here_is_not_renewed(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch, lost: str
    ) -> None:
        a, b = new_log(), new_log()
        heard = await hear(a)
        await write(a, b"1", thread_id="b", turn_id="turn_2")
        outage = Outage(a, monkeypatch)
        if lost == "begin":
            outage.lose_the_next_answer(AWAY)
            with pytest.raises(StorageError):
                await a.begin("a", "turn_1")
        else:
            writer = await a.begin("a", "turn_1")
            outage.begin(AWAY)
            with pytest.raises(StorageError):
                await writer.withdraw()
            outage.over()
        await end_leases(a)
        await heard.keeper().renew()
        other = await hear(b)
        await b.sweep()
        assert [record.id for record, _ in other.orphans] == ["turn_1"]

    async def test_a_lease_that_may_have_run_out_is_checked_in_the_database(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        heard = await hear(a)
        writer = await write(a, b"1")
        a.commits.renewed_at = float("-inf")
        await writer.check()
        await end_leases(a)
        await hear(b)
        await b.sweep()
        with pytest.raises(LeaseLostError):
            await writer.check()
        assert heard.lost == ["turn_1"]


class TestOpening:
    async def test_a_log_that_could_not_open_opens_when_asked_again(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def fail() -> None:
            raise AWAY

        log = new_log()
        heard = await hear(log)
        monkeypatch.setattr(log, "_end_turns_of_the_dead", fail)
        with pytest.raises(StorageError):
            await log.open(heard.signals)
        monkeypatch.undo()
        await log.open(heard.signals)
        await write(log, b"1")
        await end_leases(log)
        while await rows(log, "SELECT 1 FROM turnstream_turns WHERE lease_until = 0"):
            pass  # until the keeper renews it
        await log.close()


class TestTheKeeper:
    """Ticks at times of the test's choice; a lease is five seconds."""

    async def test_it_sweeps_every_second(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        heard = await hear(b)
        keeper = await at_100(heard)
        await write(a, b"1")
        await end_leases(a)
        await keeper.tick(100.5)
        assert heard.orphans == []
        await keeper.tick(101)
        assert len(heard.orphans) == 1

    async def test_at_its_start_it_gives_others_time_to_renew(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        heard = await hear(b)
        keeper = heard.keeper()
        await write(a, b"1")
        await end_leases(a)
        for now in (100, 102, 104, 104.9):
            await keeper.tick(now)
        assert heard.orphans == []
        await keeper.tick(105.1)
        assert len(heard.orphans) == 1

    async def test_it_trims_every_minute_and_goes_on_while_there_is_more(self, new_log: NewLog) -> None:
        async def trim() -> bool:
            trimmed.append(len(trimmed))
            return len(trimmed) < 3

        trimmed: list[int] = []
        keeper = (await hear(new_log())).keeper(trim)
        for now in (100, 100.25, 100.5, 100.75, 159):
            await keeper.tick(now)
        assert len(trimmed) == 3
        await keeper.tick(161)
        assert len(trimmed) == 4

    async def test_after_it_hung_it_gives_others_time_to_renew(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        heard = await hear(b)
        keeper = await at_100(heard)
        await write(a, b"1")
        await end_leases(a)
        for now in (104, 106, 108, 108.9):
            await keeper.tick(now)
        assert heard.orphans == []
        await keeper.tick(109.1)
        assert len(heard.orphans) == 1

    async def test_after_an_outage_it_gives_others_time_to_renew(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a, b = new_log(), new_log()
        heard = await hear(b)
        keeper = await at_100(heard)
        await write(a, b"1")
        await end_leases(a)
        outage = Outage(b, monkeypatch)
        outage.begin(AWAY)
        await keeper.tick(101)
        outage.over()
        for now in (102, 104, 105.9):
            await keeper.tick(now)
        assert heard.orphans == []
        await keeper.tick(107)
        assert len(heard.orphans) == 1

    @pytest.mark.parametrize("set_by_s", [3600, -3600])
    async def test_after_the_clock_was_set_it_gives_others_time_to_renew(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch, set_by_s: int
    ) -> None:
        a, b = new_log(), new_log()
        heard = await hear(b)
        await write(a, b"1")
        keeper = await at_100(heard)
        set_clocks([a, b], set_by_s, monkeypatch)
        for now in (101, 103):
            await keeper.tick(now)
        set_clocks([a, b], 2 * set_by_s, monkeypatch)  # while it waits
        for now in (104, 106, 108, 108.9):
            await keeper.tick(now)
        assert heard.orphans == []
        await (await hear(a)).keeper().renew()
        await keeper.tick(109.1)
        await keeper.tick(110.1)
        assert heard.orphans == []
        await end_leases(a)
        await keeper.tick(111.1)
        assert len(heard.orphans) == 1

    @pytest.mark.parametrize("set_by_s", [3600, -3600])
    async def test_a_clock_that_is_set_during_a_sweep_ends_no_lease(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch, set_by_s: int
    ) -> None:
        a, b = new_log(), new_log()
        heard = await hear(b)
        await write(a, b"1")
        clock_s = await b.commits.clock()
        set_clocks([a, b], set_by_s, monkeypatch)
        await b.sweep(clock_s)
        await (await hear(a)).keeper().renew()
        await b.sweep(clock_s)
        assert heard.orphans == []

    async def test_a_lease_from_before_the_clock_was_set_back_is_over(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a, b = new_log(), new_log()
        heard = await hear(b)
        await write(a, b"1")
        set_clocks([a, b], -3600, monkeypatch)
        await b.sweep()
        assert len(heard.orphans) == 1

    async def test_it_survives_what_it_did_not_expect(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a, b = new_log(), new_log()
        heard = await hear(b)
        keeper = await at_100(heard)
        await write(a, b"1")
        await end_leases(a)
        outage = Outage(b, monkeypatch)
        outage.begin(RuntimeError("a mistake"))
        await keeper.tick(101)
        outage.over()
        await keeper.tick(102)
        assert len(heard.orphans) == 1


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
        monkeypatch.setattr(turnstream.eventlog.sql.log, "TRIM_TURNS", 2)
        a = new_log()
        for n in range(3):
            await (await a.begin(f"thr_{n}", f"turn_{n}")).end("completed", LAST)
        await age(a, 3700)
        assert [await a.trim(), await a.trim()] == [True, False]
        assert await rows(a, "SELECT 1 FROM turnstream_entries") == []

    async def test_a_reader_that_is_overtaken_is_told(self, new_log: NewLog) -> None:
        a = new_log()
        position = await write_turn(a, b"1")
        reader = await a.read("a", Position(position.epoch, 0))
        await age(a, 3700)
        await a.trim()
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


async def age(log: SqlEventLog, seconds: float) -> None:
    await sql(log, f"UPDATE turnstream_turns SET ended_at = ended_at - {seconds}")


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

        async def record_failures(work: Callable[[AsyncConnection], Awaitable[Any]]) -> Any:
            try:
                return await write_once(work)
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
