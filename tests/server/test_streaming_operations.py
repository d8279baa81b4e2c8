"""The streaming operations: their events, in order, and what they leave in the store."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.server.app import (
    OWNER,
    ScriptedServer,
    added,
    call,
    client_call,
    create,
    delta,
    done,
    hidden,
    start,
    stream,
    types,
    user_input,
)
from turnstream.errors import (
    ConflictError,
    CustomStreamError,
    InvalidRequestError,
    NotSupportedError,
    RequestNotFoundError,
    ThreadBusyError,
)
from turnstream.types import (
    ClosedStatus,
    ProgressUpdateEvent,
    StructuredInputFreeform,
    StructuredInputItem,
    StructuredInputMultipleChoice,
    StructuredInputMultipleChoiceOption,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)

Events = AsyncIterator[ThreadStreamEvent]


async def say_hello(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield added(thread)
    yield delta("Hello ")
    yield delta("there")
    yield done(thread, "Hello there")


async def texts(server: ScriptedServer, thread_id: str) -> list[str]:
    items = (await call(server, "items.list", thread_id=thread_id, order="asc"))["data"]
    return [item["content"][0]["text"] for item in items if "content" in item]


async def test_a_new_thread_announces_itself_then_answers() -> None:
    server = ScriptedServer(say_hello)
    thread_id, events = await create(server)
    assert types(events) == [
        "thread.created",
        "thread.item.done",
        "stream_options",
        "thread.item.added",
        "thread.item.updated",
        "thread.item.updated",
        "thread.item.done",
    ]
    assert events[1]["item"]["content"] == [{"type": "input_text", "text": "hello"}]
    assert await texts(server, thread_id) == ["hello", "Hello there"]


async def test_a_further_message_answers_without_a_new_thread() -> None:
    server = ScriptedServer(say_hello)
    thread_id, _ = await create(server)
    events = await stream(server, "threads.add_user_message", thread_id=thread_id, input=user_input("again"))
    assert types(events)[:2] == ["thread.item.done", "stream_options"]


async def test_changes_to_the_thread_follow_the_event_that_made_them() -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        thread.title = "First"
        yield ProgressUpdateEvent(text="…")
        thread.metadata["step"] = 1
        yield added(thread)
        thread.title = "Second"
        yield delta("x")
        yield done(thread, "x")
        thread.status = ClosedStatus(reason="over")

    server = ScriptedServer(respond)
    thread_id, events = await create(server)
    assert types(events)[3:] == [
        "progress_update",
        "thread.updated",
        "thread.item.added",
        "thread.updated",
        "thread.item.updated",
        "thread.updated",
        "thread.item.done",
        "thread.updated",
    ]
    stored = await call(server, "threads.get_by_id", thread_id=thread_id)
    assert (stored["title"], stored["status"]) == ("Second", {"type": "closed", "reason": "over"})


async def test_an_error_keeps_the_partial_text_and_comes_last() -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield added(thread)
        yield delta("Half an ans")
        raise RuntimeError("the model went away")

    server = ScriptedServer(respond)
    thread_id, events = await create(server)
    assert events[-1] == {"type": "error", "code": "stream.error", "allow_retry": True}
    assert await texts(server, thread_id) == ["hello", "Half an ans"]


async def test_an_apps_own_error_keeps_its_words() -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield ProgressUpdateEvent(text="…")
        raise CustomStreamError("You have used up today's messages.", allow_retry=False)

    _, events = await create(ScriptedServer(respond))
    assert events[-1] == {
        "type": "error",
        "code": "custom",
        "message": "You have used up today's messages.",
        "allow_retry": False,
    }


async def test_a_message_left_open_is_finished() -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield added(thread)
        yield delta("Never closed")

    server = ScriptedServer(respond)
    thread_id, events = await create(server)
    assert events[-1]["type"] == "thread.item.done"
    assert await texts(server, thread_id) == ["hello", "Never closed"]


async def test_hidden_items_are_stored_and_never_sent() -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield hidden(thread, "hid_1")
        yield done(thread, "Seen")

    server = ScriptedServer(respond)
    thread_id, events = await create(server)
    assert "secret" not in str(events)
    assert "secret" not in str(await call(server, "threads.get_by_id", thread_id=thread_id))
    assert (await server.store.load_item(thread_id, "hid_1", context=OWNER)).type == "hidden_context_item"


async def test_a_removed_item_is_gone() -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield done(thread, "Wrong")
        yield ThreadItemRemovedEvent(item_id="msg_answer")

    server = ScriptedServer(respond)
    thread_id, events = await create(server)
    assert events[-1] == {"type": "thread.item.removed", "item_id": "msg_answer"}
    assert await texts(server, thread_id) == ["hello"]


async def test_closing_the_stream_cancels_the_turn_and_keeps_its_text() -> None:
    closed = asyncio.Event()

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        try:
            yield added(thread)
            yield delta("Once upon a time")
            await asyncio.Event().wait()
        finally:
            closed.set()

    server = ScriptedServer(respond)
    result = await start(server, "threads.create", input=user_input("a story"))
    thread_id = ""
    async for frame in result.json_events:
        if b"thread.created" in frame:
            thread_id = frame.split(b'"id":"')[1].split(b'"')[0].decode()
        if b"text_delta" in frame:
            break
    await result.json_events.aclose()
    await closed.wait()
    await server.turns.cancel(thread_id)
    assert await texts(server, thread_id) == ["a story", "Once upon a time"]
    newest = (await server.store.load_thread_items(thread_id, None, 1, "desc", context=OWNER)).data[0]
    assert newest.type == "sdk_hidden_context"


async def test_a_turn_that_nobody_reads_runs_to_its_end() -> None:
    server = ScriptedServer(say_hello)
    result = await start(server, "threads.create", input=user_input("hello"))
    thread_id = next(iter(server.turns._running))  # pyright: ignore[reportPrivateUsage]
    turn = server.turns.running(thread_id)
    assert turn is not None
    await turn.wait()
    assert turn.status == "completed"
    assert await texts(server, thread_id) == ["hello", "Hello there"]
    assert [b"text_delta" in frame async for frame in result.json_events].count(True) == 2


async def test_a_busy_thread_refuses_a_second_turn() -> None:
    go = asyncio.Event()

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        await go.wait()
        yield done(thread, "Finally")

    server = ScriptedServer(respond)
    result = await start(server, "threads.create", input=user_input("hello"))
    thread_id = next(iter(server.turns._running))  # pyright: ignore[reportPrivateUsage]
    with pytest.raises(ThreadBusyError) as busy:
        await start(server, "threads.add_user_message", thread_id=thread_id, input=user_input("more"))
    running = server.turns.running(thread_id)
    assert running is not None
    assert busy.value.turn_id == running.id
    go.set()
    assert len([frame async for frame in result.json_events]) == 4
    assert await texts(server, thread_id) == ["hello", "Finally"]


async def test_a_message_sent_right_after_a_stop_waits_for_it() -> None:
    async def slow(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield added(thread)
        yield delta("Stopped here")
        await asyncio.Event().wait()

    server = ScriptedServer(slow)
    result = await start(server, "threads.create", input=user_input("one"))
    thread_id = next(iter(server.turns._running))  # pyright: ignore[reportPrivateUsage]
    async for frame in result.json_events:
        if b"text_delta" in frame:
            break
    result.cancel()

    async def answer(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield done(thread, "Answered", "msg_second")

    server.script = answer
    events = await stream(server, "threads.add_user_message", thread_id=thread_id, input=user_input("two"))
    assert types(events)[-1] == "thread.item.done"
    assert await texts(server, thread_id) == ["one", "Stopped here", "two", "Answered"]


async def test_a_client_tools_answer_continues_the_turn() -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        if item is not None:
            yield client_call(thread)
            yield hidden(thread, "hid_after")  # the official server fails if anything follows the call
        else:
            yield done(thread, "You picked the ball")

    server = ScriptedServer(respond)
    thread_id, events = await create(server)
    assert events[-1]["item"]["status"] == "pending"
    events = await stream(
        server, "threads.add_client_tool_output", thread_id=thread_id, result={"selected": "ball"}
    )
    assert types(events) == ["stream_options", "thread.item.done"]
    items = (await call(server, "items.list", thread_id=thread_id, order="asc"))["data"]
    assert (items[1]["status"], items[1]["output"]) == ("completed", {"selected": "ball"})


async def test_an_answer_without_a_pending_call_is_a_conflict() -> None:
    server = ScriptedServer(say_hello)
    thread_id, _ = await create(server)
    with pytest.raises(ConflictError):
        await start(server, "threads.add_client_tool_output", thread_id=thread_id, result={})


async def test_an_official_client_answers_the_newest_call_and_gives_up_those_before_it() -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        if item is not None:
            yield client_call(thread, "tc_1")
            yield client_call(thread, "tc_2")

    server = ScriptedServer(respond)
    thread_id, _ = await create(server)
    await stream(server, "threads.add_client_tool_output", thread_id=thread_id, result=1)
    items = (await call(server, "items.list", thread_id=thread_id, order="asc"))["data"]
    calls = {
        item["id"]: (item["status"], item["output"]) for item in items if item["type"] == "client_tool_call"
    }
    superseded = {"error": {"code": "superseded", "message": "The user went on without answering."}}
    assert calls == {"tc_1": ("completed", superseded), "tc_2": ("completed", 1)}


async def test_retry_drops_what_came_after_and_answers_again() -> None:
    server = ScriptedServer(say_hello)
    thread_id, events = await create(server)
    user_id = events[1]["item"]["id"]
    again = await stream(server, "threads.retry_after_item", thread_id=thread_id, item_id=user_id)
    assert types(again)[0] == "stream_options"
    assert await texts(server, thread_id) == ["hello", "Hello there"]


async def test_retry_after_an_answer_is_refused_before_anything_is_dropped() -> None:
    server = ScriptedServer(say_hello)
    thread_id, _ = await create(server)
    with pytest.raises(InvalidRequestError) as wrong:
        await start(server, "threads.retry_after_item", thread_id=thread_id, item_id="msg_answer")
    assert wrong.value.field == "params.item_id"
    assert await texts(server, thread_id) == ["hello", "Hello there"]


async def test_a_structured_input_is_answered_once() -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        if item is None:
            yield done(thread, "Thanks")
            return
        option = StructuredInputMultipleChoiceOption
        yield ThreadItemDoneEvent(
            item=StructuredInputItem(
                id="in_1",
                thread_id=thread.id,
                created_at=datetime.now(UTC),
                inputs=[
                    StructuredInputMultipleChoice(id="size", question="Size?", options=[option(value="S")]),
                    StructuredInputFreeform(id="why", question="Why?"),
                ],
            )
        )

    server = ScriptedServer(respond)
    thread_id, _ = await create(server)
    answers = {"size": {"values": ["S", "M"]}, "unknown": {"values": ["x"]}}
    params: dict[str, Any] = {"thread_id": thread_id, "item_id": "in_1", "input": {"answers": answers}}
    events = await stream(server, "threads.add_structured_input", **params)
    assert types(events) == ["stream_options", "thread.item.replaced", "thread.item.done"]
    replaced = events[1]["item"]
    assert replaced["status"] == "answered"
    assert [entry["answer"] for entry in replaced["inputs"]] == [
        {"values": ["S"], "skipped": False},
        {"values": [], "skipped": True},
    ]
    with pytest.raises(ConflictError):
        await start(server, "threads.add_structured_input", **params)


async def test_an_action_without_a_handler_is_refused() -> None:
    server = ScriptedServer(say_hello)
    server.page_actions = ["go"]
    thread_id, _ = await create(server)
    for operation in ("threads.custom_action", "threads.sync_custom_action"):
        with pytest.raises(NotSupportedError):
            await server.process(
                f'{{"type":"{operation}","params":{{"thread_id":"{thread_id}","action":{{"type":"go"}}}}}}',
                OWNER,
            )


async def test_another_owners_thread_is_as_good_as_missing() -> None:
    server = ScriptedServer(say_hello)
    thread_id, _ = await create(server)
    for type_, params in [
        ("threads.get_by_id", ""),
        ("items.list", ""),
        ("threads.update", ',"title":"mine"'),
        ("threads.delete", ""),
        ("threads.add_user_message", ',"input":{"content":[],"attachments":[],"inference_options":{}}'),
        ("threads.add_client_tool_output", ',"result":1'),
        ("threads.retry_after_item", ',"item_id":"x"'),
        ("threads.custom_action", ',"action":{"type":"x"}'),
        ("threads.sync_custom_action", ',"action":{"type":"x"}'),
        ("threads.add_structured_input", ',"item_id":"x","input":{}'),
        ("items.feedback", ',"item_ids":["x"],"kind":"positive"'),
    ]:
        body = f'{{"type":"{type_}","params":{{"thread_id":"%s"{params}}}}}'
        with pytest.raises(RequestNotFoundError) as theirs:
            await server.process(body % thread_id, "eve")
        with pytest.raises(RequestNotFoundError) as missing:
            await server.process(body % "thr_missing", "eve")
        assert str(theirs.value).replace(thread_id, "thr_missing") == str(missing.value)


async def test_lone_surrogates_do_not_break_the_stream() -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield added(thread)
        yield delta("half \ud83d")
        yield ProgressUpdateEvent(text="half \ud83d")
        yield done(thread, "half \ud83d")

    _, events = await create(ScriptedServer(respond))
    assert events[4]["update"]["delta"] == "half \ufffd"
    assert events[5]["text"] == "half \ufffd"
