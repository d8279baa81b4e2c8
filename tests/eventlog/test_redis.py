"""What a log has of Redis, and what it loses with it: never a frame."""

import asyncio
import itertools
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from unittest.mock import AsyncMock

import pytest

from tests.eventlog.conformance import LAST, read_all, retained_frames, write
from tests.eventlog.processes import end_leases, hear, redis_of, stored
from tests.services import Redis
from turnstream.errors import TurnstreamError
from turnstream.eventlog import LogReader, Position, SqlEventLog, TurnRecord, TurnWriter
from turnstream.eventlog.base import LeaseLostError, PositionGoneError, Retention, Signals
from turnstream.eventlog.redis import RedisEventLog, listener, publisher, streams, transport
from turnstream.eventlog.redis.streams import RedisAwayError
from turnstream.eventlog.redis.transport import RedisTransport

NewLog = Callable[[], RedisEventLog]

pytestmark = pytest.mark.needs("redis-server")

NEVER_S = 3600.0


@pytest.fixture
async def new_log(
    own_redis: Redis, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[NewLog]:
    """Makes logs on one Redis and one database: each stands for a process.

    The database gets what is in Redis only when something other than time asks for it, and Redis may take its
    time, so that no test depends on what is done within a second.
    """
    monkeypatch.setattr(publisher, "SAVE_EVERY_S", NEVER_S)
    monkeypatch.setattr(streams, "TIMEOUT_S", NEVER_S)
    logs: list[RedisEventLog] = []

    def new() -> RedisEventLog:
        logs.append(RedisEventLog(own_redis.url, sqlite_url))
        return logs[-1]

    yield new
    for log in logs:
        await log.close()


async def read_frames(reader: LogReader, count: int) -> list[bytes]:
    frames: list[bytes] = []
    while len(frames) < count:
        batch = await reader.next()
        assert batch, f"the reader ended behind {frames}"
        frames += batch
    return frames


async def stored_soon(log: SqlEventLog, count: int) -> list[bytes]:
    """Return what is stored once it is `count` entries."""
    while len(frames := await stored(log)) < count:  # noqa: ASYNC110 - the other end is a database
        await asyncio.sleep(0.01)
    return frames


def before_look(
    log: RedisEventLog,
    number: int,
    monkeypatch: pytest.MonkeyPatch,
    act: Callable[[], Awaitable[None] | None],
) -> None:
    """Let `act` happen just before `log` looks for the newest turn the `number`th time."""
    newest = log.newest
    looks = itertools.count(1)

    async def look(thread_id: str) -> TurnRecord | None:
        if next(looks) == number and (acting := act()) is not None:
            await acting
        return await newest(thread_id)

    monkeypatch.setattr(log, "newest", look)


async def show(writer: TurnWriter, *frames: bytes) -> None:
    """Append what is then seen, but not in the database."""
    reader = writer.read()
    for frame in frames:
        writer.append(frame)
    while reader.position.seq < writer.seq:
        await reader.next()


async def say_until(writer: TurnWriter, is_enough: Callable[[], bool]) -> int:
    """Append numbers, one each hundredth of a second."""
    count = 0
    while not is_enough():
        count += 1
        writer.append(b"%d" % count)
        await asyncio.sleep(0.01)
    return count


class TestTheLiveTail:
    async def test_it_is_seen_everywhere_before_the_database_has_it(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        writer = await write(a, b"1")
        here, there = writer.read(), await b.read("a", None)
        assert [await read_frames(here, 1), await read_frames(there, 1)] == [[b"1"], [b"1"]]
        writer.append(b"2")
        assert [await read_frames(here, 1), await read_frames(there, 1)] == [[b"2"], [b"2"]]
        assert await stored(a) == [b"1"]
        await writer.end("completed", LAST)
        assert await stored(a) == [b"1", b"2", LAST]
        assert [await read_all(here), await read_all(there)] == [[LAST], [LAST]]
        assert there.is_ended
        assert not there.must_reattach

    async def test_the_database_has_it_a_little_later(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(publisher, "SAVE_EVERY_S", 0.2)
        a = new_log()
        await show(await write(a), b"1")
        assert await stored_soon(a, 1) == [b"1"]

    async def test_who_saw_what_redis_lost_waits_for_the_database(
        self, new_log: NewLog, own_redis: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a, b = new_log(), new_log()
        writer = await write(a)
        await show(writer, b"1", b"2")
        own_redis.say("FLUSHALL")
        assert await stored(a) == []
        monkeypatch.setattr(RedisTransport, "lag_s", NEVER_S)
        looked = asyncio.Event()
        before_look(b, 4, monkeypatch, looked.set)
        reading = asyncio.ensure_future(b.read("a", Position(writer.epoch, 2)))
        await looked.wait()
        assert not reading.done()  # not gone, though nothing has it now
        await writer.commit()
        reader = await reading
        await writer.end("completed", LAST)
        assert await read_all(reader) == [LAST]
        with pytest.raises(PositionGoneError):
            await b.read("a", Position(writer.epoch, 9))

    @pytest.mark.parametrize("is_last", [False, True])
    async def test_what_is_stored_between_two_looks_is_found(
        self, new_log: NewLog, own_redis: Redis, monkeypatch: pytest.MonkeyPatch, is_last: bool
    ) -> None:
        a, b = new_log(), new_log()
        writer = await write(a)
        await show(writer, b"1", b"2")
        own_redis.say("FLUSHALL")
        # The read looks first, and finds too little; then comes the look that tells whether more is to be
        # expected.
        before_look(b, 2, monkeypatch, lambda: writer.end("completed", LAST) if is_last else writer.commit())
        reader = await b.read("a", Position(writer.epoch, 2))
        await writer.end("completed", LAST)
        assert await read_all(reader) == [LAST]

    async def test_a_new_reader_waits_for_what_redis_lost(self, new_log: NewLog, own_redis: Redis) -> None:
        a, b = new_log(), new_log()
        writer = await write(a)
        await show(writer, b"1", b"2")
        reader = await b.read("a", None)
        own_redis.say("FLUSHALL")
        assert await stored(a) == []
        reading = asyncio.ensure_future(read_frames(reader, 2))
        await asyncio.sleep(0)  # it waits by now
        await writer.commit()
        assert await reading == [b"1", b"2"]
        await writer.end("completed", LAST)
        assert await read_all(reader) == [LAST]

    async def test_frames_that_redis_loses_while_they_are_read_are_those_of_the_database(
        self, new_log: NewLog, own_redis: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a, b = new_log(), new_log()
        writer = await write(a, b"1")
        await writer.commit()
        await show(writer, b"2", b"3")
        newest = b.newest

        async def then_flush(thread_id: str) -> TurnRecord | None:
            record = await newest(thread_id)
            await asyncio.to_thread(own_redis.say, "FLUSHALL")
            return record

        monkeypatch.setattr(b, "newest", then_flush)
        record = await a.newest("a")
        assert record is not None
        frames, up_to = await b.frames(record)
        assert list(frames) == [b"1", b"2", b"3"][: up_to.last_seq]
        await writer.end("completed", LAST)

    async def test_the_database_has_it_at_once_when_it_is_much(self, new_log: NewLog) -> None:
        a = new_log()
        writer = await write(a)
        await show(writer, b"x" * 70_000)
        assert len(await stored_soon(a, 1)) == 1

    async def test_what_was_seen_counts_in_every_process(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        writer = await write(a, b"1")
        writer.append(b"kept", Retention())
        writer.append(b"map", Retention("map"))
        await show(writer, b"4")
        assert await stored(a) == [b"1"]
        for log in (a, b):
            newest = await log.newest("a")
            assert newest is not None
            assert newest.last_seq == 4
            frames, _ = await log.frames(newest)
            assert list(frames) == [b"1", b"kept", b"map", b"4"]
            assert await retained_frames(log, "a", 4) == {2: b"kept", 3: b"map"}
            assert await retained_frames(log, "a", 2) == {2: b"kept"}
            reader = await log.read("a", Position(writer.epoch, 3))
            assert await read_frames(reader, 1) == [b"4"]
            with pytest.raises(PositionGoneError):
                await log.read("a", Position(writer.epoch, 5))

    async def test_a_turn_that_says_much_is_followed_to_the_last_word(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        writer = await write(a)
        following = [asyncio.ensure_future(read_all(await log.read("a", None))) for log in (a, b)]
        frames = [b"%06d" % number * 20 for number in range(4000)]
        for number, frame in enumerate(frames):
            writer.append(frame)
            if number % 50 == 0:
                await asyncio.sleep(0)
            if writer.is_congested:
                await writer.commit()
        await writer.end("completed", LAST)
        for frames_there in await asyncio.gather(*following):
            assert frames_there == [*frames, LAST]

    async def test_ended_turns_expire_and_running_ones_do_not(
        self, new_log: NewLog, own_redis: Redis
    ) -> None:
        a = new_log()
        over = await write(a, b"1")
        await write(a, b"1", thread_id="b", turn_id="turn_2")
        withdrawn = await a.begin("c", "turn_3")
        while own_redis.say("EXISTS", "turnstream:turn_3") == ":0":  # noqa: ASYNC110 - the other end is Redis
            await asyncio.sleep(0)  # one that is withdrawn before it is published leaves nothing to expire
        await over.end("completed", LAST)
        await withdrawn.withdraw()
        await redis_of(a).publisher.close()
        left_s = [int(own_redis.say("TTL", f"turnstream:turn_{number}").lstrip(":")) for number in (1, 2, 3)]
        assert left_s[1] == -1
        assert 0 < left_s[0] <= 60
        assert 0 < left_s[2] <= 60


class TestTakeovers:
    async def test_what_readers_had_is_stored_before_the_turn_ends(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        heard = await hear(b)
        writer = await write(a, b"1")
        writer.append(b"2", Retention("map"))
        await show(writer, b"3")
        await end_leases(b)
        assert await stored(b) == [b"1"]
        await b.sweep()
        [(record, orphan)] = heard.orphans
        assert (record.last_seq, record.epoch) == (3, writer.epoch)
        assert await stored(b) == [b"1", b"2", b"3"]
        assert await retained_frames(b, "a", 3) == {2: b"2"}
        await orphan.end("interrupted", LAST)
        reader = await b.read("a", Position(writer.epoch, 3))
        assert await read_all(reader) == [LAST]

    async def test_a_zombie_publishes_nothing(self, new_log: NewLog) -> None:
        a, b, c = new_log(), new_log(), new_log()
        zombie, heard = await hear(a), await hear(b)
        writer = await write(a, b"1")
        here, there = writer.read(), await c.read("a", None)
        assert [await read_frames(here, 1), await read_frames(there, 1)] == [[b"1"], [b"1"]]
        await end_leases(b)
        await b.sweep()
        writer.append(b"of the dead")
        assert await read_all(here) == []
        assert here.must_reattach
        assert zombie.lost == ["turn_1"]
        with pytest.raises(LeaseLostError):
            await writer.commit()
        await heard.orphans[0][1].end("interrupted", LAST)
        assert await read_all(there) == [LAST]

    async def test_a_fenced_turn_is_left_to_the_database(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a, b, c = new_log(), new_log(), new_log()
        heard = await hear(b)
        await write(a, b"1")
        there = await c.read("a", None)
        assert await read_frames(there, 1) == [b"1"]
        await end_leases(b)
        await b.sweep()
        reads: list[object] = []
        read = redis_of(c).streams.read

        async def count(places: Mapping[str, int], *, wait_ms: int) -> object:
            reads.append(places)
            return await read(places, wait_ms=wait_ms)

        monkeypatch.setattr(redis_of(c).streams, "read", count)
        monkeypatch.setattr(listener, "QUIET_POLL_EVERY_S", NEVER_S)  # or that alone would bring the end
        await asyncio.sleep(0.5)
        assert len(reads) < 10  # it would answer at once, for ever
        await heard.orphans[0][1].end("interrupted", LAST)
        assert await read_all(there) == [LAST]

    async def test_if_redis_lost_it_too_positions_are_gone(self, new_log: NewLog, own_redis: Redis) -> None:
        a, b, c = new_log(), new_log(), new_log()
        heard = await hear(b)
        writer = await write(a, b"1")
        there = await c.read("a", None)
        assert await read_frames(there, 1) == [b"1"]
        await show(writer, b"2")
        assert await read_frames(there, 1) == [b"2"]
        own_redis.say("FLUSHALL")
        await end_leases(b)
        await b.sweep()
        [(record, orphan)] = heard.orphans
        assert record.epoch != writer.epoch
        await orphan.end("interrupted", LAST)
        with pytest.raises(PositionGoneError):
            await there.next()
        with pytest.raises(PositionGoneError):
            await b.read("a", Position(writer.epoch, 2))
        assert await read_all(await b.read("a", None)) == [b"1", LAST]

    async def test_readers_of_a_former_epoch_are_told_when_another_reads_the_new_one(
        self, new_log: NewLog, own_redis: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a, b, c = new_log(), new_log(), new_log()
        heard = await hear(b)
        monkeypatch.setattr(listener, "QUIET_POLL_EVERY_S", NEVER_S)  # the database does not tell them
        writer = await write(a, b"1")
        there = await c.read("a", None)
        assert await read_frames(there, 1) == [b"1"]
        await show(writer, b"2")
        assert await read_frames(there, 1) == [b"2"]
        reading = asyncio.create_task(there.next())
        own_redis.say("FLUSHALL")
        await end_leases(b)
        await b.sweep()
        [(record, orphan)] = heard.orphans
        assert record.epoch != writer.epoch
        anew = await c.read("a", None)
        with pytest.raises(PositionGoneError):
            await reading
        await orphan.end("interrupted", LAST)
        assert anew.position.epoch == record.epoch

    async def test_a_redis_that_is_away_holds_up_no_takeover(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[str] = []

        async def wait_in_vain(turn_id: str, _after: int) -> None:
            asked.append(turn_id)
            raise RedisAwayError("Timeout reading from socket")

        a, b = new_log(), new_log()
        heard = await hear(b)
        for number in range(3):
            await write(a, b"1", thread_id=f"thr_{number}", turn_id=f"turn_{number}")
        await end_leases(b)
        monkeypatch.setattr(transport, "TAKEOVER_WAITS_S", 0.0)
        monkeypatch.setattr(redis_of(b).streams, "fence", wait_in_vain)
        await b.sweep()
        assert len(heard.orphans) == 3
        assert len(asked) == 1

    async def test_a_takeover_that_broke_off_is_not_taken_for_whole(
        self, new_log: NewLog, own_redis: Redis
    ) -> None:
        a, b = new_log(), new_log()
        heard = await hear(b)
        writer = await write(a, b"1")
        own_redis.say("FLUSHALL")
        await redis_of(b).streams.fence("turn_1", 1)  # by a process that died then
        await end_leases(b)
        await b.sweep()
        assert heard.orphans[0][0].epoch != writer.epoch

    async def test_a_gap_in_redis_is_not_taken_for_whole(self, new_log: NewLog, own_redis: Redis) -> None:
        a, b = new_log(), new_log()
        heard = await hear(b)
        writer = await write(a, b"1")
        await show(writer, b"2", b"3")
        own_redis.say("XDEL", "turnstream:turn_1", "2-0")
        await end_leases(b)
        await b.sweep()
        assert heard.orphans[0][0].epoch != writer.epoch
        assert await stored(b) == [b"1"]


class TestLosingRedis:
    async def test_a_flush_in_mid_turn_loses_nothing(self, new_log: NewLog, own_redis: Redis) -> None:
        a, b = new_log(), new_log()
        writer = await write(a, b"1")
        here, there = writer.read(), await b.read("a", None)
        await show(writer, b"2")
        assert await read_frames(there, 2) == [b"1", b"2"]
        own_redis.say("FLUSHALL")
        await show(writer, b"3")
        # Its beginning, and what the database lacks.
        assert own_redis.say("XLEN", "turnstream:turn_1") == ":3"
        await show(writer, b"4")
        assert await read_frames(there, 2) == [b"3", b"4"]
        await writer.end("completed", LAST)
        assert await read_all(here) == [b"1", b"2", b"3", b"4", LAST]
        assert await read_all(there) == [LAST]

    async def test_what_was_seen_is_stored_at_once_when_redis_goes(
        self, new_log: NewLog, own_redis: Redis
    ) -> None:
        a = new_log()
        await show(await write(a), b"of a quiet turn")
        other = await write(a, thread_id="b", turn_id="turn_2")
        own_redis.process.kill()
        await show(other, b"1")
        assert await stored(a) == [b"of a quiet turn"]
        assert await stored(a, "b") == [b"1"]

    async def test_readers_go_on_while_redis_is_restarted(self, new_log: NewLog, own_redis: Redis) -> None:
        a, b = new_log(), new_log()
        writer = await write(a)
        reading = [
            asyncio.ensure_future(read_all(reader)) for reader in (writer.read(), await b.read("a", None))
        ]
        seen_there = await b.read("a", None)
        await show(writer, b"0")
        assert await read_frames(seen_there, 1) == [b"0"]
        own_redis.process.kill()
        count = await say_until(
            writer, lambda: not redis_of(a).publisher.is_up and seen_there.position.seq < writer.seq - 20
        )
        assert await read_frames(seen_there, count) == [b"%d" % number for number in range(1, count + 1)]
        own_redis.start()
        back = await say_until(writer, lambda: redis_of(a).publisher.is_up)
        more = await say_until(writer, lambda: own_redis.say("EXISTS", "turnstream:turn_1") == ":1")
        await writer.end("completed", LAST)
        expected = [
            b"0",
            *(b"%d" % number for part in (count, back, more) for number in range(1, part + 1)),
            LAST,
        ]
        assert await asyncio.gather(*reading) == [expected, expected]

    async def test_a_redis_that_hangs_delays_readers_once(
        self, new_log: NewLog, own_redis: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(streams, "TIMEOUT_S", 1.0)
        a, b = new_log(), new_log()
        writer = await write(a, b"1")
        there = await b.read("a", None)
        assert await read_frames(there, 1) == [b"1"]
        own_redis.process.pause()
        await show(writer, b"2")
        assert await read_frames(there, 1) == [b"2"]
        with monkeypatch.context() as patch:
            publish = AsyncMock(side_effect=AssertionError("a Redis that hangs is not asked again"))
            patch.setattr(redis_of(a).streams, "publish", publish)
            await show(writer, b"3")
            publish.assert_not_called()
        own_redis.process.resume()
        count = await say_until(writer, lambda: redis_of(a).publisher.is_up)
        await writer.end("completed", LAST)
        assert await read_all(there) == [b"3", *(b"%d" % number for number in range(1, count + 1)), LAST]

    async def test_a_full_redis_is_away(self, new_log: NewLog, own_redis: Redis) -> None:
        a, b = new_log(), new_log()
        writer = await write(a, b"1")
        there = await b.read("a", None)
        own_redis.say("CONFIG", "SET", "maxmemory", "1mb")
        own_redis.say("CONFIG", "SET", "maxmemory-policy", "noeviction")
        await show(writer, b"2", b"3")
        assert not redis_of(a).publisher.is_up
        assert await stored(a) == [b"1", b"2", b"3"]
        assert await read_frames(there, 3) == [b"1", b"2", b"3"]
        own_redis.say("CONFIG", "SET", "maxmemory", "0")
        count = await say_until(writer, lambda: redis_of(a).publisher.is_up)
        await writer.end("completed", LAST)
        assert await read_all(there) == [*(b"%d" % number for number in range(1, count + 1)), LAST]

    async def test_turns_begin_and_end_without_redis(self, new_log: NewLog, own_redis: Redis) -> None:
        own_redis.process.kill()
        a, b = new_log(), new_log()
        await a.open(nobody())
        writer = await write(a, b"1")
        there = await b.read("a", None)
        await show(writer, b"2")
        await writer.end("completed", LAST)
        assert await read_all(there) == [b"1", b"2", LAST]

    async def test_a_mistake_in_the_relay_keeps_nothing_back(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a = new_log()

        async def fail(_publications: object) -> None:
            raise RuntimeError("a mistake")

        monkeypatch.setattr(redis_of(a).streams, "publish", fail)
        writer = await write(a)
        await show(writer, b"1")
        assert await stored(a) == [b"1"]


class TestOpening:
    @pytest.mark.parametrize("policy", ["allkeys-lru", "allkeys-random"])
    async def test_a_redis_that_deletes_running_turns_is_refused(
        self, new_log: NewLog, own_redis: Redis, policy: str
    ) -> None:
        own_redis.say("CONFIG", "SET", "maxmemory-policy", policy)
        await new_log().open(nobody())  # without a limit it deletes nothing
        own_redis.say("CONFIG", "SET", "maxmemory", "100mb")
        with pytest.raises(TurnstreamError, match=f"maxmemory-policy {policy}.*set it to noeviction"):
            await new_log().open(nobody())

    @pytest.mark.parametrize("policy", ["noeviction", "volatile-lru", "volatile-ttl"])
    async def test_a_redis_that_keeps_what_does_not_expire_is_taken(
        self, new_log: NewLog, own_redis: Redis, policy: str
    ) -> None:
        own_redis.say("CONFIG", "SET", "maxmemory", "100mb")
        own_redis.say("CONFIG", "SET", "maxmemory-policy", policy)
        await new_log().open(nobody())

    async def test_closing_leaves_no_task_and_no_connection(self, new_log: NewLog, own_redis: Redis) -> None:
        before = asyncio.all_tasks()
        a, b = new_log(), new_log()
        await a.open(nobody())
        writer = await write(a, b"1")
        reader = await b.read("a", None)
        await read_frames(reader, 1)
        await writer.end("completed", LAST)
        await a.close()
        await b.close()
        assert asyncio.all_tasks() == before
        own_redis.say("CLIENT", "KILL", "TYPE", "pubsub")
        assert own_redis.say("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes") == ":0"

    def test_a_missing_package_names_the_extra(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "redis.asyncio", None)
        with pytest.raises(TurnstreamError, match=r"install turnstream\[redis\]"):
            RedisEventLog("redis://127.0.0.1/0", "sqlite://")


def nobody() -> Signals:
    def nothing(*_: object) -> None: ...

    return Signals(cancel=nothing, lost=nothing, orphan=nothing, resolved=nothing)
