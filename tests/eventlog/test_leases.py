"""Leases in a database: who renews them, who takes them over, and by which clock."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.eventlog.conformance import LAST, read_all, write
from tests.eventlog.conftest import NewLog
from tests.eventlog.processes import (
    Outage,
    at_100,
    end_leases,
    hear,
    rows,
    set_clocks,
    sql,
    stored,
)
from turnstream.eventlog import SqlEventLog
from turnstream.eventlog.base import LeaseLostError
from turnstream.store import StorageError

AWAY = StorageError("the database is away")


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
    async def test_a_transaction_that_its_process_left_open_is_ended(self, postgres_url: str) -> None:
        a, b = SqlEventLog(postgres_url), SqlEventLog(postgres_url)
        heard = await hear(b)
        writer = await write(a, b"1")
        await end_leases(a)
        async with a.database.engine.connect() as connection:
            values = {"turn_id": writer.turn_id, "worker": a.commits.worker}
            await connection.execute(a.commits.statements.fence, values)
            allowed = await connection.scalar(text("SHOW idle_in_transaction_session_timeout"))
            assert allowed == "10s"
            # Only this one waits less: on a busy machine any transaction may rest for a moment.
            await connection.execute(text("SET idle_in_transaction_session_timeout = 50"))
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
