"""What the tests of the SDK's runs share: a context with a store, and what a run shows as JSON."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from turnstream.agents import AgentContext
from turnstream.store import MemoryStore
from turnstream.types import ThreadMetadata

__all__ = ["CREATED", "THREAD", "dump", "final_items", "stored_context"]

CREATED = datetime(2026, 1, 1, tzinfo=UTC)
THREAD = ThreadMetadata(id="thr_1", created_at=CREATED)


async def stored_context() -> AgentContext[Any]:
    store = MemoryStore[Any]()
    await store.save_thread(THREAD, context=None)
    return AgentContext(thread=THREAD, store=store, request_context=None)


def final_items(events: list[Any]) -> list[Any]:
    """The items that stay, without what two runs cannot have in common."""
    items: dict[str, Any] = {}
    for event in events:
        if event["type"] == "thread.item.done":
            items[event["item"]["id"]] = event["item"]
        elif event["type"] == "thread.item.removed":
            items.pop(event["item_id"], None)
    return [{key: value for key, value in item.items() if key not in LEFT_OUT} for item in items.values()]


LEFT_OUT = {"id", "thread_id", "created_at"}


async def dump(events: AsyncIterator[Any]) -> tuple[list[Any], Exception | None]:
    """The events as JSON, as they were at the time, and what ended them."""
    seen: list[Any] = []
    try:
        async for event in events:
            seen.append(json.loads(event.model_dump_json(exclude_none=True)))  # noqa: PERF401
    except Exception as exc:  # noqa: BLE001
        return seen, exc
    return seen, None
