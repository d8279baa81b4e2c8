"""The clocks of replicas differ, or are set while turns run: order, leases and deadlines go by something
else.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest

from tests.faults.cluster import assert_ended, running
from tests.faults.conftest import Size
from tests.faults.history import assert_holds
from tests.faults.results import Numbers
from tests.faults.test_kills import TERMINAL_S, begin, go_on, kill_round
from tests.services import Postgres

HOUR_S = 3600
TOKENS = 500
"""Of an answer that lasts 10 s.

In its first 5 s a process interrupts nobody's turns, whatever the clock says.
"""


@pytest.mark.scenario("o", "the clocks of two replicas are two hours apart")
@pytest.mark.needs("initdb", "faketime")
async def test_replicas_with_other_clocks_agree(
    tmp_path: Path, postgres: Postgres, size: Size, seed: int, numbers: Numbers
) -> None:
    apart = (HOUR_S, -HOUR_S)
    async with running(tmp_path, postgres=postgres, clocks_by_s=apart, seed=seed) as cluster:
        pages, sending = await begin(cluster, size.pick(4, 50))
        assert_ended(await asyncio.gather(*sending), "completed")
        await go_on(cluster, pages)
        created = [item["created_at"] for page in pages for item in (await page.load())["items"]["data"]]
        victims = cluster.replicas[: size.pick(1, 2)]
        waits = [wait for victim in victims for wait in await kill_round(cluster, victim, len(pages))]
        await cluster.collect()
    off_s = {round((datetime.fromisoformat(at) - datetime.now(UTC)) / timedelta(hours=1)) for at in created}
    assert off_s == {1, -1}, "the replicas' clocks are not what they should be: this proves nothing"
    numbers.update(
        {
            "streams": len(pages),
            "kills": len(victims),
            "interrupted": len(waits),
            "terminal max s": max(waits),
        }
    )
    assert max(waits) <= size.allowed_s(TERMINAL_S)
    assert_holds(cluster.history, seed=seed)


@pytest.mark.scenario("o", "the clock of a process on SQLite is set while turns run")
@pytest.mark.needs("faketime")
async def test_a_clock_that_is_set_interrupts_nothing(
    tmp_path: Path, size: Size, seed: int, numbers: Numbers
) -> None:
    async with running(tmp_path, replica_count=1, clocks_by_s=[0], seed=seed) as cluster:
        [replica] = cluster.replicas
        assert replica.clock is not None
        for _ in range(size.pick(1, 5)):
            pages, sending = await begin(cluster, 10, token_count=TOKENS)
            # Often, since what must not happen hangs on the moment.
            for hour in cycle((1, 2, 3, 4, 5, 6, -1)):
                replica.clock.set(hour * HOUR_S)
                if (await asyncio.wait(sending, timeout=0.3, return_when=asyncio.FIRST_COMPLETED))[0]:
                    break
            assert_ended(await asyncio.gather(*sending), "completed")
            await go_on(cluster, pages)
        await cluster.collect()
    numbers.update(turns=len(cluster.history.submits))
    assert_holds(cluster.history, seed=seed)
