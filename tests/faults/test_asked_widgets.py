"""Widgets that a turn waits for: answered never, twice, late, after a reload, in two tabs, or passed over."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.client import Page, RefusedError
from tests.faults.cluster import Cluster, assert_ended, running, spread
from tests.faults.conftest import Size
from tests.faults.history import assert_holds
from tests.faults.model import Script
from tests.faults.record import Submit
from tests.faults.results import Numbers
from tests.services import Postgres

EXPIRES_S = 1.0
Trial = Callable[[Cluster, Script, str], Awaitable[None]]


class Shown:
    """Notes the widget, and leaves the answer to the test."""

    def __init__(self) -> None:
        self.item: dict[str, Any] = {}
        self.is_shown = asyncio.Event()

    async def __call__(self, item: dict[str, Any]) -> None:
        self.item = item
        self.is_shown.set()

    async def pick(self, page: Page, seat: int) -> str:
        """Return what became of an action: `accepted`, or the code of the refusal."""
        action = {"type": "pick", "payload": {"seat": seat}}
        place = {"thread_id": self.item["thread_id"], "item_id": self.item["id"]}
        try:
            answer = await page.call("threads.custom_action", **place, action=action)
        except RefusedError as refused:
            return refused.code
        return answer["status"]


async def begun(cluster: Cluster, script: Script, user: str) -> tuple[Page, Shown, "asyncio.Task[Submit]"]:
    """Send the message; return when its page shows the widget."""
    shown = Shown()
    page = cluster.page(user, handler=shown)
    sending = asyncio.create_task(page.send(script))
    await shown.is_shown.wait()
    return page, shown, sending


def replicas(cluster: Cluster, page: Page) -> list[Page]:
    """A page of the same person at each replica."""
    return [cluster.page(page.user, ports=[port], thread_id=page.thread_id) for port in cluster.ports]


async def promptly(cluster: Cluster, script: Script, user: str) -> None:
    page, shown, sending = await begun(cluster, script, user)
    assert await shown.pick(page, 1) == "accepted"
    await sending


async def not_at_all(cluster: Cluster, script: Script, user: str) -> None:
    """It expires, the model is told, and a late answer is refused by each replica."""
    page, shown, sending = await begun(cluster, script, user)
    await sending
    for other in replicas(cluster, page):
        assert await shown.pick(other, 1) == "expired"


async def twice(cluster: Cluster, script: Script, user: str) -> None:
    """The same answer at both replicas is welcome, another one is not."""
    page, shown, sending = await begun(cluster, script, user)
    others = replicas(cluster, page)
    assert await asyncio.gather(*(shown.pick(other, 1) for other in others)) == ["accepted"] * len(others)
    assert [await shown.pick(other, 2) for other in others] == ["already_answered"] * len(others)
    await sending


async def at_once(cluster: Cluster, script: Script, user: str) -> None:
    """Of two answers at two replicas, one counts."""
    page, shown, sending = await begun(cluster, script, user)
    picks = (shown.pick(other, seat) for seat, other in enumerate(replicas(cluster, page), 1))
    assert Counter(await asyncio.gather(*picks)) == {"accepted": 1, "already_answered": 1}
    await sending


async def after_a_reload(cluster: Cluster, script: Script, user: str) -> None:
    page, _, sending = await begun(cluster, script, user)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await page.leave()
    shown = Shown()
    again = cluster.page(user, handler=shown, thread_id=page.thread_id)
    following = asyncio.create_task(again.follow())
    await shown.is_shown.wait()
    assert await shown.pick(again, 2) == "accepted"
    status = await following
    next(submit for submit in cluster.history.submits if submit.script is script).status = status


async def passed_over(cluster: Cluster, script: Script, user: str) -> None:
    """A message at either replica stops the turn that waits, and is answered."""
    page, shown, sending = await begun(cluster, script, user)
    other = cluster.rng.choice(replicas(cluster, page))
    submit = await other.send(cluster.script(token_count=5))
    assert submit.status == "completed"
    assert (await sending).status == "cancelled"
    assert await shown.pick(other, 1) == "superseded"


ENDS: dict[Trial, str] = {not_at_all: "expired", passed_over: "superseded"}


@pytest.mark.scenario("k", "widgets that a turn waits for")
@pytest.mark.needs("initdb")
@pytest.mark.parametrize(
    "trial",
    [promptly, not_at_all, twice, at_once, after_a_reload, passed_over],
    ids=lambda trial: trial.__name__,
)
async def test_a_widget_is_answered_at_most_once_and_no_thread_is_stuck(
    trial: Trial, tmp_path: Path, postgres: Postgres, size: Size, seed: int, numbers: Numbers
) -> None:
    trial_count = size.pick(4, 34)
    timeout_s = EXPIRES_S if trial is not_at_all else 60.0
    async with running(tmp_path, postgres=postgres, seed=seed) as cluster:

        async def one(number: int) -> None:
            script = cluster.script(token_count=10, tool="widget", tool_timeout_s=timeout_s)
            await trial(cluster, script, f"user-{number}")

        await spread(5, range(trial_count), one)
        await cluster.collect()
    assert_holds(cluster.history, seed=seed)
    cluster.assert_quiet()
    assert_ended(
        cluster.history.submits, *({"completed", "cancelled"} if trial is passed_over else {"completed"})
    )
    answers = Counter(
        item["answer"]["status"]
        for stored in cluster.history.stored
        for item in stored.items
        if item["type"] == "widget"
    )
    numbers.update(trials=trial_count, **answers)
    assert answers == {ENDS.get(trial, "answered"): trial_count}
