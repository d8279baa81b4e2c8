"""Two servers on one database, one of which dies, hangs, or is asked by the other."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.server.app import OWNER, added, delta, done, message, user_input
from tests.server.durable import (
    Reading,
    Server,
    die,
    execute,
    expire_leases,
    fetch,
    hang,
    open_stream,
    recoveries_done,
    running,
    sqlite_server,
)
from tests.server.test_durable_turns import Steps, begin, hello, text_of
from turnstream.eventlog import SqlEventLog
from turnstream.eventlog.sql.writer import Batch
from turnstream.store import StorageFullError
from turnstream.types import (
    AssistantMessageItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)

Events = AsyncIterator[ThreadStreamEvent]
RETRY = {"type": "error", "code": "stream.error", "allow_retry": True}


def ended(reading: Reading) -> dict[str, Any]:
    return {
        "type": "turnstream.turn_ended",
        "turn_id": reading.turn_id,
        "status": "interrupted",
        "reason": "server_lost",
    }


async def sweep(server: Server) -> None:
    log = server.turns.log
    assert isinstance(log, SqlEventLog)
    await log.sweep()
    await recoveries_done(server)


async def stored(server: Server, thread_id: str) -> list[tuple[str, str]]:
    page = await server.store.load_thread_items(thread_id, None, 20, "asc", context=OWNER)
    return [
        (
            item.type,
            "".join(part.text for part in item.content) if isinstance(item, AssistantMessageItem) else "",
        )
        for item in page.data
    ]


async def test_another_process_shows_a_running_turn_live_and_can_stop_it(tmp_path: Path) -> None:
    steps = Steps()
    here, there = sqlite_server(tmp_path, steps.respond), sqlite_server(tmp_path, hello)
    async with running(here, there):
        thread_id, first = await begin(here, steps, "one ")
        state = (await fetch(there, "threads.get_by_id", thread_id=thread_id))["turnstream"]
        assert state["turn"] == {"id": first.turn_id, "status": "running"}
        assert state["items"][-1]["content"][0]["text"] == "one "
        follower = await open_stream(there, "turns.attach", thread_id=thread_id, after=state["position"])
        await follower.until("turnstream.live")
        steps.say("two")
        while text_of(follower.events) != "two":
            await follower.next()
        stopped = await fetch(there, "turns.cancel", thread_id=thread_id, turn_id=first.turn_id)
        assert stopped == {"status": "cancelled"}
        await asyncio.gather(first.rest(), follower.rest())
        assert follower.events[-1] == first.events[-1]
        assert follower.position == first.position


async def test_a_rename_at_another_process_survives_what_the_turn_saves(tmp_path: Path) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        thread.metadata["step"] = 1
        yield done(thread, "one")
        await go_on.wait()
        thread.metadata["step"] = 2
        yield done(thread, "two", "msg_2")

    go_on = asyncio.Event()
    here, there = sqlite_server(tmp_path, respond), sqlite_server(tmp_path, hello)
    async with running(here, there):
        reading = await open_stream(here, "threads.create", input=user_input("hi"))
        await reading.until("thread.updated")
        thread_id = reading.events[0]["thread"]["id"]
        await fetch(there, "threads.update", thread_id=thread_id, title="Mine")
        go_on.set()
        await reading.rest()
        thread = await there.store.load_thread(thread_id, context=OWNER)
        assert (thread.title, thread.metadata["step"]) == ("Mine", 2)
        assert [
            event["thread"].get("title") for event in reading.events if event["type"] == "thread.updated"
        ] == [
            "hi",  # its first words
            "Mine",
        ]


async def test_a_copy_of_a_request_at_another_process_reads_the_same_turn(tmp_path: Path) -> None:
    steps = Steps()
    here, there = sqlite_server(tmp_path, steps.respond), sqlite_server(tmp_path, steps.respond)
    async with running(here, there):
        readings = await asyncio.gather(
            *(
                open_stream(server, "threads.create", key="k", input=user_input("hi"))
                for server in (here, there) * 2
            )
        )
        steps.say("one")
        steps.finish()
        seen = [await reading.rest() for reading in readings]
        assert all(events == seen[0] for events in seen)
        assert steps.calls == 1


async def test_a_dead_processes_turn_is_interrupted_with_what_it_had_said(tmp_path: Path) -> None:
    steps = Steps()
    dead, other = sqlite_server(tmp_path, steps.respond), sqlite_server(tmp_path, hello)
    async with running(dead, other):
        thread_id, first = await begin(dead, steps, "one ", "two")
        follower = await open_stream(other, "turns.attach", thread_id=thread_id, after=first.position)
        await follower.until("turnstream.live")  # or that may come anywhere among the last events
        await die(dead)
        await expire_leases(other)
        await sweep(other)
        await follower.rest()
        assert follower.events[-4:] == [
            {"type": "thread.item.done", "item": follower.events[-4]["item"]},
            follower.events[-3],
            RETRY,
            ended(first),
        ]
        assert await stored(other, thread_id) == [("user_message", ""), ("assistant_message", "one two")]
        state = (await fetch(other, "threads.get_by_id", thread_id=thread_id))["turnstream"]
        assert state["turn"] == {"id": first.turn_id, "status": "interrupted"}
        assert steps.calls == 1  # no model is asked again
        following = await open_stream(
            other, "threads.add_user_message", thread_id=thread_id, input=user_input("more")
        )
        assert (await following.rest())[-1]["status"] == "completed"


async def test_an_item_that_was_stored_but_not_announced_stays_whole(tmp_path: Path) -> None:
    steps = Steps()
    dead, other = sqlite_server(tmp_path, steps.respond), sqlite_server(tmp_path, hello)
    async with running(dead, other):
        thread_id, _ = await begin(dead, steps, "one ")
        thread = await dead.store.load_thread(thread_id, context=OWNER)
        await dead.store.add_thread_item(thread_id, message(thread, "one and all"), context=OWNER)
        await die(dead)
        await expire_leases(other)
        await sweep(other)
        assert await stored(other, thread_id) == [("user_message", ""), ("assistant_message", "one and all")]


async def test_a_dead_processes_empty_message_is_taken_back(tmp_path: Path) -> None:
    steps = Steps()
    dead, other = sqlite_server(tmp_path, steps.respond), sqlite_server(tmp_path, hello)
    async with running(dead, other):
        thread_id, first = await begin(dead, steps)
        follower = await open_stream(other, "turns.attach", thread_id=thread_id, after=first.position)
        await follower.until("turnstream.live")  # or that may come anywhere among the last events
        await die(dead)
        await expire_leases(other)
        await sweep(other)
        await follower.rest()
        assert follower.events[-4] == {"type": "thread.item.removed", "item_id": "msg_answer"}
        unfinished = {"item_id": follower.events[-3]["item_id"], "status": "interrupted"}
        assert follower.events[-3] == {"type": "turnstream.answer_ended", **unfinished}
        assert (await fetch(other, "threads.get_by_id", thread_id=thread_id))["turnstream"]["unfinished"] == [
            unfinished
        ]
        assert await stored(other, thread_id) == [("user_message", "")]


async def test_a_process_that_hung_writes_nothing_more(tmp_path: Path) -> None:
    steps = Steps()
    zombie, other = sqlite_server(tmp_path, steps.respond), sqlite_server(tmp_path, hello)
    async with running(zombie, other):
        thread_id, first = await begin(zombie, steps, "one ")
        hang(zombie)
        await expire_leases(other)
        await sweep(other)
        steps.say("two ")
        steps.finish()
        await first.rest()
        assert first.events[-1] == {"type": "turnstream.reconnect"}
        again = await open_stream(other, "turns.attach", thread_id=thread_id, after=first.position)
        await again.rest()
        assert again.events[-2:] == [ended(first), {"type": "turnstream.live"}]
        assert "two" not in text_of(first.events + again.events)
        assert await stored(other, thread_id) == [("user_message", ""), ("assistant_message", "one ")]
        assert zombie.turns.running(thread_id) is None


async def test_a_process_that_lost_its_lease_unknowingly_stores_no_item(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    steps = Steps()
    zombie, other = sqlite_server(tmp_path, steps.respond), sqlite_server(tmp_path, hello)
    async with running(zombie, other):
        thread_id, first = await begin(zombie, steps, "one ")
        thread = await zombie.store.load_thread(thread_id, context=OWNER)
        hang(zombie)
        await expire_leases(other)
        await sweep(other)
        steps.say(ThreadItemDoneEvent(item=message(thread, "late", "msg_late")))
        await first.rest()
        assert ("assistant_message", "late") not in await stored(other, thread_id)
    assert "lost its lease" in caplog.text
    assert "Traceback" not in caplog.text  # it is no mistake of the app's


async def test_the_turn_of_an_owner_is_kept_for_that_owner(tmp_path: Path) -> None:
    steps = Steps()
    dead, other = sqlite_server(tmp_path, steps.respond), sqlite_server(tmp_path, hello)
    async with running(dead, other):
        reading = await open_stream(
            dead, "threads.create", input=user_input("hi"), owner={"user_id": "grace"}
        )
        await reading.until("thread.item.added")
        steps.say("hers")
        await reading.until("thread.item.updated")
        thread_id = reading.events[0]["thread"]["id"]
        await die(dead)
        await expire_leases(other)
        await sweep(other)
        page = await other.store.load_thread_items(thread_id, None, 20, "asc", context="grace")
        assert [item.type for item in page.data] == ["user_message", "assistant_message"]


async def test_a_turn_that_died_in_a_client_tool_lets_go_of_it(tmp_path: Path) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield done(thread, str(await dead.call_client("get_selection")))

    dead, other = sqlite_server(tmp_path, respond), sqlite_server(tmp_path, hello)
    async with running(dead, other):
        reading = await open_stream(dead, "threads.create", input=user_input("hi"))
        await reading.until("turnstream.call_waiting")
        thread_id = reading.events[0]["thread"]["id"]
        await die(dead)
        await expire_leases(other)
        await sweep(other)
        again = await open_stream(other, "turns.attach", thread_id=thread_id, after=reading.position)
        await again.rest()
        assert [event.get("status") for event in again.events[:1]] == ["superseded"]
        assert again.events[-2] == ended(reading)
        page = await other.store.load_thread_items(thread_id, None, 20, "asc", context=OWNER)
        assert getattr(page.data[1], "status", None) == "completed"


async def test_an_answer_that_its_turn_did_not_live_to_hear_is_kept(tmp_path: Path) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield done(thread, str(await dead.call_client("get_selection")))

    dead, other = sqlite_server(tmp_path, respond), sqlite_server(tmp_path, hello)
    async with running(dead, other):
        reading = await open_stream(dead, "threads.create", input=user_input("hi"))
        call = await reading.until("turnstream.call_waiting")
        thread_id = reading.events[0]["thread"]["id"]
        await die(dead)
        output = "threads.add_client_tool_output"
        await fetch(other, output, thread_id=thread_id, call_id=call["call_id"], result="C3")
        await expire_leases(other)
        await sweep(other)
        again = await open_stream(other, "turns.attach", thread_id=thread_id, after=reading.position)
        await again.rest()
        assert [event.get("status") for event in again.events[:1]] == ["answered"]
        page = await other.store.load_thread_items(thread_id, None, 20, "asc", context=OWNER)
        assert [getattr(page.data[1], name, None) for name in ("status", "output")] == ["completed", "C3"]


async def test_a_restart_ends_the_turns_of_the_process_before_it(tmp_path: Path) -> None:
    steps = Steps()
    dead, again = sqlite_server(tmp_path, steps.respond), sqlite_server(tmp_path, hello)
    async with running(dead):
        thread_id, first = await begin(dead, steps, "one")
        await die(dead)
        await execute(
            dead, f"UPDATE turnstream_turns SET worker = 'w_1.{os.getpid()}@{socket.gethostname()}'"
        )
        await again.open()  # nothing is asked before this returns
        state = (await fetch(again, "threads.get_by_id", thread_id=thread_id))["turnstream"]
        assert state["turn"] == {"id": first.turn_id, "status": "interrupted"}
        assert await stored(again, thread_id) == [("user_message", ""), ("assistant_message", "one")]
        await again.close()


async def test_one_of_two_sweepers_ends_the_turn(tmp_path: Path) -> None:
    steps = Steps()
    dead, *others = (sqlite_server(tmp_path, steps.respond) for _ in range(3))
    async with running(dead, *others):
        thread_id, first = await begin(dead, steps, "one")
        await die(dead)
        await expire_leases(others[0])
        await asyncio.gather(*(sweep(other) for other in others))
        again = await open_stream(others[0], "turns.attach", thread_id=thread_id, after=first.position)
        await again.rest()
        assert again.types.count("turnstream.turn_ended") == 1


async def test_a_disk_that_fills_with_the_last_words_fails_the_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = sqlite_server(tmp_path, hello)
    log = server.turns.log
    assert isinstance(log, SqlEventLog)
    save = log.commits._save  # pyright: ignore[reportPrivateUsage]

    async def full(batches: Sequence[Batch]) -> None:
        if any(
            b'"Hello","type":"output_text"' in entry.frame for batch in batches for entry in batch.entries
        ):
            raise StorageFullError("the database is full")
        await save(batches)

    monkeypatch.setattr(type(log.commits), "_save", staticmethod(full))
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        await reading.rest()
        last = {"type": "turnstream.turn_ended", "turn_id": reading.turn_id}
        assert reading.events[-2:] == [RETRY, {**last, "status": "failed", "reason": "storage_full"}]


async def test_a_live_turn_is_not_swept(tmp_path: Path) -> None:
    steps = Steps()
    here, other = sqlite_server(tmp_path, steps.respond), sqlite_server(tmp_path, hello)
    async with running(here, other):
        _, first = await begin(here, steps, "one")
        await sweep(other)
        steps.finish()
        await first.rest()
        assert first.events[-1]["status"] == "completed"


async def test_a_message_in_two_parts_is_put_together_from_the_log(tmp_path: Path) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield added(thread)
        yield delta("a")
        second = message(thread, "", "msg_2")
        yield ThreadItemAddedEvent(item=second)
        yield delta("x").model_copy(update={"item_id": "msg_2"})
        yield delta("b")
        await asyncio.Event().wait()

    dead, other = sqlite_server(tmp_path, respond), sqlite_server(tmp_path, hello)
    async with running(dead, other):
        reading = await open_stream(dead, "threads.create", input=user_input("hi"))
        while text_of(reading.events) != "axb":
            await reading.next()
        await die(dead)
        await expire_leases(other)
        await sweep(other)
        thread_id = reading.events[0]["thread"]["id"]
        assert await stored(other, thread_id) == [
            ("user_message", ""),
            ("assistant_message", "ab"),
            ("assistant_message", "x"),
        ]
