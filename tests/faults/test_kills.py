"""Processes die without a word, or hang and come back."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.faults.client import Page
from tests.faults.cluster import Cluster, Replica, assert_ended, running
from tests.faults.conftest import Size
from tests.faults.history import assert_holds
from tests.faults.record import Submit
from tests.faults.results import Numbers, quantile
from tests.services import Postgres

TERMINAL_S = 10.0
"""From the kill to the terminal event at every reader."""
LASTING = 3000


async def begin(
    cluster: Cluster,
    count: int,
    *,
    token_count: int = 150,
    victim: Replica | None = None,
    head_s: float = 10.0,
    quiet_s: float = 45.0,
) -> tuple[list[Page], list[asyncio.Task[Submit]]]:
    """Let `count` people send a message each, to the replicas in turn; return when all see an answer begin.

    The answers of `victim`, which is about to be hurt, last for a minute: none is over before that happens.
    """
    ports = cluster.ports
    ways = [ports[number % len(ports) :] + ports[: number % len(ports)] for number in range(count)]
    pages = [
        cluster.page(f"user-{number}", ports=way, head_s=head_s, quiet_s=quiet_s)
        for number, way in enumerate(ways)
    ]
    counts = [LASTING if victim is not None and way[0] == victim.port else token_count for way in ways]
    scripts = [cluster.script(token_count=token_count, delay_s=0.02) for token_count in counts]
    sending = [asyncio.create_task(page.send(script)) for page, script in zip(pages, scripts, strict=True)]
    await asyncio.gather(*(page.entry_seen.wait() for page in pages))
    await asyncio.sleep(cluster.rng.uniform(0.3, 1.5))
    return pages, sending


async def go_on(cluster: Cluster, pages: list[Page]) -> None:
    """Each thread takes a new message, and its turn completes."""
    scripts = [cluster.script(token_count=5) for _ in pages]
    submits = await asyncio.gather(*(page.send(script) for page, script in zip(pages, scripts, strict=True)))
    assert_ended(submits, "completed")


@pytest.mark.scenario("f", "one of two replicas killed")
@pytest.mark.needs("initdb")
async def test_a_killed_replicas_turns_end_as_interrupted(
    tmp_path: Path, postgres: Postgres, size: Size, seed: int, numbers: Numbers
) -> None:
    stream_count, kill_count = size.pick(8, 100), size.pick(1, 20)
    waits: list[float] = []
    async with running(tmp_path, postgres=postgres, seed=seed) as cluster:
        for round_number in range(kill_count):
            waits += await kill_round(cluster, cluster.replicas[round_number % 2], stream_count)
        await cluster.collect()
    statuses = [submit.status for submit in cluster.history.submits]
    numbers.update(kills=kill_count, streams=stream_count, interrupted=statuses.count("interrupted"))
    numbers.update({"terminal p95 s": quantile(waits, 0.95), "terminal max s": max(waits)})
    assert max(waits) <= size.allowed_s(TERMINAL_S)
    assert_holds(cluster.history, seed=seed)


async def kill_round(cluster: Cluster, victim: Replica, stream_count: int) -> list[float]:
    """Kill a replica under load; return how long after the kill each of its turns ended for its reader."""
    pages, sending = await begin(cluster, stream_count, victim=victim)
    killed_s = time.time()
    victim.process.kill()
    submits = await asyncio.gather(*sending)
    assert_ended(submits, "completed", "interrupted")
    waits = [submit.ended_s - killed_s for submit in submits if submit.status == "interrupted"]
    assert waits, "the killed replica ran no turn: this proves nothing"
    await asyncio.to_thread(victim.start)
    await go_on(cluster, pages)
    return waits


@pytest.mark.scenario("f", "a replica hangs longer than its lease, then goes on")
@pytest.mark.needs("initdb")
async def test_a_zombie_can_not_append(
    tmp_path: Path, postgres: Postgres, size: Size, seed: int, numbers: Numbers
) -> None:
    hang_s = size.pick(7, 20)
    async with running(tmp_path, postgres=postgres, seed=seed) as cluster:
        zombie, other = cluster.replicas
        pages, sending = await begin(cluster, size.pick(6, 50), victim=zombie, head_s=2.0, quiet_s=2.0)
        stopped_s = time.time()
        zombie.process.pause()
        await asyncio.sleep(hang_s)
        zombie.process.resume()
        submits = await asyncio.gather(*sending)
        for page in pages:
            page.network.ports = [zombie.port, other.port]
        await go_on(cluster, pages)  # the zombie serves again, and writes nothing of its old turns
        await cluster.collect()
    waits = [submit.ended_s - stopped_s for submit in submits if submit.status == "interrupted"]
    numbers.update(
        {"hung s": hang_s, "streams": len(pages), "interrupted": len(waits), "terminal max s": max(waits)}
    )
    assert_ended(submits, "completed", "interrupted")
    # Readers of a hung process need their own patience to leave it.
    assert max(waits) <= size.allowed_s(TERMINAL_S + 2.0)
    assert_holds(cluster.history, seed=seed)


@pytest.mark.scenario("f", "one process on SQLite killed and started again")
async def test_a_restarted_process_ends_its_orphans_before_it_answers(
    tmp_path: Path, size: Size, seed: int, numbers: Numbers
) -> None:
    kill_count = size.pick(1, 20)
    waits: list[float] = []
    async with running(tmp_path, replica_count=1, seed=seed) as cluster:
        for _ in range(kill_count):
            pages, sending = await begin(cluster, 10, victim=cluster.replicas[0])
            cluster.replicas[0].process.kill()
            await asyncio.to_thread(cluster.replicas[0].start)
            started_s = time.time()
            submits = await asyncio.gather(*sending)
            waits += [submit.ended_s - started_s for submit in submits]
            assert_ended(submits, "interrupted")
            await go_on(cluster, pages)
        await cluster.collect()
    numbers.update({"kills": kill_count, "interrupted": len(waits), "terminal max s": max(waits)})
    assert max(waits) <= size.allowed_s(TERMINAL_S)
    assert_holds(cluster.history, seed=seed)
