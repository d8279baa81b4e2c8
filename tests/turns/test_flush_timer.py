import asyncio
from collections.abc import Callable

import pytest

from turnstream.turns import flush_timer as module
from turnstream.turns.flush_timer import MIN_PERIOD_S, PROMPT_PER_PERIOD, FlushTimer


def recorder(into: list[int], number: int) -> Callable[[], None]:
    return lambda: into.append(number)


async def test_a_quiet_process_flushes_at_once() -> None:
    flush_timer = FlushTimer(asyncio.get_running_loop())
    flushed: list[int] = []
    flush_timer.request(recorder(flushed, 1))
    assert flushed == [1]


async def test_what_exceeds_the_budget_waits_for_one_tick() -> None:
    flush_timer = FlushTimer(asyncio.get_running_loop())
    flushed: list[int] = []
    flushes = [recorder(flushed, number) for number in range(PROMPT_PER_PERIOD + 3)]
    for flush in flushes:
        flush_timer.request(flush)
    for flush in flushes[-3:]:
        flush_timer.request(flush)
    assert flushed == list(range(PROMPT_PER_PERIOD))
    await asyncio.sleep(MIN_PERIOD_S * 2)
    assert flushed == list(range(PROMPT_PER_PERIOD + 3))


async def test_a_discarded_flush_is_not_called() -> None:
    flush_timer = FlushTimer(asyncio.get_running_loop())
    flushed: list[int] = []
    flushes = [recorder(flushed, number) for number in range(PROMPT_PER_PERIOD + 1)]
    for flush in flushes:
        flush_timer.request(flush)
    flush_timer.discard(flushes[-1])
    await asyncio.sleep(MIN_PERIOD_S * 2)
    assert flushed == list(range(PROMPT_PER_PERIOD))


async def test_what_waits_for_a_tick_comes_after_its_flushes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PROMPT_PER_PERIOD", 0)
    flush_timer = FlushTimer(asyncio.get_running_loop())
    flushed: list[int] = []
    for number in range(3):
        flush_timer.request(recorder(flushed, number))
    seen_after: asyncio.Future[list[int]] = asyncio.get_running_loop().create_future()
    assert flush_timer.after_tick(lambda: seen_after.set_result([*flushed]))
    assert flushed == []
    assert await seen_after == [0, 1, 2]


async def test_nothing_waits_for_a_tick_that_does_not_come() -> None:
    flush_timer = FlushTimer(asyncio.get_running_loop())
    assert not flush_timer.after_tick(lambda: None)
    flush_timer.request(lambda: None)
    assert not flush_timer.after_tick(lambda: None)


async def test_all_turns_of_an_event_loop_share_a_timer() -> None:
    assert FlushTimer.here() is FlushTimer.here()
