"""The same requests to our server and to `openai-chatkit`: the same events, in the same order, that its
models take.

Deliberate differences: where the official server stores nothing of a message cut off by an error, ours
finishes the message first, so its `thread.item.done` stands before `error`. And a thread without a title is
named by the first words of its first message.
"""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from types import ModuleType
from typing import Any, cast

import pytest
from pydantic import TypeAdapter

from tests.official import TYPES
from tests.official.peers import Peer, Respond, fill, peers
from tests.server.app import user_input

MADE_ID = re.compile(r"(thr|msg)_[0-9a-f]{8,}$")
OFFICIAL_EVENT: TypeAdapter[Any] = TypeAdapter(TYPES.ThreadStreamEvent)
OFFICIAL_THREAD = TypeAdapter(TYPES.Thread)
OFFICIAL_ITEMS = TypeAdapter(TYPES.Page[TYPES.ThreadItem])
OFFICIAL_THREADS = TypeAdapter(TYPES.Page[TYPES.Thread])


async def text(types: ModuleType, thread: Any, item: Any) -> AsyncIterator[Any]:
    message = {"id": "msg_a", "thread_id": thread.id, "created_at": datetime.now(UTC)}
    yield types.ThreadItemAddedEvent(item=types.AssistantMessageItem(**message, content=[]))
    content = types.AssistantMessageContent(text="")
    yield updated(types, types.AssistantMessageContentPartAdded(content_index=0, content=content))
    yield updated(types, types.AssistantMessageContentPartTextDelta(content_index=0, delta="Hel"))
    yield updated(types, types.AssistantMessageContentPartTextDelta(content_index=0, delta="lo ☃\u2028"))
    source = types.URLSource(title="A page", url="https://example.org")
    annotation = types.Annotation(source=source, index=3)
    yield updated(
        types,
        types.AssistantMessageContentPartAnnotationAdded(
            content_index=0, annotation_index=0, annotation=annotation
        ),
    )
    content = types.AssistantMessageContent(text="Hello ☃\u2028", annotations=[annotation])
    yield updated(types, types.AssistantMessageContentPartDone(content_index=0, content=content))
    yield types.ThreadItemDoneEvent(item=types.AssistantMessageItem(**message, content=[content]))


def updated(types: ModuleType, update: Any) -> Any:
    return types.ThreadItemUpdatedEvent(item_id="msg_a", update=update)


async def everything_else(types: ModuleType, thread: Any, item: Any) -> AsyncIterator[Any]:
    base = {"thread_id": thread.id, "created_at": datetime.now(UTC)}
    yield types.ProgressUpdateEvent(icon="search", text="Searching…")
    yield types.ClientEffectEvent(name="update_status", data={"state": {"energy": 80}})
    yield types.NoticeEvent(level="warning", message="Careful", title="Note")
    thread.title = "A title"
    workflow = types.Workflow(type="custom", tasks=[types.CustomTask(title="One")])
    yield types.ThreadItemAddedEvent(item=types.WorkflowItem(id="wf_1", **base, workflow=workflow))
    task = types.WorkflowTaskAdded(task_index=1, task=types.ThoughtTask(content="Two"))
    yield types.ThreadItemUpdatedEvent(item_id="wf_1", update=task)
    thread.status = types.LockedStatus(reason="busy")
    yield types.ThreadItemDoneEvent(item=types.WorkflowItem(id="wf_1", **base, workflow=workflow))
    yield types.ThreadItemDoneEvent(item=types.HiddenContextItem(id="hid_1", **base, content="secret"))
    yield types.ThreadItemDoneEvent(
        item=types.TaskItem(id="tsk_1", **base, task=types.CustomTask(title="Gone"))
    )
    yield types.ThreadItemReplacedEvent(
        item=types.TaskItem(id="tsk_1", **base, task=types.CustomTask(title="New"))
    )
    yield types.ThreadItemRemovedEvent(item_id="tsk_1")
    yield types.ErrorEvent(message="half an error", allow_retry=True)
    yield types.ThreadItemDoneEvent(item=types.EndOfTurnItem(id="end_1", **base))


async def client_tool(types: ModuleType, thread: Any, item: Any) -> AsyncIterator[Any]:
    if item is None:
        yield types.ProgressUpdateEvent(text="Thinking about it")
        return
    call = types.ClientToolCallItem(
        id="tc_1",
        thread_id=thread.id,
        created_at=datetime.now(UTC),
        call_id="c",
        name="get_selection",
        arguments={},
    )
    yield types.ThreadItemDoneEvent(item=call)


async def failure(types: ModuleType, thread: Any, item: Any) -> AsyncIterator[Any]:
    yield types.ProgressUpdateEvent(text="…")
    thread.title = "Before the error"
    raise RuntimeError("no")


def shape(value: Any) -> Any:
    """A body without what must differ: ids made by the server, and times."""
    if isinstance(value, list):
        return [shape(item) for item in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    body = cast("dict[str, Any]", value)
    compared = {key: shape(item) for key, item in body.items() if key not in {"created_at", "thread_id"}}
    if MADE_ID.match(str(body.get("id"))):
        compared["id"] = "made"
    return compared


async def assert_same(peers: tuple[Peer, Peer], operation: str, **params: Any) -> None:
    ours, theirs = [await peer.stream(operation, **fill(peer, params)) for peer in peers]
    for created in [event["thread"] for event in ours if event["type"] == "thread.created"]:
        assert created.pop("title") == "hi"
    assert [shape(event) for event in ours] == [shape(event) for event in theirs]
    for event in ours:
        OFFICIAL_EVENT.validate_python(event)


@pytest.mark.parametrize("respond", [text, everything_else, client_tool, failure])
async def test_a_new_thread_and_a_further_message(respond: Respond) -> None:
    both = peers(respond)
    await assert_same(both, "threads.create", input=user_input("hi"))
    if respond is not client_tool:
        quoted = {**user_input("again"), "quoted_text": "hi", "inference_options": {"model": "m"}}
        await assert_same(both, "threads.add_user_message", thread_id="$thread", input=quoted)


async def test_a_client_tools_answer() -> None:
    both = peers(client_tool)
    await assert_same(both, "threads.create", input=user_input("hi"))
    await assert_same(both, "threads.add_client_tool_output", thread_id="$thread", result={"picked": 1})


async def test_a_retry() -> None:
    both = peers(text)
    await assert_same(both, "threads.create", input=user_input("hi"))
    await assert_same(both, "threads.retry_after_item", thread_id="$thread", item_id="$user")


async def test_the_json_operations() -> None:
    ours, theirs = [await json_answers(peer) for peer in peers(everything_else)]
    assert [shape(answer) for answer in ours] == [shape(answer) for answer in theirs]
    OFFICIAL_THREAD.validate_python(ours[0])
    OFFICIAL_ITEMS.validate_python(ours[1])
    OFFICIAL_THREADS.validate_python(ours[2])


async def json_answers(peer: Peer) -> list[Any]:
    await peer.stream("threads.create", input=user_input("hi"))
    return [
        await peer.call("threads.get_by_id", thread_id=peer.thread_id),
        await peer.call("items.list", thread_id=peer.thread_id, order="asc"),
        await peer.call("threads.list"),
        await peer.call("threads.update", thread_id=peer.thread_id, title="New"),
        await peer.call("items.feedback", thread_id=peer.thread_id, item_ids=[peer.user_id], kind="positive"),
        await peer.call("threads.delete", thread_id=peer.thread_id),
    ]
