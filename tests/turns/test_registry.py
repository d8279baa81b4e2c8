"""One turn per thread, and nothing of a thread changes while a turn of it begins."""

import asyncio
import logging
from typing import Any

import pytest
from anyio import wait_all_tasks_blocked

from tests.server.app import OWNER, done, start, user_input
from tests.turns.gated import Events, GatedServer, begin, endless, hello, process, turn_of
from turnstream.errors import RequestError
from turnstream.types import ThreadMetadata, UserMessageItem


async def test_a_deletion_waits_for_a_turn_that_is_being_opened() -> None:
    server = GatedServer(hello)
    turn, _, thread_id = await begin(server)
    await turn.wait()
    server.script = endless
    gate = server.gated.hold("add user_message")
    sending = asyncio.ensure_future(
        start(server, "threads.add_user_message", thread_id=thread_id, input=user_input("more"))
    )
    await server.gated.entered["add user_message"].wait()
    deleting = asyncio.ensure_future(process(server, "threads.delete", thread_id=thread_id))
    await wait_all_tasks_blocked()
    gate.set()
    await deleting
    assert turn_of(await sending).status == "cancelled"
    assert (await server.store.load_threads(10, None, "asc", context=OWNER)).data == []
    assert server.running_turns == 0


async def test_a_message_to_a_thread_that_is_being_deleted_finds_none() -> None:
    server = GatedServer(hello)
    turn, _, thread_id = await begin(server)
    await turn.wait()
    gate = server.gated.hold("delete_thread")
    deleting = asyncio.ensure_future(process(server, "threads.delete", thread_id=thread_id))
    await server.gated.entered["delete_thread"].wait()
    sending = asyncio.ensure_future(
        start(server, "threads.add_user_message", thread_id=thread_id, input=user_input("more"))
    )
    await wait_all_tasks_blocked()
    gate.set()
    await deleting
    with pytest.raises(RequestError) as missing:
        await sending
    assert missing.value.status == 404
    assert server.turns.running(thread_id) is None


async def test_a_rename_while_a_turn_is_being_opened_holds() -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        thread.metadata["n"] = 1
        yield done(thread, "Hello")

    server = GatedServer(hello)
    turn, _, thread_id = await begin(server)
    await turn.wait()
    server.script = respond
    gate = server.gated.hold("add user_message")
    sending = asyncio.ensure_future(
        start(server, "threads.add_user_message", thread_id=thread_id, input=user_input("more"))
    )
    await server.gated.entered["add user_message"].wait()
    renaming = asyncio.ensure_future(process(server, "threads.update", thread_id=thread_id, title="Mine"))
    await wait_all_tasks_blocked()
    gate.set()
    await renaming
    await turn_of(await sending).wait()
    stored = await server.store.load_thread(thread_id, context=OWNER)
    assert (stored.title, stored.metadata["n"]) == ("Mine", 1)


@pytest.mark.parametrize("count", [2, 5])
async def test_of_turns_started_at_once_one_runs(count: int) -> None:
    server = GatedServer(hello)
    turn, _, thread_id = await begin(server)
    await turn.wait()
    server.script = endless
    gate = server.gated.hold("add user_message")
    sent = [
        asyncio.ensure_future(
            start(server, "threads.add_user_message", thread_id=thread_id, input=user_input(f"{number}"))
        )
        for number in range(count)
    ]
    await wait_all_tasks_blocked()
    gate.set()
    outcomes = await asyncio.gather(*sent, return_exceptions=True)
    busy = [outcome for outcome in outcomes if isinstance(outcome, RequestError)]
    assert [error.code for error in busy] == ["thread_busy"] * (count - 1)
    await server.close()
    assert [text for kind, text in await server.stored(thread_id) if kind == "user_message"] == ["hi", "0"]


async def test_closing_the_server_stops_turns_that_are_being_opened_too() -> None:
    server = GatedServer(endless)
    running, _, thread_id = await begin(server)
    gate = server.gated.hold("add user_message")
    opening = asyncio.ensure_future(start(server, "threads.create", input=user_input("hi")))
    await server.gated.entered["add user_message"].wait()
    closing = asyncio.ensure_future(server.close())
    await wait_all_tasks_blocked()
    assert not closing.done()
    gate.set()
    await closing
    assert running.status == "interrupted"
    assert turn_of(await opening).status == "interrupted"
    assert ("assistant_message", "Once") in await server.stored(thread_id)
    assert server.running_turns == 0


async def test_a_cancelled_request_leaves_the_thread_free(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    server = GatedServer(hello)
    turn, _, thread_id = await begin(server)
    await turn.wait()
    server.gated.hold("add user_message")
    sending = asyncio.ensure_future(
        start(server, "threads.add_user_message", thread_id=thread_id, input=user_input("more"))
    )
    await server.gated.entered["add user_message"].wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    server.gated.gates["add user_message"].set()
    again = await start(server, "threads.add_user_message", thread_id=thread_id, input=user_input("again"))
    assert len([frame async for frame in again.json_events]) == 5
    assert server.running_turns == 0
    assert caplog.text == ""
