"""The disk of a SQLite file is full, and has room again later."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.disks import fill, small_disk
from tests.faults.cluster import assert_ended, running
from tests.faults.conftest import Size
from tests.faults.history import assert_holds
from tests.faults.results import Numbers
from tests.faults.test_kills import begin, go_on

RECOVERY_S = 5.0


@pytest.mark.scenario("n", "the disk of a process on SQLite is full")
async def test_a_full_disk_fails_turns_and_keeps_what_was_said(
    tmp_path: Path, size: Size, seed: int, numbers: Numbers
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        async with running(tmp_path, replica_count=1, disk=disk, seed=seed) as cluster:
            # More than the log's pages have room for.
            pages, sending = await begin(cluster, 10, token_count=600)
            ballast = disk / "ballast"
            await asyncio.to_thread(fill, ballast)
            submits = await asyncio.gather(*sending)
            await asyncio.to_thread(fill, ballast)  # the reserve, too
            calls_before = cluster.call_count()
            refused = await pages[0].send(cluster.script(token_count=5))
            history = await pages[0].load()
            assert cluster.call_count() == calls_before
            await asyncio.to_thread(ballast.unlink)
            freed_s = time.time()
            await go_on(cluster, pages)
            took_s = time.time() - freed_s
            await cluster.collect()
    failed = [submit.reason for submit in submits if submit.status == "failed"]
    assert_ended(submits, "failed")
    assert set(failed) == {"storage_full"}
    assert (refused.status, refused.reason, refused.http_statuses) == ("refused", "storage_full", [507])
    assert len(history["items"]["data"]) == 2
    numbers.update({"turns": len(submits), "failed": len(failed), "goes on after s": took_s})
    assert took_s <= size.allowed_s(RECOVERY_S)
    assert_holds(cluster.history, seed=seed)
