"""What a streamed token costs: turnstream beside `openai-chatkit` and a bare ASGI app, alternating in one
run.

    python -m bench.emit [--rounds 3] [--quick]

`--quick` measures one round and leaves out the levels that are held: two minutes instead of a quarter of an
hour.

Each server gets one core, the consumer the other. A level of streams is held when the gap between arrivals
has p99 ≤ 100 ms, at least 97 % of the tokens arrive, and their lateness against the schedule has p99 ≤ 200
ms.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket

import psutil
import uvloop

from bench.emit_server import PERIOD_S
from bench.stream_client import Stream, Totals, open_stream

KINDS = ("turnstream", "models", "official", "bare")
LEVELS = {
    "turnstream": (1000, 1200, 1400, 1600, 2000),
    "models": (800, 1000, 1200, 1400, 1600),
    "official": (250, 300, 350, 400, 500),
    "bare": (1200, 1400, 1600),
}
WINDOW_S = 5.0
OPENED_PER_S = 300


@dataclass(frozen=True)
class Load:
    """One level, measured."""

    streams: int
    cpu_us_per_token: float
    bytes_per_token: float
    arrived: float
    gap_p99_ms: float
    lateness_p99_ms: float
    expenses: Mapping[str, float] = field(default_factory=dict[str, float])
    """What else was spent, per token."""

    @property
    def is_held(self) -> bool:
        # More than were due are those of a time before, when the server had fallen behind.
        return self.gap_p99_ms <= 100 and 0.97 <= self.arrived <= 1.03 and self.lateness_p99_ms <= 200


class Server:
    """One server process on its own core."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.port = port
        self._process = psutil.Process(process.pid)

    def cpu_s(self) -> float:
        times = self._process.cpu_times()
        return times.user + times.system

    def memory_kb(self) -> float:
        return self._process.memory_full_info().uss / 1024

    def resident_mib(self) -> float:
        return self._process.memory_info().rss / 2**20

    def restart_peak(self) -> float:
        """Let `peak_mib` count from now on; return the MiB that are resident now."""
        Path(f"/proc/{self._process.pid}/clear_refs").write_text("5", "ascii")
        return self.resident_mib()

    def peak_mib(self) -> float:
        """Return the most that was resident since `restart_peak`."""
        status = Path(f"/proc/{self._process.pid}/status").read_text("ascii")
        return int(status.split("VmHWM:")[1].split()[0]) / 1024


@asynccontextmanager
async def running(kind: str, module: str = "bench.emit_server") -> AsyncGenerator[Server]:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", module, kind, str(port)])  # noqa: ASYNC220
    os.sched_setaffinity(process.pid, {0})
    try:
        await _listening(port)
        yield Server(process, port)
    finally:
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, 5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def _listening(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise RuntimeError("the server did not start within 10 s")


async def measure_load(
    server: Server,
    count: int,
    *,
    opened_per_s: float = OPENED_PER_S,
    window_s: float = WINDOW_S,
    expenses: Callable[[], Mapping[str, float]] = dict,
) -> Load:
    """Open `count` streams, let them settle, then watch a window.

    What `expenses` tells rises; the load says by how much per token.
    """
    totals = Totals()
    seconds = count / opened_per_s + 2.5 + window_s + 1.0
    streams = await _open_many(server, count, seconds, totals, opened_per_s)
    await asyncio.sleep(1.5)
    before = expenses()
    cpu, begin = server.cpu_s(), time.perf_counter()
    totals.is_open = True
    await asyncio.sleep(window_s)
    totals.is_open = False
    cpu, elapsed = server.cpu_s() - cpu, time.perf_counter() - begin
    after = expenses()
    for stream in streams:
        stream.close()
    await asyncio.sleep(0.5)
    return Load(
        streams=count,
        cpu_us_per_token=1e6 * cpu / max(1, totals.tokens),
        bytes_per_token=totals.received_bytes / max(1, totals.tokens),
        arrived=totals.tokens / (count * elapsed / PERIOD_S),
        gap_p99_ms=1e3 * percentile(totals.gaps_s, 99),
        lateness_p99_ms=1e3 * percentile(totals.lateness_s, 99),
        expenses={name: (after[name] - spent) / max(1, totals.tokens) for name, spent in before.items()},
    )


async def measure_first_event_idle(server: Server, count: int) -> float:
    """Return the median time to the first event, in ms, of one request at a time."""
    times: list[float] = []
    for _ in range(count):
        stream = await open_stream(server.port, 0, Totals())
        times.append(await stream.wait_first_event())
        stream.close()
        await asyncio.sleep(0.005)
    return 1e3 * statistics.median(times)


async def measure_first_event_busy(server: Server, streams: int, count: int) -> float:
    """Return the 99th percentile of the time to the first event, in ms, while `streams` streams run."""
    load = await _open_many(server, streams, 30.0, Totals())
    await asyncio.sleep(1.5)
    probes: list[Stream] = []
    for _ in range(count):
        probes.append(await open_stream(server.port, 0, Totals()))
        await asyncio.sleep(0.02)
    times = await asyncio.wait_for(asyncio.gather(*(probe.wait_first_event() for probe in probes)), 60)
    for stream in [*probes, *load]:
        stream.close()
    await asyncio.sleep(0.5)
    return 1e3 * percentile(times, 99)


async def measure_memory(server: Server, count: int) -> float:
    """Return the KB that an open stream costs, once a few have come and gone."""
    for stream in await _open_many(server, 20, 0, Totals()):
        stream.close()
    await asyncio.sleep(0.5)
    before = server.memory_kb()
    streams = await _open_many(server, count, 0, Totals())
    await asyncio.sleep(0.5)
    per_stream = (server.memory_kb() - before) / count
    for stream in streams:
        stream.close()
    return per_stream


async def measure_held(kind: str) -> Load | None:
    """Return the highest level that is held; a level that is not gets a second try, since the machine is
    shared.
    """
    best: Load | None = None
    for level in LEVELS[kind]:
        load = await _try_level(kind, level)
        if not load.is_held:
            load = await _try_level(kind, level)
        if not load.is_held:
            break
        best = load
    return best


async def _try_level(kind: str, level: int) -> Load:
    async with running(kind) as server:
        load = await measure_load(server, level)
    show(
        f"  {kind} {level}: CPU {load.cpu_us_per_token:.1f} µs, gap {load.gap_p99_ms:.0f} ms, late "
        f"{load.lateness_p99_ms:.0f} ms, {load.arrived:.1%} arrived"
    )
    return load


async def _open_many(
    server: Server, count: int, seconds: float, totals: Totals, opened_per_s: float = OPENED_PER_S
) -> list[Stream]:
    streams: list[Stream] = []
    for number in range(count):
        streams.append(await open_stream(server.port, seconds, totals))
        if number % 10 == 9:
            await asyncio.sleep(10 / opened_per_s)
    await asyncio.wait_for(asyncio.gather(*(stream.wait_first_event() for stream in streams)), 60)
    return streams


def percentile(values: Sequence[float], percent: int) -> float:
    if not values:
        return float("inf")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def show(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def measure_all(rounds: int, *, finds_held: bool) -> dict[str, dict[str, float]]:
    samples: dict[str, dict[str, list[float]]] = {kind: {} for kind in KINDS}

    def note(kind: str, name: str, value: float) -> None:
        samples[kind].setdefault(name, []).append(value)
        show(f"  {kind}: {name} {value:.2f}")

    for number in range(rounds):
        show(f"round {number + 1} of {rounds}")
        for kind in KINDS:
            async with running(kind) as server:
                note(kind, "first_idle", await measure_first_event_idle(server, 200))
            async with running(kind) as server:
                load = await measure_load(server, 100)
                note(kind, "cpu", load.cpu_us_per_token)
                note(kind, "bytes", load.bytes_per_token)
            async with running(kind) as server:
                note(kind, "memory", await measure_memory(server, 500))
            async with running(kind) as server:
                note(kind, "first_busy", await measure_first_event_busy(server, 500, 100))
    for kind in KINDS if finds_held else ():
        show(f"streams held by {kind}")
        held = await measure_held(kind)
        note(kind, "held", held.streams if held else 0)
    return {
        kind: {name: statistics.median(values) for name, values in rows.items()}
        for kind, rows in samples.items()
    }


ROWS = (
    ("cpu", "CPU µs per token, 100 streams", "≤ ¼"),
    ("held", "streams of 50 tokens/s held per core", "≥ 5×"),
    ("first_idle", "first event, idle, median ms", "≤ ¼, ≤ 1 ms"),
    ("first_busy", "first event at 500 streams, p99 ms", "≤ 50 ms"),
    ("bytes", "wire bytes per token, 100 streams", "≤ 0.6×"),
    ("memory", "KB per open stream", "≤ ½"),
)


def table(results: dict[str, dict[str, float]]) -> str:
    lines = [
        "| | turnstream, `stream_text` | turnstream, events by hand | openai-chatkit 1.6.5 | target | bare "
        "ASGI |",
        "|---|---|---|---|---|---|",
    ]
    for name, label, asked in ROWS:
        if name not in results["official"]:
            continue
        text, models, theirs, floor = (results[kind][name] for kind in KINDS)
        ours = " | ".join(
            f"{value:.4g} ({value / theirs if theirs else float('inf'):.2f}×)" for value in (text, models)
        )
        lines.append(f"| {label} | {ours} | {theirs:.4g} | {asked} | {floor:.4g} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one round, without the levels that are held")
    given = parser.parse_args()
    os.sched_setaffinity(0, {1})
    show(table(uvloop.run(measure_all(1 if given.quick else given.rounds, finds_held=not given.quick))))


if __name__ == "__main__":
    main()
