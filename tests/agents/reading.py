"""What the tests of bridges share: a context, what a bridge yields, and a page that answers."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

from tests.server.durable import Reading, Server, fetch
from turnstream.agents import AgentContext
from turnstream.store import MemoryStore
from turnstream.types import ThreadItem, ThreadMetadata

THREAD = ThreadMetadata(id="thr_1", created_at=datetime(2026, 1, 1, tzinfo=UTC))

FAR_OFF_S = 300.0
"""A client's time for one request, connecting included: a busy machine may take longer than its 5 s to
connect.
"""


async def context(*items: ThreadItem) -> AgentContext[Any]:
    """The context of a run in a thread that has these items."""
    store = MemoryStore[Any]()
    await store.save_thread(THREAD, None)
    for item in items:
        await store.add_thread_item(THREAD.id, item, None)
    return AgentContext(thread=THREAD, store=store, request_context=None)


async def read(events: AsyncIterator[Any]) -> tuple[list[Any], Exception | None]:
    """The events, and what ended them."""
    seen: list[Any] = []
    try:
        async for event in events:
            seen.append(event)  # noqa: PERF401
    except Exception as exc:  # noqa: BLE001
        return seen, exc
    return seen, None


def texts(events: list[Any]) -> list[str]:
    """The text of each finished message."""
    return [
        "".join(part.text for part in event.item.content)
        for event in events
        if event.type == "thread.item.done" and event.item.type == "assistant_message"
    ]


async def pending_calls(reading: Reading, count: int = 1) -> list[dict[str, Any]]:
    """The calls that wait for the page."""
    while reading.types.count("turnstream.call_waiting") < count:
        await reading.next()
    return [
        event["item"]
        for event in reading.events
        if event["type"] == "thread.item.done" and event["item"]["type"] == "client_tool_call"
    ]


async def answer(server: Server, call: dict[str, Any], **said: Any) -> None:
    await fetch(
        server, "threads.add_client_tool_output", thread_id=call["thread_id"], call_id=call["call_id"], **said
    )


async def items_of(server: Server, thread_id: str) -> list[dict[str, Any]]:
    thread = await fetch(server, "threads.get_by_id", thread_id=thread_id)
    return thread["items"]["data"]


async def read_until(events: AsyncIterator[Any], is_it: Callable[[Any], bool]) -> list[Any]:
    """The events up to one."""
    seen: list[Any] = []
    async for event in events:
        seen.append(event)
        if is_it(event):
            break
    return seen
