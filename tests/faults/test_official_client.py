"""A client without the extension: it can not come back, so its disconnect is a stop."""

import time
from pathlib import Path

import pytest

from tests.faults.client import Page, official_send
from tests.faults.cluster import running
from tests.faults.conftest import Size
from tests.faults.frames import Frame
from tests.faults.history import check
from tests.faults.http1 import BrokenAnswerError
from tests.faults.proxy import Plan, proxied
from tests.faults.record import Submit
from tests.faults.results import Numbers
from tests.faults.turns import delta_text, split_turns
from tests.services import Postgres

STOP_S = 2.0


@pytest.mark.scenario("b", "the official client, whole and cut")
@pytest.mark.needs("initdb")
async def test_a_cut_stops_the_turn_of_a_client_that_can_not_attach(
    tmp_path: Path, postgres: Postgres, size: Size, seed: int, numbers: Numbers
) -> None:
    async with running(tmp_path, postgres=postgres, seed=seed) as cluster:
        whole, cut = list[Frame](), list[Frame]()
        short, long = cluster.script(token_count=20), cluster.script(token_count=3000, delay_s=0.01)
        await official_send(cluster.ports[0], "ann", short, whole)
        async with proxied(cluster.ports[0], [Plan(cut_at=3000)]) as proxy:
            with pytest.raises(BrokenAnswerError):
                await official_send(proxy.port, "bob", long, cut)
        page = cluster.page("bob")
        asked_s = time.monotonic()
        status = await page_status(page, cut[0].event["thread"]["id"])
        assert time.monotonic() - asked_s <= size.allowed_s(STOP_S)
        cluster.page("ann", thread_id=whole[0].event["thread"]["id"])
        cluster.history.submits += [
            Submit("short", "ann", short, whole[0].event["thread"]["id"], status="completed"),
            Submit("long", "bob", long, cut[0].event["thread"]["id"], status=status),
        ]
        await cluster.collect()
    frames = [*whole, *cut]
    assert [frame for frame in frames if frame.position or frame.type.startswith("turnstream.")] == []
    assert delta_text(whole) == short.text()
    assert long.text().startswith(delta_text(cut))
    assert status == "cancelled"
    statuses = [turn.status for stored in cluster.history.stored for turn in split_turns(stored.log)[0]]
    numbers.update({"ended as": " and ".join(sorted(map(str, statuses)))})
    assert check(cluster.history) == []


async def page_status(page: Page, thread_id: str) -> str | None:
    """Return how the thread's turn ended, once it has."""
    await page.load(thread_id)
    return await page.follow()
