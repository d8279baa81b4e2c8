"""What durability costs: the logs in databases beside the one in memory, attaching, readers that stall, and
streams that idle.

    python -m bench.durable [--rounds 3] [--streams 10000] [--quick]

`--quick` measures one round, and 1000 idle streams.

Each server has one core; the client, PostgreSQL and Redis share the other. CPU per token is measured like in
`bench.emit`, the logs in turn. The write-ahead log is all that PostgreSQL writes, leases and pages after a
checkpoint too.
"""

import argparse
import asyncio
import json
import os
import resource
import socket
import statistics
import time
from itertools import pairwise
from typing import Any

import uvloop

from bench.emit import Server, measure_load, percentile, running, show
from bench.logs import KINDS, Services

SERVER = "bench.durable_server"
BACKLOG_BYTES = 100_000
STALLED = 1000
FLOW_BYTES_PER_S = 400_000
FLOW_S = 22
STALLED_AFTER_S = 16
"""By then the system's own buffers, a few MB of each connection, are full too, and nothing more is written to
it.
"""

WINDOW_S = 4

STREAMS = 100
LOG_WINDOW_S = 15.0
ROWS = {
    "cpu": ("CPU µs per token of the server, 100 turns of 50 tokens/s", 1.0, "≤ 1.5×"),
    "postgresql": ("of PostgreSQL", 1e6, ""),
    "redis": ("of Redis", 1e6, ""),
    "rows": ("rows a second and turn", 50.0, "≤ 6.3; with Redis ≤ 1.3"),
    "wal": ("bytes of write-ahead log per token", 1.0, "≤ 70; with Redis ≤ 25"),
    "gap": ("gap between tokens, p99 ms", 1.0, "≤ 100"),
    "other_first": ("attach at the other replica to the first replayed byte, p95 ms", 1.0, "≤ 50"),
    "other_live": ("to the end of 100 KB", 1.0, "≤ 200"),
}
"""By name: what a row of the table says, in what unit of the measured one, and what is asked."""


class Reader(asyncio.Protocol):
    """A client of durable turns. Counts what it gets, unless it was told to take nothing."""

    def __init__(self, body: dict[str, Any], *, is_stalled: bool = False) -> None:
        data = json.dumps(body).encode()
        self._request = (
            b"POST /chatkit HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
            b"application/json\r\nTurnstream-Client: 1\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(data), data)
        )
        self._is_stalled = is_stalled
        loop = asyncio.get_running_loop()
        self.first: asyncio.Future[float] = loop.create_future()
        self.live: asyncio.Future[float] = loop.create_future()
        self.head = b""
        self.size = 0
        self.arrivals: list[float] = []
        self._wanted: tuple[int, asyncio.Future[None]] | None = None

    async def holds(self, size: int) -> None:
        """Return when this many bytes have arrived."""
        self._wanted = size, asyncio.get_running_loop().create_future()
        await self._wanted[1]

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.asked_at = time.perf_counter()
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        self.size += len(data)
        if self._wanted is not None and self.size >= self._wanted[0] and not self._wanted[1].done():
            self._wanted[1].set_result(None)
        self.arrivals.append(now)
        if len(self.head) < 4096:
            self.head += data
        if b"data: " in data and not self.first.done():
            self.first.set_result(now - self.asked_at)
            if self._is_stalled:
                self.transport.pause_reading()
        if b"turnstream.live" in data and not self.live.done():
            self.live.set_result(now - self.asked_at)


async def connect(port: int, operation: str, *, is_stalled: bool = False, **params: Any) -> Reader:
    loop = asyncio.get_running_loop()
    sock = socket.socket()
    sock.setblocking(False)
    if is_stalled:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    await loop.sock_connect(sock, ("127.0.0.1", port))
    body = {"type": operation, "params": params}
    _, reader = await loop.create_connection(lambda: Reader(body, is_stalled=is_stalled), sock=sock)
    return reader


async def start(port: int, text: str) -> tuple[Reader, str]:
    """Start a turn; return its reader and its thread."""
    message: dict[str, Any] = {
        "content": [{"type": "input_text", "text": text}],
        "attachments": [],
        "inference_options": {},
    }
    reader = await connect(port, "threads.create", input=message)
    await asyncio.wait_for(reader.first, 30)
    frame = reader.head.split(b"data: ", 1)[1].split(b"\n\n", 1)[0]
    return reader, json.loads(frame)["thread"]["id"]


async def measure_attach(server: Server, asked: Server, *, backlog: int, count: int) -> tuple[float, float]:
    """Return the 95th percentiles, in ms, of the time to the first byte and to the end of the backlog.

    The turn runs in `server`, and readers attach at `asked`.
    """
    reader, thread_id = await start(server.port, f"backlog {backlog}")
    await reader.holds(backlog)
    first: list[float] = []
    live: list[float] = []
    for _ in range(count):
        attached = await connect(asked.port, "turns.attach", thread_id=thread_id, after=None)
        first.append(await asyncio.wait_for(attached.first, 10))
        live.append(await asyncio.wait_for(attached.live, 10))
        attached.transport.abort()
    reader.transport.abort()
    return 1e3 * percentile(first, 95), 1e3 * percentile(live, 95)


async def measure_stalled(server: Server, *, stalled: int) -> tuple[float, float]:
    """Return the KB that a stalled reader costs, and the healthy reader's p99 gap in ms, of one flowing
    turn.
    """
    reader, thread_id = await start(server.port, f"flow {FLOW_BYTES_PER_S} {FLOW_S}")
    before = server.memory_kb()
    for _ in range(stalled):
        await connect(server.port, "turns.attach", is_stalled=True, thread_id=thread_id, after=None)
    await asyncio.sleep(STALLED_AFTER_S)
    cost = (server.memory_kb() - before) / max(1, stalled)
    recent = [at for at in reader.arrivals if at > reader.arrivals[-1] - WINDOW_S]
    gaps = [later - earlier for earlier, later in pairwise(recent)]
    return cost, 1e3 * percentile(gaps, 99)


async def measure_idle(server: Server, *, streams: int) -> tuple[float, int]:
    """Return the KB that an open stream costs whose turn says nothing, and how many of them broke within a
    minute.
    """
    warm = [(await start(server.port, "wait"))[0] for _ in range(20)]
    before = server.memory_kb()
    readers: list[Reader] = []
    for _ in range(0, streams, 50):
        readers += [
            reader for reader, _ in await asyncio.gather(*(start(server.port, "wait") for _ in range(50)))
        ]
    cost = (server.memory_kb() - before) / streams
    await asyncio.sleep(60)
    broken = sum(reader.transport.is_closing() for reader in readers)
    for reader in (*warm, *readers):
        reader.transport.abort()
    return cost, broken


async def measure_logs(services: Services, rounds: int) -> list[str]:
    """Return the table of what each log costs: medians, measured in turn."""
    samples: dict[str, dict[str, list[float]]] = {kind: {} for kind in KINDS}
    for _ in range(rounds):
        for kind, found in samples.items():
            with services.of(kind) as spent:
                async with running(kind) as server:
                    load = await measure_load(server, STREAMS, window_s=LOG_WINDOW_S, expenses=spent)
                    note(found, kind, cpu=load.cpu_us_per_token, gap=load.gap_p99_ms, **load.expenses)
            if kind != "memory":
                with services.of(kind):
                    async with running(kind, SERVER) as first, running(kind, SERVER) as second:
                        times = await measure_attach(first, second, backlog=BACKLOG_BYTES, count=100)
                        note(found, kind, other_first=times[0], other_live=times[1])
    medians = {
        kind: {name: statistics.median(values) for name, values in found.items()}
        for kind, found in samples.items()
    }
    lines = ["| | " + " | ".join(KINDS.values()) + " | target |", "|---" * (len(KINDS) + 2) + "|"]
    for name, (label, factor, asked) in ROWS.items():
        figures = [f"{factor * found[name]:.1f}" if name in found else "" for found in medians.values()]
        if name == "cpu":
            figures = [f"{each} ({float(each) / float(figures[0]):.2f}×)" for each in figures]
        lines.append(f"| {label} | " + " | ".join(figures) + f" | {asked} |")
    return lines


def note(found: dict[str, list[float]], kind: str, **values: float) -> None:
    for name, value in values.items():
        found.setdefault(name, []).append(value)
    show(f"  {kind}: " + ", ".join(f"{name} {ROWS[name][1] * value:.1f}" for name, value in values.items()))


async def measure_all(services: Services, rounds: int, streams: int) -> str:
    lines = await measure_logs(services, rounds)
    lines += ["", "| | memory log | SQLite log | target |", "|---|---|---|---|"]
    attached: dict[str, tuple[float, float]] = {}
    for kind in ("memory", "sqlite"):
        with services.of(kind):
            async with running(kind, SERVER) as server:
                attached[kind] = await measure_attach(server, server, backlog=BACKLOG_BYTES, count=200)
    rows = ("attach to first replayed byte, p95 ms", "≤ 50"), ("attach to the end of 100 KB, p95 ms", "≤ 200")
    for index, (label, asked) in enumerate(rows):
        lines.append(
            f"| {label} | {attached['memory'][index]:.1f} | {attached['sqlite'][index]:.1f} | {asked} |"
        )
    stalled: dict[str, list[tuple[float, float]]] = {"memory": [], "sqlite": []}
    for kind, values in stalled.items():
        for count in (0, STALLED):
            with services.of(kind):
                async with running(kind, SERVER) as server:
                    values.append(await measure_stalled(server, stalled=count))
            show(
                f"  {kind}: {count} stalled, {values[-1][0]:.0f} KB each, healthy gap {values[-1][1]:.0f} ms"
            )
    cost = [f"{stalled[kind][1][0]:.0f}" for kind in stalled]
    gap = [f"{stalled[kind][1][1]:.0f} ({stalled[kind][0][1]:.0f} without)" for kind in stalled]
    lines.append(f"| KB per stalled reader, {STALLED} of them | {cost[0]} | {cost[1]} | ≤ 1024 |")
    lines.append(f"| gap of a healthy reader beside them, p99 ms | {gap[0]} | {gap[1]} | not slowed |")
    idle: list[str] = []
    for kind in ("memory", "sqlite"):
        with services.of(kind):
            async with running(kind, SERVER) as server:
                kb, broken = await measure_idle(server, streams=streams)
        idle.append(f"{kb:.1f} ({broken} broken)")
        show(f"  {kind}: {streams} idle, {idle[-1]}")
    lines.append(f"| KB per idle stream, {streams} of them | {idle[0]} | {idle[1]} | ≤ 40 |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--streams", type=int, default=10_000)
    parser.add_argument("--quick", action="store_true", help="one round, and 1000 idle streams")
    given = parser.parse_args()
    rounds, streams = (1, 1000) if given.quick else (given.rounds, given.streams)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    os.sched_setaffinity(0, {1})
    with Services.started() as services:
        show(uvloop.run(measure_all(services, rounds, streams)))


if __name__ == "__main__":
    main()
