"""What every event log promises. The backends that run it are named in `conftest.py`."""

import asyncio
from contextlib import suppress
from random import Random

import pytest
from anyio import wait_all_tasks_blocked

from turnstream.errors import ThreadBusyError
from turnstream.eventlog import EventLog, LogReader, Position, TurnWriter
from turnstream.eventlog.base import (
    Activity,
    DuplicateRequestError,
    LeaseLostError,
    PositionGoneError,
    RequestKey,
    Retention,
)
from turnstream.eventlog.call_store import CallRecord
from turnstream.eventlog.recent_turns import RECENT_S

LAST = b'data: {"type":"turnstream.turn_ended","status":"completed"}\n\n'
REQUEST = RequestKey("key-1", "hash-1")


async def read_all(reader: LogReader) -> list[bytes]:
    frames: list[bytes] = []
    while batch := await reader.next():
        frames += batch
    return frames


async def write(log: EventLog, *frames: bytes, thread_id: str = "a", turn_id: str = "turn_1") -> TurnWriter:
    """A turn that has said `frames` and runs on."""
    writer = await log.begin(thread_id, turn_id)
    for frame in frames:
        writer.append(frame)
    await writer.commit()
    return writer


async def write_turn(
    log: EventLog, *frames: bytes, thread_id: str = "a", turn_id: str = "turn_1"
) -> Position:
    """A turn that is over; returns its last position."""
    writer = await write(log, *frames, thread_id=thread_id, turn_id=turn_id)
    await writer.end("completed", LAST)
    return Position(writer.epoch, writer.seq)


async def retained_frames(log: EventLog, thread_id: str, up_to: int) -> dict[int, bytes]:
    return {seq: entry.frame for seq, entry in (await log.retained(thread_id, up_to)).items()}


async def first_frames(writer: TurnWriter) -> list[bytes]:
    return list(await writer.read().next())


def call_of(thread_id: str) -> CallRecord:
    return CallRecord(
        thread_id=thread_id, item_id="tc_1", call_id="call_1", turn_id="turn_1", owner="ada", is_inline=False
    )


class EventLogConformance:
    async def test_sequence_numbers_rise_by_one_over_all_turns_of_a_thread(self, log: EventLog) -> None:
        first = await write(log, b"1", b"2")
        assert first.seq == 2
        await first.end("completed", LAST)
        second = await write(log, b"4", turn_id="turn_2")
        assert (second.seq, second.epoch) == (4, first.epoch)
        other = await write(log, b"1", thread_id="b", turn_id="turn_3")
        assert other.seq == 1
        assert other.epoch != first.epoch

    async def test_a_reader_gets_the_backlog_then_what_follows(self, log: EventLog) -> None:
        writer = await write(log, b"1")
        reader = writer.read()
        assert list(await reader.next()) == [b"1"]
        writer.append(b"2")
        writer.append(b"3")
        await writer.commit()
        assert list(await reader.next()) == [b"2", b"3"]
        assert reader.position == Position(writer.epoch, 3)

    async def test_a_reader_waits_for_the_next_frame(self, log: EventLog) -> None:
        writer = await write(log)
        reader = writer.read()
        reading = asyncio.ensure_future(reader.next())
        await wait_all_tasks_blocked()
        assert not reading.done()
        writer.append(b"1")
        assert list(await reading) == [b"1"]

    async def test_a_reader_starts_after_a_position(self, log: EventLog) -> None:
        writer = await write(log, b"1", b"2", b"3")
        reader = await log.read("a", Position(writer.epoch, 2))
        assert list(await reader.next()) == [b"3"]
        assert reader.is_live
        assert not reader.is_ended

    async def test_without_a_position_a_reader_starts_at_the_beginning_of_the_log(
        self, log: EventLog
    ) -> None:
        await write_turn(log, b"1")
        await write_turn(log, b"3", turn_id="turn_2")
        assert await read_all(await log.read("a", None)) == [b"1", LAST, b"3", LAST]

    async def test_a_reader_passes_from_an_earlier_turn_into_the_running_one(self, log: EventLog) -> None:
        await write_turn(log, b"1")
        writer = await write(log, b"3", turn_id="turn_2")
        reader = await log.read("a", Position(writer.epoch, 1))
        reading = asyncio.ensure_future(read_all(reader))
        await wait_all_tasks_blocked()
        writer.append(b"4")
        await writer.end("completed", LAST)
        assert await reading == [LAST, b"3", b"4", LAST]

    async def test_a_reader_of_one_turn_ends_with_it(self, log: EventLog) -> None:
        first = await write(log, b"1")
        own = first.read()
        record = await log.newest("a")
        await first.end("completed", LAST)
        await write(log, b"3", turn_id="turn_2")
        assert await read_all(own) == [b"1", LAST]
        later = await log.read("a", Position(first.epoch, 0), until=await log.find("a", "turn_1"))
        assert await read_all(later) == [b"1", LAST]
        assert record is not None
        assert record.id == "turn_1"

    async def test_a_reader_at_the_end_of_a_thread_at_rest_has_ended(self, log: EventLog) -> None:
        position = await write_turn(log, b"1")
        reader = await log.read("a", position)
        assert reader.is_ended
        assert list(await reader.next()) == []

    async def test_the_end_is_seen_after_the_last_frame(self, log: EventLog) -> None:
        writer = await write(log, b"1")
        reader = writer.read()
        await writer.end("completed", LAST)
        assert await read_all(reader) == [b"1", LAST]
        assert reader.is_ended
        assert list(await reader.next()) == []

    async def test_threads_do_not_see_each_other(self, log: EventLog) -> None:
        a = await write(log, b"for a")
        b = await write(log, b"for b", thread_id="b", turn_id="turn_2")
        await asyncio.gather(a.end("completed", LAST), b.end("completed", LAST))
        assert await read_all(await log.read("a", None)) == [b"for a", LAST]
        assert await read_all(await log.read("b", None)) == [b"for b", LAST]

    async def test_a_cancelled_wait_loses_nothing(self, log: EventLog) -> None:
        writer = await write(log)
        reader = writer.read()
        reading = asyncio.ensure_future(reader.next())
        await wait_all_tasks_blocked()
        reading.cancel()
        await wait_all_tasks_blocked()
        writer.append(b"1")
        assert list(await reader.next()) == [b"1"]

    async def test_an_interrupted_wait_returns_nothing_and_the_reader_goes_on(self, log: EventLog) -> None:
        writer = await write(log)
        reader = writer.read()
        reading = asyncio.ensure_future(reader.next())
        await wait_all_tasks_blocked()
        reader.interrupt()
        assert list(await reading) == []
        assert not reader.is_ended
        writer.append(b"1")
        assert list(await reader.next()) == [b"1"]

    async def test_a_slow_reader_takes_a_long_backlog_in_parts(self, log: EventLog) -> None:
        frames = [b"%07d" % number * 10_000 for number in range(40)]
        writer = await write(log, *frames)
        reader = await log.read("a", Position(writer.epoch, 0))
        read: list[bytes] = []
        while not reader.is_live:
            batch = await reader.next()
            assert sum(map(len, batch)) <= 512 * 1024 or len(batch) == 1 or len(read) == 0
            read += batch
        assert read == frames

    @pytest.mark.parametrize("seq", [3, 10**15])
    async def test_a_position_ahead_of_the_log_is_gone(self, log: EventLog, seq: int) -> None:
        position = await write_turn(log, b"1")
        with pytest.raises(PositionGoneError):
            await log.read("a", Position(position.epoch, seq))

    async def test_a_position_of_another_epoch_is_gone(self, log: EventLog) -> None:
        await write_turn(log, b"1")
        with pytest.raises(PositionGoneError):
            await log.read("a", Position("ffffffff", 1))

    async def test_a_thread_without_turns_has_no_position(self, log: EventLog) -> None:
        assert await log.newest("a") is None
        with pytest.raises(PositionGoneError):
            await log.read("a", None)

    async def test_a_thread_runs_one_turn_at_a_time(self, log: EventLog) -> None:
        first = await write(log, b"1")
        with pytest.raises(ThreadBusyError) as busy:
            await log.begin("a", "turn_2")
        assert busy.value.turn_id == "turn_1"
        await first.end("completed", LAST)
        await log.begin("a", "turn_2")

    async def test_of_turns_that_begin_at_once_one_begins(self, log: EventLog) -> None:
        begun = await asyncio.gather(*(log.begin("a", f"turn_{n}") for n in range(5)), return_exceptions=True)
        assert sum(isinstance(turn, TurnWriter) for turn in begun) == 1
        assert sum(isinstance(turn, ThreadBusyError) for turn in begun) == 4

    async def test_a_request_begins_one_turn(self, log: EventLog) -> None:
        begun = await asyncio.gather(
            *(log.begin(f"thr_{n}", f"turn_{n}", owner="ada", request=REQUEST) for n in range(5)),
            return_exceptions=True,
        )
        [writer] = [turn for turn in begun if isinstance(turn, TurnWriter)]
        known = [turn for turn in begun if isinstance(turn, DuplicateRequestError)]
        assert {error.turn.id for error in known} == {writer.turn_id}
        assert len(known) == 4

    async def test_a_request_is_known_when_its_turn_is_over(self, log: EventLog) -> None:
        writer = await log.begin("a", "turn_1", owner="ada", request=REQUEST)
        await writer.end("completed", LAST)
        with pytest.raises(DuplicateRequestError) as known:
            await log.begin("a", "turn_2", owner="ada", request=REQUEST)
        turn = known.value.turn
        assert (turn.id, turn.status, turn.body_hash, turn.last_seq) == ("turn_1", "completed", "hash-1", 1)
        assert await log.known("ada", REQUEST) == turn

    async def test_requests_of_other_owners_are_other_requests(self, log: EventLog) -> None:
        await log.begin("a", "turn_1", owner="ada", request=REQUEST)
        await log.begin("b", "turn_2", owner="bob", request=RequestKey(REQUEST.key, "hash-2"))

    async def test_a_withdrawn_turn_never_was(self, log: EventLog) -> None:
        before = await write_turn(log, b"1")
        writer = await log.begin("a", "turn_2", owner="ada", request=REQUEST)
        await writer.withdraw()
        newest = await log.newest("a")
        assert newest is not None
        assert (newest.id, newest.position) == ("turn_1", before)
        again = await log.begin("a", "turn_3", owner="ada", request=REQUEST)
        again.append(b"3")
        await again.end("completed", LAST)
        assert await read_all(await log.read("a", before)) == [b"3", LAST]

    async def test_the_newest_turn_tells_its_status_and_position(self, log: EventLog) -> None:
        writer = await write(log, b"1", b"2")
        running = await log.newest("a")
        assert running is not None
        assert (running.id, running.status, running.first_seq, running.last_seq) == (
            "turn_1",
            "running",
            0,
            2,
        )
        await writer.end("failed", LAST)
        ended = await log.newest("a")
        assert ended is not None
        assert (ended.status, ended.last_seq, ended.epoch) == ("failed", 3, writer.epoch)

    async def test_a_turn_is_found_in_its_thread_only(self, log: EventLog) -> None:
        await write_turn(log, b"1")
        found = await log.find("a", "turn_1")
        assert found is not None
        assert found.status == "completed"
        assert await log.find("b", "turn_1") is None
        assert await log.find("a", "turn_9") is None

    async def test_a_turn_ends_once(self, log: EventLog) -> None:
        writer = await write(log, b"1")
        await writer.end("completed", LAST)
        with pytest.raises(LeaseLostError):
            await writer.check()
        newest = await log.newest("a")
        assert newest is not None
        assert newest.status == "completed"

    async def test_a_writer_that_gave_up_appends_nothing_and_its_readers_read_anew(
        self, log: EventLog
    ) -> None:
        writer = await write(log, b"1")
        reader = writer.read()
        writer.abandon()
        assert await read_all(reader) == [b"1"]
        assert reader.is_ended
        assert reader.must_reattach
        with pytest.raises(LeaseLostError):
            await writer.check()

    async def test_the_frames_since_a_turn_began(self, log: EventLog) -> None:
        await write_turn(log, b"1")
        await write(log, b"3", b"4", turn_id="turn_2")
        turn = await log.newest("a")
        assert turn is not None
        frames, newest = await log.frames(turn)
        assert (list(frames), newest) == ([b"3", b"4"], turn)

    async def test_frames_reach_into_the_turns_that_followed(self, log: EventLog) -> None:
        first = await write(log, b"1")
        turn = await log.newest("a")
        assert turn is not None
        await first.end("completed", LAST)
        await write(log, b"3", turn_id="turn_2")
        frames, newest = await log.frames(turn)
        assert list(frames) == [b"1", LAST, b"3"]
        assert (newest.id, newest.last_seq) == ("turn_2", 3)

    async def test_an_owners_turns_are_counted_and_those_of_others_are_not(self, log: EventLog) -> None:
        first = await log.begin("a", "turn_1", owner="ada")
        await log.begin("b", "turn_2", owner="ada")
        await log.begin("c", "turn_3", owner="bob")
        await log.begin("d", "turn_4", owner="ada", is_continuation=True)
        withdrawn = await log.begin("e", "turn_5", owner="ada")
        await withdrawn.withdraw()
        activity = await log.activity("ada")
        assert (activity.running, activity.recent) == (2, 2)
        assert 0 <= activity.oldest_s < RECENT_S
        await first.end("completed", LAST)
        activity = await log.activity("ada")
        assert (activity.running, activity.recent) == (1, 2)
        assert await log.activity("eve") == Activity()

    @pytest.mark.parametrize(("count", "size", "left"), [(1005, 10, 1000), (15, 100_000, 10)])
    async def test_a_thread_keeps_a_bounded_number_of_entries(
        self, log: EventLog, count: int, size: int, left: int
    ) -> None:
        writer = await log.begin("a", "turn_1")
        for number in range(count):
            writer.append(b"%06d" % number + b"x" * size, Retention())
        await writer.commit()
        assert len(await log.retained("a", count)) == count
        await writer.end("completed", LAST)
        retained = await retained_frames(log, "a", count)
        assert [int(frame[:6]) for frame in retained.values()] == list(range(count - left, count))

    async def test_kept_entries_are_those_marked_and_the_newest_of_each_slot(self, log: EventLog) -> None:
        writer = await log.begin("a", "turn_1")
        for frame, retained in [
            (b"one", Retention()),
            (b"old", Retention("map")),
            (b"plain", None),
            (b"two", Retention()),
            (b"new", Retention("map")),
            (b"other", Retention("form")),
        ]:
            writer.append(frame, retained)
        await writer.commit()
        assert await retained_frames(log, "a", 6) == {1: b"one", 4: b"two", 5: b"new", 6: b"other"}
        assert await retained_frames(log, "a", 5) == {1: b"one", 4: b"two", 5: b"new"}
        assert await retained_frames(log, "b", 9) == {}

    async def test_a_dropped_thread_begins_anew(self, log: EventLog) -> None:
        position = await write_turn(log, b"1")
        await log.drop("a")
        assert await log.newest("a") is None
        writer = await write(log, b"new", turn_id="turn_2")
        assert (writer.seq, writer.epoch == position.epoch) == (1, False)
        with pytest.raises(PositionGoneError):
            await log.read("a", position)

    async def test_dropping_a_thread_drops_its_calls_and_request_keys_and_no_others(
        self, log: EventLog
    ) -> None:
        for thread_id in ("a", "b"):
            writer = await log.begin(
                thread_id, f"turn_{thread_id}", owner="ada", request=RequestKey(thread_id, "hash")
            )
            await log.calls.register(call_of(thread_id), timeout_s=60)
            await writer.end("completed", LAST)
        for _ in range(2):
            await log.drop("a")
        assert await log.calls.pending("a") == []
        assert await log.known("ada", RequestKey("a", "hash")) is None
        assert len(await log.calls.pending("b")) == 1
        assert await log.known("ada", RequestKey("b", "hash")) is not None

    async def test_an_owners_threads_are_those_with_turns_or_calls_of_theirs(self, log: EventLog) -> None:
        for thread_id, owner in (("a", "ada"), ("b", "bob")):
            for number in range(2):
                writer = await log.begin(thread_id, f"turn_{thread_id}_{number}", owner=owner)
                await writer.end("completed", LAST)
        await log.begin("c", "turn_c", owner="ada")
        await log.calls.register(call_of("d"), timeout_s=60)
        assert sorted(await log.threads_of("ada")) == ["a", "c", "d"]
        for thread_id in ("a", "d"):
            await log.drop(thread_id)
        assert await log.threads_of("ada") == ["c"]
        assert await log.threads_of("eve") == []

    async def test_a_turn_whose_thread_was_dropped_writes_no_more(self, log: EventLog) -> None:
        writer = await write(log, b"1")
        await log.drop("a")
        writer.append(b"2")
        with suppress(LeaseLostError):
            await writer.commit()
        assert await log.newest("a") is None
        again = await write(log, b"new", turn_id="turn_2")
        assert await first_frames(again) == [b"new"]

    @pytest.mark.parametrize("seed", range(6))
    async def test_every_reader_sees_a_contiguous_part_of_the_same_log(
        self, log: EventLog, seed: int
    ) -> None:
        chance = Random(seed)
        written: list[bytes] = []
        for number in range(3):
            reading: list[tuple[int, asyncio.Future[list[bytes]]]] = []
            writer = await log.begin("a", f"turn_{number}")
            for _ in range(chance.randrange(6)):
                for _ in range(chance.randrange(5)):
                    written.append(b"%d.%d" % (number, len(written)))
                    writer.append(written[-1])
                await writer.commit()
                after = chance.randint(0, len(written))
                reader = await log.read("a", Position(writer.epoch, after))
                reading.append((after, asyncio.ensure_future(read_all(reader))))
            await writer.end("completed", LAST)
            written.append(LAST)
            for after, frames in reading:
                assert await frames == written[after:]
