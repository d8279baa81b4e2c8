"""Run the bridge against a scripted server, and write down what it sends."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp  # noqa: F401  # pyright: ignore[reportUnusedImport]  # a model imports it when it is made: that blocks

from tests.agents.servers.scripted_server import Reply, ScriptedServer
from turnstream.agents import AgentContext
from turnstream.agents.chat_completions import ChatModel, stream_chat_response
from turnstream.store import MemoryStore
from turnstream.types import ThreadMetadata

THREAD = ThreadMetadata(id="thr_1", created_at=datetime(2026, 1, 1, tzinfo=UTC))
HI: list[dict[str, Any]] = [{"role": "user", "content": "hi"}]


async def new_context() -> AgentContext[Any]:
    store = MemoryStore[Any]()
    await store.save_thread(THREAD, context=None)
    return AgentContext(thread=THREAD, store=store, request_context=None)


async def run(
    replies: list[Reply], *, context: AgentContext[Any] | None = None, **options: Any
) -> tuple[list[str], list[dict[str, Any]], Exception | None]:
    """Return the events in brief, the requests that were made, and what ended the run."""
    context = context or await new_context()
    async with ScriptedServer(replies) as server, ChatModel("m", base_url=server.base_url) as model:
        seen, error = await read(stream_chat_response(context, model, HI, **options))
        return seen, server.requests, error


async def read(events: AsyncIterator[Any]) -> tuple[list[str], Exception | None]:
    seen: list[str] = []
    try:
        async for event in events:
            seen.append(brief(event.model_dump()))  # noqa: PERF401
    except Exception as exc:  # noqa: BLE001
        return seen, exc
    return seen, None


def brief(event: dict[str, Any]) -> str:
    match event["type"]:
        case "progress_update":
            return event["text"]
        case "notice":
            return f"notice {event['message']}"
        case "thread.item.updated":
            update = event["update"]
            kind = update["type"].rpartition(".")[2]
            if "task" in update:
                return f"task {kind} {update['task']['content']}"
            if "annotation" in update:
                source = update["annotation"]["source"]
                return f"{kind} {source['url']} {source['title']} {update['annotation']['index']}"
            return f"{kind} {update['delta']}" if "delta" in update else kind
        case kind:
            return f"{kind.removeprefix('thread.')} {event['item']['type']}"


def chunk(delta: dict[str, Any], finish_reason: str | None = None, **others: Any) -> dict[str, Any]:
    return {"id": "c1", "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}], **others}


def without_noise(seen: list[str]) -> list[str]:
    """Leave out where items and parts begin and end."""
    return [line for line in seen if line not in {"added", "done"} and not line.startswith("item.")]
