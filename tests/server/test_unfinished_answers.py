"""An answer that was stopped or failed says so for as long as its message is there, to every page that comes
later.
"""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.server.app import added, create, delta, done, stream, types, user_input
from tests.server.durable import MakeServer, Server, fetch, memory_server, open_stream, running, sqlite_server
from turnstream.errors import CustomStreamError
from turnstream.types import ThreadMetadata, ThreadStreamEvent, UserMessageItem

Events = AsyncIterator[ThreadStreamEvent]
BUSY = {"code": "custom", "message": "The model is busy.", "allow_retry": True}


@pytest.fixture(params=["memory", "sqlite"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> MakeServer:
    return memory_server if request.param == "memory" else partial(sqlite_server, tmp_path)


def said(item: UserMessageItem | None) -> str:
    return "" if item is None else item.content[0].text


async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    if said(item) == "fail":
        raise CustomStreamError("The model is busy.", allow_retry=True)
    if said(item) == "hang":
        yield added(thread)
        yield delta("Half a sen")
        await asyncio.Event().wait()
    yield done(thread, "Hello.", f"msg_{said(item)}")


async def unfinished(server: Server, thread_id: str) -> list[Any]:
    return (await fetch(server, "threads.get_by_id", thread_id=thread_id))["turnstream"]["unfinished"]


async def add(server: Server, thread_id: str, text: str) -> list[Any]:
    return await stream(server, "threads.add_user_message", thread_id=thread_id, input=user_input(text))


async def test_a_later_page_hears_of_what_failed_and_what_was_stopped(make: MakeServer) -> None:
    server = make(respond)
    async with running(server):
        thread_id, first = await create(server, "fail")
        failed = first[1]["item"]["id"]
        hanging = await open_stream(
            server, "threads.add_user_message", thread_id=thread_id, input=user_input("hang")
        )
        await hanging.until("thread.item.updated")
        await fetch(server, "turns.cancel", thread_id=thread_id, turn_id=hanging.turn_id)
        await hanging.rest()
        stopped = next(event["item"]["id"] for event in hanging.events if event["type"] == "thread.item.done")
        assert hanging.types[-2:] == ["turnstream.answer_ended", "turnstream.turn_ended"]
        await add(server, thread_id, "go on")
        assert await unfinished(server, thread_id) == [
            {"item_id": failed, "status": "failed", "error": BUSY},
            {"item_id": stopped, "status": "cancelled"},
        ]


async def test_an_answer_that_is_made_again_is_forgotten(make: MakeServer) -> None:
    is_down = True

    async def at_last(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        if is_down:
            raise CustomStreamError("The model is busy.", allow_retry=True)
        yield done(thread, "Hello.")

    server = make(at_last)
    async with running(server):
        thread_id, events = await create(server, "hi")
        item_id = events[1]["item"]["id"]
        is_down = False
        retrying = await open_stream(server, "threads.retry_after_item", thread_id=thread_id, item_id=item_id)
        said_so = {"type": "turnstream.answer_ended", "item_id": item_id, "status": "retried"}
        assert said_so in await retrying.rest()
        assert await unfinished(server, thread_id) == []


async def test_an_official_client_sees_the_official_wire(make: MakeServer) -> None:
    server = make(respond)
    async with running(server):
        _, events = await create(server, "fail")
        assert types(events) == ["thread.created", "thread.item.done", "stream_options", "error"]
