"""A TCP proxy that breaks connections as it is told: byte-exact, and repeatable from a seed.

Each connection gets a `Plan`, from a callback or an iterator. A fault counts the bytes of one direction,
`down` (server to client) by default, so that "cut at byte 417" cuts a response there, whatever the packets
were.
"""

import asyncio
import random
import socket
import struct
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal, NoReturn

__all__ = ["CLEAN", "Link", "Plan", "Planner", "Proxy", "proxied", "random_cuts"]

CHUNK_BYTES = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What befalls one connection; the default is nothing."""

    latency_s: float = 0.0
    jitter_s: float = 0.0
    bytes_per_s: float | None = None
    """The bandwidth."""
    slice_bytes: int | None = None
    """Pass on at most this many bytes at once, and yield between them."""
    cut_at: int | None = None
    """Pass on exactly this many bytes, then end the connection."""
    cut: Literal["rst", "fin"] = "rst"
    hole_at: int | None = None
    """Pass on exactly this many bytes, then nothing more, and keep the connection open."""
    close_delay_s: float = 0.0
    """Hold the end of the stream back for so long."""
    is_refused: bool = False
    """Reset the connection before a byte of it is read."""
    direction: Literal["down", "up"] = "down"


CLEAN = Plan()

Planner = Callable[[int], Plan] | Iterable[Plan]
"""The plan of the n-th connection (from 0); of an iterable one each, and nothing befalls those after its
end.
"""


def random_cuts(rng: random.Random, *, count: int, below_byte: int) -> list[Plan]:
    """Plans that end `count` connections at a random byte, by reset or by an orderly end; then all is
    well.
    """
    return [Plan(cut_at=rng.randrange(below_byte), cut=rng.choice(("rst", "fin"))) for _ in range(count)]


class Link:
    """One connection through the proxy: what passed, and whether its fault has struck."""

    def __init__(self, plan: Plan, client: asyncio.StreamWriter, server: asyncio.StreamWriter | None) -> None:
        self.plan = plan
        self.bytes_down = 0
        self.bytes_up = 0
        self.is_hole = False
        self.struck = asyncio.Event()
        self._client = client
        self._server = server

    def reset(self) -> None:
        """Reset both sides at once."""
        for writer in (self._client, self._server):
            if writer is not None:
                _abort(writer)


class Proxy:
    """Listens on 127.0.0.1 and forwards to one address; see `proxied`."""

    def __init__(self, port: int, planner: Planner = (), *, seed: int = 0) -> None:
        self.port = 0
        self.links: list[Link] = []
        self._target = port
        self._plans = planner if callable(planner) else None
        self._queue = iter(() if callable(planner) else planner)
        self._rng = random.Random(seed)
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=CHUNK_BYTES)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening and reset what is still connected."""
        if self._server is not None:
            self._server.close()
        for link in self.links:
            link.reset()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _plan(self) -> Plan:
        number = len(self.links)
        return self._plans(number) if self._plans is not None else next(self._queue, CLEAN)

    def _accept(self, client_in: asyncio.StreamReader, client_out: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(client_in, client_out))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, client_in: asyncio.StreamReader, client_out: asyncio.StreamWriter) -> None:
        plan = self._plan()
        if plan.is_refused:
            self.links.append(link := Link(plan, client_out, None))
            link.struck.set()
            link.reset()
            return
        try:
            server_in, server_out = await asyncio.open_connection(
                "127.0.0.1", self._target, limit=CHUNK_BYTES
            )
        except OSError:
            self.links.append(Link(plan, client_out, None))
            _abort(client_out)
            return
        self.links.append(link := Link(plan, client_out, server_out))
        for writer in (client_out, server_out):
            # What `drain` returned for is in the kernel: exact cuts.
            writer.transport.set_write_buffer_limits(high=0)
        up = asyncio.create_task(_Pump(self._rng, link, client_in, client_out, server_out, "up").run())
        down = asyncio.create_task(_Pump(self._rng, link, server_in, server_out, client_out, "down").run())
        try:
            await asyncio.gather(up, down)
        except _Cut as cut:
            cut.end(plan.cut)
        except OSError:  # one side is gone: so is the other
            link.reset()
        finally:
            up.cancel()
            down.cancel()
            await asyncio.gather(up, down, return_exceptions=True)
            for writer in (client_out, server_out):
                writer.close()


class _Cut(Exception):  # noqa: N818
    """The plan's cut: the receiver sees it end as planned, the sender is reset."""

    def __init__(self, receiver: asyncio.StreamWriter, sender: asyncio.StreamWriter) -> None:
        super().__init__()
        self._receiver = receiver
        self._sender = sender

    def end(self, how: Literal["rst", "fin"]) -> None:
        if how == "fin":
            self._receiver.close()
        else:
            _abort(self._receiver)
        _abort(self._sender)


class _Pump:
    """Moves the bytes of one direction of a link."""

    def __init__(
        self,
        rng: random.Random,
        link: Link,
        source: asyncio.StreamReader,
        sender: asyncio.StreamWriter,
        sink: asyncio.StreamWriter,
        direction: Literal["down", "up"],
    ) -> None:
        self._rng = rng
        self._link = link
        self._source = source
        self._sender = sender
        self._sink = sink
        self._direction = direction
        self._passed = 0
        self._plan = link.plan if link.plan.direction == direction else Plan()

    async def run(self) -> None:
        if self._plan.cut_at == 0:
            self._cut()
        while chunk := await self._source.read(self._plan.slice_bytes or CHUNK_BYTES):
            await self._delay(len(chunk))
            await self._pass(chunk)
            if self._plan.slice_bytes:
                await asyncio.sleep(0)
        if self._link.is_hole:
            await asyncio.Event().wait()  # the other side is not told
        if self._plan.close_delay_s:
            await asyncio.sleep(self._plan.close_delay_s)
        if self._sink.can_write_eof():
            self._sink.write_eof()

    async def _delay(self, byte_count: int) -> None:
        plan = self._plan
        delay_s = plan.latency_s + self._rng.random() * plan.jitter_s
        if plan.bytes_per_s:
            delay_s += byte_count / plan.bytes_per_s
        if delay_s:
            await asyncio.sleep(delay_s)

    async def _pass(self, chunk: bytes) -> None:
        limit = self._plan.cut_at if self._plan.cut_at is not None else self._plan.hole_at
        allowed = chunk if limit is None else chunk[: max(0, limit - self._passed)]
        if allowed and not self._link.is_hole:
            self._sink.write(allowed)
            await self._sink.drain()
            self._count(len(allowed))
        if limit is None or self._passed < limit:
            return
        if self._plan.cut_at is not None:
            self._cut()
        self._link.is_hole = True  # in both directions: from now on bytes are taken and given to nobody
        self._link.struck.set()

    def _count(self, byte_count: int) -> None:
        self._passed += byte_count
        if self._direction == "down":
            self._link.bytes_down += byte_count
        else:
            self._link.bytes_up += byte_count

    def _cut(self) -> NoReturn:
        self._link.struck.set()
        raise _Cut(self._sink, self._sender)


def _abort(writer: asyncio.StreamWriter) -> None:
    """End a connection by RST: what is not delivered yet is lost, as when a machine dies."""
    connection = writer.get_extra_info("socket")
    if connection is not None and connection.fileno() != -1:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@asynccontextmanager
async def proxied(port: int, planner: Planner = (), *, seed: int = 0) -> AsyncGenerator[Proxy]:
    """Yield a proxy to `port` of this machine; at the end of the block all its connections are reset."""
    proxy = Proxy(port, planner, seed=seed)
    await proxy.open()
    try:
        yield proxy
    finally:
        await proxy.close()
