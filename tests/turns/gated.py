"""A server whose store a test can hold or break at any operation."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from tests.server.app import OWNER, Respond, ScriptedServer, added, delta, done, start, user_input
from turnstream.eventlog import MemoryEventLog
from turnstream.server import StreamingResult
from turnstream.store import MemoryStore, StorageError
from turnstream.turns import Turn
from turnstream.types import (
    AssistantMessageItem,
    ThreadItem,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)

Events = AsyncIterator[ThreadStreamEvent]


class GatedStore(MemoryStore[Any]):
    """Lets a test hold an operation, or break it."""

    def __init__(self) -> None:
        super().__init__()
        self.gates: dict[str, asyncio.Event] = {}
        self.entered: dict[str, asyncio.Event] = {}
        self.failures: dict[str, int] = {}

    def hold(self, operation: str) -> asyncio.Event:
        self.entered[operation] = asyncio.Event()
        self.gates[operation] = asyncio.Event()
        return self.gates[operation]

    async def pass_gate(self, operation: str) -> None:
        if self.failures.get(operation, 0) > 0:
            self.failures[operation] -= 1
            raise StorageError("the disk is gone")
        if operation in self.gates:
            self.entered[operation].set()
            await self.gates[operation].wait()

    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: Any) -> None:
        await self.pass_gate(f"add {item.type}")
        await super().add_thread_item(thread_id, item, context)

    async def save_thread(self, thread: ThreadMetadata, context: Any) -> None:
        await self.pass_gate("save_thread")
        await super().save_thread(thread, context)

    async def delete_thread(self, thread_id: str, context: Any) -> None:
        await self.pass_gate("delete_thread")
        await super().delete_thread(thread_id, context)


class GatedServer(ScriptedServer):
    def __init__(self, respond: Respond) -> None:
        super().__init__(respond)
        self.gated = GatedStore()
        self.log = MemoryEventLog()
        super(ScriptedServer, self).__init__(self.gated, log=self.log)

    @property
    def running_turns(self) -> int:
        threads = self.log._threads.values()  # pyright: ignore[reportPrivateUsage]
        return sum(thread.newest is not None and thread.newest.status == "running" for thread in threads)

    async def stored(self, thread_id: str) -> list[tuple[str, str]]:
        page = await self.store.load_thread_items(thread_id, None, 50, "asc", context=OWNER)
        return [(item.type, text_of(item)) for item in page.data]


def text_of(item: ThreadItem) -> str:
    return (
        "".join(part.text for part in item.content)
        if isinstance(item, (UserMessageItem, AssistantMessageItem))
        else ""
    )


def turn_of(result: StreamingResult) -> Turn:
    turn = getattr(result._stop, "__self__", None)  # pyright: ignore[reportPrivateUsage]
    assert isinstance(turn, Turn)
    return turn


async def begin(server: GatedServer) -> tuple[Turn, StreamingResult, str]:
    result = await start(server, "threads.create", input=user_input("hi"))
    turn = turn_of(result)
    return turn, result, turn.program.thread.id


async def process(server: GatedServer, operation: str, **params: Any) -> None:
    await server.process(json.dumps({"type": operation, "params": params}), OWNER)


async def hello(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield added(thread)
    yield delta("Hello")
    yield done(thread, "Hello there")


async def endless(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield added(thread)
    yield delta("Once")
    await asyncio.Event().wait()
