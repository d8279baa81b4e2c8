"""A server whose answers a test scripts."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

from turnstream.server import ChatKitServer, NonStreamingResult, StreamingResult
from turnstream.store import MemoryStore
from turnstream.types import (
    AssistantMessageContent,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ClientToolCallItem,
    HiddenContextItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)

OWNER = "ada"

Respond = Callable[[ThreadMetadata, UserMessageItem | None, Any], AsyncIterator[ThreadStreamEvent]]


class ScriptedServer(ChatKitServer[Any]):
    def __init__(self, respond: Respond) -> None:
        super().__init__(MemoryStore())
        self.script = respond

    def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        return self.script(thread, input_user_message, context)


def message(thread: ThreadMetadata, text: str, item_id: str = "msg_answer") -> AssistantMessageItem:
    content = [AssistantMessageContent(text=text)] if text else []
    return AssistantMessageItem(
        id=item_id, thread_id=thread.id, created_at=datetime.now(UTC), content=content
    )


def added(thread: ThreadMetadata) -> ThreadItemAddedEvent:
    return ThreadItemAddedEvent(item=message(thread, ""))


def delta(text: str) -> ThreadItemUpdatedEvent:
    update = AssistantMessageContentPartTextDelta(content_index=0, delta=text)
    return ThreadItemUpdatedEvent(item_id="msg_answer", update=update)


def done(thread: ThreadMetadata, text: str, item_id: str = "msg_answer") -> ThreadItemDoneEvent:
    return ThreadItemDoneEvent(item=message(thread, text, item_id))


def hidden(thread: ThreadMetadata, item_id: str) -> ThreadItemDoneEvent:
    item = HiddenContextItem(id=item_id, thread_id=thread.id, created_at=datetime.now(UTC), content="secret")
    return ThreadItemDoneEvent(item=item)


def client_call(thread: ThreadMetadata, item_id: str = "tc_1") -> ThreadItemDoneEvent:
    item = ClientToolCallItem(
        id=item_id,
        thread_id=thread.id,
        created_at=datetime.now(UTC),
        call_id=f"call_{item_id}",
        name="get_selection",
        arguments={},
    )
    return ThreadItemDoneEvent(item=item)


async def stream(server: ChatKitServer[Any], operation: str, /, **params: Any) -> list[dict[str, Any]]:
    """Run a streaming operation to its end and return its events."""
    result = await start(server, operation, **params)
    return [parse(frame) async for frame in result.json_events]


async def start(server: ChatKitServer[Any], operation: str, /, **params: Any) -> StreamingResult:
    result = await server.process(json.dumps({"type": operation, "params": params}), OWNER)
    assert isinstance(result, StreamingResult)
    return result


async def call(server: ChatKitServer[Any], operation: str, /, **params: Any) -> Any:
    """Run a JSON operation and return its answer."""
    result = await server.process(json.dumps({"type": operation, "params": params}), OWNER)
    assert isinstance(result, NonStreamingResult)
    return json.loads(result.json)


async def create(server: ChatKitServer[Any], text: str = "hello") -> tuple[str, list[dict[str, Any]]]:
    """Create a thread with one message; return its id and the events."""
    events = await stream(server, "threads.create", input=user_input(text))
    return events[0]["thread"]["id"], events


def user_input(text: str) -> dict[str, Any]:
    return {"content": [{"type": "input_text", "text": text}], "attachments": [], "inference_options": {}}


def parse(frame: bytes) -> dict[str, Any]:
    assert frame.startswith(b"data: ")
    assert frame.endswith(b"\n\n")
    return json.loads(frame[6:])


def types(events: list[dict[str, Any]]) -> list[str]:
    return [event["type"] for event in events]
