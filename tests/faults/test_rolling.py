"""A deploy restarts one replica after the other, while people are reading."""

import asyncio
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.cluster import Cluster, Replica, assert_ended, gaps_s, running
from tests.faults.conftest import Size
from tests.faults.history import assert_holds
from tests.faults.results import Numbers, quantile
from tests.services import Postgres

EXIT_S = 35.0
GAP_S = 1.0


@pytest.mark.scenario("e", "both replicas restarted in turn behind nginx")
@pytest.mark.needs("initdb", "nginx")
async def test_nobody_notices_a_rolling_restart(
    tmp_path: Path, postgres: Postgres, size: Size, seed: int, numbers: Numbers
) -> None:
    stream_count, round_count = size.pick(8, 50), size.pick(1, 5)
    is_over = asyncio.Event()
    exits: list[tuple[int, float]] = []
    async with running(tmp_path, postgres=postgres, with_nginx=True, seed=seed) as cluster:

        async def person(number: int) -> None:
            page = cluster.page(f"user-{number}")
            while not is_over.is_set():
                await page.send(cluster.script(token_count=150, delay_s=0.02))

        people = [asyncio.create_task(person(number)) for number in range(stream_count)]
        await asyncio.sleep(1.0)
        for _ in range(round_count):
            exits += [await restart(cluster, replica, size.allowed_s(EXIT_S)) for replica in cluster.replicas]
        is_over.set()
        await asyncio.gather(*people)
        await cluster.collect()
    submits = cluster.history.submits
    failures = Counter(answer for answer in cluster.answers if answer[1] >= 500)
    gaps = gaps_s(cluster.history)
    numbers.update(
        {"streams": stream_count, "restarts": len(exits), "turns": len(submits), "5xx": failures.total()}
    )
    numbers.update({"gap p95 s": quantile(gaps, 0.95), "exit max s": max(seconds for _, seconds in exits)})
    assert_holds(cluster.history, seed=seed)
    assert_ended(submits, "completed")
    assert failures == Counter()
    assert [code for code, _ in exits] == [0] * len(exits)
    assert quantile(gaps, 0.95) <= size.allowed_s(GAP_S)


async def restart(cluster: Cluster, replica: Replica, exit_s: float) -> tuple[int, float]:
    """Stop a replica as a deploy does and start it again; return its exit code and how long it took to go."""
    began = time.monotonic()
    code = await asyncio.to_thread(replica.process.terminate, timeout_s=exit_s + 5)
    took_s = time.monotonic() - began
    assert took_s <= exit_s
    await asyncio.to_thread(replica.start)
    await asyncio.sleep(cluster.rng.uniform(0.5, 1.5))
    return code, took_s
