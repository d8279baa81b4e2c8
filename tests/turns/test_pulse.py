import asyncio
from collections.abc import Callable

from turnstream.turns.pulse import MIN_PERIOD_S, PROMPT_PER_PERIOD, Pulse


def recorder(into: list[int], number: int) -> Callable[[], None]:
    return lambda: into.append(number)


async def test_a_quiet_process_flushes_at_once() -> None:
    pulse = Pulse(asyncio.get_running_loop())
    flushed: list[int] = []
    pulse.request(recorder(flushed, 1))
    assert flushed == [1]


async def test_what_exceeds_the_budget_waits_for_one_tick() -> None:
    pulse = Pulse(asyncio.get_running_loop())
    flushed: list[int] = []
    flushes = [recorder(flushed, number) for number in range(PROMPT_PER_PERIOD + 3)]
    for flush in flushes:
        pulse.request(flush)
    for flush in flushes[-3:]:
        pulse.request(flush)
    assert flushed == list(range(PROMPT_PER_PERIOD))
    await asyncio.sleep(MIN_PERIOD_S * 2)
    assert flushed == list(range(PROMPT_PER_PERIOD + 3))


async def test_a_discarded_flush_is_not_called() -> None:
    pulse = Pulse(asyncio.get_running_loop())
    flushed: list[int] = []
    flushes = [recorder(flushed, number) for number in range(PROMPT_PER_PERIOD + 1)]
    for flush in flushes:
        pulse.request(flush)
    pulse.discard(flushes[-1])
    await asyncio.sleep(MIN_PERIOD_S * 2)
    assert flushed == list(range(PROMPT_PER_PERIOD))
