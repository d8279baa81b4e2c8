"""A request's head that is too long, has too many headers or comes too slowly is refused, over a real
socket.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
import uvicorn

from tests.server.app import ScriptedServer
from tests.server.test_streaming_operations import say_hello
from turnstream.http import create_app
from turnstream.http.guarded_protocol import guarded_protocol
from turnstream.http.serve import listen
from turnstream.limits import Limits

END = b"\r\n\r\n"


@asynccontextmanager
async def served(limits: Limits) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Yield a connection to a chat that is served under `limits`."""
    app = create_app(ScriptedServer(say_hello), cookie_secret="s" * 32)
    listener = listen("127.0.0.1", 0)
    config = uvicorn.Config(app, http=guarded_protocol(lambda: limits), log_level="error")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    reader, writer = await asyncio.open_connection(*listener.getsockname()[:2])
    try:
        yield reader, writer
    finally:
        writer.close()
        server.should_exit = True
        await serving


def get(*headers: bytes, path: bytes = b"/chatkit/health") -> bytes:
    return b"GET %b HTTP/1.1\r\nHost: localhost\r\n%b\r\n" % (
        path,
        b"".join(header + b"\r\n" for header in headers),
    )


async def status_of(reader: asyncio.StreamReader) -> bytes:
    """Read one answer with its body; return its status."""
    head = await reader.readuntil(END)
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.partition(b":")[2]))
    return head.split(b" ")[1]


@pytest.mark.parametrize(
    "head",
    [
        get(b"X-Long: " + b"x" * 5000),
        get(path=b"/chatkit/health?" + b"x" * 5000),
        get(*[b"X-%d: %b" % (number, b"x" * 300) for number in range(15)]),
        get(*[b"X-%d: x" % number for number in range(21)]),
        b"GET / HTTP/1.1\r\nX-Endless: " + b"x" * 20_000,  # its header never ends
        b"GET /" + b"x" * 20_000,
    ],
)
async def test_a_head_that_is_too_large_is_refused(head: bytes) -> None:
    async with served(Limits(max_head_bytes=4096, max_headers=20)) as (reader, writer):
        writer.write(head)
        assert await status_of(reader) == b"431"
        assert await reader.read() == b""  # and the connection is closed


async def test_a_head_within_the_limits_passes_and_the_next_one_is_counted_anew() -> None:
    async with served(Limits(max_head_bytes=4096, max_headers=20)) as (reader, writer):
        for _ in range(3):
            writer.write(get(b"X-Long: " + b"x" * 3000))
            assert await status_of(reader) == b"200"
        writer.write(get(b"X-Long: " + b"x" * 5000))
        assert await status_of(reader) == b"431"


@pytest.mark.parametrize("sent", [b"", b"G", b"GET /chatkit/health HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_a_head_that_does_not_come_is_not_awaited_for_long(sent: bytes) -> None:
    async with served(Limits(head_timeout_s=0.05)) as (reader, writer):
        writer.write(sent)
        assert await status_of(reader) == b"408"
        assert await reader.read() == b""


class Impatient:
    """Limits that await the first head for long and the second one for a moment."""

    def __init__(self) -> None:
        self._patience_s = [300.0, 0.05]

    def __getattr__(self, name: str) -> Any:
        return self._patience_s.pop(0) if name == "head_timeout_s" else getattr(Limits(), name)


async def test_a_second_head_that_comes_slowly_is_not_awaited_either() -> None:
    async with served(cast("Limits", Impatient())) as (reader, writer):
        writer.write(get())
        assert await status_of(reader) == b"200"
        writer.write(get()[:-5])
        assert await status_of(reader) == b"408"


async def test_a_pipelined_request_is_answered() -> None:
    async with served(Limits()) as (reader, writer):
        writer.write(get() + get())
        assert [await status_of(reader), await status_of(reader)] == [b"200", b"200"]


async def test_connections_beyond_the_limit_get_503() -> None:
    async with served(Limits(connections=2)) as (reader, writer):
        host, port = writer.get_extra_info("peername")[:2]
        others = [await asyncio.open_connection(host, port) for _ in range(3)]
        writer.write(get())
        assert await status_of(reader) == b"503"
        for _, other in others:
            other.close()
            await other.wait_closed()
