"""Clients of durable turns, in process: what they read, and two servers that share a database."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.server.app import OWNER, Respond
from turnstream.eventlog import MemoryEventLog, SqlEventLog
from turnstream.server import ChatKitServer, NonStreamingResult, StreamingResult
from turnstream.store import MemoryStore, SqlStore, Store
from turnstream.types import ThreadMetadata, ThreadStreamEvent, UserMessageItem


class Server(ChatKitServer[Any]):
    def __init__(self, store: Store[Any], respond: Respond, **options: Any) -> None:
        super().__init__(store, **options)
        self.script = respond

    def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        return self.script(thread, input_user_message, context)


MakeServer = Callable[..., Server]


def memory_server(respond: Respond, **options: Any) -> Server:
    return Server(MemoryStore(), respond, log=MemoryEventLog(), **options)


def sqlite_server(folder: Path, respond: Respond, **options: Any) -> Server:
    """Each call is another process of the same deployment, as far as the two can tell."""
    return Server(SqlStore(f"sqlite:///{folder / 'chat.sqlite'}"), respond, **options)


@asynccontextmanager
async def running(*servers: Server) -> AsyncGenerator[None]:
    """Open the servers, and close them at the end, also those that a test let die."""
    for server in servers:
        await server.open()
    try:
        yield
    finally:
        for server in servers:
            await server.close()


async def die(server: Server) -> None:
    """Stop as a killed process does: nothing is written any more, and no lease is renewed."""
    log = server.turns.log
    assert isinstance(log, SqlEventLog)
    await log.close()
    for turn in list(server.turns._running.values()):  # pyright: ignore[reportPrivateUsage]
        turn.lose()
    await asyncio.sleep(0)


def hang(server: Server) -> None:
    """Make as if the process had not run for a while: its leases were renewed long ago."""
    log = server.turns.log
    assert isinstance(log, SqlEventLog)
    log.commits.renewed_at = float("-inf")


async def expire_leases(server: Server) -> None:
    """Let the leases of all running turns be over, without waiting for it."""
    await execute(server, "UPDATE turnstream_turns SET lease_until = 0 WHERE status = 'running'")


async def recoveries_done(server: Server) -> None:
    """Wait for what the server does after turns that ended without it."""
    while tasks := server.turns._recoveries:  # pyright: ignore[reportPrivateUsage]
        await asyncio.wait(tasks)


async def execute(server: Server, statement: str) -> None:
    assert isinstance(server.store, SqlStore)

    async def work(connection: AsyncConnection) -> None:
        await connection.execute(text(statement))

    await server.store.database.write(work)


async def ask(
    server: ChatKitServer[Any],
    operation: str,
    /,
    *,
    key: str | None = None,
    owner: Any = OWNER,
    **params: Any,
) -> StreamingResult | NonStreamingResult:
    body = json.dumps({"type": operation, "params": params})
    return await server.process(body, owner, is_durable=True, idempotency_key=key)


async def open_stream(server: ChatKitServer[Any], operation: str, /, **params: Any) -> "Reading":
    result = await ask(server, operation, **params)
    assert isinstance(result, StreamingResult)
    return Reading(result)


async def fetch(server: ChatKitServer[Any], operation: str, /, **params: Any) -> Any:
    result = await ask(server, operation, **params)
    assert isinstance(result, NonStreamingResult)
    return json.loads(result.json)


class Reading:
    """What one connection got: events, and the position behind each that has one."""

    def __init__(self, result: StreamingResult) -> None:
        self.turn_id = result.turn_id
        self.events: list[dict[str, Any]] = []
        self.position: str | None = None
        self._frames = result.json_events

    async def next(self) -> dict[str, Any]:
        self._consume(await anext(self._frames))
        return self.events[-1]

    async def until(self, event_type: str) -> dict[str, Any]:
        while (await self.next())["type"] != event_type:
            pass
        return self.events[-1]

    async def rest(self) -> list[dict[str, Any]]:
        async for frame in self._frames:
            self._consume(frame)
        return self.events

    async def leave(self) -> None:
        await self._frames.aclose()

    @property
    def types(self) -> list[str]:
        return [event["type"] for event in self.events]

    def _consume(self, frame: bytes) -> None:
        head, _, data = frame.decode().rpartition("data: ")
        if head:
            assert head.startswith("id: ")
            self.position = head[4:].strip()
        self.events.append(json.loads(data))
