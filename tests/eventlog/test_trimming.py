"""What of ended turns is deleted, and when."""

import pytest

import turnstream.eventlog.sql.statements
import turnstream.eventlog.sql.trimming
from tests.eventlog.conformance import LAST, REQUEST, read_all, retained_frames, write, write_turn
from tests.eventlog.conftest import NewLog
from tests.eventlog.processes import age, rows, stored
from turnstream.eventlog import Position
from turnstream.eventlog.base import PositionGoneError, Retention


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
        monkeypatch.setattr(turnstream.eventlog.sql.trimming, "TRIM_TURNS", 2)
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
