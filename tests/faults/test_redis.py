"""Redis goes away, hangs, forgets or is full: text comes later, and is never lost."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.cluster import Cluster, Replica, assert_ended, gaps_s, running
from tests.faults.conftest import Size
from tests.faults.history import assert_holds
from tests.faults.results import Numbers, quantile
from tests.services import Postgres, Redis, ServiceError

Fault = Callable[[Redis], Awaitable[None]]
LAG_S = 5.0
"""The longest silence while Redis is away: what is read from the database instead comes in larger steps."""


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Redis]:
    with closing(Redis(tmp_path)) as service:
        service.start()
        yield service


async def killed(redis: Redis) -> None:
    redis.process.kill()
    await asyncio.sleep(2.0)
    await asyncio.to_thread(redis.start)


async def hung(redis: Redis) -> None:
    redis.process.pause()
    await asyncio.sleep(3.0)
    redis.process.resume()


async def flushed(redis: Redis) -> None:
    for _ in range(3):
        redis.say("FLUSHALL")
        await asyncio.sleep(0.4)


async def full(redis: Redis) -> None:
    redis.say("CONFIG", "SET", "maxmemory", "1mb")
    await asyncio.sleep(2.0)
    redis.say("CONFIG", "SET", "maxmemory", "0")


async def evicting(redis: Redis) -> None:
    """Somebody changes the policy while it runs."""
    redis.say("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
    redis.say("CONFIG", "SET", "maxmemory", "1mb")
    await asyncio.sleep(2.0)
    redis.say("CONFIG", "SET", "maxmemory", "0")


@pytest.mark.scenario("g", "Redis is lost")
@pytest.mark.needs("initdb", "redis-server")
@pytest.mark.parametrize("fault", [killed, hung, flushed, full, evicting], ids=lambda fault: fault.__name__)
async def test_a_lost_redis_costs_no_text(
    fault: Fault, tmp_path: Path, postgres: Postgres, redis: Redis, size: Size, seed: int, numbers: Numbers
) -> None:
    async with running(tmp_path, postgres=postgres, redis=redis, seed=seed) as cluster:
        people = [asyncio.create_task(converse(cluster, number)) for number in range(size.pick(4, 50))]
        await asyncio.sleep(1.0)
        await fault(redis)
        await asyncio.gather(*people)
        await cluster.collect()
    history = cluster.history
    resets = sum(connection.end == "reset" for reader in history.readers for connection in reader.connections)
    gaps = gaps_s(history)
    numbers.update(
        {"turns": len(history.submits), "resets": resets, "longest gap p95 s": quantile(gaps, 0.95)}
    )
    assert_holds(history, seed=seed)
    assert_ended(history.submits, "completed")
    assert max(gaps) <= size.allowed_s(LAG_S)


async def converse(cluster: Cluster, number: int) -> None:
    """Send twice, the second message while Redis is away, with a second tab on the other replica."""
    here, there = cluster.ports if number % 2 else reversed(cluster.ports)
    page = cluster.page(f"user-{number}", ports=[here])
    for _ in range(2):
        page.entry_seen.clear()
        sending = asyncio.create_task(page.send(cluster.script(token_count=100, delay_s=0.02)))
        await page.entry_seen.wait()
        tab = cluster.page(page.user, ports=[there], thread_id=page.thread_id)
        await asyncio.gather(sending, tab.follow())


@pytest.mark.scenario("g", "a Redis that may evict is refused at the start")
@pytest.mark.needs("initdb", "redis-server")
@pytest.mark.parametrize("policy", ["allkeys-lru", "allkeys-random"])
async def test_a_redis_that_may_evict_is_refused(
    policy: str, tmp_path: Path, postgres: Postgres, redis: Redis
) -> None:
    redis.process.kill()
    await asyncio.to_thread(redis.start, policy=policy, max_memory="64mb")
    database = await asyncio.to_thread(postgres.create_database, f"policy_{policy.replace('-', '_')}")
    replica = Replica("replica", tmp_path, database, redis.url)
    try:
        with pytest.raises(ServiceError, match=policy):
            await asyncio.to_thread(replica.start)
    finally:
        replica.process.kill()
