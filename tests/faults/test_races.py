"""Two things happen in the same moment: one wins, and everybody is told the same."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.faults.client import Page
from tests.faults.cluster import Cluster, running, spread
from tests.faults.conftest import Size
from tests.faults.history import assert_holds
from tests.faults.record import Submit
from tests.faults.results import Numbers, quantile
from tests.faults.turns import split_turns
from tests.services import Postgres

TOKENS, DELAY_S = 40, 0.005


class Aim:
    """Finds the token at which to stop, so that stop and end meet.

    It is an earlier one after each turn that completed, a later one after each stop. Where a stop at the
    first token comes too late, the next turns are twice as long.
    """

    def __init__(self) -> None:
        self.token_count = TOKENS
        self.stop_at = TOKENS // 2

    def learn(self, status: str) -> None:
        step = max(1, self.token_count // 10)
        self.stop_at = (
            min(self.stop_at + step, self.token_count) if status == "cancelled" else self.stop_at - step
        )
        if self.stop_at < 1:
            self.token_count *= 2
            self.stop_at = self.token_count // 2


@pytest.mark.scenario("m", "stop at the moment of the last token")
@pytest.mark.needs("initdb")
async def test_a_stop_and_an_end_agree_on_one_status(
    tmp_path: Path, postgres: Postgres, size: Size, seed: int, numbers: Numbers
) -> None:
    race_count = size.pick(30, 500)
    async with running(tmp_path, postgres=postgres, seed=seed) as cluster:
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
    """Stop a turn around its end, from a tab on another replica; return what it was told and how long that
    took.
    """
    here, there = cluster.ports if number % 2 else reversed(cluster.ports)
    page = cluster.page(f"user-{number}", ports=[here])
    stop_at = aim.stop_at
    sending = asyncio.create_task(page.send(cluster.script(token_count=aim.token_count, delay_s=DELAY_S)))
    await tokens_seen(page, stop_at, sending)
    tab = cluster.page(page.user, ports=[there], thread_id=page.thread_id)
    await asyncio.sleep(cluster.rng.uniform(0, DELAY_S))
    began = time.monotonic()
    status = await tab.cancel(page.turn_id)
    took_s = time.monotonic() - began
    submit = await sending
    aim.learn(status)
    assert status == submit.status == await tab.cancel(page.turn_id)
    return status, took_s


async def tokens_seen(page: Page, count: int, sending: asyncio.Task[Submit]) -> None:
    """Return when the page has seen `count` deltas of its turn, or the turn is over."""
    while not sending.done():
        page.entry_seen.clear()
        if (
            sum(
                entry.type == "thread.item.updated"
                for one in page.reader.connections
                for entry in one.entries
            )
            >= count
        ):
            return
        seen = asyncio.create_task(page.entry_seen.wait())
        await asyncio.wait([seen, sending], return_when=asyncio.FIRST_COMPLETED)
        seen.cancel()


@pytest.mark.scenario("l", "two tabs send at once")
@pytest.mark.needs("initdb")
async def test_of_two_messages_at_once_one_is_told_busy(
    tmp_path: Path, postgres: Postgres, size: Size, seed: int, numbers: Numbers
) -> None:
    race_count = size.pick(12, 500)
    async with running(tmp_path, postgres=postgres, seed=seed) as cluster:
        winners = await spread(4, range(race_count), lambda number: send_twice(cluster, number))
        await cluster.collect()
    numbers.update({"races": race_count, "won by the first replica": winners.count(0)})
    assert_holds(cluster.history, seed=seed)
    cluster.assert_quiet()
    for stored in cluster.history.stored:
        completed = [submit for submit in cluster.history.submits if submit.status == "completed"]
        assert len(split_turns(stored.log)[0]) == sum(
            submit.thread_id == stored.thread_id for submit in completed
        )


async def send_twice(cluster: Cluster, number: int) -> int:
    """Send from two tabs of one thread on two replicas; return which one was answered.

    On a busy machine one message may come when the other's turn is over; then both are answered, and two more
    are sent.
    """
    tabs = [cluster.page(f"user-{number}", ports=[port]) for port in cluster.ports]
    await tabs[0].send(cluster.script(token_count=2, delay_s=0))
    await tabs[1].load(tabs[0].thread_id)
    while True:
        scripts = [cluster.script(token_count=TOKENS, delay_s=0.02) for _ in tabs]
        submits = await asyncio.gather(*(tab.send(script) for tab, script in zip(tabs, scripts, strict=True)))
        statuses = [str(submit.status) for submit in submits]
        if statuses != ["completed", "completed"]:
            break
    assert sorted(statuses) == ["busy", "completed"]
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
        refusals = await spread(4, range(race_count), lambda number: press_on(cluster, number))
        await cluster.collect()
    numbers.update(races=race_count, refusals=sum(refusals))
    assert sum(refusals) > 0, "the second tab never met a running turn"
    assert_holds(cluster.history, seed=seed)
    cluster.assert_quiet()


async def press_on(cluster: Cluster, number: int) -> int:
    """Send from a second tab, on another replica, again and again until it is no longer told busy; return how
    often.
    """
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
