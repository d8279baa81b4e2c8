"""One HTTP/1.1 request per connection, its answer read byte by byte as it comes.

A fault test must know exactly which bytes arrived before a cut, so nothing here retries, pools or buffers.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

__all__ = ["Answer", "BrokenAnswerError", "post"]

CHUNK_BYTES = 65_536


class BrokenAnswerError(ConnectionError):
    """The connection ended, or said nothing for too long, before the answer was complete."""


class Answer:
    """The status and headers of an answer; `chunks` are the bytes of its body."""

    def __init__(
        self, status: int, headers: Mapping[str, str], reader: asyncio.StreamReader, quiet_s: float
    ) -> None:
        self.status = status
        self.headers = headers
        self._reader = reader
        self.quiet_s = quiet_s

    @property
    def is_stream(self) -> bool:
        return self.headers.get("content-type", "").startswith("text/event-stream")

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body as it arrives.

        Raises:
            BrokenAnswerError: it was cut, or nothing came for `quiet_s`.
        """
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            while size := await self._chunk_size():
                async for data in self._exactly(size):
                    yield data
                await self._line()
            await self._line()
        elif "content-length" in self.headers:
            async for data in self._exactly(int(self.headers["content-length"])):
                yield data
        else:
            raise BrokenAnswerError("an answer without a length cannot be told from a cut one")

    async def body(self) -> bytes:
        return b"".join([chunk async for chunk in self.chunks()])

    async def json(self) -> Any:
        """The body as JSON.

        Raises:
            BrokenAnswerError: it was cut, or is no JSON.
        """
        body = await self.body()
        try:
            return json.loads(body)
        except ValueError as exc:
            raise BrokenAnswerError(f"{self.status}: not JSON, but {body[:80]!r}") from exc

    async def _exactly(self, size: int) -> AsyncIterator[bytes]:
        while size > 0:
            data = await _patiently(self._reader.read(min(size, CHUNK_BYTES)), self.quiet_s)
            if not data:
                raise BrokenAnswerError("cut inside the body")
            size -= len(data)
            yield data

    async def _chunk_size(self) -> int:
        line = await self._line()
        try:
            return int(line.split(b";")[0], 16)
        except ValueError as exc:
            raise BrokenAnswerError(f"not a chunk size: {line!r}") from exc

    async def _line(self) -> bytes:
        return await _line(self._reader, self.quiet_s)


async def _patiently(reading: Any, quiet_s: float) -> bytes:
    try:
        async with asyncio.timeout(quiet_s):
            return await reading
    except TimeoutError as exc:
        raise BrokenAnswerError(f"nothing for {quiet_s:g} s") from exc
    except OSError as exc:
        raise BrokenAnswerError(str(exc)) from exc


async def _line(reader: asyncio.StreamReader, quiet_s: float) -> bytes:
    line = await _patiently(reader.readline(), quiet_s)
    if not line.endswith(b"\n"):
        raise BrokenAnswerError("cut inside a line")
    return line.rstrip(b"\r\n")


@asynccontextmanager
async def post(
    port: int,
    path: str,
    body: Any,
    headers: Mapping[str, str],
    *,
    head_s: float = 10.0,
    quiet_s: float = 45.0,
) -> AsyncGenerator[Answer]:
    """Send `body` as JSON to 127.0.0.1 and yield the answer once its head is there; the connection ends with
    the block.

    Raises:
        BrokenAnswerError: no connection, or no complete head within `head_s`.
    """
    try:
        async with asyncio.timeout(head_s):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=CHUNK_BYTES)
    except (OSError, TimeoutError) as exc:
        raise BrokenAnswerError(f"port {port}: {exc}") from exc
    try:
        content = json.dumps(body, separators=(",", ":")).encode()
        given = {
            "host": f"127.0.0.1:{port}",
            "content-type": "application/json",
            "connection": "close",
            **headers,
        }
        lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
        writer.write("\r\n".join([*lines, f"content-length: {len(content)}", "", ""]).encode() + content)
        status, fields = await _head(reader, head_s)
        yield Answer(status, fields, reader, quiet_s)
    finally:
        writer.transport.abort()


async def _head(reader: asyncio.StreamReader, head_s: float) -> tuple[int, dict[str, str]]:
    parts = (await _line(reader, head_s)).split(b" ")
    if len(parts) < 2 or not parts[0].startswith(b"HTTP/1.") or not parts[1].isdigit():
        raise BrokenAnswerError(f"not an HTTP answer: {parts!r}")
    fields: dict[str, str] = {}
    while line := await _line(reader, head_s):
        name, _, value = line.decode("latin-1").partition(":")
        fields[name.strip().lower()] = value.strip()
    return int(parts[1]), fields
