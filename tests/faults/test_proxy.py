"""The proxy does to a connection exactly what its plan says."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from tests.faults.proxy import Plan, proxied, random_cuts

PAYLOAD = bytes(random.Random(7).randbytes(200_000))


@asynccontextmanager
async def answering(payload: bytes = PAYLOAD) -> AsyncGenerator[tuple[int, list[bytes]]]:
    """A server that reads a line, answers `payload` and closes; yields its port and the lines it got."""
    lines: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            lines.append(await reader.readline())
            writer.write(payload)
            await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], lines


async def ask(port: int, line: bytes = b"hello\n") -> tuple[bytes, str]:
    """Return what came back, and how it ended."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    received = bytearray()
    try:
        writer.write(line)
        while chunk := await reader.read(65_536):
            received += chunk
    except ConnectionResetError:
        return bytes(received), "rst"
    else:
        return bytes(received), "fin"
    finally:
        writer.close()


@pytest.mark.parametrize(
    "plan", [Plan(), Plan(slice_bytes=701), Plan(latency_s=0.001, jitter_s=0.001), Plan(close_delay_s=0.01)]
)
async def test_what_does_not_cut_changes_no_byte(plan: Plan) -> None:
    async with answering() as (port, lines), proxied(port, [plan]) as proxy:
        assert await ask(proxy.port) == (PAYLOAD, "fin")
        assert lines == [b"hello\n"]
        assert (proxy.links[0].bytes_up, proxy.links[0].bytes_down) == (6, len(PAYLOAD))


@pytest.mark.parametrize("how", ["rst", "fin"])
@pytest.mark.parametrize("cut_at", [0, 1, 417, 65_536, 199_999])
async def test_a_cut_is_exact_to_the_byte(how: str, cut_at: int) -> None:
    plan = Plan(cut_at=cut_at, cut="rst" if how == "rst" else "fin")
    async with answering() as (port, _), proxied(port, [plan]) as proxy:
        assert await ask(proxy.port) == (PAYLOAD[:cut_at], how)
        assert proxy.links[0].struck.is_set()


async def test_a_cut_on_the_way_up_gives_the_server_only_the_first_bytes() -> None:
    async with (
        answering() as (port, lines),
        proxied(port, [Plan(cut_at=3, cut="fin", direction="up")]) as proxy,
    ):
        assert await ask(proxy.port) == (b"", "rst")
        while not lines:  # noqa: ASYNC110 - the other end is a callback
            await asyncio.sleep(0)
        assert lines == [b"hel"]


async def test_a_black_hole_passes_the_first_bytes_and_stays_open() -> None:
    async with answering() as (port, _), proxied(port, [Plan(hole_at=100)]) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(b"hello\n")
        assert await reader.readexactly(100) == PAYLOAD[:100]
        await proxy.links[0].struck.wait()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.05)
        assert not reader.at_eof()
        writer.close()


async def test_a_refused_connection_never_reaches_the_server() -> None:
    async with answering() as (port, lines), proxied(port, [Plan(is_refused=True)]) as proxy:
        with contextlib.suppress(ConnectionError):  # reset before the first write
            assert await ask(proxy.port) == (b"", "rst")
        assert lines == []


async def test_bandwidth_takes_its_time() -> None:
    async with answering(PAYLOAD[:1000]) as (port, _), proxied(port, [Plan(bytes_per_s=10_000)]) as proxy:
        began = time.monotonic()
        assert await ask(proxy.port) == (PAYLOAD[:1000], "fin")
        assert time.monotonic() - began >= 0.1


async def test_plans_go_to_connections_in_order_and_nothing_befalls_the_rest() -> None:
    async with answering() as (port, _), proxied(port, [Plan(cut_at=5), Plan(cut_at=9)]) as proxy:
        assert [len((await ask(proxy.port))[0]) for _ in range(3)] == [5, 9, len(PAYLOAD)]
    async with answering() as (port, _), proxied(port, lambda number: Plan(cut_at=number)) as proxy:
        assert [len((await ask(proxy.port))[0]) for _ in range(3)] == [0, 1, 2]


async def test_closing_the_proxy_resets_what_is_connected() -> None:
    async with answering() as (port, _), proxied(port, [Plan(hole_at=10)]) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(b"hello\n")
        await reader.readexactly(10)
        await proxy.close()
        with pytest.raises(ConnectionResetError):
            await reader.read(1)
        writer.close()


def test_the_same_seed_makes_the_same_cuts() -> None:
    plans = [random_cuts(random.Random(seed), count=20, below_byte=4000) for seed in (3, 3, 4)]
    assert plans[0] == plans[1] != plans[2]
    assert {plan.cut for plan in plans[0]} == {"rst", "fin"}
