"""`turnstream serve` in a process of its own, and a client of what it serves."""

import asyncio
import json
import sqlite3
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any, Literal

import httpx

from tests.server.app import user_input
from tests.services import free_port

__all__ = ["DURABLE", "Process", "events_of", "served"]

LOOK_S = 0.05
DURABLE = {"turnstream-client": "1"}


class Process:
    """A served app, and what its readers got."""

    def __init__(self, folder: Path, process: asyncio.subprocess.Process, client: httpx.AsyncClient) -> None:
        self.folder = folder
        self.process = process
        self.client = client

    def said(self, stream: Literal["stdout", "stderr"] = "stderr") -> str:
        """What it wrote so far."""
        return (self.folder / stream).read_text("utf-8")

    async def hears(self, words: str, stream: Literal["stdout", "stderr"] = "stderr") -> None:
        """Return when it has written these words."""
        while words not in self.said(stream):  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(LOOK_S)

    def go_on(self) -> None:
        (self.folder / "go-on").touch()

    async def health(self) -> int:
        return (await self.client.get("/chatkit/health")).status_code

    @asynccontextmanager
    async def turn(
        self, what: str, headers: dict[str, str] = DURABLE
    ) -> AsyncGenerator[AsyncIterator[dict[str, Any]]]:
        """A turn whose first word was heard."""
        body = {"type": "threads.create", "params": {"input": user_input(what)}}
        async with self.client.stream("POST", "/chatkit", json=body, headers=headers) as response:
            events = events_of(response)
            async for event in events:
                if event.get("update", {}).get("delta"):
                    break
            yield events

    def statuses(self) -> list[str]:
        with closing(sqlite3.connect(self.folder / "chat.sqlite")) as connection:
            return [
                status for (status,) in connection.execute("SELECT status FROM turnstream_turns ORDER BY n")
            ]


async def events_of(response: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    buffer = b""
    async for chunk in response.aiter_raw():
        *frames, buffer = (buffer + chunk).split(b"\n\n")
        for frame in frames:
            if b"data: " in frame:
                yield json.loads(frame.partition(b"data: ")[2])


@asynccontextmanager
async def served(folder: Path, app: str, *options: str, source: str) -> AsyncGenerator[Process]:
    """Serve `main.py` with this source in a process of its own, which is killed if it still runs at the
    end.
    """
    (folder / "main.py").write_text(source, "utf-8")
    port = free_port()
    command = [sys.executable, "-m", "turnstream", "serve", app, "--port", str(port), *options]
    with (folder / "stdout").open("wb") as stdout, (folder / "stderr").open("wb") as stderr:
        process = await asyncio.create_subprocess_exec(*command, cwd=folder, stdout=stdout, stderr=stderr)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=300) as client:
        try:
            await _ready(client)
            yield Process(folder, process, client)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def _ready(client: httpx.AsyncClient) -> None:
    while True:
        with suppress(httpx.TransportError):
            if (await client.get("/chatkit/health")).status_code == 200:
                return
        await asyncio.sleep(LOOK_S)
