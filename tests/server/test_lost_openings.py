"""Processes that die or hang while a turn begins, or while the store is written: one message, and no zombie's
write.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from tests.server.app import OWNER, create, done, message, user_input
from tests.server.durable import (
    Reading,
    Server,
    ask,
    expire_leases,
    fetch,
    hang,
    open_stream,
    recoveries_done,
    running,
    sqlite_server,
)
from turnstream.errors import RequestError
from turnstream.eventlog import LogReader, Position, SqlEventLog, TurnRecord
from turnstream.server import StreamingResult
from turnstream.store import StorageError
from turnstream.types import (
    FileAttachment,
    ThreadItem,
    ThreadItemDoneEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)

Events = AsyncIterator[ThreadStreamEvent]

KEY = "the-same-key"


async def answer(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    assert item is not None
    yield ThreadItemDoneEvent(item=message(thread, "Hello", f"answer_to_{item.id}"))


class Held:
    """Holds the first write of an item of one type to a server's store: before it, or behind it."""

    def __init__(self, server: Server, item_type: str, *, is_stored: bool) -> None:
        self.entered = asyncio.Event()
        self.go_on = asyncio.Event()
        add = server.store.add_thread_item

        async def add_slowly(thread_id: str, item: ThreadItem, context: Any) -> None:
            if item.type != item_type or self.entered.is_set():
                return await add(thread_id, item, context)
            if is_stored:
                await add(thread_id, item, context)
            self.entered.set()
            await self.go_on.wait()
            if not is_stored:
                await add(thread_id, item, context)
            return None

        cast("Any", server.store).add_thread_item = add_slowly


async def send(server: Server, operation: str, params: dict[str, Any]) -> Reading:
    """Send a message under the one key."""
    result = await ask(server, operation, key=KEY, **params)
    assert isinstance(result, StreamingResult)
    return Reading(result)


async def sweep(server: Server) -> None:
    log = server.turns.log
    assert isinstance(log, SqlEventLog)
    await log.sweep()
    await recoveries_done(server)


async def texts(server: Server, thread_id: str) -> list[str]:
    page = await server.store.load_thread_items(thread_id, None, 20, "asc", context=OWNER)
    return ["".join(part.text for part in cast("Any", item).content) for item in page.data]


async def logged(server: Server, thread_id: str) -> list[str]:
    """The items that the thread's log speaks of as done."""
    reading = await open_stream(server, "turns.attach", thread_id=thread_id, after=None)
    await reading.rest()
    return [
        "".join(part["text"] for part in event["item"]["content"])
        for event in reading.events
        if event["type"] == "thread.item.done"
    ]


@pytest.fixture(params=["new thread", "known thread"])
def is_new(request: pytest.FixtureRequest) -> bool:
    return request.param == "new thread"


async def begun(server: Server, *, is_new: bool) -> tuple[str, dict[str, Any], list[str]]:
    """The operation that sends a message, its parameters, and what its thread holds so far."""
    if is_new:
        return "threads.create", {"input": user_input("again")}, []
    thread_id, _ = await create(server, "hi")
    return "threads.add_user_message", {"thread_id": thread_id, "input": user_input("again")}, ["hi", "Hello"]


async def test_a_message_that_a_dead_process_did_not_store_is_sent_again_by_its_key(
    tmp_path: Path, is_new: bool
) -> None:
    zombie, other = sqlite_server(tmp_path, answer), sqlite_server(tmp_path, answer)
    async with running(zombie, other):
        operation, params, before = await begun(other, is_new=is_new)
        held = Held(zombie, "user_message", is_stored=False)
        lost = asyncio.create_task(send(zombie, operation, params))
        await held.entered.wait()
        await expire_leases(other)
        await sweep(other)
        again = await send(other, operation, params)
        await again.rest()
        assert again.events[-1]["status"] == "completed"
        held.go_on.set()
        with pytest.raises(RequestError) as refused:
            await lost
        assert (refused.value.status, refused.value.code) == (503, "storage_unavailable")
        threads = (await fetch(other, "threads.list"))["data"]
        assert len(threads) == 1
        thread_id = threads[0]["id"]
        assert await texts(other, thread_id) == [*before, "again", "Hello"]
        assert await logged(other, thread_id) == [*before, "again", "Hello"]


async def test_a_message_that_was_stored_and_not_announced_is_kept_with_its_interrupted_answer(
    tmp_path: Path, is_new: bool
) -> None:
    calls = 0

    async def count(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        nonlocal calls
        calls += 1
        async for event in answer(thread, item, context):
            yield event

    zombie, other = sqlite_server(tmp_path, count), sqlite_server(tmp_path, answer)
    async with running(zombie, other):
        operation, params, before = await begun(other, is_new=is_new)
        held = Held(zombie, "user_message", is_stored=True)
        lost = asyncio.create_task(send(zombie, operation, params))
        await held.entered.wait()
        await expire_leases(other)
        await sweep(other)
        again = await send(other, operation, params)
        await again.rest()
        assert again.events[-1]["status"] == "interrupted"
        hang(zombie)
        held.go_on.set()
        await (await lost).rest()
        [thread] = (await fetch(other, "threads.list"))["data"]
        assert await texts(other, thread["id"]) == [*before, "again"]
        assert await logged(other, thread["id"]) == [*before, "again"]
        snapshot = await fetch(other, "threads.get_by_id", thread_id=thread["id"])
        assert [answer["status"] for answer in snapshot["turnstream"]["unfinished"]] == ["interrupted"]
    assert calls == 0


async def test_a_retry_that_a_dead_process_did_not_begin_leaves_the_thread_as_it_was(tmp_path: Path) -> None:
    server = sqlite_server(tmp_path, answer)
    async with running(server):
        thread_id, _ = await create(server, "hi")
        before = await logged(server, thread_id)
        log = server.turns.log
        (await log.begin(thread_id, "turn_lost", owner=OWNER)).abandon()
        await expire_leases(server)
        await sweep(server)
        newest = await log.newest(thread_id)
        assert newest is not None
        assert (newest.id != "turn_lost", newest.status) == (True, "completed")
        assert await texts(server, thread_id) == ["hi", "Hello"]
        assert await logged(server, thread_id) == before


async def test_a_message_without_an_answer_is_not_taken_for_that_of_a_turn_that_began_nothing(
    tmp_path: Path,
) -> None:
    async def say_nothing(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        for event in ():
            yield event

    server = sqlite_server(tmp_path, say_nothing)
    async with running(server):
        thread_id, _ = await create(server, "hi")
        log = server.turns.log
        (await log.begin(thread_id, "turn_lost", owner=OWNER)).abandon()
        await expire_leases(server)
        await sweep(server)
        newest = await log.newest(thread_id)
        assert newest is not None
        assert (newest.id != "turn_lost", newest.status) == (True, "completed")
        assert await logged(server, thread_id) == ["hi"]


async def test_the_turn_that_was_to_continue_a_response_is_interrupted(tmp_path: Path) -> None:
    """Nobody sends the answer of a client tool again that was taken."""
    server = sqlite_server(tmp_path, answer)
    async with running(server):
        thread_id, _ = await create(server, "hi")
        log = server.turns.log
        (await log.begin(thread_id, "turn_lost", owner=OWNER, is_continuation=True)).abandon()
        await expire_leases(server)
        await sweep(server)
        newest = await log.newest(thread_id)
        assert newest is not None
        assert (newest.id, newest.status) == ("turn_lost", "interrupted")


async def test_an_item_that_is_being_stored_when_the_lease_is_lost_is_not(tmp_path: Path) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield done(thread, "late")

    zombie, other = sqlite_server(tmp_path, respond), sqlite_server(tmp_path, answer)
    held = Held(zombie, "assistant_message", is_stored=False)
    async with running(zombie, other):
        reading = await open_stream(zombie, "threads.create", input=user_input("hi"))
        thread_id = (await reading.until("thread.created"))["thread"]["id"]
        await held.entered.wait()
        await expire_leases(other)
        await sweep(other)
        held.go_on.set()
        await reading.rest()
        assert zombie.turns.running(thread_id) is None
        assert await texts(other, thread_id) == ["hi"]
        assert await logged(other, thread_id) == ["hi"]


async def test_a_copy_that_finds_its_turn_withdrawn_begins_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead, other = sqlite_server(tmp_path, answer), sqlite_server(tmp_path, answer)
    held = Held(dead, "user_message", is_stored=False)
    async with running(dead, other):
        params = {"input": user_input("hi")}
        lost = asyncio.create_task(send(dead, "threads.create", params))
        await held.entered.wait()
        log = other.turns.log
        read = log.read

        async def read_late(
            thread_id: str, after: Position | None, *, until: TurnRecord | None = None
        ) -> LogReader:
            """The turn is withdrawn after it was found."""
            monkeypatch.undo()
            await expire_leases(other)
            await sweep(other)
            return await read(thread_id, after, until=until)

        monkeypatch.setattr(log, "read", read_late)
        again = await send(other, "threads.create", params)
        await again.rest()
        held.go_on.set()
        with pytest.raises(RequestError):
            await lost
        assert again.events[-1]["status"] == "completed"
        [thread] = (await fetch(other, "threads.list"))["data"]
        assert await texts(other, thread["id"]) == ["hi", "Hello"]


async def attach(server: Server, params: dict[str, Any]) -> dict[str, Any]:
    """The parameters of the same message with a file that was uploaded long ago."""
    attachment = FileAttachment(id="atc_1", name="a.txt", mime_type="text/plain", metadata={"of": "the app"})
    await server.store.save_attachment(attachment, OWNER)
    return {**params, "input": {**params["input"], "attachments": ["atc_1"]}}


async def unsent(server: Server) -> list[str]:
    """What the sweep of the day after tomorrow would delete."""
    page = await server.store.load_unsent_attachments(datetime.now(UTC) + timedelta(days=2), 10, None)
    return [each.id for each in page.data]


async def test_the_files_of_a_message_that_a_dead_process_did_not_store_are_unsent_again(
    tmp_path: Path, is_new: bool
) -> None:
    zombie, other = sqlite_server(tmp_path, answer), sqlite_server(tmp_path, answer)
    async with running(zombie, other):
        operation, params, _ = await begun(other, is_new=is_new)
        params = await attach(other, params)
        held = Held(zombie, "user_message", is_stored=False)
        lost = asyncio.create_task(send(zombie, operation, params))
        await held.entered.wait()
        found = [await unsent(other)]
        await expire_leases(other)
        await sweep(other)
        found.append(await unsent(other))
        stored = await other.store.load_attachment("atc_1", OWNER)
        await (await send(other, operation, params)).rest()
        held.go_on.set()
        with pytest.raises(RequestError):
            await lost
        found.append(await unsent(other))
        assert found == [[], ["atc_1"], []]
        assert (stored.thread_id, stored.metadata) == (None, {"of": "the app"})


async def test_the_files_of_a_stored_message_and_those_of_the_app_stay_with_their_thread(
    tmp_path: Path,
) -> None:
    server = sqlite_server(tmp_path, answer)
    async with running(server):
        params = await attach(server, {"input": user_input("hi")})
        reading = await open_stream(server, "threads.create", **params)
        thread_id = (await reading.until("thread.created"))["thread"]["id"]
        await reading.rest()
        own = FileAttachment(id="atc_2", name="b.txt", mime_type="text/plain", thread_id=thread_id)
        await server.store.save_attachment(own, OWNER)
        (await server.turns.log.begin(thread_id, "turn_lost", owner=OWNER)).abandon()
        await expire_leases(server)
        await sweep(server)
        assert await unsent(server) == []


async def test_the_files_of_a_message_that_could_not_be_stored_are_unsent_again(
    tmp_path: Path, is_new: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(thread_id: str, item: ThreadItem, context: Any) -> None:
        raise StorageError("the database is away")

    server = sqlite_server(tmp_path, answer)
    async with running(server):
        operation, params, _ = await begun(server, is_new=is_new)
        params = await attach(server, params)
        monkeypatch.setattr(server.store, "add_thread_item", fail)
        with pytest.raises(RequestError) as refused:
            await (await send(server, operation, params)).rest()
        assert refused.value.status == 503
        assert await unsent(server) == ["atc_1"]


async def test_a_file_that_two_messages_have_is_not_unsent_after_the_second_was_lost(tmp_path: Path) -> None:
    server, other = sqlite_server(tmp_path, answer), sqlite_server(tmp_path, answer)
    async with running(server, other):
        params = await attach(server, {"input": user_input("hi")})
        await (await open_stream(server, "threads.create", **params)).rest()
        held = Held(server, "user_message", is_stored=False)
        lost = asyncio.create_task(send(server, "threads.create", params))
        await held.entered.wait()
        await expire_leases(other)
        await sweep(other)
        held.go_on.set()
        with pytest.raises(RequestError):
            await lost
        assert await unsent(other) == []
