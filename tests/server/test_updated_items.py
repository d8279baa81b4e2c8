"""The item that a synchronous action updates is stored, and an event of the thread for every tab."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.server.app import OWNER, call, client_call, create, delta, done, user_input
from tests.server.app import added as message_added
from tests.server.durable import (
    MakeServer,
    Server,
    die,
    expire_leases,
    fetch,
    memory_server,
    open_stream,
    running,
    sqlite_server,
)
from turnstream.errors import RequestNotFoundError, ShuttingDownError
from turnstream.eventlog import SqlEventLog
from turnstream.server import NonStreamingResult
from turnstream.types import (
    Action,
    ActiveStatus,
    SyncCustomActionResponse,
    ThreadItem,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
    WidgetItem,
    WidgetStreamingTextValueDelta,
)
from turnstream.widgets import ActionConfig, Button, Card, Text

Events = AsyncIterator[ThreadStreamEvent]
SYNC = "threads.sync_custom_action"


@pytest.fixture(params=["memory", "sqlite"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> MakeServer:
    return memory_server if request.param == "memory" else partial(sqlite_server, tmp_path)


def counter(count: int) -> Card:
    press = ActionConfig(type="press", streaming=False)
    return Card(children=[Text(id="count", value=str(count)), Button(label="+", onClickAction=press)])


def widget_item(thread: ThreadMetadata, count: int = 0, item_id: str = "wig_1") -> WidgetItem:
    now = datetime.now(UTC)
    return WidgetItem(id=item_id, thread_id=thread.id, created_at=now, widget=counter(count))


async def show(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield ThreadItemDoneEvent(item=widget_item(thread))


Update = Callable[[ThreadMetadata, WidgetItem | None], ThreadItem | None]


def counted(thread: ThreadMetadata, sender: WidgetItem | None) -> ThreadItem:
    return widget_item(thread, 1)


class Counter(Server):
    update: Update

    async def sync_action(
        self, thread: ThreadMetadata, action: Action[str, Any], sender: WidgetItem | None, context: Any
    ) -> SyncCustomActionResponse:
        return SyncCustomActionResponse(updated_item=self.update(thread, sender))


def counting(make: MakeServer, respond: Any = show, update: Update | None = None) -> Counter:
    server = make(respond, page_actions=["other"])
    server.__class__ = Counter
    assert isinstance(server, Counter)
    server.update = update or counted
    return server


def count_of(item: Any) -> str:
    return item["widget"]["children"][0]["value"]


async def stored_count(server: Server, thread_id: str, item_id: str = "wig_1") -> str:
    item = await server.store.load_item(thread_id, item_id, context=OWNER)
    return count_of(item.model_dump())


PRESS: dict[str, Any] = {"item_id": "wig_1", "action": {"type": "press"}}


async def test_the_update_is_stored_returned_and_read_by_a_tab_that_was_idle(make: MakeServer) -> None:
    server = counting(make)
    async with running(server):
        thread_id, _ = await create(server)
        position = (await fetch(server, "threads.get_by_id", thread_id=thread_id))["turnstream"]["position"]
        answer = await call(server, SYNC, thread_id=thread_id, **PRESS)
        assert count_of(answer["updated_item"]) == await stored_count(server, thread_id) == "1"
        tab = await open_stream(server, "turns.attach", thread_id=thread_id, after=position)
        replaced, options, ended, live = await tab.rest()
        assert options["type"] == "stream_options"
        assert (replaced["type"], count_of(replaced["item"])) == ("thread.item.replaced", "1")
        assert (ended["status"], live["type"]) == ("completed", "turnstream.live")
        # The thread is free for the next message, and a snapshot shows nothing as unfinished.
        state = (await fetch(server, "threads.get_by_id", thread_id=thread_id))["turnstream"]
        assert (state["turn"]["status"], state["unfinished"]) == ("completed", [])
        await (
            await open_stream(server, "threads.add_user_message", thread_id=thread_id, input=user_input("on"))
        ).rest()


async def test_the_running_turn_appends_the_update_and_does_not_overwrite_it(make: MakeServer) -> None:
    go = asyncio.Event()

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield ThreadItemDoneEvent(item=widget_item(thread))
        yield grown(".")
        yield message_added(thread)
        yield delta("Half")
        await go.wait()
        yield grown("!")
        yield delta(" and half")

    server = counting(make, respond)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        await reading.until("thread.item.added")
        thread_id = reading.events[0]["thread"]["id"]
        answer = await fetch(server, SYNC, thread_id=thread_id, **PRESS)
        assert count_of(answer["updated_item"]) == await stored_count(server, thread_id) == "1"
        replaced = await reading.until("thread.item.replaced")
        assert count_of(replaced["item"]) == "1"
        snapshot = (await fetch(server, "threads.get_by_id", thread_id=thread_id))["turnstream"]["items"]
        assert [count_of(item) for item in snapshot if item["id"] == "wig_1"] == ["1"]
        go.set()
        assert (await reading.rest())[-1]["status"] == "completed"
        assert await stored_count(server, thread_id) == "1!"


def grown(text: str) -> ThreadItemUpdatedEvent:
    update = WidgetStreamingTextValueDelta(component_id="count", delta=text, done=False)
    return ThreadItemUpdatedEvent(item_id="wig_1", update=update)


async def test_updates_at_the_same_time_leave_the_store_and_the_log_alike(make: MakeServer) -> None:
    counts = iter(range(1, 9))
    server = counting(make, update=lambda thread, sender: widget_item(thread, next(counts)))
    async with running(server):
        thread_id, _ = await create(server)
        await asyncio.gather(*(fetch(server, SYNC, thread_id=thread_id, **PRESS) for _ in range(8)))
        tab = await open_stream(server, "turns.attach", thread_id=thread_id)
        replaced = [event for event in await tab.rest() if event["type"] == "thread.item.replaced"]
        assert sorted(count_of(event["item"]) for event in replaced) == [str(n) for n in range(1, 9)]
        assert count_of(replaced[-1]["item"]) == await stored_count(server, thread_id)


def of_another_thread(thread: ThreadMetadata, sender: WidgetItem | None) -> ThreadItem:
    return widget_item(ThreadMetadata(id="thr_other", created_at=thread.created_at, status=ActiveStatus()))


def of_another_id(thread: ThreadMetadata, sender: WidgetItem | None) -> ThreadItem:
    return widget_item(thread, 1, "wig_2")


def of_another_type(thread: ThreadMetadata, sender: WidgetItem | None) -> ThreadItem:
    return done(thread, "x", "wig_1").item


@pytest.mark.parametrize(
    ("update", "words"),
    [
        (of_another_thread, "return an item of thread"),
        (of_another_id, "return the sender, widget 'wig_1'"),
        (of_another_type, "return the sender, widget 'wig_1'"),
    ],
)
async def test_what_is_not_the_sender_is_a_mistake_of_the_app(
    make: MakeServer, update: Update, words: str
) -> None:
    server = counting(make, update=update)
    async with running(server):
        thread_id, _ = await create(server)
        with pytest.raises(TypeError, match=words):
            await fetch(server, SYNC, thread_id=thread_id, **PRESS)
        assert await stored_count(server, thread_id) == "0"


async def test_an_action_of_the_page_updates_an_item_that_is_there_with_its_type(make: MakeServer) -> None:
    server = counting(make)
    action = {"type": "other"}
    async with running(server):
        thread_id, _ = await create(server)
        answer = await fetch(server, SYNC, thread_id=thread_id, action=action)
        assert count_of(answer["updated_item"]) == await stored_count(server, thread_id) == "1"
        server.update = of_another_type
        with pytest.raises(TypeError, match="an update does not change an item's type"):
            await fetch(server, SYNC, thread_id=thread_id, action=action)
        server.update = lambda thread, sender: widget_item(thread, 2, "wig_9")
        with pytest.raises(RequestNotFoundError, match="'wig_9' was not found"):
            await fetch(server, SYNC, thread_id=thread_id, action=action)
        assert await stored_count(server, thread_id) == "1"


async def test_an_action_without_an_update_leaves_no_trace(make: MakeServer) -> None:
    server = counting(make, update=lambda thread, sender: None)
    async with running(server):
        thread_id, _ = await create(server)
        before = (await fetch(server, "threads.get_by_id", thread_id=thread_id))["turnstream"]
        result = await server.process(
            f'{{"type":"{SYNC}","params":{{"thread_id":"{thread_id}","item_id":"wig_1","action":{{"type":"press"}}}}}}',
            OWNER,
        )
        assert isinstance(result, NonStreamingResult)
        assert result.json == b"{}"
        assert (await fetch(server, "threads.get_by_id", thread_id=thread_id))["turnstream"] == before


async def test_a_process_that_shuts_down_refuses_before_the_app_acts(make: MakeServer) -> None:
    acted: list[str] = []

    def noted(thread: ThreadMetadata, sender: WidgetItem | None) -> ThreadItem:
        acted.append(thread.id)
        return widget_item(thread, 1)

    server = counting(make, update=noted)
    async with running(server):
        thread_id, _ = await create(server)
        await server.drain(0.0)
        with pytest.raises(ShuttingDownError):
            await fetch(server, SYNC, thread_id=thread_id, **PRESS)
        assert acted == []


async def test_the_answer_to_a_client_tool_goes_on_after_an_update_in_between(make: MakeServer) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        if item is None:
            yield done(thread, "Thank you")
        else:
            yield ThreadItemDoneEvent(item=widget_item(thread))
            yield client_call(thread)

    server = counting(make, respond)
    async with running(server):
        thread_id, _ = await create(server)
        await fetch(server, SYNC, thread_id=thread_id, **PRESS)
        answer: dict[str, Any] = {"thread_id": thread_id, "call_id": "call_tc_1", "result": 1}
        following = await open_stream(server, "threads.add_client_tool_output", **answer)
        assert (await following.rest())[-2]["item"]["content"][0]["text"] == "Thank you"
        # The same answer again starts no second continuation, also after another update.
        await fetch(server, SYNC, thread_id=thread_id, **PRESS)
        assert await fetch(server, "threads.add_client_tool_output", **answer) == {"status": "accepted"}


async def test_the_turn_of_another_process_appends_the_update(tmp_path: Path) -> None:
    go = asyncio.Event()

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield ThreadItemDoneEvent(item=widget_item(thread))
        yield grown(".")
        yield message_added(thread)
        await go.wait()
        yield grown("!")
        yield done(thread, "Done")

    make = partial(sqlite_server, tmp_path)
    here, there = counting(make, respond), counting(make, respond)
    async with running(here, there):
        reading = await open_stream(here, "threads.create", input=user_input("hi"))
        await reading.until("thread.item.added")
        thread_id = reading.events[0]["thread"]["id"]
        answer = await fetch(there, SYNC, thread_id=thread_id, **PRESS)
        assert count_of(answer["updated_item"]) == await stored_count(there, thread_id) == "1"
        go.set()
        await reading.rest()
        replaced = [event for event in reading.events if event["type"] == "thread.item.replaced"]
        assert [count_of(event["item"]) for event in replaced] == ["1"]
        assert await stored_count(here, thread_id) == "1!"


async def test_an_update_outlives_the_process_that_did_not_apply_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield ThreadItemDoneEvent(item=widget_item(thread))
        await asyncio.Event().wait()

    make = partial(sqlite_server, tmp_path)
    here, there = counting(make, respond), counting(make, respond)
    posted, request_look = asyncio.Event(), there.turns.log.request_look

    async def note_request(turn_id: str) -> None:
        await request_look(turn_id)
        posted.set()

    monkeypatch.setattr(there.turns.log, "request_look", note_request)
    await here.open()
    async with running(there):
        reading = await open_stream(here, "threads.create", input=user_input("hi"))
        while reading.types.count("thread.item.done") < 2:
            await reading.next()
        thread_id = reading.events[0]["thread"]["id"]
        await die(here)
        updating = asyncio.ensure_future(fetch(there, SYNC, thread_id=thread_id, **PRESS))
        await posted.wait()
        await expire_leases(there)
        assert isinstance(there.turns.log, SqlEventLog)
        await there.turns.log.sweep()
        answer = await updating
        assert count_of(answer["updated_item"]) == await stored_count(there, thread_id) == "1"
        tab = await open_stream(there, "turns.attach", thread_id=thread_id, after=reading.position)
        shown = [(event["type"], event.get("status")) for event in await tab.rest()]
        assert [each for each in shown if each[0] in {"thread.item.replaced", "turnstream.turn_ended"}] == [
            ("turnstream.turn_ended", "interrupted"),
            ("thread.item.replaced", None),
            ("turnstream.turn_ended", "completed"),
        ]
        assert "turnstream.call_ended" not in [kind for kind, _ in shown]
    await here.close()
