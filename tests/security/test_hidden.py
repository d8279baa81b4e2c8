"""Hidden items and an app's metadata never leave the server, whatever the app yields and whoever asks."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.server.app import (
    OWNER,
    ScriptedServer,
    added,
    call,
    delta,
    done,
    hidden,
    start,
    stream,
    user_input,
)
from turnstream.server import ChatKitServer, StreamingResult
from turnstream.store import MemoryStore
from turnstream.types import (
    AssistantMessageContentPartTextDelta,
    HiddenContextItem,
    Page,
    SDKHiddenContextItem,
    SyncCustomActionResponse,
    Thread,
    ThreadCreatedEvent,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    ThreadUpdatedEvent,
    UserMessageItem,
)

Events = AsyncIterator[ThreadStreamEvent]


def hidden_item(thread: ThreadMetadata, item_id: str = "hid_canary", *, of_sdk: bool = False) -> ThreadItem:
    kind = SDKHiddenContextItem if of_sdk else HiddenContextItem
    return kind(id=item_id, thread_id=thread.id, created_at=datetime.now(UTC), content="canary")


def whole_thread(thread: ThreadMetadata) -> Thread:
    items = Page[ThreadItem](data=[hidden_item(thread), hidden_item(thread, of_sdk=True)])
    return Thread(id=thread.id, created_at=thread.created_at, metadata={"key": "canary"}, items=items)


async def says_hidden_things(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    thread.metadata["key"] = "canary"
    yield added(thread)
    yield delta("Hello")
    for of_sdk in (False, True):
        secret = hidden_item(thread, f"hid_canary_{of_sdk}", of_sdk=of_sdk)
        yield ThreadItemAddedEvent(item=secret)
        update = AssistantMessageContentPartTextDelta(content_index=0, delta="canary")
        yield ThreadItemUpdatedEvent(item_id=secret.id, update=update)
        yield ThreadItemDoneEvent(item=secret)
        yield ThreadItemUpdatedEvent(item_id=secret.id, update=update)
        yield ThreadItemReplacedEvent(item=secret)
        yield ThreadItemRemovedEvent(item_id=secret.id)
    yield hidden(thread, "hid_canary_3")
    yield ThreadCreatedEvent(thread=whole_thread(thread))
    yield ThreadUpdatedEvent(thread=whole_thread(thread))
    yield done(thread, "Hello")


@pytest.mark.parametrize("is_durable", [False, True])
async def test_no_event_of_a_turn_shows_what_is_hidden(is_durable: bool) -> None:
    server = ScriptedServer(says_hidden_things)
    result = await server.process(
        '{"type":"threads.create","params":{"input":{"content":[{"type":"input_text","text":"hi"}],'
        '"attachments":[],"inference_options":{}}}}',
        OWNER,
        is_durable=is_durable,
    )
    assert isinstance(result, StreamingResult)
    said = b"".join([frame async for frame in result])
    assert b"Hello" in said
    assert b"canary" not in said


async def test_no_json_answer_shows_what_is_hidden() -> None:
    server = ScriptedServer(says_hidden_things)
    events = await stream(server, "threads.create", input=user_input("hi"))
    thread_id = events[0]["thread"]["id"]
    answers = [
        await call(server, "threads.get_by_id", thread_id=thread_id),
        await call(server, "threads.list"),
        await call(server, "items.list", thread_id=thread_id, limit=1, order="desc"),
        await call(server, "threads.update", thread_id=thread_id, title="Title"),
    ]
    assert "canary" not in str(answers)


async def test_an_item_that_becomes_hidden_leaves_the_page() -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield done(thread, "Shown at first", "msg_1")
        yield ThreadItemReplacedEvent(item=hidden_item(thread, "msg_1"))
        yield added(thread)
        yield ThreadItemDoneEvent(item=hidden_item(thread, "msg_answer"))

    events = await stream(ScriptedServer(respond), "threads.create", input=user_input("hi"))
    assert [event["item_id"] for event in events if event["type"] == "thread.item.removed"] == [
        "msg_1",
        "msg_answer",
    ]
    assert "canary" not in str(events)


async def test_a_removal_of_what_the_app_deleted_itself_reaches_the_page() -> None:
    server: ScriptedServer

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield done(thread, "For a moment", "msg_1")
        await server.store.delete_thread_item(thread.id, "msg_1", context)
        yield ThreadItemRemovedEvent(item_id="msg_1")

    server = ScriptedServer(respond)
    events = await stream(server, "threads.create", input=user_input("hi"))
    assert events[-1] == {"type": "thread.item.removed", "item_id": "msg_1"}


class HidesItsAnswer(ChatKitServer[Any]):
    def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> Events:
        return says_hidden_things(thread, input_user_message, context)

    async def sync_action(
        self, thread: ThreadMetadata, action: Any, sender: Any, context: Any
    ) -> SyncCustomActionResponse:
        return SyncCustomActionResponse(updated_item=hidden_item(thread))


async def test_a_synchronous_action_returns_no_hidden_item() -> None:
    server = HidesItsAnswer(MemoryStore(), page_actions=["x"])
    result = await start(server, "threads.create", input=user_input("hi"))
    events = [frame async for frame in result.json_events]
    assert events
    [thread] = (await call(server, "threads.list"))["data"]
    answer = await call(server, "threads.sync_custom_action", thread_id=thread["id"], action={"type": "x"})
    assert answer == {}
