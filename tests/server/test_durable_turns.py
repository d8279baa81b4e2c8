"""Turns that outlive their connections: positions, attaching, stopping, repeated requests."""

import asyncio
import json
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from anyio import wait_all_tasks_blocked

from tests.server.app import OWNER, added, call, create, delta, done, hidden, message, stream, user_input
from tests.server.durable import (
    MakeServer,
    Reading,
    ask,
    fetch,
    memory_server,
    open_stream,
    running,
    sqlite_server,
)
from turnstream.errors import (
    InvalidRequestError,
    KeyReusedError,
    RequestNotFoundError,
    ShuttingDownError,
    ThreadBusyError,
)
from turnstream.eventlog import TurnRecord
from turnstream.types import (
    ClientEffectEvent,
    GeneratedImage,
    GeneratedImageUpdated,
    HiddenContextItem,
    LockEvent,
    ProgressUpdateEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)

Events = AsyncIterator[ThreadStreamEvent]


@pytest.fixture(params=["memory", "sqlite"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> MakeServer:
    return memory_server if request.param == "memory" else partial(sqlite_server, tmp_path)


class Steps:
    """A response that says one word for each that a test lets it say."""

    def __init__(self) -> None:
        self.calls = 0
        self._words: asyncio.Queue[str | ThreadStreamEvent | None] = asyncio.Queue()

    def say(self, *words: str | ThreadStreamEvent) -> None:
        for word in words:
            self._words.put_nowait(word)

    def finish(self) -> None:
        self._words.put_nowait(None)

    async def respond(self, thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        self.calls += 1
        yield added(thread)
        text = ""
        while (word := await self._words.get()) is not None:
            if isinstance(word, str):
                text += word
                yield delta(word)
            else:
                yield word
        yield done(thread, text)


async def hello(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield added(thread)
    yield delta("Hello")
    yield done(thread, "Hello")


async def begin(server: Any, steps: Steps, *words: str) -> tuple[str, Reading]:
    """A turn that has said `words`, and the reader that saw them."""
    reading = await open_stream(server, "threads.create", input=user_input("hi"))
    await reading.until("thread.item.added")
    steps.say(*words)
    while text_of(reading.events) != "".join(words):
        await reading.next()
    return reading.events[0]["thread"]["id"], reading


def text_of(events: list[dict[str, Any]]) -> str:
    updates = [event["update"] for event in events if event["type"] == "thread.item.updated"]
    return "".join(update.get("delta", "") for update in updates)


async def test_each_entry_has_its_position_and_the_last_tells_how_the_turn_ended(make: MakeServer) -> None:
    server = make(hello)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        await reading.rest()
        assert reading.types == [
            "thread.created",
            "thread.item.done",
            "stream_options",
            "thread.item.added",
            "thread.item.updated",
            "thread.item.done",
            "turnstream.turn_ended",
        ]
        ended = {"type": "turnstream.turn_ended", "turn_id": reading.turn_id, "status": "completed"}
        assert reading.events[-1] == ended
        assert reading.position is not None
        assert reading.position.endswith(".7")


async def test_leaving_a_durable_stream_stops_nothing_and_attaching_gives_the_rest(make: MakeServer) -> None:
    steps = Steps()
    server = make(steps.respond)
    async with running(server):
        thread_id, first = await begin(server, steps, "one ")
        await first.leave()
        steps.say("two ", "three")
        second = await open_stream(server, "turns.attach", thread_id=thread_id, after=first.position)
        assert second.turn_id == first.turn_id
        await second.until("turnstream.live")
        steps.finish()
        await second.rest()
        assert text_of(first.events) + text_of(second.events) == "one two three"
        assert second.types.count("turnstream.live") == 1
        assert second.types[-1] == "turnstream.turn_ended"


async def test_any_number_of_readers_see_the_same(make: MakeServer) -> None:
    steps = Steps()
    server = make(steps.respond)
    async with running(server):
        thread_id, first = await begin(server, steps, "one ")
        others = [
            await open_stream(server, "turns.attach", thread_id=thread_id, after=None) for _ in range(3)
        ]
        steps.say("two")
        steps.finish()
        seen = [await reading.rest() for reading in (first, *others)]
        for events in seen[1:]:
            assert [event for event in events if event["type"] != "turnstream.live"] == seen[0]


async def test_attaching_to_a_thread_at_rest_ends_at_once(make: MakeServer) -> None:
    server = make(hello)
    async with running(server):
        first = await open_stream(server, "threads.create", input=user_input("hi"))
        await first.rest()
        thread_id = first.events[0]["thread"]["id"]
        again = await open_stream(server, "turns.attach", thread_id=thread_id, after=first.position)
        assert again.turn_id == ""
        assert [event["type"] for event in await again.rest()] == ["turnstream.live"]


@pytest.mark.parametrize("after", ["ffffffff.1", "0.0"])
async def test_a_position_of_another_log_is_reset(make: MakeServer, after: str) -> None:
    server = make(hello)
    async with running(server):
        thread_id, _ = await create(server)
        reading = await open_stream(server, "turns.attach", thread_id=thread_id, after=after)
        assert await reading.rest() == [{"type": "turnstream.reset"}]


async def test_what_is_no_position_is_refused_by_name(make: MakeServer) -> None:
    server = make(hello)
    async with running(server):
        thread_id, _ = await create(server)
        with pytest.raises(InvalidRequestError, match="a position looks like") as refused:
            await ask(server, "turns.attach", thread_id=thread_id, after="seventeen")
        assert refused.value.field == "params.after"


async def test_a_snapshot_holds_the_half_written_message_and_the_position_behind_it(make: MakeServer) -> None:
    steps = Steps()
    server = make(steps.respond)
    async with running(server):
        thread_id, first = await begin(server, steps, "one ")
        thread = await fetch(server, "threads.get_by_id", thread_id=thread_id)
        state = thread["turnstream"]
        assert state["turn"] == {"id": first.turn_id, "status": "running"}
        assert state["position"] == first.position
        [sent, answer] = state["items"]
        assert sent["type"] == "user_message"
        assert answer["content"][0]["text"] == "one "
        follower = await open_stream(server, "turns.attach", thread_id=thread_id, after=state["position"])
        steps.say("two")
        steps.finish()
        await follower.rest()
        assert text_of(follower.events) == "two"
        after = (await fetch(server, "threads.get_by_id", thread_id=thread_id))["turnstream"]
        assert after["turn"]["status"] == "completed"
        assert after["position"] == follower.position
        assert after["items"] == []


async def test_a_thread_without_turns_has_no_position(make: MakeServer) -> None:
    server = make(hello)
    async with running(server):
        thread_id, _ = await create(server)
        await server.turns.log.drop(thread_id)
        state = (await fetch(server, "threads.get_by_id", thread_id=thread_id))["turnstream"]
        assert state == {"items": [], "effects": [], "undone": [], "unfinished": []}


async def test_official_requests_see_nothing_of_all_this(make: MakeServer) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield ClientEffectEvent(name="paint", data={"a": 1}, replay="latest", key="k")
        yield LockEvent(regions=[])
        yield done(thread, "Hello")

    server = make(respond)
    async with running(server):
        thread_id, events = await create(server)
        assert not [event for event in events if event["type"].startswith("turnstream")]
        assert {"type": "client_effect", "name": "paint", "data": {"a": 1}} in events
        assert "turnstream" not in await call(server, "threads.get_by_id", thread_id=thread_id)


async def test_hidden_items_are_in_no_snapshot_and_no_stream(make: MakeServer) -> None:
    steps = Steps()
    server = make(steps.respond)
    async with running(server):
        thread_id, first = await begin(server, steps, "one ")
        thread = await server.store.load_thread(thread_id, context=OWNER)
        steps.say(hidden(thread, "hid_1"), "two")
        while text_of(first.events) != "one two":
            await first.next()
        answer = await fetch(server, "threads.get_by_id", thread_id=thread_id)
        assert "secret" not in str(answer) + str(first.events)
        steps.finish()
        await first.rest()


async def test_a_thread_that_is_deleted_while_it_is_loaded_is_not_found(
    make: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = Steps()
    server = make(steps.respond)
    async with running(server):
        thread_id, _ = await begin(server, steps, "one ")
        frames = server.turns.log.frames

        async def delete_first(turn: TurnRecord) -> Any:
            monkeypatch.undo()
            await call(server, "threads.delete", thread_id=thread_id)
            return await frames(turn)

        monkeypatch.setattr(server.turns.log, "frames", delete_first)
        with pytest.raises(RequestNotFoundError):
            await fetch(server, "threads.get_by_id", thread_id=thread_id)


async def test_a_second_turn_is_refused_with_the_running_turns_id(make: MakeServer) -> None:
    steps = Steps()
    server = make(steps.respond)
    async with running(server):
        thread_id, first = await begin(server, steps, "one")
        with pytest.raises(ThreadBusyError) as busy:
            await ask(server, "threads.add_user_message", thread_id=thread_id, input=user_input("me too"))
        assert busy.value.turn_id == first.turn_id
        steps.finish()
        await first.rest()


async def test_a_stop_tells_how_the_turn_ended_and_again_when_repeated(make: MakeServer) -> None:
    steps = Steps()
    server = make(steps.respond)
    async with running(server):
        thread_id, first = await begin(server, steps, "one")
        for _ in range(2):
            assert await fetch(server, "turns.cancel", thread_id=thread_id, turn_id=first.turn_id) == {
                "status": "cancelled"
            }
        await first.rest()
        assert first.events[-1]["status"] == "cancelled"
        page = await server.store.load_thread_items(thread_id, None, 10, "asc", context=OWNER)
        assert [item.type for item in page.data] == [
            "user_message",
            "assistant_message",
            "sdk_hidden_context",
        ]


async def test_a_stop_of_a_finished_turn_tells_that_it_completed(make: MakeServer) -> None:
    server = make(hello)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        await reading.rest()
        thread_id = reading.events[0]["thread"]["id"]
        assert await fetch(server, "turns.cancel", thread_id=thread_id, turn_id=reading.turn_id) == {
            "status": "completed"
        }
        with pytest.raises(RequestNotFoundError):
            await ask(server, "turns.cancel", thread_id=thread_id, turn_id="turn_9")


@pytest.mark.parametrize("operation", ["turns.attach", "turns.cancel", "turns.claim_call"])
async def test_other_owners_reach_no_turn(make: MakeServer, operation: str) -> None:
    steps = Steps()
    server = make(steps.respond)
    async with running(server):
        thread_id, first = await begin(server, steps, "one")
        params = {"after": first.position, "turn_id": first.turn_id, "call_id": "call_1"}
        with pytest.raises(RequestNotFoundError):
            await ask(server, operation, thread_id=thread_id, owner="mallory", **params)
        steps.finish()
        await first.rest()
        assert first.events[-1]["status"] == "completed"


async def test_copies_of_a_request_are_one_turn_with_one_message(make: MakeServer) -> None:
    steps = Steps()
    server = make(steps.respond)
    async with running(server):
        readings = await asyncio.gather(
            *(open_stream(server, "threads.create", key="key-1", input=user_input("hi")) for _ in range(5))
        )
        steps.say("one")
        steps.finish()
        seen = [await reading.rest() for reading in readings]
        assert all(events == seen[0] for events in seen)
        assert steps.calls == 1
        late = await open_stream(server, "threads.create", key="key-1", input=user_input("hi"))
        assert await late.rest() == seen[0]
        assert {reading.turn_id for reading in (*readings, late)} == {seen[0][-1]["turn_id"]}
        threads = await server.store.load_threads(10, None, "asc", context=OWNER)
        assert len(threads.data) == 1


async def test_copies_of_a_message_to_a_thread_are_one_turn_while_it_runs(make: MakeServer) -> None:
    go_on = asyncio.Event()

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield done(thread, "Hello", f"msg_{item.id if item is not None else ''}")
        await go_on.wait()

    server = make(respond)
    go_on.set()
    async with running(server):
        first = await open_stream(server, "threads.create", input=user_input("hi"))
        thread_id = (await first.rest())[0]["thread"]["id"]
        go_on.clear()
        message = {"thread_id": thread_id, "input": user_input("again")}
        readings = await asyncio.gather(
            *(open_stream(server, "threads.add_user_message", key="key-2", **message) for _ in range(5))
        )
        assert len({reading.turn_id for reading in readings}) == 1
        with pytest.raises(ThreadBusyError):
            await open_stream(server, "threads.add_user_message", key="key-3", **message)
        go_on.set()
        for reading in readings:
            await reading.rest()
        shown = await fetch(server, "items.list", thread_id=thread_id)
    assert [item["type"] for item in shown["data"]].count("user_message") == 2


async def test_a_key_that_comes_with_another_body_is_refused(make: MakeServer) -> None:
    server = make(hello)
    async with running(server):
        await (await open_stream(server, "threads.create", key="key-1", input=user_input("hi"))).rest()
        with pytest.raises(KeyReusedError):
            await ask(server, "threads.create", key="key-1", input=user_input("ho"))
        other = await open_stream(server, "threads.create", key="key-1", owner="bob", input=user_input("ho"))
        assert (await other.rest())[-1]["status"] == "completed"


@pytest.mark.parametrize("key", ["", "x" * 256, "ключ", "a\nb"])
async def test_a_key_that_is_none_is_refused(make: MakeServer, key: str) -> None:
    server = make(hello)
    async with running(server):
        with pytest.raises(InvalidRequestError, match="Idempotency-Key"):
            await ask(server, "threads.create", key=key, input=user_input("hi"))


async def test_effects_are_kept_by_their_policy(make: MakeServer) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield ClientEffectEvent(name="pan", data={"to": 1}, replay="latest", key="map")
        yield ClientEffectEvent(name="beep", data={})
        yield ClientEffectEvent(name="mark", data={"n": 1}, replay="all")
        yield ClientEffectEvent(name="pan", data={"to": 2}, replay="latest", key="map")
        yield ClientEffectEvent(name="pan", data={"to": 3}, replay="latest", key="globe")
        yield ClientEffectEvent(name="mark", data={"n": 2}, replay="all")
        yield ClientEffectEvent(name="hush", data={}, replay="skip")

    server = make(respond)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        await reading.rest()
        thread_id = reading.events[0]["thread"]["id"]
        epoch = str(reading.position).partition(".")[0]
        effects = (await fetch(server, "threads.get_by_id", thread_id=thread_id))["turnstream"]["effects"]
        assert effects == [
            {"id": f"{epoch}.6", "name": "mark", "data": {"n": 1}, "replay": "all"},
            {"id": f"{epoch}.7", "name": "pan", "data": {"to": 2}, "replay": "latest", "key": "map"},
            {"id": f"{epoch}.8", "name": "pan", "data": {"to": 3}, "replay": "latest", "key": "globe"},
            {"id": f"{epoch}.9", "name": "mark", "data": {"n": 2}, "replay": "all"},
        ]


async def test_what_a_turn_locks_of_the_page_is_in_its_snapshot_and_over_with_it(make: MakeServer) -> None:
    steps = Steps()
    server = make(steps.respond)
    async with running(server):
        thread_id, first = await begin(server, steps, "one ")
        assert "lock" not in (await fetch(server, "threads.get_by_id", thread_id=thread_id))["turnstream"]
        for regions in (["map"], [], None):
            steps.say(LockEvent(regions=regions))
            event = await first.until("turnstream.lock")
            assert event.get("regions") == regions
            snapshot = (await fetch(server, "threads.get_by_id", thread_id=thread_id))["turnstream"]
            assert snapshot.get("lock") == regions
        steps.say(LockEvent(regions=["form"]))
        steps.finish()
        await first.rest()
        assert "lock" not in (await fetch(server, "threads.get_by_id", thread_id=thread_id))["turnstream"]


async def test_a_deleted_thread_ends_its_turn_and_leaves_no_log(make: MakeServer) -> None:
    steps = Steps()
    server = make(steps.respond)
    async with running(server):
        thread_id, first = await begin(server, steps, "one")
        await fetch(server, "threads.delete", thread_id=thread_id)
        await first.rest()
        assert first.events[-1]["status"] == "cancelled"
        assert await server.turns.log.newest(thread_id) is None
        with pytest.raises(RequestNotFoundError):
            await ask(server, "turns.attach", thread_id=thread_id, after=None)


async def test_a_request_that_turns_out_wrong_leaves_the_thread_free(make: MakeServer) -> None:
    server = make(hello)
    async with running(server):
        thread_id, events = await create(server)
        with pytest.raises(InvalidRequestError, match="is not a user message"):
            await ask(server, "threads.retry_after_item", thread_id=thread_id, item_id="msg_answer")
        retried = await stream(
            server, "threads.retry_after_item", thread_id=thread_id, item_id=events[1]["item"]["id"]
        )
        assert retried[-1]["type"] == "thread.item.done"


async def test_a_server_that_drains_lets_turns_end_and_starts_none(
    make: MakeServer, caplog: pytest.LogCaptureFixture
) -> None:
    steps = Steps()
    server = make(steps.respond)
    async with running(server):
        thread_id, first = await begin(server, steps, "one")
        draining = asyncio.ensure_future(server.drain(30.0))
        await wait_all_tasks_blocked()
        assert server.is_closing
        assert not draining.done()
        assert "shutting down: waiting up to 30 s for 1 running turn(s)" in caplog.text
        with pytest.raises(ShuttingDownError):
            await ask(server, "threads.create", input=user_input("hi"))
        attached = await open_stream(server, "turns.attach", thread_id=thread_id, after=None)
        assert await attached.rest() == [{"type": "turnstream.reconnect"}]
        with pytest.raises(ShuttingDownError):
            await ask(server, "turns.attach", key="k", thread_id=thread_id, after=None)
        steps.finish()
        await draining
        await first.rest()
        assert first.events[-1]["status"] == "completed"


async def test_a_turn_that_is_just_beginning_has_the_time_of_the_drain(
    make: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = Steps()
    server = make(steps.respond)
    async with running(server):
        log_begins, may_begin = asyncio.Event(), asyncio.Event()
        begin_in_log = server.turns.log.begin

        async def begin_late(*args: Any, **options: Any) -> Any:
            log_begins.set()
            await may_begin.wait()
            return await begin_in_log(*args, **options)

        monkeypatch.setattr(server.turns.log, "begin", begin_late)
        opening = asyncio.ensure_future(open_stream(server, "threads.create", input=user_input("hi")))
        await log_begins.wait()
        draining = asyncio.ensure_future(server.drain(30.0))
        await wait_all_tasks_blocked()
        may_begin.set()
        reading = await opening
        await reading.until("thread.item.added")
        assert not draining.done()
        steps.finish()
        await reading.rest()
        assert reading.events[-1]["status"] == "completed"
        await draining


async def test_what_still_runs_after_the_drain_is_kept_as_interrupted(make: MakeServer) -> None:
    steps = Steps()
    server = make(steps.respond)
    async with running(server):
        thread_id, first = await begin(server, steps, "one")
        await server.drain(0.0)
        await first.rest()
        ended = {"type": "turnstream.turn_ended", "turn_id": first.turn_id}
        assert first.events[-2:] == [
            {"type": "error", "code": "stream.error", "allow_retry": True},
            {**ended, "status": "interrupted", "reason": "shutdown"},
        ]
        page = await server.store.load_thread_items(thread_id, None, 10, "asc", context=OWNER)
        assert [item.type for item in page.data] == ["user_message", "assistant_message"]


async def test_updates_of_a_stored_item_are_in_the_snapshot(make: MakeServer) -> None:
    steps = Steps()
    server = make(steps.respond)
    async with running(server):
        thread_id, first = await begin(server, steps, "one")
        thread = await server.store.load_thread(thread_id, context=OWNER)
        old = message(thread, "Old", "msg_old")
        await server.store.add_thread_item(thread_id, old, context=OWNER)
        update = delta(" and new").model_copy(update={"item_id": "msg_old"})
        steps.say(update, " two")
        while "two" not in text_of(first.events):
            await first.next()
        state = (await fetch(server, "threads.get_by_id", thread_id=thread_id))["turnstream"]
        texts = {item["id"]: item["content"][0]["text"] for item in state["items"]}
        assert texts["msg_old"] == "Old and new"
        steps.say(ThreadItemDoneEvent(item=message(thread, "x", "msg_x")))
        steps.finish()
        await first.rest()


async def test_an_effect_may_have_any_key(make: MakeServer) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        for n in range(2):
            yield ClientEffectEvent(name="pan", data={"n": n}, replay="latest", key="\0 and \ud800")

    server = make(respond)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        await reading.rest()
        assert reading.events[-1]["status"] == "completed"
        state = await fetch(server, "threads.get_by_id", thread_id=reading.events[0]["thread"]["id"])
        assert [effect["data"] for effect in state["turnstream"]["effects"]] == [{"n": 1}]


async def test_a_snapshot_shows_no_hidden_item_that_was_updated(make: MakeServer) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        secret = HiddenContextItem(
            id="hid_1", thread_id=thread.id, created_at=thread.created_at, content="secret"
        )
        await server.store.add_thread_item(thread.id, secret, context=context)
        yield ThreadItemUpdatedEvent(
            item_id="hid_1", update=GeneratedImageUpdated(image=GeneratedImage(id="i", url="u"))
        )
        yield ProgressUpdateEvent(text="working")
        await asyncio.Event().wait()

    server = make(respond)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        await reading.until("progress_update")
        state = await fetch(server, "threads.get_by_id", thread_id=reading.events[0]["thread"]["id"])
        assert "secret" not in json.dumps(state)
