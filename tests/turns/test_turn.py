"""How a turn ends: completed, failed or stopped, whatever happens at the same moment."""

import asyncio
import gc
from typing import Any

import pytest
from anyio import wait_all_tasks_blocked

import turnstream.turns.recorder
import turnstream.turns.turn
from tests.server.app import OWNER, added, delta, done, message, parse, start, user_input
from tests.turns.gated import Events, GatedServer, begin, endless, hello, process, turn_of
from turnstream.server import StreamingResult
from turnstream.types import (
    AssistantMessageContentPartTextDelta,
    ThreadItem,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    UserMessageItem,
)


async def test_a_stop_while_the_answer_is_being_stored_leaves_it_whole() -> None:
    server = GatedServer(hello)
    gate = server.gated.hold("add assistant_message")
    turn, result, thread_id = await begin(server)
    await server.gated.entered["add assistant_message"].wait()
    turn.cancel()
    await wait_all_tasks_blocked()
    gate.set()
    await turn.wait()
    events = [parse(frame) async for frame in result.json_events]
    assert events[-1]["type"] == "thread.item.done"
    assert ("assistant_message", "Hello there") in await server.stored(thread_id)


async def test_a_stop_after_the_last_event_adds_no_note() -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield added(thread)
        yield delta("All of it")

    server = GatedServer(respond)
    gate = server.gated.hold("add assistant_message")
    turn, _, thread_id = await begin(server)
    await server.gated.entered["add assistant_message"].wait()
    turn.cancel()
    gate.set()
    await turn.wait()
    assert turn.status == "completed"
    assert await server.stored(thread_id) == [("user_message", "hi"), ("assistant_message", "All of it")]


async def test_a_stop_while_the_title_is_awaited_ends_the_turn_as_completed() -> None:
    server = GatedServer(hello)

    async def never(thread: ThreadMetadata, input_user_message: UserMessageItem, context: Any) -> str:
        await asyncio.Event().wait()
        return ""

    server.make_title = never
    turn, _, thread_id = await begin(server)
    turn.program.side_task_grace_s = 3600.0  # the stop ends the wait, not its time
    await wait_all_tasks_blocked()
    # The task that concludes the turn was made meanwhile: let it reach the title.
    await wait_all_tasks_blocked()
    assert turn.status == "running"
    turn.cancel()
    await turn.wait()
    assert turn.status == "completed"
    assert len(await server.stored(thread_id)) == 2


async def test_a_stop_while_an_event_is_being_stored_takes_no_more_events() -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield done(thread, "First", "msg_first")
        yield done(thread, "Second", "msg_second")

    server = GatedServer(respond)
    gate = server.gated.hold("add assistant_message")
    turn, _, thread_id = await begin(server)
    await server.gated.entered["add assistant_message"].wait()
    turn.cancel()
    gate.set()
    await turn.wait()
    assert turn.status == "cancelled"
    assert [text for kind, text in await server.stored(thread_id) if kind == "assistant_message"] == ["First"]


async def test_a_store_that_hangs_cannot_hold_a_stop_nor_reach_the_next_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turnstream.turns.turn, "STOP_GRACE_S", 0.01)

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield done(thread, "Too late", "msg_late")

    server = GatedServer(respond)
    gate = server.gated.hold("add assistant_message")
    turn, _, thread_id = await begin(server)
    await server.gated.entered["add assistant_message"].wait()
    turn.cancel()
    await turn.wait()
    assert turn.status == "cancelled"
    server.script = endless
    second = await start(server, "threads.add_user_message", thread_id=thread_id, input=user_input("more"))
    await wait_all_tasks_blocked()
    gate.set()
    await wait_all_tasks_blocked()
    second.cancel()
    assert b"Too late" not in b"".join([frame async for frame in second.json_events])


async def test_an_item_whose_storing_hangs_cannot_hold_an_interrupted_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turnstream.turns.turn, "EXIT_GRACE_S", 0.01)

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield added(thread)
        yield delta("Half")
        yield done(thread, "Never stored", "msg_hangs")

    server = GatedServer(respond)
    add, hangs = server.store.add_thread_item, asyncio.Event()

    async def add_unless_it_hangs(thread_id: str, item: ThreadItem, context: Any) -> None:
        if item.id == "msg_hangs":
            hangs.set()
            await asyncio.Event().wait()
        await add(thread_id, item, context)

    monkeypatch.setattr(server.store, "add_thread_item", add_unless_it_hangs)
    turn, _, thread_id = await begin(server)
    await hangs.wait()
    turn.interrupt("shutdown")
    await turn.wait()
    assert turn.status == "interrupted"
    assert ("assistant_message", "Half") in await server.stored(thread_id)


async def test_a_title_that_comes_after_the_end_changes_nothing() -> None:
    cancelled = asyncio.Event()

    async def slow(thread: ThreadMetadata, input_user_message: UserMessageItem, context: Any) -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
        return "Too late"

    async def fail(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        await wait_all_tasks_blocked()
        raise RuntimeError("no")
        yield done(thread, "")

    server = GatedServer(fail)
    server.make_title = slow
    turn, result, _ = await begin(server)
    await turn.wait()
    assert cancelled.is_set()
    assert turn.status == "failed"
    events = [parse(frame)["type"] async for frame in result.json_events]
    assert events.count("error") == 1
    assert (await server.store.load_threads(1, None, "asc", context=OWNER)).data[0].title == "Too late"
    assert server.running_turns == 0


async def test_a_deleted_thread_does_not_come_back_with_its_title(monkeypatch: pytest.MonkeyPatch) -> None:
    go = asyncio.Event()

    async def stubborn(thread: ThreadMetadata, input_user_message: UserMessageItem, context: Any) -> str:
        while not go.is_set():
            try:
                await go.wait()
            except asyncio.CancelledError:
                continue
        return "A ghost"

    server = GatedServer(endless)
    server.make_title = stubborn
    monkeypatch.setattr(turnstream.turns.turn, "STOP_GRACE_S", 0.01)
    _, _, thread_id = await begin(server)
    await wait_all_tasks_blocked()
    await process(server, "threads.delete", thread_id=thread_id)
    go.set()
    await wait_all_tasks_blocked()
    assert (await server.store.load_threads(10, None, "asc", context=OWNER)).data == []
    assert server.running_turns == 0


async def test_a_respond_that_ignores_its_stop_is_left_behind(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(turnstream.turns.turn, "STOP_GRACE_S", 0.01)
    go, gone = asyncio.Event(), asyncio.Event()

    async def stubborn(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        try:
            yield added(thread)
            yield delta("Kept")
            while not go.is_set():
                try:
                    await go.wait()
                except asyncio.CancelledError:
                    continue
            yield delta(", dropped")
            yield done(thread, "Kept, dropped")
        finally:
            gone.set()

    server = GatedServer(stubborn)
    turn, _, thread_id = await begin(server)
    await wait_all_tasks_blocked()
    turn.cancel()
    await turn.wait()
    assert "still runs" in caplog.text
    server.script = hello
    second = await start(server, "threads.add_user_message", thread_id=thread_id, input=user_input("more"))
    go.set()
    await gone.wait()
    text = b"".join([frame async for frame in second.json_events])
    assert b"dropped" not in text
    assert ("assistant_message", "Kept") not in await server.stored(thread_id)  # replaced: both have one id
    assert "dropped" not in str(await server.stored(thread_id))
    await wait_all_tasks_blocked()
    assert "came too late" in caplog.text


async def test_a_respond_cancelled_from_within_fails_and_is_not_a_stop(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield added(thread)
        yield delta("Half")
        raise asyncio.CancelledError

    server = GatedServer(respond)
    turn, result, thread_id = await begin(server)
    events = [parse(frame) async for frame in result.json_events]
    assert (turn.status, events[-1]["type"]) == ("failed", "error")
    assert await server.stored(thread_id) == [("user_message", "hi"), ("assistant_message", "Half")]
    assert "not by a stop" in caplog.text


async def test_a_stopped_response_that_fails_is_stopped_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield added(thread)
        yield delta("Half")
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise RuntimeError("connection lost") from None

    server = GatedServer(respond)
    turn, result, thread_id = await begin(server)
    await wait_all_tasks_blocked()
    turn.cancel()
    assert b"error" not in b"".join([frame async for frame in result.json_events])
    assert turn.status == "cancelled"
    assert [kind for kind, _ in await server.stored(thread_id)] == [
        "user_message",
        "assistant_message",
        "sdk_hidden_context",
    ]
    assert "connection lost" in caplog.text


async def test_a_store_that_is_away_for_a_moment_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turnstream.turns.recorder, "STORE_RETRY_S", 0.0)

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        thread.title = "Kept"
        server.gated.failures["save_thread"] = 1
        yield done(thread, "Hello")

    server = GatedServer(respond)
    turn, result, thread_id = await begin(server)
    events = [parse(frame)["type"] async for frame in result.json_events]
    assert (turn.status, events[-2:]) == ("completed", ["thread.item.done", "thread.updated"])
    assert (await server.store.load_thread(thread_id, context=OWNER)).title == "Kept"


async def test_a_store_that_stays_away_ends_the_turn_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turnstream.turns.recorder, "STORE_PATIENCE_S", -1.0)
    server = GatedServer(hello)
    turn, result, thread_id = await begin(server)
    server.gated.failures["add assistant_message"] = 2
    events = [parse(frame)["type"] async for frame in result.json_events]
    assert (turn.status, events[-1]) == ("failed", "error")
    assert server.turns.running(thread_id) is None
    assert server.running_turns == 0


async def test_a_store_that_fails_at_the_stop_still_ends_the_turn(caplog: pytest.LogCaptureFixture) -> None:
    server = GatedServer(endless)
    turn, result, thread_id = await begin(server)
    await wait_all_tasks_blocked()
    server.gated.failures["add assistant_message"] = 1
    turn.cancel()
    assert len([frame async for frame in result.json_events]) == 5
    assert turn.status == "cancelled"
    assert "handle_stream_cancelled failed" in caplog.text
    assert server.turns.running(thread_id) is None


async def test_updates_to_a_finished_item_survive_a_stop() -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield ThreadItemDoneEvent(item=message(thread, "One", "msg_old"))
        update = AssistantMessageContentPartTextDelta(content_index=0, delta=", two")
        yield ThreadItemUpdatedEvent(item_id="msg_old", update=update)
        await asyncio.Event().wait()

    server = GatedServer(respond)
    turn, _, thread_id = await begin(server)
    await wait_all_tasks_blocked()
    turn.cancel()
    await turn.wait()
    assert (await server.stored(thread_id))[1] == ("assistant_message", "One, two")


async def test_a_rename_at_the_very_end_of_a_turn_holds() -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield done(thread, "Hello")
        server.gated.hold("save_thread")
        thread.metadata["n"] = 1

    server = GatedServer(respond)
    turn, _, thread_id = await begin(server)
    await wait_all_tasks_blocked()
    renaming = asyncio.ensure_future(process(server, "threads.update", thread_id=thread_id, title="Mine"))
    await wait_all_tasks_blocked()
    server.gated.gates["save_thread"].set()
    await renaming
    await turn.wait()
    stored = await server.store.load_thread(thread_id, context=OWNER)
    assert (stored.title, stored.metadata["n"]) == ("Mine", 1)
    assert server.running_turns == 0


async def test_closing_the_events_before_the_first_one_stops_the_turn() -> None:
    turn, result, _ = await begin(GatedServer(endless))
    await result.json_events.aclose()
    await turn.wait()
    assert turn.status == "cancelled"
    assert [frame async for frame in result.json_events] == []


async def test_a_reader_that_is_cancelled_between_two_events_stops_the_turn() -> None:
    async def serve(result: StreamingResult) -> None:
        async for _ in result:
            await asyncio.Event().wait()  # a connection that takes nothing

    server = GatedServer(endless)
    result = await start(server, "threads.create", input=user_input("hi"))
    turn = turn_of(result)
    serving = asyncio.create_task(serve(result))
    del result
    await wait_all_tasks_blocked()
    serving.cancel()
    gc.disable()  # at once, not when cycles are looked for
    try:
        await asyncio.wait([serving])
        del serving
        await turn.wait()
    finally:
        gc.enable()
    assert turn.status == "cancelled"
