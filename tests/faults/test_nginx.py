"""What deploy/nginx.conf does with requests that a replica does not answer, and with streams."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.http1 import Answer, BrokenAnswerError, post
from tests.services import Nginx, free_port

pytestmark = pytest.mark.needs("nginx")

KEY = {"idempotency-key": "k1"}
OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
UNAVAILABLE = (
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
)
STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Upstream:
    """A replica that only notes what it got, and behaves as told."""

    behave: Behaviour
    port: int = 0
    requests: list[tuple[bytes, bytes]] = field(default_factory=list[tuple[bytes, bytes]])

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            self.requests.append((head, await reader.readexactly(length)))
            await self.behave(writer)
        finally:
            writer.close()


def says(answer: bytes) -> Behaviour:
    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    return behave


async def dies(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


@asynccontextmanager
async def behind_nginx(
    folder: Path, first: Behaviour | None, second: Behaviour, *, is_limited: bool = False
) -> AsyncGenerator[list[Upstream]]:
    """Yield two upstreams and nginx before them; where `first` is None, nobody listens."""
    upstreams = [Upstream(first or dies), Upstream(second)]
    servers: list[asyncio.Server] = []
    for upstream in upstreams:
        if upstream is upstreams[0] and first is None:
            upstream.port = free_port()
            continue
        servers.append(await asyncio.start_server(upstream.handle, "127.0.0.1", 0))
        upstream.port = servers[-1].sockets[0].getsockname()[1]
    nginx = Nginx(folder, (upstreams[0].port, upstreams[1].port), is_limited=is_limited)
    await asyncio.to_thread(nginx.start)
    try:
        yield [*upstreams, Upstream(dies, nginx.port)]
    finally:
        await asyncio.to_thread(nginx.close)
        for server in servers:
            server.close()


async def statuses(port: int, headers: dict[str, str], count: int = 6) -> list[int]:
    """Send the same request several times: nginx takes the upstreams in turn."""
    found: list[int] = []
    for _ in range(count):
        async with post(port, "/chatkit", {"type": "x"}, headers) as answer:
            await answer.body()
            found.append(answer.status)
    return found


@pytest.mark.parametrize("headers", [{}, KEY], ids=["without a key", "with a key"])
async def test_a_refused_connection_goes_to_the_other_replica(
    headers: dict[str, str], tmp_path: Path
) -> None:
    async with behind_nginx(tmp_path, None, says(OK)) as (_, alive, front):
        assert await statuses(front.port, headers) == [200] * 6
        assert len(alive.requests) == 6


async def test_a_request_with_a_key_goes_on_after_a_replica_died_with_it(tmp_path: Path) -> None:
    async with behind_nginx(tmp_path, dies, says(OK)) as (dead, alive, front):
        assert await statuses(front.port, KEY) == [200] * 6
        assert len(dead.requests) >= 1
        assert {body for _, body in alive.requests} == {b'{"type":"x"}'}


async def test_a_request_without_a_key_is_never_sent_twice(tmp_path: Path) -> None:
    async with behind_nginx(tmp_path, dies, says(OK)) as (dead, alive, front):
        answered = await statuses(front.port, {})
        assert answered.count(502) == len(dead.requests) >= 1
        assert len(dead.requests) + len(alive.requests) == 6


async def test_a_503_is_passed_on_only_with_a_key(tmp_path: Path) -> None:
    async with behind_nginx(tmp_path, says(UNAVAILABLE), says(OK)) as (_, _, front):
        assert set(await statuses(front.port, {})) == {200, 503}
        assert await statuses(front.port, KEY) == [200] * 6


async def test_an_event_arrives_when_it_is_sent_and_is_not_compressed(tmp_path: Path) -> None:
    may_end = asyncio.Event()
    event = b"data: {}\n\n"

    async def stream(writer: asyncio.StreamWriter) -> None:
        writer.write(STREAM + b"a\r\n" + event + b"\r\n")
        await writer.drain()
        await may_end.wait()
        writer.write(b"0\r\n\r\n")

    async with AsyncExitStack() as stack:
        _, _, front = await stack.enter_async_context(behind_nginx(tmp_path, stream, stream))
        asked = post(front.port, "/chatkit", {}, {"accept-encoding": "gzip", **KEY})
        answer = await stack.enter_async_context(asked)
        assert "content-encoding" not in answer.headers
        chunks = answer.chunks()
        assert await anext(chunks) == event
        may_end.set()
        assert [chunk async for chunk in chunks] == []


async def test_a_replica_that_dies_in_a_stream_ends_it_visibly(tmp_path: Path) -> None:
    async def stream(writer: asyncio.StreamWriter) -> None:
        writer.write(STREAM + b"a\r\ndata: {}\n\n\r\n")
        await writer.drain()
        writer.transport.abort()

    async def read(answer: Answer) -> None:
        async for _ in answer.chunks():
            pass

    async with (
        behind_nginx(tmp_path, stream, stream) as (_, _, front),
        post(front.port, "/", {}, KEY) as answer,
    ):
        with pytest.raises(BrokenAnswerError):
            await read(answer)


async def test_replicas_learn_who_asks_and_how(tmp_path: Path) -> None:
    async with behind_nginx(tmp_path, says(OK), says(OK)) as (first, second, front):
        await statuses(front.port, {"x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "https"}, 1)
        await statuses(front.port, KEY, 1)
    heads = [head.lower() for upstream in (first, second) for head, _ in upstream.requests]
    assert any(b"x-forwarded-for: 203.0.113.7, 127.0.0.1\r\n" in head for head in heads)
    assert any(b"x-forwarded-proto: https\r\n" in head for head in heads)
    assert any(b"x-forwarded-proto: http\r\n" in head for head in heads)
    assert all(f"host: 127.0.0.1:{front.port}\r\n".encode() in head for head in heads)
    assert any(b"idempotency-key: k1\r\n" in head for head in heads)


async def test_every_answer_says_who_may_frame_it(tmp_path: Path) -> None:
    nosniff = OK.replace(b"content-type", b"x-content-type-options: nosniff\r\ncontent-type")
    for upstream in (says(nosniff), says(UNAVAILABLE), dies):
        async with (
            behind_nginx(tmp_path, upstream, upstream) as (_, _, front),
            post(front.port, "/", {}, {}) as answer,
        ):
            await answer.body()
            assert answer.headers["content-security-policy"] == "frame-ancestors 'self'"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("headers", [{}, KEY], ids=["without a key", "with a key"])
async def test_one_address_that_asks_without_end_is_refused_and_its_stream_goes_on(
    headers: dict[str, str], tmp_path: Path
) -> None:
    may_end = asyncio.Event()
    asked = 0

    async def behave(writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        if asked > 1:
            await says(OK)(writer)
            return
        writer.write(STREAM + b"a\r\ndata: {}\n\n\r\n")
        await may_end.wait()
        writer.write(b"a\r\ndata: []\n\n\r\n0\r\n\r\n")

    async with AsyncExitStack() as stack:
        _, _, front = await stack.enter_async_context(behind_nginx(tmp_path, behave, behave, is_limited=True))
        stream = await stack.enter_async_context(post(front.port, "/chatkit", {}, headers))
        chunks = stream.chunks()
        assert await anext(chunks) == b"data: {}\n\n"
        assert await statuses(front.port, headers, 204) == [200] * 200 + [429] * 4
        refused = await stack.enter_async_context(post(front.port, "/chatkit", {}, headers))
        assert json.loads(await refused.body())["error"]["code"] == "rate_limited"
        assert refused.headers["retry-after"] == "1"
        may_end.set()
        assert b"".join([chunk async for chunk in chunks]) == b"data: []\n\n"
