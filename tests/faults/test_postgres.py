"""The database goes away, before a turn or within one."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from tests.faults.cluster import Cluster, assert_ended, running
from tests.faults.conftest import Size
from tests.faults.history import assert_holds
from tests.faults.http1 import post
from tests.faults.record import Submit
from tests.faults.results import Numbers
from tests.services import Postgres

RECOVERY_S = 15.0
"""From the database's return to the terminal event of every turn."""


@pytest.mark.scenario("h", "PostgreSQL away within turns, for less than they wait")
@pytest.mark.needs("initdb")
async def test_a_short_absence_loses_nothing(
    tmp_path: Path, postgres: Postgres, size: Size, seed: int, numbers: Numbers
) -> None:
    away_s = size.pick(3, 10)
    async with running(tmp_path, postgres=postgres, seed=seed) as cluster:
        await absence(cluster, postgres, away_s, numbers, recovery_s=size.allowed_s(RECOVERY_S))
    assert_holds(cluster.history, seed=seed)
    assert_ended(cluster.history.submits, "completed")


@pytest.mark.scenario("h", "PostgreSQL away within turns, for longer than they wait")
@pytest.mark.needs("initdb")
async def test_a_long_absence_ends_every_turn_truthfully(
    tmp_path: Path, postgres: Postgres, size: Size, seed: int, numbers: Numbers
) -> None:
    if not size.is_full:
        pytest.skip("only with --faults=full")
    async with running(tmp_path, postgres=postgres, seed=seed) as cluster:
        await absence(cluster, postgres, 60, numbers, recovery_s=RECOVERY_S)
    assert_holds(cluster.history, seed=seed)  # a completed turn says, and stores, all that the model said
    assert_ended(cluster.history.submits, "completed", "failed", "interrupted")


async def ten_turns(cluster: Cluster) -> list[asyncio.Task[Submit]]:
    """Send ten messages, and return when each turn has said something."""
    pages = [cluster.page(f"user-{number}") for number in range(10)]
    sending = [
        asyncio.create_task(page.send(cluster.script(token_count=200, delay_s=0.02))) for page in pages
    ]
    await asyncio.gather(*(page.entry_seen.wait() for page in pages))
    return sending


async def absence(
    cluster: Cluster, postgres: Postgres, away_s: float, numbers: Numbers, *, recovery_s: float
) -> None:
    """Stop the database under running turns as a crash does, and start it again."""
    sending = await ten_turns(cluster)
    await asyncio.sleep(1.0)
    try:
        await asyncio.to_thread(postgres.stop_now)
        await asyncio.sleep(away_s)
    finally:
        await asyncio.to_thread(postgres.start)
    back_s = time.time()
    submits = await asyncio.gather(*sending)
    await cluster.collect()
    took_s = max(submit.ended_s for submit in submits) - back_s
    statuses = [submit.status for submit in submits]
    numbers.update({"away s": away_s, "turns": len(submits), "completed": statuses.count("completed")})
    numbers["over after its return s"] = took_s
    assert took_s <= recovery_s


@pytest.mark.scenario("h", "PostgreSQL hangs within turns, and goes on")
@pytest.mark.needs("initdb")
async def test_a_database_that_says_nothing_keeps_nobody_waiting(
    tmp_path: Path, postgres: Postgres, size: Size, seed: int, numbers: Numbers
) -> None:
    async with running(tmp_path, postgres=postgres, seed=seed) as cluster:
        ann = cluster.page("ann")
        await ann.send(cluster.script(token_count=5))
        sending = await ten_turns(cluster)
        try:
            postgres.pause()
            refusals = [
                await refused(cluster, cluster.script(token_count=5).to_text(), ann.thread_id)
                for _ in range(size.pick(1, 2))
            ]
        finally:
            postgres.resume()
        back_s = time.time()
        submits = await asyncio.gather(*sending)
        await cluster.collect()
    numbers.update({"turns": len(submits), "refused after max s": max(answer_s for answer_s, _ in refusals)})
    numbers["over after its return s"] = max(submit.ended_s for submit in submits) - back_s
    assert_holds(cluster.history, seed=seed)
    assert_ended(cluster.history.submits, "completed")


@pytest.mark.scenario("h", "PostgreSQL away before the first token")
@pytest.mark.needs("initdb")
async def test_without_a_database_nothing_begins(
    tmp_path: Path, postgres: Postgres, seed: int, numbers: Numbers
) -> None:
    async with running(tmp_path, postgres=postgres, seed=seed) as cluster:
        page = cluster.page("ann")
        await page.send(cluster.script(token_count=5))
        calls_before = cluster.call_count()
        script = cluster.script(token_count=5)
        try:
            await asyncio.to_thread(postgres.stop_now)
            answer_s, retry_after = await refused(cluster, script.to_text(), page.thread_id)
            assert cluster.call_count() == calls_before
        finally:
            await asyncio.to_thread(postgres.start)
        submit = await page.send(script)
        await cluster.collect()
    numbers.update({"refused after s": answer_s, "Retry-After": retry_after})
    assert submit.status == "completed"
    assert_holds(cluster.history, seed=seed)


async def refused(cluster: Cluster, text: str, thread_id: str) -> tuple[float, str]:
    """Send a message that must be refused with 503; return how long that took, and when to ask again."""
    message: dict[str, Any] = {
        "content": [{"type": "input_text", "text": text}],
        "attachments": [],
        "inference_options": {},
    }
    body: dict[str, Any] = {
        "type": "threads.add_user_message",
        "params": {"thread_id": thread_id, "input": message},
    }
    headers = {"x-user": "ann", "turnstream-client": "1", "idempotency-key": "refused"}
    began = time.monotonic()
    async with post(cluster.ports[0], "/chatkit", body, headers, head_s=40.0) as answer:
        assert answer.status == 503
        assert (await answer.json())["error"]["code"] == "storage_unavailable"
        assert int(answer.headers["retry-after"]) > 0
        return time.monotonic() - began, answer.headers["retry-after"]
