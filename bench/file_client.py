"""A client of files, for a process of its own: the readers whose gaps are measured must not wait for it."""

import asyncio
import json
import os
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import uvloop

HEAD = "Host: 127.0.0.1:{port}\r\nConnection: close\r\n"
PIECE_BYTES = 64 * 1024
READ_BYTES = 1024 * 1024
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
BOUNDARY = "bench-boundary"


class RefusedError(Exception):
    """The server answered with another status than 200."""


def upload_all(port: int, count: int, size: int) -> list[str]:
    """Upload files of `size` bytes at once: pictures and text, half of each in one step; return their ids.

    Raises:
        RefusedError: the server did not take one.
    """
    files = contents(size)

    async def run() -> list[str]:
        uploads = (upload(port, *files[n // 2 % 2], is_direct=n % 2 == 1) for n in range(count))
        return await asyncio.gather(*uploads)

    return uvloop.run(run())


def download_all(port: int, attachment_ids: list[str]) -> int:
    """Read files at once; return the number of bytes of all of them.

    Raises:
        RefusedError: the server did not send one.
    """

    async def run() -> int:
        return sum(await asyncio.gather(*(download(port, each) for each in attachment_ids)))

    return uvloop.run(run())


@cache
def contents(size: int) -> list[tuple[str, bytes]]:
    """Return a picture and a text of `size` bytes: text is checked to its last byte."""
    line = "Grüße aus dem Lager, Zeile für Zeile. ".encode()
    return [
        ("image/png", PNG + os.urandom(size - len(PNG))),
        ("text/plain", (line * (size // len(line) + 1))[: size - 1].decode(errors="ignore").encode()),
    ]


async def upload(port: int, media_type: str, data: bytes, *, is_direct: bool) -> str:
    """Upload a file by one of the element's two strategies; return the id of its attachment.

    Raises:
        RefusedError: the server did not take it.
    """
    if is_direct:
        return json.loads(await _send_form(port, media_type, data))["id"]
    params = {"name": "bench", "size": len(data), "mime_type": media_type}
    body = json.dumps({"type": "attachments.create", "params": params}).encode()
    announced: dict[str, Any] = json.loads(await _ask(port, "POST /chatkit", "application/json", body))
    url = urlsplit(str(announced["upload_descriptor"]["url"]))
    await _ask(port, f"PUT {url.path}?{url.query}", media_type, data)
    return announced["id"]


async def download(port: int, attachment_id: str) -> int:
    """Read a file; return its number of bytes.

    Raises:
        RefusedError: the server did not send it.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=READ_BYTES)
    try:
        line = f"GET /chatkit/attachments/{attachment_id} HTTP/1.1\r\n{HEAD.format(port=port)}\r\n"
        writer.write(line.encode())
        _check(await reader.readuntil(b"\r\n\r\n"))
        size = 0
        while piece := await reader.read(READ_BYTES):
            size += len(piece)
        return size
    finally:
        writer.close()


async def _send_form(port: int, media_type: str, data: bytes) -> bytes:
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="bench"\r\n'
        f"Content-Type: {media_type}\r\n\r\n"
    )
    body = b"".join((head.encode(), data, f"\r\n--{BOUNDARY}--\r\n".encode()))
    return await _ask(port, "POST /chatkit/attachments", f"multipart/form-data; boundary={BOUNDARY}", body)


async def _ask(port: int, what: str, content_type: str, body: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        head = f"{what} HTTP/1.1\r\n{HEAD.format(port=port)}Content-Type: {content_type}\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode())
        view = memoryview(body)
        for at in range(0, len(body), PIECE_BYTES):
            writer.write(view[at : at + PIECE_BYTES])
            await writer.drain()
        _check(await reader.readuntil(b"\r\n\r\n"))
        return await reader.read()
    finally:
        writer.close()


def _check(head: bytes) -> None:
    status = head.split(b"\r\n", 1)[0]
    if b" 200 " not in status:
        raise RefusedError(status.decode())
