"""Mixed load on two replicas, for as long as told: what grows shows.

    python -m tests.faults.soak [--minutes 60] [--people 20] [--seed 1]

People on two replicas behind nginx, with PostgreSQL and Redis, send messages, reload, stop, answer client
tools and read slowly. Each visits a thread for a while; then the invariants are checked on all of it, and it
is deleted: so the load is steady, and what the server holds should be, too. One replica is restarted now and
then. The other one, which is not, is measured: its memory, open files, tasks and connections, and the rows,
keys and log lines of the whole.
"""

import argparse
import asyncio
import json
import random
import signal
import statistics
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.faults.client import Page, RefusedError, collect
from tests.faults.cluster import Cluster, running
from tests.faults.history import check
from tests.faults.http1 import BrokenAnswerError, post
from tests.faults.record import History
from tests.services import Postgres, Redis

SAMPLE_EVERY_S = 10.0
RESTART_EVERY_S = 600.0
WARM_UP = 0.25
"""The part of the run that is not measured."""

ALLOWED = 0.05
"""How much the floor of the last third may exceed that of the first.

The floor is the lower quartile. Connections come and go with the load, of which a busy machine has more at a
time; what leaks is there also when there are few of them.
"""

EVENTS = {"log lines"}
"""What only ever rises. The new ones of the last third are compared with those of the first."""

MESSAGES = 6
"""Messages of one visit."""


@dataclass
class Soak:
    """A run: what happened, and what was measured."""

    cluster: Cluster
    rng: random.Random
    is_over: asyncio.Event = field(default_factory=asyncio.Event)
    actions: Counter[str] = field(default_factory=Counter[str])
    violations: list[str] = field(default_factory=list[str])
    samples: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    async def person(self, number: int) -> None:
        """Visit one thread after the other."""
        visit = 0
        while not self.is_over.is_set():
            visit += 1
            await self._visit(f"user-{number}", visit)

    async def _visit(self, user: str, visit: int) -> None:
        history = History()
        network = self.cluster.network()

        async def look(item: dict[str, Any]) -> dict[str, Any]:
            await asyncio.sleep(self.rng.uniform(0, 0.5))
            return {"seen": item["call_id"]}

        page = Page(network, user, history, handler=look)
        for number in range(MESSAGES):
            if number and self.is_over.is_set():
                break
            await self._act(page, history)
            await asyncio.sleep(self.rng.uniform(0.2, 2.0))
        if page.thread_id:
            history.stored = [await collect(network, user, page.thread_id)]
            self.violations += [f"{user} visit {visit}: {violation}" for violation in check(history)]
            await page.call("threads.list", limit=20)
            try:
                await page.call("threads.delete", thread_id=page.thread_id)
            except RefusedError as exc:  # deleted by an earlier try whose answer was lost
                if exc.code != "not_found":
                    raise
        self.cluster.networks.remove(network)

    async def _act(self, page: Page, history: History) -> None:
        """Send a message; while it is answered, do something to it."""
        action = self.rng.choice(["read", "reload", "stop", "tool", "again", "long", "slow"])
        self.actions[action] += 1
        count, delay_s = (300, 0.0) if action == "long" else (self.rng.randint(5, 80), 0.02)
        tool = "inline" if action == "tool" else None
        script = self.cluster.script(token_count=count, delay_s=delay_s, tool=tool, effect_count=2)
        page.entry_seen.clear()
        sending = asyncio.create_task(page.send(script))
        pending = asyncio.create_task(page.entry_seen.wait())
        await asyncio.wait([sending, pending], return_when=asyncio.FIRST_COMPLETED)
        pending.cancel()
        try:
            if action == "reload" and page.thread_id:
                second = Page(page.network, page.user, history)
                second.reader.thread_id = page.thread_id
                await second.follow()
            elif action == "stop" and page.turn_id is not None:
                await page.cancel()
            elif action == "slow" and page.thread_id:
                await self._read_slowly(page)
            elif action == "again" and page.thread_id:
                await page.call("items.list", thread_id=page.thread_id)
        except RefusedError as exc:
            self.violations.append(f"{page.user}: {action} was refused: {exc}")
        submit = await sending
        if submit.status not in {"completed", "cancelled", "interrupted"}:
            self.violations.append(f"{page.user}: a turn ended as {submit.status} {submit.reason}")

    async def _read_slowly(self, page: Page) -> None:
        """Read the thread's log from the start, with rests, and leave before the end."""
        body = {"type": "turns.attach", "params": {"thread_id": page.thread_id, "after": None}}
        headers = {"x-user": page.user, "turnstream-client": "1"}
        until = time.monotonic() + self.rng.uniform(1, 5)
        try:
            async with post(page.network.port(), "/chatkit", body, headers) as answer:
                async for _ in answer.chunks():
                    await asyncio.sleep(0.3)
                    if time.monotonic() > until:
                        break
        except BrokenAnswerError:
            self.actions["slow reader cut by a restart"] += 1

    async def restart(self) -> None:
        """Restart the second replica from time to time, as a deploy does."""
        while not self.is_over.is_set():
            try:
                await asyncio.wait_for(self.is_over.wait(), RESTART_EVERY_S)
            except TimeoutError:
                self.actions["restart"] += 1
                replica = self.cluster.replicas[1]
                code = await asyncio.to_thread(replica.process.terminate)
                if code != 0:
                    self.violations.append(f"{replica.process.name} ended with {code}")
                await asyncio.to_thread(replica.start)

    async def sample(self, measure: Callable[[], dict[str, float]]) -> None:
        """Measure again and again."""
        while not self.is_over.is_set():
            for name, value in (await asyncio.to_thread(measure)).items():
                self.samples.setdefault(name, []).append(value)
            await asyncio.sleep(SAMPLE_EVERY_S)


TABLES = ("threads", "items", "attachments", "turns", "entries", "segments", "calls")


def measure(cluster: Cluster, postgres: Postgres, database: str, redis: Redis) -> dict[str, float]:
    """Return what the first replica and its services hold now."""
    replica = cluster.replicas[0]
    process = psutil.Process(replica.process.pid)
    with urllib.request.urlopen(f"http://127.0.0.1:{replica.port}/tasks", timeout=60) as answer:
        counted = json.load(answer)
    rows = {
        f"rows of {table}": postgres.query(f"SELECT count(*) FROM turnstream_{table}", database=database)[0][
            0
        ]
        for table in TABLES
    }
    sessions = postgres.query(f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}'")[0][0]
    return {
        "memory MiB": process.memory_info().rss / 2**20,
        "open files": process.num_fds(),
        "threads": process.num_threads(),
        "tasks": counted["tasks"],
        "objects": counted["objects"],
        "connections": len(process.net_connections()),
        "PostgreSQL sessions": sessions,
        "Redis keys": float(redis.say("DBSIZE").removeprefix(":")),
        "log lines": sum(len(each.process.log_path.read_bytes().splitlines()) for each in cluster.replicas),
        **rows,
    }


def verdict(samples: dict[str, list[float]]) -> list[tuple[str, float, float, float, bool]]:
    """Return, by name, the first and the last third after warm-up, the growth, and whether it is allowed."""
    rows: list[tuple[str, float, float, float, bool]] = []
    for name, values in samples.items():
        measured = values[int(len(values) * WARM_UP) :]
        third = max(1, len(measured) // 3)
        level = _new if name in EVENTS else _floor
        first, last = level(measured[:third]), level(measured[-third:])
        growth = (last - first) / first if first else float(last > first)
        # A count of a few moves by one or two between any two moments: that is no growth.
        is_flat = growth <= ALLOWED or last - first <= 3
        rows.append((name, first, last, growth, is_flat))
    return rows


def _floor(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=4)[0] if len(values) > 1 else values[0]


def _new(values: Sequence[float]) -> float:
    return values[-1] - values[0]


async def run(minutes: float, people: int, seed: int) -> tuple[Soak, str]:
    """Run the load; return what happened, and the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with closing(Postgres(folder)) as postgres, closing(Redis(folder)) as redis:
            postgres.start()
            redis.start()
            seconds = minutes * 60
            async with running(
                folder, postgres=postgres, redis=redis, with_nginx=True, seed=seed, patience_s=seconds + 900
            ) as cluster:
                soak = Soak(cluster, random.Random(seed))
                [(database,)] = postgres.query(
                    "SELECT datname FROM pg_database WHERE datname LIKE 'faults_%'"
                )
                jobs = [soak.person(number) for number in range(people)]
                jobs += [soak.restart(), soak.sample(lambda: measure(cluster, postgres, database, redis))]
                tasks = [asyncio.create_task(job) for job in jobs]
                _, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
                soak.is_over.set()
                await asyncio.gather(*tasks)
                for replica in cluster.replicas:
                    sys.stderr.write(replica.process.log_path.read_text("utf-8", "replace"))
                return soak, report(soak, minutes, people, seed)


def report(soak: Soak, minutes: float, people: int, seed: int) -> str:
    """Return the page of the last run."""
    actions = ", ".join(f"{count} {name}" for name, count in sorted(soak.actions.items()))
    lines = [
        f"{minutes:g} minutes, {people} people, seed {seed}; {actions}. Invariants violated: "
        f"{len(soak.violations)}.",
        "",
        "| measured | first third | last third | growth | |",
        "|---|---|---|---|---|",
    ]
    for name, first, last, growth, is_flat in verdict(soak.samples):
        lines.append(
            f"| {name} | {first:.0f} | {last:.0f} | {growth:+.1%} | {'flat' if is_flat else '**grows**'} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args()
    # As Ctrl+C does, so that the replicas, PostgreSQL and Redis end with this process.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    soak, table = asyncio.run(run(given.minutes, given.people, given.seed))
    print(table)
    for violation in soak.violations[:40]:
        print(violation, file=sys.stderr)
    grows = [name for name, _, _, _, is_flat in verdict(soak.samples) if not is_flat]
    sys.exit(1 if soak.violations or grows else 0)


if __name__ == "__main__":
    main()
