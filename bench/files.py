"""How long uploads and downloads keep streams waiting, and what an upload costs in memory.

    python -m bench.files [--rounds 3] [--store disk|s3] [--database sqlite|postgres] [--quick]

`--quick` measures one round. A server process on one core streams ten turns of 50 tokens a second, each to
two readers. Beside them, 20 files of 10 MB are uploaded at once, three times: half of them are announced
first and half are forms, half are pictures and half are text. Then 20 files are downloaded at once, as often.

A gap is the time between two arrivals at one reader. Those of the uploads and of the downloads are given
beside those of a quiet phase of the same round. Memory per upload is how far the peak of the process's
resident memory is above that before the uploads, divided by 20.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import uvloop

from bench.durable import Reader, connect, start
from bench.emit import Server, percentile, running, show
from bench.file_client import download_all, upload_all
from tests.attachments.conftest import has_bucket
from tests.services import Postgres, free_port

SERVER = "bench.files_server"
TURNS = 10
FILES = 20
FILE_BYTES = 10 * 1000 * 1000
BATCHES = 3
QUIET_S = 5.0
TURN_S = 600
STARTS = 300


@dataclass(frozen=True)
class Gaps:
    """The gaps of all readers in one phase, in milliseconds, and the seconds that the phase took."""

    p50: float
    p99: float
    longest: float
    seconds: float


@dataclass(frozen=True)
class Round:
    """What one server was measured at. Memory is in MiB."""

    quiet: Gaps
    uploads: Gaps
    downloads: Gaps
    per_upload: float
    per_download: float
    growth: float
    """Resident memory after the last batch of uploads, less that after the first."""


class Watch:
    """Measures the gaps of readers during phases."""

    def __init__(self, readers: list[Reader]) -> None:
        self._readers = readers

    async def during(self, phase: Callable[[], Awaitable[object]]) -> Gaps:
        """Run `phase`; return the gaps that it overlaps, of which the last ones end after it."""
        counts = [len(reader.arrivals) for reader in self._readers]
        begin = time.perf_counter()
        await phase()
        end = time.perf_counter()
        await asyncio.gather(*(reader.holds(reader.size + 1) for reader in self._readers))
        gaps = [
            1e3 * (later - earlier)
            for reader, count in zip(self._readers, counts, strict=True)
            for earlier, later in pairwise(reader.arrivals[count - 1 :])
            if earlier < end
        ]
        return Gaps(percentile(gaps, 50), percentile(gaps, 99), max(gaps), end - begin)


async def open_readers(port: int) -> list[Reader]:
    """Start the turns; return two readers of each, which have got their first text."""
    readers: list[Reader] = []
    for _ in range(TURNS):
        reader, thread_id = await start(port, str(TURN_S))
        second = await connect(port, "turns.attach", thread_id=thread_id, after=None)
        readers += [reader, second]
    await asyncio.gather(*(reader.holds(reader.size + 1000) for reader in readers))
    return readers


async def measure(server: Server, client: Executor) -> Round:
    """Measure one server; the files come from and go to another process than this one."""
    watch = Watch(await open_readers(server.port))
    run = partial(asyncio.get_running_loop().run_in_executor, client)
    uploaded: list[str] = []
    resident: list[float] = []

    async def upload_batches() -> None:
        for _ in range(BATCHES):
            uploaded[:] = await run(upload_all, server.port, FILES, FILE_BYTES)
            resident.append(server.resident_mib())

    async def download_batches() -> None:
        for _ in range(BATCHES):
            assert await run(download_all, server.port, uploaded) >= FILES * (FILE_BYTES - 4)

    # Both processes import what they need, and make the files.
    await run(download_all, server.port, await run(upload_all, server.port, 4, FILE_BYTES))
    quiet = await watch.during(lambda: asyncio.sleep(QUIET_S))
    before = server.restart_peak()
    uploads = await watch.during(upload_batches)
    per_upload = (server.peak_mib() - before) / FILES
    before = server.restart_peak()
    downloads = await watch.during(download_batches)
    per_download = (server.peak_mib() - before) / FILES
    return Round(quiet, uploads, downloads, per_upload, per_download, resident[-1] - resident[0])


@asynccontextmanager
async def object_storage() -> AsyncGenerator[str]:
    """Yield the address of an S3 server with the bucket `files`, in a process of its own."""
    port = free_port()
    process = subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.sched_setaffinity(process.pid, {1})
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(STARTS):
            if await asyncio.to_thread(has_bucket, address):
                break
            await asyncio.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


@contextmanager
def database(kind: str, folder: Path) -> Generator[str]:
    """Yield the URL of an empty database."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'chat.sqlite'}"
        return
    service = Postgres(folder)
    try:
        service.start()
        yield service.create_database("bench")
    finally:
        service.close()


async def measure_round(store: str, database_kind: str) -> Round:
    with (
        tempfile.TemporaryDirectory() as name,
        database(database_kind, Path(name)) as os.environ["BENCH_DATABASE"],
        ProcessPoolExecutor(1, get_context("spawn")) as client,
    ):
        place = object_storage() if store == "s3" else nullcontext(f"{name}/files")
        async with place as os.environ["BENCH_FILES"], running(store, SERVER) as server:
            return await measure(server, client)


async def measure_all(rounds: int, store: str, database_kind: str) -> str:
    done: list[Round] = []
    for number in range(rounds):
        done.append(await measure_round(store, database_kind))
        show(f"round {number + 1} of {rounds}: {done[-1]}")
    return table(done)


def table(rounds: list[Round]) -> str:
    """Return medians of the rounds, but of the longest gaps the longest."""
    lines = ["| | gap p50, ms | gap p99, ms | of quiet | longest gap, ms | MiB per file | MB/s |"]
    lines.append("|---|---|---|---|---|---|---|")
    quiet = statistics.median(each.quiet.p99 for each in rounds)
    median = statistics.median
    phases = (
        ("quiet", [each.quiet for each in rounds], None),
        ("20 uploads at once", [each.uploads for each in rounds], [each.per_upload for each in rounds]),
        ("20 downloads at once", [each.downloads for each in rounds], [each.per_download for each in rounds]),
    )
    for name, gaps, memory in phases:
        p50, p99 = median(each.p50 for each in gaps), median(each.p99 for each in gaps)
        rate = BATCHES * FILES * FILE_BYTES / 1e6 / median(each.seconds for each in gaps)
        of_files = "| |" if memory is None else f"| {median(memory):.2f} | {rate:.0f} |"
        longest = max(each.longest for each in gaps)
        lines.append(f"| {name} | {p50:.1f} | {p99:.1f} | {p99 / quiet:.2f}× | {longest:.0f} {of_files}")
    growth = median(each.growth for each in rounds)
    lines += ["| target | | ≤ 100 | | | ≤ 2 | |", "", f"Resident memory after the third batch: {growth:+.1f}"]
    lines[-1] += " MiB of that after the first."
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--store", choices=("disk", "s3"), default="disk")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--quick", action="store_true", help="one round")
    given = parser.parse_args()
    os.sched_setaffinity(0, {1})
    show(uvloop.run(measure_all(1 if given.quick else given.rounds, given.store, given.database)))


if __name__ == "__main__":
    main()
