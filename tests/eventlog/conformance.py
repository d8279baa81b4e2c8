"""What every event log promises. A log's test subclasses `EventLogConformance` and gives `make_log`."""

import asyncio
from abc import ABC, abstractmethod

from anyio import wait_all_tasks_blocked
from hypothesis import given
from hypothesis import strategies as st

from turnstream.eventlog import EventLog, LogReader


async def read_all(reader: LogReader) -> list[bytes]:
    frames: list[bytes] = []
    while batch := await reader.next():
        frames += batch
    return frames


class EventLogConformance(ABC):
    @abstractmethod
    def make_log(self) -> EventLog: ...

    async def test_sequence_numbers_rise_by_one_per_thread(self) -> None:
        log = self.make_log()
        assert [log.append("a", b"1"), log.append("a", b"2"), log.append("b", b"3")] == [1, 2, 1]

    async def test_a_reader_gets_the_backlog_then_what_follows(self) -> None:
        log = self.make_log()
        log.append("a", b"1")
        reader = log.read("a")
        assert list(await reader.next()) == [b"1"]
        log.append("a", b"2")
        log.append("a", b"3")
        assert list(await reader.next()) == [b"2", b"3"]

    async def test_a_reader_waits_for_the_next_frame(self) -> None:
        log = self.make_log()
        reader = log.read("a")
        waiting = asyncio.ensure_future(reader.next())
        await wait_all_tasks_blocked()
        assert not waiting.done()
        log.append("a", b"1")
        assert list(await waiting) == [b"1"]

    async def test_a_reader_starts_after_a_position(self) -> None:
        log = self.make_log()
        for frame in (b"1", b"2", b"3"):
            log.append("a", frame)
        assert list(await log.read("a", after=2).next()) == [b"3"]

    async def test_the_end_is_seen_after_the_last_frame(self) -> None:
        log = self.make_log()
        reader = log.read("a")
        log.append("a", b"1")
        log.end("a")
        assert await read_all(reader) == [b"1"]
        assert list(await reader.next()) == []

    async def test_the_end_wakes_a_waiting_reader(self) -> None:
        log = self.make_log()
        reader = log.read("a")
        waiting = asyncio.ensure_future(reader.next())
        await wait_all_tasks_blocked()
        log.end("a")
        assert list(await waiting) == []

    async def test_threads_do_not_see_each_other(self) -> None:
        log = self.make_log()
        a, b = log.read("a"), log.read("b")
        log.append("a", b"for a")
        log.append("b", b"for b")
        log.end("a")
        log.end("b")
        assert await read_all(a) == [b"for a"]
        assert await read_all(b) == [b"for b"]

    async def test_a_cancelled_wait_loses_nothing(self) -> None:
        log = self.make_log()
        reader = log.read("a")
        waiting = asyncio.ensure_future(reader.next())
        await wait_all_tasks_blocked()
        waiting.cancel()
        await wait_all_tasks_blocked()
        log.append("a", b"1")
        assert list(await reader.next()) == [b"1"]

    async def test_a_new_turn_starts_its_own_numbers(self) -> None:
        log = self.make_log()
        old = log.read("a")
        log.append("a", b"old")
        log.end("a")
        assert log.append("a", b"new") == 1
        assert await read_all(old) == [b"old"]

    @given(counts=st.lists(st.integers(0, 5), max_size=8), readers=st.integers(1, 4))
    async def test_every_reader_sees_the_same_frames_in_order(self, counts: list[int], readers: int) -> None:
        log = self.make_log()
        reading = [asyncio.ensure_future(read_all(log.read("a"))) for _ in range(readers)]
        written: list[bytes] = []
        for turn, count in enumerate(counts):
            for number in range(count):
                written.append(b"%d.%d" % (turn, number))
                log.append("a", written[-1])
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        log.end("a")
        assert [await frames for frames in reading] == [written] * readers
