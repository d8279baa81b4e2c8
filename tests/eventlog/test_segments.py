"""Entries in segments: packed, read from any number, and beside the rows of an older version."""

import random
from collections.abc import Awaitable
from dataclasses import replace
from itertools import pairwise

import pytest

from tests.eventlog.conformance import LAST, read_all, retained_frames, write, write_turn
from tests.eventlog.conftest import NewLog
from tests.eventlog.processes import Outage, age, end_leases, hear, rows, sql, stored, stored_entries
from turnstream.eventlog import Position, SqlEventLog
from turnstream.eventlog.base import PositionGoneError, Retention
from turnstream.eventlog.sql import entries as module
from turnstream.eventlog.sql.entries import Entry, Row, frames_after, numbered, segments_of
from turnstream.eventlog.sql.group_commit import GroupCommit
from turnstream.eventlog.sql.writer import SqlWriter
from turnstream.store import StorageError

RANDOM = random.Random(17)


def delta(number: int) -> bytes:
    return (
        b'data: {"type":"thread.item.updated","item_id":"msg_5f2c1e7d9ab04c88","update":{"type":'
        b'"assistant_message.content_part.text_delta","content_index":0,"delta":"word %d "}}\n\n' % number
    )


FRAMES = {
    "of one byte": [b"x"] * 3000,
    "empty": [b"", b"a", b""],
    "of deltas": [delta(n) for n in range(40)],
    "of any bytes": [RANDOM.randbytes(n) for n in range(1, 500, 7)],
    "long": [b"y" * 300_000, b"z", RANDOM.randbytes(200_000)],
}


def entries_of(frames: list[bytes], retained: set[int] | None = None) -> list[Entry]:
    return [
        Entry(seq, frame, "*" if seq in (retained or ()) else None) for seq, frame in enumerate(frames, 8)
    ]


def rows_of(entries: list[Entry]) -> list[Row]:
    segments = [Row(*segment, 1) for segment in segments_of(entries)]
    return segments + [Row(each.seq, each.seq, each.frame, 0) for each in entries if each.mark is not None]


@pytest.mark.parametrize("frames", FRAMES.values(), ids=FRAMES)
def test_segments_have_each_frame_as_it_is(frames: list[bytes]) -> None:
    packed = rows_of(entries_of(frames))
    assert list(numbered(packed)) == list(enumerate(frames, 8))
    assert packed[0].first_seq == 8
    assert packed[-1].last_seq == 7 + len(frames)
    assert all(later.first_seq == earlier.last_seq + 1 for earlier, later in pairwise(packed))


def test_a_segment_is_not_long() -> None:
    packed = rows_of(entries_of([b"x" * 1000] * 200))
    assert {row.last_seq - row.first_seq + 1 for row in packed[:-1]} == {65}


@pytest.mark.parametrize("retained", [{8}, {9}, {8, 9}, {10, 12}, {17}, set(range(8, 18))], ids=str)
def test_a_retained_entry_is_in_no_segment(retained: set[int]) -> None:
    frames = [b"%d" % n for n in range(10)]
    packed = rows_of(entries_of(frames, retained))
    singles = {row.first_seq for row in packed if not row.is_segment}
    assert singles == retained
    for after in range(7, 18):
        for up_to in range(after, 18):
            assert frames_after(packed, after, up_to) == frames[after - 7 : up_to - 7]


def test_a_gap_ends_what_is_read() -> None:
    entries = entries_of([b"%d" % n for n in range(10)])
    packed = rows_of(entries[:3]) + rows_of(entries[4:])
    assert frames_after(packed, 7, 17) == [b"0", b"1", b"2"]
    assert frames_after(packed, 10, 17) == []


def test_segments_that_overlap_are_read_once() -> None:
    entries = entries_of([b"%d" % n for n in range(10)])
    packed = [*rows_of(entries[:4]), *rows_of(entries), *rows_of(entries[2:6]), *rows_of(entries[:4])]
    assert frames_after(packed, 7, 17) == [b"%d" % n for n in range(10)]
    assert frames_after(packed, 9, 12) == [b"2", b"3", b"4"]


def test_deltas_take_little_room() -> None:
    """Four tokens in a frame: fewer bytes for each than its text and what surrounds it in the row."""
    [one] = segments_of(entries_of([delta(1)]))
    [many] = segments_of(entries_of([delta(n) for n in range(13)]))
    assert len(one.frames) < 64
    assert len(many.frames) < 13 * 16


class TestLog:
    async def test_what_is_appended_together_is_one_row(self, new_log: NewLog) -> None:
        a = new_log()
        writer = await write(a, *[b"%d" % n for n in range(50)])
        assert await rows(a, "SELECT first_seq, last_seq FROM turnstream_segments") == [(1, 50)]
        for seq in (0, 1, 25, 49):
            reader = await a.read("a", Position(writer.epoch, seq))
            assert list(await reader.next()) == [b"%d" % n for n in range(seq, 50)]

    async def test_many_segments_are_read_in_pages(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "SEGMENT_BYTES", 0)
        a, b = new_log(), new_log()
        frames = [RANDOM.randbytes(RANDOM.randrange(1, 3000)) for _ in range(700)]
        await write_turn(a, *frames)
        assert await read_all(await b.read("a", None)) == [*frames, LAST]

    async def test_a_frame_of_any_length_is_read(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        frames = [RANDOM.randbytes(length) for length in (300_000, 10, 150_000, 70_000, 1)]
        await write_turn(a, *frames)
        assert await read_all(await b.read("a", None)) == [*frames, LAST]

    async def test_a_commit_whose_answer_was_lost_is_not_repeated(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """More was appended meanwhile, so that the rows would not be the same."""
        a = new_log()
        writer = await write(a, b"1")
        is_done = Outage(a, monkeypatch).lose_the_next_answer(StorageError("the network is away"))
        writer.append(b"2")
        await is_done.wait()
        writer.append(b"3")
        await writer.commit()
        assert await stored_entries(a) == [(1, b"1"), (2, b"2"), (3, b"3")]

    async def test_a_commit_that_goes_through_after_the_look_is_not_repeated(
        self, new_log: NewLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a = new_log()
        writer = await write(a, b"1")
        standing = a.commits._standing  # pyright: ignore[reportPrivateUsage]
        looks: list[int] = []

        async def look_too_early(writer: SqlWriter) -> object:
            found = await standing(writer)
            assert found is not None
            looks.append(found.saved_seq)
            return replace(found, saved_seq=1) if len(looks) == 1 else found

        def look(_commits: GroupCommit, writer: SqlWriter) -> Awaitable[object]:
            return look_too_early(writer)

        monkeypatch.setattr(GroupCommit, "_standing", look)
        Outage(a, monkeypatch).lose_the_next_answer(StorageError("the network is away"))
        writer.append(b"2")
        await writer.commit()
        assert looks == [2, 2]
        assert await stored_entries(a) == [(1, b"1"), (2, b"2")]


class TestUpgrade:
    """A version before had each entry in a row of its own."""

    async def test_an_old_turn_is_read_and_followed_by_new_ones(self, new_log: NewLog) -> None:
        a = new_log()
        position = await write_turn(a, b"1", b"2")
        await make_old(a)
        await write_turn(a, b"4", turn_id="turn_2")
        assert await read_all(await a.read("a", Position(position.epoch, 1))) == [b"2", LAST, b"4", LAST]

    async def test_a_turn_that_an_old_process_left_is_taken_over(self, new_log: NewLog) -> None:
        a, b = new_log(), new_log()
        heard = await hear(b)
        writer = await a.begin("a", "turn_1")
        writer.append(b"1", Retention("state"))
        writer.append(b"2", Retention("state"))
        writer.append(b"3")
        await writer.commit()
        await make_old(a)
        newest = await b.newest("a")
        assert newest is not None
        assert newest.last_seq == 3
        await end_leases(b)
        await b.sweep()
        [(record, successor)] = heard.orphans
        assert record.last_seq == 3
        await successor.end("interrupted", LAST)
        assert await read_all(await b.read("a", None)) == [b"1", b"2", b"3", LAST]
        assert await retained_frames(b, "a", 4) == {2: b"2"}

    async def test_old_turns_are_trimmed(self, new_log: NewLog) -> None:
        a = new_log()
        position = await write_turn(a, b"1", b"2")
        await make_old(a)
        await age(a, 3700)
        await a.trim()
        assert await stored(a) == []
        with pytest.raises(PositionGoneError):
            await a.read("a", Position(position.epoch, 0))


async def make_old(log: SqlEventLog) -> None:
    """Store all entries as the version before did."""
    rows = await stored_entries(log)
    retained = {seq for seq, _ in await single(log)}
    await sql(log, "DELETE FROM turnstream_segments")
    for seq, frame in rows:
        if seq not in retained:
            values = f"'a', {seq}, {literal(log, frame)}"
            await sql(log, f"INSERT INTO turnstream_entries (thread_id, seq, frame) VALUES ({values})")


async def single(log: SqlEventLog) -> list[tuple[int, bytes]]:
    return [(seq, frame) for seq, frame in await rows(log, "SELECT seq, frame FROM turnstream_entries")]


def literal(log: SqlEventLog, frame: bytes) -> str:
    return f"X'{frame.hex()}'" if log.database.dialect == "sqlite" else f"decode('{frame.hex()}', 'hex')"
