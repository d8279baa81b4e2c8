"""What a token costs from a model's server to the page, by each bridge, beside `chatkit.agents` on the same
SDK run.

    python -m bench.bridges [--rounds 3] [--held] [--quick]

`--held` also finds the levels that are held, in some ten minutes; `--quick` measures one round.

Each server has one core; the model's server and the reader share the other. Chat completions are measured
with 500 streams too, which no other bridge holds. `sdk` is what the Agents SDK
costs when what it says is dropped. Then the readers of the model's stream alone: ours and that of the openai
SDK.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from socket import socket

import uvloop

from bench.emit import WINDOW_S, Load, measure_load, running, show
from bench.emit_server import PERIOD_S, TOKEN

SERVER = "bench.bridge_server"
KINDS = ("sdk", "official", "agents", "chat_completions", "pydantic_ai", "langgraph")
STREAMS, MANY_STREAMS = 60, 500
OPENED_PER_S = 80
"""A turn that begins costs a request to the model's server, too."""
LEVELS = {
    "official": (50, 60, 70, 80, 90),
    "agents": (60, 70, 80, 90, 100, 120),
    "chat_completions": (500, 600, 800, 1000, 1200, 1400),
    "pydantic_ai": (30, 40, 50, 60, 70),
    "langgraph": (30, 40, 50, 60, 70, 80),
}
EVENTS = 50_000


@asynccontextmanager
async def model_server() -> AsyncGenerator[str]:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "bench.model_server", str(port)])  # noqa: ASYNC220
    os.sched_setaffinity(process.pid, {1})
    try:
        for _ in range(100):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                break
            except OSError:
                await asyncio.sleep(0.05)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 5)


async def measure(kind: str, streams: int) -> Load:
    async with running(kind, SERVER) as server:
        return await measure_load(server, streams, opened_per_s=OPENED_PER_S)


def cpu_us(kind: str, load: Load) -> float:
    """CPU per token that the model sent; of what `sdk` drops nothing arrives."""
    sent = load.streams * WINDOW_S / PERIOD_S
    return load.cpu_us_per_token / sent if kind == "sdk" else load.cpu_us_per_token


async def measure_held(kind: str) -> int:
    """Return the highest level that is held; one that is not gets a second try, since the machine is
    shared.
    """
    best = 0
    for level in LEVELS[kind]:
        for _ in range(2):
            load = await measure(kind, level)
            show(
                f"  {kind} {level}: CPU {load.cpu_us_per_token:.0f} µs, gap {load.gap_p99_ms:.0f} ms, late "
                f"{load.lateness_p99_ms:.0f} ms, {load.arrived:.1%} arrived"
            )
            if load.is_held:
                break
        else:
            return best
        best = level
    return best


async def read_ours(url: str) -> float:
    """Return the µs of CPU per event of our reader."""
    from turnstream.agents.chat_completions import ChatModel

    async with ChatModel(f"burst:{EVENTS}", base_url=url) as model:
        begin, seen = time.process_time(), 0
        async for chunk in model.stream([{"role": "user", "content": "Hello"}]):
            seen += sum(choice["delta"].get("content", "").count(TOKEN) for choice in chunk["choices"])
        return 1e6 * (time.process_time() - begin) / seen


async def read_openai(url: str) -> float:
    """Return the µs of CPU per event of the openai SDK's reader."""
    from openai import AsyncOpenAI

    client = AsyncOpenAI(base_url=url, api_key="bench")
    begin, seen = time.process_time(), 0
    stream = await client.chat.completions.create(
        model=f"burst:{EVENTS}", messages=[{"role": "user", "content": "Hello"}], stream=True
    )
    async for _ in stream:
        seen += 1
    return 1e6 * (time.process_time() - begin) / seen


async def measure_all(rounds: int, *, finds_held: bool) -> str:
    cpu: dict[str, list[float]] = {kind: [] for kind in KINDS}
    of_many: list[float] = []
    readers: dict[str, list[float]] = {"ours": [], "openai": []}
    held: dict[str, int] = {}
    async with model_server() as url:
        os.environ["MODEL_URL"] = url
        for number in range(rounds):
            show(f"round {number + 1} of {rounds}")
            for kind in KINDS:
                value = cpu_us(kind, await measure(kind, STREAMS))
                cpu[kind].append(value)
                show(f"  {kind}: {value:.1f} µs per token")
            load = await measure("chat_completions", MANY_STREAMS)
            of_many.append(load.cpu_us_per_token)
            show(f"  chat_completions, {MANY_STREAMS} streams: {load}")
            for name, read in (("ours", read_ours), ("openai", read_openai)):
                readers[name].append(await read(url))
                show(f"  reader of {name}: {readers[name][-1]:.1f} µs per event")
        for kind in LEVELS if finds_held else ():
            held[kind] = await measure_held(kind)
    return table(
        {kind: statistics.median(values) for kind, values in cpu.items()},
        statistics.median(of_many),
        {name: statistics.median(values) for name, values in readers.items()},
        held,
    )


def table(cpu: dict[str, float], of_many: float, readers: dict[str, float], held: dict[str, int]) -> str:
    theirs, sdk = cpu["official"], cpu["sdk"]
    lines = [
        "| | CPU µs per token | beyond the SDK | of the official | streams held per core |",
        "|---|---|---|---|---|",
    ]
    for kind in KINDS:
        beyond = (
            f"{cpu[kind] - sdk:.0f} ({(cpu[kind] - sdk) / (theirs - sdk):.2f}×)"
            if kind in ("official", "agents")
            else "–"
        )
        lines.append(
            f"| {kind} | {cpu[kind]:.0f} | {beyond} | {cpu[kind] / theirs:.2f}× | {held.get(kind, '–')} |"
        )
    lines += [
        "",
        f"chat_completions with {MANY_STREAMS} streams: {of_many:.1f} µs a token ({of_many / theirs:.2f}×).",
        f"Reading the model's stream alone: {readers['ours']:.1f} µs an event, the openai SDK "
        f"{readers['openai']:.1f}.",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--held", action="store_true", help="also find the levels that are held: some ten minutes"
    )
    parser.add_argument("--quick", action="store_true", help="one round")
    given = parser.parse_args()
    os.sched_setaffinity(0, {1})
    show(uvloop.run(measure_all(1 if given.quick else given.rounds, finds_held=given.held)))


if __name__ == "__main__":
    main()
