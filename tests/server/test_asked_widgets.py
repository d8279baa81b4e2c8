"""Widgets that a turn waits for: answered by one action, in time, over whichever connection and process."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from tests.official import TYPES
from tests.server.app import OWNER, done, stream, types, user_input
from tests.server.durable import (
    MakeServer,
    Reading,
    Server,
    ask,
    die,
    execute,
    expire_leases,
    fetch,
    memory_server,
    open_stream,
    recoveries_done,
    running,
    sqlite_server,
)
from turnstream.agents.core import AgentContext
from turnstream.errors import ConflictError, InvalidRequestError, ThreadBusyError
from turnstream.eventlog import SqlEventLog
from turnstream.server import ClientToolError
from turnstream.types import (
    Action,
    SyncCustomActionResponse,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
    WidgetItem,
)
from turnstream.widgets import ActionConfig, Button, Card, Form, Input, Text

Events = AsyncIterator[ThreadStreamEvent]
OFFICIAL_EVENT: TypeAdapter[Any] = TypeAdapter(TYPES.ThreadStreamEvent)
ACT, SYNC = "threads.custom_action", "threads.sync_custom_action"


@pytest.fixture(params=["memory", "sqlite"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> MakeServer:
    return memory_server if request.param == "memory" else partial(sqlite_server, tmp_path)


def seats() -> Card:
    """Two seats to click on, and a form."""
    pick = [ActionConfig(type="pick", payload={"seat": seat}) for seat in ("1A", "1B")]
    name = Form(
        onSubmitAction=ActionConfig(type="name", payload={"id": 7}), children=[Input(name="who.first")]
    )
    return Card(children=[*(Button(label="Pick", onClickAction=action) for action in pick), name])


def asking(make: MakeServer, *, timeout_s: float | None = None, widgets: int = 1, **options: Any) -> Server:
    """A server that says which action answered each of its widgets; the word "plain" asks nothing."""

    async def one() -> str:
        try:
            action = await server.ask_widget(seats(), timeout_s=timeout_s, copy_text="Seats")
        except ClientToolError as error:
            return f"{error.code}: {error}"
        return f"{action.type} {action.payload}"

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        if item is not None and item.content[0].text == "plain":
            yield done(thread, "Plain.", "msg_plain")
        else:
            yield done(thread, "; ".join(await asyncio.gather(*(one() for _ in range(widgets)))))

    server = make(respond, **options)
    return server


PICK: dict[str, Any] = {"type": "pick", "payload": {"seat": "1A"}}
OTHER: dict[str, Any] = {"type": "pick", "payload": {"seat": "1B"}}


async def asked(reading: Reading, count: int = 1) -> list[dict[str, Any]]:
    while reading.types.count("turnstream.call_waiting") < count:
        await reading.next()
    return [event["item"] for event in reading.events if event.get("item", {}).get("type") == "widget"]


async def opened(server: Server) -> tuple[Reading, dict[str, Any], dict[str, str]]:
    """Let the server ask; return the stream, the widget's item, and its place for an action."""
    reading = await open_stream(server, "threads.create", input=user_input("hi"))
    [item] = await asked(reading)
    return reading, item, {"thread_id": item["thread_id"], "item_id": item["id"]}


async def stored(server: Server, item: dict[str, Any]) -> dict[str, Any]:
    known = await server.store.load_item(item["thread_id"], item["id"], context=OWNER)
    assert isinstance(known, WidgetItem)
    assert known.answer is not None
    return known.answer.model_dump(exclude_none=True)


async def said(server: Server, thread_id: str) -> list[str]:
    page = await server.store.load_thread_items(thread_id, None, 20, "asc", context=OWNER)
    return [item.content[0].text for item in page.data if item.type == "assistant_message"]


async def refusal(server: Server, place: dict[str, str], action: dict[str, Any], operation: str = ACT) -> str:
    with pytest.raises(ConflictError) as refused:
        await ask(server, operation, **place, action=action)
    return refused.value.code


async def test_the_turn_waits_for_the_action_and_goes_on_in_the_same_stream(make: MakeServer) -> None:
    server = asking(make)
    async with running(server):
        reading, item, place = await opened(server)
        assert (item["answer"], item["copy_text"]) == ({"status": "pending"}, "Seats")
        assert await fetch(server, ACT, **place, action=PICK) == {"status": "accepted"}
        await reading.rest()
        answer = {"status": "answered", **PICK}
        replaced, ended = reading.events[reading.types.index("thread.item.replaced") :][:2]
        assert replaced["item"] == {**item, "answer": answer}
        call = {"item_id": item["id"], "call_id": item["id"], "status": "answered"}
        assert ended == {"type": "turnstream.call_ended", **call}
        assert await stored(server, item) == answer
        assert await said(server, item["thread_id"]) == ["pick {'seat': '1A'}"]
        # The answer started no turn of its own.
        assert reading.types.count("turnstream.turn_ended") == 1


async def test_the_values_of_a_form_are_in_the_answer(make: MakeServer) -> None:
    server = asking(make)
    async with running(server):
        reading, item, place = await opened(server)
        action = {"type": "name", "payload": {"id": 7, "who": {"first": "Ada"}}}
        await fetch(server, ACT, **place, action=action)
        await reading.rest()
        assert await said(server, item["thread_id"]) == ["name {'id': 7, 'who': {'first': 'Ada'}}"]


async def test_only_a_declared_action_is_an_answer(make: MakeServer) -> None:
    server = asking(make)
    async with running(server):
        reading, _, place = await opened(server)
        for action in ({"type": "other"}, {"type": "pick", "payload": {"seat": "9Z"}}):
            with pytest.raises(InvalidRequestError):
                await ask(server, ACT, **place, action=action)
        await fetch(server, ACT, **place, action=PICK)
        await reading.rest()


@pytest.mark.parametrize("allowed", [["refresh"], "*"])
async def test_an_action_of_the_page_is_no_answer(make: MakeServer, allowed: Any) -> None:
    server = asking(make, page_actions=allowed)
    async with running(server):
        reading, item, place = await opened(server)
        with pytest.raises(ThreadBusyError):
            await ask(server, ACT, **place, action={"type": "refresh"})
        assert await stored(server, item) == {"status": "pending"}
        await fetch(server, ACT, **place, action=PICK)
        await reading.rest()
        assert await said(server, item["thread_id"]) == ["pick {'seat': '1A'}"]


async def test_an_official_clients_stream_ends_at_the_widget_and_goes_on_with_the_action(
    make: MakeServer,
) -> None:
    server = asking(make)
    async with running(server):
        first = await stream(server, "threads.create", input=user_input("hi"))
        item = first[-1]["item"]
        assert item["type"] == "widget"
        assert server.turns.running(item["thread_id"]) is not None
        second = await stream(server, ACT, thread_id=item["thread_id"], item_id=item["id"], action=PICK)
        assert types(second) == ["thread.item.replaced", "thread.item.done"]
        assert second[1]["item"]["content"][0]["text"] == "pick {'seat': '1A'}"


@pytest.mark.filterwarnings("ignore:Direct usage of named widget classes:DeprecationWarning")
async def test_the_official_package_reads_both_streams(make: MakeServer) -> None:
    server = asking(make)
    async with running(server):
        first = await stream(server, "threads.create", input=user_input("hi"))
        place = {"thread_id": first[-1]["item"]["thread_id"], "item_id": first[-1]["item"]["id"]}
        second = await stream(server, ACT, **place, action=PICK)
    read = [OFFICIAL_EVENT.validate_python(event) for event in (*first, *second)]
    assert [event.type for event in read] == types([*first, *second])
    assert read[-2].item.widget.type == "Card"


@pytest.mark.parametrize("operation", ["threads.add_user_message", "threads.retry_after_item"])
async def test_a_widget_that_the_app_removed_blocks_no_message(make: MakeServer, operation: str) -> None:
    server = asking(make)
    async with running(server):
        reading, item, _ = await opened(server)
        await server.store.delete_thread_item(item["thread_id"], item["id"], context=OWNER)
        asks = {
            "threads.add_user_message": {"input": user_input("plain")},
            "threads.retry_after_item": {"item_id": reading.events[1]["item"]["id"]},
        }
        again = await open_stream(server, operation, thread_id=item["thread_id"], **asks[operation])
        assert (await reading.rest())[-1]["status"] == "cancelled"
        await fetch(server, "turns.cancel", thread_id=item["thread_id"], turn_id=again.turn_id)
        await again.rest()


async def test_a_page_that_is_loaded_later_sees_the_question_and_then_the_answer(make: MakeServer) -> None:
    server = asking(make)
    async with running(server):
        reading, item, place = await opened(server)
        await reading.leave()
        loaded = (await fetch(server, "threads.get_by_id", thread_id=item["thread_id"]))["turnstream"]
        assert [known["answer"] for known in loaded["items"] if known["id"] == item["id"]] == [
            {"status": "pending"}
        ]
        tab = await open_stream(server, "turns.attach", thread_id=item["thread_id"], after=loaded["position"])
        await fetch(server, ACT, **place, action=PICK)
        assert (await tab.until("thread.item.replaced"))["item"]["answer"]["status"] == "answered"
        assert (await tab.rest())[-1]["status"] == "completed"


async def test_the_first_answer_counts_and_the_same_one_may_come_again(make: MakeServer) -> None:
    server = asking(make)
    async with running(server):
        reading, item, place = await opened(server)
        results = await asyncio.gather(
            *(ask(server, ACT, **place, action=action) for action in (PICK, OTHER, PICK, OTHER)),
            return_exceptions=True,
        )
        codes = [getattr(result, "code", "accepted") for result in results]
        assert sorted(codes) == ["accepted", "accepted", "already_answered", "already_answered"]
        await reading.rest()
        winner = (PICK, OTHER)[codes.index("accepted")]
        assert await said(server, item["thread_id"]) == [f"pick {winner['payload']}"]
        assert await fetch(server, ACT, **place, action=winner) == {"status": "accepted"}
        loser = OTHER if winner is PICK else PICK
        assert await refusal(server, place, loser) == "already_answered"
        assert await refusal(server, place, winner, SYNC) == "already_answered"


async def test_a_widget_that_nobody_answers_expires(make: MakeServer) -> None:
    server = asking(make, timeout_s=0.05)
    async with running(server):
        reading, item, place = await opened(server)
        await reading.rest()
        assert await said(server, item["thread_id"]) == ["expired: The user did not answer in time."]
        assert await stored(server, item) == {"status": "expired"}
        assert await refusal(server, place, PICK) == "expired"
        assert await refusal(server, place, PICK, SYNC) == "expired"


async def test_a_stop_lets_go_of_the_widget(make: MakeServer) -> None:
    server = asking(make)
    async with running(server):
        reading, item, place = await opened(server)
        stopped = await fetch(server, "turns.cancel", thread_id=item["thread_id"], turn_id=reading.turn_id)
        assert stopped == {"status": "cancelled"}
        await reading.rest()
        assert await stored(server, item) == {"status": "superseded"}
        assert await refusal(server, place, PICK) == "superseded"


@pytest.mark.parametrize("is_durable", [True, False])
async def test_a_message_supersedes_the_widget_and_is_answered(make: MakeServer, is_durable: bool) -> None:
    server = asking(make)
    async with running(server):
        reading, item, place = await opened(server)
        message = {"thread_id": item["thread_id"], "input": user_input("plain")}
        if is_durable:
            await (await open_stream(server, "threads.add_user_message", **message)).rest()
        else:
            await stream(server, "threads.add_user_message", **message)
        assert (await reading.rest())[-1]["status"] == "cancelled"
        assert await said(server, item["thread_id"]) == ["Plain."]
        assert await stored(server, item) == {"status": "superseded"}
        assert await refusal(server, place, PICK) == "superseded"


async def test_a_copy_of_the_message_that_led_to_the_widget_does_not_supersede_it(make: MakeServer) -> None:
    server = asking(make)
    async with running(server):
        first = await open_stream(server, "threads.create", input=user_input("plain"))
        await first.rest()
        message = {"thread_id": first.events[0]["thread"]["id"], "input": user_input("hi"), "key": "key-1"}
        reading = await open_stream(server, "threads.add_user_message", **message)
        [item] = await asked(reading)
        copy = await open_stream(server, "threads.add_user_message", **message)
        assert [known["id"] for known in await asked(copy)] == [item["id"]]
        place = {"thread_id": item["thread_id"], "item_id": item["id"]}
        await fetch(server, ACT, **place, action=PICK)
        assert (await copy.rest())[-1]["status"] == "completed"


async def test_a_message_that_is_refused_leaves_the_question(make: MakeServer) -> None:
    server = asking(make, allowed_models=["small"])
    async with running(server):
        reading, item, place = await opened(server)
        message = {**user_input("plain"), "inference_options": {"model": "large"}}
        with pytest.raises(InvalidRequestError):
            await ask(server, "threads.add_user_message", thread_id=item["thread_id"], input=message)
        assert await stored(server, item) == {"status": "pending"}
        await fetch(server, ACT, **place, action=PICK)
        await reading.rest()
        assert await said(server, item["thread_id"]) == ["pick {'seat': '1A'}"]


async def test_a_message_does_not_supersede_a_client_tool(make: MakeServer) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield done(thread, str(await server.call_client("look")))

    server = make(respond)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        await reading.until("turnstream.call_waiting")
        thread_id = reading.events[0]["thread"]["id"]
        with pytest.raises(ThreadBusyError):
            await ask(server, "threads.add_user_message", thread_id=thread_id, input=user_input("plain"))
        await fetch(server, "turns.cancel", thread_id=thread_id, turn_id=reading.turn_id)


async def test_widgets_of_one_step_are_answered_in_any_order(make: MakeServer) -> None:
    server = asking(make, widgets=2)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        one, two = await asked(reading, 2)
        for item, action in ((two, OTHER), (one, PICK)):
            await fetch(server, ACT, thread_id=item["thread_id"], item_id=item["id"], action=action)
        await reading.rest()
        assert await said(server, one["thread_id"]) == ["pick {'seat': '1A'}; pick {'seat': '1B'}"]


async def test_an_official_client_answers_widgets_one_after_the_other(make: MakeServer) -> None:
    server = asking(make, widgets=2)
    async with running(server):
        events = await stream(server, "threads.create", input=user_input("hi"))
        for _ in range(2):
            item = events[-1]["item"]
            place = {"thread_id": item["thread_id"], "item_id": item["id"]}
            events = await stream(server, ACT, **place, action=PICK)
        assert events[-1]["item"]["type"] == "assistant_message"


class Changing(Server):
    async def sync_action(
        self, thread: ThreadMetadata, action: Action[str, Any], sender: WidgetItem | None, context: Any
    ) -> SyncCustomActionResponse:
        assert sender is not None
        children = [Text(value=f"Looked at {action.type}"), *seats().children]
        item = sender.model_copy(update={"widget": Card(children=children), "answer": None})
        return SyncCustomActionResponse(updated_item=item)


async def test_a_synchronous_action_changes_the_widget_and_is_no_answer(make: MakeServer) -> None:
    server = asking(make)
    server.__class__ = Changing
    async with running(server):
        reading, _, place = await opened(server)
        changed = (await fetch(server, SYNC, **place, action=PICK))["updated_item"]
        assert (changed["answer"], changed["widget"]["children"][0]["value"]) == (
            {"status": "pending"}, "Looked at pick",
        )  # fmt: skip
        await fetch(server, ACT, **place, action=OTHER)
        await reading.rest()
        [*_, last] = [event["item"] for event in reading.events if event["type"] == "thread.item.replaced"]
        assert last == {**changed, "answer": {"status": "answered", **OTHER}}


async def test_another_process_takes_the_answer(tmp_path: Path) -> None:
    here, there = (asking(partial(sqlite_server, tmp_path)) for _ in range(2))
    async with running(here, there):
        reading, item, place = await opened(here)
        assert await fetch(there, ACT, **place, action=PICK) == {"status": "accepted"}
        await reading.rest()
        assert await said(there, item["thread_id"]) == ["pick {'seat': '1A'}"]
        assert await stored(there, item) == {"status": "answered", **PICK}


async def test_an_official_client_may_answer_another_process(tmp_path: Path) -> None:
    here, there = (asking(partial(sqlite_server, tmp_path)) for _ in range(2))
    async with running(here, there):
        item = (await stream(here, "threads.create", input=user_input("hi")))[-1]["item"]
        place = {"thread_id": item["thread_id"], "item_id": item["id"]}
        second = await stream(there, ACT, **place, action=PICK)
        assert second[-1]["item"]["content"][0]["text"] == "pick {'seat': '1A'}"


async def test_a_message_at_another_process_supersedes_the_widget(tmp_path: Path) -> None:
    here, there = (asking(partial(sqlite_server, tmp_path)) for _ in range(2))
    async with running(here, there):
        reading, item, _ = await opened(here)
        await stream(
            there, "threads.add_user_message", thread_id=item["thread_id"], input=user_input("plain")
        )
        assert (await reading.rest())[-1]["status"] == "cancelled"
        assert await stored(there, item) == {"status": "superseded"}


async def test_a_turn_that_hears_first_that_the_user_went_on_says_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = (asking(partial(sqlite_server, tmp_path)) for _ in range(2))
    cancel_turn = there.turns.cancel_turn

    async def cancel_late(thread_id: str, turn_id: str) -> Any:
        log, turn = here.turns.log, here.turns.running(thread_id)
        assert isinstance(log, SqlEventLog)
        assert turn is not None
        await log.hear_of_calls()
        await turn.wait()
        return await cancel_turn(thread_id, turn_id)

    monkeypatch.setattr(there.turns, "cancel_turn", cancel_late)
    async with running(here, there):
        reading, item, _ = await opened(here)
        await stream(
            there, "threads.add_user_message", thread_id=item["thread_id"], input=user_input("plain")
        )
        assert (await reading.rest())[-1]["status"] == "cancelled"
        assert await said(there, item["thread_id"]) == ["Plain."]


@pytest.mark.parametrize("is_answered", [False, True])
async def test_a_widget_of_a_lost_process_is_over_for_every_reader(tmp_path: Path, is_answered: bool) -> None:
    here, there = (asking(partial(sqlite_server, tmp_path)) for _ in range(2))
    async with running(there):
        await here.open()
        reading, item, place = await opened(here)
        await die(here)
        if is_answered:  # nobody hears of it
            await fetch(there, ACT, **place, action=PICK)
        await expire_leases(there)
        assert isinstance(there.turns.log, SqlEventLog)
        await there.turns.log.sweep()
        await recoveries_done(there)
        answer = {"status": "answered", **PICK} if is_answered else {"status": "superseded"}
        assert await stored(there, item) == answer
        tab = await open_stream(there, "turns.attach", thread_id=item["thread_id"], after=reading.position)
        events = await tab.rest()
        assert [event["item"]["answer"] for event in events if event["type"] == "thread.item.done"] == [
            answer
        ]
        assert [event["status"] for event in events if event["type"] == "turnstream.turn_ended"] == [
            "interrupted"
        ]
        assert await refusal(there, place, OTHER) == ("already_answered" if is_answered else "superseded")
    await here.close()


async def test_a_widget_whose_call_is_forgotten_takes_no_answer(tmp_path: Path) -> None:
    server = asking(partial(sqlite_server, tmp_path))
    async with running(server):
        reading, item, place = await opened(server)
        await execute(server, "DELETE FROM turnstream_calls")
        assert await refusal(server, place, PICK) == "superseded"
        await fetch(server, "turns.cancel", thread_id=item["thread_id"], turn_id=reading.turn_id)


@pytest.mark.parametrize(
    "widget",
    [
        Card(children=[Text(value="Hi")]),
        Card(children=[Button(onClickAction=ActionConfig(type="x", streaming=False))]),
    ],
)
async def test_a_widget_that_nobody_can_answer_is_a_mistake(make: MakeServer, widget: Card) -> None:
    mistakes: list[str] = []

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        try:
            await server.ask_widget(widget)
        except ValueError as error:
            mistakes.append(str(error))
        yield done(thread, "No.")

    server = make(respond)
    async with running(server):
        await stream(server, "threads.create", input=user_input("hi"))
    [mistake] = mistakes
    assert "needs a widget with an action" in mistake


async def test_the_context_of_a_bridge_asks_after_what_it_streamed(make: MakeServer) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        agent = AgentContext(thread=thread, store=server.store, request_context=context)

        async def produce() -> None:
            await agent.stream(done(thread, "Choose:", "msg_before"))
            action = await agent.ask_widget(seats())
            await agent.stream(done(thread, f"You chose {action.payload}.", "msg_after"))

        async for event in agent.read(produce):
            yield event

    server = make(respond)
    async with running(server):
        reading, item, place = await opened(server)
        shown = [event["item"]["id"] for event in reading.events if event["type"] == "thread.item.done"]
        assert shown[1:] == ["msg_before", item["id"]]
        await fetch(server, ACT, **place, action=PICK)
        await reading.rest()
        assert await said(server, item["thread_id"]) == ["Choose:", "You chose {'seat': '1A'}."]


async def test_the_time_of_the_server_counts_without_one(make: MakeServer) -> None:
    server = asking(make, client_tool_timeout_s=0.05)
    async with running(server):
        reading, item, _ = await opened(server)
        await reading.rest()
        assert await stored(server, item) == {"status": "expired"}


async def test_asking_outside_of_a_turn_is_refused(make: MakeServer) -> None:
    with pytest.raises(RuntimeError, match=r"ask_widget\(\) works only inside respond"):
        await asking(make).ask_widget(seats())


async def test_a_client_tools_answer_answers_no_widget(make: MakeServer) -> None:
    server = asking(make)
    async with running(server):
        reading, item, place = await opened(server)
        with pytest.raises(Exception, match="not found"):
            await ask(
                server,
                "threads.add_client_tool_output",
                thread_id=item["thread_id"],
                call_id=item["id"],
                result={"type": "forged", "payload": 1},
            )
        await fetch(server, ACT, **place, action=PICK)
        await reading.rest()
