"""Titles are made beside the response."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from anyio import wait_all_tasks_blocked

from tests.server.app import ScriptedServer, call, create, delta, done, stream, types, user_input
from tests.server.app import added as item_added
from turnstream.types import ThreadMetadata, ThreadStreamEvent, UserMessageItem

Events = AsyncIterator[ThreadStreamEvent]


class TitledServer(ScriptedServer):
    async def make_title(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem, context: Any
    ) -> str | None:
        return '"A Quiet Evening."'


async def test_the_title_arrives_while_the_response_runs() -> None:
    titled = asyncio.Event()

    class Server(ScriptedServer):
        async def make_title(
            self, thread: ThreadMetadata, input_user_message: UserMessageItem, context: Any
        ) -> str:
            await titled.wait()
            return '"A Quiet Evening."'

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield item_added(thread)
        yield delta("first")
        titled.set()
        await wait_all_tasks_blocked()
        yield delta(" last")
        yield done(thread, "first last")

    server = Server(respond)
    thread_id, events = await create(server)
    assert types(events)[4:] == [
        "thread.item.updated",
        "thread.updated",
        "thread.item.updated",
        "thread.item.done",
    ]
    assert events[5]["thread"]["title"] == "A Quiet Evening"
    assert (await call(server, "threads.list"))["data"][0]["title"] == "A Quiet Evening"
    assert thread_id == events[5]["thread"]["id"]


async def test_a_failing_title_harms_nothing() -> None:
    class Server(ScriptedServer):
        async def make_title(
            self, thread: ThreadMetadata, input_user_message: UserMessageItem, context: Any
        ) -> str:
            raise RuntimeError("no titles today")

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield done(thread, "fine")

    server = Server(respond)
    thread_id, events = await create(server)
    assert types(events)[-1] == "thread.item.done"
    assert "title" not in await call(server, "threads.get_by_id", thread_id=thread_id)


async def test_a_title_given_by_the_app_stays() -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        thread.title = "Mine"
        yield done(thread, "fine")

    server = TitledServer(respond)
    server.make_title = _slow_title
    thread_id, _ = await create(server)
    assert (await call(server, "threads.get_by_id", thread_id=thread_id))["title"] == "Mine"


async def _slow_title(thread: ThreadMetadata, input_user_message: UserMessageItem, context: Any) -> str:
    await wait_all_tasks_blocked()
    return "Theirs"


async def test_a_rename_during_a_turn_is_not_overwritten() -> None:
    go = asyncio.Event()

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        thread.metadata["n"] = 1
        await go.wait()
        yield done(thread, "fine")

    server = ScriptedServer(respond)
    creating = asyncio.ensure_future(create(server))
    await wait_all_tasks_blocked()
    listed = (await call(server, "threads.list"))["data"]
    await call(server, "threads.update", thread_id=listed[0]["id"], title="Renamed")
    go.set()
    thread_id, events = await creating
    assert "Renamed" in str(events)
    assert (await call(server, "threads.get_by_id", thread_id=thread_id))["title"] == "Renamed"


async def test_without_make_title_the_first_words_name_a_thread() -> None:
    seen: list[str | None] = []

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        seen.append(thread.title)  # an app that makes its own titles asks for this
        yield done(thread, "Hello")

    server = ScriptedServer(respond)
    thread_id, events = await create(server, "I would like to know where my order is, please")
    words = "I would like to know where my order is…"
    assert events[0]["thread"]["title"] == words
    await stream(
        server, "threads.add_user_message", thread_id=thread_id, input=user_input("And the other one?")
    )
    (thread,) = (await call(server, "threads.list"))["data"]
    assert thread["title"] == words
    assert seen == [None, None]
    await call(server, "threads.update", thread_id=thread_id, title="My order")
    assert (await call(server, "threads.get_by_id", thread_id=thread_id))["title"] == "My order"
