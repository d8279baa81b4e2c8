"""Two things happen in the same moment: one wins, and everybody is told the same."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.faults.cluster import Cluster, running, spread
from tests.faults.conftest import Size
from tests.faults.history import assert_holds
from tests.faults.results import Numbers, quantile
from tests.faults.turns import split_turns
from tests.services import Postgres

TOKENS, DELAY_S = 40, 0.005


class Aim:
    """Finds the moment at which stop and end meet: earlier after each turn that completed, later after each stop."""

    def __init__(self) -> None:
        self.wait_s = TOKENS * DELAY_S / 2
        self._step_s = 0.02

    def learn(self, status: str) -> None:
        self.wait_s = max(0.0, self.wait_s + (self._step_s if status == "cancelled" else -self._step_s))
        self._step_s = max(0.004, self._step_s * 0.9)


@pytest.mark.scenario("m", "stop at the moment of the last token")
@pytest.mark.needs("initdb")
async def test_a_stop_and_an_end_agree_on_one_status(
    tmp_path: Path, postgres: Postgres, size: Size, seed: int, numbers: Numbers
) -> None:
    race_count = size.pick(30, 500)
    async with running(tmp_path, postgres=postgres, seed=seed) as cluster:
        async with asyncio.timeout(50 if not size.is_full else 600):
            aim = Aim()
            outcomes = await spread(4, range(race_count), lambda number: stop_late(cluster, number, aim))
            await cluster.collect()
    said = [status for status, _ in outcomes]
    numbers.update(races=race_count, cancelled=said.count("cancelled"), completed=said.count("completed"))
    numbers["stop p95 s"] = quantile([seconds for _, seconds in outcomes], 0.95)
    assert_holds(cluster.history, seed=seed)
    cluster.assert_quiet()
    assert len(set(said)) == 2, "only one side ever won: this was no race"


async def stop_late(cluster: Cluster, number: int, aim: Aim) -> tuple[str, float]:
    """Stop a turn around its end, from a tab on another replica; return what it was told and how long that took."""
    here, there = cluster.ports if number % 2 else reversed(cluster.ports)
    page = cluster.page(f"user-{number}", ports=[here])
    sending = asyncio.create_task(page.send(cluster.script(token_count=TOKENS, delay_s=DELAY_S)))
    await page.entry_seen.wait()
    tab = cluster.page(page.user, ports=[there], thread_id=page.thread_id)
    await asyncio.sleep(aim.wait_s + cluster.rng.uniform(0, 0.005))
    began = time.monotonic()
    status = await tab.cancel(page.turn_id)
    took_s = time.monotonic() - began
    submit = await sending
    aim.learn(status)
    assert status == submit.status == await tab.cancel(page.turn_id)
    return status, took_s


@pytest.mark.scenario("l", "two tabs send at once")
@pytest.mark.needs("initdb")
async def test_of_two_messages_at_once_one_is_told_busy(
    tmp_path: Path, postgres: Postgres, size: Size, seed: int, numbers: Numbers
) -> None:
    race_count = size.pick(30, 500)
    async with running(tmp_path, postgres=postgres, seed=seed) as cluster:
        async with asyncio.timeout(50 if not size.is_full else 600):
            winners = await spread(4, range(race_count), lambda number: send_twice(cluster, number))
            await cluster.collect()
    numbers.update({"races": race_count, "won by the first replica": winners.count(0)})
    assert_holds(cluster.history, seed=seed)
    cluster.assert_quiet()
    for stored in cluster.history.stored:
        assert len(split_turns(stored.log)[0]) == 2


async def send_twice(cluster: Cluster, number: int) -> int:
    """Send from two tabs of one thread on two replicas; return which one was answered."""
    tabs = [cluster.page(f"user-{number}", ports=[port]) for port in cluster.ports]
    await tabs[0].send(cluster.script(token_count=2, delay_s=0))
    await tabs[1].load(tabs[0].thread_id)
    submits = await asyncio.gather(*(tab.send(cluster.script(token_count=TOKENS, delay_s=0.02)) for tab in tabs))
    statuses = [submit.status for submit in submits]
    assert sorted(map(str, statuses)) == ["busy", "completed"]
    loser = tabs[statuses.index("busy")]
    assert loser.turn_id in submits[statuses.index("completed")].turn_ids
    assert await loser.follow() == "completed"
    return statuses.index("completed")


@pytest.mark.scenario("l", "a tab sends at the moment at which the other's turn ends")
@pytest.mark.needs("initdb")
async def test_a_turn_that_begins_as_another_ends_goes_on_from_there(
    tmp_path: Path, postgres: Postgres, size: Size, seed: int, numbers: Numbers
) -> None:
    race_count = size.pick(20, 300)
    async with running(tmp_path, postgres=postgres, seed=seed) as cluster:
        async with asyncio.timeout(50 if not size.is_full else 600):
            refusals = await spread(4, range(race_count), lambda number: press_on(cluster, number))
            await cluster.collect()
    numbers.update(races=race_count, refusals=sum(refusals))
    assert sum(refusals) > race_count, "the second tab never met a running turn"
    assert_holds(cluster.history, seed=seed)
    cluster.assert_quiet()


async def press_on(cluster: Cluster, number: int) -> int:
    """Send from a second tab, on another replica, again and again until it is no longer told busy; return how often."""
    here, there = cluster.ports if number % 2 else reversed(cluster.ports)
    page, tab = (cluster.page(f"user-{number}", ports=[port]) for port in (here, there))
    page.entry_seen.clear()
    sending = asyncio.create_task(page.send(cluster.script(token_count=TOKENS, delay_s=DELAY_S)))
    await page.entry_seen.wait()
    await tab.load(page.thread_id)
    refusals = 0
    while (await tab.send(cluster.script(token_count=5, delay_s=0.002))).status == "busy":
        refusals += 1
    await sending
    return refusals
