"""Tools that run in the page: asked inside a turn or at its end, answered once, in time, by whichever
connection.
"""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from anyio import wait_all_tasks_blocked

import turnstream.turns.recorder
from tests.server.app import OWNER, client_call, done, stream, types, user_input
from tests.server.durable import (
    MakeServer,
    Reading,
    Server,
    ask,
    execute,
    fetch,
    memory_server,
    open_stream,
    recoveries_done,
    running,
    sqlite_server,
)
from turnstream.errors import ConflictError, InvalidRequestError, RequestNotFoundError
from turnstream.eventlog import SqlEventLog
from turnstream.server import ClientToolError, NonStreamingResult, StreamingResult
from turnstream.store import StorageError
from turnstream.types import ThreadMetadata, ThreadStreamEvent, UserMessageItem

Events = AsyncIterator[ThreadStreamEvent]

OUTPUT = "threads.add_client_tool_output"


@pytest.fixture(params=["memory", "sqlite"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> MakeServer:
    return memory_server if request.param == "memory" else partial(sqlite_server, tmp_path)


class Asking:
    """A response that asks the page and says what it was told."""

    def __init__(self, names: tuple[str, ...] = ("get_selection",), timeout_s: float | None = None) -> None:
        self.names = names
        self.timeout_s = timeout_s
        self.server: Server | None = None

    async def respond(self, thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        answers = await asyncio.gather(*(self._ask(name) for name in self.names))
        yield done(thread, ", ".join(answers))

    async def _ask(self, name: str) -> str:
        assert self.server is not None
        try:
            return str(await self.server.call_client(name, {"of": name}, timeout_s=self.timeout_s))
        except ClientToolError as error:
            return f"{error.code}: {error}"


def asking(make: MakeServer, *names: str, timeout_s: float | None = None) -> Server:
    script = Asking(names or ("get_selection",), timeout_s)
    script.server = make(script.respond)
    return script.server


async def two_calls(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    """The official form: the response ends with its calls, and goes on when they are answered."""
    if item is None:
        yield done(thread, "Thank you", "msg_thanks")
    elif item.content[0].text == "again":
        yield done(thread, "As you like", "msg_again")
    else:
        yield client_call(thread, "tc_1")
        yield client_call(thread, "tc_2")


async def calls_of(reading: Reading, count: int = 1) -> list[dict[str, Any]]:
    while reading.types.count("turnstream.call_waiting") < count:
        await reading.next()
    return [event["item"] for event in reading.events if is_call(event)]


def is_call(event: dict[str, Any]) -> bool:
    return event["type"] == "thread.item.done" and event["item"]["type"] == "client_tool_call"


async def items_of(server: Server, thread_id: str) -> list[dict[str, Any]]:
    page = await server.store.load_thread_items(thread_id, None, 20, "asc", context=OWNER)
    return [item.model_dump() for item in page.data]


async def texts(server: Server, thread_id: str) -> list[str]:
    items = await items_of(server, thread_id)
    return [item["content"][0]["text"] for item in items if item["type"] == "assistant_message"]


async def test_a_turn_waits_for_the_page_and_goes_on_in_the_same_stream(make: MakeServer) -> None:
    server = asking(make)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        [item] = await calls_of(reading)
        assert (item["name"], item["arguments"], item["status"]) == (
            "get_selection", {"of": "get_selection"}, "pending",
        )  # fmt: skip
        accepted = await fetch(
            server, OUTPUT, thread_id=item["thread_id"], call_id=item["call_id"], result="A1"
        )
        assert accepted == {"status": "accepted"}
        await reading.rest()
        ended = {"type": "turnstream.call_ended", "item_id": item["id"], "call_id": item["call_id"]}
        assert {**ended, "status": "answered"} in reading.events
        assert await texts(server, item["thread_id"]) == ["A1"]
        [_, stored, _] = await items_of(server, item["thread_id"])
        assert (stored["status"], stored["output"]) == ("completed", "A1")


async def test_calls_are_looked_for_only_while_a_turn_waits_for_one(make: MakeServer) -> None:
    may_end = asyncio.Event()

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield done(thread, str(await server.call_client("get_selection")), "msg_1")
        await may_end.wait()
        yield done(thread, "over", "msg_2")

    server = make(respond)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        [item] = await calls_of(reading)
        assert len(server.turns.log.waits_for_calls) == 1
        await fetch(
            server,
            OUTPUT,
            thread_id=item["thread_id"],
            item_id=item["id"],
            call_id=item["call_id"],
            result="x",
        )
        while "msg_1" not in [event.get("item", {}).get("id") for event in reading.events]:
            await reading.next()
        assert server.turns.log.waits_for_calls == set()
        may_end.set()
        await reading.rest()


async def test_an_official_clients_stream_ends_at_the_call_and_goes_on_with_the_answer(
    make: MakeServer,
) -> None:
    server = asking(make)
    async with running(server):
        first = await stream(server, "threads.create", input=user_input("hi"))
        assert types(first)[-1] == "thread.item.done"
        thread_id = first[0]["thread"]["id"]
        assert server.turns.running(thread_id) is not None
        second = await stream(server, OUTPUT, thread_id=thread_id, result={"ok": True})
        assert types(second) == ["thread.item.done"]
        assert second[0]["item"]["content"][0]["text"] == "{'ok': True}"


async def test_an_official_client_answers_several_calls_one_after_the_other(make: MakeServer) -> None:
    server = asking(make, "one", "two", "three")
    async with running(server):
        events = await stream(server, "threads.create", input=user_input("hi"))
        thread_id = events[0]["thread"]["id"]
        asked: list[str] = []
        while is_call(events[-1]):
            asked.append(events[-1]["item"]["name"])
            # An official client knows one call only, and names none.
            events = await stream(server, OUTPUT, thread_id=thread_id, result=f"about {asked[-1]}")
        assert sorted(asked) == ["one", "three", "two"]
        assert await texts(server, thread_id) == ["about one, about two, about three"]


async def test_calls_of_one_step_are_pending_together_and_answered_in_any_order(make: MakeServer) -> None:
    server = asking(make, "one", "two")
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        one, two = await calls_of(reading, 2)
        for item, result in ((two, "2"), (one, "1")):
            await fetch(server, OUTPUT, thread_id=item["thread_id"], call_id=item["call_id"], result=result)
        await reading.rest()
        assert await texts(server, one["thread_id"]) == ["1, 2"]


async def test_the_page_may_say_why_it_has_no_result(make: MakeServer) -> None:
    server = asking(make)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        [item] = await calls_of(reading)
        error = {"code": "denied", "message": "The user said no."}
        await fetch(server, OUTPUT, thread_id=item["thread_id"], call_id=item["call_id"], error=error)
        await reading.rest()
        assert await texts(server, item["thread_id"]) == ["denied: The user said no."]
        [_, stored, _] = await items_of(server, item["thread_id"])
        assert stored["output"] == {"error": error}


async def test_a_call_that_nobody_answers_expires_and_the_model_is_told(make: MakeServer) -> None:
    server = asking(make, timeout_s=0.05)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        [item] = await calls_of(reading)
        await reading.rest()
        assert await texts(server, item["thread_id"]) == ["expired: The page did not answer in time."]
        with pytest.raises(ConflictError, match="its time is over") as late:
            await ask(server, OUTPUT, thread_id=item["thread_id"], call_id=item["call_id"], result="late")
        assert late.value.code == "expired"


async def test_the_first_answer_counts_and_the_same_one_may_come_again(make: MakeServer) -> None:
    server = asking(make)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        [item] = await calls_of(reading)
        params = {"thread_id": item["thread_id"], "call_id": item["call_id"]}
        for _ in range(2):
            assert await fetch(server, OUTPUT, **params, result={"a": 1, "b": 2}) == {"status": "accepted"}
        assert await fetch(server, OUTPUT, **params, result={"b": 2, "a": 1}) == {"status": "accepted"}
        with pytest.raises(ConflictError, match="has a different answer") as other:
            await ask(server, OUTPUT, **params, result={"a": 2})
        assert other.value.code == "already_answered"
        await reading.rest()
        assert await texts(server, item["thread_id"]) == ["{'a': 1, 'b': 2}"]


async def test_a_call_is_granted_once(make: MakeServer) -> None:
    server = asking(make)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        [item] = await calls_of(reading)
        params = {"thread_id": item["thread_id"], "call_id": item["call_id"]}
        grants = await asyncio.gather(*(fetch(server, "turns.claim_call", **params) for _ in range(4)))
        assert sorted(grant["granted"] for grant in grants) == [False, False, False, True]
        assert {grant["status"] for grant in grants} == {"pending"}
        await fetch(server, OUTPUT, **params, result=1)
        assert await fetch(server, "turns.claim_call", **params) == {"granted": False, "status": "answered"}
        with pytest.raises(RequestNotFoundError, match="'call_9' was not found"):
            await ask(server, "turns.claim_call", thread_id=item["thread_id"], call_id="call_9")
        await reading.rest()


async def test_a_snapshot_shows_which_calls_are_over(make: MakeServer) -> None:
    server = asking(make, "one", "two")
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        one, two = await calls_of(reading, 2)
        await fetch(server, OUTPUT, thread_id=one["thread_id"], call_id=one["call_id"], result=1)
        await reading.until("turnstream.call_ended")
        state = (await fetch(server, "threads.get_by_id", thread_id=one["thread_id"]))["turnstream"]
        statuses = {item["id"]: item["status"] for item in state["items"] if "call_id" in item}
        assert statuses == {one["id"]: "completed", two["id"]: "pending"}
        await fetch(server, OUTPUT, thread_id=two["thread_id"], call_id=two["call_id"], result=2)
        await reading.rest()


async def test_a_stop_lets_go_of_the_calls(make: MakeServer) -> None:
    server = asking(make)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        [item] = await calls_of(reading)
        await fetch(server, "turns.cancel", thread_id=item["thread_id"], turn_id=reading.turn_id)
        await reading.rest()
        ended = [event["status"] for event in reading.events if event["type"] == "turnstream.call_ended"]
        assert ended == ["superseded"]
        [_, stored, *_] = await items_of(server, item["thread_id"])
        assert (stored["status"], stored["output"]["error"]["code"]) == ("completed", "superseded")
        with pytest.raises(ConflictError) as late:
            await ask(server, OUTPUT, thread_id=item["thread_id"], call_id=item["call_id"], result=1)
        assert late.value.code == "superseded"


async def test_a_response_that_ended_with_calls_goes_on_when_the_last_is_answered(make: MakeServer) -> None:
    server = make(two_calls)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        await reading.rest()
        assert reading.events[-1]["status"] == "completed"
        thread_id = reading.events[0]["thread"]["id"]
        first = await fetch(server, OUTPUT, thread_id=thread_id, call_id="call_tc_2", result=2)
        assert first == {"status": "accepted"}
        second = await open_stream(server, OUTPUT, thread_id=thread_id, call_id="call_tc_1", result=1)
        await second.rest()
        assert second.events[-2]["item"]["content"][0]["text"] == "Thank you"
        over = [event["item_id"] for event in second.events if event["type"] == "turnstream.call_ended"]
        assert sorted(over) == ["tc_1", "tc_2"]  # so that another page knows of both
        outputs = [
            item["output"] for item in await items_of(server, thread_id) if item["type"] == "client_tool_call"
        ]
        assert outputs == [1, 2]
        again = await ask(server, OUTPUT, thread_id=thread_id, call_id="call_tc_1", result=1)
        assert isinstance(again, NonStreamingResult)


async def test_last_answers_that_come_at_once_start_one_continuation(make: MakeServer) -> None:
    server = make(two_calls)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        await reading.rest()
        thread_id = reading.events[0]["thread"]["id"]
        results = await asyncio.gather(
            *(
                ask(server, OUTPUT, thread_id=thread_id, call_id=f"call_tc_{n}", result=n)
                for n in (1, 2, 1, 2)
            )
        )
        for result in results:
            if isinstance(result, StreamingResult):
                await Reading(result).rest()
        assert (await texts(server, thread_id)).count("Thank you") == 1


async def test_an_answer_to_a_turn_that_is_just_ending_waits_for_its_end(make: MakeServer) -> None:
    go = asyncio.Event()

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        if item is None:
            yield done(thread, "Thank you")
        else:
            yield client_call(thread)
            await go.wait()

    server = make(respond)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        while not is_call(await reading.next()):
            pass
        thread_id = reading.events[0]["thread"]["id"]
        answering = asyncio.ensure_future(
            open_stream(server, OUTPUT, thread_id=thread_id, call_id="call_tc_1", result=1)
        )
        await wait_all_tasks_blocked()
        assert not answering.done()
        go.set()
        await (await answering).rest()
        assert await texts(server, thread_id) == ["Thank you"]


async def test_a_new_message_supersedes_what_waits(make: MakeServer) -> None:
    server = make(two_calls)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        await reading.rest()
        thread_id = reading.events[0]["thread"]["id"]
        following = await open_stream(
            server, "threads.add_user_message", thread_id=thread_id, input=user_input("again")
        )
        await following.rest()
        ended = [event for event in following.events if event["type"] == "turnstream.call_ended"]
        assert [(event["item_id"], event["status"]) for event in ended] == [
            ("tc_1", "superseded"), ("tc_2", "superseded"),
        ]  # fmt: skip
        assert all(
            item["status"] == "completed" for item in await items_of(server, thread_id) if "call_id" in item
        )
        with pytest.raises(ConflictError) as late:
            await ask(server, OUTPUT, thread_id=thread_id, call_id="call_tc_1", result=1)
        assert late.value.code == "superseded"


async def test_a_call_whose_item_was_deleted_stands_in_nobodys_way(make: MakeServer) -> None:
    server = make(two_calls)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        await reading.rest()
        thread_id = reading.events[0]["thread"]["id"]
        await server.store.delete_thread_item(thread_id, "tc_1", context=OWNER)
        following = await open_stream(
            server, "threads.add_user_message", thread_id=thread_id, input=user_input("again")
        )
        assert (await following.rest())[-1]["status"] == "completed"


@pytest.mark.parametrize("said", [{}, {"result": 1, "error": {"message": "no"}}])
async def test_an_answer_says_one_thing(make: MakeServer, said: dict[str, Any]) -> None:
    server = make(two_calls)
    async with running(server):
        with pytest.raises(InvalidRequestError, match='pass either "result" or "error"'):
            await ask(server, OUTPUT, thread_id="thr_1", call_id="call_1", **said)


async def test_calls_outside_of_a_turn_are_refused(make: MakeServer) -> None:
    server = make(two_calls)
    with pytest.raises(RuntimeError, match="works only inside respond"):
        await server.call_client("get_selection")


async def test_another_process_takes_the_answer(tmp_path: Path) -> None:
    script = Asking()
    script.server = here = sqlite_server(tmp_path, script.respond)
    there = sqlite_server(tmp_path, two_calls)
    async with running(here, there):
        reading = await open_stream(here, "threads.create", input=user_input("hi"))
        [item] = await calls_of(reading)
        params = {"thread_id": item["thread_id"], "call_id": item["call_id"]}
        assert await fetch(there, "turns.claim_call", **params) == {"granted": True, "status": "pending"}
        assert await fetch(there, OUTPUT, **params, result="B2") == {"status": "accepted"}
        await reading.rest()
        assert await texts(here, item["thread_id"]) == ["B2"]


async def test_an_official_client_may_go_on_at_another_process(tmp_path: Path) -> None:
    script = Asking()
    script.server = here = sqlite_server(tmp_path, script.respond)
    there = sqlite_server(tmp_path, two_calls)
    async with running(here, there):
        first = await stream(here, "threads.create", input=user_input("hi"))
        second = await stream(there, OUTPUT, thread_id=first[0]["thread"]["id"], result="C3")
        assert second[-1]["item"]["content"][0]["text"] == "C3"


async def test_a_call_whose_turn_is_over_expires_by_the_sweep(tmp_path: Path) -> None:
    server = sqlite_server(tmp_path, two_calls)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        await reading.rest()
        thread_id = reading.events[0]["thread"]["id"]
        await execute(server, "UPDATE turnstream_calls SET deadline = 0 WHERE item_id = 'tc_1'")
        log = server.turns.log
        assert isinstance(log, SqlEventLog)
        await log.sweep()
        await recoveries_done(server)
        states = {
            item["id"]: item["status"] for item in await items_of(server, thread_id) if "call_id" in item
        }
        assert states == {"tc_1": "completed", "tc_2": "pending"}


async def test_a_call_that_is_answered_before_the_sweep_finds_it_late_is_over_all_the_same(
    make: MakeServer,
) -> None:
    server = make(two_calls, client_tool_timeout_s=0.0)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        await reading.rest()
        thread_id = reading.events[0]["thread"]["id"]
        with pytest.raises(ConflictError) as late:
            await ask(server, OUTPUT, thread_id=thread_id, call_id="call_tc_1", result=1)
        assert late.value.code == "expired"
        states = {
            item["id"]: item["status"] for item in await items_of(server, thread_id) if "call_id" in item
        }
        assert states["tc_1"] == "completed"


@pytest.mark.parametrize("operation", ["register", "resolve"])
async def test_a_call_outlasts_a_short_outage(
    make: MakeServer, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    server = asking(make, timeout_s=0.01)
    calls = server.turns.log.calls
    work = getattr(calls, operation)
    failures = iter([StorageError("the database is away")] * 2)

    async def fail_at_first(*given: Any, **named: Any) -> Any:
        if (failure := next(failures, None)) is not None:
            raise failure
        return await work(*given, **named)

    monkeypatch.setattr(calls, operation, fail_at_first)
    monkeypatch.setattr(turnstream.turns.recorder, "STORE_RETRY_S", 0.0)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        await reading.rest()
        assert reading.events[-1]["status"] == "completed"
        assert (await texts(server, reading.events[0]["thread"]["id"]))[0].startswith("expired: ")
