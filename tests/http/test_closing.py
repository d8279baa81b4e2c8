"""A request that is not read to its end ends its connection, and nothing of it is taken for the next one."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Literal

import pytest

from tests.http.serving import listening
from tests.http.test_app import hello_app
from turnstream.limits import Limits

NEXT = b"GET /chatkit/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
HEAD = b"POST /chatkit HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@asynccontextmanager
async def connected(
    http: Literal["h11", "httptools"], **options: Any
) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    async with listening(hello_app(**options), http=http) as url:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        yield reader, writer
        writer.close()


async def read_to_end(reader: asyncio.StreamReader) -> bytes:
    return await asyncio.wait_for(reader.read(), 60)


@pytest.mark.parametrize("http", ["h11", "httptools"])
@pytest.mark.parametrize("is_chunked", [False, True])
async def test_what_is_too_long_closes_the_connection(
    http: Literal["h11", "httptools"], is_chunked: bool
) -> None:
    body = NEXT * 20_000  # 1 MB, of which a quarter is read
    chunked = b"".join(b"%x\r\n%b\r\n" % (len(NEXT), NEXT) for _ in range(20_000)) + b"0\r\n\r\n"
    length = b"Transfer-Encoding: chunked" if is_chunked else b"Content-Length: %d" % len(body)
    async with connected(http) as (reader, writer):
        writer.write(HEAD + length + b"\r\n\r\n" + (chunked if is_chunked else body) + NEXT)
        answers = await read_to_end(reader)
    assert answers.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in answers.lower()
    assert answers.count(b"HTTP/1.1 ") == 1
    assert b'"code":"too_large"' in answers


@pytest.mark.parametrize("http", ["h11", "httptools"])
async def test_what_comes_too_slowly_closes_the_connection(http: Literal["h11", "httptools"]) -> None:
    async with connected(http, limits=Limits(body_timeout_s=0.05)) as (reader, writer):
        writer.write(HEAD + b"Content-Length: %d\r\n\r\n{" % (len(NEXT) + 1))
        answer = await reader.readuntil(b"}}")
        writer.write(NEXT * 2)  # the rest of the body, and a request after it
        rest = await read_to_end(reader)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"connection: close" in answer.lower()
    assert rest == b""


async def test_other_refusals_keep_the_connection() -> None:
    async with connected("httptools") as (reader, writer):
        writer.write(HEAD + b"Content-Length: 2\r\n\r\n{}" + NEXT)
        refused = await reader.readuntil(b"}}")
        healthy = await reader.readuntil(b'{"status":"ok"}')
    assert refused.startswith(b"HTTP/1.1 400")
    assert healthy.startswith(b"HTTP/1.1 200")
